// What a team does, by an official client: all that a person can do a bot can, too.
// HOBNOB_URL is a server that trusts HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { env } from './env.mjs';
import { connected } from './sockets.mjs';
import { token } from './tokens.mjs';

const url = env('HOBNOB_URL');
const unique = () => crypto.randomUUID().slice(0, 8);

// member is a socket on the chat lane.
async function member(t, name, claims) {
  const ear = await connected(t, url, { auth: { token: token(name, claims) } });
  const welcome = await ear.ask('hello', { protocol: 1, client: 'driver/1' });
  assert.equal(welcome.ok, true, JSON.stringify(welcome));
  ear.me = welcome.you;
  return ear;
}

async function did(ear, ...request) {
  const answer = await ear.ask(...request);
  assert.equal(answer.ok, true, `${JSON.stringify(request)}: ${JSON.stringify(answer)}`);
  return answer;
}

async function refused(ear, code, ...request) {
  const answer = await ear.ask(...request);
  assert.equal(answer.ok, false, `${JSON.stringify(request)} was granted`);
  assert.equal(answer.error.code, code, JSON.stringify(answer.error));
}

const heard = (ear, name, that) =>
  ear.until(() => ear.named(name).map((args) => args.at(-1)).find(that), name);

test('a private room is heard by who is in it, and known to nobody else', async (t) => {
  const [ada, bob, carol] = await Promise.all(['ada', 'bob', 'carol'].map((name) => member(t, name + unique())));
  const name = `plans-${unique()}`;
  const { room } = await did(ada, 'room:create', { name, kind: 'private', users: [bob.me.id] });
  await heard(bob, 'room:updated', (told) => told.room.id === room.id);
  await did(ada, 'message', 'between us', { room: room.id });
  await bob.until(() => bob.named('message').find(([body]) => body === 'between us'), 'the message');
  await refused(carol, 'unknown_room', 'history', { room: room.id });
  await refused(carol, 'unknown_room', 'room:join', { room: name });
  await refused(carol, 'unknown_room', 'message', 'hi', { room: room.id });
  const { rooms } = await did(carol, 'room:list', {});
  assert.ok(!rooms.some(({ id }) => id === room.id));
  await did(bob, 'room:invite', { room: room.id, users: [carol.me.id] });
  await heard(carol, 'room:joined', (told) => told.room.id === room.id);
  await did(ada, 'message', 'welcome', { room: room.id });
  await carol.until(() => carol.named('message').find(([body]) => body === 'welcome'), 'the message');
  assert.equal(carol.named('message').filter(([body]) => body === 'between us').length, 0);
  await did(carol, 'room:leave', { room: room.id });
  await did(ada, 'message', 'gone?', { room: room.id });
  await did(carol, 'message', 'mark', { room: 'general' });
  assert.ok(!carol.named('message').some(([body]) => body === 'gone?'));
});

test('edits, reactions and deletions are told, and in history', async (t) => {
  const [ada, bob] = await Promise.all(['ada', 'bob'].map((name) => member(t, name + unique())));
  const { room } = await did(ada, 'room:create', { name: `r-${unique()}`, users: [bob.me.id] });
  const { seq } = await did(ada, 'message', 'teh text', { room: room.id });
  await did(ada, 'message:edit', 'the text', { room: room.id, seq, revision: 0 });
  await refused(ada, 'conflict', 'message:edit', 'a text', { room: room.id, seq, revision: 0 });
  await refused(bob, 'not_allowed', 'message:edit', 'mine', { room: room.id, seq });
  await bob.until(() => bob.named('message:edited').find(([body]) => body === 'the text'), 'message:edited');
  await did(bob, 'message:react', { room: room.id, seq, emoji: '🎉' });
  await refused(bob, 'bad_request', 'message:react', { room: room.id, seq, emoji: 'nice' });
  let { messages } = await did(bob, 'history', { room: room.id });
  assert.equal(messages[0].body, 'the text');
  assert.equal(messages[0].revision, 1);
  assert.deepEqual(messages[0].reactions, [{ emoji: '🎉', count: 1, users: [bob.me.id] }]);
  await refused(bob, 'not_allowed', 'message:delete', { room: room.id, seq });
  await did(ada, 'message:delete', { room: room.id, seq });
  ({ messages } = await did(bob, 'history', { room: room.id }));
  assert.equal(messages[0].body, null);
  assert.ok(messages[0].deleted > 0);
  assert.equal(messages[0].reactions, undefined);
  await refused(bob, 'deleted', 'message:edits', { room: room.id, seq });
});

test('the bot of the documentation counts, and answers in a thread', async (t) => {
  const ada = await member(t, 'ada' + unique());
  const { room } = await did(ada, 'room:create', { name: `coffee-${unique()}` });
  const script = fileURLToPath(new URL('../../../../docs/examples/bot.mjs', import.meta.url));
  const bot = spawn(process.execPath, ['--import', './resolve.mjs', script, room.name], {
    cwd: path.dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, HOBNOB_SERVER: url, HOBNOB_TOKEN: token('counter' + unique(), { role: 'bot' }) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => { bot.on('exit', resolve); });
  t.after(async () => { bot.kill(); await ended; });
  await heard(ada, 'room:joined', (told) => told.room.id === room.id);
  for (const cups of [1, 2]) {
    const { id } = await did(ada, 'message', '!count coffee', { room: room.id });
    const [, envelope] = await ada.until(() => ada.named('message').find(([body]) => body === `coffee: ${cups}`), `${cups} cups`);
    assert.equal(envelope.thread, id);
  }
  await heard(ada, 'message:reaction', ({ emoji }) => emoji === '✅');
});

test('the bot of the documentation says what it lacks, and ends', async () => {
  const script = fileURLToPath(new URL('../../../../docs/examples/bot.mjs', import.meta.url));
  const good = { HOBNOB_SERVER: url, HOBNOB_TOKEN: token('counter' + unique(), { role: 'bot' }) };
  for (const [lacks, said] of [
    [{ HOBNOB_SERVER: '' }, /^bot: HOBNOB_SERVER is not set\n$/],
    [{ HOBNOB_TOKEN: '' }, /^bot: HOBNOB_TOKEN is not set\n$/],
    [{}, /^bot: room:join: unknown_room: there is no such room, .*\n$/],
  ]) {
    const bot = spawn(process.execPath, ['--import', './resolve.mjs', script, `nowhere-${unique()}`], {
      cwd: path.dirname(fileURLToPath(import.meta.url)),
      env: { ...process.env, ...good, ...lacks },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let stderr = '';
    bot.stderr.on('data', (chunk) => { stderr += chunk; });
    const code = await new Promise((resolve) => { bot.on('close', resolve); });
    assert.equal(code, 1, stderr);
    assert.match(stderr, said);
  }
});
