// One content that grows: which edges its viewers find it at, when it is fetched by the first of them, and when the
// node has edges fetch it by the shipping `Demand` before viewers are led there. In virtual time. Pure.
import type { Rng } from '@meridian/runtime';
import { copiesOf } from '../../../../library/src/core/copies.ts';
import { Demand } from '../../../../library/src/core/demand.ts';
import { chooseEdge, chooseEdges, type EdgeState, LOAD_FACTOR } from '../../../../node-shell/src/edges/choose.ts';
import { choiceOf, contentName, idleEdges } from './trace.ts';
import { stayMs, untilNextMs } from './viewing.ts';

export interface PrefetchOptions {
  /** Viewers at once, of each edge; half as many watch something else. */
  readonly capacities: readonly number[];
  /** Contents, one after the other, each at a site without it. */
  readonly contents: number;
  /** Viewers that come, doubled again and again up to the most; contents have these in turn. */
  readonly growths: readonly {
    readonly firstPerMinute: number;
    readonly doublingMs: number;
    readonly mostPerMinute: number;
  }[];
  readonly forMs: number;
  /** How far the node looks ahead, and how often. */
  readonly horizonMs: number;
  readonly lookMs: number;
  /** Until an edge has what a player begins with. */
  readonly fetchMs: number;
}

export interface Prefetched extends Record<string, number> {
  readonly viewers: number;
  /** Edges to which viewers of a content were led, in the mean. */
  readonly edgesPerContent: number;
  /** Of first requests at an edge but the first of all: those that found the file there. */
  readonly firstHitRatio: number;
  /** Of viewers: those who did not wait until it was fetched. */
  readonly viewerHitRatio: number;
  /** Of edges that fetched it: those without a viewer in the end. */
  readonly unusedShare: number;
}

/** The same viewers find what the first of them have fetched, and what the node has had fetched. */
export function prefetched(o: PrefetchOptions, rng: Rng): { readonly without: Prefetched; readonly with: Prefetched } {
  const rows = (isWarming: boolean): Seen[] =>
    Array.from({ length: o.contents }, (_, content) => new Growth(o, content, rng.fork(`${content}`)).run(isWarming));
  return { without: figuresOf(rows(false)), with: figuresOf(rows(true)) };
}

interface Seen {
  readonly viewers: number;
  /** Viewers who found it; first ones of an edge, of all edges but the first, and of these who found it. */
  readonly found: number;
  readonly edges: number;
  readonly firstFound: number;
  readonly fetched: number;
}

class Growth {
  readonly #o: PrefetchOptions;
  readonly #content: number;
  readonly #rng: Rng;
  readonly #demand = new Demand(1);
  /** Of each edge: viewers, and since when it has the content. */
  readonly #states: { readonly state: EdgeState; readonly hasFromMs: number }[];
  readonly #used = new Set<number>();
  readonly #leaving: { readonly atMs: number; readonly edge: number }[] = [];
  #seen = { viewers: 0, found: 0, firstFound: 0 };

  constructor(o: PrefetchOptions, content: number, rng: Rng) {
    this.#o = o;
    this.#content = content;
    this.#rng = rng;
    const others = rng.fork('others');
    this.#states = idleEdges(o.capacities).map((state) => {
      const load = Math.round(state.edge.capacity * (0.4 + 0.2 * others.next()));
      return { state: Object.assign({}, state, { load }), hasFromMs: Number.POSITIVE_INFINITY };
    });
  }

  run(isWarming: boolean): Seen {
    let lookMs = 0;
    for (let ms = this.#nextMs(0); ms < this.#o.forMs; ms = this.#nextMs(ms)) {
      for (; lookMs < ms; lookMs += this.#o.lookMs) if (isWarming) this.#warm(lookMs);
      this.#leave(ms);
      this.#enter(ms);
    }
    const fetched = this.#states.filter(({ hasFromMs }) => hasFromMs < Number.POSITIVE_INFINITY).length;
    return Object.assign({ edges: this.#used.size, fetched }, this.#seen);
  }

  #nextMs(ms: number): number {
    const { growths } = this.#o;
    const growth = growths[this.#content % growths.length];
    if (growth === undefined) throw new RangeError('a content grows in some way');
    const { firstPerMinute, mostPerMinute, doublingMs } = growth;
    const perMinute = Math.min(mostPerMinute, firstPerMinute * 2 ** (ms / doublingMs));
    return ms + untilNextMs(this.#rng, perMinute / 60);
  }

  get #subject() {
    return { tenant: 'acme', contentId: contentName(this.#content), site: '' };
  }

  #warm(ms: number): void {
    const { horizonMs, capacities } = this.#o;
    const [hot] = this.#demand.hot(ms, horizonMs);
    if (hot === undefined) return;
    const idle = idleEdges(capacities);
    const order = chooseEdges(idle, choiceOf(this.#content), idle.length).map((state) => idle.indexOf(state));
    const site = order.map((at) => {
      const { load = 0, edge } = this.#states[at]?.state ?? {};
      return { load, capacity: edge?.capacity ?? 0 };
    });
    for (const at of order.slice(0, copiesOf(site, hot.coming, LOAD_FACTOR))) this.#fetch(at, ms);
  }

  #fetch(at: number, ms: number): void {
    const before = this.#states[at];
    if (before === undefined || before.hasFromMs < Number.POSITIVE_INFINITY) return;
    this.#states[at] = { state: before.state, hasFromMs: ms + this.#o.fetchMs };
  }

  #enter(ms: number): void {
    const chosen = chooseEdge(
      this.#states.map(({ state }) => state),
      choiceOf(this.#content),
    );
    const at = this.#states.findIndex(({ state }) => state === chosen);
    if (at < 0) return;
    const isFound = (this.#states[at]?.hasFromMs ?? 0) <= ms;
    this.#seen.viewers += 1;
    if (isFound) this.#seen.found += 1;
    if (isFound && this.#used.size > 0 && !this.#used.has(at)) this.#seen.firstFound += 1;
    this.#used.add(at);
    this.#fetch(at, ms);
    this.#add(at, 1);
    this.#leaving.push({ atMs: ms + stayMs(this.#rng), edge: at });
    this.#demand.started(this.#subject, ms);
  }

  #leave(ms: number): void {
    for (const { edge } of this.#leaving.filter(({ atMs }) => atMs <= ms)) this.#add(edge, -1);
    const left = this.#leaving.filter(({ atMs }) => atMs > ms);
    this.#leaving.splice(0, this.#leaving.length, ...left);
  }

  #add(at: number, viewers: number): void {
    const before = this.#states[at];
    if (before === undefined) return;
    const { state, hasFromMs } = before;
    this.#states[at] = { state: Object.assign({}, state, { load: state.load + viewers }), hasFromMs };
  }
}

function figuresOf(rows: readonly Seen[]): Prefetched {
  const sum = (of: (row: Seen) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const viewers = sum((row) => row.viewers);
  const edges = sum((row) => row.edges);
  const fetched = sum((row) => row.fetched);
  return {
    viewers,
    edgesPerContent: edges / rows.length,
    firstHitRatio: sum((row) => row.firstFound) / sum((row) => Math.max(0, row.edges - 1)),
    viewerHitRatio: sum((row) => row.found) / viewers,
    unusedShare: (fetched - edges) / fetched,
  };
}
