import { type RawBuilder, sql } from 'kysely';
import { dayOf } from '../distribution/day-counts.ts';
import { daysIn } from '../sla/days.ts';
import type { Database } from '../store/store.ts';
import { nearestRank } from './core/percentile.ts';
import type { Prices } from './core/prices.ts';
import type { CostGroup, UsageFigures } from './core/report.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Time span from `fromMs`, the start of a day, to `toMs`, the end of an hour. */
export interface CostSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads links and percentiles only if the rows or prices need them. */
export async function usageIn(
  db: Database,
  costSpan: CostSpan,
  by: CostGroup,
  { traffic }: Prices,
): Promise<Omit<UsageFigures, 'passed'>> {
  const needsPeaks = by === 'region' || traffic.some(({ unit }) => unit === 'Mbps95');
  return {
    nodes: await readNodes(db, costSpan),
    peakBps: needsPeaks ? await readPeaks(db, costSpan) : new Map(),
    sessions: await readSessions(db, costSpan, by === 'tenant'),
    delivered: await readDelivered(db, costSpan, by === 'tenant'),
    links: by === 'link' ? await readLinks(db, costSpan) : [],
  };
}

type Row<Name extends string> = Readonly<Record<Name, number | string>>;

/** Sums in floating point, since SQLite cannot return integers above nine petabytes. */
const sumOf = (column: string) => sql`sum(cast(${sql.ref(column)} as double precision))`;

async function readNodes(db: Database, { fromMs, toMs }: CostSpan): Promise<UsageFigures['nodes']> {
  const { rows } = await sql<Row<'minutes' | 'tx_bytes'> & { kind: string; region: string }>`
    select kind, region, sum(minutes) as minutes, ${sumOf('tx_bytes')} as tx_bytes from node_hours
    where at_ms > ${fromMs} and at_ms <= ${toMs} group by kind, region`.execute(db);
  return rows.map(({ kind, region, minutes, tx_bytes }) => ({
    kind,
    region,
    hours: Number(minutes) / 60,
    sentBytes: Number(tx_bytes),
  }));
}

/** Reads all samples of a region as one text, which takes a third of the time that rows take. */
async function readPeaks(db: Database, { fromMs, toMs }: CostSpan): Promise<Map<string, number>> {
  const { rows } = await sql<{ region: string; sent: string }>`
    select region, string_agg(cast(tx_bps as text), ' ') as sent from region_samples
    where at_ms > ${fromMs} and at_ms <= ${toMs} group by region`.execute(db);
  return new Map(rows.map(({ region, sent }) => [region, percentile95(sent)]));
}

const percentile95 = (values: string): number => nearestRank(values.split(' ').map(Number), 0.95);

async function readSessions(db: Database, asked: CostSpan, isByTenant: boolean): Promise<UsageFigures['sessions']> {
  const { rows } = await sql<Row<'session_ms' | 'received_bytes'> & { region: string; tenant: string }>`
    select region, ${isByTenant ? sql`tenant` : sql`''`} as tenant, sum(session_ms) as session_ms,
      ${sumOf('received_bytes')} as received_bytes
    from ${await daysIn(db, 'sla_media_days', { ...asked, windows: [] })} group by 1, 2`.execute(db);
  return rows.map(({ region, tenant, session_ms, received_bytes }) => ({
    region,
    tenant,
    hours: Number(session_ms) / HOUR_MS,
    receivedBytes: Number(received_bytes),
  }));
}

/** Reads whole days. Bytes that came from other receivers cost no traffic of nodes. */
async function readDelivered(
  db: Database,
  { fromMs, toMs }: CostSpan,
  isByTenant: boolean,
): Promise<UsageFigures['delivered']> {
  const { rows } = await sql<Row<'bytes'> & { region: string; tenant: string }>`
    select region, ${isByTenant ? sql`tenant` : sql`''`} as tenant, ${sumOf('bytes')} - ${sumOf('neighbour_bytes')} as bytes
    from distribution_days where day >= ${dayOf(fromMs)} and day <= ${dayOf(toMs - 1)} group by 1, 2`.execute(db);
  return rows.map(({ region, tenant, bytes }) => ({ region, tenant, bytes: Number(bytes) }));
}

/** Reads sums of days where they exist, else of hours. */
async function readLinks(db: Database, { fromMs, toMs }: CostSpan): Promise<UsageFigures['links']> {
  const made = await db
    .selectFrom('link_days')
    .select('at_ms')
    .distinct()
    .where('at_ms', '>', fromMs)
    .where('at_ms', '<=', toMs)
    .execute();
  const isMade = new Set(made.map(({ at_ms }) => Number(at_ms)));
  const hours: RawBuilder<unknown>[] = [sql`1 = 0`];
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS)
    if (!isMade.has(dayMs + DAY_MS))
      hours.push(sql`at_ms > ${sql.lit(dayMs)} and at_ms <= ${sql.lit(Math.min(toMs, dayMs + DAY_MS))}`);
  const { rows } = await sql<Row<'sent_bytes'> & { from: string; to: string; peaks: string }>`
    select from_region as "from", to_region as "to", ${sumOf('sent_bytes')} as sent_bytes,
      string_agg(peaks, ' ') as peaks
    from (select from_region, to_region, sent_bytes, peaks_bps as peaks from link_days
        where at_ms > ${fromMs} and at_ms <= ${toMs}
      union all select from_region, to_region, sent_bytes, cast(peak_bps as text) from link_hours
        where ${sql.join(hours, sql` or `)}) as parts
    group by from_region, to_region`.execute(db);
  return rows.map((row) => ({
    from: row.from,
    to: row.to,
    sentBytes: Number(row.sent_bytes),
    peakBps: percentile95(row.peaks),
  }));
}
