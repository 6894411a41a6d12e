// Estimates a directed link to a peer from the probes sent on it and their answers. Times are arguments (ms, this end's
// clock).
//
// The loss is that of our direction (from us to the peer): an answer reports which of our requests have arrived, so a
// request whose answer alone was lost does not count. A request without any report counts as lost once its answer is
// overdue, until an answer reports its arrival. The delay of our direction is the time of arrival (peer's clock) minus
// the time of sending (our clock), which is wrong by the difference of the clocks. So only its increase over the least
// delay of five minutes is used, and at most the increase of the round trip, because a clock that was set does not mean
// congestion.
import { ARRIVED_BITS } from './datagram.ts';
import { PeakEwma } from './peak-ewma.ts';
import { SlidingMin } from './sliding-min.ts';

export const FAST_MS = 1_000;
export const SLOW_MS = 30_000;
/** Number of remembered probes: those of about 100 s at five a second, more than `SLOW_MS` needs. */
const PROBES_MAX = 512;
/** Gain of the mean deviation, as in RFC 3550: a sixteenth, so that a single late probe does not look like jitter. */
const DEVIATION_GAIN = 1 / 16;
/**
 * Extra time, beyond the round trip and four mean deviations, before an answer is overdue, so that a path that became
 * longer does not look cut. It delays only losses without a report; losses that answers report are known at once.
 */
const OVERDUE_EXTRA_MS = 500;
/** Longest time until an answer is overdue; over a longer round trip no conversation is possible. */
export const OVERDUE_MS_MAX = 2_000;
/** A request counts as lost, not late, once this many later ones have arrived. */
const REORDERED_MAX = 3;

export interface Answer {
  readonly seq: number;
  readonly receivedMs: number;
  readonly answeredMs: number;
  readonly arrivedHigh: number;
  readonly arrived: bigint;
  readonly span: number;
}

/** State of the link as reported to the centre. Losses are shares, 0 … 1. */
export interface Estimate {
  readonly rttMs: number;
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly slowProbes: number;
}

interface SentProbe {
  seq: number;
  sentMs: number;
  isAnswered: boolean;
  /** Whether the request has arrived, by the peer's report; undefined without a report. */
  hasArrived: boolean | undefined;
  /** True when the peer did not run or had no key yet, so that the arrival stays unknown. */
  isUnknowable: boolean;
}

export type AnswerVerdict = 'measured' | 'replayed' | 'late';

export class LinkEstimator {
  #probes: SentProbe[] = [];
  readonly #rttLevel = new PeakEwma();
  readonly #onewayLevel = new PeakEwma();
  readonly #rttLeast = new SlidingMin();
  readonly #onewayLeast = new SlidingMin();
  #onewayMean: number | undefined;
  #jitterMs = 0;

  recordSent(seq: number, nowMs: number): void {
    this.#probes.push({ seq, sentMs: nowMs, isAnswered: false, hasArrived: undefined, isUnknowable: false });
    if (this.#probes.length > PROBES_MAX) this.#probes.shift();
  }

  /** Records an authentic answer. Only the first answer to a remembered request counts. */
  recordAnswer(answer: Answer, nowMs: number): AnswerVerdict {
    const slot = this.#probe(answer.seq);
    if (slot === undefined) return 'late';
    if (slot.isAnswered) return 'replayed';
    const elapsedMs = nowMs - slot.sentMs;
    if (elapsedMs > OVERDUE_MS_MAX) return 'late';
    slot.isAnswered = true;
    slot.hasArrived = true;
    this.#recordArrivals(answer);
    const heldMs = answer.answeredMs - answer.receivedMs;
    // The peer cannot have held the request for longer than our wait for its answer. If it reports that, its clock is
    // broken, and its delays are ignored.
    if (heldMs >= 0 && heldMs <= elapsedMs)
      this.#recordDelay(elapsedMs - heldMs, answer.receivedMs - slot.sentMs, nowMs);
    return 'measured';
  }

  /** Returns undefined before the first answer, because silence from the start means a closed port, not packet loss. */
  estimate(nowMs: number): Estimate | undefined {
    const rttMs = this.#rttLevel.value;
    if (rttMs === undefined) return undefined;
    const increaseMs = (this.#onewayLevel.value ?? 0) - this.#onewayLeast.least;
    const fastLoss = this.#loss(FAST_MS, nowMs);
    const slowLoss = this.#loss(SLOW_MS, nowMs);
    return {
      rttMs,
      onewayChangeMs: Math.max(0, Math.min(increaseMs, rttMs - this.#rttLeast.least)),
      jitterMs: this.#jitterMs,
      lossFast: fastLoss.share,
      lossSlow: slowLoss.share,
      slowProbes: slowLoss.probes,
    };
  }

  /** Drops all probes but keeps the estimates of delays. For a change of our session. */
  forgetProbes(): void {
    this.#probes = [];
  }

  get overdueMs(): number {
    const expectedMs = (this.#rttLevel.value ?? OVERDUE_MS_MAX) + 4 * this.#jitterMs + OVERDUE_EXTRA_MS;
    return Math.min(OVERDUE_MS_MAX, expectedMs);
  }

  /** Returns the slot of a sequence, by its distance from the newest: sequences have no gaps. */
  #probe(seq: number): SentProbe | undefined {
    const newest = this.#probes.at(-1);
    const slot = newest === undefined ? undefined : this.#probes[this.#probes.length - 1 - (newest.seq - seq)];
    return slot?.seq === seq ? slot : undefined;
  }

  #recordArrivals({ arrivedHigh, arrived, span }: Answer): void {
    for (let back = 0; back < span; back += 1) {
      const slot = this.#probe(arrivedHigh - back);
      if (slot === undefined) continue;
      const hasArrived = (arrived & (1n << BigInt(back))) !== 0n;
      if (hasArrived) slot.hasArrived = true;
      else if (back >= REORDERED_MAX && slot.hasArrived === undefined) slot.hasArrived = false;
    }
    if (span >= ARRIVED_BITS) return;
    // The peer has just begun to record arrivals: it did not run, or had no key, at the time of the earlier probes.
    for (const slot of this.#probes)
      if (slot.seq <= arrivedHigh - span && slot.hasArrived === undefined) slot.isUnknowable = true;
  }

  #recordDelay(rttMs: number, onewayMs: number, nowMs: number): void {
    this.#rttLevel.add(rttMs, nowMs);
    this.#rttLeast.add(rttMs, nowMs);
    this.#onewayLevel.add(onewayMs, nowMs);
    this.#onewayLeast.add(onewayMs, nowMs);
    this.#onewayMean ??= onewayMs;
    this.#jitterMs += (Math.abs(onewayMs - this.#onewayMean) - this.#jitterMs) * DEVIATION_GAIN;
    this.#onewayMean += (onewayMs - this.#onewayMean) * DEVIATION_GAIN;
  }

  /**
   * Returns the loss over probes younger than `windowMs` plus `overdueMs`, without those that may still be answered.
   */
  #loss(windowMs: number, nowMs: number): { share: number; probes: number } {
    const overdueMs = this.overdueMs;
    let probes = 0;
    let lost = 0;
    for (const { sentMs, hasArrived, isUnknowable } of this.#probes) {
      const ageMs = nowMs - sentMs;
      const isOverdue = ageMs >= overdueMs;
      if (isUnknowable || ageMs >= windowMs + overdueMs || (hasArrived === undefined && !isOverdue)) continue;
      probes += 1;
      if (hasArrived !== true) lost += 1;
    }
    return { share: probes === 0 ? 0 : lost / probes, probes };
  }
}
