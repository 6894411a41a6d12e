// How evenly edges of one site have their viewers while some come and go: the shipping `Edges`, asked by simulated
// viewers in virtual time. Edges say every two seconds how many viewers they have, as real ones do. No IO.
import { Edges } from '@meridian/node-shell';
import { createLogger, ManualClock, type Rng } from '@meridian/runtime';
import { chooseEdge } from '../../../../node-shell/src/edges/choose.ts';
import { choiceOf, idleEdges } from './trace.ts';
import { meanStayMs, STAY_MS_MAX, stayMs, untilNextMs, zipf } from './viewing.ts';

/** Edges that come and go at the beginning of a step, by their place in `capacities`. */
export interface Step {
  readonly name: string;
  readonly joins: readonly number[];
  readonly leaves: readonly number[];
}

export interface SpreadOptions {
  /** Viewers at once, of each edge that there ever is. */
  readonly capacities: readonly number[];
  /** Those that are there when it begins. */
  readonly first: readonly number[];
  readonly steps: readonly Step[];
  readonly stepMs: number;
  /** Of viewers, about. */
  readonly viewers: number;
  readonly contents: number;
  /** Of Zipf's law. */
  readonly exponent: number;
  /** A player asks again for places after this. */
  readonly renewMs: number;
}

export interface StepRow {
  readonly name: string;
  /** The fewest at a time. */
  readonly viewers: number;
  /** Fullness of the fullest edge beside that of all: the highest of the step's first seconds. */
  readonly spreadAtOnce: number;
  /** The highest once every player has asked again. */
  readonly spreadSettled: number;
  /** The highest of all. */
  readonly spreadWorst: number;
  /** Time with more than `SPREAD_AIM`. */
  readonly overBoundS: number;
  /** Of viewers that stay all the time: those at another edge in the end. */
  readonly movedShare: number;
  /** Those who had to: of edges that left, or the share of what came. */
  readonly movedShareIdeal: number;
  /** Of contents: those whose first edge is another. */
  readonly contentsMovedShare: number;
  readonly contentsMovedShareIdeal: number;
  /** Edges with viewers of a content, in the mean of contents that have any. */
  readonly edgesPerContent: number;
  /** Viewers without an edge, the most at a time. */
  readonly atOrigin: number;
}

interface Viewer {
  readonly content: number;
  readonly leavesMs: number;
  /** Best first; what was answered last. */
  bases: readonly number[];
  /** -1: the library node. */
  edge: number;
}

/** Of the fullest edge beside the mean (issue 35). */
export const SPREAD_AIM = 1.25;
const TICK_MS = 1000;
/** As long as a death takes to be seen. */
const AT_ONCE_MS = 5000;
const PLACES = 3;

/** Viewers are there from the beginning; one step without a change goes before those asked for. */
export async function spreadOf(o: SpreadOptions, rng: Rng): Promise<StepRow[]> {
  const site = new Site(o, rng);
  try {
    await site.fill();
    const rows: StepRow[] = [];
    for (const step of [{ name: 'calm', joins: [], leaves: [] }, ...o.steps]) rows.push(await site.run(step));
    return rows;
  } finally {
    site.close();
  }
}

class Site {
  readonly #o: SpreadOptions;
  readonly #rng: Rng;
  readonly #clock = new ManualClock();
  readonly #edges: Edges;
  readonly #idle: ReturnType<typeof idleEdges>;
  readonly #draw: ReturnType<typeof zipf>;
  readonly #perS: number;
  readonly #up: Set<number>;
  readonly #loads: number[];
  readonly #viewers = new Set<Viewer>();
  /** By second: what viewers do in it. */
  readonly #due = new Map<number, (() => void)[]>();
  #nextMs = 0;

  constructor(o: SpreadOptions, rng: Rng) {
    this.#o = o;
    this.#rng = rng;
    this.#idle = idleEdges(o.capacities);
    this.#draw = zipf(o.contents, o.exponent);
    this.#perS = (o.viewers * 1000) / meanStayMs(rng.fork('stays'));
    this.#up = new Set(o.first);
    this.#loads = o.capacities.map(() => 0);
    const servers = this.#idle.map(({ edge }) => edge);
    const log = createLogger({ name: 'bench', level: 'silent' });
    const config = { secret: 'of a bench that asks no edge', servers };
    this.#edges = new Edges({ config, ask: async (url) => this.#status(url), clock: this.#clock, log });
  }

  /** As many as there are at any time, each somewhere in its stay, and time in which all have asked again. */
  async fill(): Promise<void> {
    await this.#tick();
    for (let count = 0; count < this.#o.viewers; count += 1) {
      let stays = stayMs(this.#rng);
      while (this.#rng.next() >= stays / STAY_MS_MAX) stays = stayMs(this.#rng); // long ones are met more often
      this.#enter(stays * this.#rng.next());
      if (count % 200 === 199) await this.#tick();
    }
    for (let ms = 0; ms < 2 * this.#o.renewMs; ms += TICK_MS) await this.#tick();
  }

  async run(step: Step): Promise<StepRow> {
    const before = this.#firstEdges();
    const stayed = new Map([...this.#viewers].map((viewer) => [viewer, viewer.edge]));
    this.#change(step);
    const moved = this.#movedContents(step, before);
    const row = { viewers: Number.POSITIVE_INFINITY, atOnce: 0, settled: 0, worst: 0, overS: 0, atOrigin: 0 };
    for (let ms = 0; ms < this.#o.stepMs; ms += TICK_MS) {
      const { spread, atOrigin } = this.#sight();
      row.viewers = Math.min(row.viewers, this.#viewers.size);
      row.worst = Math.max(row.worst, spread);
      row.atOrigin = Math.max(row.atOrigin, atOrigin);
      if (spread > SPREAD_AIM) row.overS += TICK_MS / 1000;
      if (ms <= AT_ONCE_MS) row.atOnce = Math.max(row.atOnce, spread);
      if (ms > this.#o.renewMs + AT_ONCE_MS) row.settled = Math.max(row.settled, spread);
      await this.#tick();
    }
    const spreads = { spreadAtOnce: row.atOnce, spreadSettled: row.settled, spreadWorst: row.worst };
    const own = { name: step.name, viewers: row.viewers, overBoundS: row.overS, atOrigin: row.atOrigin };
    return Object.assign(own, spreads, this.#movedViewers(step, stayed), moved, {
      edgesPerContent: this.#edgesPerContent(),
    });
  }

  close(): void {
    this.#edges.close();
  }

  #status(url: string) {
    const at = this.#idle.findIndex(({ edge }) => url.startsWith(`${edge.url}/`));
    if (!this.#up.has(at)) throw new Error('it does not answer');
    return { connections: this.#loads[at] ?? 0, originIds: new Set(['lib']) };
  }

  #enter(forMs: number): void {
    const leavesMs = this.#clock.nowMs() + forMs;
    const viewer: Viewer = { content: this.#draw(this.#rng), leavesMs, bases: [], edge: -1 };
    this.#viewers.add(viewer);
    this.#ask(viewer);
    this.#at(leavesMs, () => {
      this.#move(viewer, -1);
      this.#viewers.delete(viewer);
    });
  }

  /** Asks for places, now and again. */
  #ask(viewer: Viewer): void {
    const at = this.#idle[viewer.edge]?.edge.url;
    const chosen = this.#edges.choose(Object.assign({}, choiceOf(viewer.content), { at }), PLACES);
    viewer.bases = chosen.map(({ url }) => this.#idle.findIndex(({ edge }) => edge.url === url));
    this.#play(viewer);
    const againMs = this.#clock.nowMs() + this.#o.renewMs;
    if (againMs < viewer.leavesMs) this.#at(againMs, () => this.#ask(viewer));
  }

  /** At the first of its places that answers. */
  #play(viewer: Viewer): void {
    this.#move(viewer, viewer.bases.find((at) => this.#up.has(at)) ?? -1);
  }

  #move(viewer: Viewer, to: number): void {
    if (viewer.edge >= 0) this.#loads[viewer.edge] = (this.#loads[viewer.edge] ?? 0) - 1;
    if (to >= 0) this.#loads[to] = (this.#loads[to] ?? 0) + 1;
    viewer.edge = to;
  }

  #at(ms: number, act: () => void): void {
    const second = Math.ceil(ms / TICK_MS);
    const due = this.#due.get(second);
    if (due === undefined) this.#due.set(second, [act]);
    else due.push(act);
  }

  async #tick(): Promise<void> {
    this.#clock.advance(TICK_MS);
    await new Promise(setImmediate); // edges have answered
    const second = Math.round(this.#clock.nowMs() / TICK_MS);
    for (const act of this.#due.get(second) ?? []) act();
    this.#due.delete(second);
    while (this.#nextMs <= this.#clock.nowMs()) {
      if (this.#nextMs > 0) this.#enter(stayMs(this.#rng));
      this.#nextMs += untilNextMs(this.#rng, this.#perS);
    }
  }

  #change({ joins, leaves }: Step): void {
    for (const at of joins) this.#up.add(at);
    for (const at of leaves) this.#up.delete(at);
    for (const viewer of this.#viewers) if (leaves.includes(viewer.edge)) this.#play(viewer);
  }

  #sight(): { readonly spread: number; readonly atOrigin: number } {
    const capacityOf = (at: number): number => this.#o.capacities[at] ?? 0;
    const up = [...this.#up];
    const load = up.reduce((sum, at) => sum + (this.#loads[at] ?? 0), 0);
    const mean = load / this.#capacity();
    const fullest = Math.max(...up.map((at) => (this.#loads[at] ?? 0) / capacityOf(at)));
    return { spread: fullest / mean, atOrigin: this.#viewers.size - load };
  }

  #capacity(): number {
    return [...this.#up].reduce((sum, at) => sum + (this.#o.capacities[at] ?? 0), 0);
  }

  /** Of each content, where its first viewer would be led. */
  #firstEdges(): number[] {
    const up = this.#idle.filter((_, at) => this.#up.has(at));
    const firstOf = (content: number): number => {
      const chosen = chooseEdge(up, choiceOf(content));
      return chosen === undefined ? -1 : this.#idle.indexOf(chosen);
    };
    return Array.from({ length: this.#o.contents }, (_, content) => firstOf(content));
  }

  #movedContents(step: Step, before: readonly number[]) {
    const after = this.#firstEdges();
    const { contents } = this.#o;
    const had = before.filter((at) => step.leaves.includes(at)).length;
    const moved = after.filter((at, content) => at !== before[content]).length;
    const contentsMovedShareIdeal = Math.max(had / contents, this.#cameShare(step));
    return { contentsMovedShare: moved / contents, contentsMovedShareIdeal };
  }

  #movedViewers(step: Step, stayed: ReadonlyMap<Viewer, number>) {
    const there = [...stayed].filter(([viewer]) => this.#viewers.has(viewer));
    const moved = there.filter(([viewer, edge]) => viewer.edge !== edge).length;
    const had = there.filter(([, edge]) => step.leaves.includes(edge)).length;
    const movedShareIdeal = Math.max(had / there.length, this.#cameShare(step));
    return { movedShare: moved / there.length, movedShareIdeal };
  }

  /** Of the capacity that is there now: that which came. */
  #cameShare({ joins }: Step): number {
    return joins.reduce((sum, at) => sum + (this.#o.capacities[at] ?? 0), 0) / this.#capacity();
  }

  #edgesPerContent(): number {
    const pairs = new Set([...this.#viewers].map(({ content, edge }) => `${content} ${edge}`));
    const contents = new Set([...this.#viewers].map(({ content }) => content));
    return pairs.size / contents.size;
  }
}
