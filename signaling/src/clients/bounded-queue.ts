// Bounded queue that numbers its entries, so that read entries can be dropped later even if the bound has dropped older
// entries meanwhile.
export class BoundedQueue<T> {
  readonly #max: number;
  #entries: (T | undefined)[] = [];
  /** Index of the first kept entry of `#entries`. */
  #head = 0;
  /** Number of the first waiting entry. */
  firstNumber = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** Returns true if the oldest entry was dropped for the new one. */
  add(entry: T): boolean {
    this.#entries.push(entry);
    const isFull = this.size > this.#max;
    if (isFull) this.dropBefore(this.firstNumber + 1);
    return isFull;
  }

  first(count: number): T[] {
    return this.#entries.slice(this.#head, this.#head + count) as T[];
  }

  dropBefore(number: number): void {
    const dropped = Math.min(Math.max(0, number - this.firstNumber), this.size);
    this.#entries.fill(undefined, this.#head, this.#head + dropped);
    this.#head += dropped;
    this.firstNumber += dropped;
    // Compacts seldom, so that the cost of a drop does not depend on the queue's length.
    if (this.#head < 1024 && this.size > 0) return;
    if (this.size > this.#head) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
