// Of what comes again and again: how long nothing came. Pure.

/**
 * The longest time in which none of these came, between two times; what comes after the last one counts. All in ms on
 * one clock.
 */
export function longestGap(timesMs: readonly number[], fromMs: number, toMs: number): number {
  const within = timesMs.filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
  const edges = [fromMs, ...within, toMs];
  return Math.round(Math.max(...edges.slice(1).map((ms, at) => ms - (edges[at] ?? ms))));
}
