// Reads of streams that wait, one after another, until they are closed.
import type { Clock, Logger, RedisConnection } from '@meridian/runtime';

/** Redis is away: tried again after it. */
const AGAIN_MS = 1000;

/** An entry: its id, and its only value. */
export type Entry = readonly [id: string, text: string];

/**
 * Calls `turn` again and again, after a failure a second later. `close` waits for the turn in hand, and is idempotent.
 */
export function turning(
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
        o.log.warn({ err: error }, 'a stream of distribution is read again in a second');
        await pause(o.clock, AGAIN_MS, end.signal);
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

/** Ends early when the signal fires. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  timer.cancel();
}

/** The entries of one stream, of what XREAD, XREADGROUP and XAUTOCLAIM answer. What was deleted is left out. */
export function entriesOf(list: unknown): Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (!Array.isArray(one) || !Array.isArray(one[1])) return [];
    return [[String(one[0]), String(one[1][1])] as const];
  });
}

/** Of the only stream that was asked for; none: nothing came in time. */
export const onlyStream = (answer: unknown): Entry[] =>
  Array.isArray(answer) && Array.isArray(answer[0]) ? entriesOf(answer[0][1]) : [];

/** Waits for the connection, not for long. Rejects when it is not there: a command would wait for it. */
export async function whenReady(redis: RedisConnection, clock: Clock): Promise<void> {
  if (redis.status === 'ready') return;
  const ready = Promise.withResolvers<void>();
  const failed = (): void => ready.reject(new Error('the channel is not connected'));
  const timer = clock.after(AGAIN_MS, failed);
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
