// Playback of an item in an element: by renditions, else by its file, with reports and renewal of the link.
import { Store } from '../../room/store.ts';
import type { PlayLink } from '../core/model.ts';
import type { Quality } from '../core/qualities.ts';
import { pageClock } from './clock.ts';
import { Playlist } from './playlist.ts';
import { askPlaces, beaconReport, drawBytes, postReport } from './ports.ts';
import { FileRequest } from './request.ts';
import { isRefusal, Source } from './source.ts';
import { byXhr } from './transport.ts';
import { newWatchId, WatchReporter } from './watch-reporter.ts';

export interface PlaybackOptions {
  readonly element: HTMLMediaElement;
  readonly link: PlayLink;
  readonly startMs: number;
  /** Rejects as the API does. */
  newLink(): Promise<PlayLink>;
  /** Called when neither renditions nor the file play. `isRefused`: no link is to be had any more. */
  onFailed(isRefused: boolean): void;
}

export interface PlaybackState {
  /** The playlist owns the element; otherwise the element plays `fileUrl`. */
  readonly isPlaylist: boolean;
  readonly fileUrl: string;
  readonly qualities: readonly Quality[];
  /** Chosen quality; undefined for the automatic choice by bandwidth. */
  readonly chosen: Quality | undefined;
  /** Name of the current quality; '' if unknown. */
  readonly now: string;
}

interface PlayPosition {
  readonly atS: number;
  readonly isPlaying: boolean;
}

export const firstState = (link: PlayLink): PlaybackState => ({
  isPlaylist: link.playlistUrl !== undefined,
  fileUrl: link.url,
  qualities: [],
  chosen: undefined,
  now: '',
});

const ORIGINAL_QUALITY = 'original';
/** If a file fails within this time after its link was renewed, it does not play at all. */
const RENEWED_MS_LEAST = 10_000;
const watchedEvents = ['timeupdate', 'play', 'pause'] as const;

export class Playback {
  readonly state: Store<PlaybackState>;
  readonly #o: PlaybackOptions;
  readonly #source: Source | undefined;
  readonly #watching: WatchReporter | undefined;
  readonly #playlist: Playlist | undefined;
  #link: PlayLink;
  #renewedMs = Number.NEGATIVE_INFINITY;
  #last: PlayPosition;
  /** Position at which the element continues after loading; until then the element is at 0. */
  #resume: PlayPosition | undefined;
  readonly #sideRequests = new Set<FileRequest>();
  #isClosed = false;

  constructor(o: PlaybackOptions) {
    const { element, link, startMs } = o;
    this.#o = o;
    this.#link = link;
    this.#last = { atS: startMs / 1000, isPlaying: !element.paused };
    this.state = new Store(firstState(link));
    this.#source = Source.fromLink(link, { clock: pageClock, places: askPlaces, link: o.newLink });
    this.#watching = this.#watch();
    for (const event of watchedEvents) element.addEventListener(event, this.#note);
    if (link.playlistUrl === undefined) this.#playFile();
    else this.#playlist = this.#open(link.playlistUrl);
  }

  choose(chosen: Quality | undefined): void {
    this.#playlist?.choose(chosen);
    this.#set({ chosen });
  }

  /** Handles a failed file: retries once with a new link, since the old link may have expired. */
  fileFailed(): void {
    const nowMs = pageClock.nowMs();
    if (nowMs - this.#renewedMs < RENEWED_MS_LEAST) {
      this.#o.onFailed(false);
      return;
    }
    this.#renewedMs = nowMs;
    this.#o.newLink().then(
      (link) => {
        if (this.#isClosed) return;
        this.#link = link;
        this.#playFile();
        // The element loads another address by itself.
        if (link.url === this.state.get().fileUrl) this.#o.element.load();
        else this.#set({ fileUrl: link.url });
      },
      (error: unknown) => {
        console.info('there is no new link:', error);
        if (!this.#isClosed) this.#o.onFailed(isRefusal(error));
      },
    );
  }

  /** Loads a small file beside the media; rejects when unavailable. */
  async load(url: string, responseType: 'text' | 'blob'): Promise<unknown> {
    const source = this.#source;
    const file = source?.fileOf(url);
    if (source === undefined || file === undefined) {
      const response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
      if (!response.ok) throw new Error(`${url}: status ${response.status}`);
      return await response[responseType]();
    }
    return await new Promise((resolve, reject) => {
      const nothing = (): void => undefined;
      const o = { source, clock: pageClock, transport: byXhr };
      const onFailed = (status: number): void => {
        this.#sideRequests.delete(request);
        reject(new Error(`${file}: status ${status}`));
      };
      const onLoaded = (body: unknown): void => {
        this.#sideRequests.delete(request);
        resolve(body);
      };
      const listener = { onTry: nothing, onHead: nothing, onProgress: nothing, onLoaded, onFailed };
      const request = new FileRequest(o, { file, responseType, range: undefined }, listener);
      this.#sideRequests.add(request);
    });
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { element } = this.#o;
    for (const event of watchedEvents) element.removeEventListener(event, this.#note);
    element.removeEventListener('loadedmetadata', this.#goOn);
    this.#watching?.close();
    this.#playlist?.close();
    for (const request of this.#sideRequests) request.close();
    this.#source?.close();
  }

  #watch(): WatchReporter | undefined {
    if (this.#o.link.playUrl === undefined) return undefined;
    return new WatchReporter({
      element: this.#o.element,
      page: window,
      clock: pageClock,
      id: newWatchId(drawBytes),
      url: () => this.#source?.link.playUrl ?? this.#link.playUrl,
      cache: () => (this.state.get().isPlaylist ? this.#source?.cache : undefined),
      post: postReport,
      beacon: beaconReport,
    });
  }

  #open(url: string): Playlist {
    const { element, startMs } = this.#o;
    return new Playlist({
      element,
      url,
      source: this.#source,
      clock: pageClock,
      startMs,
      events: {
        onQualities: (qualities) => this.#set({ qualities }),
        onNow: (now) => {
          this.#watching?.quality(now);
          this.#set({ now });
        },
        onFailed: () => {
          this.#playFile();
          this.#set({ isPlaylist: false, qualities: [], chosen: undefined, now: '' });
        },
      },
    });
  }

  /** The next load continues at the last position. */
  #playFile(): void {
    this.#resume = this.#last;
    this.#watching?.quality(ORIGINAL_QUALITY);
    this.#o.element.addEventListener('loadedmetadata', this.#goOn, { once: true });
  }

  readonly #note = (): void => {
    const { element } = this.#o;
    if (element.error === null && this.#resume === undefined)
      this.#last = { atS: element.currentTime, isPlaying: !element.paused };
  };

  readonly #goOn = (): void => {
    const { element } = this.#o;
    const { atS, isPlaying } = this.#resume ?? this.#last;
    this.#resume = undefined;
    if (atS > 0) element.currentTime = atS;
    if (isPlaying)
      element.play().catch((error: unknown) => console.info('the browser does not play by itself:', error));
  };

  #set(change: Partial<PlaybackState>): void {
    if (!this.#isClosed) this.state.set(Object.assign({}, this.state.get(), change));
  }
}
