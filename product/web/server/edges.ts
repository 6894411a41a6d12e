// Fetches the cloud's edges from its gateways and library nodes: pages play from edges, but the page server's
// configuration does not list them.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { textOf } from './body-text.ts';

/** Polling interval; nodes learn of a new edge only by a restart. */
const LOOK_MS = 10_000;
const ANSWER_MS = 5000;
/** A node's maximum (`edges.servers`), with URLs of maximum length. */
const EDGES_MAX = 64;
/** The origin becomes part of a header, so it may contain only a host and a port. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?$/;

export interface KnownEdgesOptions {
  readonly gatewayUrls: readonly string[];
  readonly libraryUrls: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export class KnownEdges {
  readonly #o: KnownEdgesOptions;
  readonly #askedUrls: readonly string[];
  readonly #said = new Map<string, readonly string[]>();
  readonly #silent = new Set<string>();
  readonly #end = new AbortController();
  readonly #timer: Timer | undefined;
  #urls: readonly string[] = [];
  #isLooking = false;

  constructor(o: KnownEdgesOptions) {
    this.#o = o;
    this.#askedUrls = [
      ...o.gatewayUrls.map((url) => new URL('/v1/edges', url).href),
      // A proxy in front of a library node forwards only paths below /library.
      ...o.libraryUrls.map((url) => new URL('/library/edges', url).href),
    ];
    if (this.#askedUrls.length === 0) return;
    this.#timer = o.clock.every(LOOK_MS, () => void this.#look());
    void this.#look();
  }

  /** Origins of the edges; the same array while they do not change. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#end.abort();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await Promise.all(this.#askedUrls.map((url) => this.#ask(url)));
    this.#isLooking = false;
    const urls = [...new Set([...this.#said.values()].flat())].toSorted();
    if (urls.join(' ') === this.#urls.join(' ')) return;
    this.#urls = urls;
    this.#o.log.info({ urls }, 'the page may play from these edges');
  }

  /** A node's last answer stays valid until the next. */
  async #ask(askedUrl: string): Promise<void> {
    try {
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(ANSWER_MS)]);
      this.#said.set(askedUrl, await edgesOf(askedUrl, signal));
      this.#silent.delete(askedUrl);
    } catch (error) {
      if (this.#end.signal.aborted || this.#silent.has(askedUrl)) return;
      this.#silent.add(askedUrl);
      this.#o.log.info({ askedUrl, err: error }, 'a node does not say which edges there are');
    }
  }
}

/** Rejects with the cause of a failure. Drops entries that are no origins. */
async function edgesOf(askedUrl: string, signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch(askedUrl, { signal, redirect: 'error' });
  const { urls } = JSON.parse(await textOf(response.body)) as { readonly urls?: unknown };
  if (!response.ok || !Array.isArray(urls)) throw new Error(`it answers ${response.status}`);
  return urls.filter((url): url is string => typeof url === 'string' && ORIGIN.test(url)).slice(0, EDGES_MAX);
}
