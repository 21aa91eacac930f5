// A server that ends and is there again: its clients come back by themselves.
// HOBNOB_FRAGILE_URL restarts on a POST to HOBNOB_RESTART_URL; it runs with
// --allow-eio3 and trusts HOBNOB_SECRET for HS256.

import assert from 'node:assert/strict';
import test from 'node:test';

import { env } from './env.mjs';
import { connected, kinds, patience, say } from './sockets.mjs';
import { token } from './tokens.mjs';

const url = env('HOBNOB_FRAGILE_URL');
const restartURL = env('HOBNOB_RESTART_URL');

test('clients come back after the server does, and hear each other again', { timeout: 4 * patience }, async (t) => {
  const ears = await Promise.all(kinds.map((kind) => connected(t, url, {
    query: { token: token(kind.name) }, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200,
  }, kind)));
  await Promise.all(ears.map((ear) => ear.settled()));
  const reasons = new Map(ears.map((ear) => [ear, []]));
  for (const ear of ears) ear.socket.on('disconnect', (reason) => reasons.get(ear).push(reason));
  const before = await say(ears[0], ...ears);

  const answer = await fetch(restartURL, { method: 'POST', signal: AbortSignal.timeout(2 * patience) });
  assert.equal(answer.status, 200, await answer.text());
  await Promise.all(ears.map((ear) => ear.until(() => ear.entered === 2, `${ear.kind.name} back`)));
  for (const ear of ears) assert.deepEqual(reasons.get(ear), ['transport close'], ear.kind.name);
  for (const ear of ears) await say(ear, ...ears);
  for (const ear of ears) {
    await ear.settled();
    assert.equal(ear.bodies().length, 1 + ears.length, 'each message once');
    assert.equal(ear.bodies()[0], before);
  }
});
