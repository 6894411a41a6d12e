/** Returns the longest time without an event from `fromMs` to `toMs`, also before the first or after the last event. */
export function longestGap(timesMs: readonly number[], fromMs: number, toMs: number): number {
  const within = timesMs.filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
  const edges = [fromMs, ...within, toMs];
  return Math.round(Math.max(...edges.slice(1).map((ms, at) => ms - (edges[at] ?? ms))));
}
