// Figures of a long recording: how far sound is from its picture, and how fast memory grows. Pure.
import { type HeardBurst, type SeenPicture, secondOf } from '../recording-faults/judge.ts';

export interface Offset {
  /** Sound minus picture; positive: the sound is late. NaN without either. */
  readonly offsetMs: number;
  /** Beeps in the part; each is at a whole second of the clock in the picture. */
  readonly events: number;
  /** Time from the clock to the picture in the recording. */
  readonly latencyMs: number;
}

/** Returns the offset of the beeps from the pictures of the same clock time, each by its median. */
export function offsetOf(pictures: readonly SeenPicture[], bursts: readonly HeardBurst[]): Offset {
  // A composer shows a picture until the next one comes.
  const firsts = new Map(pictures.toReversed().map(({ wallMs, drawnMs }) => [drawnMs, wallMs - drawnMs]));
  const latencyMs = medianOf([...firsts.values()]);
  const soundMs = medianOf(bursts.map((burst) => burst.wallMs - secondOf(burst, latencyMs) * 1000));
  return { offsetMs: soundMs - latencyMs, events: bursts.length, latencyMs };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export interface MemorySample {
  readonly atMs: number;
  readonly mib: number;
}

/** Returns the slope of the last three quarters in MiB an hour, by least squares; the first quarter fills caches. */
export function slopeOf(samples: readonly MemorySample[]): number {
  const last = samples.slice(Math.floor(samples.length / 4));
  const mean = (of: (one: MemorySample) => number): number => last.reduce((sum, one) => sum + of(one), 0) / last.length;
  const [meanMs, meanMib] = [mean(({ atMs }) => atMs), mean(({ mib }) => mib)];
  const together = mean(({ atMs, mib }) => (atMs - meanMs) * (mib - meanMib));
  return (together / mean(({ atMs }) => (atMs - meanMs) ** 2)) * 3_600_000;
}
