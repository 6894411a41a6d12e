import { concatBytes, MalformedStream } from '@meridian/room-media/core';

// Simple handshake (RTMP 1.0, section 5.2). Peers that offer digests accept it, because the version field is zero.

export const HANDSHAKE_BYTES = 1536;
export const HANDSHAKE_RANDOM_BYTES = HANDSHAKE_BYTES - 8;

const VERSION = 3;

export type HandshakeRole = 'server' | 'client';

/** Handshake of one side, until `isDone`. Holds less than 3073 bytes of the peer. */
export class Handshake {
  readonly #role: HandshakeRole;
  readonly #ownHandshake: Uint8Array;
  #received = new Uint8Array(0);
  #hasAnswered = false;
  #isDone = false;

  /** `random` has HANDSHAKE_RANDOM_BYTES that the peer cannot guess. */
  constructor(role: HandshakeRole, random: Uint8Array) {
    if (random.length !== HANDSHAKE_RANDOM_BYTES) throw new RangeError('the handshake needs 1528 random bytes');
    this.#role = role;
    this.#ownHandshake = concatBytes([Uint8Array.of(VERSION), new Uint8Array(8), random]);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Returns the bytes to send first: a client's C0 and C1. */
  start(): Uint8Array {
    return this.#role === 'client' ? this.#ownHandshake : new Uint8Array(0);
  }

  /** Returns the bytes to send, and those behind the handshake. Throws MalformedStream UNSUPPORTED. */
  push(bytes: Uint8Array): { output: Uint8Array[]; rest: Uint8Array } {
    const receivedBytes = this.#received.length === 0 ? bytes : concatBytes([this.#received, bytes]);
    const output: Uint8Array[] = [];
    if (receivedBytes.length > 0 && receivedBytes[0] !== VERSION) {
      throw new MalformedStream('UNSUPPORTED', `RTMP version ${receivedBytes[0]} is not spoken here`);
    }
    if (!this.#hasAnswered && receivedBytes.length >= 1 + HANDSHAKE_BYTES) {
      this.#hasAnswered = true;
      const echo = receivedBytes.slice(1, 1 + HANDSHAKE_BYTES);
      if (this.#role === 'server') output.push(this.#ownHandshake);
      output.push(echo);
    }
    // The peer's echo is not compared, because it proves nothing.
    const end = 1 + 2 * HANDSHAKE_BYTES;
    this.#isDone = receivedBytes.length >= end;
    this.#received = this.#isDone ? new Uint8Array(0) : receivedBytes.slice();
    return { output, rest: this.#isDone ? receivedBytes.subarray(end) : new Uint8Array(0) };
  }
}
