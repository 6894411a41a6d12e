// Connection quality of a participant, as others see it. `qualityOf` of base/protocol/src/quality-rating.ts judges a
// period. A worse quality shows after 2 periods in a row, a better one after 3, so that a single bad second stays
// hidden and recovery shows slowly. `lost` (nothing measured, or the socket is gone) shows at once.
import { type MeasuredPeriod, type Quality, qualityOf, qualityRank as rank, worseQuality } from '@meridian/protocol';

export type Measured = MeasuredPeriod;

export interface QualityState {
  readonly shown: Quality;
  /** Quality that the last periods had in place of `shown`; the next field is the number of these periods. */
  readonly wanted: Quality;
  readonly inARow: number;
}

const WORSE_AFTER = 2;
const BETTER_AFTER = 3;

export const unknownQuality: QualityState = { shown: 'unknown', wanted: 'unknown', inARow: 0 };

/** Returns the next state after a period (undefined: nothing was measured). Others see `shown`. */
export function nextQuality(state: QualityState, measured: Measured | undefined): QualityState {
  const rated = qualityOf(measured);
  if (rated === 'lost' || state.shown === 'unknown' || state.shown === 'lost')
    return { shown: rated, wanted: rated, inARow: 0 };
  if (rated === state.shown) return { shown: rated, wanted: rated, inARow: 0 };
  const goesDown = rank[rated] < rank[state.shown];
  const sameWay = state.inARow > 0 && rank[state.wanted] < rank[state.shown] === goesDown;
  const inARow = sameWay ? state.inARow + 1 : 1;
  // All periods in a row reach at least the quality nearest to the shown one.
  const wanted = !sameWay
    ? rated
    : goesDown
      ? rank[rated] > rank[state.wanted]
        ? rated
        : state.wanted
      : worseQuality(rated, state.wanted);
  if (inARow >= (goesDown ? WORSE_AFTER : BETTER_AFTER)) return { shown: wanted, wanted, inARow: 0 };
  return { shown: state.shown, wanted, inARow };
}
