// Reports playback statistics to the library node. Playback does not depend on the reports.
import { afterEvent, newWatch, reportOf, type Watch, type WatchEvent } from '../core/watch.ts';
import type { PlayClock, PlayTimer } from './clock.ts';

export interface WatchingOptions {
  readonly element: HTMLMediaElement;
  readonly page: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  readonly clock: PlayClock;
  /** 22 random characters of base64url, unique to this playback. */
  readonly id: string;
  /** URL for reports; undefined: none. */
  url(): string | undefined;
  /** Host of the cache in use; undefined if unknown. */
  cache(): string | undefined;
  post(url: string, body: string): Promise<void>;
  /** `navigator.sendBeacon`, which outlives the page. */
  beacon(url: string, body: string): boolean;
}

/** Minimum interval of reports; the node accepts one a second. */
const APART_MS = 1000;
const watchedEvents = [
  'play',
  'playing',
  'waiting',
  'seeking',
  'seeked',
  'pause',
  'ended',
  'timeupdate',
  'ratechange',
] as const;

export class WatchReporter {
  readonly #o: WatchingOptions;
  #watch: Watch = newWatch;
  #seq = 0;
  #sentMs = Number.NEGATIVE_INFINITY;
  #timer: PlayTimer | undefined;
  #isClosed = false;
  #hasFailed = false;

  constructor(o: WatchingOptions) {
    this.#o = o;
    for (const event of watchedEvents) o.element.addEventListener(event, this.#onMedia);
    o.page.addEventListener('pagehide', this.#onLeave);
  }

  quality(name: string): void {
    this.#note({ at: 'quality', name });
  }

  /** Idempotent. Sends a last report. */
  close(): void {
    if (this.#isClosed) return;
    this.#onLeave();
    this.#isClosed = true;
    for (const event of watchedEvents) this.#o.element.removeEventListener(event, this.#onMedia);
    this.#o.page.removeEventListener('pagehide', this.#onLeave);
  }

  readonly #onMedia = ({ type }: Event): void => {
    const at = type as (typeof watchedEvents)[number];
    this.#note({ at: at === 'timeupdate' || at === 'ratechange' ? 'time' : at });
  };

  readonly #onLeave = (): void => {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#send((url, body) => {
      this.#o.beacon(url, body);
    });
  };

  #note(event: WatchEvent): void {
    if (this.#isClosed) return;
    const { next, report } = afterEvent(this.#watch, event, this.#o.clock.nowMs());
    this.#watch = next;
    if (report) this.#report();
  }

  /** Reports now, or when the last report is old enough. */
  #report(): void {
    if (this.#timer !== undefined) return;
    const waitMs = APART_MS - (this.#o.clock.nowMs() - this.#sentMs);
    if (waitMs <= 0) this.#post();
    else this.#timer = this.#o.clock.after(waitMs, this.#post);
  }

  readonly #post = (): void => {
    this.#timer = undefined;
    this.#send((url, body) => {
      this.#o.post(url, body).catch((error: unknown) => {
        if (!this.#hasFailed) console.info('how it plays is not reported:', error);
        this.#hasFailed = true; // the next report contains everything again
      });
    });
  };

  #send(send: (url: string, body: string) => void): void {
    const { clock, element, id } = this.#o;
    const report = reportOf(this.#watch, clock.nowMs());
    const playUrl = this.#o.url();
    if (report === undefined || playUrl === undefined) return;
    this.#seq += 1;
    this.#sentMs = clock.nowMs();
    const positionMs = Math.max(0, Math.round(element.currentTime * 1000)) || 0;
    const body = Object.assign({ watch: id, seq: this.#seq, positionMs }, report, cacheField(this.#o.cache()));
    send(`${playUrl}/watches`, JSON.stringify(body));
  }
}

const cacheField = (cache: string | undefined): { cache?: string } => (cache === undefined ? {} : { cache });

/** Returns 16 random bytes as base64url. */
export function newWatchId(draw: (bytes: Uint8Array<ArrayBuffer>) => unknown): string {
  const bytes = new Uint8Array(16);
  draw(bytes);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
