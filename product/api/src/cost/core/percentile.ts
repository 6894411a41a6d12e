/** Returns the smallest value that at least `share` of the values do not exceed; 0 for an empty list. */
export function nearestRank(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
