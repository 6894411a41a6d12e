// What a case of the lab, a benchmark or a simulation says in the end.
/** Names end in their unit: `secondReadySeconds`, `gapMsP95`; groups may nest: `rtt0.joinToFirstFrameMsP50`. */
export interface Metrics {
  readonly [name: string]: number | string | boolean | readonly string[] | Metrics;
}

/** What one run of a case or benchmark says. */
export interface LabResult {
  /** A number, or a text or switch that says under which conditions it was measured. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly metrics: Metrics;
  /** What people read and --record keeps in their place, where they are too many. */
  readonly shown?: Metrics;
  /** Stated targets that were missed, in words; any makes the exit code 1. */
  readonly missed: readonly string[];
}

/** Diagnostics for people; they go to stderr. */
export type Say = (line: string) => void;

const isList = (value: Metrics[string]): value is readonly string[] => Array.isArray(value);

/** Nested metrics as dotted names, in order. */
export function flatten(metrics: Metrics, prefix = ''): [string, number | string | boolean][] {
  return Object.entries(metrics).flatMap(([key, value]): [string, number | string | boolean][] => {
    if (isList(value)) return [[`${prefix}${key}`, value.join(', ')]];
    return typeof value === 'object' ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

/** As tables and terminals show it. */
export function rounded(value: number | string | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
