const FIRST_MS = 1000;
/** Maximum wait without jitter; jitter adds up to half of the wait: five minutes in all. */
const LONGEST_MS = 200_000;
/** Maximum wait between calls of library nodes (hubs): a node that returns is found within this time. */
const HUB_LONGEST_MS = 15_000;

/** Wait of a delivery: 1 s, doubling, up to 5 min. `failures` in a row are at least 1; `random` is 0 to 1. */
export const retryDelayMs = (failures: number, random: number): number =>
  Math.round(Math.min(LONGEST_MS, doubled(failures)) * (1 + random / 2));

/** Wait of polls and receipts while no library node answers: 1 to 15 s. */
export const hubRetryDelayMs = (failures: number, random: number): number =>
  Math.round(Math.min(HUB_LONGEST_MS, doubled(failures) * (1 + random / 2)));

/** The exponent is bounded so that the result fits a timer. */
const doubled = (failures: number): number => FIRST_MS * 2 ** Math.min(Math.max(failures - 1, 0), 20);
