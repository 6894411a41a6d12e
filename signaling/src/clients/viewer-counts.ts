// How many watch a room by gateways, as the clients of this signaling node hear: the sum over the roster's hidden
// sessions of gateways, looked at once a second at most.
import { areSameViewers, noViewers, type Viewers } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';

/** Viewers come and go in crowds: no user reads numbers faster, and each change goes to every client. */
export const VIEWERS_EVERY_MS = 1000;

export interface ViewerCountsOptions {
  readonly clock: Clock;
  /** As the roster has them now. */
  now(): Viewers;
  tell(viewers: Viewers): void;
}

export class ViewerCounts {
  readonly #o: ViewerCountsOptions;
  #shown: Viewers = noViewers;
  #pause: Timer | undefined;
  #isStale = false;
  #isClosed = false;

  constructor(o: ViewerCountsOptions) {
    this.#o = o;
  }

  /** What all clients know, or hear within `VIEWERS_EVERY_MS`: a client that comes now begins with it. */
  get shown(): Viewers {
    return this.#shown;
  }

  /** The roster has changed. */
  changed(): void {
    this.#isStale = true;
    if (this.#pause === undefined && !this.#isClosed) this.#refresh();
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#pause?.cancel();
  }

  #refresh(): void {
    this.#isStale = false;
    const viewers = this.#o.now();
    this.#pause = this.#o.clock.after(VIEWERS_EVERY_MS, () => {
      this.#pause = undefined;
      if (this.#isStale) this.#refresh();
    });
    if (areSameViewers(viewers, this.#shown)) return;
    this.#shown = viewers;
    this.#o.tell(viewers);
  }
}
