// The late way in: connect first, show a token afterwards.
// HOBNOB_LATE_URL is a server with --late-auth and a grace of HOBNOB_GRACE_MS that
// trusts HOBNOB_SECRET for HS256. Its grace must leave time for a few answers: two
// seconds or more.

import assert from 'node:assert/strict';
import test from 'node:test';

import { env } from './env.mjs';
import { connected, mark, open, patience, say } from './sockets.mjs';
import { broken, token } from './tokens.mjs';

const url = env('HOBNOB_LATE_URL');
const grace = Number(env('HOBNOB_GRACE_MS'));
const byServer = 'io server disconnect';
const tries = 5;

// The grace began before a driver can see that it did, and timers are not exact.
const early = 300;
const slack = 3_000;

// authenticated is a socket that came in late.
async function authenticated(t, name) {
  const ear = await connected(t, url);
  ear.emit('authenticate', { token: token(name) });
  await ear.until(() => ear.named('authenticated').length, 'authenticated');
  return ear;
}

// refusals waits for the nth unauthorized and looks at its shape.
async function refusals(ear, n) {
  await ear.until(() => ear.named('unauthorized').length >= n, `unauthorized, number ${n}`);
  const all = ear.named('unauthorized');
  assert.equal(all.length, n);
  for (const args of all) {
    assert.equal(args.length, 1, 'unauthorized has one argument beside its ack');
    const [err] = args;
    assert.equal(typeof err.message, 'string');
    assert.ok(err.message);
    assert.equal(typeof err.data.message, 'string');
    assert.equal(err.data.code, 'invalid_token');
    assert.equal(err.data.type, 'UnauthorizedError');
  }
}

test('authenticate is answered authenticated, without arguments, and then all hear each other', async (t) => {
  const first = await authenticated(t, 'first');
  const second = await authenticated(t, 'second');
  assert.deepEqual(first.named('authenticated'), [[]]);
  await say(first, second);
  await say(second, first);
});

test('a token in the handshake is still a way in', async (t) => {
  const ears = [
    await connected(t, url, { auth: { token: token('prompt') } }),
    await connected(t, url, { query: { token: token('prompt too') } }),
    await authenticated(t, 'late'),
  ];
  for (const ear of ears) await say(ear, ...ears);
});

test('before it is authenticated a socket hears nothing', async (t) => {
  const witness = await authenticated(t, 'witness');
  const quiet = await connected(t, url);
  await say(witness);
  quiet.emit('authenticate', { token: 'garbage' });
  await refusals(quiet, 1);
  await say(witness);
  // What was told to this socket before its answer would stand before it.
  quiet.emit('authenticate', { token: token('quiet') });
  await quiet.until(() => quiet.named('authenticated').length, 'authenticated');
  assert.deepEqual(quiet.events.map(([name]) => name), ['unauthorized', 'authenticated']);
  const body = await say(witness, quiet);
  assert.deepEqual(quiet.bodies(), [body]);
});

test('what it says before reaches nobody, then or later', async (t) => {
  const witness = await authenticated(t, 'witness');
  const eager = await connected(t, url);
  const lost = ['message', 'hello', 'history', 'room:list', 'message:edit', 'anything'];
  for (const name of lost) {
    eager.emit(name, mark('too early'));
    eager.emit(name, mark('too early'), () => {});
    eager.emit(name, { protocol: 1, client: 'driver' }, { room: 'general' });
  }
  eager.emit('message', Buffer.from('too early'));
  await say(witness);
  eager.emit('authenticate', { token: token('eager') });
  await eager.until(() => eager.named('authenticated').length, 'authenticated');
  await say(eager, witness);
  await say(witness, eager);
  for (const ear of [witness, eager]) {
    const odd = ear.bodies().filter((body) => typeof body !== 'string' || !body.startsWith('marker'));
    assert.deepEqual(odd, []);
    assert.deepEqual(ear.events.filter(([name]) => name !== 'message' && name !== 'authenticated'), []);
  }
});

test('each bad token is answered unauthorized', async (t) => {
  const witness = await authenticated(t, 'witness');
  for (const [what, bad] of broken()) {
    await t.test(what, async (t) => {
      const ear = await connected(t, url);
      ear.emit('authenticate', { token: bad });
      await refusals(ear, 1);
      await say(witness);
      assert.deepEqual(ear.bodies(), []);
      ear.socket.disconnect();
    });
  }
});

test('each shape of argument is answered unauthorized', async (t) => {
  let deep = token('deep');
  for (let i = 0; i < 50; i++) deep = { token: deep };
  const shapes = {
    'none': [],
    'an ack alone': [() => {}],
    'null': [null],
    'undefined': [undefined],
    'a number': [7],
    'true': [true],
    'an empty text': [''],
    'a text': ['garbage'],
    'a list': [[token('list')]],
    'an empty list': [[]],
    'an empty object': [{}],
    'another field': [{ jwt: token('field') }],
    'a token that is null': [{ token: null }],
    'a token that is a number': [{ token: 7 }],
    'a token that is a list': [{ token: [token('list')] }],
    'a token that is an object': [{ token: { toString: 'x' } }],
    'a token that is empty': [{ token: '' }],
    'a deep object': [deep],
    'bytes': [Buffer.from(token('bytes'))],
    'a token of bytes': [{ token: Buffer.from(token('bytes')) }],
    'the second argument': [{}, { token: token('second') }],
  };
  for (const [what, args] of Object.entries(shapes)) {
    await t.test(what, async (t) => {
      const ear = await connected(t, url);
      ear.emit('authenticate', ...args);
      await refusals(ear, 1);
      assert.deepEqual(ear.named('authenticated'), []);
      ear.socket.disconnect();
    });
  }
});

test('the ack of unauthorized disconnects', async (t) => {
  const ear = await connected(t, url);
  ear.emit('authenticate', { token: 'garbage' });
  await refusals(ear, 1);
  const [ack] = ear.acks;
  assert.equal(typeof ack, 'function', 'unauthorized asks for an ack');
  assert.equal(ear.ended, undefined, 'nothing ends it but the ack or the grace');
  ack();
  assert.equal(await ear.disconnected(grace / 2), byServer); // and not the grace
});

test('a socket may try again within its grace', async (t) => {
  const witness = await authenticated(t, 'witness');
  const ear = await connected(t, url);
  for (let n = 1; n < tries; n++) {
    ear.emit('authenticate', { token: `garbage ${n}` });
    await refusals(ear, n);
  }
  ear.emit('authenticate', { token: token('persistent') });
  await ear.until(() => ear.named('authenticated').length, 'authenticated');
  await say(ear, witness);
  await say(witness, ear);
});

test('but five times at most', async (t) => {
  const witness = await authenticated(t, 'witness');
  const ear = await connected(t, url);
  for (let n = 0; n < tries; n++) ear.emit('authenticate', { token: `garbage ${n}` });
  ear.emit('authenticate', { token: token('sixth') });
  ear.emit('message', mark('from outside'));
  assert.equal(await ear.disconnected(grace + slack), byServer);
  await say(witness);
  assert.deepEqual(ear.named('authenticated'), []);
  assert.deepEqual(ear.bodies(), []);
  assert.ok(ear.named('unauthorized').length >= tries, 'each of five tries is answered');
  assert.ok(witness.bodies().every((body) => body.startsWith('marker')));
});

// ends measures how long the server keeps a socket that does not get in.
async function ends(ear, began) {
  assert.equal(await ear.disconnected(grace + slack), byServer);
  const lasted = Date.now() - began;
  assert.ok(lasted > grace - early, `ended after ${lasted} ms of ${grace}`);
  assert.ok(lasted < grace + slack, `ended only after ${lasted} ms of ${grace}`);
}

test('the grace ends with a disconnect by the server, and nothing extends it', async (t) => {
  const member = await authenticated(t, 'member');
  const began = Date.now();
  const silent = await connected(t, url);
  const trying = await connected(t, url);
  const talking = await connected(t, url);
  trying.emit('authenticate', { token: 'garbage' });
  trying.emit('authenticate', {});
  const talk = setInterval(() => talking.emit('message', mark('too early')), grace / 20);
  t.after(() => clearInterval(talk));
  const halfway = setTimeout(() => trying.emit('authenticate', { token: 'garbage again' }), grace / 2);
  t.after(() => clearTimeout(halfway));
  await Promise.all([silent, trying, talking].map((ear) => ends(ear, began)));
  assert.deepEqual(silent.events, [], 'the end of the grace is told by no event');
  assert.deepEqual(talking.events, []);
  await refusals(trying, 3);
  // Who got in before them has outlived a grace by now.
  await say(member);
  assert.equal(member.ended, undefined);
});

test('authenticating twice doubles nothing', { timeout: 4 * patience }, async (t) => {
  const witness = await authenticated(t, 'witness');
  const twice = await authenticated(t, 'twice');
  const again = token('twice');
  for (let n = 0; n < 3; n++) twice.emit('authenticate', { token: again });
  const before = twice.bodies().length;
  const bodies = [await say(witness, twice), await say(twice, witness), await say(witness, twice)];
  assert.deepEqual(twice.bodies().slice(before), bodies);
  assert.deepEqual(witness.bodies().slice(-3), bodies);
});

test('the two tokens of one burst let in once', async (t) => {
  const witness = await authenticated(t, 'witness');
  const hasty = await connected(t, url);
  hasty.emit('authenticate', { token: token('hasty') });
  hasty.emit('authenticate', { token: token('hasty') });
  await hasty.until(() => hasty.named('authenticated').length, 'authenticated');
  const body = await say(witness, hasty);
  await say(hasty, witness);
  assert.equal(hasty.bodies().filter((heard) => heard === body).length, 1);
  assert.equal(new Set(witness.bodies()).size, witness.bodies().length);
});

test('a socket that leaves in its grace leaves nothing behind', async (t) => {
  const witness = await authenticated(t, 'witness');
  for (let n = 0; n < 20; n++) {
    const ear = open(t, url);
    await ear.connected();
    ear.emit('authenticate', { token: n % 2 ? token('gone') : 'garbage' });
    ear.socket.disconnect();
  }
  await say(witness);
});
