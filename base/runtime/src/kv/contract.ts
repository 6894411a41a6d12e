import { leaseContract } from './contract-leases.ts';
import { type Context, expectGone, TTL_MS, type Vitest } from './contract-support.ts';
import { KEY_BYTES_MAX, type KeyValue, VALUE_BYTES_MAX } from './kv.ts';

export interface KeyValueUnderTest {
  kv: KeyValue;
  /** Lets time pass for the store: advances a manual clock; does nothing on a real clock. */
  letPass(ms: number): void;
  dispose(): Promise<void>;
}

const LONG_TTL_MS = 3_600_000;

/** Suite of every KeyValue. The test framework is passed in, so that this file does not depend on it at run time. */
export function keyValueContract(o: { name: string; vitest: Vitest; make(): Promise<KeyValueUnderTest> }): void {
  const { describe, it, expect, beforeEach, afterEach } = o.vitest;
  describe(`key-value contract: ${o.name}`, () => {
    let test: KeyValueUnderTest;
    beforeEach(async () => {
      test = await o.make();
    });
    afterEach(async () => {
      await test.kv.close();
      await test.dispose();
    });
    const context: Context = { it, expect, kv: () => test.kv, letPass: (ms) => test.letPass(ms) };
    refusals(context);
    basics(context);
    atomicSteps(context);
    comparisons(context);
    timeToLive(context);
    listing(context);
    leaseContract(context);
  });
}

function refusals({ it, expect, kv }: Context): void {
  it.each([
    ['an empty key', () => kv().set('', 'v'), { name: 'RangeError' }],
    ['a key one byte too long', () => kv().get('k'.repeat(KEY_BYTES_MAX + 1)), { code: 'KV_TOO_LARGE' }],
    [
      'a key too long in bytes though not in characters',
      () => kv().get('ü'.repeat(KEY_BYTES_MAX / 2 + 1)),
      { code: 'KV_TOO_LARGE' },
    ],
    ['a value one byte too long', () => kv().set('k', 'v'.repeat(VALUE_BYTES_MAX + 1)), { code: 'KV_TOO_LARGE' }],
    ['a time to live of zero', () => kv().set('k', 'v', { ttlMs: 0 }), { name: 'RangeError' }],
    ['a negative time to live', () => kv().setIfAbsent('k', 'v', { ttlMs: -1 }), { name: 'RangeError' }],
    [
      'a fractional time to live',
      () => kv().compareAndSet('k', undefined, 'v', { ttlMs: 1.5 }),
      { name: 'RangeError' },
    ],
    ['a time to live that is no number', () => kv().set('k', 'v', { ttlMs: Number.NaN }), { name: 'RangeError' }],
    ['a limit of zero', () => kv().entries('', { limit: 0 }), { name: 'RangeError' }],
  ])('refuses %s and stores nothing', async (_what, act, error) => {
    await expect(act()).rejects.toMatchObject(error);
    expect(await kv().entries('', { limit: 10 })).toEqual([]);
  });

  it.each(['ten', '1.5', '', ' 1', '01', '9007199254740993000000'])('refuses to increment over %j', async (value) => {
    await kv().set('k', value);
    await expect(kv().increment('k')).rejects.toMatchObject({ code: 'KV_NOT_A_COUNTER' });
    expect(await kv().get('k')).toBe(value);
  });

  it('refuses everything after close, and close may be called again', async () => {
    await kv().set('k', 'v');
    await kv().close();
    await kv().close();
    await expect(kv().get('k')).rejects.toMatchObject({ code: 'KV_CLOSED' });
    await expect(kv().set('k', 'v')).rejects.toMatchObject({ code: 'KV_CLOSED' });
    await expect(kv().entries('', { limit: 1 })).rejects.toMatchObject({ code: 'KV_CLOSED' });
  });
}

function basics({ it, expect, kv }: Context): void {
  it('returns undefined for an absent key, and deleting or taking it changes nothing', async () => {
    expect(await kv().get('absent')).toBeUndefined();
    expect(await kv().take('absent')).toBeUndefined();
    await kv().delete('absent');
    expect(await kv().compareAndDelete('absent', '')).toBe(false);
  });

  it.each(['', ' ', '0', 'äöü€🎥', 'line\nbreak\u0000nul', 'x'.repeat(70_000)])(
    'keeps the value %j exactly',
    async (value) => {
      await kv().set('k', value);
      expect(await kv().get('k')).toBe(value);
    },
  );

  it('keeps a key and a value of exactly the longest length', async () => {
    const key = 'k'.repeat(KEY_BYTES_MAX);
    const value = 'v'.repeat(VALUE_BYTES_MAX);
    await kv().set(key, value);
    expect(await kv().get(key)).toBe(value);
  });

  it('overwrites on set and deletes on delete', async () => {
    await kv().set('k', 'one');
    await kv().set('k', 'two');
    expect(await kv().get('k')).toBe('two');
    await kv().delete('k');
    expect(await kv().get('k')).toBeUndefined();
  });
}

function atomicSteps({ it, expect, kv }: Context): void {
  it('sets an absent key once, however many callers try', async () => {
    const won = await Promise.all(Array.from({ length: 20 }, (_, at) => kv().setIfAbsent('k', `v${at}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await kv().get('k')).toBe(`v${won.indexOf(true)}`);
  });

  it('hands a taken value to exactly one of many takers', async () => {
    await kv().set('k', 'v');
    const taken = await Promise.all(Array.from({ length: 20 }, () => kv().take('k')));
    expect(taken.filter((value) => value === 'v')).toHaveLength(1);
    expect(taken.filter((value) => value === undefined)).toHaveLength(19);
  });

  it('counts up from one without losing a step', async () => {
    const counts = await Promise.all(Array.from({ length: 50 }, () => kv().increment('k')));
    expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect(await kv().get('k')).toBe('50');
  });

  it('counts on from a number that was set', async () => {
    await kv().set('k', '-2');
    expect(await kv().increment('k')).toBe(-1);
    expect(await kv().increment('k')).toBe(0);
  });
}

function comparisons({ it, expect, kv }: Context): void {
  it.each([
    { held: 'a', expected: 'b', wrote: false, after: 'a' },
    { held: 'a', expected: undefined, wrote: false, after: 'a' },
    { held: '', expected: undefined, wrote: false, after: '' },
    { held: undefined, expected: 'a', wrote: false, after: undefined },
    { held: undefined, expected: '', wrote: false, after: undefined },
    { held: undefined, expected: undefined, wrote: true, after: 'new' },
    { held: 'a', expected: 'a', wrote: true, after: 'new' },
    { held: '', expected: '', wrote: true, after: 'new' },
  ])('compareAndSet over $held expecting $expected: $wrote', async ({ held, expected, wrote, after }) => {
    if (held !== undefined) await kv().set('k', held);
    expect(await kv().compareAndSet('k', expected, 'new')).toBe(wrote);
    expect(await kv().get('k')).toBe(after);
  });

  it('lets one of many compareAndSet over the same value win', async () => {
    await kv().set('k', 'old');
    const won = await Promise.all(Array.from({ length: 20 }, (_, at) => kv().compareAndSet('k', 'old', `v${at}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await kv().get('k')).toBe(`v${won.indexOf(true)}`);
  });

  it('deletes only over the expected value', async () => {
    await kv().set('k', 'v');
    expect(await kv().compareAndDelete('k', 'w')).toBe(false);
    expect(await kv().get('k')).toBe('v');
    expect(await kv().compareAndDelete('k', 'v')).toBe(true);
    expect(await kv().get('k')).toBeUndefined();
  });
}

function timeToLive(context: Context): void {
  const { it, expect, kv, letPass } = context;
  const writers: [string, (ttlMs?: number) => Promise<unknown>][] = [
    ['set', (ttlMs) => kv().set('k', 'v', ttl(ttlMs))],
    ['setIfAbsent', (ttlMs) => kv().setIfAbsent('k', 'v', ttl(ttlMs))],
    ['compareAndSet', (ttlMs) => kv().compareAndSet('k', undefined, 'v', ttl(ttlMs))],
  ];
  it.each(writers)(
    'drops what %s wrote when its time is over, and the key is absent to every step',
    async (_name, write) => {
      await write(TTL_MS);
      await expectGone(context, 'k');
      expect(await kv().take('k')).toBeUndefined();
      expect(await kv().compareAndDelete('k', 'v')).toBe(false);
      expect(await kv().entries('k', { limit: 1 })).toEqual([]);
      expect(await kv().setIfAbsent('k', 'again')).toBe(true);
    },
  );

  it.each(writers)('keeps what %s wrote while its time is running', async (_name, write) => {
    await write(LONG_TTL_MS);
    letPass(LONG_TTL_MS - 1);
    expect(await kv().get('k')).toBe('v');
  });

  it('gives a new value its own time: a plain set removes an earlier limit, an increment keeps it', async () => {
    await kv().set('plain', '1', { ttlMs: TTL_MS });
    await kv().set('plain', '2');
    await kv().set('swapped', '1', { ttlMs: TTL_MS });
    await kv().compareAndSet('swapped', '1', '2');
    await kv().set('counted', '1', { ttlMs: TTL_MS });
    await kv().increment('counted');
    await expectGone(context, 'counted');
    expect(await kv().get('plain')).toBe('2');
    expect(await kv().get('swapped')).toBe('2');
  });
}

function listing({ it, expect, kv }: Context): void {
  it('lists exactly the entries under a prefix, patterns taken literally', async () => {
    for (const key of ['a/1', 'a/2', 'a', 'b/1', 'A/1', 'a*1', 'a?', '[a]/1', '\\a']) await kv().set(key, `=${key}`);
    const list = async (prefix: string) =>
      (await kv().entries(prefix, { limit: 100 })).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(await list('a/')).toEqual([
      ['a/1', '=a/1'],
      ['a/2', '=a/2'],
    ]);
    expect(await list('a*')).toEqual([['a*1', '=a*1']]);
    expect(await list('a?')).toEqual([['a?', '=a?']]);
    expect(await list('[a]')).toEqual([['[a]/1', '=[a]/1']]);
    expect(await list('\\')).toEqual([['\\a', '=\\a']]);
    expect(await list('nothing')).toEqual([]);
    expect(await list('')).toHaveLength(9);
  });

  it('stops at the limit and lists many entries once each', async () => {
    const keys = Array.from({ length: 1_500 }, (_, at) => `n/${at}`);
    await Promise.all(keys.map((key) => kv().set(key, 'v')));
    expect(await kv().entries('n/', { limit: 7 })).toHaveLength(7);
    const listed = await kv().entries('n/', { limit: 2_000 });
    expect(listed.map(([key]) => key).sort()).toEqual(keys.sort());
  });
}

function ttl(ttlMs: number | undefined): { ttlMs?: number } {
  return ttlMs === undefined ? {} : { ttlMs };
}
