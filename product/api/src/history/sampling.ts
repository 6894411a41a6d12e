// Every five minutes one instance of the api stores a sample of each living node and each region. The same transaction
// recomputes the sample's hour, so a repetition does no harm, and adds the traffic between regions to its hour.
import { setImmediate as others } from 'node:timers/promises';
import type { Clock } from '@meridian/runtime';
import { type Insertable, sql } from 'kysely';
import type { CentreViews } from '../console/centre-views.ts';
import { type FleetNode, isMedia } from '../console/core/fleet.ts';
import type { JobKind } from '../jobs/jobs.ts';
import { databaseNowMs } from '../store/database-time.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transactUnforced } from '../store/transaction.ts';
import { type FleetMeans, SAMPLE_MS } from './core/means.ts';
import { type RegionTraffic, regionTraffic } from './core/region-traffic.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** At most 340 MB of SQLite for 1,000 nodes in 20 regions. Trends look back six hours, a bill a month. */
export const HISTORY_KEPT_MS = {
  node_samples: 2 * DAY_MS,
  node_hours: 62 * DAY_MS,
  region_samples: 366 * DAY_MS,
  link_hours: 62 * DAY_MS,
  link_days: 62 * DAY_MS,
} as const;
const KEYS: Readonly<Record<keyof typeof HISTORY_KEPT_MS, string>> = {
  node_samples: 'at_ms, node',
  node_hours: 'at_ms, node',
  region_samples: 'at_ms, region',
  link_hours: 'at_ms, from_region, to_region',
  link_days: 'at_ms, from_region, to_region',
};
/** Each row has 14 values. */
const ROWS_ADDED = 500;
const ROWS_REMOVED = 1000;
const LEASE_MS = 2 * 60_000;

export interface SamplingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly views: Pick<CentreViews, 'latest' | 'fleetWithSent' | 'centreState' | 'isKnown'>;
  readonly means: Pick<FleetMeans, 'of'>;
}

export class NodeSampling {
  readonly #o: SamplingOptions;

  constructor(o: SamplingOptions) {
    this.#o = o;
  }

  get job(): JobKind<unknown> {
    return {
      name: 'node-samples',
      concurrency: 1,
      leaseMs: LEASE_MS,
      every: { ms: SAMPLE_MS },
      run: async (_, { signal }) => {
        await this.sample();
        await this.removeOld(signal);
        return undefined;
      },
    };
  }

  /** Returns false if these five minutes already have a sample, or if the centre does not answer. */
  async sample(): Promise<boolean> {
    const { store, clock, views, means } = this.#o;
    const { links } = await views.latest();
    if (!views.isKnown || !views.centreState.isReachable) return false;
    const living = (await views.fleetWithSent()).filter(({ state }) => state !== 'dead');
    if (living.length === 0) return false;
    const atMs = Math.floor((await this.#nowMs()) / SAMPLE_MS) * SAMPLE_MS;
    const nowMs = clock.nowMs();
    const nodesWithMeans = living.map((node) => ({ ...node, ...means.of(node.nodeId, nowMs) }));
    return transactUnforced(store, async (db) => {
      const regions = [...Map.groupBy(nodesWithMeans, ({ region }) => region)].map(([, nodesOfRegion]) =>
        regionRow(nodesOfRegion, atMs),
      );
      const first = await db
        .insertInto('region_samples')
        .values(regions)
        .onConflict((on) => on.doNothing())
        .returning('region')
        .execute();
      if (first.length === 0) return false;
      const rows = nodesWithMeans.map((node) => rowOf(node, atMs));
      for (let at = 0; at < rows.length; at += ROWS_ADDED)
        await db
          .insertInto('node_samples')
          .values(rows.slice(at, at + ROWS_ADDED))
          .onConflict((on) => on.doNothing())
          .execute();
      await rollUp(db, atMs);
      await addTraffic(db, atMs, regionTraffic(living, links));
      await sumLinks(db, Math.floor((atMs - 1) / DAY_MS) * DAY_MS);
      return true;
    });
  }

  /** Works in small steps until no expired rows are left or the service ends. */
  async removeOld(signal?: AbortSignal): Promise<void> {
    const { db } = this.#o.store;
    const nowMs = await this.#nowMs();
    for (const [table, keptMs] of Object.entries(HISTORY_KEPT_MS)) {
      const key = sql.raw(KEYS[table as keyof typeof KEYS]);
      let removed: number;
      do {
        if (signal?.aborted === true) return;
        await others();
        const { rows } = await sql`
          delete from ${sql.table(table)} where (${key}) in (
            select ${key} from ${sql.table(table)} where at_ms < ${nowMs - keptMs}
            order by at_ms limit ${sql.lit(ROWS_REMOVED)}
          ) returning 1`.execute(db);
        removed = rows.length;
      } while (removed === ROWS_REMOVED);
    }
  }

  /** Returns the database's time, so that all instances agree on the five minutes. */
  async #nowMs(): Promise<number> {
    const { store, clock } = this.#o;
    const { rows } = await sql<{ now_ms: number }>`select ${databaseNowMs(store, clock)} as now_ms`.execute(store.db);
    return Number(rows[0]?.now_ms);
  }
}

const ppm = (share: number): number => Math.round(share * 1e6);
const sumOf = (nodes: readonly FleetNode[], figure: 'txBps' | 'rxBps' | 'sessions' | 'sessionsMax'): number =>
  Math.round(nodes.reduce((sum, node) => sum + node[figure], 0));

const rowOf = (node: FleetNode, atMs: number): Insertable<Tables['node_samples']> => ({
  at_ms: atMs,
  node: node.nodeId,
  host: node.hostId,
  kind: node.kind,
  region: node.region,
  incarnation: node.incarnation ?? '',
  cpu_ppm: ppm(node.cpu),
  tx_bps: Math.round(node.txBps),
  rx_bps: Math.round(node.rxBps),
  sessions: node.sessions,
  sessions_max: node.sessionsMax,
  rss_bytes: Math.round(node.rssBytes),
  disk_used_bytes: node.disk === undefined ? null : Math.round(node.disk.bytes - node.disk.freeBytes),
  disk_bytes: node.disk === undefined ? null : Math.round(node.disk.bytes),
});

function regionRow(nodes: readonly FleetNode[], atMs: number): Insertable<Tables['region_samples']> {
  const media = nodes.filter(isMedia);
  const open = media.filter(({ state, isCordoned, isDraining }) => state === 'alive' && !isCordoned && !isDraining);
  return {
    at_ms: atMs,
    region: nodes[0]?.region ?? '',
    nodes: nodes.length,
    tx_bps: sumOf(nodes, 'txBps'),
    rx_bps: sumOf(nodes, 'rxBps'),
    sessions: sumOf(media, 'sessions'),
    open_sessions: sumOf(open, 'sessions'),
    open_max: sumOf(open, 'sessionsMax'),
  };
}

const MINUTES = SAMPLE_MS / 60_000;
const hourFigures = {
  host: sql`max(host)`,
  kind: sql`max(kind)`,
  region: sql`max(region)`,
  minutes: sql.raw(`count(*) * ${MINUTES}`),
  cpu_ppm: sql.raw('cast(avg(cpu_ppm) as bigint)'),
  cpu_peak_ppm: sql.raw('max(cpu_ppm)'),
  tx_bytes: sql.raw(`cast(sum(tx_bps) * ${SAMPLE_MS / 1000} / 8 as bigint)`),
  rx_bytes: sql.raw(`cast(sum(rx_bps) * ${SAMPLE_MS / 1000} / 8 as bigint)`),
  tx_peak_bps: sql.raw('max(tx_bps)'),
  rx_peak_bps: sql.raw('max(rx_bps)'),
  session_minutes: sql.raw(`cast(sum(sessions) * ${MINUTES} as bigint)`),
  sessions_peak: sql.raw('max(sessions)'),
  sessions_max: sql.raw('max(sessions_max)'),
  rss_peak_bytes: sql.raw('max(rss_bytes)'),
  disk_used_bytes: sql.raw('max(disk_used_bytes)'),
  disk_bytes: sql.raw('max(disk_bytes)'),
} as const;

/** A sample taken exactly at the end of an hour belongs to that hour. */
const hourEndMs = (atMs: number): number => Math.ceil(atMs / HOUR_MS) * HOUR_MS;

async function rollUp(db: Transaction, atMs: number): Promise<void> {
  const endMs = hourEndMs(atMs);
  const names = Object.keys(hourFigures);
  await sql`
    insert into node_hours (at_ms, node, ${sql.join(names.map((name) => sql.ref(name)))})
    select cast(${endMs} as bigint), node, ${sql.join(Object.values(hourFigures))} from node_samples
    where at_ms > ${endMs - HOUR_MS} and at_ms <= ${endMs} group by node
    on conflict (at_ms, node) do update set ${sql.join(
      names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
    )}`.execute(db);
}

async function addTraffic(db: Transaction, atMs: number, traffic: readonly RegionTraffic[]): Promise<void> {
  const rows = traffic.map(({ fromRegion, toRegion, bps }) => ({
    at_ms: hourEndMs(atMs),
    from_region: fromRegion,
    to_region: toRegion,
    sent_bytes: Math.round((bps * SAMPLE_MS) / 8000),
    peak_bps: Math.round(bps),
  }));
  for (let at = 0; at < rows.length; at += ROWS_ADDED)
    await db
      .insertInto('link_hours')
      .values(rows.slice(at, at + ROWS_ADDED))
      .onConflict((on) =>
        on.columns(['at_ms', 'from_region', 'to_region']).doUpdateSet({
          sent_bytes: sql`link_hours.sent_bytes + excluded.sent_bytes`,
          peak_bps: sql`case when excluded.peak_bps > link_hours.peak_bps
            then excluded.peak_bps else link_hours.peak_bps end`,
        }),
      )
      .execute();
}

/** Adds up hours to days, so that a month is 31 rows per link, not 744. */
export async function sumLinks(db: Transaction, endMs: number): Promise<void> {
  await sql`
    insert into link_days (at_ms, from_region, to_region, sent_bytes, peaks_bps)
    select cast(${endMs} as bigint), from_region, to_region, sum(sent_bytes), string_agg(cast(peak_bps as text), ' ')
    from link_hours where at_ms > ${endMs - DAY_MS} and at_ms <= ${endMs}
      and not exists (select 1 from link_days where at_ms = ${endMs})
    group by from_region, to_region`.execute(db);
}
