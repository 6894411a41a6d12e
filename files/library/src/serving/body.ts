// The body of a small request, read once its token is known to be good.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@meridian/runtime';

export interface BodyBounds {
  readonly bytesMax: number;
  /** From now until its end. */
  readonly ms: number;
}

/** Undefined: it is too long. One that comes too slowly is broken off, with its connection. */
export async function bodyOf(
  request: IncomingMessage,
  clock: Clock,
  { bytesMax, ms }: BodyBounds,
): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return undefined;
  if (request.destroyed) return '';
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = clock.after(ms, () => request.destroy());
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const take = (piece: Uint8Array): void => {
    bytes += piece.byteLength;
    if (bytes > bytesMax) resolve(false);
    else pieces.push(piece);
  };
  request.on('data', take);
  request.once('end', () => resolve(true));
  request.once('close', () => resolve(true));
  const isWhole = await promise;
  timer.cancel();
  request.off('data', take);
  return isWhole ? Buffer.concat(pieces).toString('utf8') : undefined;
}
