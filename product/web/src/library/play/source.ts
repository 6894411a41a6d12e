// The link in use and the bases of its files, renewed while a player loads.
import { MeridianApiError } from '@meridian/api-client';
import type { PlayLink } from '../core/model.ts';
import {
  baseOfPlaylist,
  cacheOf,
  candidates,
  failedAt,
  fileBelow,
  isDue,
  listed,
  onlyPlace,
  type PlaceList,
  type Places,
  placeListUrl,
  readPlaceList,
  urlAt,
  withoutFailures,
} from '../core/places.ts';
import type { PlayClock } from './clock.ts';

export interface SourcePorts {
  readonly clock: PlayClock;
  /** Fetches `playUrl` from the library node; rejects when it does not answer. */
  places(playUrl: string, signal: AbortSignal): Promise<unknown>;
  /** Creates a new link of the same item. Rejects as the API does. */
  link(): Promise<PlayLink>;
}

/** Time that files wait for the list of bases; then the link's own URL is used. */
const PLACES_MS_MAX = 1500;
/** Timeout of a list request; the next one follows on schedule. */
const ANSWER_MS_MAX = 10_000;

export type Renewal = 'renewed' | 'refused' | 'unreachable';

export class Source {
  readonly #ports: SourcePorts;
  /** Base under which hls.js knows the files, whatever the current link is. */
  readonly #base: string;
  #link: PlayLink;
  #places: Places;
  #listing: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #isClosed = false;
  #renewing: Promise<Renewal> | undefined;

  /** Returns undefined when the link has no playlist of a library node. */
  static fromLink(link: PlayLink, ports: SourcePorts): Source | undefined {
    const base = baseOfPlaylist(link.playlistUrl ?? '');
    return base === undefined ? undefined : new Source(link, base, ports);
  }

  private constructor(link: PlayLink, base: string, ports: SourcePorts) {
    this.#link = link;
    this.#base = base;
    this.#ports = ports;
    this.#places = listed(undefined, onlyPlace(base), ports.clock.nowMs());
    this.#refreshBases();
  }

  get link(): PlayLink {
    return this.#link;
  }

  /** Host of the cache in use; '' if none. */
  get cache(): string {
    return cacheOf(this.#places, this.#ports.clock.nowMs())?.host ?? '';
  }

  fileOf(url: string): string | undefined {
    return fileBelow(this.#base, url);
  }

  /** Settles when the bases are known, or after PLACES_MS_MAX. */
  async ready(): Promise<void> {
    const asking = this.#listing;
    if (asking === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = this.#ports.clock.after(PLACES_MS_MAX, resolve);
      void asking.done.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Returns the bases that a request may try now, best first. */
  candidates(tried: ReadonlySet<string>): readonly string[] {
    const nowMs = this.#ports.clock.nowMs();
    if (isDue(this.#places, nowMs)) this.#refreshBases();
    return candidates(this.#places, tried, nowMs);
  }

  urlAt(base: string, file: string): string {
    return urlAt(this.#places, base, file);
  }

  failed(base: string): void {
    this.#places = failedAt(this.#places, base, this.#ports.clock.nowMs());
  }

  /** Allows all bases again. */
  resetFailures(): void {
    this.#places = withoutFailures(this.#places);
  }

  /**
   * Fetches a new link in place of one that failed, unless that was replaced already. Concurrent calls share a request.
   * `refused`: the item is no longer accessible.
   */
  renew(failedLink: PlayLink): Promise<Renewal> {
    if (failedLink !== this.#link) return Promise.resolve('renewed');
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#listing?.stop.abort();
  }

  async #renew(): Promise<Renewal> {
    try {
      const link = await this.#ports.link();
      const base = baseOfPlaylist(link.playlistUrl ?? '');
      if (base === undefined) return 'refused';
      this.#link = link;
      this.#places = listed(this.#places, onlyPlace(base), this.#ports.clock.nowMs());
      this.#listing?.stop.abort(); // belongs to the old link
      this.#listing = undefined;
      this.#refreshBases();
      await this.ready();
      return 'renewed';
    } catch (error) {
      console.info('there is no new link:', error);
      return isRefusal(error) ? 'refused' : 'unreachable';
    }
  }

  /** Runs a single request at a time. After a failure the earlier bases stay. */
  #refreshBases(): void {
    const { playUrl } = this.#link;
    if (playUrl === undefined || this.#listing !== undefined || this.#isClosed) return;
    const stop = new AbortController();
    const done = this.#list(this.#link, playUrl, stop);
    const asking = { stop, done };
    this.#listing = asking;
    void done.then(() => {
      if (this.#listing === asking) this.#listing = undefined;
    });
  }

  async #list(link: PlayLink, playUrl: string, stop: AbortController): Promise<void> {
    const { clock, places } = this.#ports;
    const timer = clock.after(ANSWER_MS_MAX, () => stop.abort());
    let list: PlaceList | undefined;
    try {
      list = readPlaceList(await places(placeListUrl(playUrl, this.#places, clock.nowMs()), stop.signal));
      if (list === undefined) throw new TypeError('an answer without places');
    } catch (error) {
      if (!this.#isClosed && link === this.#link) console.info('places to load from are not known:', error);
    }
    timer.cancel();
    if (link === this.#link) this.#places = listed(this.#places, list ?? this.#places, clock.nowMs());
  }
}

/** Whether the item is no longer accessible. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof MeridianApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
