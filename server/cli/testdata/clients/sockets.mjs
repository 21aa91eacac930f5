// Sockets of the official clients, with what they hear written down. Everything that
// is waited for has an end: a driver fails, it never hangs.

import assert from 'node:assert/strict';
import io2 from 'client2';
import { io as io3 } from 'client3';
import { io } from 'socket.io-client';

// patience is how long one thing may take on a busy machine.
export const patience = 10_000;

// within gives a promise its end.
export async function within(promise, what, ms = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// A kind of client is its version and what it was told about transports.
const versions = { 4: io, 3: io3, 2: io2 };
const settings = { 'by default': {}, 'polling only': { transports: ['polling'] }, 'WebSocket only': { transports: ['websocket'] } };

export const kinds = Object.keys(versions).sort().reverse().flatMap((version) =>
  Object.entries(settings).map(([setting, transports]) => ({
    name: `client ${version} ${setting}`, version: Number(version), setting, transports,
    // Where a client of that version shows its token.
    ways: version === '2' ? ['query'] : ['query', 'auth'],
    // The event by which it hears that it is refused.
    refusal: version === '2' ? 'error' : 'connect_error',
  })));

export const webSocket4 = kinds.find(({ version, setting }) => version === 4 && setting === 'WebSocket only');

// open makes a socket of its own connection, which ends with the test. It does not
// come back by itself: a driver wants to see each end.
export function open(t, url, options = {}, kind = webSocket4) {
  const socket = versions[kind.version](url, { ...kind.transports, forceNew: true, reconnection: false, timeout: patience, ...options });
  const ear = new Ear(socket, kind);
  t.after(() => socket.disconnect());
  return ear;
}

// connected is an open socket that the server has let in.
export async function connected(t, url, options = {}, kind = webSocket4) {
  const ear = open(t, url, options, kind);
  await ear.connected();
  return ear;
}

// Ear writes down what a socket hears, from its first moment.
export class Ear {
  events = []; // [name, ...arguments], all of them, acks left out
  acks = []; // beside events: the ack that came with it, or undefined
  entered = 0; // how often it was let in
  ended; // why the connection ended, while it has
  engine; // its connection
  upgrades = []; // the transports it moved to
  stays = false; // whether an upgrade has failed

  #waiting = new Set();

  constructor(socket, kind) {
    this.socket = socket;
    this.kind = kind;
    onAny(socket, (...event) => {
      const ack = typeof event.at(-1) === 'function' ? event.pop() : undefined;
      this.events.push(event);
      this.acks.push(ack);
      this.#look();
    });
    this.#watch();
    socket.io.on('open', () => this.#watch()); // a new connection, when it comes back
    socket.on('connect', () => { this.entered++; this.ended = undefined; this.#look(); });
    socket.on('disconnect', (reason) => { this.ended = reason; this.#look(); });
  }

  // watch notes the upgrades of the connection there is now.
  #watch() {
    const engine = this.socket.io.engine;
    if (!engine || engine === this.engine) return;
    this.engine = engine;
    this.upgrades = [];
    this.stays = false;
    engine.on('upgrade', ({ name }) => { this.upgrades.push(name); this.#look(); });
    engine.on('upgradeError', () => { this.stays = true; this.#look(); });
  }

  // transport is what carries the connection now.
  get transport() {
    return this.engine.transport.name;
  }

  // settled waits until it is carried by what its kind should be carried by.
  async settled() {
    if (this.kind.setting === 'by default') await this.until(() => this.upgrades.length, 'upgrade');
    assert.equal(this.transport, this.kind.setting === 'polling only' ? 'polling' : 'websocket', this.kind.name);
    assert.deepEqual(this.upgrades, this.kind.setting === 'by default' ? ['websocket'] : [], this.kind.name);
  }

  #look() {
    for (const look of this.#waiting) look();
  }

  // until waits for something to be true of what was heard.
  until(condition, what, ms = patience) {
    let look;
    const seen = new Promise((resolve) => {
      look = () => { const value = condition(); if (value) resolve(value); };
      this.#waiting.add(look);
      look();
    });
    return within(seen, what, ms).finally(() => this.#waiting.delete(look));
  }

  // named are the arguments of the events of one name.
  named(name) {
    return this.events.filter(([n]) => n === name).map(([, ...args]) => args);
  }

  // bodies are what was said, in the order it was heard.
  bodies() {
    return this.named('message').map(([body]) => body);
  }

  hears(body, ms) {
    return this.until(() => this.bodies().includes(body), `message ${JSON.stringify(body)}`, ms);
  }

  connected() {
    return within(new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      for (const name of ['connect_error', 'error']) {
        this.socket.once(name, (err) => reject(new Error(`${this.kind.name} was not let in: ${err.message ?? err} ${JSON.stringify(err.data)}`)));
      }
    }), 'connect');
  }

  // refused waits for the server's refusal and returns it; being let in is a failure.
  refused() {
    return within(new Promise((resolve, reject) => {
      this.socket.once('connect', () => reject(new assert.AssertionError({ message: 'was let in' })));
      this.socket.once(this.kind.refusal, resolve);
    }), this.kind.refusal);
  }

  disconnected(ms) {
    return this.until(() => this.ended, 'disconnect', ms);
  }

  emit(...args) {
    this.socket.emit(...args);
  }

  // ask emits with an ack and returns its first argument.
  ask(...args) {
    return within(new Promise((resolve) => this.socket.emit(...args, resolve)), `an answer to ${args[0]}`);
  }
}

// onAny tells of every event. Client 2 has no such thing, and every event of its
// sockets passes through onevent.
function onAny(socket, listen) {
  if (socket.onAny) {
    socket.onAny(listen);
    return;
  }
  const onevent = socket.onevent;
  socket.onevent = function heard(packet) {
    listen(...packet.data, ...(packet.id === undefined ? [] : [this.ack(packet.id)]));
    onevent.call(this, packet);
  };
}

let said = 0;

// mark makes a text that nobody has said before.
export const mark = (what) => `${what} #${++said} ${process.pid}`;

// say lets one socket say something new and waits until every listener has heard it.
// As all hear a room in one order, whatever was said before it has been heard, or
// never will be.
export async function say(speaker, ...listeners) {
  const body = mark('marker');
  speaker.emit('message', body);
  await Promise.all([speaker, ...listeners].map((ear) => ear.hears(body)));
  return body;
}
