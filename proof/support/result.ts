/**
 * Metrics whose names end in their unit: `secondReadySeconds`, `gapMsP95`; groups may nest:
 * `rtt0.joinToFirstFrameMsP50`.
 */
export interface Metrics {
  readonly [name: string]: number | string | boolean | readonly string[] | Metrics;
}

/** A figure with an aim, beside what another server and the machine can do. */
export interface Aim {
  /** Figure in words, with its unit unless it is a ratio: `upload of 4 kB`, `p99 of a join, ms`. */
  readonly figure: string;
  readonly value: number;
  readonly aim: number;
  /** Whether the value should be at most the aim, or at least. */
  readonly should: 'most' | 'least';
  /** Server that the value is a share of, or another server's value; absent without a peer. */
  readonly peer?: string;
  /** Bound that no server can pass; absent where none is known. */
  readonly limit?: string;
}

/** False for a value that could not be measured. */
export const isMet = ({ value, aim, should }: Aim): boolean => (should === 'most' ? value <= aim : value >= aim);

/** Returns sentences about the aims that are not met. */
export const missesOf = (aims: readonly Aim[]): string[] =>
  aims
    .filter((one) => !isMet(one))
    .map(({ figure, value, aim }) => `${figure}: ${rounded(value)}, aim ${rounded(aim)}`);

export interface LabResult {
  /** Conditions of the measurement. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly metrics: Metrics;
  /** Metrics for people and --record, if `metrics` has too many. */
  readonly shown?: Metrics;
  /** Sentences about missed targets that are no aims; any makes the exit code 3. */
  readonly missed: readonly string[];
  /** Rows of the table's head in docs/measured.md; any that is not met makes the exit code 3. */
  readonly aims?: readonly Aim[];
  /** Name of the table when a case has several, as for shapes; absent: the case's name. */
  readonly table?: string;
}

/** Prints diagnostics for people to stderr. */
export type Say = (line: string) => void;

const isList = (value: Metrics[string]): value is readonly string[] => Array.isArray(value);

export function flatten(metrics: Metrics, prefix = ''): [string, number | string | boolean][] {
  return Object.entries(metrics).flatMap(([key, value]): [string, number | string | boolean][] => {
    if (isList(value)) return [[`${prefix}${key}`, value.join(', ')]];
    return typeof value === 'object' ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

export function rounded(value: number | string | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
