import type { Clock } from '../clock.ts';
import {
  checkFence,
  checkHolder,
  checkKey,
  checkLimit,
  checkTtl,
  checkValue,
  type Fence,
  fenceKeyOf,
  type KeyValue,
  KeyValueError,
  type KeyValueTtl,
  type LeaseTaken,
  readLeaseText,
} from './kv.ts';

interface Entry {
  value: string;
  /** Expiry on the clock's monotonic scale; infinite without a time to live. */
  expiresAtMs: number;
}

/**
 * Returns a store inside the process. Expired entries are dropped when they are met, and all at once when the store is
 * full; if a new key still finds no room, the call rejects with KV_FULL and changes nothing.
 */
export function memoryKeyValue(o: { clock: Clock; maxEntries: number }): KeyValue {
  const store = new MemoryStore(o.clock, o.maxEntries);
  // Every method is async so that errors arrive as rejections, as from a store across the network.
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
    async takeLease(key, holder, o) {
      return store.takeLease(key, holder, o);
    },
    async renewLease(key, holder, o) {
      return store.renewLease(key, holder, o);
    },
    async releaseLease(key, holder) {
      const isHeld = readLeaseText(store.read(key))?.holder === holder;
      if (isHeld) store.remove(key);
      return isHeld;
    },
    async writeFenced(key, value, fence, ttl) {
      return store.writeFenced(key, value, fence, ttl);
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
    // Bad arguments are refused even when the write would not happen.
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

  takeLease(key: string, holder: string, o: Parameters<KeyValue['takeLease']>[2]): LeaseTaken {
    const { ttlMs, above = 0 } = o;
    checkLease(holder, ttlMs, above);
    const entry = this.#live(key);
    const held = readLeaseText(entry?.value);
    if (entry !== undefined && held !== undefined)
      return { what: 'held', ...held, leftMs: Math.ceil(entry.expiresAtMs - this.#clock.nowMs()) };
    const last = readLeaseText(this.read(fenceKeyOf(key)))?.fence ?? 0;
    if (last < above && o.evenIfForgotten !== true) return { what: 'forgotten' };
    const fence = Math.max(last, above) + 1;
    this.#writeLease(key, `${fence} ${holder}`, ttlMs);
    return { what: 'taken', fence };
  }

  renewLease(key: string, holder: string, o: Parameters<KeyValue['renewLease']>[2]): number | undefined {
    const { ttlMs, raiseTo = 0 } = o;
    checkLease(holder, ttlMs, raiseTo);
    const held = readLeaseText(this.read(key));
    const last = readLeaseText(this.read(fenceKeyOf(key)));
    if (held?.holder !== holder || wasTakenAfter(last, { holder, fence: held.fence })) return undefined;
    const fence = Math.max(held.fence, last?.fence ?? 0, raiseTo);
    this.#writeLease(key, `${fence} ${holder}`, ttlMs);
    return fence;
  }

  writeFenced(key: string, value: string | undefined, writer: Fence, ttl: KeyValueTtl | undefined): boolean {
    checkKey(key);
    if (value !== undefined) checkValue(value);
    checkLease(writer.holder, ttl?.ttlMs ?? 1, writer.fence);
    const fenceKey = fenceKeyOf(writer.leaseKey);
    const last = readLeaseText(this.read(fenceKey));
    if (wasTakenAfter(last, writer)) return false;
    if ((last?.fence ?? 0) < writer.fence) this.write(fenceKey, `${writer.fence} ${writer.holder}`, undefined);
    if (value === undefined) this.remove(key);
    else this.write(key, value, ttl);
    return true;
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

  /** Writes the fence first: without room for both, the lease stays free. */
  #writeLease(key: string, text: string, ttlMs: number): void {
    this.write(fenceKeyOf(key), text, undefined);
    this.write(key, text, { ttlMs });
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

function checkLease(holder: string, ttlMs: number, fence: number): void {
  checkHolder(holder);
  checkTtl({ ttlMs });
  checkFence(fence);
}

/** Returns whether another holder has had the lease under a fence at least as high. */
function wasTakenAfter(
  lastLease: { fence: number; holder: string } | undefined,
  ownLease: { fence: number; holder: string },
): boolean {
  return lastLease !== undefined && lastLease.fence >= ownLease.fence && lastLease.holder !== ownLease.holder;
}
