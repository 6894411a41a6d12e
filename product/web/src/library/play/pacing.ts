// Makes hls.js load as much as needed: little before playback, nothing after a long pause.
import type Hls from 'hls.js';
import { bufferOf, type Loading, loadingOf, STILL_MS_MAX } from '../core/loading.ts';
import type { PlayClock, PlayTimer } from './clock.ts';

type Loads = Pick<Hls, 'config' | 'startLoad' | 'stopLoad'>;

export interface PacingOptions {
  readonly hls: Loads;
  readonly element: HTMLMediaElement;
  readonly page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
  readonly clock: PlayClock;
  /** Start position in seconds; -1: the beginning. */
  readonly startS: number;
}

const watchedEvents = ['play', 'pause', 'seeking'] as const;

/** Created once the playlist is known. */
export class Pacing {
  readonly #o: PacingOptions;
  #loading: Loading = 'none';
  #hasStarted = false;
  #hasBegun = false;
  #stillFromMs: number;
  #timer: PlayTimer | undefined;

  constructor(o: PacingOptions) {
    this.#o = o;
    this.#stillFromMs = o.clock.nowMs();
    this.#hasBegun = !o.element.paused;
    for (const event of watchedEvents) o.element.addEventListener(event, this.#onEvent);
    o.page.addEventListener('visibilitychange', this.#update);
    this.#update();
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    for (const event of watchedEvents) this.#o.element.removeEventListener(event, this.#onEvent);
    this.#o.page.removeEventListener('visibilitychange', this.#update);
  }

  readonly #onEvent = ({ type }: Event): void => {
    if (type === 'play') this.#hasBegun = true;
    this.#stillFromMs = this.#o.clock.nowMs();
    this.#update();
  };

  readonly #update = (): void => {
    const { element, page, clock } = this.#o;
    const isPaused = element.paused;
    const stillMs = clock.nowMs() - this.#stillFromMs;
    this.#timer?.cancel();
    if (isPaused && stillMs < STILL_MS_MAX) this.#timer = clock.after(STILL_MS_MAX - stillMs, this.#update);
    const isHidden = page.visibilityState === 'hidden';
    this.#apply(loadingOf({ isPaused, isHidden, hasBegun: this.#hasBegun, stillMs }));
  };

  #apply(wanted: Loading): void {
    const { hls, startS } = this.#o;
    const before = this.#loading;
    if (wanted === before) return;
    this.#loading = wanted;
    if (wanted === 'none') {
      hls.stopLoad();
      return;
    }
    Object.assign(hls.config, bufferOf(wanted));
    if (before !== 'none') return;
    hls.startLoad(this.#hasStarted ? -1 : startS);
    this.#hasStarted = true;
  }
}
