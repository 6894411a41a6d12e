// Viewers of a room by gateways: the sum over the roster's hidden gateway sessions, refreshed at most once a second.
import { areSameViewers, noViewers, type Viewers } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';

/** Shortest interval of changes: no user reads numbers faster, and each change goes to every client. */
export const VIEWERS_EVERY_MS = 1000;

export interface ViewerCountsOptions {
  readonly clock: Clock;
  current(): Viewers;
  show(viewers: Viewers): void;
}

export class ViewerCounts {
  readonly #o: ViewerCountsOptions;
  #shown: Viewers = noViewers;
  #pauseTimer: Timer | undefined;
  #isStale = false;
  #isClosed = false;

  constructor(o: ViewerCountsOptions) {
    this.#o = o;
  }

  /** Numbers that all clients know or get within `VIEWERS_EVERY_MS`; a newcomer begins with them. */
  get shown(): Viewers {
    return this.#shown;
  }

  changed(): void {
    this.#isStale = true;
    if (this.#pauseTimer === undefined && !this.#isClosed) this.#refresh();
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#pauseTimer?.cancel();
  }

  #refresh(): void {
    this.#isStale = false;
    const viewers = this.#o.current();
    this.#pauseTimer = this.#o.clock.after(VIEWERS_EVERY_MS, () => {
      this.#pauseTimer = undefined;
      if (this.#isStale) this.#refresh();
    });
    if (areSameViewers(viewers, this.#shown)) return;
    this.#shown = viewers;
    this.#o.show(viewers);
  }
}
