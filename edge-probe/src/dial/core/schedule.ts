/**
 * Share of its period that a tester spends in the room. Two testers with the same period, whatever their clocks, are in
 * the room together for at least half of a period, long enough to judge each other (`SILENT_MS`). Outside the room a
 * tester can test another join.
 */
const STAY_SHARE = 0.75;
/** Random part of each period, so that two testers do not always overlap in the same way. */
const SPREAD_SHARE = 0.1;
const PAUSE_MS_MIN = 1000;
/** In each three rounds, the second has a booking and the third a stream, which spreads their costs. */
const ROUNDS_PER_CYCLE = 3;

export const stayMsOf = (everyMs: number): number => Math.round(everyMs * STAY_SHARE);

/** Returns the pause after a round that took `roundMs`. `rand` returns 0 ≤ x < 1. */
export function pauseMsOf(everyMs: number, roundMs: number, rand: () => number): number {
  const spread = 1 + (2 * rand() - 1) * SPREAD_SHARE;
  return Math.max(PAUSE_MS_MIN, Math.round(everyMs * spread - roundMs));
}

/** Returns the extra test of a round beside the call. `round` counts from 0. */
export function extraTestOf(round: number): 'stream' | 'booking' | undefined {
  const roundInCycle = round % ROUNDS_PER_CYCLE;
  return roundInCycle === 1 ? 'booking' : roundInCycle === 2 ? 'stream' : undefined;
}
