// Runs the production estimator on generated delays of a noisy link. Its results are proportional to the noise, so one
// long series with a mean deviation of 1 ms serves all links, each from another start and with another factor.
import { LinkEstimator, periodsMs } from '@meridian/edge-probe/core';
import type { Rng } from '@meridian/runtime';

export const REPORT_MS = 500;
/** Length of the series: an hour, after which it repeats. */
const REPORTS = 7_200;
/** Reports before the series, since the estimator compares with the least delay of five minutes. */
const REPORTS_BEFORE = 600;
/**
 * Mean of the noise of one direction. Queueing only adds delay, so the noise is exponential, with a mean deviation of
 * 2/e of its mean.
 */
export const NOISE_MEAN = Math.E / 2;
/** Mean deviation of a round trip, the sum of two such delays. */
export const ROUND_TRIP_DEVIATION = 4 / Math.E;
/** Delay of one direction without noise; its value does not matter, since it is subtracted again. */
const QUIET_ONEWAY_MS = 50;
const ALL_ARRIVED = { arrived: 2n ** 64n - 1n, span: 64 } as const;

export class ProbeNoise {
  /** Values of consecutive reports. `rttMs` is the round trip minus its mean. */
  readonly rttMs = new Float64Array(REPORTS);
  readonly onewayChangeMs = new Float64Array(REPORTS);
  readonly jitterMs = new Float64Array(REPORTS);

  /**
   * Makes the series of a link to one of `peers` other hosts. None of them is in use, so they share the probe's budget.
   */
  constructor(peers: number, rng: Rng) {
    const periodMs = periodsMs({ used: 0, others: peers }).others;
    const link = new LinkEstimator();
    const onewayMs = (): number => QUIET_ONEWAY_MS - NOISE_MEAN * Math.log(1 - rng.next());
    for (let seq = 1, index = -REPORTS_BEFORE; index < REPORTS; ) {
      const sentMs = (seq - 1) * periodMs;
      const reportAtMs = (index + REPORTS_BEFORE + 1) * REPORT_MS;
      if (sentMs < reportAtMs) {
        const [outMs, backMs] = [onewayMs(), onewayMs()];
        const receivedMs = sentMs + outMs;
        link.recordSent(seq, sentMs);
        link.recordAnswer(
          { seq, receivedMs, answeredMs: receivedMs, arrivedHigh: seq, ...ALL_ARRIVED },
          receivedMs + backMs,
        );
        seq += 1;
        continue;
      }
      if (index >= 0) this.#storeReport(index, link, reportAtMs);
      index += 1;
    }
  }

  get reports(): number {
    return REPORTS;
  }

  #storeReport(index: number, link: LinkEstimator, nowMs: number): void {
    const estimate = link.estimate(nowMs);
    if (estimate === undefined) throw new Error('every probe was answered');
    this.rttMs[index] = estimate.rttMs - 2 * (QUIET_ONEWAY_MS + NOISE_MEAN);
    this.onewayChangeMs[index] = estimate.onewayChangeMs;
    this.jitterMs[index] = estimate.jitterMs;
  }
}
