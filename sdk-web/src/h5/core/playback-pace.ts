// Adjusts the playback speed to the buffered media: a growing buffer adds delay, an empty one stops playback.

/** Period whose least buffered amount counts, because media arrives in bursts. */
const WINDOW_MS = 1000;
/** Smaller deviations are imperceptible. */
const TOLERATED_MS = 20;
const FAR_MS = 100;

/** Measures at each arrival how much media waits, and its distance from the wanted amount. */
export class PlaybackPace {
  #sinceMs: number | undefined;
  #leastMs = Number.POSITIVE_INFINITY;
  /** Current playback speed; 1 is the sender's. */
  rate = 1;

  /** Returns, once a second, the least `waitingMs` of that second minus `holdMs`. */
  measure(waitingMs: number, holdMs: number, nowMs: number): number | undefined {
    this.#sinceMs ??= nowMs;
    this.#leastMs = Math.min(this.#leastMs, waitingMs);
    if (nowMs - this.#sinceMs < WINDOW_MS) return undefined;
    const excessMs = this.#leastMs - holdMs;
    this.rate = rateFor(excessMs);
    this.#sinceMs = nowMs;
    this.#leastMs = Number.POSITIVE_INFINITY;
    return excessMs;
  }

  reset(): void {
    this.#sinceMs = undefined;
    this.#leastMs = Number.POSITIVE_INFINITY;
    this.rate = 1;
  }
}

/** Returns the speed for an excess. A change of 2 % is inaudible, 5 % is hardly audible. */
function rateFor(excessMs: number): number {
  const size = Math.abs(excessMs);
  if (size <= TOLERATED_MS) return 1;
  const change = size > FAR_MS ? 0.05 : 0.02;
  return excessMs > 0 ? 1 + change : 1 - change;
}
