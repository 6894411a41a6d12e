import type { AlarmRule } from '../rule.ts';

/** Codes named in the text; the rest is their sum. */
const CODES_MAX = 3;

export const deliveriesFailed: AlarmRule = {
  id: 'deliveries-failed',
  source: 'distribution',
  severity: 'warning',
  reason: 'Deliveries of files to a region failed for good in the last hour.',
  limit: 10,
  unit: '',
  limitSource: 'A delivery fails after eight attempts, or when its receiver refuses it; several have a common cause.',
  forMs: 0,
  clearForMs: 5 * 60_000,
  judge: ({ failures }, limit) =>
    failures &&
    [...Map.groupBy(failures, ({ region }) => region)].map(([region, own]) => {
      const value = sum(own);
      const codes = most(own, ({ code }) => code);
      const rest = sum(codes.slice(CODES_MAX));
      const causes = codes.slice(0, CODES_MAX).map(({ key, count }) => `${count} ${key}`);
      const causesText = [...causes, ...(rest > 0 ? [`${rest} others`] : [])].join(', ');
      const [tenant] = most(own, (one) => one.tenant);
      const text = `${value} deliveries to ${region} failed in the last hour: ${causesText}. Most are of ${tenant?.key} (${tenant?.count}).`;
      return { subject: region, value, isBad: value > 0 && value >= limit, labels: { region }, text };
    }),
};

type Count = { readonly count: number };
const sum = (rows: readonly Count[]): number => rows.reduce((all, { count }) => all + count, 0);

const most = <T extends Count>(rows: readonly T[], keyOf: (row: T) => string) =>
  [...Map.groupBy(rows, keyOf)]
    .map(([key, own]) => ({ key, count: sum(own) }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
