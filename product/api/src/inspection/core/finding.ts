import { type Finding, findingSeverities, type InspectionCheck } from '@meridian/protocol';

/** A longer list would not be read in the morning, and the linked page has all. */
export const FINDINGS_MAX = 10;

export type FoundFact = Pick<Finding, 'severity' | 'values' | 'figure'> & { readonly code?: string };
export interface CheckPage {
  readonly check: InspectionCheck;
  readonly path: string;
}

/**
 * Returns findings, the worst first, never empty. `found`: undefined for unknown facts; empty gives one line, `fine`.
 */
export function findingsOf(
  { check, path }: CheckPage,
  found: readonly (FoundFact & { readonly path?: string })[] | undefined,
  fine: Omit<FoundFact, 'severity'> & { readonly severity?: Finding['severity'] },
): Finding[] {
  const place = { check, path };
  if (found === undefined) return [{ ...place, code: `${check}.unknown`, severity: 'attention', values: {} }];
  if (found.length === 0) return [{ ...place, severity: 'fine', ...fine, code: `${check}.${fine.code ?? 'fine'}` }];
  const sorted = [...found].sort((a, b) => rank(a) - rank(b));
  const shownFindings = sorted
    .slice(0, FINDINGS_MAX)
    .map((one) => ({ ...place, ...one, code: `${check}.${one.code ?? 'bad'}` }));
  const [next] = sorted.slice(FINDINGS_MAX);
  if (next === undefined) return shownFindings;
  const count = sorted.length - FINDINGS_MAX;
  return [...shownFindings, { ...place, code: `${check}.more`, severity: next.severity, values: { count } }];
}

export const rank = ({ severity }: Pick<Finding, 'severity'>): number => findingSeverities.indexOf(severity);

/** Returns the severity of a figure that is worse when higher; undefined if it is fine. */
export function severityFrom(
  value: number,
  { attention, problem }: { readonly attention: number; readonly problem: number },
): 'attention' | 'problem' | undefined {
  if (value >= problem) return 'problem';
  return value >= attention ? 'attention' : undefined;
}

export const mostOf = <T>(all: readonly T[], figure: (one: T) => number): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || figure(one) > figure(best) ? one : best), undefined);

export const byMost =
  <T>(figure: (one: T) => number) =>
  (a: T, b: T): number =>
    figure(b) - figure(a);
