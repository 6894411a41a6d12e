// The bytes that wait in the connections of all viewers of one gateway. Each viewer has a bound of its own
// (slow-viewer.ts); a crowd of slow ones has this one, and the slowest go first.

/** Of one process: 45 viewers that are about to be ended for themselves, or the memory of a small host by half. */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024;
/** Down to this share the slowest are ended: so they are not looked for with each packet. */
const RELIEF_SHARE = 7 / 8;

export interface Waiter {
  /** Bytes that wait in its connection now. */
  readonly queuedBytes: number;
  /** It is ended, for it is slow. It has left already. */
  tooSlow(): void;
}

/** What a viewer is to `WaitingBytes` from its begin to its end. */
export interface WaitingPlace {
  /** It was written to. May end it, and others. */
  note(): void;
  /** Idempotent. */
  leave(): void;
}

export interface WaitingBytesOptions {
  readonly maxBytes?: number;
  /** So many viewers are ended, so many bytes waited in all. */
  onRelief?(viewers: number, bytes: number): void;
}

export class WaitingBytes {
  readonly #maxBytes: number;
  readonly #onRelief: WaitingBytesOptions['onRelief'];
  /** Of each what waited when it was looked at last. */
  readonly #noted = new Map<Waiter, number>();
  #sum = 0;

  constructor({ maxBytes = WAITING_BYTES_MAX, onRelief }: WaitingBytesOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#onRelief = onRelief;
  }

  /** What waits in all, looked at now. */
  get bytes(): number {
    for (const waiter of this.#noted.keys()) this.#look(waiter);
    return this.#sum;
  }

  enter(waiter: Waiter): WaitingPlace {
    this.#noted.set(waiter, 0);
    return { note: () => this.#note(waiter), leave: () => this.#leave(waiter) };
  }

  #note(waiter: Waiter): void {
    if (!this.#noted.has(waiter)) return;
    this.#look(waiter);
    // Connections of others may have taken what waited in them since they were written to.
    if (this.#sum > this.#maxBytes && this.bytes > this.#maxBytes) this.#relieve();
  }

  #look(waiter: Waiter): void {
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
