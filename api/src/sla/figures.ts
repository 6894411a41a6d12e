// Sums of hours, as the database has them: nothing here reads sessions or single results.
import { type RawBuilder, sql } from 'kysely';
import { codesOf } from '../quality/core/joins.ts';
import type { Database } from '../store/store.ts';
import type { Hour } from './core/judge.ts';
import type { Span } from './core/objectives.ts';
import type { Sums } from './core/report.ts';
import type { Window } from './windows.ts';
import '../alarms/tables.ts';
import '../dial/tables.ts';
import '../quality/tables.ts';
import './tables.ts';

export type Group = 'region' | 'tenant';

/** What is asked for; `windows`: those that touch it. */
export interface Asked extends Span {
  readonly by: Group;
  /** Only of this one. */
  readonly tenant: string | undefined;
  readonly windows: readonly Window[];
}

/** Tenants that are listed: those with most joins. With 744 hours each, what a quarter of a second reads. */
export const TENANTS_MAX = 100;

/**
 * Joins by hour; calls of dial tests too, of regions of the whole cloud. Answers to come again are failures where no
 * client got in at all, as for alarms. Of tenants, without what windows leave out.
 */
export async function hoursBy(db: Database, asked: Asked): Promise<Map<string, Hour[]>> {
  const found = new Map<string, Map<number, Hour>>();
  const add = (key: string, fromMs: number, window: number, events: Partial<Hour>): void => {
    const own = found.get(key) ?? new Map<number, Hour>();
    found.set(key, own);
    const none = { fromMs, window, joins: 0, failedJoins: 0, calls: 0, failedCalls: 0 };
    own.set(fromMs, { ...(own.get(fromMs) ?? none), ...events });
  };
  for (const { key, place, ...row } of await joins(db, asked)) {
    if (asked.by === 'tenant' && Number(place) >= 0) continue;
    const succeeded = Number(row.succeeded);
    const failedJoins = Number(row.failed) + (succeeded === 0 ? Number(row.later) : 0);
    if (succeeded + failedJoins > 0)
      add(key, Number(row.from_ms), Number(place), { joins: succeeded + failedJoins, failedJoins });
  }
  if (asked.by === 'region' && asked.tenant === undefined)
    for (const { key, place, from_ms, total, bad } of await calls(db, asked))
      add(key, Number(from_ms), Number(place), { calls: Number(total), failedCalls: Number(bad) });
  return new Map([...found].map(([key, own]) => [key, [...own.values()].sort((a, b) => a.fromMs - b.fromMs)]));
}

type Row<Name extends string> = Readonly<Record<Name, number | string> & { key: string }>;

async function joins(db: Database, { by, fromMs, toMs, tenant, windows }: Asked) {
  const [later, ofClient] = [sql.join(codesOf('later')), sql.join(codesOf('client'))];
  const largest = sql`tenant in (select tenant from join_hours where from_ms >= ${fromMs} and from_ms < ${toMs}
    group by tenant order by sum(joins) desc, tenant limit ${sql.lit(TENANTS_MAX)})`;
  const of = tenant === undefined ? (by === 'tenant' ? largest : sql`1 = 1`) : sql`tenant = ${tenant}`;
  const { rows } = await sql<Row<'from_ms' | 'place' | 'succeeded' | 'later' | 'failed'>>`
    select from_ms, ${sql.ref(by)} as key, ${windowAt(windows, 'from_ms')} as place,
      sum(case when code = '' then joins else 0 end) as succeeded,
      sum(case when code in (${later}) then joins else 0 end) as later,
      sum(case when code = '' or code in (${later}) or code in (${ofClient}) then 0 else joins end) as failed
    from join_hours where from_ms >= ${fromMs} and from_ms < ${toMs} and ${of} group by 1, 2, 3`.execute(db);
  return rows;
}

type HourRow = Row<'from_ms' | 'place' | 'total' | 'bad'>;

async function calls(db: Database, { fromMs, toMs, windows }: Asked): Promise<readonly HourRow[]> {
  const { rows } = await sql<HourRow>`
    select hour_ms as from_ms, region as key, ${windowAt(windows, 'hour_ms')} as place, tried as total, failed as bad
    from dial_hours where hour_ms >= ${fromMs} and hour_ms < ${toMs} and kind = 'call' and tried > 0`.execute(db);
  return rows;
}

/** Of each row, the place of the first window that leaves it out. */
function windowAt(windows: readonly Window[], time: 'from_ms' | 'hour_ms'): RawBuilder<number> {
  if (windows.length === 0) return sql<number>`-1`;
  const cases = windows.map(({ from_ms, to_ms, region }, at) => {
    const span = sql`${sql.ref(time)} >= ${sql.lit(from_ms)} and ${sql.ref(time)} < ${sql.lit(to_ms)}`;
    return sql`when ${span}${region === '' ? sql`` : sql` and region = ${sql.lit(region)}`} then ${sql.lit(at)}`;
  });
  return sql<number>`case ${sql.join(cases, sql` `)} else -1 end`;
}

const tables = {
  media: { table: 'sla_media_hours', total: 'session_ms', bad: 'freeze_ms', unit: 60_000 },
  api: { table: 'sla_api_hours', total: 'succeeded + refused + failed', bad: 'failed', unit: 1 },
} as const;

/** Minutes of media, or answers of the api. */
export async function sumsBy(db: Database, what: keyof typeof tables, asked: Asked): Promise<Sums[]> {
  const { table, total, bad, unit } = tables[what];
  const { rows } = await sql<HourRow>`
    select ${sql.ref(asked.by)} as key, ${windowAt(asked.windows, 'from_ms')} as place,
      sum(${sql.raw(total)}) as total, sum(${sql.raw(bad)}) as bad
    from ${sql.table(table)} where from_ms >= ${asked.fromMs} and from_ms < ${asked.toMs}
      and ${asked.tenant === undefined ? sql`1 = 1` : sql`tenant = ${asked.tenant}`}
    group by 1, 2`.execute(db);
  return rows.map((row) => ({
    key: row.key,
    window: Number(row.place),
    total: Number(row.total) / unit,
    bad: Number(row.bad) / unit,
  }));
}

/** When alarms said that a region was lost, by region. */
export async function lostRegions(db: Database, { fromMs, toMs }: Span): Promise<Map<string, Span[]>> {
  const rows = await db
    .selectFrom('alarms')
    .select(['subject', 'started_ms', 'ended_ms'])
    .where('rule', '=', 'region-lost')
    .where('started_ms', '<', toMs)
    .where((eb) => eb.or([eb('ended_ms', 'is', null), eb('ended_ms', '>', fromMs)]))
    .execute();
  const spans = rows.map(({ subject, started_ms, ended_ms }) => ({
    subject,
    fromMs: Math.max(fromMs, Number(started_ms)),
    toMs: Math.min(toMs, Number(ended_ms ?? toMs)),
  }));
  return Map.groupBy(spans, ({ subject }) => subject);
}
