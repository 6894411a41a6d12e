// Watches the cloud's edge caches by their status, and leads viewers to them.
import { EDGE_HEADER, errorInfoOf } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type EdgeSigns, edgeSignsOf, isEdgeProof } from '../edge-signs.ts';
import { chooseEdges, type Edge, type EdgeChoice, type EdgeState, siteOf } from './choose.ts';
import type { EdgesConfig } from './config.ts';
import type { EdgeStatus } from './status.ts';

/** Interval of queries to an edge; a player gives up a connection after 10 s. */
export const QUERY_INTERVAL_MS = 2000;
const ANSWER_TIMEOUT_MS = 1500;
/** Unanswered queries after which an edge counts as dead; a single lost answer must not. */
const DEAD_AFTER = 2;

export interface EdgesOptions {
  readonly config: EdgesConfig | undefined;
  readonly ask: (url: string, signal: AbortSignal) => Promise<EdgeStatus>;
  readonly clock: Clock;
  readonly log: Logger;
}

export const isFromEdge = (
  edges: Pick<Edges, 'isEdge'> | undefined,
  { headers }: { readonly headers: Readonly<Record<string, unknown>> },
): boolean => edges?.isEdge(headers[EDGE_HEADER]) === true;

interface WatchedEdge {
  readonly edge: Edge;
  failures: number;
  status: EdgeStatus | undefined;
  /** Net number of viewers led to it that its status does not include yet: in this interval and in the previous one. */
  viewersLed: number;
  viewersLedBefore: number;
}

export class Edges {
  readonly signs: EdgeSigns | undefined;
  readonly #o: EdgesOptions;
  readonly #watched: readonly WatchedEdge[];
  readonly #timer: Timer | undefined;
  readonly #end = new AbortController();
  #asking: Promise<unknown> | undefined;

  constructor(o: EdgesOptions) {
    this.#o = o;
    const { config, clock } = o;
    this.signs = config === undefined ? undefined : edgeSignsOf(config.secret);
    this.#watched = (config?.servers ?? []).map((edge) => ({
      edge,
      failures: 0,
      status: undefined,
      viewersLed: 0,
      viewersLedBefore: 0,
    }));
    if (this.#watched.length === 0) return;
    this.#timer = clock.every(QUERY_INTERVAL_MS, () => void this.queryAll());
    void this.queryAll();
  }

  /** All edges of this cloud; each is alive once it has answered. */
  get states(): readonly EdgeState[] {
    return this.#watched.map(({ edge, status, viewersLed: led, viewersLedBefore: ledBefore }) => ({
      edge,
      isAlive: status !== undefined,
      load: Math.max(0, (status?.connections ?? 0) + led + ledBefore),
      originIds: status?.originIds ?? new Set(),
    }));
  }

  isEdge(shown: unknown): boolean {
    return this.signs !== undefined && isEdgeProof(this.signs, shown);
  }

  /**
   * Returns up to `count` edges for another viewer, or for a viewer that is at an edge (`choice.at`), best first, and
   * counts the viewer at the first. Empty when no edge fits.
   */
  choose(choice: EdgeChoice, count: number): readonly Edge[] {
    const at = this.#watched.find(({ edge, status }) => edge.url === choice.at && status !== undefined);
    if (at !== undefined) at.viewersLed -= 1;
    const chosen = chooseEdges(this.states, choice, count).map(({ edge }) => edge);
    const first = this.#watched.find(({ edge }) => edge === chosen[0]);
    if (first !== undefined) first.viewersLed += 1;
    return chosen;
  }

  /** Returns `siteOf` without counting a viewer. */
  site(choice: EdgeChoice): readonly EdgeState[] {
    return siteOf(this.states, choice);
  }

  /** Queries all edges, unless that is under way. Resolves when all have answered or were given up. */
  async queryAll(): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#asking ??= Promise.all(this.#watched.map((one) => this.#query(one))).finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  close(): void {
    this.#timer?.cancel();
    this.#end.abort();
  }

  async #query(watched: WatchedEdge): Promise<void> {
    const { ask, clock, log } = this.#o;
    const { url } = watched.edge;
    const timeLimit = new AbortController();
    const timer = clock.after(ANSWER_TIMEOUT_MS, () => timeLimit.abort());
    const wasAlive = watched.status !== undefined;
    watched.viewersLedBefore = watched.viewersLed;
    watched.viewersLed = 0;
    try {
      const signal = AbortSignal.any([timeLimit.signal, this.#end.signal]);
      watched.status = await ask(`${url}/edge/${this.signs?.statusName}`, signal);
      watched.failures = 0;
      if (!wasAlive) log.info({ edge: url }, 'an edge answers');
    } catch (error) {
      watched.failures += 1;
      if (watched.failures < DEAD_AFTER || !wasAlive) return;
      watched.status = undefined;
      if (!this.#end.signal.aborted)
        log.warn({ edge: url, err: errorInfoOf(error) }, 'an edge does not answer: no viewer is led there');
    } finally {
      timer.cancel();
    }
  }
}
