// Tokens as a host's own sign-in would make them, with npm's jsonwebtoken, and the
// broken ones that nobody may get in with.

import crypto from 'node:crypto';
import jwt from 'jsonwebtoken';

import { env } from './env.mjs';

const secret = env('HOBNOB_SECRET');
const hour = 3600;

export const now = () => Math.floor(Date.now() / 1000);

// claims are those of a person called name, who is let in for an hour.
export function claims(name, more = {}) {
  return { sub: `driver-${name}`, name, iat: now() - 1, exp: now() + hour, ...more };
}

// token is a good one for name; further claims replace the usual ones.
export function token(name, more = {}) {
  return jwt.sign(claims(name, more), secret, { algorithm: 'HS256' });
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// forge puts a token together by hand, which jsonwebtoken would refuse to.
function forge(header, payload, signature = '') {
  return `${part(header)}.${part(payload)}.${signature}`;
}

const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest('base64url');

// confused is signed with a public thing as if it were the secret.
export function confused(key, header = {}) {
  const body = `${part({ typ: 'JWT', alg: 'HS256', ...header })}.${part(claims('mallory'))}`;
  return `${body}.${hmac(key, body)}`;
}

function tampered(change) {
  const [header, payload, signature] = token('mallory').split('.');
  return change({ header, payload, signature });
}

function flipped(signature) {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[bytes.length >> 1] ^= 0x10;
  return bytes.toString('base64url');
}

// broken lists tokens that no server may take: what is wrong, the token, and the
// reasons that a server may give for it.
export function broken() {
  const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPEM = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const mallory = claims('mallory');
  const { exp: _, ...endless } = mallory;
  const signed = (payload, options) => jwt.sign(payload, secret, options);
  const none = ['none', 'None', 'NONE', 'nOnE'].map((alg) =>
    [`alg ${alg}`, forge({ typ: 'JWT', alg }, mallory), ['invalid_algorithm', 'token_malformed', 'invalid_signature']]);
  return [
    ['another secret', jwt.sign(mallory, `${secret}?`, { algorithm: 'HS256' }), ['invalid_signature']],
    ...none,
    ['alg none with a good signature', tampered(({ payload }) => {
      const body = `${part({ typ: 'JWT', alg: 'none' })}.${payload}`;
      return `${body}.${hmac(secret, body)}`;
    }), ['invalid_algorithm']],
    ['no alg', confusedWithoutAlg(), ['invalid_algorithm', 'token_malformed', 'invalid_signature']],
    ['expired', token('mallory', { exp: now() - hour }), ['token_expired']],
    ['not yet valid', token('mallory', { nbf: now() + hour }), ['token_not_active']],
    ['HS384 with the right secret', signed(mallory, { algorithm: 'HS384' }), ['invalid_algorithm']],
    ['HS512 with the right secret', signed(mallory, { algorithm: 'HS512' }), ['invalid_algorithm']],
    ['RS256 with a key of its own', jwt.sign(mallory, rsa.privateKey, { algorithm: 'RS256' }), ['invalid_algorithm']],
    ['HS256 signed with a public key', confused(publicPEM), ['invalid_signature']],
    ['a key of its own in the header', confused('mallory', { jwk: { kty: 'oct', k: part('mallory') } }), ['invalid_signature']],
    ['an empty key ID', confused('', { kid: '' }), ['invalid_signature']],
    ['a key ID that is a path', confused('', { kid: '/dev/null' }), ['invalid_signature']],
    ['tampered payload', tampered(({ header, signature }) => `${header}.${part(claims('owner', { role: 'owner' }))}.${signature}`), ['invalid_signature']],
    ['tampered signature', tampered(({ header, payload, signature }) => `${header}.${payload}.${flipped(signature)}`), ['invalid_signature']],
    ['shortened signature', tampered(({ header, payload, signature }) => `${header}.${payload}.${signature.slice(0, 12)}`), ['invalid_signature']],
    ['no signature', tampered(({ header, payload }) => `${header}.${payload}.`), ['invalid_signature', 'token_malformed']],
    ['no exp', signed(endless, { algorithm: 'HS256' }), ['exp_required', 'invalid_claims']],
    ['exp that is a string', jwtByHand({ ...endless, exp: String(now() + hour) }), ['exp_required', 'invalid_claims', 'token_malformed']],
    ['claims that are no object', jwtByHand([1, 2, 3]), ['token_malformed', 'invalid_claims']],
    ['garbage', 'garbage', ['token_malformed']],
    ['garbage in three parts', 'not.a.token', ['token_malformed']],
    ['a million dots, as far as they fit', '.'.repeat(8000), ['token_malformed', 'token_too_large']],
    ['20 KB', token('mallory', { padding: 'x'.repeat(15 * 1024) }), ['token_too_large']],
  ];
}

function jwtByHand(payload) {
  const body = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(payload)}`;
  return `${body}.${hmac(secret, body)}`;
}

function confusedWithoutAlg() {
  const body = `${part({ typ: 'JWT' })}.${part(claims('mallory'))}`;
  return `${body}.${hmac(secret, body)}`;
}
