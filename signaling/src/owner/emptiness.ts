// How long a room has been empty, and when its owner gives it up for that.
import type { Clock, Timer } from '@meridian/runtime';

export interface EmptinessOptions {
  readonly clock: Clock;
  /** For how long the room is kept when it is empty, as things stand. */
  keptMs(): number;
  /** The room has been empty for so long. */
  onOver(): void;
}

export class Emptiness {
  readonly #o: EmptinessOptions;
  #timer: Timer | undefined;
  #sinceMs: number | undefined;

  constructor(o: EmptinessOptions) {
    this.#o = o;
  }

  /** The room is empty: from now on, if it was not before. */
  begin(): void {
    if (this.#sinceMs !== undefined) return;
    this.#sinceMs = this.#o.clock.nowMs();
    this.restart();
  }

  /** What `keptMs` depends on has changed while the room is empty. */
  restart(): void {
    const { clock, keptMs, onOver } = this.#o;
    const leftMs = (this.#sinceMs ?? clock.nowMs()) + keptMs() - clock.nowMs();
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, leftMs), onOver);
  }

  /** A participant is in the room, or waits in front of it. */
  over(): void {
    this.close();
    this.#sinceMs = undefined;
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
