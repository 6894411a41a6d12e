// A cloud that has been in use since the beginning of the last month, as its reports read it: its last days of
// sessions, sums of hours, samples of nodes and regions, links, joins and dial tests. As many sessions at a time as
// `hours` in a month are; all made by the database, and days by the api's own job.
import { systemClock } from '@meridian/runtime';
import { sql } from 'kysely';
import { sumLinks } from '../../../api/src/history/sampling.ts';
import { periodColumns } from '../../../api/src/quality/periods.ts';
import { sumHours } from '../../../api/src/sla/media-hours.ts';
import type { Database, Store } from '../../../api/src/store/store.ts';
import { transactUnforced } from '../../../api/src/store/transaction.ts';
import { columns, DAY_MS, type Filled, fillWithSessions, HOUR_MS, inParts, keyAt, NODES, PLACES } from './fill.ts';

export const [REGIONS, TENANTS] = [20, 300];
/** Of a tenant, in which its people are. */
const HOMES = 3;
const [SAMPLE_MS, ROUND_MS] = [300_000, 20_000];
const MONTH_HOURS = 720;
/** A trace of a day looks at 36 hours, the inspection at 24. */
const DAYS_OF_SESSIONS = 2;
/** As far as the inspection looks. */
const HOURS_OF_DIALS = 25;
const HOURS_OF_NODES = 48;
/** As PostgreSQL does by itself, later. */
const VACUUMED = ['quality_sessions', 'quality_1h', 'dial_hours', 'dial_results', 'join_hours', 'link_days'];
/** There are results of now while this runs. */
const AHEAD_MS = 600_000;

/** Into an empty database that no other program has open. */
export async function fillDatabase(store: Store, o: Filled): Promise<void> {
  const { db, kind } = store;
  if (kind === 'sqlite')
    for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -1000000'])
      await sql.raw(`pragma ${pragma}`).execute(db);
  await fillWithSessions(store, o);
  await fillMonths(store, o);
  if (kind === 'sqlite') {
    await sql`pragma journal_mode = wal`.execute(db);
    await sql`pragma cache_size = -2000`.execute(db);
  }
  await sql`analyze`.execute(db);
  if (kind === 'postgres') for (const table of VACUUMED) await sql`vacuum ${sql.table(table)}`.execute(db);
}

/** The last whole month. */
export const lastMonthMs = ({ nowMs }: Filled): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1);
};

async function fillMonths(store: Store, o: Filled): Promise<void> {
  const { db } = store;
  const sessionsMs = Math.floor(o.nowMs / DAY_MS - DAYS_OF_SESSIONS) * DAY_MS;
  await tenants(db, o);
  for (let dayMs = lastMonthMs(o); dayMs < o.nowMs; dayMs += DAY_MS) {
    const hours = Math.min(24, Math.floor((o.nowMs - dayMs) / HOUR_MS));
    await transactUnforced(store, (trx) => sumLinks(trx, dayMs));
    if (hours > 0) await day(db, { fromMs: dayMs, hours, hasMedia: dayMs < sessionsMs, rate: rateOf(o) });
  }
  const lastMs = Math.floor(o.nowMs / SAMPLE_MS) * SAMPLE_MS;
  for (let hour = 0; hour < HOURS_OF_NODES; hour += 1) await nodeSamples(db, lastMs - hour * HOUR_MS);
  for (let hour = 0; hour < HOURS_OF_DIALS; hour += 1) await dials(db, lastMs + AHEAD_MS - hour * HOUR_MS);
  await testers(db, o);
  await sessions(db, o, sessionsMs);
  const clock = Object.assign(systemClock(), { wallMs: () => o.nowMs });
  while (!(await sumHours({ store, clock }))) await Promise.resolve();
}

/** Sessions that begin in an hour. */
const rateOf = ({ hours }: Filled): number => Math.max(1, Math.round(hours / MONTH_HOURS));
/** `name`: columns of one letter each, by how many whole numbers from 0 on. */
const each = (counts: Readonly<Record<string, number>>): string =>
  `with recursive ${Object.entries(counts)
    .map(([of, n]) => `n${of}(${of}) as (select 0 union all select ${of} + 1 from n${of} where ${of} + 1 < ${n})`)
    .join(', ')}`;
const from = (names: string): string => `from ${[...names].map((name) => `n${name}`).join(' cross join ')}`;
const regionOf = (number: string): string => `'region-' || cast((${number}) % ${REGIONS} as text)`;
const nodeOf = (number: string): string => `'sfu-' || cast((${number}) % ${NODES} as text)`;
const tenantOf = (number: string): string => `'tenant-' || cast((${number}) % ${TENANTS} as text)`;
const big = (value: string): string => `cast(${value} as bigint)`;

async function tenants(db: Database, { nowMs }: Filled): Promise<void> {
  const limits = `'{"seats":1000,"rooms":200,"recordingBytes":1000000000,"recordingMinutes":6000}'`;
  await sql
    .raw(`insert into tenants (id, name, limits, version, created_ms) ${each({ t: TENANTS })}
      select ${tenantOf('t')}, 'Tenant', ${limits}, 1, ${nowMs} ${from('t')}`)
    .execute(db);
  const figures = `"policy":"direct","costPerUserHour":0.07,"onewayMsMean":80,"onewayMsP95":140,"shareUnder150Ms":0.9,
    "nodesPerRoom":2,"relayedShare":0.1,"movesPerPersonHour":0.1`;
  const comparison = `{"from":"2026-11-01T00:00:00.000Z","to":"2026-11-01T06:00:00.000Z","rooms":1000,"people":5000,
    "nodes":120,"share":0.5,"currency":"USD","policies":[${new Array(20).fill(`{${figures}}`).join(',')}],"notes":[]}`;
  await sql
    .raw(`insert into policy_comparisons (id, made_ms, comparison) ${each({ n: 10 })}
      select 'PC_' || cast(n as text), ${nowMs} - n, '${comparison}' ${from('n')}`)
    .execute(db);
}

interface Day {
  readonly fromMs: number;
  readonly hours: number;
  readonly hasMedia: boolean;
  readonly rate: number;
}

/** Maintenance of a region once in seven days. */
async function day(db: Database, { fromMs, hours, hasMedia, rate }: Day): Promise<void> {
  const at = `${fromMs} + ${big('h')} * ${HOUR_MS}`;
  const end = `${at} + ${HOUR_MS}`;
  const region = regionOf('t * 7 + d');
  const some = Math.max(1, Math.round(rate / TENANTS / HOMES));
  const ofTenants = each({ h: hours, t: TENANTS, d: HOMES });
  const nodes = NODES + REGIONS;
  const statements = [
    `insert into join_hours (from_ms, region, tenant, code, joins) ${ofTenants}
      select ${at}, ${region}, ${tenantOf('t')}, '', ${some} + t % 3 ${from('htd')}`,
    `insert into join_hours (from_ms, region, tenant, code, joins) ${ofTenants}
      select ${at}, ${region}, ${tenantOf('t')}, case t % 3 when 0 then 'ROOM_FULL' when 1 then 'NO_NODE' else 'OVERLOADED' end,
        1 ${from('htd')} where (t + h + d) % 10 = 0`,
    `insert into sla_api_hours (from_ms, region, tenant, succeeded, refused, failed) ${ofTenants}
      select ${at}, ${regionOf('t')}, ${tenantOf('t')}, 100 + t, 2, (t + h) % 50 / 49 ${from('htd')} where d = 0`,
    `insert into node_hours (at_ms, node, host, kind, region, minutes, cpu_ppm, cpu_peak_ppm, tx_bytes, rx_bytes,
        tx_peak_bps, rx_peak_bps, session_minutes, sessions_peak, sessions_max, rss_peak_bytes)
      ${each({ h: hours, n: nodes })}
      select ${end}, case when n < ${NODES} then ${nodeOf('n')} else 'sig-' || cast(n - ${NODES} as text) end,
        'host-' || cast(n as text), case when n < ${NODES} then 'sfu' else 'signaling' end, ${regionOf('n')}, 60, 200000,
        400000, ${big('1800000000')} + n * 1000, 900000000, 9000000, 5000000, ${Math.round((rate * 60) / NODES)}, 20, 1000,
        300000000 ${from('hn')}`,
    `insert into region_samples (at_ms, region, nodes, tx_bps, rx_bps, sessions, open_sessions, open_max)
      ${each({ s: hours * 12, r: REGIONS })}
      select ${fromMs + SAMPLE_MS} + ${big('s')} * ${SAMPLE_MS}, ${regionOf('r')}, 7,
        ${big('10000')} * ((s * 7919 + r * 31) % 5003), 1000000, 70, 70, 6000 ${from('sr')}`,
    `insert into link_hours (at_ms, from_region, to_region, sent_bytes, peak_bps)
      ${each({ h: hours, f: REGIONS, r: REGIONS })}
      select ${end}, ${regionOf('f')}, ${regionOf('r')}, 100000000 + h * r, ${big('10000')} * ((h * 7919 + r * 31) % 503)
      ${from('hfr')} where f <> r`,
    dialHours(at, hours),
    ...(hasMedia
      ? [
          `insert into sla_media_hours (from_ms, region, tenant, session_ms, freeze_ms, sent_bytes, received_bytes)
            ${ofTenants} select ${at}, ${region}, ${tenantOf('t')}, ${some * HOUR_MS}, 1000 * (t % 9),
            ${big('540000000')} * ${some}, ${big('1080000000')} * ${some} ${from('htd')}`,
        ]
      : []),
    ...(Math.floor(fromMs / DAY_MS) % 7 === 0
      ? [
          `insert into sla_exclusions (id, region, from_ms, to_ms, reason, by_id, created_ms)
            select 'SX_${fromMs}', 'region-3', ${fromMs + HOUR_MS}, ${fromMs + 3 * HOUR_MS}, 'disks', 'operator', ${fromMs}`,
        ]
      : []),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** By region `r`: calls, bookings, pairs with all others, streams that are watched in all others. */
const dialKind = `case k when 0 then 'call' when 1 then 'booking' when 2 then 'pair' else 'stream' end`;
const dialTo = `case when k < 2 then '' else ${regionOf('o')} end`;
/** Of calls and bookings one; of the others each but the own. */
const isDial = '((k < 2 and o = 0) or (k >= 2 and o <> r))';

const dialHours = (at: string, hours: number): string =>
  `insert into dial_hours (region, kind, to_region, hour_ms, tried, failed, joins, join_ms, first_frames, first_frame_ms,
      gaps, gap_ms) ${each({ h: hours, r: REGIONS, k: 4, o: REGIONS })}
    select ${regionOf('r')}, ${dialKind}, ${dialTo}, ${at}, case k when 1 then 60 when 3 then 3 else 180 end, 0, 180,
      36000, 180, 54000, 180, 9000 ${from('hrko')} where ${isDial}`;

/** An hour of rounds. Streams go to others by turns; one in a thousand fails. */
async function dials(db: Database, endMs: number): Promise<void> {
  const rounds = HOUR_MS / ROUND_MS;
  const isNow = `(k not in (1, 3) or (k = 1 and i % 3 = 1) or (k = 3 and i % 3 = 2 and o = (r + 1 + i / 3 % 19) % 20))`;
  const isOk = 'case when (i * 401 + r * 31 + k * 7 + o) % 1000 = 0 then 0 else 1 end';
  for (let at = 0; at < rounds; at += 60)
    await sql
      .raw(`insert into dial_results (region, kind, to_region, received_ms, probe, is_ok, stage, code, text, join_ms,
          first_frame_ms, gap_ms, served_by, served_region)
        ${each({ m: 60, r: REGIONS, k: 4, o: REGIONS })}, rounds as (select *, m + ${at} as i ${from('mrko')})
        select ${regionOf('r')}, ${dialKind}, ${dialTo}, ${endMs - HOUR_MS} + ${big('i')} * ${ROUND_MS} + r * 701,
          'probe-' || cast(r as text), ${isOk}, case ${isOk} when 0 then 'media' else '' end,
          case ${isOk} when 0 then 'NO_MEDIA' else '' end, '', 200, 300, 50, ${nodeOf('i')}, ${regionOf('r')}
        from rounds where ${isDial} and ${isNow}`)
      .execute(db);
}

async function testers(db: Database, { nowMs }: Filled): Promise<void> {
  await sql
    .raw(`insert into dial_testers (region, probe, host, every_s, last_ms, digest) ${each({ r: REGIONS })}
      select ${regionOf('r')}, 'probe-' || cast(r as text), 'host', ${ROUND_MS / 1000}, ${nowMs}, '' ${from('r')}`)
    .execute(db);
}

async function nodeSamples(db: Database, endMs: number): Promise<void> {
  await sql
    .raw(`insert into node_samples (at_ms, node, host, kind, region, incarnation, cpu_ppm, tx_bps, rx_bps, sessions,
        sessions_max, rss_bytes) ${each({ s: HOUR_MS / SAMPLE_MS, n: NODES })}
      select ${endMs} - ${big('s')} * ${SAMPLE_MS}, ${nodeOf('n')}, 'host-' || cast(n as text), 'sfu', ${regionOf('n')},
        'first', 200000, 4000000, 2000000, 12, 1000, 300000000 + s * 1000 ${from('sn')}`)
    .execute(db);
}

/** An hour each, in rooms of five, whose lives have ids in no order; with their rows of hours. */
async function sessions(db: Database, o: Filled, fromMs: number): Promise<void> {
  const stepMs = Math.floor(HOUR_MS / rateOf(o));
  const count = Math.floor((o.nowMs - HOUR_MS - fromMs) / stepMs);
  const joined = sql.raw(`(${fromMs} + i * ${stepMs})`);
  const key = sql`${keyAt(joined, sql.raw('i'))} + 600000`;
  const node = sql.raw(nodeOf('i / 5 * 7 + i % 3'));
  const name = (prefix: string) => sql.raw(`'${prefix}' || cast(i / 5 as text)`);
  await inParts(0, count, 1, async (begin, end) => {
    const numbers = sql.raw(
      `recursive n(i) as (select ${big(String(begin))} union all select i + 1 from n where i + 1 < ${end})`,
    );
    await sql`insert into quality_sessions (${columns}) with ${numbers}
      select ${key}, 'PA_M' || cast(i as text), ${sql.raw(tenantOf('i / 5'))}, ${name('month-')},
        'RM_' || cast(i / 5 * 7919 % 99991 as text) || 'm', 'person-' || cast(i % 5000 as text), 'Person', ${joined},
        ${joined} + ${sql.lit(HOUR_MS)}, 'City ' || cast(i % ${sql.lit(PLACES)} as text), 'DE',
        cast(i % ${sql.lit(PLACES)} as integer), cast(i % ${sql.lit(PLACES)} as integer), ${joined} + ${sql.lit(HOUR_MS)},
        ${node}, ${node}, 1, 30000, 1000, 0, 'Chromium', 'web/1' from n`.execute(db);
    const known: Readonly<Record<string, ReturnType<typeof sql>>> = {
      session: key,
      at_ms: sql`(${joined} / ${sql.lit(HOUR_MS)} + 1) * ${sql.lit(HOUR_MS)}`,
      node_id: node,
      ...hour,
    };
    const names = periodColumns.map((column) => sql.ref(column));
    await sql`insert into quality_1h (${sql.join(names)}) with ${numbers}
      select ${sql.join(periodColumns.map((column) => known[column] ?? sql.lit(0)))} from n`.execute(db);
  });
}

const hour = {
  period_ms: sql.lit(HOUR_MS),
  measured_ms: sql.lit(HOUR_MS),
  strong: sql.lit(350),
  weak: sql.lit(10),
  source: sql.lit(2),
  rtt_us: sql.lit(30_000),
  freeze_ms: sql.lit(500),
  sent_bps: sql.lit(1_200_000),
  received_bps: sql.lit(2_400_000),
};
