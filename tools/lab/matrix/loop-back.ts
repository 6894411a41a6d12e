// What ffmpeg as a reader measures without the product: its own error, and that of its source.
import { ClockSource, liveH264 } from '../../support/clock/clock-source.ts';
import type { Figures } from '../../support/clock/measure.ts';
import { watch } from '../../support/clock/watch.ts';
import { FfmpegReader, lowDelay } from './ffmpeg-reader.ts';

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
