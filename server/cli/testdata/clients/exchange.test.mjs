// All kinds of official clients in one room.
// HOBNOB_URL runs with --allow-eio3 and trusts HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import test from 'node:test';

import { binaries, bodies } from './bodies.mjs';
import { env } from './env.mjs';
import { connected, kinds, patience, say } from './sockets.mjs';
import { token } from './tokens.mjs';

const url = env('HOBNOB_URL');

const enter = (t, kind, options = {}) => connected(t, url, { query: { token: token(kind.name) }, ...options }, kind);
const everybody = (t) => Promise.all(kinds.map((kind) => enter(t, kind)));
const kind = (version, setting) => kinds.find((k) => k.version === version && k.setting === setting);

test('1,000 messages of one client reach another of another version and transport, in order and once', { timeout: 4 * patience }, async (t) => {
  const pairs = [
    [kind(4, 'by default'), kind(2, 'polling only')],
    [kind(2, 'by default'), kind(3, 'polling only')],
    [kind(3, 'polling only'), kind(4, 'WebSocket only')],
    [kind(2, 'polling only'), kind(4, 'by default')],
  ];
  const count = 1000;
  for (const [one, other] of pairs) {
    await t.test(`${one.name} to ${other.name}`, async (t) => {
      const speaker = await enter(t, one);
      const listener = await enter(t, other);
      // Those that begin with polling move to WebSocket in the middle of it.
      for (let i = 0; i < count; i++) speaker.emit('message', i);
      await listener.until(() => listener.bodies().length >= count, `${count} messages`, 3 * patience);
      await say(speaker, listener); // a double would stand before it
      for (const ear of [speaker, listener]) {
        assert.deepEqual(ear.bodies().slice(0, -1), Array.from({ length: count }, (_, i) => i));
        await ear.settled();
      }
    });
  }
});

test('all hear all in one order', { timeout: 4 * patience }, async (t) => {
  const ears = await everybody(t);
  const count = 111;
  for (let i = 0; i < count; i++) {
    for (const ear of ears) ear.emit('message', [ear.kind.name, i]);
    if (i % 10 === 0) await new Promise(setImmediate); // lets them upgrade meanwhile
  }
  const all = count * ears.length;
  await Promise.all(ears.map((ear) => ear.until(() => ear.bodies().length >= all, `${all} messages`, 3 * patience)));
  await say(ears[0], ...ears);
  const heard = ears[0].bodies();
  assert.equal(heard.length, all + 1);
  for (const ear of ears) {
    assert.deepEqual(ear.bodies(), heard, ear.kind.name);
    assert.deepEqual(heard.filter(([name]) => name === ear.kind.name).map(([, i]) => i), Array.from({ length: count }, (_, i) => i));
    await ear.settled();
  }
});

test('a body of any client arrives at all as it was sent', { timeout: 4 * patience }, async (t) => {
  const ears = await everybody(t);
  const sent = Object.entries({ ...bodies, ...binaries });
  for (const speaker of ears) {
    await t.test(speaker.kind.name, async () => {
      const before = ears.map((ear) => ear.bodies().length);
      for (const [, body] of sent) speaker.emit('message', body);
      await say(speaker, ...ears);
      for (const [i, ear] of ears.entries()) {
        const heard = ear.bodies().slice(before[i], -1);
        for (const [n, [what, body]] of sent.entries()) assert.deepStrictEqual(heard[n], body, `${what}, as ${ear.kind.name} heard it`);
        assert.equal(heard.length, sent.length);
      }
    });
  }
});

test('bytes arrive from clients that may send only text', async (t) => {
  const listener = await enter(t, kind(4, 'WebSocket only'));
  const speakers = await Promise.all(kinds.map((k) => enter(t, k, { forceBase64: true })));
  const body = { bytes: Buffer.from([0, 1, 254, 255]), more: [Buffer.from('more')] };
  for (const speaker of speakers) {
    speaker.emit('message', body);
    await say(speaker, listener);
    for (const ear of [speaker, listener]) assert.deepStrictEqual(ear.bodies().at(-2), body, speaker.kind.name);
  }
});

test('an ack is answered, with its message stored', async (t) => {
  const ears = await everybody(t);
  for (const ear of ears) {
    const answer = await ear.ask('message', `of ${ear.kind.name}`);
    assert.deepEqual(Object.keys(answer).sort(), ['at', 'id', 'ok', 'position', 'room', 'seq']);
    assert.equal((await ear.ask('message', { bytes: Buffer.from(ear.kind.name) })).seq, answer.seq + 1);
    assert.equal((await ear.ask('nonsense')).error.code, 'unknown_event');
  }
});

test('every client is welcome on the chat lane', async (t) => {
  for (const ear of await everybody(t)) {
    const welcome = await ear.ask('hello', { protocol: 1, client: 'driver/1' });
    assert.equal(welcome.ok, true);
    await say(ear);
    assert.equal(ear.named('message').at(-1)[1].from.name, ear.kind.name);
  }
});
