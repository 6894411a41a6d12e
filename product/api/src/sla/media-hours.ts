// Hourly sums of sessions by region and tenant, so that a monthly report need not read sessions.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import type { JobKind } from '../jobs/jobs.ts';
import { addRows } from '../quality/add-rows.ts';
import type { Store } from '../store/store.ts';
import { transactUnforced } from '../store/transaction.ts';
import { HOUR_MS } from './core/judge.ts';
import { dayTables, sumDays } from './days.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Retention of sums, long enough for a year of months after the next one has begun. */
export const SUMS_KEPT_MS = 400 * DAY_MS;
/** Hours that each run recomputes, since late records of signaling nodes change them. */
const ANEW_HOURS = 3;
/** Time after which the job continues with a new lease. */
const TURN_MS = 40_000;
const ROWS = 1000;

export interface SlaHoursOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly clock: Clock;
}

export const slaHours = (o: SlaHoursOptions): JobKind<unknown> => ({
  name: 'sla-hours',
  concurrency: 1,
  leaseMs: 5 * MINUTE_MS,
  every: { ms: 10 * MINUTE_MS },
  run: async (_, { signal }) => ((await sumHours(o, signal)) ? undefined : { againMs: 0 }),
});

/** Recomputes from three hours before the last sum. Returns false if it stopped early. */
export async function sumHours({ store, clock }: SlaHoursOptions, signal?: AbortSignal): Promise<boolean> {
  const untilMs = clock.nowMs() + TURN_MS;
  const nowMs = Math.floor(clock.wallMs());
  const isDue = (): boolean => signal?.aborted === true || clock.nowMs() >= untilMs;
  const endMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  for (let fromMs = await firstMs(store); fromMs < endMs; fromMs += HOUR_MS) {
    if (isDue()) return false;
    await sumHour(store, fromMs);
  }
  if (!(await sumDays(store, nowMs, isDue))) return false;
  for (const table of ['sla_media_hours', 'sla_api_hours', ...dayTables] as const)
    for (let deletedCount = ROWS; deletedCount >= ROWS; ) {
      if (isDue()) return false;
      deletedCount = await dropOld(store, table, nowMs - SUMS_KEPT_MS);
    }
  return true;
}

async function firstMs({ db }: SlaHoursOptions['store']): Promise<number> {
  const { rows } = await sql<{ last_ms: number | string | null; first_ms: number | string | null }>`
    select (select max(from_ms) from sla_media_hours) as last_ms, (select min(at_ms) from quality_1h) as first_ms
  `.execute(db);
  const { last_ms = null, first_ms = null } = rows[0] ?? {};
  if (last_ms !== null) return Number(last_ms) - (ANEW_HOURS - 1) * HOUR_MS;
  return first_ms === null ? Number.POSITIVE_INFINITY : Number(first_ms) - HOUR_MS;
}

/** Sums an hour by the region of each session's last media node. Periods that were not measured do not count. */
async function sumHour(store: SlaHoursOptions['store'], fromMs: number): Promise<void> {
  await transactUnforced(store, async (db) => {
    const { rows } = await sql<{ region: string; tenant: string } & Record<(typeof sums)[number], number | string>>`
      select coalesce(n.region, '') as region, s.tenant as tenant, sum(q.period_ms) as session_ms,
        sum(case when q.freeze_ms > q.period_ms then q.period_ms else q.freeze_ms end) as freeze_ms,
        sum(${bytesOf('sent_bps')}) as sent_bytes, sum(${bytesOf('received_bps')}) as received_bytes
      from quality_1h q join quality_sessions s on s.key = q.session
        left join node_hours n on n.at_ms = q.at_ms and n.node = q.node_id
      where q.at_ms = ${fromMs + HOUR_MS} and q.measured_ms > 0 group by 1, 2`.execute(db);
    await db.deleteFrom('sla_media_hours').where('from_ms', '=', fromMs).execute();
    await addRows(db, store, {
      table: 'sla_media_hours',
      columns: ['from_ms', 'region', 'tenant', ...sums],
      rows: rows.map((row) => [fromMs, row.region, row.tenant, ...sums.map((name) => Number(row[name]))]),
      onConflict: 'do nothing',
    });
  });
}

const sums = ['session_ms', 'freeze_ms', 'sent_bytes', 'received_bytes'] as const;

/** Returns SQL that converts a mean rate into whole bytes; the product needs more than four bytes. */
const bytesOf = (rate: string) => sql.raw(`cast(q.${rate} as bigint) * q.measured_ms / 8000`);

const keys = { sla_join_days: 'from_ms, tenant', sla_region_hours: 'from_ms, region' } as const;

async function dropOld(
  { db }: SlaHoursOptions['store'],
  table: 'sla_media_hours' | 'sla_api_hours' | (typeof dayTables)[number],
  beforeMs: number,
): Promise<number> {
  const key = sql.raw(keys[table as keyof typeof keys] ?? 'from_ms, region, tenant');
  const { rows } = await sql`
    delete from ${sql.table(table)} where (${key}) in (
      select ${key} from ${sql.table(table)} where from_ms < ${beforeMs} order by from_ms limit ${sql.lit(ROWS)}
    ) returning 1`.execute(db);
  return rows.length;
}
