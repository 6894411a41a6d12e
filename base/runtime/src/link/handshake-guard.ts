import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { HANDSHAKE_LIMIT_MS } from './types.ts';

/**
 * Drops connections that do not finish TLS and the upgrade (or a plain HTTP request) in time. Before TLS there is only
 * the TCP socket, which is found again by its addresses.
 */
export class HandshakeGuard {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { socket: Socket; deadline: Timer }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  watch(socket: Socket): void {
    const key = keyOf(socket);
    const deadline = this.#clock.after(HANDSHAKE_LIMIT_MS, () => socket.destroy());
    this.#waiting.set(key, { socket, deadline });
    socket.once('close', () => this.#drop(key));
  }

  /** Stops watching a connection that has become a link; from here on the link's pings watch it. */
  release(socket: Socket): void {
    this.#drop(keyOf(socket));
  }

  destroyAll(): void {
    for (const [key, { socket }] of [...this.#waiting]) {
      socket.destroy();
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#waiting.get(key)?.deadline.cancel();
    this.#waiting.delete(key);
  }
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress}|${socket.remotePort}`;
}
