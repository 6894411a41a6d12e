/** Times beyond it cannot be shown: a slow receiver's queue may take longer than dates reach. */
const TIME_MS_MAX = 253_402_300_799_000;

/**
 * Returns when each file of a queue is there, by wall clock, if they come one after another at this rate; undefined
 * without a rate, or beyond the year 9999.
 */
export function expectedTimes(
  leftBytes: readonly number[],
  { bytesPerS, nowMs }: { readonly bytesPerS: number | undefined; readonly nowMs: number },
): (number | undefined)[] {
  let bytes = 0;
  return leftBytes.map((left) => {
    bytes += left;
    const ms = bytesPerS === undefined ? Number.NaN : nowMs + (bytes / bytesPerS) * 1000;
    return ms <= TIME_MS_MAX ? Math.ceil(ms) : undefined;
  });
}
