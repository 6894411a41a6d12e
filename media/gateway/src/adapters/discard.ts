// What still comes on a socket that was ended.
import type { Duplex } from 'node:stream';

/** Of an encoder at 16 Mbit/s during a round trip of 2 s: one that is cut does not show why. */
const BYTES_MAX = 4 * 1024 * 1024;
/** A peer without a key has little to say. */
export const UNPROVEN_BYTES_MAX = 256 * 1024;

/** Nothing more that comes is listened to; its end is noticed, and too much of it cuts the socket. */
export function discard(socket: Duplex, o: { readonly isProven: boolean }): void {
  let left = o.isProven ? BYTES_MAX : UNPROVEN_BYTES_MAX;
  socket.removeAllListeners('data');
  socket.on('data', ({ length }: Buffer) => {
    left -= length;
    if (left < 0) socket.destroy();
  });
  socket.resume();
}
