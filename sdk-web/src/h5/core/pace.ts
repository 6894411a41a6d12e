// How much is waiting decides how fast it is played: what builds up delays, what runs dry stops.

/** Arrivals come in bursts: what counts is the least that was waiting in this time. */
const WINDOW_MS = 1000;
/** Less than this is neither heard nor seen. */
const TOLERATED_MS = 20;
const FAR_MS = 100;

/** Watches what is waiting whenever something arrives, and how far that is from what should be. */
export class Pace {
  #sinceMs: number | undefined;
  #leastMs = Number.POSITIVE_INFINITY;
  /** Speed from now on; 1 is that of the sender. */
  rate = 1;

  /**
   * `waitingMs` was waiting when something arrived; `holdMs` should. Returns, once a second, the least of that second
   * less `holdMs`.
   */
  arrived(waitingMs: number, holdMs: number, nowMs: number): number | undefined {
    this.#sinceMs ??= nowMs;
    this.#leastMs = Math.min(this.#leastMs, waitingMs);
    if (nowMs - this.#sinceMs < WINDOW_MS) return undefined;
    const excessMs = this.#leastMs - holdMs;
    this.rate = rateFor(excessMs);
    this.#sinceMs = nowMs;
    this.#leastMs = Number.POSITIVE_INFINITY;
    return excessMs;
  }

  /** Begins anew, after a jump. */
  reset(): void {
    this.#sinceMs = undefined;
    this.#leastMs = Number.POSITIVE_INFINITY;
    this.rate = 1;
  }
}

/** 2 % is not heard, 5 % hardly. */
function rateFor(excessMs: number): number {
  const size = Math.abs(excessMs);
  if (size <= TOLERATED_MS) return 1;
  const change = size > FAR_MS ? 0.05 : 0.02;
  return excessMs > 0 ? 1 + change : 1 - change;
}
