// Slots for expensive work, shared fairly between addresses: each address has a limited number of slots and its own
// queue, and the queues take turns. However much one address asks for, another address waits only for work that already
// runs. Addresses that were recently wrong have their turn only when no other address waits.
import { addressKey } from '@meridian/protocol';
import { Problem } from '../http/problems.ts';

export interface FairSlotsLimits {
  readonly total: number;
  readonly perAddress: number;
  /** Waiting requests in total, and of one address. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
}

type Queues = Map<string, Waiting[]>;

interface Waiting {
  start(): void;
  refuse(): void;
}

/** Pause before a client refused for load tries again. */
const RETRY_MS = 1000;

export class FairSlots {
  readonly #limits: FairSlotsLimits;
  readonly #running = new Map<string, number>();
  /** The queue with the next turn comes first. */
  readonly #queues: Queues = new Map();
  /** Queues of addresses that were recently wrong. */
  readonly #suspects: Queues = new Map();
  #total = 0;
  #waiting = 0;

  constructor(limits: FairSlotsLimits) {
    this.#limits = limits;
  }

  /**
   * Does `work` when the address (IPv6: its /64) has its turn. Rejects with RATE_LIMITED, without work, when the
   * address has too many waiting requests, or when too many wait in total and no other address has more. `isSuspect`:
   * the address was recently wrong.
   */
  async run<T>(address: string, work: () => Promise<T>, isSuspect = false): Promise<T> {
    const key = addressKey(address);
    if (this.#isFree(key)) this.#enter(key);
    else await this.#wait(key, isSuspect ? this.#suspects : this.#queues);
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  #isFree(key: string): boolean {
    return this.#total < this.#limits.total && (this.#running.get(key) ?? 0) < this.#limits.perAddress;
  }

  #enter(key: string): void {
    this.#total += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
  }

  #leave(key: string): void {
    this.#total -= 1;
    const left = (this.#running.get(key) ?? 0) - 1;
    if (left > 0) this.#running.set(key, left);
    else this.#running.delete(key);
    for (const queues of [this.#queues, this.#suspects]) this.#startOf(queues);
  }

  /** A queue that had its turn goes to the end, where the loop finds it again. */
  #startOf(queues: Queues): void {
    for (const [next, queue] of queues) {
      if (!this.#isFree(next)) continue;
      queues.delete(next);
      const [first, ...rest] = queue;
      if (rest.length > 0) queues.set(next, rest);
      this.#waiting -= 1;
      this.#enter(next);
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
   * Refuses the last waiting request of the longest queue, if that queue is longer than `own` and the newcomer. Returns
   * whether a place became free.
   */
  #makeRoom(own: number): boolean {
    let longest: Waiting[] = [];
    for (const queue of [...this.#suspects.values(), ...this.#queues.values()])
      if (queue.length > longest.length) longest = queue;
    if (longest.length <= own + 1) return false;
    longest.pop()?.refuse();
    this.#waiting -= 1;
    return true;
  }
}

const overloaded = (): Problem => new Problem('RATE_LIMITED', undefined, { retryAfterMs: RETRY_MS });
