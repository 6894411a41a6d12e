// Bounds the waiting bytes of all viewers of a gateway together; the slowest viewers are ended first.

/** Bound of the process: 45 viewers at their own bound, or half the memory of a small host. */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024;
/** Share of the bound to which ending the slowest viewers reduces the bytes, so that the search runs seldom. */
const RELIEF_SHARE = 7 / 8;

export interface Waiter {
  readonly queuedBytes: number;
  /** Called when the viewer is ended for slowness; it has left already. */
  tooSlow(): void;
}

export interface WaitingPlace {
  /** Notes a write. May end this viewer and others. */
  note(): void;
  leave(): void;
}

export interface WaitingBytesOptions {
  readonly maxBytes?: number;
  onRelief?(viewers: number, bytes: number): void;
}

export class WaitingBytes {
  readonly #maxBytes: number;
  readonly #onRelief: WaitingBytesOptions['onRelief'];
  readonly #noted = new Map<Waiter, number>();
  #sum = 0;

  constructor({ maxBytes = WAITING_BYTES_MAX, onRelief }: WaitingBytesOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#onRelief = onRelief;
  }

  get bytes(): number {
    for (const waiter of this.#noted.keys()) this.#refresh(waiter);
    return this.#sum;
  }

  enter(waiter: Waiter): WaitingPlace {
    this.#noted.set(waiter, 0);
    return { note: () => this.#note(waiter), leave: () => this.#leave(waiter) };
  }

  #note(waiter: Waiter): void {
    if (!this.#noted.has(waiter)) return;
    this.#refresh(waiter);
    // The queues of the viewers may have drained since their last write.
    if (this.#sum > this.#maxBytes && this.bytes > this.#maxBytes) this.#relieve();
  }

  #refresh(waiter: Waiter): void {
    const bytes = waiter.queuedBytes;
    this.#sum += bytes - (this.#noted.get(waiter) ?? 0);
    this.#noted.set(waiter, bytes);
  }

  #leave(waiter: Waiter): void {
    this.#sum -= this.#noted.get(waiter) ?? 0;
    this.#noted.delete(waiter);
  }

  #relieve(): void {
    const before = this.#sum;
    const ended: Waiter[] = [];
    for (const [waiter] of [...this.#noted].sort(([, one], [, other]) => other - one)) {
      if (this.#sum <= this.#maxBytes * RELIEF_SHARE) break;
      this.#leave(waiter);
      ended.push(waiter);
    }
    this.#onRelief?.(ended.length, before);
    for (const waiter of ended) waiter.tooSlow();
  }
}
