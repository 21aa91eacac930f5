// What stands between: web pages, and proxies.
// HOBNOB_URL runs with --allow-eio3, HOBNOB_EIO4_URL with --origin HOBNOB_ORIGIN; both
// trust HOBNOB_SECRET for HS256. HOBNOB_PROXY_URL is a reverse proxy before
// HOBNOB_URL, and so is HOBNOB_POLLING_PROXY_URL, which passes no WebSocket.

import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';

import { env } from './env.mjs';
import { connected, kinds, patience, say, within } from './sockets.mjs';
import { token } from './tokens.mjs';

const url = env('HOBNOB_URL');
const sharedURL = env('HOBNOB_EIO4_URL');
const origin = env('HOBNOB_ORIGIN');
const proxyURL = env('HOBNOB_PROXY_URL');
const pollingProxyURL = env('HOBNOB_POLLING_PROXY_URL');

const query = '/socket.io/?EIO=4&transport=';

// ask sends what a browser does for a page of that origin.
const ask = (where, from, options = {}) =>
  fetch(`${where}${query}polling`, { ...options, headers: { Origin: from, ...options.headers }, signal: AbortSignal.timeout(patience) });

// webSocket is the status that a WebSocket for a page of that origin is answered.
function webSocket(t, where, from) {
  const socket = new WebSocket(`${where.replace(/^http/, 'ws')}${query}websocket`, { origin: from });
  t.after(() => socket.terminate());
  return within(new Promise((resolve, reject) => {
    socket.on('upgrade', ({ statusCode }) => resolve(statusCode));
    socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode));
    socket.on('error', reject);
  }), 'an answer');
}

test('pages of the server itself and of --origin may connect, and no others', async (t) => {
  const pages = [
    ['its own', url, url, true],
    ['its own behind a proxy', proxyURL, proxyURL, true],
    ['of --origin', sharedURL, origin, true],
    ['foreign', url, 'https://evil.example', false],
    ['foreign behind a proxy', proxyURL, 'https://evil.example', false],
    ["like the server's but for the port", url, url.replace(/\d+$/, '1'), false],
    ['of an origin that --origin begins with', sharedURL, `${origin}.evil.example`, false],
    ['of --origin without TLS', sharedURL, origin.replace('https', 'http'), false],
    ['of a file', url, 'null', false],
  ];
  for (const [what, where, from, welcome] of pages) {
    await t.test(what, async (t) => {
      const answer = await ask(where, from);
      assert.equal(answer.headers.get('Access-Control-Allow-Credentials'), null, 'no cookie is an identity');
      const body = await answer.text();
      if (welcome) {
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('Access-Control-Allow-Origin'), from);
        assert.match(answer.headers.get('Vary'), /Origin/);
        assert.match(body, /^0\{"sid":/);
      } else {
        assert.equal(answer.status, 403);
        assert.equal(answer.headers.get('Access-Control-Allow-Origin'), null);
        assert.deepEqual(JSON.parse(body), { code: 4, message: 'Forbidden' });
      }
      const before = await ask(where, from, { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' } });
      assert.equal(before.status, welcome ? 204 : 403);
      if (welcome) assert.equal(before.headers.get('Access-Control-Allow-Headers'), 'content-type');
      assert.equal(await webSocket(t, where, from), welcome ? 101 : 403);
    });
  }
});

test('JSONP is refused', async () => {
  const answer = await fetch(`${url}${query}polling&j=0`, { signal: AbortSignal.timeout(patience) });
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { code: 3, message: 'Bad request' });
});

test('behind a proxy that passes WebSocket all is as without', async (t) => {
  const ears = await Promise.all(kinds.map((kind) => connected(t, proxyURL, { query: { token: token(kind.name) } }, kind)));
  const body = { bytes: Buffer.from('bytes'), text: '\u2028 🐙' };
  for (const ear of ears) {
    ear.emit('message', body);
    await say(ear, ...ears);
    for (const other of ears) assert.deepStrictEqual(other.bodies().at(-2), body);
    await ear.settled();
  }
});

test('behind a proxy that passes no WebSocket clients stay with polling', async (t) => {
  const patient = kinds.filter(({ setting }) => setting === 'by default');
  const ears = await Promise.all(patient.map((kind) => connected(t, pollingProxyURL, { query: { token: token(kind.name) } }, kind)));
  await Promise.all(ears.map((ear) => ear.until(() => ear.stays, `a failed upgrade of ${ear.kind.name}`)));
  const direct = await connected(t, url, { auth: { token: token('direct') } });
  const count = 300;
  for (let i = 0; i < count; i++) for (const ear of ears) ear.emit('message', [ear.kind.name, i]);
  await say(direct, ...ears);
  for (const ear of ears) await say(ear, direct, ...ears);
  for (const ear of ears) {
    assert.equal(ear.transport, 'polling');
    assert.equal(ear.ended, undefined);
    assert.deepEqual(ear.bodies(), direct.bodies());
    assert.equal(ear.bodies().filter(([name]) => name === ear.kind.name).length, count);
  }
});
