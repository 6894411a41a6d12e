// Trends of a simulated day, as the history of the api has them: usual round trips of each look, the rest from samples
// of five minutes.
import type { AlarmFacts } from '../../../api/src/alarms/core/rule.ts';
import { isMedia } from '../../../api/src/console/core/fleet.ts';
import { CAPACITY_WINDOW_MS, type CapacitySample, capacityTrend } from '../../../api/src/history/core/capacity.ts';
import { SAMPLE_MS } from '../../../api/src/history/core/means.ts';
import { MEMORY_WINDOW_MS, type MemorySample, memoryTrend } from '../../../api/src/history/core/memory.ts';
import { UsualRtt, worstRtts } from '../../../api/src/history/core/site-rtt.ts';
import type { FleetTrends } from '../../../api/src/history/core/trends.ts';

export class TrendsOfDay {
  readonly #usual = new UsualRtt();
  readonly #memory = new Map<string, MemorySample[]>();
  readonly #capacity = new Map<string, CapacitySample[]>();
  readonly #sessionsAt = new Map<number, number>();
  #last: Pick<FleetTrends, 'memory' | 'capacity'> = { memory: new Map(), capacity: new Map() };
  #sampledMs = Number.NEGATIVE_INFINITY;

  /** As they are before this look. */
  next({ cloud }: AlarmFacts, atMs: number): FleetTrends | undefined {
    if (cloud === undefined) return undefined;
    const trends = { ...this.#last, usualRttMs: this.#usual.usualMs };
    this.#usual.see(worstRtts(cloud.nodes, cloud.links), atMs);
    if (atMs - this.#sampledMs >= SAMPLE_MS) this.#sample(cloud, atMs);
    return trends;
  }

  #sample({ nodes }: NonNullable<AlarmFacts['cloud']>, atMs: number): void {
    this.#sampledMs = atMs;
    const living = nodes.filter(({ state }) => state !== 'dead');
    this.#sessionsAt.set(
      atMs,
      living.reduce((sum, { sessions }) => sum + sessions, 0),
    );
    for (const { nodeId, incarnation = '', rssBytes, sessions } of living)
      add(this.#memory, nodeId, { atMs, incarnation, rssBytes, sessions }, MEMORY_WINDOW_MS);
    for (const [region, some] of Map.groupBy(living.filter(isMedia), (node) => node.region)) {
      const open = some.filter(({ state, isCordoned, isDraining }) => state === 'alive' && !isCordoned && !isDraining);
      const sessionsOf = (of: typeof some): number => of.reduce((sum, { sessions }) => sum + sessions, 0);
      const openMax = open.reduce((sum, { sessionsMax }) => sum + sessionsMax, 0);
      const sample = { atMs, sessions: sessionsOf(some), openSessions: sessionsOf(open), openMax };
      add(this.#capacity, region, sample, CAPACITY_WINDOW_MS);
    }
    this.#last = {
      memory: trendsOf(this.#memory, atMs, (samples) => memoryTrend(samples, (at) => this.#sessionsAt.get(at) ?? 0)),
      capacity: trendsOf(this.#capacity, atMs, capacityTrend),
    };
  }
}

function add<T extends { readonly atMs: number }>(to: Map<string, T[]>, key: string, one: T, windowMs: number): void {
  to.set(key, [...(to.get(key) ?? []).filter(({ atMs }) => atMs >= one.atMs - windowMs), one]);
}

/** Of those that were sampled last. */
function trendsOf<T extends { readonly atMs: number }, Trend>(
  samples: ReadonlyMap<string, readonly T[]>,
  atMs: number,
  of: (samples: readonly T[]) => Trend | undefined,
): ReadonlyMap<string, Trend> {
  return new Map(
    [...samples].flatMap(([key, some]) => {
      const trend = some.at(-1)?.atMs === atMs ? of(some) : undefined;
      return trend === undefined ? [] : [[key, trend] as const];
    }),
  );
}
