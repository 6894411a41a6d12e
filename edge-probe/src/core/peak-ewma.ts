// Level of a delay that rises at once and falls slowly (Peak-EWMA, as in Finagle's load balancer), because for routes
// it is worse to miss a queue than to see it for too long. The level follows the median of the last three samples, so
// that one late probe of a busy process does not move a call to another continent. The zero of delays is arbitrary;
// only differences count.

/** Time constant of the fall: after it, a third (1 / e) of the excess over new samples is left. */
export const PEAK_TAU_MS = 10_000;

export class PeakEwma {
  #value: number | undefined;
  #atMs = 0;
  #lastSamples: number[] = [];

  get value(): number | undefined {
    return this.#value;
  }

  add(sample: number, nowMs: number): void {
    this.#lastSamples = [...this.#lastSamples, sample].slice(-3);
    const level = medianOf(this.#lastSamples);
    if (this.#value === undefined || level >= this.#value) this.#value = level;
    else {
      const weight = Math.exp(-Math.max(0, nowMs - this.#atMs) / PEAK_TAU_MS);
      this.#value = weight * this.#value + (1 - weight) * level;
    }
    this.#atMs = nowMs;
  }
}

/** Returns the median of three samples, or the lower of two, because the first probe often includes set-up costs. */
function medianOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
