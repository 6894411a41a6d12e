// Sums of hours and days. No query here reads sessions or single results.
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Hour } from './core/judge.ts';
import type { Span } from './core/objectives.ts';
import type { JudgedTenant, Sums } from './core/report.ts';
import { daysIn, regionHours } from './days.ts';
import type { Window } from './windows.ts';

export type Group = 'region' | 'tenant';

/** Requested span and grouping. `windows`: those that overlap the span. */
export interface FiguresQuery extends Span {
  readonly by: Group;
  readonly tenant: string | undefined;
  readonly windows: readonly Window[];
}

/** Limit of a list; the tenants with most joins are kept. */
export const TENANTS_MAX = 100;

/** Returns joins and calls of dial tests by hour and region. `later` counts only if no client joined. */
export async function hoursOfRegions(
  db: Database,
  figuresQuery: Omit<FiguresQuery, 'by'>,
): Promise<Map<string, Hour[]>> {
  const found = new Map<string, Map<number, Counted>>();
  const windowAt = windowsBy(figuresQuery.windows);
  const hourOf = (region: string, fromMs: number): Counted => {
    const hoursOfRegion = found.get(region) ?? new Map<number, Counted>();
    found.set(region, hoursOfRegion);
    const knownHour = hoursOfRegion.get(fromMs);
    if (knownHour !== undefined) return knownHour;
    const hour = { fromMs, window: windowAt(region, fromMs), joins: 0, failedJoins: 0, calls: 0, failedCalls: 0 };
    hoursOfRegion.set(fromMs, hour);
    return hour;
  };
  for (const row of await readJoins(db, figuresQuery)) {
    const succeeded = Number(row.succeeded);
    const failedJoins = Number(row.failed) + (succeeded === 0 ? Number(row.later) : 0);
    if (succeeded + failedJoins === 0) continue;
    const hour = hourOf(row.key, Number(row.from_ms));
    hour.joins = succeeded + failedJoins;
    hour.failedJoins = failedJoins;
  }
  if (figuresQuery.tenant === undefined)
    for (const { key, from_ms, total, bad } of await readCalls(db, figuresQuery)) {
      const hour = hourOf(key, Number(from_ms));
      hour.calls = Number(total);
      hour.failedCalls = Number(bad);
    }
  return new Map([...found].map(([key, own]) => [key, [...own.values()].sort((a, b) => a.fromMs - b.fromMs)]));
}

type Counted = { -readonly [Name in keyof Hour]: Hour[Name] };

/** Returns a function that finds the index of the first window that excludes an hour of a region; -1 for none. */
const windowsBy =
  (windows: readonly Window[]) =>
  (region: string, fromMs: number): number =>
    windows.findIndex(
      (one) => (one.region === '' || one.region === region) && one.from_ms <= fromMs && fromMs < one.to_ms,
    );

type Row<Name extends string> = Readonly<Record<Name, number | string> & { key: string }>;

async function readJoins(db: Database, { fromMs, toMs, tenant }: Omit<FiguresQuery, 'by'>) {
  const hours =
    tenant === undefined
      ? await daysIn(db, 'sla_region_hours', { fromMs, toMs, windows: [] })
      : sql`(${regionHours(sql`from_ms >= ${fromMs} and from_ms < ${toMs} and tenant = ${tenant}`)}) as hours`;
  const { rows } = await sql<Row<'from_ms' | 'succeeded' | 'later' | 'failed'>>`
    select from_ms, region as key, succeeded, later, failed from ${hours}`.execute(db);
  return rows;
}

async function readCalls(db: Database, { fromMs, toMs }: Span) {
  const { rows } = await sql<Row<'from_ms' | 'total' | 'bad'>>`
    select hour_ms as from_ms, region as key, tried as total, failed as bad
    from dial_hours where hour_ms >= ${fromMs} and hour_ms < ${toMs} and kind = 'call' and tried > 0`.execute(db);
  return rows;
}

/** Returns the tenants with most joins, without excluded parts. */
export async function judgedTenants(db: Database, asked: Omit<FiguresQuery, 'by' | 'tenant'>): Promise<JudgedTenant[]> {
  const { rows } = await sql<Row<'counted' | 'failed' | 'ms' | 'bad_us'>>`
    select tenant as key, sum(counted) as counted, sum(failed) as failed, sum(counted_ms) as ms, sum(bad_us) as bad_us
    from ${await daysIn(db, 'sla_join_days', asked)}
    group by 1 order by sum(joins) desc, 1 limit ${sql.lit(TENANTS_MAX)}`.execute(db);
  return rows.flatMap(({ key, ...row }) => {
    const [joins, failedJoins] = [Number(row.counted), Number(row.failed)];
    const [minutes, badMinutes] = [Number(row.ms) / 60_000, Number(row.bad_us) / 60_000_000];
    return joins === 0 ? [] : [{ key, joins, failedJoins, minutes, badMinutes }];
  });
}

const tables = {
  media: { table: 'sla_media_days', total: 'session_ms', bad: 'freeze_ms', unit: 60_000 },
  api: { table: 'sla_api_days', total: 'succeeded + refused + failed', bad: 'failed', unit: 1 },
} as const;

/** Sums minutes of media, or answers of the api, without excluded parts. */
export async function sumsBy(db: Database, what: keyof typeof tables, asked: FiguresQuery): Promise<Sums[]> {
  const { table, total, bad, unit } = tables[what];
  const { rows } = await sql<Row<'total' | 'bad'>>`
    select ${sql.ref(asked.by)} as key, sum(${sql.raw(total)}) as total, sum(${sql.raw(bad)}) as bad
    from ${await daysIn(db, table, asked)}
    where ${asked.tenant === undefined ? sql`1 = 1` : sql`tenant = ${asked.tenant}`} group by 1`.execute(db);
  return rows.map((row) => ({ key: row.key, total: Number(row.total) / unit, bad: Number(row.bad) / unit }));
}

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
