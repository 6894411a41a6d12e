// A queue with a bound, whose entries have numbers that only rise: what was read is dropped up to a number later, also
// when the oldest have been dropped meanwhile.
export class Waiting<T> {
  readonly #max: number;
  #entries: (T | undefined)[] = [];
  /** Of `#entries`, those before it are dropped. */
  #head = 0;
  /** The number of the first that waits. */
  from = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** True: the oldest had to go for it. */
  add(entry: T): boolean {
    this.#entries.push(entry);
    const isFull = this.size > this.#max;
    if (isFull) this.dropTo(this.from + 1);
    return isFull;
  }

  first(count: number): T[] {
    return this.#entries.slice(this.#head, this.#head + count) as T[];
  }

  /** Those before this number are not needed any more. */
  dropTo(number: number): void {
    const dropped = Math.min(Math.max(0, number - this.from), this.size);
    this.#entries.fill(undefined, this.#head, this.#head + dropped);
    this.#head += dropped;
    this.from += dropped;
    // Seldom, so that a drop costs the same however many wait.
    if (this.#head < 1024 && this.size > 0) return;
    if (this.size > this.#head) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
