import { sql } from 'kysely';
import { failuresOf } from '../quality/core/joins.ts';
import type { Database, Store } from '../store/store.ts';
import type { AlarmSum, CapacityPeak, DialSum, InspectionFacts, JoinSum, QualityHour } from './core/facts.ts';

const HOUR_MS = 3_600_000;
export const SPAN_MS = 24 * HOUR_MS;

/** Returns alarms that began in the last 24 h, or are open. */
export async function alarmSums(db: Database, nowMs: number): Promise<AlarmSum[]> {
  const { rows } = await sql<Readonly<Record<string, string | number>>>`
    select rule, severity, count(*) as count, sum(case when state = 'over' then 0 else 1 end) as open,
      sum(case when ack_ms is null then 0 else 1 end) as acknowledged,
      max(coalesce(ended_ms, ${nowMs}) - started_ms) as longest_ms
    from alarms where started_ms > ${nowMs - SPAN_MS} or state <> 'over' group by rule, severity`.execute(db);
  return rows.map((row) => ({
    rule: String(row['rule']),
    severity: String(row['severity']),
    count: Number(row['count']),
    longestMs: Number(row['longest_ms']),
    open: Number(row['open']),
    acknowledged: Number(row['acknowledged']),
  }));
}

/**
 * Returns hours by region; `regions` has those of present nodes, the history those of others. Minutes that no hour
 * contains yet count too, so that the report has the connections that the pages of sessions show.
 */
export async function qualityHours(
  db: Database,
  nowMs: number,
  regions: ReadonlyMap<string, string>,
): Promise<QualityHour[]> {
  const knownNodes = await db
    .selectFrom('node_hours')
    .select(['node', 'region'])
    .distinct()
    .where('at_ms', '>', nowMs - SPAN_MS)
    .execute();
  const regionOf = new Map([...knownNodes.map(({ node, region }) => [node, region] as const), ...regions]);
  const { rows } = await sql<Readonly<Record<string, string | number>>>`
    select node_id, at_ms, sum(weak) as weak, sum(strong + medium + weak) as measured
    from quality_1h where at_ms > ${nowMs - SPAN_MS} group by node_id, at_ms
    union all
    select r.node_id, (r.at_ms + ${sql.lit(HOUR_MS - 1)}) / ${sql.lit(HOUR_MS)} * ${sql.lit(HOUR_MS)} as at_ms, sum(r.weak) as weak,
      sum(r.strong + r.medium + r.weak) as measured
    from quality_sessions s cross join quality_1m r
    where s.to_roll = 1 and s.hour_from_ms > 0 and r.session = s.key and r.at_ms >= s.hour_from_ms
      and r.at_ms > ${nowMs - SPAN_MS}
    group by 1, 2`.execute(db);
  const sums = new Map<string, QualityHour>();
  for (const row of rows) {
    const region = regionOf.get(String(row['node_id'])) ?? '?';
    const atMs = Number(row['at_ms']);
    const key = `${atMs} ${region}`;
    const before = sums.get(key);
    const [weak, measured] = [Number(row['weak']), Number(row['measured'])];
    sums.set(key, {
      region,
      atMs,
      weak: weak + (before?.weak ?? 0),
      measured: measured + (before?.measured ?? 0),
    });
  }
  return [...sums.values()];
}

/** Counts as failed only joins that failed by the cloud's fault, like the alarm. */
export async function joinSums(db: Database, nowMs: number): Promise<JoinSum[]> {
  const { rows } = await sql<{ region: string; code: string; joins: number | string }>`
    select region, code, sum(joins) as joins from join_hours where from_ms > ${nowMs - SPAN_MS - HOUR_MS}
    group by region, code order by region, code`.execute(db);
  return [...Map.groupBy(rows, ({ region }) => region)].map(([region, own]) => {
    const succeeded = Number(own.find(({ code }) => code === '')?.joins ?? 0);
    const failed = Object.fromEntries(own.flatMap(({ code, joins }) => (code === '' ? [] : [[code, Number(joins)]])));
    const { count } = failuresOf({ region, succeeded, failed });
    return { region, joins: succeeded + count, failed: count };
  });
}

export async function dialSums(db: Database, nowMs: number): Promise<DialSum[]> {
  const fromMs = nowMs - SPAN_MS;
  const { rows: tried } = await sql<{ region: string; tried: number | string }>`
    select region, sum(tried) as tried from dial_hours where hour_ms > ${fromMs - HOUR_MS} group by region
    order by region`.execute(db);
  const { rows: failed } = await sql<{ region: string; stage: string; failed: number | string }>`
    select region, stage, count(*) as failed from dial_results where received_ms > ${fromMs} and is_ok = 0
    group by region, stage`.execute(db);
  return tried.map(({ region, tried: all }) => {
    const own = failed.filter((row) => row.region === region);
    return {
      region,
      tried: Number(all),
      failed: Object.fromEntries(own.map(({ stage, failed: count }) => [stage, Number(count)])),
    };
  });
}

export async function capacityPeaks(db: Database, nowMs: number): Promise<CapacityPeak[]> {
  const rows = await db
    .selectFrom('region_samples')
    .select(['at_ms', 'region', 'open_sessions', 'open_max'])
    .where('at_ms', '>', nowMs - SPAN_MS)
    .where('open_max', '>', 0)
    .execute();
  const peaks = new Map<string, CapacityPeak>();
  for (const { at_ms, region, open_sessions, open_max: most } of rows) {
    const share = open_sessions / most;
    if (share >= (peaks.get(region)?.share ?? 0)) peaks.set(region, { region, atMs: Number(at_ms), share, most });
  }
  return [...peaks.values()];
}

export async function databaseBytes({ db, kind }: Pick<Store, 'db' | 'kind'>): Promise<number> {
  const { rows } = await (kind === 'postgres'
    ? sql<{ bytes: number | string }>`select pg_database_size(current_database()) as bytes`
    : sql<{ bytes: number | string }>`
        select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
  ).execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

/** Returns testers that reported within a day; a region may have several. */
export async function activeTesters(db: Database, nowMs: number): Promise<NonNullable<InspectionFacts['testers']>> {
  const rows = await db.selectFrom('dial_testers').selectAll().orderBy('region').orderBy('probe').execute();
  return rows.map((row) => ({
    region: row.region,
    silentMs: Math.max(0, nowMs - Number(row.last_ms)),
    everyMs: row.every_s * 1000,
  }));
}

export async function receiverStates(db: Database, nowMs: number): Promise<NonNullable<InspectionFacts['receivers']>> {
  const enabledReceivers = await db.selectFrom('alarm_receivers').select('id').where('is_enabled', '=', 1).execute();
  const { rows } = await sql<Readonly<Record<string, string | number>>>`
    select receiver_name, state, count(*) as count, max(last_error) as error, max(last_status) as status
    from alarm_notifications
    where created_ms > ${nowMs - SPAN_MS} and (state in ('failed', 'delivered') or (state = 'pending' and attempts > 1))
    group by receiver_name, state`.execute(db);
  const delivered = rows.filter(({ state }) => state === 'delivered');
  return {
    enabled: enabledReceivers.length,
    delivered: delivered.reduce((sum, { count }) => sum + Number(count), 0),
    failing: rows
      .filter(({ state }) => state !== 'delivered')
      .map(({ receiver_name, count, error, status }) => ({
        name: String(receiver_name),
        failed: Number(count),
        error: String(error || status || ''),
      })),
  };
}

export async function closedSince(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('inspection_closed').selectAll().execute();
  return new Map(rows.map(({ node, since_ms }) => [node, Number(since_ms)]));
}

const LAST = 'last';
export async function lastBackup(db: Database): Promise<{ readonly atMs?: number }> {
  const row = await db.selectFrom('inspection_backup').select('at_ms').where('id', '=', LAST).executeTakeFirst();
  return row === undefined ? {} : { atMs: Number(row.at_ms) };
}

export async function noteBackup(db: Database, atMs: number): Promise<void> {
  await db
    .insertInto('inspection_backup')
    .values({ id: LAST, at_ms: atMs })
    .onConflict((on) => on.column('id').doUpdateSet({ at_ms: atMs }))
    .execute();
}
