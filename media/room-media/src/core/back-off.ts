// Decides when a helper process or thread is restarted; restarts never stop, because the cause may pass.

/** A short first pause makes a crash on one bad input hardly audible. */
const firstPauseMs = 200;
const longestPauseMs = 5000;
/** A process that ran this long was healthy; its end begins a new count. */
const settledMs = 10_000;
/** After this many ends in a row users see that the service is degraded. */
const degradedFrom = 4;

/** Returns the number of ends in a row, including a process that just ended after `ranMs`. */
export function failuresAfter(failures: number, ranMs: number): number {
  return ranMs >= settledMs ? 1 : failures + 1;
}

/** Returns the pause before the next start; `failures` is the number of ends in a row, from 1. */
export function restartPauseMs(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 16));
}

export const isDegraded = (failures: number): boolean => failures >= degradedFrom;

/**
 * Limits the starts of one transcoder: an encoder may change its format once right after its start. Constant changes
 * start a process every 2 s, for the latest format.
 */
export const startLimits = { perSecond: 0.5, burst: 2 } as const;
