// Facts about deliveries for alarms and the morning report.
import type { NoticePort } from '@meridian/distribution/streams';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { AwayReceiver, DeliveryDay, RecentFailures, RegionQueue } from './core/facts.ts';
import { dayOf } from './day-counts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * Window of growth. It is shorter than the alarm's `forMs`, so that a single order of many deliveries has left the
 * window before the alarm fires.
 */
export const GROWTH_MS = 25 * 60_000;
const PRESENCES = 1000;

/** Lets a query over all tenants use the indexes, which begin with the tenant. */
const ofAnyTenant = sql`tenant in (select tenant from distribution_receivers)`;

type Channels = Pick<NoticePort, 'presences' | 'states'> | undefined;

/** Returns failures of the last hour by region, tenant and code. */
export async function recentFailures(db: Database, wallMs: number): Promise<RecentFailures[]> {
  const { rows } = await sql<{ region: string; tenant: string; code: string; count: number | string }>`
    select region, tenant, code, count(*) as count from distribution_deliveries
    where ${ofAnyTenant} and ended_ms > ${wallMs - HOUR_MS} and state = 'failed'
    group by region, tenant, code order by region, tenant, code`.execute(db);
  return rows.map(({ region, tenant, code, count }) => ({ region, tenant, code, count: Number(count) }));
}

/** Returns what was ordered and what ended in `GROWTH_MS`, by region. Paused deliveries do not count as ordered. */
export async function queueGrowth(db: Database, wallMs: number): Promise<RegionQueue[]> {
  const sinceMs = wallMs - GROWTH_MS;
  const bytes = sql`sum(cast(bytes as double precision)) as bytes`;
  const { rows } = await sql<{ region: string; what: string; count: number | string; bytes: number | string }>`
    select region, 'ordered' as what, count(*) as count, ${bytes} from distribution_deliveries
    where ${ofAnyTenant} and created_ms > ${sinceMs} and paused = 0 group by region
    union all select region, 'ended', count(*), ${bytes} from distribution_deliveries
    where ${ofAnyTenant} and ended_ms > ${sinceMs} group by region`.execute(db);
  return [...Map.groupBy(rows, ({ region }) => region)].map(([region, own]) => {
    const found = (what: string) => {
      const row = own.find((one) => one.what === what);
      return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
    };
    return { region, ordered: found('ordered'), ended: found('ended') };
  });
}

/** Returns undefined if no channel answers, since presences are then unknown. */
export async function awayReceivers(db: Database, channels: Channels): Promise<AwayReceiver[] | undefined> {
  if (channels === undefined) return [];
  const { rows } = await sql<{ tenant: string; id: string; name: string; region: string; open: number | string }>`
    select r.tenant, r.id, r.name, r.region, count(*) as open from distribution_deliveries d
    join distribution_receivers r on r.tenant = d.tenant and r.id = d.receiver
    where d.state in ('waiting', 'noticed') and d.paused = 0 and r.state = 'enabled'
    group by r.tenant, r.id, r.name, r.region order by r.tenant, r.id`.execute(db);
  const away = [];
  for (let at = 0; at < rows.length; at += PRESENCES) {
    const some = rows.slice(at, at + PRESENCES);
    const presences = await channels.presences(some.map(({ tenant, id: receiver }) => ({ tenant, receiver })));
    away.push(...some.filter((_, place) => presences[place] === undefined));
  }
  // Asked after the presences: a channel that answers now has answered them, too.
  if (away.length > 0 && (await channels.states()).every(({ isUp }) => !isUp)) return undefined;
  return away.map(({ id, open, ...rest }) => Object.assign(rest, { receiver: id, open: Number(open) }));
}

/** Counts enabled receivers, and those of them that were not seen in the last minute. */
async function receiverCounts(
  db: Database,
  channels: Channels,
): Promise<{ readonly enabled: number; readonly away: number } | undefined> {
  const rows = await db
    .selectFrom('distribution_receivers')
    .select(['tenant', 'id as receiver'])
    .where('state', '=', 'enabled')
    .execute();
  if (channels === undefined || rows.length === 0) return { enabled: rows.length, away: 0 };
  if ((await channels.states()).every(({ isUp }) => !isUp)) return undefined;
  let away = 0;
  for (let at = 0; at < rows.length; at += PRESENCES)
    away += (await channels.presences(rows.slice(at, at + PRESENCES))).filter((one) => one === undefined).length;
  return { enabled: rows.length, away };
}

/** Returns what ended on the day (UTC) before `nowMs`, with the busiest of the 30 days before that one. */
export async function deliverySums(db: Database, nowMs: number, channels: Channels): Promise<DeliveryDay> {
  const day = dayOf(nowMs - DAY_MS);
  const { rows } = await sql<
    Record<'done' | 'failed' | 'late' | 'bytes', number | string> & Record<'day' | 'region', string>
  >`
    select day, region, sum(done) as done, sum(failed) as failed, sum(late) as late,
      sum(cast(bytes as double precision)) as bytes
    from distribution_days where day >= ${dayOf(nowMs - 31 * DAY_MS)} and day <= ${day}
    group by day, region order by day, region`.execute(db);
  const before = [...Map.groupBy(rows, (row) => row.day)]
    .filter(([one]) => one < day)
    .map(([one, own]) => ({ day: one, done: own.reduce((sum, { done }) => sum + Number(done), 0) }));
  const peak = before.reduce<(typeof before)[number] | undefined>(
    (a, b) => (b.done > (a?.done ?? 0) ? b : a),
    undefined,
  );
  const receivers = await receiverCounts(db, channels);
  return {
    day,
    regions: rows
      .filter((row) => row.day === day)
      .map(({ region, done, failed, late, bytes }) => ({
        region,
        done: Number(done),
        failed: Number(failed),
        late: Number(late),
        bytes: Number(bytes),
      })),
    ...(peak !== undefined && { peak }),
    ...(receivers !== undefined && { receivers }),
  };
}
