// Blocking reads of Redis streams in a loop.
import type { Clock, Logger, RedisConnection } from '@meridian/runtime';

const RETRY_MS = 1000;

/** Entry of a stream: id and only value. */
export type Entry = readonly [id: string, text: string];

/** Calls `turn` in a loop, with a pause after failures. `close` awaits the running turn, and is idempotent. */
export function runLoop(
  o: { readonly clock: Clock; readonly log: Logger },
  turn: () => Promise<void>,
): { close(): Promise<void> } {
  const end = new AbortController();
  const run = async (): Promise<void> => {
    while (!end.signal.aborted)
      try {
        await turn();
      } catch (error) {
        if (end.signal.aborted) return;
        o.log.warn({ err: error }, 'a stream of distribution could not be read: it is retried in a second');
        await pause(o.clock, RETRY_MS, end.signal);
      }
  };
  const done = run();
  return {
    close() {
      end.abort();
      return done;
    },
  };
}

export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  timer.cancel();
}

/** Returns entries of an answer of XREAD, XREADGROUP or XAUTOCLAIM, without deleted ones. */
export function entriesOf(list: unknown): Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (!Array.isArray(one) || !Array.isArray(one[1])) return [];
    return [[String(one[0]), String(one[1][1])] as const];
  });
}

/** Returns no entries after a timeout. */
export const entriesOfOnlyStream = (answer: unknown): Entry[] =>
  Array.isArray(answer) && Array.isArray(answer[0]) ? entriesOf(answer[0][1]) : [];

/** Rejects when the connection is not ready within a second, as a command would wait longer for it. */
export async function whenReady(redis: RedisConnection, clock: Clock): Promise<void> {
  if (redis.status === 'ready') return;
  const ready = Promise.withResolvers<void>();
  const failed = (): void => ready.reject(new Error('the channel is not connected'));
  const timer = clock.after(RETRY_MS, failed);
  redis.once('ready', ready.resolve);
  redis.once('end', failed);
  try {
    await ready.promise;
  } finally {
    timer.cancel();
    redis.off('ready', ready.resolve);
    redis.off('end', failed);
  }
}
