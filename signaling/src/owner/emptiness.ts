// Measures how long a room has been empty, and when its owner gives it up.
import type { Clock, Timer } from '@meridian/runtime';

export interface EmptinessOptions {
  readonly clock: Clock;
  /** Returns how long the empty room is kept under the present conditions. */
  keptMs(): number;
  /** Called when the room has been empty for this long. */
  onOver(): void;
}

export class Emptiness {
  readonly #o: EmptinessOptions;
  #timer: Timer | undefined;
  #sinceMs: number | undefined;

  constructor(o: EmptinessOptions) {
    this.#o = o;
  }

  /** Starts the countdown, unless it runs already. */
  begin(): void {
    if (this.#sinceMs !== undefined) return;
    this.#sinceMs = this.#o.clock.nowMs();
    this.restart();
  }

  /** Applies a changed `keptMs` while the room is empty. */
  restart(): void {
    const { clock, keptMs, onOver } = this.#o;
    const leftMs = (this.#sinceMs ?? clock.nowMs()) + keptMs() - clock.nowMs();
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, leftMs), onOver);
  }

  /** Ends the countdown: a participant is in the room or waits in front of it. */
  cancel(): void {
    this.close();
    this.#sinceMs = undefined;
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
