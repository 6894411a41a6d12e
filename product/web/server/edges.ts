// The edges of the cloud, as its gateways and library nodes say: pages play from them, and their addresses stand in no
// configuration of the page's server.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { textOf } from './body-text.ts';

/** How often the nodes are asked; they learn of another edge by a restart. */
const LOOK_MS = 10_000;
const ANSWER_MS = 5000;
/** As many as a node may have (its `edges.servers`), with addresses as long as they may be. */
const EDGES_MAX = 64;
/** It becomes a part of a header: nothing but a host and a port. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?$/;

export interface KnownEdgesOptions {
  readonly gatewayUrls: readonly string[];
  readonly libraryUrls: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export class KnownEdges {
  readonly #o: KnownEdgesOptions;
  /** Where each node says it. */
  readonly #askedUrls: readonly string[];
  /** As each said last. */
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
      // A proxy in front of a library node passes on what is below this alone.
      ...o.libraryUrls.map((url) => new URL('/library/edges', url).href),
    ];
    if (this.#askedUrls.length === 0) return;
    this.#timer = o.clock.every(LOOK_MS, () => void this.#look());
    void this.#look();
  }

  /** Their origins; the same list for as long as they do not change. */
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

  /** What a node has said counts until it says something else. */
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

/** Rejects with what prevents the answer. What is no origin is left out. */
async function edgesOf(askedUrl: string, signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch(askedUrl, { signal, redirect: 'error' });
  const { urls } = JSON.parse(await textOf(response.body)) as { readonly urls?: unknown };
  if (!response.ok || !Array.isArray(urls)) throw new Error(`it answers ${response.status}`);
  return urls.filter((url): url is string => typeof url === 'string' && ORIGIN.test(url)).slice(0, EDGES_MAX);
}
