import { priorities } from '@meridian/distribution';
import { sql } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { DAYS_KEPT, dayOf } from './day-counts.ts';
import { priorityAt } from './receivers.ts';

const DAY_MS = 86_400_000;
/** Default span: a month. */
const SPAN_DAYS = 30;
export const ROWS_MAX = 1000;

export const historyGroups = ['day', 'region', 'receiver', 'priority'] as const;
export type HistoryGroup = (typeof historyGroups)[number];

export interface HistoryQuery {
  readonly from?: string;
  readonly to?: string;
  readonly by?: HistoryGroup;
  readonly receiver?: string;
}

/** Days, first and last included. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

interface HistoryRow {
  readonly key: string;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly late: number;
  readonly bytes: number;
  readonly neighbourBytes: number;
  readonly meanMs?: number;
}

/** Returns the days of a query; by default the last 30. Throws REQUEST_INVALID for days that do not exist or fit. */
export function readSpan({ from, to }: HistoryQuery, nowMs: number): DaySpan {
  const toMs = to === undefined ? Math.max(nowMs, from === undefined ? 0 : dayMs('from', from)) : dayMs('to', to);
  const fromMs = from === undefined ? toMs - (SPAN_DAYS - 1) * DAY_MS : dayMs('from', from);
  const span = { from: dayOf(fromMs), to: dayOf(toMs) };
  if (span.from > span.to) throw fieldProblem('?from', 'must not be after `to`');
  if (Date.parse(span.to) - Date.parse(span.from) >= DAYS_KEPT * DAY_MS)
    throw fieldProblem('?from', `must be within ${DAYS_KEPT} days of \`to\``);
  return span;
}

/** Rejects with NOT_FOUND for an unknown receiver; a removed one is known on its days. */
export async function historyOf(
  db: Database,
  { tenant, span, by, receiver }: { tenant: string; span: DaySpan; by: HistoryGroup; receiver: string | undefined },
) {
  if (receiver?.includes('\0')) throw new Problem('NOT_FOUND');
  const place = { tenant, span, receiver };
  const rows = await sumsOf(db, { ...place, by });
  if (receiver !== undefined && rows.length === 0 && !(await hasReceiver(db, tenant, receiver)))
    throw new Problem('NOT_FOUND');
  const days = by === 'day' ? rows : await sumsOf(db, { ...place, by: 'day' });
  const peak = days.reduce<HistoryRow | undefined>((a, b) => (b.done > (a?.done ?? 0) ? b : a), undefined);
  return {
    ...span,
    by,
    rows: inOrder(rows, by).slice(0, ROWS_MAX),
    complete: rows.length <= ROWS_MAX,
    ...(peak !== undefined && { peakDay: { day: peak.key, done: peak.done, bytes: peak.bytes } }),
  };
}

/** Returns sums by key. Sums are floating point, since SQLite refuses integers above nine petabytes. */
async function sumsOf(
  db: Database,
  o: { tenant: string; span: DaySpan; receiver: string | undefined; by: HistoryGroup },
): Promise<HistoryRow[]> {
  const { tenant, span, receiver, by } = o;
  const figures = ['done', 'failed', 'cancelled', 'late', 'bytes', 'neighbour_bytes', 'took_ms'] as const;
  const summed = figures.map((name) => sql`sum(cast(${sql.ref(name)} as double precision)) as ${sql.ref(name)}`);
  const ofReceiver = receiver === undefined ? sql`` : sql`and receiver = ${receiver}`;
  const { rows } = await sql<Record<(typeof figures)[number], number | string> & { key: string | number }>`
    select ${sql.ref(by)} as key, ${sql.join(summed)} from distribution_days
    where tenant = ${tenant} and day >= ${span.from} and day <= ${span.to} ${ofReceiver}
    group by ${sql.ref(by)} order by ${sql.ref(by)}`.execute(db);
  return rows.map((row) => {
    const done = Number(row.done);
    return {
      key: by === 'priority' ? priorityAt(Number(row.key)) : String(row.key),
      done,
      failed: Number(row.failed),
      cancelled: Number(row.cancelled),
      late: Number(row.late),
      bytes: Number(row.bytes),
      neighbourBytes: Number(row.neighbour_bytes),
      ...(done > 0 && { meanMs: Math.round(Number(row.took_ms) / done) }),
    };
  });
}

/** Returns days and priorities in their own order, the others by deliveries, the most first. */
function inOrder(rows: readonly HistoryRow[], by: HistoryGroup): HistoryRow[] {
  if (by === 'day') return [...rows];
  if (by === 'priority') return priorities.flatMap((priority) => rows.find(({ key }) => key === priority) ?? []);
  return rows.toSorted((a, b) => b.done - a.done || b.failed - a.failed || (a.key < b.key ? -1 : 1));
}

async function hasReceiver(db: Database, tenant: string, id: string): Promise<boolean> {
  const found = db
    .selectFrom('distribution_receivers')
    .select('id')
    .where((eb) => eb.and({ tenant, id }));
  return (await found.executeTakeFirst()) !== undefined;
}

/** Returns the start of a day (UTC). Throws REQUEST_INVALID for a day that no calendar has, as 2026-02-30. */
function dayMs(name: 'from' | 'to', day: string): number {
  const ms = Date.parse(day);
  if (Number.isNaN(ms) || dayOf(ms) !== day) throw fieldProblem(`?${name}`, 'must be a day, as 2026-11-23');
  return ms;
}

const fieldProblem = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
