// Connection quality of a participant, as others see it. `qualityOf` of base/protocol/src/quality-rating.ts judges a
// period. A worse quality shows after 2 periods in a row, a better one after 3, so that a single bad second stays
// hidden and recovery shows slowly. `lost` (nothing measured, or the socket is gone) shows at once.
import { type MeasuredPeriod, type Quality, qualityOf, qualityRank as rank, worseQuality } from '@meridian/protocol';

export type Measured = MeasuredPeriod;

export interface QualityState {
  readonly shown: Quality;
  /** Quality that the last periods had in place of `shown`; the next field is the number of these periods. */
  readonly candidate: Quality;
  readonly periodCount: number;
}

const WORSE_AFTER = 2;
const BETTER_AFTER = 3;

export const unknownQuality: QualityState = { shown: 'unknown', candidate: 'unknown', periodCount: 0 };

/** Returns the next state after a period (undefined: nothing was measured). Others see `shown`. */
export function nextQuality(state: QualityState, measured: Measured | undefined): QualityState {
  const rated = qualityOf(measured);
  if (rated === 'lost' || state.shown === 'unknown' || state.shown === 'lost')
    return { shown: rated, candidate: rated, periodCount: 0 };
  if (rated === state.shown) return { shown: rated, candidate: rated, periodCount: 0 };
  const goesDown = rank[rated] < rank[state.shown];
  const sameWay = state.periodCount > 0 && rank[state.candidate] < rank[state.shown] === goesDown;
  const periodCount = sameWay ? state.periodCount + 1 : 1;
  // All periods in a row reach at least the quality nearest to the shown one.
  const candidate = !sameWay
    ? rated
    : goesDown
      ? rank[rated] > rank[state.candidate]
        ? rated
        : state.candidate
      : worseQuality(rated, state.candidate);
  if (periodCount >= (goesDown ? WORSE_AFTER : BETTER_AFTER)) return { shown: candidate, candidate, periodCount: 0 };
  return { shown: state.shown, candidate, periodCount };
}
