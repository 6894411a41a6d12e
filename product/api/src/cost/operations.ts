import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { csvOf } from '../http/core/csv.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { MONTH_PATTERN, monthOf, monthSpan } from '../sla/core/month.ts';
import type { Database } from '../store/store.ts';
import { type CostGroup, costGroups, costReport, type Row } from './core/report.ts';
import { usageIn } from './figures.ts';
import { CostPrices, CostReport, type CostRow, CostSettings } from './schemas.ts';
import { pricesOf, type StoredPrices, setPrices, shownPrices } from './settings.ts';

const HOUR_MS = 3_600_000;
/** Beyond these days, parts of a month are deleted, and what remains would look like the whole. */
const DAYS_BACK = 62;
const MONTHS_BACK_MS = DAYS_BACK * 24 * HOUR_MS;
/** Delay after an hour until its sessions are summed up. */
const SUMMED_MS = 15 * 60_000;
const ROWS_MAX = 100;

const ofMonth = Type.Object({
  month: Type.Optional(
    Type.String({
      pattern: MONTH_PATTERN,
      maxLength: 7,
      description: 'Month in UTC, as 2026-11. Default: the current month.',
    }),
  ),
  by: Type.Optional(
    Type.Unsafe<CostGroup>({
      type: 'string',
      enum: [...costGroups],
      default: 'region',
      description:
        'What rows are. Those of regions or tenants add up to the total; links are a part of the traffic of regions.',
    }),
  ),
});

const ofOperator = operations({ tag: 'Console', scope: 'operator' });
const getCost = ofOperator('getCost', 'GET /cost', {
  summary: 'Report what a month of nodes and traffic cost, and what an hour of a user cost, by region, tenant or link.',
  description: `Months that began within the last ${DAYS_BACK} days.`,
  query: ofMonth,
  answers: { 200: CostReport },
});
const exportCost = ofOperator('exportCost', 'GET /cost.csv', {
  query: ofMonth,
  summary: 'Export the same as CSV (RFC 4180): a header line, the total, kinds of nodes, rows.',
  contentType: 'text/csv',
  answers: { 200: Type.String() },
});
const getCostSettings = ofOperator('getCostSettings', 'GET /cost/settings', {
  summary: 'Get the prices of nodes and traffic.',
  answers: { 200: CostSettings },
});
const setCostSettings = ofOperator('setCostSettings', 'PUT /cost/settings', {
  summary: 'Set the prices of nodes and traffic; they apply to all months.',
  body: CostPrices,
  answers: { 200: CostSettings },
});

export interface CostDeps {
  readonly db: Database;
  readonly clock: Clock;
}

interface CostQuery {
  readonly month?: string;
  readonly by?: CostGroup;
}

export function addCostOperations(routes: Routes, o: CostDeps): void {
  const headers = { 'content-type': 'text/csv; charset=utf-8; header=present' };
  routes.add(getCost, async ({ query }) => ({ body: await answerOf(o, query) }));
  routes.add(exportCost, async ({ query }) => ({ body: linesOf(await answerOf(o, query)), headers }));
  routes.add(getCostSettings, async () => ({ body: shownSettings(await pricesOf(o.db)) }));
  routes.add(setCostSettings, async ({ body }) => ({ body: shownSettings(await setPrices(o, body)) }));
}

/** Rejects with REQUEST_INVALID for a month that has not begun, or whose node hours are no longer stored. */
async function answerOf({ db, clock }: CostDeps, costQuery: CostQuery): Promise<Static<typeof CostReport>> {
  const nowMs = Math.floor(clock.wallMs());
  const [month, by] = [costQuery.month ?? monthOf(nowMs), costQuery.by ?? 'region'];
  const { fromMs, toMs } = monthSpan(month);
  if (fromMs > nowMs || fromMs < nowMs - MONTHS_BACK_MS)
    throw new Problem('REQUEST_INVALID', undefined, {
      fields: [{ pointer: '?month', detail: `must have begun, within the last ${DAYS_BACK} days` }],
    });
  const summedMs = Math.floor((nowMs - SUMMED_MS) / HOUR_MS) * HOUR_MS;
  const endMs = Math.max(fromMs, Math.min(summedMs, toMs));
  const { prices, updatedMs } = await pricesOf(db);
  const usage = await usageIn(db, { fromMs, toMs: endMs }, by, prices);
  const report = costReport({ ...usage, passed: (endMs - fromMs) / (toMs - fromMs) }, prices, by);
  return {
    month,
    from: timeText(fromMs),
    to: timeText(endMs),
    isRunning: nowMs < toMs,
    by,
    currency: prices.currency,
    isAssumed: updatedMs === undefined,
    total: shownRow(report.total),
    kinds: report.kinds.map(({ kind, nodeHours, nodeCost }) => ({
      kind,
      nodeHours: rounded(nodeHours),
      nodeCost: rounded(nodeCost),
    })),
    rows: report.rows.slice(0, ROWS_MAX).map(shownRow),
    complete: report.rows.length <= ROWS_MAX,
  };
}

/** A user hour costs a small fraction of a currency unit, so prices keep six decimals. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

const shownRow = (row: Row): Static<typeof CostRow> => ({
  key: row.key,
  nodeHours: rounded(row.nodeHours),
  nodeCost: rounded(row.nodeCost),
  sentBytes: Math.round(row.sentBytes),
  deliveredBytes: Math.round(row.deliveredBytes),
  ...(row.peakBps !== undefined && { peakBps: row.peakBps }),
  trafficCost: rounded(row.trafficCost),
  cost: rounded(row.cost),
  userHours: rounded(row.userHours),
  ...(row.costPerUserHour !== undefined && { costPerUserHour: rounded(row.costPerUserHour) }),
});

const shownSettings = ({ prices, updatedMs }: StoredPrices): Static<typeof CostSettings> => ({
  prices: shownPrices(prices),
  isAssumed: updatedMs === undefined,
  ...(updatedMs !== undefined && { updatedAt: timeText(updatedMs) }),
});

const columns = [
  'month',
  'what',
  'key',
  'nodeHours',
  'nodeCost',
  'sentBytes',
  'deliveredBytes',
  'peakBps',
  'trafficCost',
  'cost',
  'userHours',
  'costPerUserHour',
  'currency',
  'isAssumed',
] as const;
type Line = { readonly [Name in (typeof columns)[number]]?: string | number | boolean };

function linesOf({ month, by, currency, isAssumed, ...report }: Static<typeof CostReport>): string {
  const line = (what: string, row: Line): Line => ({ month, what, currency, isAssumed, ...row });
  return csvOf(columns, [
    line('total', report.total),
    ...report.kinds.map(({ kind, nodeHours, nodeCost }) => line('kind', { key: kind, nodeHours, nodeCost })),
    ...report.rows.map((row) => line(by, row)),
  ]);
}
