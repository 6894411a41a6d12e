// Watches a player for some seconds.
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import { type Figures, figuresOf, type Sight, since } from './measure.ts';

/** Until a player that has begun runs evenly, unless more is said. */
const usualSettleMs = 1000;
const firstPictureMsMax = 20_000;

/**
 * Waits for the first picture, lets it settle, and takes what comes in so many seconds. `firstPictureMs` counts from
 * `startedMs`, and is NaN when none came in 20 s.
 */
export async function watch(
  sight: () => Sight | Promise<Sight>,
  o: { readonly startedMs: number; readonly seconds: number; readonly settleMs?: number },
): Promise<Figures & { readonly firstPictureMs: number }> {
  const first = async (): Promise<number | undefined> => (await sight()).pictures[0]?.shownMs;
  const limitMs = Date.now() + firstPictureMsMax;
  const firstMs = await until('the first picture', async () => (await first()) ?? (Date.now() > limitMs && Number.NaN));
  if (Number.isNaN(firstMs)) return { ...figuresOf({ pictures: [], bursts: [] }), firstPictureMs: firstMs };
  const fromMs = firstMs + (o.settleMs ?? usualSettleMs);
  const leftMs = fromMs + o.seconds * 1000 - Date.now();
  await pause(Math.max(0, leftMs));
  return { ...figuresOf(since(await sight(), fromMs)), firstPictureMs: firstMs - o.startedMs };
}
