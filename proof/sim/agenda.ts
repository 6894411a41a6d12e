// Schedules future events of a simulated clock in a binary heap. Events at the same time run in the order of insertion,
// so runs are repeatable.
interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class Agenda {
  readonly #heap: Entry[] = [];
  #count = 0;
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Schedules `run` for a time; a time in the past counts as now. */
  at(atMs: number, run: () => void): void {
    this.#count += 1;
    const heap = this.#heap;
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#count, run };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  after(ms: number, run: () => void): void {
    this.at(this.#nowMs + ms, run);
  }

  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      this.#nowMs = next.atMs;
      next.run();
    }
  }

  #take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      if (left >= heap.length) break;
      const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
