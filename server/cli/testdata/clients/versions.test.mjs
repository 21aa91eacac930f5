// Every kind of official client gets in, stays out, and is put out as it should be.
// HOBNOB_URL, HOBNOB_LATE_URL (--late-auth) and HOBNOB_LEEWAY0_URL (--leeway 0) run
// with --allow-eio3, HOBNOB_EIO4_URL without; all trust HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import test from 'node:test';

import { env } from './env.mjs';
import { connected, kinds, mark, open, patience, say, within } from './sockets.mjs';
import { now, token } from './tokens.mjs';

const url = env('HOBNOB_URL');
const lateURL = env('HOBNOB_LATE_URL');
const strictURL = env('HOBNOB_LEEWAY0_URL');
const modernURL = env('HOBNOB_EIO4_URL');

// each runs a test with every kind of client, all at once.
function each(name, run) {
  test(name, async (t) => {
    const failures = (await Promise.allSettled(kinds.map((kind) => run(t, kind))))
      .flatMap(({ reason }, i) => (reason ? [new Error(kinds[i].name, { cause: reason })] : []));
    if (failures.length) throw new AggregateError(failures, failures.map((err) => `${err.message}: ${err.cause.message}`).join('; '));
  });
}

const shown = (way, value) => ({ [way]: { token: value } });

each('a token gets every client in, which then moves to WebSocket unless told otherwise', async (t, kind) => {
  const ears = await Promise.all(kind.ways.map((way) => connected(t, url, shown(way, token(`${kind.name} ${way}`)), kind)));
  for (const ear of ears) {
    await ear.settled();
    await say(ear, ...ears);
    await ear.settled();
  }
});

each('a wrong token and none get nobody in', async (t, kind) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const wrong = token('mallory').replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
  const expired = token('mallory', { exp: now() - 3600 });
  for (const options of [{}, ...kind.ways.flatMap((way) => [shown(way, wrong), shown(way, expired), shown(way, 'undefined')])]) {
    const ear = open(t, url, options, kind);
    const err = await ear.refused();
    if (kind.version === 2) assert.equal(err, 'Authentication error');
    else {
      assert.equal(err.message, 'Authentication error');
      assert.match(err.data.code, /^(invalid_token|credentials_required)$/);
    }
    ear.emit('message', mark('from outside'));
    await say(witness);
    assert.deepEqual(ear.events, []);
    assert.equal(ear.entered, 0);
    ear.socket.disconnect();
  }
  assert.ok(witness.bodies().every((body) => body.startsWith('marker')), 'someone was heard from outside');
});

each('every client may come first and show its token later', async (t, kind) => {
  const witness = await connected(t, lateURL, { auth: { token: token('witness') } });
  const ear = await connected(t, lateURL, {}, kind);
  ear.emit('message', mark('too early'));
  await say(witness);
  ear.emit('authenticate', { token: 'garbage' });
  await ear.until(() => ear.named('unauthorized').length, 'unauthorized');
  const [[err]] = ear.named('unauthorized');
  assert.equal(err.data.code, 'invalid_token');
  assert.equal(err.data.type, 'UnauthorizedError');
  ear.emit('authenticate', { token: token(kind.name) });
  await ear.until(() => ear.named('authenticated').length, 'authenticated');
  assert.deepEqual(ear.events.slice(0, 2).map(([name]) => name), ['unauthorized', 'authenticated'], 'it heard nothing before');
  await say(ear, witness);
  await say(witness, ear);
  assert.ok(witness.bodies().every((body) => body.startsWith('marker')), 'someone was heard from outside');

  const refused = await connected(t, lateURL, {}, kind);
  refused.emit('authenticate', { token: 'garbage' });
  await refused.until(() => refused.acks.length, 'unauthorized');
  refused.acks[0]();
  assert.equal(await refused.disconnected(), 'io server disconnect');
});

each('every client is disconnected when its token ends', async (t, kind) => {
  const exp = now() + 2;
  const brief = await connected(t, strictURL, { query: { token: token(kind.name, { exp }) }, reconnection: true, reconnectionDelay: 10 }, kind);
  assert.equal(await brief.disconnected(), 'io server disconnect');
  assert.ok(Date.now() > exp * 1000 - 100 && Date.now() < exp * 1000 + 3000);
  const [[err]] = brief.named('unauthorized');
  assert.equal(err.message, 'jwt expired');
  const witness = await connected(t, strictURL, { auth: { token: token('witness') } });
  await say(witness);
  assert.equal(brief.entered, 1, 'it does not come back by itself');
});

each('another namespace is refused', async (t, kind) => {
  const ear = open(t, `${url}/nope`, { query: { token: token(kind.name) } }, kind);
  const err = await ear.refused();
  assert.equal(err.message ?? err, 'Invalid namespace');
});

each('a packet over the limit ends the session that sent it', async (t, kind) => {
  const loud = await connected(t, url, { query: { token: token(kind.name) } }, kind);
  loud.emit('message', 'x'.repeat(1_100_000));
  await loud.disconnected();
});

each('without --allow-eio3, client 2 is refused and the others are not', async (t, kind) => {
  const options = { query: { token: token(kind.name) } };
  if (kind.version !== 2) {
    await connected(t, modernURL, options, kind);
    return;
  }
  const ear = open(t, modernURL, options, kind);
  const err = await within(new Promise((resolve) => { ear.socket.on('connect_error', resolve); }), 'connect_error');
  assert.match(err.message, /^(xhr poll|websocket) error$/);
  assert.equal(ear.entered, 0);
});

test('the refusal of client 2 says why', async () => {
  const answer = await fetch(`${modernURL}/socket.io/?EIO=3&transport=polling`, { signal: AbortSignal.timeout(patience) });
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { code: 5, message: 'Unsupported protocol version' });
});
