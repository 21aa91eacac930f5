// The plain lane: three lines of JavaScript that know nothing of hobnob.
// HOBNOB_URL trusts HOBNOB_SECRET for HS256; HOBNOB_LEEWAY0_URL does too, and gives
// clocks no leeway.

import assert from 'node:assert/strict';
import test from 'node:test';

import { binaries, bodies, maxAttachments } from './bodies.mjs';
import { env } from './env.mjs';
import { connected, mark, patience, say } from './sockets.mjs';
import { now, token } from './tokens.mjs';

const url = env('HOBNOB_URL');
const strictURL = env('HOBNOB_LEEWAY0_URL');

const guest = (t, name, where = url, more = {}) => connected(t, where, { auth: { token: token(name, more) } });

test('1,000 messages of three reach each once, in one order', { timeout: 4 * patience }, async (t) => {
  const names = ['ann', 'bob', 'cy'];
  const ears = await Promise.all(names.map((name) => guest(t, name)));
  const count = 1000;
  for (let i = 0; i < count; i++) ears[i % 3].emit('message', `${names[i % 3]} says ${i}`);
  await Promise.all(ears.map((ear) => ear.until(() => ear.bodies().length >= count, `${count} messages`, 3 * patience)));
  await say(ears[0], ...ears); // a double would stand before it

  const heard = ears[0].bodies();
  assert.equal(heard.length, count + 1);
  assert.equal(new Set(heard).size, count + 1, 'each once');
  for (const ear of ears) assert.deepEqual(ear.bodies(), heard, 'all hear one order');
  for (const [n, name] of names.entries()) {
    const numbers = heard.filter((body) => body.startsWith(name)).map((body) => Number(body.split(' ').at(-1)));
    assert.deepEqual(numbers, Array.from({ length: numbers.length }, (_, k) => n + 3 * k), `${name}'s own order`);
  }
});

test('a body arrives as it was sent, as the one argument', async (t) => {
  const speaker = await guest(t, 'speaker');
  const listener = await guest(t, 'listener');
  for (const [what, body] of Object.entries({ ...bodies, ...binaries })) {
    await t.test(what, async () => {
      speaker.emit('message', body);
      await say(speaker, listener);
      for (const ear of [speaker, listener]) {
        const args = ear.named('message').at(-2);
        assert.equal(args.length, 1);
        assert.deepStrictEqual(args[0], body);
        assert.equal(JSON.stringify(args[0]), JSON.stringify(body), 'keys keep their order');
      }
    });
  }
  await t.test('undefined is null', async () => {
    speaker.emit('message', undefined);
    await say(speaker, listener);
    assert.deepEqual(listener.named('message').at(-2), [null]);
  });
  await t.test('a typed array is its bytes', async () => {
    speaker.emit('message', new Uint8Array([7, 8, 9]));
    speaker.emit('message', new Uint8Array([1, 2]).buffer);
    await say(speaker, listener);
    assert.deepEqual(listener.bodies().slice(-3, -1), [Buffer.from([7, 8, 9]), Buffer.from([1, 2])]);
  });
});

test('texts and bytes of two senders do not get into each other', async (t) => {
  const texts = await guest(t, 'texts');
  const bytes = await guest(t, 'bytes');
  const listener = await guest(t, 'listener');
  const count = 50;
  for (let i = 0; i < count; i++) {
    texts.emit('message', `text ${i}`);
    bytes.emit('message', { n: i, parts: [Buffer.from(`left ${i}`), Buffer.from(`right ${i}`)] });
  }
  await listener.until(() => listener.bodies().length >= 2 * count, 'all of both');
  const heard = listener.bodies();
  assert.deepEqual(heard.filter((body) => typeof body === 'string'), Array.from({ length: count }, (_, i) => `text ${i}`));
  assert.deepEqual(heard.filter((body) => typeof body !== 'string'),
    Array.from({ length: count }, (_, n) => ({ n, parts: [Buffer.from(`left ${n}`), Buffer.from(`right ${n}`)] })));
});

test('further arguments are ignored', async (t) => {
  const speaker = await guest(t, 'speaker');
  const listener = await guest(t, 'listener');
  const furthers = [['second'], [{ room: 'nowhere', id: 'not for this lane', reply_to: 'x' }], [null, 3, [4], {}], [Buffer.from('bytes')]];
  for (const further of furthers) {
    const body = mark('first');
    speaker.emit('message', body, ...further);
    speaker.emit('message', body, ...further, () => {});
    await say(speaker, listener);
    for (const ear of [speaker, listener]) {
      assert.deepEqual(ear.named('message').slice(-3, -1), [[body], [body]]);
    }
  }
  // A body without bytes stays a plain packet, whatever stood behind it.
  assert.ok(listener.named('message').every((args) => args.length === 1));
});

test('an ack is answered', async (t) => {
  const speaker = await guest(t, 'speaker');
  await speaker.ask('message', 'with an ack');
  await speaker.ask('message', { bytes: Buffer.from('with an ack') });
  await speaker.ask('message', 'with an ack', { and: 'more' });
  await Promise.all(Array.from({ length: 100 }, (_, i) => speaker.ask('message', i)));
  await say(speaker);
  const numbers = speaker.bodies().filter((body) => typeof body === 'number');
  assert.deepEqual(numbers, Array.from({ length: 100 }, (_, i) => i));
});

test('events of other names reach nobody and disturb nobody', async (t) => {
  const speaker = await guest(t, 'speaker');
  const listener = await guest(t, 'listener');
  const names = ['chat', 'Message', 'message ', 'messages', 'broadcast', 'error', 'authenticated', 'unauthorized', 'notice',
    'message:edited', 'room:updated', 'toString', '__proto__', 'ping', 'nachricht 你好', '', 'x'.repeat(10_000)];
  for (const name of names) {
    speaker.emit(name, mark('for nobody'), { room: 'general' });
    speaker.emit(name, Buffer.from('for nobody'));
  }
  await say(speaker, listener);
  assert.deepEqual(listener.events.map(([name]) => name), ['message']);
  assert.deepEqual(speaker.events.map(([name]) => name), ['message']);
  assert.equal(speaker.ended, undefined);
});

test('one attachment too many ends the session that sent it, and no other', async (t) => {
  const greedy = await guest(t, 'greedy');
  const listener = await guest(t, 'listener');
  greedy.emit('message', Array.from({ length: maxAttachments + 1 }, (_, i) => Buffer.from([i])));
  await greedy.disconnected();
  await say(listener);
  assert.equal(listener.bodies().length, 1);
});

test('a packet over the limit ends the session that sent it, and no other', async (t) => {
  const loud = await guest(t, 'loud');
  const listener = await guest(t, 'listener');
  loud.emit('message', 'x'.repeat(1_100_000));
  await loud.disconnected();
  await say(listener);
  assert.equal(listener.bodies().length, 1);
});

test('two sessions of one person both hear, each once', async (t) => {
  const desk = await guest(t, 'ann');
  const phone = await guest(t, 'ann');
  const bodies = [await say(desk, phone), await say(phone, desk)];
  assert.deepEqual(desk.bodies(), bodies);
  assert.deepEqual(phone.bodies(), bodies);
});

test('who has left is told nothing, and who comes hears what is said from then on', async (t) => {
  const stays = await guest(t, 'stays');
  const leaves = await guest(t, 'leaves');
  await say(stays, leaves);
  leaves.socket.disconnect();
  await say(stays);
  const comes = await guest(t, 'comes');
  const body = await say(stays, comes);
  assert.deepEqual(comes.bodies(), [body]);
  assert.equal(leaves.bodies().length, 1);
});

test('a session ends when its token does', async (t) => {
  const witness = await guest(t, 'witness', strictURL);
  const exp = now() + 2;
  const brief = await guest(t, 'brief', strictURL, { exp });
  await say(brief, witness);
  assert.equal(await brief.disconnected(), 'io server disconnect');
  const over = Date.now() - exp * 1000;
  assert.ok(over > -100, `ended ${-over} ms before its token`);
  assert.ok(over < 3_000, `ended only ${over} ms after its token`);
  const [[err]] = brief.named('unauthorized');
  assert.equal(err.data.code, 'invalid_token');
  assert.equal(err.data.type, 'UnauthorizedError');
  assert.equal(err.message, 'jwt expired');
  const heard = brief.events.length;
  await say(witness);
  assert.equal(brief.events.length, heard);
  assert.equal(witness.ended, undefined);
});
