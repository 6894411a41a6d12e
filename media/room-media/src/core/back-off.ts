// When a helper process or thread that ended is started again. It is started for as long as it is wanted: what keeps it
// from living may pass.

/** The first pause: a crash by one bad input is hardly heard. */
const firstPauseMs = 200;
const longestPauseMs = 5000;
/** One that has run this long was well; its end begins a new count. */
const settledMs = 10_000;
/** After so many ends in a row users see that the service is degraded. */
const degradedFrom = 4;

/** Ends in a row, with the one that just came after running for `ranMs`. */
export function failuresAfter(failures: number, ranMs: number): number {
  return ranMs >= settledMs ? 1 : failures + 1;
}

/** The pause before the next start, after so many ends in a row, from 1. */
export function restartPauseMs(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 16));
}

export const isDegraded = (failures: number): boolean => failures >= degradedFrom;

/**
 * Beginnings of one transcoder: an encoder may change its format at once after it has begun; one that changes it again
 * and again starts a process every 2 s at most, for the latest.
 */
export const beginsLimits = { perSecond: 0.5, burst: 2 } as const;
