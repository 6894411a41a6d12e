// What a host says of one of its links, and whether it can be so.

/** One directed link as its sender saw it since its last report. Shares 0 … 1; milliseconds. */
export interface LinkReport {
  readonly toHostId: string;
  readonly rttMs: number;
  /** How much slower this direction is than at its best of five minutes; the clocks of the two ends need not agree. */
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  /** Of this direction, over 1 s and over 30 s. */
  readonly lossFast: number;
  readonly lossSlow: number;
  /** Probes that the slow window rests on. */
  readonly slowProbes: number;
  /** Nothing at all came from there of late: the loss may be that of the other direction. */
  readonly isSilent: boolean;
}

export type SampleRefusal = 'unknown_host' | 'own_host' | 'not_a_number' | 'out_of_range' | 'faster_than_light';

/** A round trip longer than this is a broken clock, not a network: probes are given up after 2 s. */
export const RTT_MS_MAX = 10_000;

/** Why a report cannot be so, `fastestMs` being the shortest believable round trip; undefined: it can. */
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
