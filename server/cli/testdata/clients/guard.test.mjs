// The guard: who gets in with a token in the handshake, and who does not.
// HOBNOB_URL is a server that trusts HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';

import { env } from './env.mjs';
import { connected, mark, open, patience, say, within } from './sockets.mjs';
import { broken, confused, now, token } from './tokens.mjs';

const url = env('HOBNOB_URL');

// ways a token gets to the server.
const ways = {
  'in the query': (t) => ({ query: { token: t } }),
  'as auth.token': (t) => ({ auth: { token: t } }),
  'as auth.token after Bearer': (t) => ({ auth: { token: `Bearer ${t}` } }),
  'in the Authorization header': (t) => ({ extraHeaders: { Authorization: `Bearer ${t}` } }),
};

test('a good token gets in, whichever way it comes, and all hear each other', async (t) => {
  const ears = [];
  for (const [i, way] of Object.values(ways).entries()) {
    ears.push(await connected(t, url, way(token(`guest${i}`))));
  }
  const asked = token('careful');
  ears.push(await connected(t, url, {
    query: { token: asked }, auth: { token: asked }, extraHeaders: { Authorization: `Bearer ${asked}` },
  }));
  ears.push(await connected(t, url, { auth: (answer) => answer({ token: token('lazy') }) }));
  for (const speaker of ears) {
    await say(speaker, ...ears);
  }
  for (const ear of ears) {
    assert.equal(ear.events.length, ears.length, 'each message once, and nothing else');
  }
});

test('a token is good within the leeway of a clock that is wrong', async (t) => {
  await connected(t, url, { auth: { token: token('late', { exp: now() - 10 }) } });
  await connected(t, url, { auth: { token: token('early', { nbf: now() + 10, iat: now() + 10 }) } });
});

// turnedAway tries to get in, and shows that nothing is heard while another talks.
async function turnedAway(t, witness, options, reasons) {
  const ear = open(t, url, options);
  const err = await ear.refused();
  assert.equal(err.message, 'Authentication error');
  assert.deepEqual(Object.keys(err.data).sort(), ['code', 'reason']);
  const { code, reason } = err.data;
  assert.equal(code, reason === 'credentials_required' ? 'credentials_required' : 'invalid_token');
  assert.ok(reasons ? reasons.includes(reason) : reason, `reason ${reason}, not one of ${reasons}`);
  ear.emit('message', mark('from outside'));
  await say(witness);
  assert.deepEqual(ear.events, [], 'heard something outside');
  assert.equal(ear.socket.connected, false);
  return err;
}

test('a bad token gets nobody in, whichever way it comes', async (t) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  for (const [what, bad, reasons] of broken()) {
    for (const [how, way] of Object.entries(ways)) {
      await t.test(`${what}, ${how}`, (t) => turnedAway(t, witness, way(bad), reasons));
    }
  }
  assert.ok(witness.bodies().every((body) => body.startsWith('marker')), 'someone was heard from outside');
});

test('no token gets nobody in', async (t) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const required = ['credentials_required'];
  const either = ['credentials_required', 'token_malformed', 'invalid_claims'];
  const nothings = {
    'nothing at all': [{}, required],
    'an empty query': [{ query: { token: '' } }, required],
    'undefined in the query': [{ query: { token: undefined } }, either],
    'the word undefined': [{ auth: { token: 'undefined' } }, either],
    'the word null': [{ auth: { token: 'null' } }, either],
    'an empty auth': [{ auth: {} }, required],
    'an empty auth.token': [{ auth: { token: '' } }, required],
    'Bearer and nothing': [{ auth: { token: 'Bearer ' } }, either],
    'an empty header': [{ extraHeaders: { Authorization: '' } }, required],
    'another scheme': [{ extraHeaders: { Authorization: `Basic ${token('mallory')}` } }, either],
  };
  for (const [what, [options, reasons]] of Object.entries(nothings)) {
    await t.test(what, (t) => turnedAway(t, witness, options, reasons));
  }
  for (const odd of [null, 7, true, [token('list')], { token: token('nested') }]) {
    await t.test(`auth.token is ${JSON.stringify(odd).slice(0, 20)}`, (t) => turnedAway(t, witness, { auth: { token: odd } }));
  }
});

test('two tokens that differ get nobody in, though each is good', async (t) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const [one, other] = [token('one'), token('other')];
  for (const options of [
    { query: { token: one }, auth: { token: other } },
    { query: { token: one }, extraHeaders: { Authorization: `Bearer ${other}` } },
    { auth: { token: one }, extraHeaders: { Authorization: `Bearer ${other}` } },
    { query: { token: one }, auth: { token: 'garbage' } },
  ]) {
    await t.test(Object.keys(options).join(' and '), (t) => turnedAway(t, witness, options));
  }
});

test("the server's published key is no secret", async (t) => {
  const answer = await fetch(new URL('/.well-known/jwks.json', url), { signal: AbortSignal.timeout(patience) });
  if (answer.status === 404) {
    t.skip('this server publishes no key');
    return;
  }
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const { keys } = await answer.json();
  assert.ok(keys.length > 0);
  for (const key of keys) {
    assert.equal(key.d, undefined, 'a private key is published');
    const { kid } = key;
    for (const secret of [key.x, Buffer.from(key.x, 'base64url'), JSON.stringify(key), kid ?? '']) {
      for (const header of [{ kid }, {}, { kid, jwk: key }, { kid, alg: 'HS256', typ: 'at+jwt' }]) {
        await turnedAway(t, witness, { auth: { token: confused(secret, header) } });
      }
    }
  }
});

// raw speaks the protocol by hand, so that it can say what no official client would.
function raw(t, query = '') {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket${query}`);
  const heard = [];
  const waiting = new Set();
  const look = () => waiting.forEach((f) => f());
  let closed = false;
  socket.on('message', (data) => { heard.push(String(data)); look(); });
  socket.on('close', () => { closed = true; look(); });
  socket.on('error', () => {}); // close follows
  t.after(() => socket.terminate());
  const until = (condition, what) => within(new Promise((resolve) => {
    const f = () => condition() && (waiting.delete(f), resolve());
    waiting.add(f);
    f();
  }), what);
  return {
    heard,
    opened: () => until(() => heard.some((packet) => packet.startsWith('0')), 'the open packet'),
    send: (packet) => socket.send(packet),
    answered: (prefix) => until(() => heard.some((packet) => packet.startsWith(prefix)), `a packet ${prefix}`),
    closed: () => until(() => closed, 'the close'),
  };
}

test('a socket that does not wait to be let in is closed and reaches nobody', async (t) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const beginnings = {
    'an event before CONNECT': [],
    'an event after a refusal': [`40${JSON.stringify({ token: 'garbage' })}`],
    'an event after a refusal without a token': ['40'],
  };
  for (const [what, packets] of Object.entries(beginnings)) {
    await t.test(what, async (t) => {
      const peer = raw(t);
      await peer.opened();
      for (const packet of packets) {
        peer.send(packet);
        await peer.answered('44');
      }
      await say(witness);
      peer.send(`42${JSON.stringify(['message', mark('from outside')])}`);
      await peer.closed();
      await say(witness);
      const events = peer.heard.filter((packet) => /^4[0-9]/.test(packet) && !packet.startsWith('44'));
      assert.deepEqual(events, [], 'was told something');
    });
  }
  assert.ok(witness.bodies().every((body) => body.startsWith('marker')), 'someone was heard from outside');
});

test('one parameter given twice is two tokens', async (t) => {
  const peer = raw(t, `&token=${token('one')}&token=${token('other')}`);
  await peer.opened();
  peer.send('40');
  await peer.answered('44{"message":"Authentication error"');
});

test('another namespace is no way round', async (t) => {
  const witness = await connected(t, url, { auth: { token: token('witness') } });
  const peer = raw(t);
  await peer.opened();
  peer.send('40/nope,{}');
  await peer.answered('44/nope,{"message":"Invalid namespace"');
  await say(witness);
  assert.ok(!peer.heard.some((packet) => packet.startsWith('42')), 'was told something');
});
