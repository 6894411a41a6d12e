// Least delay of the last five minutes: the delay without a queue. The minimum is stored per slice of time. Times
// passed in never go back.

const SLICE_MS = 30_000;
/** Number of slices: five minutes outlast congestion, and still let the minimum follow a change of route. */
const SLICES = 10;

export class SlidingMin {
  readonly #slices: { index: number; least: number }[] = [];

  add(value: number, nowMs: number): void {
    const index = Math.floor(nowMs / SLICE_MS);
    const last = this.#slices.at(-1);
    if (last?.index === index) last.least = Math.min(last.least, value);
    else this.#slices.push({ index, least: value });
    while ((this.#slices[0]?.index ?? index) <= index - SLICES) this.#slices.shift();
  }

  get least(): number {
    return this.#slices.reduce((least, slice) => Math.min(least, slice.least), Number.POSITIVE_INFINITY);
  }
}
