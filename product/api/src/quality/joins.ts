// Counts of joins by region, per minute (for alarms) and hour (for reports). Each portion of a node is counted once.
import { sql } from 'kysely';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { addRows } from './add-rows.ts';
import { codesOf, type JoinTally, type ValidJoins } from './core/joins.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Retention of hours, long enough for a year of months after the next one has begun. */
export const JOIN_HOURS_KEPT_MS = 400 * DAY_MS;
/** Retention of minutes; alarms need only the last two minutes. */
export const JOIN_MINUTES_KEPT_MS = DAY_MS;
const PORTIONS_KEPT_MS = 31 * DAY_MS;
const ROWS = 1000;

export interface JoinsFrom {
  readonly id: string;
  readonly region: string;
}

/** Adds a portion, unless it was already added. */
export async function addJoins(
  db: Transaction,
  store: Pick<Store, 'kind'>,
  { id, region }: JoinsFrom,
  { incarnation, number, atMs, joins }: ValidJoins,
): Promise<void> {
  const { rows } = await sql`
    insert into join_portions (node_id, incarnation, number, at_ms) values (${id}, ${incarnation}, ${number}, ${atMs})
    on conflict (node_id, incarnation) do update set number = excluded.number, at_ms = excluded.at_ms
      where join_portions.number < excluded.number
    returning number`.execute(db);
  if (rows.length === 0) return;
  for (const [table, stepMs] of Object.entries({ join_minutes: MINUTE_MS, join_hours: HOUR_MS }))
    await addRows(db, store, {
      table,
      columns: ['from_ms', 'region', 'tenant', 'code', 'joins'],
      rows: joins.map(({ tenant, code, count }) => [atMs - (atMs % stepMs), region, tenant, code, count]),
      onConflict: `(from_ms, region, tenant, code) do update set joins = ${table}.joins + excluded.joins`,
    });
}

/** Returns the joins of all tenants in the current and previous minute, by region. */
export async function recentJoins(db: Database, wallMs: number): Promise<JoinTally[]> {
  const fromMs = Math.floor(wallMs / MINUTE_MS - 1) * MINUTE_MS;
  const { rows } = await sql<{ region: string; code: string; joins: number | string }>`
    select region, code, sum(joins) as joins from join_minutes where from_ms >= ${fromMs}
    group by region, code order by region, code`.execute(db);
  return [...Map.groupBy(rows, ({ region }) => region)].map(([region, all]) => ({
    region,
    succeeded: Number(all.find(({ code }) => code === '')?.joins ?? 0),
    failed: Object.fromEntries(all.flatMap(({ code, joins }) => (code === '' ? [] : [[code, Number(joins)]]))),
  }));
}

export const joinGroups = ['region', 'tenant', 'code'] as const;
export type JoinGroup = (typeof joinGroups)[number];

export interface JoinHour {
  readonly from_ms: number;
  readonly key: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly later: number;
  readonly of_client: number;
}

/** Returns rows by hour and key, for hours that begin in [`fromMs`, `toMs`), after the position `after`. */
export async function joinHours(
  db: Database,
  o: {
    readonly by: JoinGroup;
    readonly fromMs: number;
    readonly toMs: number;
    readonly region: string | undefined;
    readonly tenant: string | undefined;
    readonly after: readonly (number | string)[] | undefined;
    readonly limit: number;
  },
): Promise<JoinHour[]> {
  const key = sql.ref(o.by);
  const conditions = [
    sql`from_ms >= ${o.fromMs} and from_ms < ${o.toMs}`,
    ...(o.region === undefined ? [] : [sql`region = ${o.region}`]),
    ...(o.tenant === undefined ? [] : [sql`tenant = ${o.tenant}`]),
    ...(o.after === undefined ? [] : [sql`(from_ms, ${key}) > (${sql.join(o.after)})`]),
  ];
  const [later, ofClient] = [sql.join(codesOf('later')), sql.join(codesOf('client'))];
  const { rows } = await sql<Readonly<Record<keyof JoinHour, string | number>>>`
    select from_ms, ${key} as key,
      sum(case when code = '' then joins else 0 end) as succeeded,
      sum(case when code = '' or code in (${later}) or code in (${ofClient}) then 0 else joins end) as failed,
      sum(case when code in (${later}) then joins else 0 end) as later,
      sum(case when code in (${ofClient}) then joins else 0 end) as of_client
    from join_hours where ${sql.join(conditions, sql` and `)}
    group by from_ms, ${key} order by from_ms, ${key} limit ${o.limit}`.execute(db);
  return rows.map((row) => ({
    from_ms: Number(row.from_ms),
    key: String(row.key),
    succeeded: Number(row.succeeded),
    failed: Number(row.failed),
    later: Number(row.later),
    of_client: Number(row.of_client),
  }));
}

/** Removes some old rows. Returns their number; 0 if none is left. */
export async function dropOldJoins(db: Database, nowMs: number): Promise<number> {
  let deletedCount = 0;
  for (const [table, keptMs] of Object.entries({
    join_minutes: JOIN_MINUTES_KEPT_MS,
    join_hours: JOIN_HOURS_KEPT_MS,
  })) {
    const key = sql.raw('from_ms, region, tenant, code');
    const { rows } = await sql`
      delete from ${sql.table(table)} where (${key}) in (
        select ${key} from ${sql.table(table)} where from_ms < ${nowMs - keptMs} order by from_ms limit ${sql.lit(ROWS)}
      ) returning 1`.execute(db);
    deletedCount += rows.length;
  }
  const { rows } = await sql`
    delete from join_portions where (node_id, incarnation) in (
      select node_id, incarnation from join_portions where at_ms < ${nowMs - PORTIONS_KEPT_MS}
      order by at_ms limit ${sql.lit(ROWS)}
    ) returning 1`.execute(db);
  return deletedCount + rows.length;
}
