// Arguments common to all streaming jobs: NUT in and out, no probing, no buffering, input times kept.

/** The NUT header describes the stream completely, so ffmpeg probes nothing before it begins. */
export const inputArgs = [
  ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-avioflags', 'direct', '-threads', '1'],
  ...['-copyts', '-f', 'nut', '-i', 'pipe:0'],
] as const;

/** Without an index, which would grow in memory until the end. */
export const outputArgs = [
  ...['-threads', '1', '-flush_packets', '1', '-f', 'nut', '-write_index', '0', 'pipe:1'],
] as const;

/** Seconds on ffmpeg's clock before the input: encoders write units that precede their first sample. */
export const leadS = 1;
