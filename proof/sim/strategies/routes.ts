// The simulated centre's knowledge of the paths between hosts, by the production planner, which gets probe reports of
// the world's links. Its delays are inexact; the judge uses exact ones (`linkMs`).
import type { Rng } from '@meridian/runtime';
import {
  AGREEING_BATCHES,
  DIRECT,
  FREE_CHOICE_MS,
  type HostDelays,
  type LinkReport,
  type MayRelay,
  measuredCostMs,
  type PathInput,
  type PathTable,
  RELAY_HOP_MS,
  type RoomPaths,
  RoutePlanner,
  roomPaths,
} from '@meridian/scheduler/core';
import { gaussian } from '../geography.ts';
import { NOISE_MEAN, type ProbeNoise, REPORT_MS, ROUND_TRIP_DEVIATION } from '../probe-noise.ts';
import { linkMs, type World } from '../world.ts';

/** Time before the first room, in which the planner makes its first choices and finds most small lasting gains. */
export const WARM_UP_MS = 10 * 60_000;
/**
 * Interval of bursts of reports after the first choices. A burst has as many batches as must agree, as close as in
 * production. Two hours of 120 hosts then take seconds, but jams between bursts are missed, so paths change less often
 * than in production.
 */
const BURST_EVERY_MS = 30_000;
const BURST_MS = (AGREEING_BATCHES - 1) * REPORT_MS;
/** Median and 95th percentile of the log-normal mean deviation of a link's round trip (route-choice.ts). */
const DEVIATION_MEDIAN_MS = 0.6;
const DEVIATION_P95_MS = 8;
const NORMAL_P95 = 1.645;
/** Largest share of queueing in a round trip; the rest is travel time. */
const NOISE_SHARE_MAX = 0.5;

/** A strategy's knowledge of the paths between hosts. */
export interface Routes {
  advance(nowMs: number): boolean;
  readonly paths: RoomPaths;
  readonly delays: HostDelays;
  via(from: number, to: number): number;
}

export interface SimRoutesOptions {
  readonly mayRelay: boolean;
  /** Source of the links' noise; equal sources give equal reports. */
  readonly rng: Rng;
  /** Pairs within the relay budget; undefined for all pairs. */
  readonly admitted?: ReadonlySet<number> | undefined;
}

export const hostIdOf = (index: number): string => `h${String(index).padStart(6, '0')}`;

/** Planner of a world over time, where 0 is the end of `warmUp`. Times must not decrease. */
export class SimRoutes implements Routes {
  readonly #planner = new RoutePlanner({ checksLight: true });
  readonly #links: SimLinks;
  readonly #mayRelay: MayRelay | undefined;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly #settledAtMs: number;
  #nextMs = -WARM_UP_MS;
  #paths: { version: number; paths: RoomPaths } | undefined;

  constructor(world: World, { mayRelay, rng, admitted }: SimRoutesOptions) {
    const relayMs = mayRelay ? RELAY_HOP_MS : Number.POSITIVE_INFINITY;
    this.#links = new SimLinks(world, rng);
    this.#settledAtMs = world.links.settledAtMs ?? Number.POSITIVE_INFINITY;
    this.indexOf = new Map(world.hosts.map((_, index) => [hostIdOf(index), index]));
    this.#mayRelay = admitted === undefined ? undefined : (pair) => admitted.has(pair);
    this.#planner.setHosts(
      world.hosts.map(({ latitude, longitude, city }, index) => {
        return { hostId: hostIdOf(index), latitude, longitude, site: String(city), relayMs };
      }),
    );
    this.#planner.replan(this.#nextMs, this.#mayRelay); // without measurements all paths start direct, on guesses
  }

  warmUp(): void {
    this.advance(0);
  }

  /** Runs the batches due until `nowMs`. Returns true when a pair's path has changed. */
  advance(nowMs: number): boolean {
    return this.changesUntil(nowMs) > 0;
  }

  /** Runs the batches due until `nowMs`, and returns the number of pairs whose path has changed. */
  changesUntil(nowMs: number): number {
    const untilMs = Math.min(nowMs, this.#settledAtMs);
    let changes = 0;
    while (this.#nextMs <= untilMs) {
      this.#links.report(this.#nextMs + WARM_UP_MS, (fromHostId, report) => {
        const refusal = this.#planner.applyReport(fromHostId, report, this.#nextMs);
        if (refusal !== undefined) throw new Error(`the centre refuses a probe's report: ${refusal}`);
      });
      changes += this.#planner.replan(this.#nextMs, this.#mayRelay);
      this.#nextMs += pauseMs(this.#nextMs + WARM_UP_MS);
    }
    return changes;
  }

  get hostIds(): readonly string[] {
    return this.#planner.routes.hostIds;
  }

  /** Relays in use by from × number of hosts + to. `delaysMs` has the delays. Both are the planner's own arrays. */
  get vias(): Int16Array {
    return this.#planner.plan.choice.primaryVia;
  }

  get delaysMs(): Float64Array {
    return this.#planner.routes.delayMs;
  }

  get input(): PathInput {
    return this.#planner.plan.input;
  }

  get table(): PathTable {
    return this.#planner.plan.table;
  }

  get delays(): HostDelays {
    return this.#planner;
  }

  get paths(): RoomPaths {
    const { version, routes } = this.#planner;
    if (this.#paths?.version !== version)
      this.#paths = { version, paths: roomPaths(routes.hostIds.length, routes.delayMs) };
    return this.#paths.paths;
  }

  exactCosts(): PathInput {
    const linkMs = this.#links.exactCostsMs();
    return { ...this.input, linkMs, legMs: linkMs };
  }

  via(from: number, to: number): number {
    const { hosts, primaryVia } = this.#planner.plan.choice;
    return primaryVia[from * hosts + to] ?? DIRECT;
  }
}

/** Returns the time from the batch at `atMs` to the next one; 0 is the first batch. */
function pauseMs(atMs: number): number {
  const inBurstMs = atMs % BURST_EVERY_MS;
  return atMs < FREE_CHOICE_MS || inBurstMs < BURST_MS ? REPORT_MS : BURST_EVERY_MS - inBurstMs;
}

export function warmRoutes(world: World, mayRelay: boolean, admitted?: ReadonlySet<number>): SimRoutes {
  const routes = new SimRoutes(world, { mayRelay, rng: world.links.rng, admitted });
  routes.warmUp();
  return routes;
}

/**
 * Links of a world as its probes see them. Machines of one site share uplinks, so all links between two cities have the
 * same mean noise, at different times.
 */
class SimLinks {
  readonly #hostIds: readonly string[];
  readonly #rttMs: Float64Array;
  readonly #deviationMs: Float64Array;
  /** Position in the series of reports at which each link begins. */
  readonly #offset: Int32Array;
  readonly #noise: ProbeNoise;

  constructor(world: World, rng: Rng) {
    const hosts = world.hosts.length;
    this.#hostIds = world.hosts.map((_, index) => hostIdOf(index));
    this.#noise = world.links.probeNoise();
    const offsets = rng.fork('offsets');
    this.#offset = Int32Array.from({ length: hosts * hosts }, () => offsets.int(this.#noise.reports));
    const deviationMs = cityDeviationsMs(world.cities.length, rng.fork('deviations'));
    this.#rttMs = new Float64Array(hosts * hosts);
    this.#deviationMs = new Float64Array(hosts * hosts);
    for (const [from, { city: a }] of world.hosts.entries()) {
      for (const [to, { city: b }] of world.hosts.entries()) {
        const at = from * hosts + to;
        const rttMs = 2 * linkMs(world, from, to);
        const mostMs = (NOISE_SHARE_MAX * rttMs) / (2 * NOISE_MEAN);
        this.#rttMs[at] = rttMs;
        this.#deviationMs[at] = Math.min(mostMs, deviationMs[a * world.cities.length + b] as number);
      }
    }
  }

  exactCostsMs(): Float64Array {
    return this.#rttMs.map((rttMs, at) => measuredCostMs(rttMs / 2, this.#deviationMs[at] as number, 0));
  }

  /** Sends the reports of all probes at a moment; `atMs` is 0 or more. */
  report(atMs: number, onReport: (fromHostId: string, report: LinkReport) => void): void {
    const hosts = this.#hostIds.length;
    const { rttMs, onewayChangeMs, jitterMs, reports } = this.#noise;
    const moment = Math.floor(atMs / REPORT_MS);
    for (let from = 0, at = 0; from < hosts; from += 1) {
      const fromHostId = this.#hostIds[from] as string;
      for (let to = 0; to < hosts; to += 1, at += 1) {
        if (from === to) continue;
        const index = ((this.#offset[at] as number) + moment) % reports;
        const deviationMs = this.#deviationMs[at] as number;
        onReport(fromHostId, {
          toHostId: this.#hostIds[to] as string,
          rttMs: (this.#rttMs[at] as number) + deviationMs * (rttMs[index] as number),
          onewayChangeMs: deviationMs * (onewayChangeMs[index] as number),
          jitterMs: deviationMs * (jitterMs[index] as number),
          lossFast: 0,
          lossSlow: 0,
          slowProbes: 50,
          isSilent: false,
        });
      }
    }
  }
}

/** Returns the mean deviation of one direction of the links between two cities, equal for both, by a × cities + b. */
function cityDeviationsMs(cities: number, rng: Rng): Float64Array {
  const sigma = Math.log(DEVIATION_P95_MS / DEVIATION_MEDIAN_MS) / NORMAL_P95;
  const deviationMs = new Float64Array(cities * cities);
  for (let a = 0; a < cities; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      const ms = (DEVIATION_MEDIAN_MS * Math.exp(sigma * gaussian(rng))) / ROUND_TRIP_DEVIATION;
      deviationMs[a * cities + b] = ms;
      deviationMs[b * cities + a] = ms;
    }
  }
  return deviationMs;
}
