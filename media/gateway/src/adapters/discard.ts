// Drains a socket that was ended.
import type { Duplex } from 'node:stream';

/** An encoder at 16 Mbit/s sends this much in a round trip of 2 s. A socket cut earlier would not get the reason. */
const BYTES_MAX = 4 * 1024 * 1024;
/** A peer without a key has little to send. */
export const UNPROVEN_BYTES_MAX = 256 * 1024;

/** Ignores further data, notices the end, and destroys the socket beyond the bound. */
export function discard(socket: Duplex, o: { readonly isProven: boolean }): void {
  let left = o.isProven ? BYTES_MAX : UNPROVEN_BYTES_MAX;
  socket.removeAllListeners('data');
  socket.on('data', ({ length }: Buffer) => {
    left -= length;
    if (left < 0) socket.destroy();
  });
  socket.resume();
}
