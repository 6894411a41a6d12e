// Reads the body of a small request, after its token is verified.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@meridian/runtime';

export interface BodyBounds {
  readonly bytesMax: number;
  /** Time limit until the end of the body. */
  readonly ms: number;
}

/** Returns undefined for a body above `bytesMax`. A slow body is aborted, with its connection. */
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
