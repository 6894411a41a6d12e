// Rates a connection in a period by its measurements in both directions.
//
// 1. Delay and loss give the transmission rating R of the E-model (ITU-T G.107), in the two usual simplifications for
//    calls of which the rest is unknown:
//      delay:  Id = 0.024 d + 0.11 (d - 177.3) for d > 177.3 ms, else 0.024 d          (Cole and Rosenbluth, 2001)
//              d = half the round trip + twice the jitter + 40 ms for capture, coding and play-out
//      loss:   Ie = 95 p / (p + 25.1), p in percent, the worse of the two directions     (ITU-T G.113, G.711 with
//              concealment: Ie 0, Bpl 25.1)
//      R = 93.2 - Id - Ie
// 2. R gives the quality, by the categories of ITU-T G.109 (in brackets): 80 and more (high, best) is excellent, 60 to
//    80 (low, medium) is good, below 60 is poor.
// 3. Frozen video lowers the quality: over 1 % of the period frozen is at most good, over 5 % is poor. (Our own
//    numbers: W3C webrtc-stats defines a freeze, but not how many are bad. Half a second frozen in ten is 5 %.)
// 4. A period without measurements has the quality `lost`.
//
// Operators see strengths instead: excellent is strong, good medium, poor and lost weak.
import type { Quality } from './rtp.ts';

export interface MeasuredPeriod {
  readonly rttMs: number;
  /** 0 … 1, lost packets from this client. */
  readonly outboundLoss: number;
  /** 0 … 1, lost packets to this client. */
  readonly inboundLoss: number;
  readonly jitterMs: number;
  readonly freezeMs: number;
  readonly periodMs: number;
}

/**
 * `excellentR` and `goodR`: least R of the quality. `goodFrozen` and `poorFrozen`: share of frozen video above which a
 * period is at most good, or poor.
 */
export const qualityThresholds = { excellentR: 80, goodR: 60, goodFrozen: 0.01, poorFrozen: 0.05 } as const;
const R_BEST = 93.2;
const OWN_DELAY_MS = 40;
const LOSS_ROBUSTNESS_PERCENT = 25.1;

export const qualityRank: Readonly<Record<Quality, number>> = { unknown: -1, lost: 0, poor: 1, good: 2, excellent: 3 };
export const worseQuality = (a: Quality, b: Quality): Quality => (qualityRank[a] < qualityRank[b] ? a : b);
/** Returns `max`, the worst value, for a number that is not finite. */
const clampOrMax = (value: number, min: number, max: number): number =>
  Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : max;

export function transmissionRating(measured: MeasuredPeriod): number {
  const delayMs =
    clampOrMax(measured.rttMs, 0, 10_000) / 2 + 2 * clampOrMax(measured.jitterMs, 0, 5_000) + OWN_DELAY_MS;
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const lossPercent = 100 * Math.max(clampOrMax(measured.outboundLoss, 0, 1), clampOrMax(measured.inboundLoss, 0, 1));
  const lossImpairment = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS_PERCENT);
  return R_BEST - delayImpairment - lossImpairment;
}

export function qualityOf(measured: MeasuredPeriod | undefined): Quality {
  if (measured === undefined || !(measured.periodMs > 0)) return 'lost';
  const r = transmissionRating(measured);
  const { excellentR, goodR, goodFrozen, poorFrozen } = qualityThresholds;
  const byRating: Quality = r >= excellentR ? 'excellent' : r >= goodR ? 'good' : 'poor';
  const frozen = clampOrMax(measured.freezeMs, 0, measured.periodMs) / measured.periodMs;
  const byFreezes: Quality = frozen > poorFrozen ? 'poor' : frozen > goodFrozen ? 'good' : 'excellent';
  return worseQuality(byRating, byFreezes);
}

/** Strengths of a connection for operators. `unknown`: neither the client nor its media node measured anything. */
export const strengths = ['strong', 'medium', 'weak', 'unknown'] as const;
export type Strength = (typeof strengths)[number];
const strengthByQuality: Readonly<Record<Quality, Strength>> = {
  excellent: 'strong',
  good: 'medium',
  poor: 'weak',
  lost: 'weak',
  unknown: 'unknown',
};
export const strengthOf = (quality: Quality): Strength => strengthByQuality[quality];
