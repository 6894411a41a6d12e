// Growth of a figure with the size of the fleet.

/** Exponent that n log n has between 120 and 10,000 hosts; a term with a larger one grows faster. */
export const LINEARITHMIC_EXPONENT = 1 + Math.log(Math.log(10_000) / Math.log(120)) / Math.log(10_000 / 120);

/** Returns the exponent e of the power n^e that fits the points best (least squares of logarithms). */
export function exponentOf(points: readonly { readonly hosts: number; readonly value: number }[]): number {
  const logs = points.filter(({ value }) => value > 0).map(({ hosts, value }) => [Math.log(hosts), Math.log(value)]);
  const meanOf = (at: 0 | 1): number => logs.reduce((sum, log) => sum + (log[at] ?? 0), 0) / logs.length;
  const [meanX, meanY] = [meanOf(0), meanOf(1)];
  let [above, below] = [0, 0];
  for (const [x = 0, y = 0] of logs) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return above / below;
}

/** Returns the term with the largest exponent. Throws without any. */
export function fastestOf(exponents: Readonly<Record<string, number>>): { name: string; exponent: number } {
  const [fastest] = Object.entries(exponents).sort(([, a], [, b]) => b - a);
  if (fastest === undefined) throw new Error('there is no term');
  return { name: fastest[0], exponent: fastest[1] };
}
