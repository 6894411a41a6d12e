// Level of a delay: up at once, down slowly (Peak-EWMA, as in Finagle's load balancer): for routes it is worse to miss
// a queue than to see it a little long. A lone sample is no level: of the last three the middle one is taken, so that
// one probe that hit a busy scheduler does not move a call to another continent. Any zero: only differences count.
// Pure, times are arguments.

/** Of what has gone, a third is left after this. */
export const PEAK_TAU_MS = 10_000;

export class PeakEwma {
  #value: number | undefined;
  #atMs = 0;
  #last: number[] = [];

  /** Undefined before the first sample. */
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

/** Of three the middle one, of two the lower: the first probe often pays for what is set up by it. */
function middleOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
