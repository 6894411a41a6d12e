// What a reader measures without the product: its own error, and that of its source.
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import { ClockSource, liveH264 } from './clock-source.ts';
import { FfmpegReader, lowDelay } from './ffmpeg-reader.ts';
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

/** The clock coded and decoded by ffmpeg, over pipes alone. */
export async function ffmpegLoopBack(seconds: number): Promise<Figures & { readonly firstPictureMs: number }> {
  const startedMs = Date.now();
  const source = new ClockSource([...liveH264, '-flush_packets', '1', '-f', 'flv', 'pipe:1']);
  const reader = new FfmpegReader([...lowDelay, '-i', 'pipe:0']);
  try {
    source.coded.pipe(reader.input);
    return await watch(() => reader.sight(), { startedMs, seconds });
  } finally {
    source.stop();
    reader.stop();
  }
}
