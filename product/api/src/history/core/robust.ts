// Robust statistics: a few wrong samples do not distort them.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Returns the median; of an even number of figures, the lower middle one. Undefined for no figures. */
export const medianOf = (figures: Iterable<number>): number | undefined => {
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

/**
 * Returns the median slope of all pairs (Theil 1950; Sen, JASA 63, 1968, 1379–1389), which tolerates 29 % outliers; the
 * time is quadratic. Undefined for fewer than two values of x.
 */
export function theilSen(points: readonly Point[]): number | undefined {
  const slopes: number[] = [];
  for (const [at, a] of points.entries())
    for (const b of points.slice(at + 1)) if (a.x !== b.x) slopes.push((b.y - a.y) / (b.x - a.x));
  return medianOf(slopes);
}

export const meanOf = (figures: readonly number[]): number =>
  figures.length === 0 ? 0 : figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
