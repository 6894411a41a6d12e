// Rows of a table, each with a figure and its aim. A figure that is not finite misses its aim.

export interface Row {
  readonly name: string;
  readonly figure: number;
  readonly limit: number;
  readonly isMet: boolean;
}

export function atMost(name: string, figure: number, limit: number): Row {
  return { name, figure, limit, isMet: Number.isFinite(figure) && figure <= limit };
}

export function atLeast(name: string, figure: number, limit: number): Row {
  return { name, figure, limit, isMet: Number.isFinite(figure) && figure >= limit };
}

export function verdictsOf(rows: readonly Row[]): string[] {
  return rows.map(({ name, figure, limit, isMet }) => {
    const shown = String(Number(figure.toPrecision(3)));
    return `${name.padEnd(28)} ${shown.padStart(8)}   aim ${String(limit).padEnd(6)} ${isMet ? 'met' : 'MISSED'}`;
  });
}

export function missedOf(rows: readonly Row[]): string[] {
  return rows
    .filter(({ isMet }) => !isMet)
    .map(({ name, figure, limit }) => `${name} is ${figure}, the aim is ${limit}`);
}
