/** Window of the rate: short enough to follow the network, long enough not to flicker. */
const WINDOW_MS = 10_000;
/** Maximum number of samples in the window: progress arrives at most ten times a second. */
const SAMPLES_MAX = 100;
/** Minimum time between first and last sample; a shorter measurement is unreliable. */
const MEASURED_MS_MIN = 1000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}
/** Samples of a single stay in `sending`, oldest first. */
export type Pace = readonly Sample[];

export const withSample = (pace: Pace, sample: Sample): Pace =>
  [...pace.filter(({ atMs }) => sample.atMs - atMs <= WINDOW_MS), sample].slice(-SAMPLES_MAX);

export function bytesPerSOf(pace: Pace): number | undefined {
  const [first] = pace;
  const last = pace.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < MEASURED_MS_MIN) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs));
}

export function leftMsOf(pace: Pace, bytesLeft: number): number | undefined {
  const bytesPerS = bytesPerSOf(pace);
  return bytesPerS === undefined || bytesPerS === 0 ? undefined : (Math.max(0, bytesLeft) / bytesPerS) * 1000;
}
