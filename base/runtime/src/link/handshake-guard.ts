import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { HANDSHAKE_LIMIT_MS } from './types.ts';

/**
 * Drops connections that are not through TLS and upgrade (or a plain HTTP request) in time, however little they send.
 * It watches the TCP socket because that is all there is before TLS; both layers know the same addresses.
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

  /** The connection has become a link; its pings watch over it from here on. */
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
