// Pauses between attempts to connect. They grow, and are random so that viewers do not return all at once.

const FIRST_MS = 500;
const MAX_MS = 10_000;

/** Returns the pause after `failures` (1 or more) failed attempts in a row; `random` is between 0 and 1. */
export function backOffMs(failures: number, random: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), MAX_MS);
  return longest * (0.5 + random / 2);
}
