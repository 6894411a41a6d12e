// Level of a delay that rises at once and falls slowly (Peak-EWMA, as in Finagle's load balancer), because for routes
// it is worse to miss a queue than to see it for too long. Samples are the median of the last three, so that one late
// probe of a busy process does not move a call to another continent. The zero of delays is arbitrary; only differences
// count.

/** Time after which a third of a past excess is left. */
export const PEAK_TAU_MS = 10_000;

export class PeakEwma {
  #value: number | undefined;
  #atMs = 0;
  #last: number[] = [];

  get value(): number | undefined {
    return this.#value;
  }

  add(sample: number, nowMs: number): void {
    this.#last = [...this.#last, sample].slice(-3);
    const level = middleOf(this.#last);
    if (this.#value === undefined || level >= this.#value) this.#value = level;
    else {
      const kept = Math.exp(-Math.max(0, nowMs - this.#atMs) / PEAK_TAU_MS);
      this.#value = kept * this.#value + (1 - kept) * level;
    }
    this.#atMs = nowMs;
  }
}

/** Returns the middle of three samples, or the lower of two: the first probe often includes set-up costs. */
function middleOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
