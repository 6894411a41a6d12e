// Limits how long a publisher that lost its media node searches for another. After refusals its encoder should try
// another gateway; a slow answer is awaited, because many encoders do not reconnect.
import type { Clock, Timer } from '@meridian/runtime';

/** Limit after a refused attempt, from the loss on. With `NodeWatch`'s time it is less than 6 s. */
export const REFUSED_MS = 2500;
/** Limit without a refusal, enough to dial a media node on another continent and for two attempts. */
export const UNANSWERED_MS = 10_000;

export class RejoinLimit {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #timer: Timer | undefined;
  #isRefused = false;
  #isLate = false;

  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  nodeLost(): void {
    this.#timer ??= this.#clock.after(REFUSED_MS, () => {
      this.#isLate = true;
      if (this.#isRefused) this.#onOver();
      else this.#timer = this.#clock.after(UNANSWERED_MS - REFUSED_MS, () => this.#onOver());
    });
  }

  refused(): void {
    this.#isRefused = true;
    if (this.#isLate) this.#onOver();
  }

  /** Stops the limit because another node was found, or at the end. Idempotent. */
  found(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isRefused = false;
    this.#isLate = false;
  }
}
