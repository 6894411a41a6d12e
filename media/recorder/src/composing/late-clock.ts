// Clock of a recording's composer, which runs behind the room: a live viewer needs the picture at once, a recording
// does not. Media may come late, and after a standstill the decoders get the time that they have missed.
import type { Clock } from '@meridian/runtime';

/** Together with `COMPOSE_DELAY_MS` the time for which new tracks wait for their first sender report. */
export const LATE_MS = 1000;
/** Time that passes at once at most; a longer standstill is made up for at twice the pace. */
const STEP_MS_MAX = 100;
/** Standstill that is made up for; a longer one becomes a gap. */
const BEHIND_MS_MAX = 2000;

export class LateClock implements Clock {
  readonly #clock: Clock;
  #beganMs: number;
  #hasBegun = false;
  #askedMs: number;
  #nowMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganMs = clock.nowMs();
    this.#askedMs = this.#beganMs;
    this.#nowMs = this.#beganMs;
  }

  /** Goes on from this time, or from its own if that is later. Until then it stands still. Idempotent. */
  begin(fromMs: number): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#beganMs = Math.max(this.#beganMs, fromMs);
    this.#nowMs = this.#beganMs;
  }

  nowMs(): number {
    if (!this.#hasBegun) return this.#nowMs;
    const nowMs = this.#clock.nowMs();
    const stepMs = 2 * Math.min(nowMs - this.#askedMs, STEP_MS_MAX);
    this.#askedMs = nowMs;
    const dueMs = Math.max(this.#beganMs, nowMs - LATE_MS);
    this.#nowMs = dueMs - this.#nowMs > BEHIND_MS_MAX ? dueMs : Math.min(dueMs, this.#nowMs + stepMs);
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, fn: () => void): ReturnType<Clock['after']> {
    return this.#clock.after(delayMs, fn);
  }

  every(periodMs: number, fn: () => void): ReturnType<Clock['every']> {
    return this.#clock.every(periodMs, fn);
  }
}
