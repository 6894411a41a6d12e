// How long a publisher whose media node is lost looks for another one. Its encoder is better off elsewhere when none
// can be had; when the answer only takes long, it had better stay: many encoders do not come again by themselves.
import type { Clock, Timer } from '@meridian/runtime';

/** From the loss on, when a try has been refused. With what `NodeWatch` takes, less than 6 s. */
export const REFUSED_MS = 2500;
/** When none was: dialling a media node on another continent and two tries take no longer. */
export const UNANSWERED_MS = 10_000;

export class RejoinLimit {
  readonly #clock: Clock;
  readonly #over: () => void;
  #timer: Timer | undefined;
  #isRefused = false;
  #isLate = false;

  /** `over`: no media node can be had. */
  constructor(clock: Clock, over: () => void) {
    this.#clock = clock;
    this.#over = over;
  }

  /** The media node is lost. */
  lost(): void {
    this.#timer ??= this.#clock.after(REFUSED_MS, () => {
      this.#isLate = true;
      if (this.#isRefused) this.#over();
      else this.#timer = this.#clock.after(UNANSWERED_MS - REFUSED_MS, () => this.#over());
    });
  }

  /** A try has failed. */
  refused(): void {
    this.#isRefused = true;
    if (this.#isLate) this.#over();
  }

  /** There is another. Also ends it; idempotent. */
  found(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isRefused = false;
    this.#isLate = false;
  }
}
