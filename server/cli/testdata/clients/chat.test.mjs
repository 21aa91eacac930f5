// The chat lane: the same connection with more said on it.
// HOBNOB_URL is a server that trusts HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';

import { env } from './env.mjs';
import { connected, mark, open, patience, say } from './sockets.mjs';
import { token } from './tokens.mjs';

const url = env('HOBNOB_URL');
const maxPayload = 1_000_000; // of the server's Engine.IO, unless it was told otherwise

const guest = (t, name) => connected(t, url, { auth: { token: token(name) } });
const hello = (ear, more = {}) => ear.ask('hello', { protocol: 1, client: 'driver/1', ...more });

// member is a socket on the chat lane; its welcome is beside it.
async function member(t, name, more) {
  const ear = await guest(t, name);
  ear.welcome = await hello(ear, more);
  assert.equal(ear.welcome.ok, true, JSON.stringify(ear.welcome));
  return ear;
}

// post says a body and is told where it stands.
async function post(ear, body, options) {
  const posted = await ear.ask('message', body, ...(options === undefined ? [] : [options]));
  assert.equal(posted.ok, true, JSON.stringify(posted));
  return posted;
}

// fails asks for something that must be refused, with this code.
async function fails(ear, code, ...request) {
  const answer = await ear.ask(...request);
  assert.equal(answer.ok, false, `${request[0]} was granted: ${JSON.stringify(answer)}`);
  assert.deepEqual(Object.keys(answer).sort(), ['error', 'ok']);
  assert.equal(answer.error.code, code, JSON.stringify(answer.error));
  assert.equal(typeof answer.error.message, 'string');
  assert.ok(answer.error.message);
  assert.doesNotMatch(answer.error.message, /sql|goroutine|\.go:|\/home|\/tmp/i, 'an error tells internals');
}

// envelopes are those of the messages heard on the chat lane, in order.
const envelopes = (ear) => ear.named('message').filter((args) => args.length === 2).map(([, envelope]) => envelope);
const envelopeOf = (ear, id) => ear.until(() => envelopes(ear).find((envelope) => envelope.id === id), `message ${id}`);

test('hello says who one is and what there is', async (t) => {
  const { welcome } = await member(t, 'ann');
  assert.equal(typeof welcome.you.id, 'string');
  assert.equal(welcome.you.name, 'ann');
  assert.equal(welcome.you.role, 'member');
  assert.equal(typeof welcome.team.id, 'string');
  assert.equal(typeof welcome.team.name, 'string');
  assert.ok(welcome.team.id);
  const general = welcome.rooms.find((room) => room.name === 'general');
  assert.ok(general, 'there is #general');
  assert.equal(typeof general.id, 'string');
  assert.ok(Number.isInteger(general.last_seq));
  assert.ok(Number.isInteger(welcome.limits.body) && welcome.limits.body > 0);
  assert.ok(Number.isInteger(welcome.limits.history) && welcome.limits.history > 0);
  assert.equal(typeof welcome.position, 'string');
  assert.equal(typeof welcome.resumed, 'boolean');
  assert.ok(welcome.expires > Date.now() && welcome.expires < Date.now() + 2 * 3600 * 1000, 'expires is in milliseconds');
});

test('one identity a subject, whatever name it gives', async (t) => {
  const ann = await member(t, 'ann');
  const again = await member(t, 'ann');
  const bob = await member(t, 'bob');
  const renamed = await connected(t, url, { auth: { token: token('ann', { name: 'bob' }) } });
  renamed.welcome = await hello(renamed);
  assert.equal(again.welcome.you.id, ann.welcome.you.id);
  assert.equal(renamed.welcome.you.id, ann.welcome.you.id);
  assert.notEqual(bob.welcome.you.id, ann.welcome.you.id);
});

test('hello that cannot be met is refused, and may be said better', async (t) => {
  const ear = await guest(t, 'ann');
  await fails(ear, 'unsupported', 'hello', { protocol: 99, client: 'driver' });
  for (const odd of ['hello', 7, null, [], { protocol: 'one' }]) {
    const answer = await ear.ask('hello', odd);
    assert.equal(answer.ok, false, JSON.stringify(odd));
    assert.ok(['bad_request', 'unsupported'].includes(answer.error.code), answer.error.code);
  }
  assert.equal((await hello(ear)).ok, true);
});

test('a message is answered with where it stands, and told with its envelope', async (t) => {
  const ann = await member(t, 'ann');
  const bob = await member(t, 'bob');
  const plain = await guest(t, 'plain');
  const id = crypto.randomUUID();
  const body = mark('hello');
  const before = Date.now();
  const posted = await post(ann, body, { room: 'general', id });
  assert.deepEqual(Object.keys(posted).sort(), ['at', 'id', 'ok', 'position', 'room', 'seq']);
  assert.equal(posted.id, id);
  assert.ok(Number.isInteger(posted.seq) && posted.seq > 0);
  assert.equal(typeof posted.position, 'string');
  assert.ok(Math.abs(posted.at - before) < 60_000, 'at is in milliseconds');

  const { ok: _, ...where } = posted;
  for (const ear of [ann, bob]) {
    const envelope = await envelopeOf(ear, id);
    assert.deepEqual(envelope, { ...where, from: ann.welcome.you });
    assert.equal(ear.named('message').find(([, e]) => e?.id === id)[0], body);
  }
  await plain.hears(body);
  assert.deepEqual(plain.named('message').at(-1), [body], 'the plain lane has no envelope');
});

test('both lanes talk to each other', async (t) => {
  const chat = await member(t, 'chat');
  const plain = await guest(t, 'plain');
  await say(plain, chat);
  const [body, envelope] = chat.named('message').at(-1);
  assert.equal(body, plain.bodies().at(-1));
  assert.equal(envelope.from.name, 'plain');
  assert.ok(envelope.id, 'the server gave it an ID');
  await say(chat, plain);
  assert.ok(plain.named('message').every((args) => args.length === 1));
  plain.emit('message', { bytes: Buffer.from('plain') });
  chat.emit('message', { bytes: Buffer.from('chat') });
  await say(plain, chat); // each sender's own comes after what it said
  await say(chat, plain);
  for (const ear of [chat, plain]) {
    const bytes = ear.bodies().filter((b) => b.bytes).map((b) => String(b.bytes)).sort();
    assert.deepEqual(bytes, ['chat', 'plain']);
  }
});

test('options may be left out, in part or whole', async (t) => {
  const ann = await member(t, 'ann');
  const all = [
    await post(ann, 'bare'),
    await post(ann, 'null', null), // what JavaScript makes of undefined
    await post(ann, 'empty', {}),
    await post(ann, 'by name', { room: '#general' }),
    await post(ann, 'more', { room: 'general', a_later_option: true }),
  ];
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length, 'each has an ID of its own');
  assert.equal(new Set(all.map(({ room }) => room)).size, 1);
  ann.emit('message', 'without an ack', { room: 'general' });
  await say(ann);
  assert.ok(ann.bodies().includes('without an ack'));
});

test('numbers of a room have no gaps, also of many at once', async (t) => {
  const ann = await member(t, 'ann');
  const bob = await member(t, 'bob');
  const count = 150;
  const posted = await Promise.all(Array.from({ length: 2 * count }, (_, i) => post(i % 2 ? ann : bob, `number ${i}`)));
  const seqs = posted.map(({ seq }) => seq).sort((a, b) => a - b);
  assert.deepEqual(seqs, Array.from({ length: 2 * count }, (_, i) => seqs[0] + i));
  await say(ann, bob);
  for (const ear of [ann, bob]) {
    const heard = envelopes(ear).map(({ seq }) => seq);
    assert.deepEqual(heard, Array.from({ length: heard.length }, (_, i) => heard[0] + i), 'in order, each once');
    assert.equal(new Set(envelopes(ear).map(({ position }) => position)).size, heard.length);
  }
  for (const own of [posted.filter((_, i) => i % 2), posted.filter((_, i) => !(i % 2))]) {
    assert.deepEqual(own.map(({ seq }) => seq), own.map(({ seq }) => seq).sort((a, b) => a - b), "a sender's own order");
  }
});

test('one ID is posted once, however often it is sent', async (t) => {
  const ann = await member(t, 'ann');
  const bob = await member(t, 'bob');
  const id = crypto.randomUUID();
  const first = await post(ann, 'once', { id });
  assert.deepEqual(await post(ann, 'once', { id }), first);
  await fails(ann, 'conflict', 'message', 'another text', { id });

  const both = crypto.randomUUID(); // at once, and over two connections
  const phone = await member(t, 'ann');
  const answers = await Promise.all([ann, phone, ann, phone, ann].map((ear) => post(ear, 'at once', { id: both })));
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.equal(answers[0].seq, first.seq + 1);

  await say(ann, bob);
  for (const ear of [ann, bob]) {
    assert.equal(envelopes(ear).filter((e) => e.id === id).length, 1);
    assert.equal(envelopes(ear).filter((e) => e.id === both).length, 1);
  }
  assert.ok(!bob.bodies().includes('another text'));
});

test("a stranger's equal ID is another message", async (t) => {
  const ann = await member(t, 'ann');
  const mallory = await member(t, 'mallory');
  const id = crypto.randomUUID();
  const theirs = await post(mallory, 'first with this ID', { id });
  const hers = await post(ann, 'second with this ID', { id });
  assert.notEqual(hers.seq, theirs.seq);
  assert.notEqual(hers.position, theirs.position);
  await say(ann, mallory);
  for (const ear of [ann, mallory]) {
    assert.deepEqual(ear.named('message').filter(([, e]) => e.id === id).map(([body, e]) => [body, e.from.name]),
      [['first with this ID', 'mallory'], ['second with this ID', 'ann']]);
  }
});

test('a message may answer another of its room', async (t) => {
  const ann = await member(t, 'ann');
  const { id } = await post(ann, 'a question');
  const { id: answer } = await post(ann, 'an answer', { reply_to: id });
  assert.equal((await envelopeOf(ann, answer)).reply_to, id);
  const { id: inThread } = await post(ann, 'in its thread', { thread: id });
  assert.equal((await envelopeOf(ann, inThread)).thread, id);
  await fails(ann, 'not_found', 'message', 'to nothing', { reply_to: crypto.randomUUID() });
  await fails(ann, 'not_found', 'message', 'to nothing', { thread: crypto.randomUUID() });
});

test('history has pages in both directions', async (t) => {
  const ann = await member(t, 'ann');
  const posted = [];
  for (let i = 0; i < 25; i++) posted.push(await post(ann, `page ${i}`));
  const [first, last] = [posted[0].seq, posted.at(-1).seq];
  const history = async (request) => {
    const page = await ann.ask('history', request);
    assert.equal(page.ok, true, JSON.stringify(page));
    assert.equal(typeof page.more, 'boolean');
    return page;
  };
  const seqs = ({ messages }) => messages.map(({ seq }) => seq);
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  const newest = await history({ room: 'general', limit: 10 });
  assert.deepEqual(seqs(newest), range(last - 9, last), 'the newest, oldest first');
  assert.equal(newest.more, true);
  assert.deepEqual(newest.messages.at(-1), {
    id: posted.at(-1).id, room: posted.at(-1).room, seq: last, position: posted.at(-1).position,
    at: posted.at(-1).at, from: ann.welcome.you, body: 'page 24',
  });
  assert.deepEqual(seqs(await history({ room: 'general', before: last - 9, limit: 10 })), range(last - 19, last - 10));
  assert.deepEqual(seqs(await history({ room: '#general', after: first, limit: 10 })), range(first + 1, first + 10));
  const end = await history({ after: last - 3, limit: 10 });
  assert.deepEqual([seqs(end), end.more], [range(last - 2, last), false]);
  const beginning = await history({ before: 3, limit: 10 });
  assert.deepEqual([seqs(beginning), beginning.more], [[1, 2], false]);
  assert.deepEqual(seqs(await history({ after: last })), []);
  assert.deepEqual(seqs(await history({ after: 0, limit: 3 })), [1, 2, 3]);
  assert.ok((await history({})).messages.length > 0, 'all of it may be left out');
  const most = await history({ limit: 1_000_000 });
  assert.ok(most.messages.length <= ann.welcome.limits.history);

  await fails(ann, 'bad_request', 'history', { room: 'general', before: 5, after: 2 });
  await fails(ann, 'bad_request', 'history', { limit: -1 });
  await fails(ann, 'unknown_room', 'history', { room: 'nowhere' });
  for (const odd of ['general', 7, [], { before: 'x' }, { before: -1 }, { limit: 'all' }, { room: {} }]) {
    await fails(ann, 'bad_request', 'history', odd);
  }
});

test('a page keeps bodies of every kind, bytes in base64', async (t) => {
  const ann = await member(t, 'ann');
  const bodies = ['text \u2028 grüße 👩‍👩‍👧‍👦', 7, null, true, { a: [1, { b: null }] }, [], { _placeholder: true, num: 0 }];
  for (const body of bodies) await post(ann, body);
  const bytes = [Buffer.from([0, 255, 1]), Buffer.from('two')];
  await post(ann, { name: 'x', bytes: bytes[0], more: [bytes[1]] });
  const { messages } = await ann.ask('history', { limit: bodies.length + 1 });
  assert.deepEqual(messages.slice(0, -1).map(({ body }) => body), bodies);
  assert.ok(messages.slice(0, -1).every((message) => !('attachments' in message)));
  const { body, attachments } = messages.at(-1);
  assert.deepEqual(attachments, bytes.map((b) => b.toString('base64')));
  assert.deepEqual(body, { name: 'x', bytes: { _placeholder: true, num: 0 }, more: [{ _placeholder: true, num: 1 }] });
});

test('what was missed is told once, in order, and then what is said meanwhile', { timeout: 4 * patience }, async (t) => {
  const away = await member(t, 'away');
  const stays = await member(t, 'stays');
  await say(stays, away);
  const { seq, position } = envelopes(away).at(-1);
  away.socket.disconnect();
  for (let i = 0; i < 300; i++) stays.emit('message', `missed ${i}`);
  const bytes = Buffer.from('missed bytes');
  stays.emit('message', { bytes });
  await say(stays);

  let talking = true;
  const talk = (async () => {
    for (let i = 0; talking; i++) await post(stays, `meanwhile ${i}`);
  })();
  t.after(() => { talking = false; return talk; });
  const back = await guest(t, 'away');
  const welcome = await hello(back, { position });
  assert.equal(welcome.resumed, true);
  await back.until(() => envelopes(back).length > 350, 'what was missed and some more');
  talking = false;
  await talk;
  await say(stays, back);

  const heard = back.named('message').filter((args) => args.length === 2);
  assert.deepEqual(heard.map(([, e]) => e.seq), Array.from({ length: heard.length }, (_, i) => seq + 1 + i));
  assert.deepEqual(heard.slice(0, 300).map(([body]) => body), Array.from({ length: 300 }, (_, i) => `missed ${i}`));
  assert.deepEqual(heard[300][0], { bytes }, 'bytes are replayed as bytes');
  assert.deepEqual(heard[0][1].from, stays.welcome.you);
});

test('who missed nothing is told nothing', async (t) => {
  const ann = await member(t, 'ann');
  const { position } = await post(ann, 'the last word');
  const back = await member(t, 'ann', { position });
  assert.equal(back.welcome.resumed, true);
  assert.equal(back.welcome.position, position);
  const body = await say(ann, back);
  assert.deepEqual(back.named('message').filter((args) => args.length === 2).map(([b]) => b), [body]);
});

test('a position that is none of this log is not resumed', async (t) => {
  const ann = await member(t, 'ann');
  const { position } = await post(ann, 'before');
  const bogus = ['nonsense', `elsewhere.${position.split('.').at(-1)}`, position.replace(/\d+$/, '900000000000'), `${position} `, '.', 'x'.repeat(5000), '\u0000'];
  for (const odd of bogus) {
    const back = await member(t, 'ann', { position: odd });
    assert.equal(back.welcome.resumed, false, JSON.stringify(odd));
    const body = await say(ann, back);
    assert.deepEqual(back.bodies(), [body], 'nothing is replayed');
  }
});

test('a message that cannot be posted is refused, and is no message', async (t) => {
  const ann = await member(t, 'ann');
  const { seq } = await post(ann, 'before');
  await fails(ann, 'unknown_room', 'message', 'x', { room: 'nowhere' });
  await fails(ann, 'unknown_room', 'message', 'x', { room: '#' });
  await fails(ann, 'unknown_room', 'message', 'x', { room: "general' OR 1=1 --" });
  const odd = ['general', 7, true, ['general'], { room: 7 }, { room: ['general'] }, { id: 7 }, { id: {} }, { reply_to: 7 }, { thread: [] },
    { id: 'a space' }, { id: 'x'.repeat(65) }, { id: 'zero\u0000' }, { id: 'näh' }, { id: 'x\u001b[31m' }, { reply_to: 'x'.repeat(65) }];
  for (const options of odd) await fails(ann, 'bad_request', 'message', 'x', options);
  const after = await post(ann, 'after');
  assert.equal(after.seq, seq + 1);
  await say(ann);
  assert.ok(!ann.bodies().includes('x'));
});

test('a body over the limit is refused, and one at it is not', async (t) => {
  const ann = await member(t, 'ann');
  const { body: limit } = ann.welcome.limits;
  if (limit + 1_000 > maxPayload) {
    t.skip(`a body over ${limit} bytes does not fit into a packet`);
    return;
  }
  await fails(ann, 'too_large', 'message', 'x'.repeat(limit - 1));
  await fails(ann, 'too_large', 'message', { bytes: Buffer.alloc(limit) });
  await post(ann, 'x'.repeat(limit - 2)); // and its two quotes
  assert.equal(ann.ended, undefined);
});

test('a request that is unknown is refused, and is relayed to nobody', async (t) => {
  const ann = await member(t, 'ann');
  const bob = await member(t, 'bob');
  for (const name of ['no:such', 'Message', 'error', '']) await fails(ann, 'unknown_event', name, {});
  ann.emit('no:such', 'without an ack');
  await say(ann, bob);
  assert.deepEqual(new Set(bob.events.map(([name]) => name)), new Set(['message']));
});

test('hello opens the lane for its own session alone', async (t) => {
  const chat = await member(t, 'ann');
  const plain = await guest(t, 'ann');
  await say(chat, plain);
  assert.equal(chat.named('message').at(-1).length, 2);
  assert.equal(plain.named('message').at(-1).length, 1);
});

test('the client library comes back by itself and resumes', async (t) => {
  const ann = await member(t, 'ann');
  const back = open(t, url, { auth: { token: token('bob') }, reconnection: true, reconnectionDelay: 50, randomizationFactor: 0 });
  await back.connected();
  const { position } = await hello(back);
  const again = back.connected();
  back.socket.io.engine.close(); // as a lost network would, from here
  await say(ann);
  await again;
  const welcome = await hello(back, { position });
  assert.equal(welcome.resumed, true);
  const body = await say(ann, back);
  const heard = back.named('message').filter((args) => args.length === 2).map(([b]) => b);
  assert.deepEqual(heard, [ann.bodies().at(-2), body]);
});
