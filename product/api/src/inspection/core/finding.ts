// Findings of a check, sorted and cut to a readable number.
import { type Finding, findingSeverities, type InspectionCheck } from '@meridian/protocol';

/** Findings of one check: a longer list is no morning reading, and the linked page has all. */
export const FINDINGS_MAX = 10;

/** A finding without the fields that all findings of its check share. */
export type Found = Pick<Finding, 'severity' | 'values' | 'figure'> & { readonly code?: string };
export interface CheckOf {
  readonly check: InspectionCheck;
  readonly path: string;
}

/**
 * Returns the findings of one check, the worst first, otherwise in the given order; never empty. `found` undefined: the
 * check's facts are unknown. Empty: `fine`, in one line.
 */
export function findingsOf(
  { check, path }: CheckOf,
  found: readonly (Found & { readonly path?: string })[] | undefined,
  fine: Omit<Found, 'severity'> & { readonly severity?: Finding['severity'] },
): Finding[] {
  const of = { check, path };
  if (found === undefined) return [{ ...of, code: `${check}.unknown`, severity: 'attention', values: {} }];
  if (found.length === 0) return [{ ...of, severity: 'fine', ...fine, code: `${check}.${fine.code ?? 'fine'}` }];
  const sorted = [...found].sort((a, b) => rank(a) - rank(b));
  const shown = sorted.slice(0, FINDINGS_MAX).map((one) => ({ ...of, ...one, code: `${check}.${one.code ?? 'bad'}` }));
  const [next] = sorted.slice(FINDINGS_MAX);
  if (next === undefined) return shown;
  const count = sorted.length - FINDINGS_MAX;
  return [...shown, { ...of, code: `${check}.more`, severity: next.severity, values: { count } }];
}

export const rank = ({ severity }: Pick<Finding, 'severity'>): number => findingSeverities.indexOf(severity);

/** Returns the severity of a value, where higher is worse; undefined: fine. */
export function severityFrom(
  value: number,
  { attention, problem }: { readonly attention: number; readonly problem: number },
): 'attention' | 'problem' | undefined {
  if (value >= problem) return 'problem';
  return value >= attention ? 'attention' : undefined;
}

/** Returns the element with the largest figure; undefined for none. */
export const mostOf = <T>(all: readonly T[], figure: (one: T) => number): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || figure(one) > figure(best) ? one : best), undefined);

export const byMost =
  <T>(figure: (one: T) => number) =>
  (a: T, b: T): number =>
    figure(b) - figure(a);
