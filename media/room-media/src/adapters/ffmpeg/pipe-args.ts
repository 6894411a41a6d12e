// Arguments of every job: NUT in and out, nothing guessed, nothing held back, times as they were given.

/** The stream's header says all that ffmpeg needs, so it looks at nothing more before it begins. */
export const inputArgs = [
  ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-avioflags', 'direct', '-threads', '1'],
  ...['-copyts', '-f', 'nut', '-i', 'pipe:0'],
] as const;

export const outputArgs = ['-threads', '1', '-flush_packets', '1', '-f', 'nut', 'pipe:1'] as const;

/** Where our count begins on ffmpeg's clock, in seconds: encoders write what comes before their first sample. */
export const leadS = 1;
