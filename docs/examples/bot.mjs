// A bot for hobnob: it keeps count of what a room wants counted.
//
//   !count coffee     one more
//   !count            how many of what
//
// It answers in a thread, comes back by itself, misses nothing that was said while it
// was away, and counts nothing twice. Run it with Node 20 or newer:
//
//   npm install socket.io-client
//   HOBNOB_SERVER=http://127.0.0.1:4626 \
//   HOBNOB_TOKEN=$(hobnob token mint --name counter --role bot) \
//   node bot.mjs general

import { io } from 'socket.io-client';

const [, , ...names] = process.argv;
for (const needed of ['HOBNOB_SERVER', 'HOBNOB_TOKEN']) {
  if (!process.env[needed]) fail(`${needed} is not set`);
}
const socket = io(process.env.HOBNOB_SERVER, { auth: { token: process.env.HOBNOB_TOKEN } });
const counts = new Map();
let me;
let position; // of the newest event this bot has dealt with

// fail ends the bot with a sentence, as what it was told to do cannot be done.
function fail(why) {
  console.error(`bot: ${why}`);
  process.exit(1);
}

// ask emits a request and waits for its answer.
async function ask(name, ...args) {
  const answer = await socket.timeout(30_000).emitWithAck(name, ...args);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
  return answer;
}

// Every connection begins with hello. With a position, what came after it is told
// first, in order; where that was too much, `resumed` is false and history has it.
async function begin() {
  const welcome = await ask('hello', { protocol: 1, client: 'counter/1.0', position });
  me = welcome.you;
  if (position && !welcome.resumed) console.error('too much was missed; counting on from here');
  if (!welcome.resumed) position = welcome.position;
  for (const room of names.length ? names : ['general']) {
    if (!welcome.rooms.some(({ id, name }) => id === room || name === room)) await ask('room:join', { room });
  }
  console.log(`here as ${me.name}`);
}
socket.on('connect', () => begin().catch((error) => {
  // Where the connection was lost meanwhile, the next one begins anew.
  if (socket.connected) fail(error.message);
}));

async function count(body, envelope) {
  if (!envelope) return; // said before hello was answered; it comes again with its place
  position = envelope.position;
  if (envelope.from.id === me.id || typeof body !== 'string' || !body.startsWith('!count')) return;
  const what = body.slice('!count'.length).trim();
  if (what) counts.set(what, (counts.get(what) ?? 0) + 1);
  const text = what
    ? `${what}: ${counts.get(what)}`
    : [...counts].map(([name, n]) => `${name}: ${n}`).join('\n') || 'nothing yet';
  const { id, room, seq } = envelope;
  // The ID makes asking again harmless: one answer to each message, whatever happens.
  await ask('message', text, { room, thread: id, reply_to: id, id: `counted-${room}-${seq}`.slice(0, 64) });
  if (what) await ask('message:react', { room, seq, emoji: '✅' });
}
socket.on('message', (body, envelope) => count(body, envelope).catch((error) => console.error(`bot: ${error.message}`)));

socket.on('connect_error', (error) => {
  console.error(error.message, error.data?.reason ?? '');
  if (error.message === 'Authentication error') process.exit(3);
});
process.on('SIGTERM', () => socket.disconnect());
