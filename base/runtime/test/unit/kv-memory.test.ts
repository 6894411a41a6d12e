import { ManualClock, memoryKeyValue } from '@meridian/runtime';
import { keyValueContract } from '@meridian/runtime/kv-contract';
import * as vitest from 'vitest';

const { describe, expect, it } = vitest;

keyValueContract({
  name: 'memory',
  vitest,
  async make() {
    const clock = new ManualClock();
    return {
      kv: memoryKeyValue({ clock, maxEntries: 10_000 }),
      letPass: (ms) => clock.advance(ms),
      dispose: async () => undefined,
    };
  },
});

describe('the memory store', () => {
  it.each([0, -1, 1.5, Number.NaN])('is not made for %d entries', (maxEntries) => {
    expect(() => memoryKeyValue({ clock: new ManualClock(), maxEntries })).toThrow(RangeError);
  });

  it('refuses a new key when it is full, still changes old keys, and takes new keys when room is made', async () => {
    const clock = new ManualClock();
    const kv = memoryKeyValue({ clock, maxEntries: 2 });
    await kv.set('stays', '1');
    await kv.set('expires', '1', { ttlMs: 100 });
    for (const act of [
      () => kv.set('new', 'v'),
      () => kv.setIfAbsent('new', 'v'),
      () => kv.increment('new'),
      () => kv.compareAndSet('new', undefined, 'v'),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'KV_FULL' });
    }
    await kv.set('stays', '2');
    expect(await kv.increment('stays')).toBe(3);
    clock.advance(99);
    await expect(kv.set('new', 'v')).rejects.toMatchObject({ code: 'KV_FULL' });
    clock.advance(1);
    await kv.set('new', 'v');
    expect((await kv.entries('', { limit: 10 })).map(([key]) => key).sort()).toEqual(['new', 'stays']);
  });

  it('ends an entry at exactly its time', async () => {
    const clock = new ManualClock();
    const kv = memoryKeyValue({ clock, maxEntries: 2 });
    await kv.set('k', 'v', { ttlMs: 100 });
    clock.advance(99);
    expect(await kv.get('k')).toBe('v');
    clock.advance(1);
    expect(await kv.get('k')).toBeUndefined();
  });
});
