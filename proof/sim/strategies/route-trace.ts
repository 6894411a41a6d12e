// Plans the routes of a world over time only once, so that all strategies of a run, and all runs with the same links,
// have the same routes at the same times.
import { type HostDelays, type RoomPaths, roomPaths } from '@meridian/scheduler/core';
import { hasSameLinks, type Links, type World } from '../world.ts';
import { type Routes, type SimRoutes, warmRoutes } from './routes.ts';

/** Interval at which the planner's routes are recorded. */
const STEP_MS = 20_000;
/** Largest age of recorded delays if no path changes. */
const FRESH_MS = 120_000;

interface Moment {
  readonly via: Int16Array;
  /** Delays by from × number of hosts + to. */
  readonly delayMs: Float64Array;
}

class RouteTrace {
  /** A world with these links. */
  readonly world: World;
  readonly hosts: number;
  readonly rttMs: Float64Array;
  readonly #routes: SimRoutes;
  readonly #moments: Moment[];

  constructor(world: World, mayRelay: boolean) {
    this.#routes = warmRoutes(world, mayRelay);
    this.world = world;
    this.hosts = world.hosts.length;
    const { delays, hostIds } = this.#routes;
    this.rttMs = Float64Array.from({ length: this.hosts ** 2 }, (_, at) =>
      delays.rttMs(hostIds[Math.floor(at / this.hosts)] ?? '', hostIds[at % this.hosts] ?? ''),
    );
    this.#moments = [this.#moment()];
  }

  get indexOf(): ReadonlyMap<string, number> {
    return this.#routes.indexOf;
  }

  /** Returns the step of a time; after routes have settled, the last step. */
  stepAt(nowMs: number): number {
    return Math.floor(Math.min(nowMs, this.world.links.settledAtMs ?? nowMs) / STEP_MS);
  }

  /** Returns the routes at a step; a step without changes repeats those of the step before. */
  at(step: number): Moment {
    for (let next = this.#moments.length; next <= step; next += 1) {
      const isChanged = this.#routes.advance(next * STEP_MS);
      const before = this.#moments[next - 1] as Moment;
      const isOld = next % (FRESH_MS / STEP_MS) === 0;
      this.#moments.push(isChanged || isOld ? this.#moment() : before);
    }
    return this.#moments[step] as Moment;
  }

  #moment(): Moment {
    const { vias, delaysMs } = this.#routes;
    return { via: vias.slice(), delayMs: delaysMs.slice() };
  }
}

/** A strategy's position on a trace. */
class TracedRoutes implements Routes {
  readonly #trace: RouteTrace;
  readonly delays: HostDelays;
  #step = 0;
  #moment: Moment;
  #paths: { moment: Moment; paths: RoomPaths } | undefined;

  constructor(trace: RouteTrace) {
    this.#trace = trace;
    this.#moment = trace.at(0);
    const at = (from: string, to: string): number =>
      (trace.indexOf.get(from) ?? Number.NaN) * trace.hosts + (trace.indexOf.get(to) ?? Number.NaN);
    const step = (): number => this.#step;
    this.delays = {
      get version() {
        return step();
      },
      delayMs: (from, to) => (from === to ? 0 : (this.#moment.delayMs[at(from, to)] ?? Number.NaN)),
      rttMs: (a, b) => trace.rttMs[at(a, b)] ?? Number.NaN,
    };
  }

  advance(nowMs: number): boolean {
    const before = this.#moment;
    this.#step = Math.max(this.#step, this.#trace.stepAt(nowMs));
    this.#moment = this.#trace.at(this.#step);
    return before !== this.#moment && before.via.some((via, at) => via !== this.#moment.via[at]);
  }

  get paths(): RoomPaths {
    if (this.#paths?.moment !== this.#moment) {
      const paths = roomPaths(this.#trace.hosts, this.#moment.delayMs);
      this.#paths = { moment: this.#moment, paths };
    }
    return this.#paths.paths;
  }

  via(from: number, to: number): number {
    return this.#moment.via[from * this.#trace.hosts + to] ?? -1;
  }
}

const traces = new WeakMap<Links, Map<boolean, RouteTrace>>();

/**
 * Returns the routes of the whole fleet from the end of the warm-up on. Equal links give equal routes at equal times,
 * so strategies can be compared. `admitted`: pairs within the relay budget.
 */
export function planRoutes(world: World, mayRelay: boolean, admitted?: ReadonlySet<number>): Routes {
  if (admitted !== undefined) return warmRoutes(world, mayRelay, admitted);
  const ofLinks = traces.get(world.links) ?? new Map<boolean, RouteTrace>();
  traces.set(world.links, ofLinks);
  const trace = ofLinks.get(mayRelay) ?? new RouteTrace(world, mayRelay);
  ofLinks.set(mayRelay, trace);
  if (!hasSameLinks(trace.world, world)) throw new Error('worlds that share `links` must have the same hosts');
  return new TracedRoutes(trace);
}
