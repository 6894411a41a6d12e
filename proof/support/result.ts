/**
 * Metrics whose names end in their unit: `secondReadySeconds`, `gapMsP95`; groups may nest:
 * `rtt0.joinToFirstFrameMsP50`.
 */
export interface Metrics {
  readonly [name: string]: number | string | boolean | readonly string[] | Metrics;
}

export interface LabResult {
  /** Conditions of the measurement. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly metrics: Metrics;
  /** Metrics for people and --record, if `metrics` has too many. */
  readonly shown?: Metrics;
  /** Sentences about missed targets; any makes the exit code 1. */
  readonly missed: readonly string[];
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
