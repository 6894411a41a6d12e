// A figure beside its aim, and what is said of it. Whatever is no finite number meets no aim: a figure that could not
// be computed is a miss, never a pass.

/** A figure of the table with its aim. */
export interface Row {
  readonly name: string;
  readonly figure: number;
  readonly limit: number;
  readonly isMet: boolean;
}

/** Met at the limit and below it. */
export function atMost(name: string, figure: number, limit: number): Row {
  return { name, figure, limit, isMet: Number.isFinite(figure) && figure <= limit };
}

/** Met at the limit and above it. */
export function atLeast(name: string, figure: number, limit: number): Row {
  return { name, figure, limit, isMet: Number.isFinite(figure) && figure >= limit };
}

/** One line for each row, met or not. */
export function verdictsOf(rows: readonly Row[]): string[] {
  return rows.map(({ name, figure, limit, isMet }) => {
    const shown = String(Number(figure.toPrecision(3)));
    return `${name.padEnd(28)} ${shown.padStart(8)}   aim ${String(limit).padEnd(6)} ${isMet ? 'met' : 'MISSED'}`;
  });
}

/** The rows that are not met, in words. */
export function missedOf(rows: readonly Row[]): string[] {
  return rows
    .filter(({ isMet }) => !isMet)
    .map(({ name, figure, limit }) => `${name} is ${figure}, the aim is ${limit}`);
}
