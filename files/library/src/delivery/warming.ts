// Has edges prefetch contents in demand before viewers are sent there (docs/adr/0037-library-delivery.md).
import { type EdgeState, LIBRARY_SLICE_BYTES, LOAD_FACTOR } from '@meridian/node-shell';
import type { Store } from '@meridian/object-store';
import { EDGE_HEADER, errorInfoOf, MeridianError, ORIGINAL_NAME } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { beginningOf, MASTER_FILE, ORIGINAL_BYTES, playlistsOf, slicesOf } from '../core/beginning.ts';
import { copiesOf } from '../core/copies.ts';
import type { Demand, HotContent, Subject } from '../core/demand.ts';
import { contentPrefix } from '../core/names.ts';
import type { ContentToken } from '../serving/tokens.ts';
import type { Places } from './places.ts';

/** Sends a request to an edge; resolves when the edge has fetched the requested bytes. */
export type AskEdge = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<{ readonly status: number }>;

export interface WarmingOptions {
  readonly demand: Demand;
  readonly places: Pick<Places, 'edges' | 'siteOf' | 'edgePathOf'>;
  readonly store: Pick<Store, 'get' | 'head'>;
  readonly ask: AskEdge;
  readonly clock: Clock;
  readonly log: Logger;
  onWarmed(outcome: 'fetched' | 'failed'): void;
}

const SPREAD_EVERY_MS = 5000;
/** Copies are made for the viewers expected within this time. */
const HORIZON_MS = 60_000;
/** Time for which an edge counts as holding a prefetched content, though the edge may have evicted the content. */
const WARM_MS = 10 * 60_000;
/** Bound of concurrent fetches by edges, and (`WAITING_MAX`) of their queue, which is short since demand changes. */
const PARALLEL_FETCHES = 4;
const WAITING_MAX = 64;
const KNOWN_MAX = 4096;
/** Time limit of an edge that fetches a slice across an ocean; nginx's own limit is longer. */
const ANSWER_MS = 30_000;

interface PlaybackStart {
  readonly opened: Pick<ContentToken, 'tenant' | 'contentId' | 'fence'>;
  readonly token: string;
  readonly address: string;
}

export class Warming {
  readonly #o: WarmingOptions;
  readonly #started = new Map<string, PlaybackStart>();
  /** Monotonic time until which an edge holds a content, by content and edge. */
  readonly #warm = new Map<string, number>();
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #end = new AbortController();
  readonly #timer: Timer;

  constructor(o: WarmingOptions) {
    this.#o = o;
    this.#timer = o.clock.every(SPREAD_EVERY_MS, () => void this.spreadHot());
  }

  async notePlaybackStart(
    opened: PlaybackStart['opened'],
    { token, address }: Pick<PlaybackStart, 'token' | 'address'>,
  ): Promise<void> {
    const [first] = await this.#o.places.siteOf(opened, address);
    if (first === undefined || this.#end.signal.aborted) return;
    const { tenant, contentId } = opened;
    const subject: Subject = { tenant, contentId, site: siteName(first) };
    this.#o.demand.started(subject, this.#o.clock.nowMs());
    setNewest(this.#started, keyOf(subject), { opened, token, address });
  }

  async spreadHot(): Promise<void> {
    const { demand, clock } = this.#o;
    for (const hot of demand.hot(clock.nowMs(), HORIZON_MS)) await this.#spread(hot);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    this.#end.abort();
    this.#waiting.length = 0;
    await this.settled();
  }

  async #spread({ subject, expectedViewers: coming }: HotContent): Promise<void> {
    const started = this.#started.get(keyOf(subject));
    if (started === undefined) return;
    const site = await this.#o.places.siteOf(started.opened, started.address);
    const loads = site.map(({ edge, load }) => ({ load, capacity: edge.capacity }));
    const nowMs = this.#o.clock.nowMs();
    for (const { edge } of site.slice(0, copiesOf(loads, coming, LOAD_FACTOR))) {
      const key = `${subject.contentId} ${edge.url}`;
      if ((this.#warm.get(key) ?? 0) > nowMs || this.#waiting.length >= WAITING_MAX) continue;
      setNewest(this.#warm, key, nowMs + WARM_MS);
      this.#waiting.push(() => this.#warmAt(edge.url, key, started));
    }
    this.#next();
  }

  #next(): void {
    while (this.#running.size < PARALLEL_FETCHES && !this.#end.signal.aborted) {
      const run = this.#waiting.shift()?.();
      if (run === undefined) return;
      this.#running.add(run);
      void run.finally(() => {
        this.#running.delete(run);
        this.#next();
      });
    }
  }

  async #warmAt(edgeUrl: string, key: string, { opened, token }: PlaybackStart): Promise<void> {
    const { places, log, onWarmed } = this.#o;
    const path = places.edgePathOf(opened.contentId, token);
    if (path === undefined) return;
    try {
      for (const { file, at } of await this.#slicesOf(opened)) await this.#ask(`${edgeUrl}${path}/${file}`, at);
      onWarmed('fetched');
    } catch (error) {
      this.#warm.delete(key);
      onWarmed('failed');
      log.debug({ err: errorInfoOf(error), edge: edgeUrl, contentId: opened.contentId }, 'an edge did not prefetch');
    }
  }

  /** Requests one byte, for which the edge fetches the slice at `at`; without `at`, requests the whole file. */
  async #ask(url: string, at: number | undefined): Promise<void> {
    const { ask, places, clock } = this.#o;
    const answerLimit = new AbortController();
    const timer = clock.after(ANSWER_MS, () => answerLimit.abort());
    const headers: Record<string, string> = { [EDGE_HEADER]: places.edges.signs?.proof ?? '' };
    if (at !== undefined) headers['range'] = `bytes=${at}-${at}`;
    try {
      const { status } = await ask(url, headers, AbortSignal.any([answerLimit.signal, this.#end.signal]));
      if (status !== 200 && status !== 206) throw new MeridianError('NODE_UNREACHABLE', `HTTP ${status}`);
    } finally {
      timer.cancel();
    }
  }

  /** Returns the playlists and beginnings of all qualities, or the beginning of the original. */
  async #slicesOf({ tenant, contentId }: PlaybackStart['opened']): Promise<{ file: string; at: number | undefined }[]> {
    const { store } = this.#o;
    const prefix = contentPrefix(tenant, contentId);
    const textOf = async (file: string): Promise<string> =>
      Buffer.from(await store.get(`${prefix}${file}`, { signal: this.#end.signal })).toString();
    if ((await store.head(`${prefix}${MASTER_FILE}`)) === undefined) {
      const bytes = Math.min(ORIGINAL_BYTES, (await store.head(`${prefix}${ORIGINAL_NAME}`))?.bytes ?? 0);
      return slicesOf([{ file: ORIGINAL_NAME, from: 0, bytes }], LIBRARY_SLICE_BYTES);
    }
    const playlists = playlistsOf(await textOf(MASTER_FILE));
    const ranges = await Promise.all(playlists.map(async (file) => beginningOf(await textOf(file))));
    const whole = [MASTER_FILE, ...playlists].map((file) => ({ file, at: undefined }));
    return [...whole, ...slicesOf(ranges.flat(), LIBRARY_SLICE_BYTES)];
  }
}

export const fetchAtEdge: AskEdge = async (url, headers, signal) => {
  const answer = await fetch(url, { headers, signal, redirect: 'error' });
  await answer.arrayBuffer();
  return answer;
};

const siteName = ({ edge }: EdgeState): string =>
  `${edge.region} ${edge.latitude.toFixed(1)} ${edge.longitude.toFixed(1)}`;
const keyOf = ({ tenant, contentId, site }: Subject): string => `${tenant} ${contentId} ${site}`;

/** Sets an entry and evicts the oldest above the bound. */
function setNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KNOWN_MAX && oldest !== undefined) map.delete(oldest);
}
