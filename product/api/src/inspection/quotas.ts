// Quotas without `apiPerSecond` and `publishBps`, whose use the api does not know.
import { sql } from 'kysely';
import { recordingUses } from '../access/recording-use.ts';
import { tenantPages } from '../access/tenants.ts';
import type { DailyLimits } from '../meetings/quotas.ts';
import { LIVE_WINDOW_MS } from '../quality/live-quality.ts';
import type { Database } from '../store/store.ts';
import { type QuotaFacts, type QuotaName, quotaNames } from './core/facts.ts';
import { SPAN_MS } from './sums.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const noUse: Uses = {};
type Uses = { readonly [K in QuotaName]?: number };

/** Counts meetings and mails of today or yesterday (UTC), whichever are more. */
export async function quotaFacts(
  db: Database,
  nowMs: number,
  daily: Pick<DailyLimits, 'meetingsOfTenant' | 'mailsOfTenant'>,
): Promise<QuotaFacts> {
  const [live, ofDay] = [await liveUses(db, nowMs), await dayUses(db, nowMs)];
  const uses: QuotaFacts['uses'][number][] = [];
  for await (const tenants of tenantPages(db)) {
    const limited = tenants.filter(({ limits }) => limits.recordingBytes > 0 || limits.recordingMinutes > 0);
    const recorded = await recordingUses(
      db,
      limited.map(({ id }) => id),
      nowMs,
    );
    for (const { id: tenant, limits } of tenants) {
      const { bytes: recordingBytes = 0, minutes: recordingMinutes = 0 } = recorded.get(tenant) ?? {};
      const { seats = 0, rooms = 0 } = live.get(tenant) ?? noUse;
      const { meetings = 0, mails = 0 } = ofDay.get(tenant) ?? noUse;
      const usedOf = { seats, rooms, recordingBytes, recordingMinutes, meetings, mails };
      const limitOf = { ...limits, meetings: daily.meetingsOfTenant, mails: daily.mailsOfTenant };
      for (const quotaName of quotaNames)
        if (limitOf[quotaName] > 0 && usedOf[quotaName] > 0)
          uses.push({ tenant, what: quotaName, used: usedOf[quotaName], most: limitOf[quotaName] });
    }
  }
  return { uses, refused: await refusedJoins(db, nowMs) };
}

/** Returns the use in records of the last half minute. */
async function liveUses(db: Database, nowMs: number): Promise<ReadonlyMap<string, Uses>> {
  const { rows } = await sql<{ tenant: string; seats: number | string; rooms: number | string }>`
    select tenant, count(*) as seats, count(distinct room) as rooms from quality_sessions
    where is_live = 1 and tenant <> '' and last_ms > ${nowMs - LIVE_WINDOW_MS} group by tenant`.execute(db);
  return new Map(rows.map(({ tenant, seats, rooms: open }) => [tenant, { seats: Number(seats), rooms: Number(open) }]));
}

async function dayUses(db: Database, nowMs: number): Promise<ReadonlyMap<string, Uses>> {
  const rows = await db
    .selectFrom('quotas')
    .select((eb) => ['tenant', 'what', eb.fn.max('used').as('used')])
    .where('who', '=', '')
    .where('day', '>=', Math.floor(nowMs / DAY_MS) - 1)
    .groupBy(['tenant', 'what'])
    .execute();
  const byTenant = Map.groupBy(rows, ({ tenant }) => tenant);
  return new Map(
    [...byTenant].map(([tenant, own]) => [
      tenant,
      Object.fromEntries(own.map(({ what, used }) => [what, Number(used)])),
    ]),
  );
}

async function refusedJoins(db: Database, nowMs: number): Promise<QuotaFacts['refused']> {
  const rows = await db
    .selectFrom('join_hours')
    .select((eb) => ['tenant', eb.fn.sum<number>('joins').as('joins')])
    .where('from_ms', '>', nowMs - SPAN_MS - HOUR_MS)
    .where('code', '=', 'QUOTA_EXCEEDED')
    .where('tenant', '<>', '')
    .groupBy('tenant')
    .execute();
  return rows.map(({ tenant, joins }) => ({ tenant, joins: Number(joins) }));
}
