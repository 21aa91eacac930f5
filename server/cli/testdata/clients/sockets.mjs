// Sockets of the official client, with what they hear written down. Everything that
// is waited for has an end: a driver fails, it never hangs.

import assert from 'node:assert/strict';
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

// open makes a socket of its own connection, which ends with the test. It does not
// come back by itself: a driver wants to see each end.
export function open(t, url, options = {}) {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, timeout: patience, ...options });
  const ear = new Ear(socket);
  t.after(() => socket.disconnect());
  return ear;
}

// connected is an open socket that the server has let in.
export async function connected(t, url, options = {}) {
  const ear = open(t, url, options);
  await ear.connected();
  return ear;
}

// Ear writes down what a socket hears, from its first moment.
export class Ear {
  events = []; // [name, ...arguments], all of them, acks left out
  acks = []; // beside events: the ack that came with it, or undefined
  ended; // why the connection ended

  #waiting = new Set();

  constructor(socket) {
    this.socket = socket;
    socket.onAny((...event) => {
      const ack = typeof event.at(-1) === 'function' ? event.pop() : undefined;
      this.events.push(event);
      this.acks.push(ack);
      this.#look();
    });
    socket.on('disconnect', (reason) => { this.ended = reason; this.#look(); });
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
      this.socket.once('connect_error', (err) => reject(new Error(`not let in: ${err.message} ${JSON.stringify(err.data)}`)));
    }), 'connect');
  }

  // refused waits for connect_error and returns it; being let in is a failure.
  refused() {
    return within(new Promise((resolve, reject) => {
      this.socket.once('connect', () => reject(new assert.AssertionError({ message: 'was let in' })));
      this.socket.once('connect_error', resolve);
    }), 'connect_error');
  }

  disconnected(ms) {
    return this.until(() => this.ended, 'disconnect', ms);
  }

  emit(...args) {
    this.socket.emit(...args);
  }

  // ask emits with an ack and returns its first argument.
  ask(...args) {
    return this.socket.timeout(patience).emitWithAck(...args);
  }
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
