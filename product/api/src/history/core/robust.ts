// Robust statistics: a few wrong samples do not distort them.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The lower middle value of an even number; undefined for no figures. */
export const medianOf = (figures: Iterable<number>): number | undefined => {
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

/**
 * Median of the slopes of all pairs (Theil 1950; Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau",
 * JASA 63, 1968, pp. 1379–1389). Up to 29 % of the points may be arbitrary. Quadratic: give it tens of points.
 * Undefined for fewer than two values of x.
 */
export function theilSen(points: readonly Point[]): number | undefined {
  const slopes: number[] = [];
  for (const [at, a] of points.entries())
    for (const b of points.slice(at + 1)) if (a.x !== b.x) slopes.push((b.y - a.y) / (b.x - a.x));
  return medianOf(slopes);
}

export const meanOf = (figures: readonly number[]): number =>
  figures.length === 0 ? 0 : figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
