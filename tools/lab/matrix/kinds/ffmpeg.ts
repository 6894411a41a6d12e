// Publishers and players that are ffmpeg.
import { ClockSource, type PictureSize } from '../../../support/clock/clock-source.ts';
import { FfmpegReader, lowDelay } from '../ffmpeg-reader.ts';
import type { Playing, Publishing } from '../kind.ts';

/** One second of pictures: by then the encoder is a participant. */
const sentFirst = 25;

/** Sends the clock; settles when the encoder has sent a second of it. */
export async function publishByFfmpeg(output: readonly string[], size?: PictureSize): Promise<Publishing> {
  const source = new ClockSource(output, size);
  try {
    await source.sent(sentFirst);
  } catch (error) {
    source.stop();
    throw error;
  }
  return { stop: async () => source.stop() };
}

export function playByFfmpeg(url: string | undefined, options: readonly string[] = lowDelay): Playing {
  const startedMs = Date.now();
  const reader = new FfmpegReader([...options, '-i', url ?? '']);
  return { startedMs, sight: () => reader.sight(), said: () => reader.said, stop: async () => reader.stop() };
}
