// Plays an HLS playlist in an element: with hls.js, loaded on demand, else natively.
import type Hls from 'hls.js';
import { bufferOf } from '../core/loading.ts';
import { nameOf, type Quality, qualitiesOf } from '../core/qualities.ts';
import type { PlayClock } from './clock.ts';
import { loaderOf } from './loader.ts';
import { Pacing } from './pacing.ts';
import type { Source } from './source.ts';
import { byXhr } from './transport.ts';

export interface PlaylistEvents {
  /** Called as soon as they are known, with none for native playback. */
  onQualities(qualities: readonly Quality[]): void;
  onNow(name: string): void;
  /** Playback cannot continue; the element is free again. */
  onFailed(): void;
}

export interface PlaylistOptions {
  readonly element: HTMLMediaElement;
  readonly url: string;
  /** Source of its files; undefined: URLs of the playlist. */
  readonly source: Source | undefined;
  readonly clock: PlayClock;
  readonly startMs: number;
  readonly events: PlaylistEvents;
}

/** Seconds of played media kept in memory. */
const BEHIND_S = 30;

export class Playlist {
  readonly #o: PlaylistOptions;
  #hls: Hls | undefined;
  #pacing: Pacing | undefined;
  #isClosed = false;

  constructor(o: PlaylistOptions) {
    this.#o = o;
    this.#open().catch((error: unknown) => this.#fail(error));
  }

  /** Chooses a quality from the next segment on; undefined: automatic, by bandwidth. */
  choose(quality: Quality | undefined): void {
    if (this.#hls !== undefined) this.#hls.nextLevel = quality?.level ?? -1;
  }

  /** Idempotent. Does not close the source, which belongs to the caller. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { element } = this.#o;
    element.removeEventListener('error', this.#onError);
    this.#pacing?.close();
    if (this.#hls !== undefined) this.#hls.destroy();
    else element.removeAttribute('src');
  }

  async #open(): Promise<void> {
    const { default: Library } = await import('hls.js');
    if (this.#isClosed) return;
    if (Library.isSupported()) this.#byLibrary(Library);
    else if (this.#o.element.canPlayType('application/vnd.apple.mpegurl') !== '') this.#byBrowser();
    else this.#fail('the browser has neither media sources nor HLS');
  }

  #byLibrary(Library: typeof Hls): void {
    const { element, events, source, clock, startMs, url } = this.#o;
    const startS = startMs > 0 ? startMs / 1000 : -1;
    const hls = new Library({
      capLevelToPlayerSize: true,
      backBufferLength: BEHIND_S,
      autoStartLoad: false, // Pacing starts it
      maxBufferSize: 0,
      ...bufferOf('begin'),
      ...(source !== undefined && { loader: loaderOf({ source, clock, transport: byXhr }), ...once }),
    });
    this.#hls = hls;
    const { Events } = Library;
    const list = (): void => events.onQualities(qualitiesOf(hls.levels));
    hls.on(Events.MANIFEST_PARSED, () => {
      list();
      this.#pacing ??= new Pacing({ hls, element, page: document, clock, startS });
    });
    hls.on(Events.LEVELS_UPDATED, list);
    hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
      const now = hls.levels[level];
      if (now !== undefined) events.onNow(nameOf(now));
    });
    hls.on(Events.ERROR, (_event, { fatal, details }) => {
      if (fatal) this.#fail(details);
    });
    hls.loadSource(url);
    hls.attachMedia(element);
  }

  #byBrowser(): void {
    const { element, startMs, source, url } = this.#o;
    element.addEventListener('error', this.#onError);
    element.src = source?.link.playlistUrl ?? url;
    if (startMs > 0)
      element.addEventListener('loadedmetadata', () => Object.assign(element, { currentTime: startMs / 1000 }), {
        once: true,
      });
  }

  readonly #onError = (): void => this.#fail(this.#o.element.error);

  #fail(cause: unknown): void {
    if (this.#isClosed) return;
    console.info('the qualities do not play, the file itself does:', cause);
    this.close();
    this.#o.events.onFailed();
  }
}

/** The loader itself retries and detects dead bases. */
const never = {
  default: {
    maxTimeToFirstByteMs: Number.POSITIVE_INFINITY,
    maxLoadTimeMs: Number.POSITIVE_INFINITY,
    timeoutRetry: null,
    errorRetry: null,
  },
};
const once = { manifestLoadPolicy: never, playlistLoadPolicy: never, fragLoadPolicy: never };
