// Daily sums, so that a tenant's month is read from 31 rows, not 744; and hourly sums of regions.
import { type RawBuilder, sql } from 'kysely';
import { codesOf } from '../quality/core/joins.ts';
import type { Database, Store } from '../store/store.ts';
import { transactUnforced } from '../store/transaction.ts';
import { DAY_MS, dayOf, partsOf } from './core/days.ts';
import { EVENTS_MIN, HOUR_MS } from './core/judge.ts';
import type { Span } from './core/objectives.ts';
import type { Window } from './windows.ts';

/** Delay for late figures. The last day that was summed is recomputed until the next one is. */
const SETTLED_MS = 3 * HOUR_MS;

const groupColumns = ['region', 'tenant'] as const;
const media = ['session_ms', 'freeze_ms', 'sent_bytes', 'received_bytes'] as const;
const api = ['succeeded', 'refused', 'failed'] as const;
const joins = ['joins', 'counted', 'failed', 'counted_ms', 'bad_us'] as const;
const ofRegions = ['succeeded', 'later', 'failed'] as const;
const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));

/** By table of days: its columns, its table of hours, and the query that derives it. */
const kinds = {
  sla_media_days: {
    hours: 'sla_media_hours',
    columns: [...groupColumns, ...media],
    sums: media,
    of: (part: Hours) => summedDays('sla_media_hours', media, part),
  },
  sla_api_days: {
    hours: 'sla_api_hours',
    columns: [...groupColumns, ...api],
    sums: api,
    of: (part: Hours) => summedDays('sla_api_hours', api, part),
  },
  sla_join_days: { hours: 'join_hours', columns: ['tenant', ...joins], of: (part: Hours) => judgedDays(part) },
  sla_region_hours: {
    hours: 'join_hours',
    columns: ['region', ...ofRegions],
    of: ({ spans }: Hours) => regionHours(isWithin(spans)),
  },
} as const;
type DayTable = keyof typeof kinds;
export const dayTables = Object.keys(kinds) as DayTable[];

/** Hours of some spans, without excluded ones. The hour of `toMs` has not ended. */
interface Hours {
  readonly spans: readonly Span[];
  readonly toMs: number;
  readonly windows: readonly Window[];
  readonly only?: RawBuilder<unknown>;
}

const day = sql.raw(`from_ms / ${DAY_MS} * ${DAY_MS}`);

const summedDays = (table: string, figures: readonly string[], { spans, windows }: Hours): RawBuilder<unknown> => sql`
  select ${day} as from_ms, ${refs(groupColumns)}, ${sql.join(figures.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`))}
  from ${sql.table(table)} where ${isWithin(spans)} and ${isCounted(windows)} group by 1, 2, 3`;

/** Groups rows in the order of the key of `join_hours`, so that no sort is needed. */
export function regionHours(where: RawBuilder<unknown>): RawBuilder<unknown> {
  const [later, ofClient] = [sql.join(codesOf('later')), sql.join(codesOf('client'))];
  return sql`
    select from_ms, region, sum(case when code = '' then joins else 0 end) as succeeded,
      sum(case when code <> '' and code in (${later}) then joins else 0 end) as later,
      sum(case when code = '' or code in (${later}, ${ofClient}) then 0 else joins end) as failed
    from join_hours where ${where} group by from_ms, region`;
}

/** Derives days of tenants, like hours without calls in `judgeHours`. `joins`: all joins, including excluded ones. */
function judgedDays({ spans, toMs, windows, only = sql`1 = 1` }: Hours): RawBuilder<unknown> {
  const [later, ofClient] = [sql.join(codesOf('later')), sql.join(codesOf('client'))];
  const counted = windows.length === 0 ? sql`` : sql` when ${isLeftOut(windows)} then 0`;
  const few = sql.raw(`counted > 0 and counted < ${EVENTS_MIN}`);
  const part = (condition: RawBuilder<unknown>, value: RawBuilder<unknown>) =>
    sql`cast(coalesce(sum(case when ${condition} then ${value} end), 0) as bigint)`;
  return sql`
    select from_ms, tenant, joins, counted, failed, counted_ms,
      alone_us + case when few = 0 then 0 else few_ms * 1000 * few_failed / few end as bad_us
    from (select ${day} as from_ms, tenant, sum(joins) as joins, sum(counted) as counted, sum(failed) as failed,
        ${part(sql`counted > 0`, sql`ms`)} as counted_ms,
        ${part(sql.raw(`counted >= ${EVENTS_MIN}`), sql`ms * 1000 * failed / counted`)} as alone_us,
        ${part(few, sql`ms`)} as few_ms, ${part(few, sql`counted`)} as few, ${part(few, sql`failed`)} as few_failed
      from (select from_ms, tenant, joins, cast(${sql.lit(HOUR_MS)} as bigint) - case
            when from_ms + ${sql.lit(HOUR_MS)} > ${sql.lit(toMs)} then from_ms + ${sql.lit(HOUR_MS)} - ${sql.lit(toMs)}
            else 0 end as ms,
          succeeded + failed + case when succeeded = 0 then later else 0 end as counted,
          failed + case when succeeded = 0 then later else 0 end as failed
        from (select from_ms, tenant, cast(sum(joins) as bigint) as joins,
            cast(sum(case${counted} when code = '' then joins else 0 end) as bigint) as succeeded,
            cast(sum(case${counted} when code in (${later}) then joins else 0 end) as bigint) as later,
            cast(sum(case${counted} when code = '' or code in (${later}, ${ofClient}) then 0 else joins end) as bigint)
              as failed
          from join_hours where ${isWithin(spans)} and ${only} group by from_ms, tenant) as hours) as judged
      group by 1, 2) as days`;
}

/**
 * Returns a subquery for days (for regions, hours). Excluded hours are subtracted, or the day is derived again without
 * them.
 */
export async function daysIn(
  db: Database,
  table: DayTable,
  { fromMs, toMs, windows }: Span & { readonly windows: readonly Window[] },
): Promise<RawBuilder<unknown>> {
  const last = await lastMs(db, table);
  const madeMs = last === undefined ? 0 : last + DAY_MS;
  const kind = kinds[table];
  const columns = refs(kind.columns);
  const from = (rows: RawBuilder<unknown>) => sql`select from_ms, ${columns} from (${rows}) as part`;
  const days = (where: RawBuilder<unknown>) => sql`select from_ms, ${columns} from ${sql.table(table)} where ${where}`;
  const { days: made, hours } = partsOf({ fromMs, toMs }, madeMs, []);
  const leftOutSpans = windows.flatMap((one) => clippedWindow(one, made[0]));
  if ('sums' in kind) {
    const negatedSums = sql.join(kind.sums.map((name) => sql`-${sql.ref(name)}`));
    return sql`(${days(isWithin(made))}
      union all select from_ms, ${refs(groupColumns)}, ${negatedSums} from ${sql.table(kind.hours)} where ${isLeftOut(leftOutSpans)}
      union all ${from(kind.of({ spans: hours, toMs, windows }))}) as days`;
  }
  const leftOutTimes = leftOutSpans.map(({ from_ms, to_ms }) => ({ fromMs: from_ms, toMs: to_ms }));
  const parts = partsOf({ fromMs, toMs }, madeMs, leftOutTimes);
  const isTouched = sql`tenant in (select tenant from join_hours where ${isLeftOut(leftOutSpans)})`;
  const only =
    leftOutSpans.length === 0 ? sql`1 = 1` : sql`(from_ms >= ${sql.lit(made[0]?.toMs ?? fromMs)} or ${isTouched})`;
  const isKept = leftOutSpans.length === 0 ? sql`1 = 1` : sql`(${isWithin(parts.days)} or not ${isTouched})`;
  return sql`(${days(sql`${isWithin(made)} and ${isKept}`)}
    union all ${from(kind.of({ spans: parts.hours, toMs, windows, only }))}) as days`;
}

function clippedWindow(one: Window, made: Span | undefined): Window[] {
  const from_ms = Math.max(Number(one.from_ms), made?.fromMs ?? 0);
  const to_ms = Math.min(Number(one.to_ms), made?.toMs ?? 0);
  return from_ms < to_ms ? [{ ...one, from_ms, to_ms }] : [];
}

const isWithin = (spans: readonly Span[]): RawBuilder<unknown> =>
  spans.length === 0
    ? sql`1 = 0`
    : sql`(${sql.join(
        spans.map(({ fromMs, toMs }) => sql`from_ms >= ${sql.lit(fromMs)} and from_ms < ${sql.lit(toMs)}`),
        sql` or `,
      )})`;

const isCounted = (windows: readonly Window[]): RawBuilder<unknown> => sql`not ${isLeftOut(windows)}`;

const isLeftOut = (windows: readonly Window[]): RawBuilder<unknown> =>
  windows.length === 0
    ? sql`(1 = 0)`
    : sql`(${sql.join(
        windows.map(({ from_ms, to_ms, region }) => {
          const time = sql`from_ms >= ${sql.lit(Number(from_ms))} and from_ms < ${sql.lit(Number(to_ms))}`;
          return region === '' ? time : sql`${time} and region = ${region}`;
        }),
        sql` or `,
      )})`;

/** Sums finished days. Returns false if `isDue` stopped it. */
export async function sumDays(
  store: Pick<Store, 'db' | 'kind'>,
  nowMs: number,
  isDue: () => boolean,
): Promise<boolean> {
  for (const table of dayTables) {
    let dayMs = await hoursFrom(store.db, table, (await lastMs(store.db, table)) ?? 0);
    while (dayMs + DAY_MS + SETTLED_MS <= nowMs) {
      if (isDue()) return false;
      await sumDay(store, table, dayMs);
      dayMs = await hoursFrom(store.db, table, dayMs + DAY_MS);
    }
  }
  return true;
}

async function lastMs(db: Database, table: DayTable): Promise<number | undefined> {
  const last = await db
    .selectFrom(table)
    .select((eb) => eb.fn.max('from_ms').as('from_ms'))
    .executeTakeFirst();
  return last?.from_ms == null ? undefined : dayOf(Number(last.from_ms));
}

async function hoursFrom(db: Database, table: DayTable, fromMs: number): Promise<number> {
  const { rows } = await sql<{ from_ms: number | string | null }>`
    select min(from_ms) as from_ms from ${sql.table(kinds[table].hours)} where from_ms >= ${fromMs}`.execute(db);
  const found = rows[0]?.from_ms ?? null;
  return found === null ? Number.POSITIVE_INFINITY : dayOf(Number(found));
}

const sumDay = (store: Pick<Store, 'db' | 'kind'>, table: DayTable, fromMs: number): Promise<void> =>
  transactUnforced(store, async (db) => {
    const { columns, of } = kinds[table];
    const toMs = fromMs + DAY_MS;
    await sql`delete from ${sql.table(table)} where from_ms >= ${fromMs} and from_ms < ${toMs}`.execute(db);
    await sql`insert into ${sql.table(table)} (from_ms, ${refs(columns)})
      select from_ms, ${refs(columns)} from (${of({ spans: [{ fromMs, toMs }], toMs, windows: [] })}) as days`.execute(
      db,
    );
  });
