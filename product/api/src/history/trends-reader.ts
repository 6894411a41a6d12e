import { setImmediate as others } from 'node:timers/promises';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import type { CloudSnapshot } from '../console/centre-views.ts';
import { databaseNowMs } from '../store/database-time.ts';
import type { Store } from '../store/store.ts';
import { CAPACITY_WINDOW_MS, capacityTrend } from './core/capacity.ts';
import { SAMPLE_MS } from './core/means.ts';
import { MEMORY_WINDOW_MS, type MemorySample, memoryTrend } from './core/memory.ts';
import { UsualRtt, worstRtts } from './core/site-rtt.ts';
import type { CapacityTrend, FleetTrends, MemoryTrend } from './core/trends.ts';

/** Samples come every five minutes, so a new one is found within a minute. */
const FRESH_MS = 60_000;
/** After three missing samples the trends are out of date. */
const STALE_MS = 3 * SAMPLE_MS + FRESH_MS;
/** Nodes computed before other tasks get a turn; takes some milliseconds. */
const NODES_AT_ONCE = 50;

type Stored = Pick<FleetTrends, 'memory' | 'capacity'>;

export interface TrendsOptions {
  readonly store: Store;
  readonly clock: Clock;
}

export class TrendsReader {
  readonly #o: TrendsOptions;
  readonly #usualRtt = new UsualRtt();
  /** Samples of the last six hours by node, the oldest first. */
  readonly #samples = new Map<string, MemorySample[]>();
  readonly #sessionsAt = new Map<number, number>();
  #readMs = 0;
  #stored: Stored | undefined;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;

  constructor(o: TrendsOptions) {
    this.#o = o;
  }

  observe({ nodes, links }: Pick<CloudSnapshot, 'nodes' | 'links'>): void {
    this.#usualRtt.addSample(worstRtts(nodes, links), this.#o.clock.nowMs());
  }

  /** Queries at most once a minute. Returns undefined without recent samples. Rejects with the database's error. */
  async current(): Promise<FleetTrends | undefined> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
    return this.#stored && { ...this.#stored, usualRttMs: this.#usualRtt.usualMs };
  }

  async #refresh(): Promise<void> {
    const { store, clock } = this.#o;
    const askedAtMs = clock.nowMs();
    if (askedAtMs - this.#refreshedAtMs < FRESH_MS) return;
    const { rows } = await sql<{ newest_ms: number | null; now_ms: number }>`
      select (select max(at_ms) from region_samples) as newest_ms, ${databaseNowMs(store, clock)} as now_ms`.execute(
      store.db,
    );
    const [newestMs, nowMs] = [Number(rows[0]?.newest_ms ?? 0), Number(rows[0]?.now_ms)];
    if (nowMs - newestMs > STALE_MS) this.#stored = undefined;
    else if (newestMs !== this.#readMs || this.#stored === undefined) {
      await this.#read(newestMs);
      this.#stored = { memory: await this.#memoryTrends(newestMs), capacity: await this.#readCapacity(newestMs) };
    }
    this.#refreshedAtMs = askedAtMs;
  }

  /** Reads one time step per query: a thousand nodes are a thousand rows each. */
  async #read(newestMs: number): Promise<void> {
    const { db } = this.#o.store;
    const fromMs = newestMs - MEMORY_WINDOW_MS;
    if (newestMs < this.#readMs) {
      // The clock of the database was set back.
      this.#samples.clear();
      this.#sessionsAt.clear();
      this.#readMs = 0;
    }
    let afterMs = Math.max(this.#readMs, fromMs - 1);
    while (afterMs < newestMs) {
      const rows = await db
        .selectFrom('node_samples')
        .select(['at_ms', 'node', 'incarnation', 'rss_bytes', 'sessions'])
        .where('at_ms', '=', (eb) =>
          eb
            .selectFrom('node_samples')
            .select((of) => of.fn.min('at_ms').as('next_ms'))
            .where('at_ms', '>', afterMs),
        )
        .execute();
      for (const { at_ms: atMs, node, incarnation, rss_bytes: rssBytes, sessions } of rows) {
        const samplesOfNode = this.#samples.get(node);
        const sample = { atMs, incarnation, rssBytes, sessions };
        if (samplesOfNode === undefined) this.#samples.set(node, [sample]);
        else samplesOfNode.push(sample);
        this.#sessionsAt.set(atMs, (this.#sessionsAt.get(atMs) ?? 0) + sessions);
      }
      afterMs = rows[0]?.at_ms ?? newestMs;
      this.#readMs = afterMs;
      await others();
    }
    for (const [node, samples] of this.#samples) {
      const recentSamples = samples.filter(({ atMs }) => atMs >= fromMs);
      if (recentSamples.length === 0) this.#samples.delete(node);
      else this.#samples.set(node, recentSamples);
    }
    for (const atMs of this.#sessionsAt.keys()) if (atMs < fromMs) this.#sessionsAt.delete(atMs);
  }

  async #memoryTrends(newestMs: number): Promise<ReadonlyMap<string, MemoryTrend>> {
    const found = new Map<string, MemoryTrend>();
    let trendCount = 0;
    for (const [node, samples] of this.#samples) {
      if (samples.at(-1)?.atMs !== newestMs) continue;
      const trend = memoryTrend(samples, (atMs) => this.#sessionsAt.get(atMs) ?? 0);
      if (trend !== undefined) found.set(node, trend);
      if (++trendCount % NODES_AT_ONCE === 0) await others();
    }
    return found;
  }

  async #readCapacity(newestMs: number): Promise<ReadonlyMap<string, CapacityTrend>> {
    const rows = await this.#o.store.db
      .selectFrom('region_samples')
      .select(['at_ms', 'region', 'sessions', 'open_sessions', 'open_max'])
      .where('at_ms', '>=', newestMs - CAPACITY_WINDOW_MS)
      .orderBy('at_ms')
      .execute();
    const found = new Map<string, CapacityTrend>();
    for (const [region, rowsOfRegion] of Map.groupBy(rows, (row) => row.region)) {
      if (rowsOfRegion.at(-1)?.at_ms !== newestMs) continue;
      const trend = capacityTrend(
        rowsOfRegion.map((row) => ({
          atMs: row.at_ms,
          sessions: row.sessions,
          openSessions: row.open_sessions,
          openMax: row.open_max,
        })),
      );
      if (trend !== undefined) found.set(region, trend);
    }
    return found;
  }
}
