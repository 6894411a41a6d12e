// The connection quality of one participant: a written rule over what its client measured in one period, in both
// directions.
//
// 1. Delay and loss are turned into the transmission rating R of the E-model (ITU-T G.107), in the two simplifications
//    that are usual where the rest of the call is unknown:
//      delay:  Id = 0.024 d + 0.11 (d - 177.3) for d > 177.3 ms, else 0.024 d          (Cole and Rosenbluth, 2001)
//              d = half the round trip + twice the jitter + 40 ms for capture, coding and play-out
//      loss:   Ie = 95 p / (p + 25.1), p in percent, the worse of the two directions     (ITU-T G.113, G.711 with
//              concealment: Ie 0, Bpl 25.1)
//      R = 93.2 - Id - Ie
// 2. R becomes a word by the categories of ITU-T G.109: 80 and more ("high", "best") excellent; 60 to 80 ("low",
//    "medium") good; below poor.
// 3. Frozen video lowers it: over 1 % of the period frozen is at most good, over 5 % is poor. (Our own numbers: W3C
//    webrtc-stats defines what a freeze is, but not how many are bad. One freeze of half a second in ten seconds is 5
//    %.)
// 4. lost: nothing was measured, or the socket is gone; said at once.
// 5. Hysteresis: worse needs 2 periods in a row, better needs 3, so that one bad second is not shown and recovery is
//    believed slowly.
import type { Quality } from '@meridian/protocol';

export interface Measured {
  readonly rttMs: number;
  /** 0 … 1, packets of this client that did not arrive. */
  readonly outboundLoss: number;
  /** 0 … 1, packets to this client that did not arrive. */
  readonly inboundLoss: number;
  readonly jitterMs: number;
  readonly freezeMs: number;
  readonly periodMs: number;
}

export interface QualityState {
  readonly shown: Quality;
  /** The word that the last periods asked for instead of the shown one, and how many did in a row. */
  readonly wanted: Quality;
  readonly inARow: number;
}

const R_BEST = 93.2;
const EXCELLENT_FROM = 80;
const GOOD_FROM = 60;
const OWN_DELAY_MS = 40;
const LOSS_ROBUSTNESS_PERCENT = 25.1;
const FREEZE_GOOD_SHARE = 0.01;
const FREEZE_POOR_SHARE = 0.05;
const WORSE_AFTER = 2;
const BETTER_AFTER = 3;

const rank: Record<Quality, number> = { unknown: -1, lost: 0, poor: 1, good: 2, excellent: 3 };
const worse = (a: Quality, b: Quality): Quality => (rank[a] < rank[b] ? a : b);
const finite = (value: number, min: number, max: number): number =>
  Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : max;

export const unknownQuality: QualityState = { shown: 'unknown', wanted: 'unknown', inARow: 0 };

/** R of one period; values that are no numbers count as the worst. */
export function rating(measured: Measured): number {
  const delayMs = finite(measured.rttMs, 0, 10_000) / 2 + 2 * finite(measured.jitterMs, 0, 5_000) + OWN_DELAY_MS;
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const lossPercent = 100 * Math.max(finite(measured.outboundLoss, 0, 1), finite(measured.inboundLoss, 0, 1));
  const lossImpairment = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS_PERCENT);
  return R_BEST - delayImpairment - lossImpairment;
}

/** The word for one period alone. */
export function qualityOf(measured: Measured | undefined): Quality {
  if (measured === undefined || !(measured.periodMs > 0)) return 'lost';
  const r = rating(measured);
  const byRating: Quality = r >= EXCELLENT_FROM ? 'excellent' : r >= GOOD_FROM ? 'good' : 'poor';
  const frozen = finite(measured.freezeMs, 0, measured.periodMs) / measured.periodMs;
  const byFreezes: Quality = frozen > FREEZE_POOR_SHARE ? 'poor' : frozen > FREEZE_GOOD_SHARE ? 'good' : 'excellent';
  return worse(byRating, byFreezes);
}

/** The next state after one period (undefined: nothing was measured). `shown` is what others see. */
export function nextQuality(state: QualityState, measured: Measured | undefined): QualityState {
  const now = qualityOf(measured);
  if (now === 'lost' || state.shown === 'unknown' || state.shown === 'lost')
    return { shown: now, wanted: now, inARow: 0 };
  if (now === state.shown) return { shown: now, wanted: now, inARow: 0 };
  const goesDown = rank[now] < rank[state.shown];
  const sameWay = state.inARow > 0 && rank[state.wanted] < rank[state.shown] === goesDown;
  const inARow = sameWay ? state.inARow + 1 : 1;
  // Of several words in a row on the same side, the one nearest to the shown is what all of them agree on.
  const wanted = !sameWay
    ? now
    : goesDown
      ? rank[now] > rank[state.wanted]
        ? now
        : state.wanted
      : worse(now, state.wanted);
  if (inARow >= (goesDown ? WORSE_AFTER : BETTER_AFTER)) return { shown: wanted, wanted, inARow: 0 };
  return { shown: state.shown, wanted, inARow };
}
