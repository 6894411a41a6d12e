// The centre's key-value store with faults: it can lose the last writes (as in a failover of Redis), answer late, or
// not answer.
import type { ManualClock } from '@meridian/runtime';
import type { Store } from '../../../scheduler/src/copying/store.ts';

/** Age up to which writes can be lost, far above the second in which Redis replicates. */
const HISTORY_MS = 10_000;
const REFUSED_AFTER_MS = 5;
const WRITES_TIDIED_MIN = 1000;

interface Write {
  readonly atMs: number;
  readonly key: string;
  readonly before: string | undefined;
}

export class SimStore implements Store {
  readonly #clock: ManualClock;
  readonly #entries = new Map<string, string>();
  #writes: Write[] = [];
  #trimAt = WRITES_TIDIED_MIN;
  #mode: 'well' | 'down' | { readonly lateMs: number } = 'well';
  /** Time at which writes were last lost; -Infinity if none were. */
  lostAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set mode(mode: 'well' | 'down' | { readonly lateMs: number }) {
    this.#mode = mode;
  }

  get isWell(): boolean {
    return this.#mode === 'well';
  }

  loseLastWrites(lastMs: number): number {
    const sinceMs = this.#clock.nowMs() - lastMs;
    let lost = 0;
    for (let write = this.#writes.at(-1); write !== undefined && write.atMs >= sinceMs; write = this.#writes.at(-1)) {
      this.#writes.pop();
      if (write.before === undefined) this.#entries.delete(write.key);
      else this.#entries.set(write.key, write.before);
      lost += 1;
    }
    if (lost > 0) this.lostAtMs = this.#clock.nowMs();
    return lost;
  }

  /** Removes all entries, as after a lost disk or an administrator's flush. Returns their number. */
  empty(): number {
    const lost = this.#entries.size;
    this.#entries.clear();
    this.#writes = [];
    if (lost > 0) this.lostAtMs = this.#clock.nowMs();
    return lost;
  }

  async load(): Promise<[string, string][]> {
    return [...this.#entries];
  }

  put(key: string, value: string): Promise<void> {
    return this.#step(() => this.#write(key, value));
  }

  remove(key: string): Promise<void> {
    return this.#step(() => this.#write(key, undefined));
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }

  #step(write: () => void): Promise<void> {
    if (this.#mode === 'well') {
      write();
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#mode === 'down') this.#clock.after(REFUSED_AFTER_MS, () => reject(new Error('KV_UNAVAILABLE')));
    else {
      this.#clock.after(this.#mode.lateMs, () => {
        write();
        resolve();
      });
    }
    return promise;
  }

  #write(key: string, value: string | undefined): void {
    const atMs = this.#clock.nowMs();
    this.#writes.push({ atMs, key, before: this.#entries.get(key) });
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, value);
    if (this.#writes.length < this.#trimAt) return;
    this.#writes = this.#writes.filter((one) => one.atMs >= atMs - HISTORY_MS);
    // The limit doubles, so that the cost per write stays constant however many writes the history has.
    this.#trimAt = Math.max(WRITES_TIDIED_MIN, 2 * this.#writes.length);
  }
}
