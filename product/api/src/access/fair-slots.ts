// Slots for expensive work. Each address has its own queue, and queues take turns; suspect addresses come last.
import { addressKey } from '@meridian/protocol';
import { Problem } from '../http/problems.ts';

export interface FairSlotsLimits {
  readonly total: number;
  readonly perAddress: number;
  readonly waiting: number;
  readonly waitingPerAddress: number;
}

type Queues = Map<string, Waiting[]>;

interface Waiting {
  start(): void;
  refuse(): void;
}

const RETRY_MS = 1000;

export class FairSlots {
  readonly #limits: FairSlotsLimits;
  readonly #running = new Map<string, number>();
  /** Queues by address, in the order of their turns. */
  readonly #queues: Queues = new Map();
  readonly #suspects: Queues = new Map();
  #total = 0;
  #waiting = 0;

  constructor(limits: FairSlotsLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `work` when the address (for IPv6, its /64) has its turn. Rejects with RATE_LIMITED. `isSuspect`: the address
   * recently gave a wrong password.
   */
  async run<T>(address: string, work: () => Promise<T>, isSuspect = false): Promise<T> {
    const key = addressKey(address);
    if (this.#isFree(key)) this.#takeSlot(key);
    else await this.#wait(key, isSuspect ? this.#suspects : this.#queues);
    try {
      return await work();
    } finally {
      this.#freeSlot(key);
    }
  }

  #isFree(key: string): boolean {
    return this.#total < this.#limits.total && (this.#running.get(key) ?? 0) < this.#limits.perAddress;
  }

  #takeSlot(key: string): void {
    this.#total += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
  }

  #freeSlot(key: string): void {
    this.#total -= 1;
    const left = (this.#running.get(key) ?? 0) - 1;
    if (left > 0) this.#running.set(key, left);
    else this.#running.delete(key);
    for (const queues of [this.#queues, this.#suspects]) this.#startOf(queues);
  }

  /**
   * Starts the first request of each queue whose address has a free slot, and moves that queue to the end, where the
   * loop finds it again.
   */
  #startOf(queues: Queues): void {
    for (const [next, queue] of queues) {
      if (!this.#isFree(next)) continue;
      queues.delete(next);
      const [first, ...rest] = queue;
      if (rest.length > 0) queues.set(next, rest);
      this.#waiting -= 1;
      this.#takeSlot(next);
      first?.start();
    }
  }

  #wait(key: string, queues: Queues): Promise<void> {
    const queue = queues.get(key) ?? [];
    const isFull = this.#waiting >= this.#limits.waiting && !this.#makeRoom(queue.length);
    if (isFull || queue.length >= this.#limits.waitingPerAddress) throw overloaded();
    return new Promise((resolve, reject) => {
      queue.push({ start: resolve, refuse: () => reject(overloaded()) });
      queues.set(key, queue);
      this.#waiting += 1;
    });
  }

  /**
   * Refuses the last request of the longest queue if that is longer than `ownQueueLength` with the newcomer. Returns
   * false if none was refused.
   */
  #makeRoom(ownQueueLength: number): boolean {
    let longest: Waiting[] = [];
    for (const queue of [...this.#suspects.values(), ...this.#queues.values()])
      if (queue.length > longest.length) longest = queue;
    if (longest.length <= ownQueueLength + 1) return false;
    longest.pop()?.refuse();
    this.#waiting -= 1;
    return true;
  }
}

const overloaded = (): Problem => new Problem('RATE_LIMITED', undefined, { retryAfterMs: RETRY_MS });
