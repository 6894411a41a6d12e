import type { KeyValue } from './kv.ts';

/** Returns the part of a store under `prefix`. `close` closes nothing: the connection belongs to its owner. */
export function prefixedKeyValue(kv: KeyValue, prefix: string): KeyValue {
  const prefixedKey = (key: string): string => {
    if (key === '') throw new RangeError('key is empty');
    return prefix + key;
  };
  return {
    get: async (key) => kv.get(prefixedKey(key)),
    set: async (key, value, o) => kv.set(prefixedKey(key), value, o),
    setIfAbsent: async (key, value, o) => kv.setIfAbsent(prefixedKey(key), value, o),
    compareAndSet: async (key, expected, value, o) => kv.compareAndSet(prefixedKey(key), expected, value, o),
    compareAndDelete: async (key, expected) => kv.compareAndDelete(prefixedKey(key), expected),
    delete: async (key) => kv.delete(prefixedKey(key)),
    take: async (key) => kv.take(prefixedKey(key)),
    increment: async (key) => kv.increment(prefixedKey(key)),
    takeLease: async (key, holder, o) => kv.takeLease(prefixedKey(key), holder, o),
    renewLease: async (key, holder, o) => kv.renewLease(prefixedKey(key), holder, o),
    releaseLease: async (key, holder) => kv.releaseLease(prefixedKey(key), holder),
    writeFenced: async (key, value, fence, o) =>
      kv.writeFenced(prefixedKey(key), value, { ...fence, leaseKey: prefixedKey(fence.leaseKey) }, o),
    async entries(keyPrefix, o) {
      const found = await kv.entries(prefix + keyPrefix, o);
      return found.map(([key, value]) => [key.slice(prefix.length), value]);
    },
    close: () => Promise.resolve(),
  };
}
