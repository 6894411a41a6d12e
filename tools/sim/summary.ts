// The figures by which strategies are compared at a glance, one row each: in the picture, and as the last lines on the
// terminal. All figures are above them, one a line.
import { metricsOf, type Regrets, regretsOf, type StrategyMetrics } from './judge.ts';
import type { SimRun } from './run.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const columns: readonly (readonly [head: string, cell: (metrics: StrategyMetrics) => string])[] = [
  ['one-way mean, ms', (m) => m.onewayMsMean.toFixed(1)],
  ['p95, ms', (m) => m.onewayMsP95.toFixed(0)],
  ['under 150 ms', (m) => percent(m.shareUnder150Ms)],
  ['ingress > 10 ms off', (m) => percent(m.ingressOver10MsShare)],
  ['hosts a room', (m) => m.nodesPerRoom.toFixed(2)],
  ['moves a person-hour', (m) => m.movesPerPersonHour.toFixed(2)],
  ['relayed', (m) => percent(m.relayedShare)],
];

export const summaryHeads: readonly string[] = columns.map(([head]) => head);

/** As many cells as there are heads. */
export function summaryRow(metrics: StrategyMetrics): string[] {
  return columns.map(([, cell]) => cell(metrics));
}

const regretColumns: readonly (readonly [head: string, cell: (regrets: Regrets) => string])[] = [
  ['regret', (r) => percent(r.regretMean)],
  ['first minute', (r) => percent(r.regretFirstMinute)],
  ['after a change', (r) => percent(r.regretAfterChange)],
];

/** The same in columns of a terminal, with the regrets if there are any: names to the left, figures to the right. */
export function summaryLines({ runs, world, best }: SimRun): string[] {
  const regrets = best === undefined ? [] : regretColumns;
  const rows = [
    ['strategy', ...summaryHeads, ...regrets.map(([head]) => head)],
    ...runs.map((run) => [
      run.strategy.name,
      ...summaryRow(metricsOf(run, world)),
      ...regrets.map(([, cell]) => cell(regretsOf(run))),
    ]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
}
