// Report of a host about one of its links, and the check whether it is plausible.

/** A directed link as seen by its sender since its last report. Shares 0 … 1; milliseconds. */
export interface LinkReport {
  readonly toHostId: string;
  readonly rttMs: number;
  /** Slowdown of this direction against its best of five minutes; the clocks of the two ends need not agree. */
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  /** Losses of this direction, over 1 s and over 30 s. */
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly slowProbes: number;
  /** Whether nothing has arrived from the other end lately: the loss may then be in the opposite direction. */
  readonly isSilent: boolean;
}

export type SampleRefusal = 'unknown_host' | 'own_host' | 'not_a_number' | 'out_of_range' | 'faster_than_light';

/** A longer round trip is a broken clock, not a network: probes are given up after 2 s. */
export const RTT_MS_MAX = 10_000;

/** `fastestMs`: the shortest believable round trip. Returns undefined for a plausible report. */
export function refusalOf(report: LinkReport, fastestMs: number): SampleRefusal | undefined {
  const { rttMs, onewayChangeMs, jitterMs, lossFast, lossSlow, slowProbes } = report;
  const figures = [rttMs, onewayChangeMs, jitterMs, lossFast, lossSlow, slowProbes];
  if (!figures.every(Number.isFinite)) return 'not_a_number';
  const isInRange =
    figures.every((figure) => figure >= 0) &&
    rttMs > 0 &&
    Math.max(rttMs, onewayChangeMs, jitterMs) <= RTT_MS_MAX &&
    Math.max(lossFast, lossSlow) <= 1;
  if (!isInRange) return 'out_of_range';
  return rttMs < fastestMs ? 'faster_than_light' : undefined;
}
