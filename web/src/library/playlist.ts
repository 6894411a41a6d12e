// Plays a playlist (HLS) in an element: by hls.js, which is loaded when it is needed, else by the browser itself.
import type Hls from 'hls.js';
import { nameOf, type Quality, qualitiesOf } from './core/qualities.ts';

export interface PlaylistEvents {
  /** As soon as they are known; none when the browser itself plays. */
  onQualities(qualities: readonly Quality[]): void;
  /** The name of that which plays. */
  onNow(name: string): void;
  /** It cannot be played on; the element is free again. */
  onFailed(): void;
}

/** Kept in memory, besides what is played: enough for a line that falters, little for a phone. */
const BUFFER = { aheadS: 20, behindS: 30 } as const;

export class Playlist {
  readonly #element: HTMLMediaElement;
  readonly #url: string;
  readonly #events: PlaylistEvents;
  #hls: Hls | undefined;
  #isClosed = false;

  constructor(element: HTMLMediaElement, url: string, events: PlaylistEvents) {
    this.#element = element;
    this.#url = url;
    this.#events = events;
    this.#open().catch((error: unknown) => this.#fail(error));
  }

  /** From the next picture on; undefined: as the line allows. */
  choose(quality: Quality | undefined): void {
    if (this.#hls !== undefined) this.#hls.nextLevel = quality?.level ?? -1;
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#element.removeEventListener('error', this.#onError);
    if (this.#hls !== undefined) this.#hls.destroy();
    else this.#element.removeAttribute('src');
  }

  async #open(): Promise<void> {
    const { default: Library } = await import('hls.js');
    if (this.#isClosed) return;
    if (Library.isSupported()) this.#byLibrary(Library);
    else if (this.#element.canPlayType('application/vnd.apple.mpegurl') !== '') this.#byBrowser();
    else this.#fail('the browser has neither media sources nor HLS');
  }

  #byLibrary(Library: typeof Hls): void {
    const hls = new Library({
      capLevelToPlayerSize: true,
      maxBufferLength: BUFFER.aheadS,
      backBufferLength: BUFFER.behindS,
    });
    this.#hls = hls;
    const { Events } = Library;
    const list = (): void => this.#events.onQualities(qualitiesOf(hls.levels));
    hls.on(Events.MANIFEST_PARSED, list);
    hls.on(Events.LEVELS_UPDATED, list);
    hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
      const now = hls.levels[level];
      if (now !== undefined) this.#events.onNow(nameOf(now));
    });
    hls.on(Events.ERROR, (_event, { fatal, details }) => {
      if (fatal) this.#fail(details);
    });
    hls.loadSource(this.#url);
    hls.attachMedia(this.#element);
  }

  #byBrowser(): void {
    this.#element.addEventListener('error', this.#onError);
    this.#element.src = this.#url;
  }

  readonly #onError = (): void => this.#fail(this.#element.error);

  #fail(cause: unknown): void {
    if (this.#isClosed) return;
    console.info('the qualities do not play, the file itself does:', cause);
    this.close();
    this.#events.onFailed();
  }
}
