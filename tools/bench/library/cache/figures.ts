// Aims of edges that keep the library, and figures beside them. Pure.
import type { Metrics } from '../../../support/result.ts';
import { SPREAD_AIM, type StepRow } from './spread.ts';

/** Copies of a cold file that the node sends, however many ask for it. */
const copiesAim = 1.01;

/** Of all steps, and of each. */
export function spreadMetrics(rows: readonly StepRow[]): Metrics {
  const most = (of: (row: StepRow) => number): number => Math.max(...rows.map(of));
  const all: Metrics = {
    viewersMin: Math.min(...rows.map(({ viewers }) => viewers)),
    spreadSettledWorst: most(({ spreadSettled }) => spreadSettled),
    spreadWorst: most(({ spreadWorst }) => spreadWorst),
  };
  const steps = rows.map(({ name, ...row }): [string, Metrics] => [name, Object.assign({}, row)]);
  return Object.assign(all, Object.fromEntries(steps));
}

/** An edge that came a moment ago is empty: a step is judged from when every player has asked again. */
export function missedOf(
  rows: readonly StepRow[],
  merged: Readonly<Record<string, { readonly copies: number }>>,
): string[] {
  const spread = rows
    .filter(({ spreadSettled }) => !(spreadSettled <= SPREAD_AIM))
    .map(({ name, spreadSettled }) => `${name}: spread ${spreadSettled.toFixed(3)}, aim ${SPREAD_AIM}`);
  const copies = Object.entries(merged)
    .filter(([, one]) => !(one.copies <= copiesAim))
    .map(([name, one]) => `${name}: ${one.copies.toFixed(2)} copies of a cold file, aim ${copiesAim}`);
  return [...spread, ...copies];
}
