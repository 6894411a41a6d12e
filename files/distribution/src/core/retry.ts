// How long to wait before the next try.

const FIRST_MS = 1000;
/** Without jitter: half as much comes on top at most, so the longest wait is five minutes. */
const LONGEST_MS = 200_000;
/** Hubs that are back are found within a quarter of a minute. */
const HUB_LONGEST_MS = 15_000;

/** Of a delivery: 1 s, doubling, up to 5 min. `failures`: in a row, at least one; `random`: 0 … 1. */
export const againMs = (failures: number, random: number): number =>
  Math.round(Math.min(LONGEST_MS, doubled(failures)) * (1 + random / 2));

/** Of polls and receipts, while no library node answers: 1 … 15 s. */
export const hubAgainMs = (failures: number, random: number): number =>
  Math.round(Math.min(HUB_LONGEST_MS, doubled(failures) * (1 + random / 2)));

/** Exponents have a bound: numbers do not grow beyond what timers take. */
const doubled = (failures: number): number => FIRST_MS * 2 ** Math.min(Math.max(failures - 1, 0), 20);
