// When a tester does what. Pure.

/**
 * The part of a period that it spends in the room. Two testers of the same period are there together for half of it at
 * least, however their clocks stand: for long enough to judge each other (`SILENT_MS`) in every period. Not all of it:
 * what is to be tested is joining.
 */
const STAY_SHARE = 0.75;
/** Drawn for each period, so that two testers that see each other shortly do not go on to do so. */
const SPREAD_SHARE = 0.1;
/** A round that took longer than its period: the next one begins after this. */
const PAUSE_MS_MIN = 1000;
/** Of three rounds one has a booking, and another one a stream: what they cost is shared out. */
const EVERY_NTH = 3;

export const stayMsOf = (everyMs: number): number => Math.round(everyMs * STAY_SHARE);

/** From the end of a round that took `tookMs` to the next one. `rand` answers 0 ≤ x < 1. */
export function pauseMsOf(everyMs: number, tookMs: number, rand: () => number): number {
  const spread = 1 + (2 * rand() - 1) * SPREAD_SHARE;
  return Math.max(PAUSE_MS_MIN, Math.round(everyMs * spread - tookMs));
}

/** What the round of this number has besides its call, from 0. */
export function extraOf(round: number): 'stream' | 'booking' | undefined {
  const at = round % EVERY_NTH;
  return at === 1 ? 'booking' : at === 2 ? 'stream' : undefined;
}
