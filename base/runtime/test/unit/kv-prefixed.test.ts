import { ManualClock, memoryKeyValue, prefixedKeyValue } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';

describe('a part of a store', () => {
  it('has keys, leases and fences of its own', async () => {
    const kv = memoryKeyValue({ clock: new ManualClock(), maxEntries: 100 });
    const [one, other] = [prefixedKeyValue(kv, 'one/'), prefixedKeyValue(kv, 'other/')];
    await one.set('key', '1');
    await other.set('key', '2');
    expect(await one.entries('', { limit: 10 })).toEqual([['key', '1']]);
    expect(await one.takeLease('lease', 'a', { ttlMs: 100 })).toMatchObject({ what: 'taken', fence: 1 });
    expect(await other.takeLease('lease', 'b', { ttlMs: 100 })).toMatchObject({ what: 'taken', fence: 1 });
    expect(await other.writeFenced('x', 'y', { leaseKey: 'lease', holder: 'b', fence: 1 })).toBe(true);
    expect(await kv.get('other/x')).toBe('y');
    expect((await kv.entries('', { limit: 10 })).map(([key]) => key).sort()).toContain('one/lease/fence');
  });

  it('passes every step on, refuses an empty key, and closes nothing', async () => {
    const kv = memoryKeyValue({ clock: new ManualClock(), maxEntries: 100 });
    const part = prefixedKeyValue(kv, 'part/');
    expect(await part.setIfAbsent('a', '1')).toBe(true);
    expect(await part.compareAndSet('a', '1', '2')).toBe(true);
    expect(await part.get('a')).toBe('2');
    expect(await part.compareAndDelete('a', '1')).toBe(false);
    expect(await part.take('a')).toBe('2');
    expect([await part.increment('n'), await kv.get('part/n')]).toEqual([1, '1']);
    await part.delete('n');
    await part.takeLease('l', 'me', { ttlMs: 1000 });
    expect(await part.renewLease('l', 'me', { ttlMs: 1000, raiseTo: 7 })).toBe(7);
    expect(await part.releaseLease('l', 'me')).toBe(true);
    await expect(part.get('')).rejects.toThrow(RangeError);
    await part.close();
    expect(await kv.entries('part/', { limit: 10 })).toHaveLength(1);
  });
});
