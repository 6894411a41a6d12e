import type { Clock } from '../clock.ts';
import { checkKey, checkLimit, checkTtl, checkValue, type KeyValue, KeyValueError, type KeyValueTtl } from './kv.ts';

interface Entry {
  value: string;
  /** On the clock's monotonic scale; infinite without a time to live. */
  expiresAtMs: number;
}

/**
 * The store inside the process. Expired entries are dropped when they are met, and all at once when the store is full;
 * a new key that still finds no room fails with KV_FULL and leaves the store as it was.
 */
export function memoryKeyValue(o: { clock: Clock; maxEntries: number }): KeyValue {
  const store = new MemoryStore(o.clock, o.maxEntries);
  // Every method is async so that errors arrive as rejections, as they do from a store across the network.
  return {
    async get(key) {
      return store.read(key);
    },
    async set(key, value, ttl) {
      store.write(key, value, ttl);
    },
    async setIfAbsent(key, value, ttl) {
      return store.writeOver(key, undefined, value, ttl);
    },
    async compareAndSet(key, expected, value, ttl) {
      return store.writeOver(key, expected, value, ttl);
    },
    async compareAndDelete(key, expected) {
      const matches = store.read(key) === expected;
      if (matches) store.remove(key);
      return matches;
    },
    async delete(key) {
      store.remove(key);
    },
    async take(key) {
      const value = store.read(key);
      store.remove(key);
      return value;
    },
    async increment(key) {
      return store.increment(key);
    },
    async entries(prefix, { limit }) {
      return store.list(prefix, limit);
    },
    async close() {
      store.close();
    },
  };
}

class MemoryStore {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(clock: Clock, maxEntries: number) {
    if (!Number.isInteger(maxEntries) || maxEntries < 1)
      throw new RangeError(`maxEntries must be a whole number ≥ 1, not ${maxEntries}`);
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  read(key: string): string | undefined {
    return this.#live(key)?.value;
  }

  write(key: string, value: string, ttl: KeyValueTtl | undefined): void {
    checkValue(value);
    checkTtl(ttl);
    const isNew = this.#live(key) === undefined;
    if (isNew) this.#makeRoom();
    const expiresAtMs = ttl?.ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.nowMs() + ttl.ttlMs;
    this.#entries.set(key, { value, expiresAtMs });
  }

  writeOver(key: string, expected: string | undefined, value: string, ttl: KeyValueTtl | undefined): boolean {
    // Bad arguments are refused whether or not the write would have happened.
    checkValue(value);
    checkTtl(ttl);
    if (this.read(key) !== expected) return false;
    this.write(key, value, ttl);
    return true;
  }

  remove(key: string): void {
    this.#live(key);
    this.#entries.delete(key);
  }

  increment(key: string): number {
    const entry = this.#live(key);
    const before = entry?.value ?? '0';
    const after = Number(before) + 1;
    if (!/^(0|-?[1-9]\d*)$/.test(before) || !Number.isSafeInteger(after))
      throw new KeyValueError('KV_NOT_A_COUNTER', 'the value is not a whole number that can be incremented');
    if (entry === undefined) this.write(key, String(after), undefined);
    else entry.value = String(after);
    return after;
  }

  list(prefix: string, limit: number): [string, string][] {
    this.#checkOpen();
    checkLimit(limit);
    const found: [string, string][] = [];
    const nowMs = this.#clock.nowMs();
    for (const [key, entry] of this.#entries) {
      if (found.length === limit) break;
      if (key.startsWith(prefix) && entry.expiresAtMs > nowMs) found.push([key, entry.value]);
    }
    return found;
  }

  close(): void {
    this.#closed = true;
    this.#entries.clear();
  }

  #live(key: string): Entry | undefined {
    this.#checkOpen();
    checkKey(key);
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAtMs > this.#clock.nowMs()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#maxEntries) return;
    const nowMs = this.#clock.nowMs();
    for (const [key, entry] of this.#entries) if (entry.expiresAtMs <= nowMs) this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries)
      throw new KeyValueError('KV_FULL', `the store holds its ${this.#maxEntries} entries`);
  }

  #checkOpen(): void {
    if (this.#closed) throw new KeyValueError('KV_CLOSED', 'the store is closed');
  }
}
