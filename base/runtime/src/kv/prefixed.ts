import type { KeyValue } from './kv.ts';

/** Returns the part of a store under `prefix`. `close` closes nothing: the connection belongs to its owner. */
export function prefixedKeyValue(kv: KeyValue, prefix: string): KeyValue {
  const at = (key: string): string => {
    if (key === '') throw new RangeError('key is empty');
    return prefix + key;
  };
  return {
    get: async (key) => kv.get(at(key)),
    set: async (key, value, o) => kv.set(at(key), value, o),
    setIfAbsent: async (key, value, o) => kv.setIfAbsent(at(key), value, o),
    compareAndSet: async (key, expected, value, o) => kv.compareAndSet(at(key), expected, value, o),
    compareAndDelete: async (key, expected) => kv.compareAndDelete(at(key), expected),
    delete: async (key) => kv.delete(at(key)),
    take: async (key) => kv.take(at(key)),
    increment: async (key) => kv.increment(at(key)),
    takeLease: async (key, holder, o) => kv.takeLease(at(key), holder, o),
    renewLease: async (key, holder, o) => kv.renewLease(at(key), holder, o),
    releaseLease: async (key, holder) => kv.releaseLease(at(key), holder),
    writeFenced: async (key, value, fence, o) =>
      kv.writeFenced(at(key), value, { ...fence, leaseKey: at(fence.leaseKey) }, o),
    async entries(keyPrefix, o) {
      const found = await kv.entries(prefix + keyPrefix, o);
      return found.map(([key, value]) => [key.slice(prefix.length), value]);
    },
    close: () => Promise.resolve(),
  };
}
