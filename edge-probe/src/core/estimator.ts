// One directed link, ours to one peer, from the probes sent on it and what the answers say. Pure, times are arguments
// (ms, this end's clock).
//
// Loss is that of our direction: an answer says which of our requests arrived, so a request that arrived and whose
// answer was lost does not count. A request of which no answer speaks counts as lost once its own answer is overdue,
// until an answer says otherwise.
// The delay of our direction is arrival (the peer's clock) less sending (ours): wrong by the difference of the clocks,
// so only its change is used, against the least of the last five minutes. It cannot have changed by more than the round
// trip has: a clock that is set is no jam.
import { ARRIVED_BITS } from './datagram.ts';
import { PeakEwma } from './peak-ewma.ts';
import { SlidingMin } from './sliding-min.ts';

/** Windows of loss. */
export const FAST_MS = 1_000;
export const SLOW_MS = 30_000;
/** Probes remembered: 30 s at five a second, twice. */
const SLOTS = 512;
/** Mean deviation: RFC 3550's gain. A sixteenth, for one late probe must not look like a jittery link. */
const DEVIATION_GAIN = 1 / 16;
/**
 * An answer is overdue after the round trip, four deviations and this. Half a second, for a path that has become longer
 * by less is no cut, and of which direction it is only the late answers tell; losses that answers tell of are known at
 * once.
 */
const OVERDUE_EXTRA_MS = 500;
/** A longer round trip carries no conversation, and ends the waiting for an answer. */
export const OVERDUE_MS_MAX = 2_000;
/** A request that has not arrived though this many later ones have is lost, not late. */
const REORDER = 3;

export interface Answer {
  readonly seq: number;
  /** The peer's clock, ms. */
  readonly receivedMs: number;
  readonly answeredMs: number;
  readonly arrivedHigh: number;
  readonly arrived: bigint;
  readonly span: number;
}

/** What is reported of the link. Shares 0 … 1. */
export interface Estimate {
  readonly rttMs: number;
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly slowProbes: number;
}

interface Slot {
  seq: number;
  sentMs: number;
  isAnswered: boolean;
  /** What the peer says; undefined: nothing yet. */
  hasArrived: boolean | undefined;
  /** The peer was not there, or had no key yet: whether it arrived stays unknown. */
  isVoid: boolean;
}

export type Taken = 'measured' | 'replayed' | 'late';

export class LinkEstimator {
  #slots: Slot[] = [];
  readonly #rtt = new PeakEwma();
  readonly #oneway = new PeakEwma();
  readonly #rttLeast = new SlidingMin();
  readonly #onewayLeast = new SlidingMin();
  #onewayMean: number | undefined;
  #jitterMs = 0;

  /** A request with the next sequence leaves. */
  sent(seq: number, nowMs: number): void {
    this.#slots.push({ seq, sentMs: nowMs, isAnswered: false, hasArrived: undefined, isVoid: false });
    if (this.#slots.length > SLOTS) this.#slots.shift();
  }

  /** An authentic answer. Only the first to a request that waits counts. */
  answered(answer: Answer, nowMs: number): Taken {
    const slot = this.#slot(answer.seq);
    if (slot === undefined) return 'late';
    if (slot.isAnswered) return 'replayed';
    const elapsedMs = nowMs - slot.sentMs;
    if (elapsedMs > OVERDUE_MS_MAX) return 'late';
    slot.isAnswered = true;
    slot.hasArrived = true;
    this.#learnArrivals(answer);
    const heldMs = answer.answeredMs - answer.receivedMs;
    // The peer cannot have held it for longer than it was away; a peer that says so has a broken clock, and its delays
    // are not used.
    if (heldMs >= 0 && heldMs <= elapsedMs)
      this.#learnDelay(elapsedMs - heldMs, answer.receivedMs - slot.sentMs, nowMs);
    return 'measured';
  }

  /** Undefined until the first answer: silence from the start is a closed port, not a lost packet. */
  estimate(nowMs: number): Estimate | undefined {
    const rttMs = this.#rtt.value;
    if (rttMs === undefined) return undefined;
    const slowedMs = (this.#oneway.value ?? 0) - this.#onewayLeast.least;
    const fast = this.#loss(FAST_MS, nowMs);
    const slow = this.#loss(SLOW_MS, nowMs);
    return {
      rttMs,
      onewayChangeMs: Math.max(0, Math.min(slowedMs, rttMs - this.#rttLeast.least)),
      jitterMs: this.#jitterMs,
      lossFast: fast.share,
      lossSlow: slow.share,
      slowProbes: slow.probes,
    };
  }

  /** The peer has lost its memory, or we have taken another session: sequences begin anew, levels stay. */
  forgetProbes(): void {
    this.#slots = [];
  }

  /** When the answer to a probe is overdue, in ms. */
  get overdueMs(): number {
    const expectedMs = (this.#rtt.value ?? OVERDUE_MS_MAX) + 4 * this.#jitterMs + OVERDUE_EXTRA_MS;
    return Math.min(OVERDUE_MS_MAX, expectedMs);
  }

  /** Sequences are dense, so a slot's place follows from the newest one's. */
  #slot(seq: number): Slot | undefined {
    const newest = this.#slots.at(-1);
    const slot = newest === undefined ? undefined : this.#slots[this.#slots.length - 1 - (newest.seq - seq)];
    return slot?.seq === seq ? slot : undefined;
  }

  #learnArrivals({ arrivedHigh, arrived, span }: Answer): void {
    for (let back = 0; back < span; back += 1) {
      const slot = this.#slot(arrivedHigh - back);
      if (slot === undefined) continue;
      const isThere = (arrived & (1n << BigInt(back))) !== 0n;
      if (isThere) slot.hasArrived = true;
      else if (back >= REORDER && slot.hasArrived === undefined) slot.hasArrived = false;
    }
    if (span >= ARRIVED_BITS) return;
    // It has only begun to count: no peer was there for what went before.
    for (const slot of this.#slots)
      if (slot.seq <= arrivedHigh - span && slot.hasArrived === undefined) slot.isVoid = true;
  }

  #learnDelay(rttMs: number, onewayMs: number, nowMs: number): void {
    this.#rtt.add(rttMs, nowMs);
    this.#rttLeast.add(rttMs, nowMs);
    this.#oneway.add(onewayMs, nowMs);
    this.#onewayLeast.add(onewayMs, nowMs);
    this.#onewayMean ??= onewayMs;
    this.#jitterMs += (Math.abs(onewayMs - this.#onewayMean) - this.#jitterMs) * DEVIATION_GAIN;
    this.#onewayMean += (onewayMs - this.#onewayMean) * DEVIATION_GAIN;
  }

  /** Over the probes of a window whose answers are due; the window ends where answers begin to be overdue. */
  #loss(windowMs: number, nowMs: number): { share: number; probes: number } {
    const overdueMs = this.overdueMs;
    let probes = 0;
    let lost = 0;
    for (const { sentMs, hasArrived, isVoid } of this.#slots) {
      const ageMs = nowMs - sentMs;
      const isOverdue = ageMs >= overdueMs;
      if (isVoid || ageMs >= windowMs + overdueMs || (hasArrived === undefined && !isOverdue)) continue;
      probes += 1;
      if (hasArrived !== true) lost += 1;
    }
    return { share: probes === 0 ? 0 : lost / probes, probes };
  }
}
