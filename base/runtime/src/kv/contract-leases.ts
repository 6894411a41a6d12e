import { type Context, expectGone, TTL_MS } from './contract-support.ts';
import { FENCE_MAX, type KeyValue } from './kv.ts';

const LONG = { ttlMs: 3_600_000 };

export function leaseContract(context: Context): void {
  leaseRefusals(context);
  heldLeases(context);
  lostMemory(context);
  fencedWrites(context);
}

function leaseRefusals({ it, expect, kv }: Context): void {
  it.each<[string, () => Promise<unknown>]>([
    ['a lease without a holder', () => kv().takeLease('l', '', LONG)],
    ['a lease of a holder with too long a name', () => kv().takeLease('l', 'x'.repeat(1_025), LONG)],
    ['a lease without a time', () => kv().takeLease('l', 'a', { ttlMs: 0 })],
    ['a lease above a fraction', () => kv().takeLease('l', 'a', { ...LONG, above: 0.5 })],
    ['a lease above the highest possible fence', () => kv().takeLease('l', 'a', { ...LONG, above: FENCE_MAX + 1 })],
    ['a fence that is no number', () => kv().renewLease('l', 'a', { ...LONG, raiseTo: Number.NaN })],
    ['a negative fence', () => kv().writeFenced('k', 'v', { leaseKey: 'l', holder: 'a', fence: -1 })],
  ])('refuses %s and stores nothing', async (_what, act) => {
    await expect(act()).rejects.toMatchObject({ name: 'RangeError' });
    expect(await kv().entries('', { limit: 10 })).toEqual([]);
  });

  it.each(['', 'a', '0 a', '01 a', '1.5 a', '-1 a', '999999999999999 a', '1'])(
    'treats a lease and its fence as absent when they read %j',
    async (text) => {
      await kv().set('l', text);
      await kv().set('l/fence', text);
      expect(await kv().renewLease('l', 'a', LONG)).toBeUndefined();
      expect(await kv().takeLease('l', 'a', LONG)).toEqual({ what: 'taken', fence: 1 });
    },
  );
}

function heldLeases(context: Context): void {
  const { it, expect, kv } = context;
  it('gives a lease to one of many holders, and names that holder to the others', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `holder ${at}`);
    const answers = await Promise.all(names.map((name) => kv().takeLease('l', name, LONG)));
    const at = answers.findIndex(({ what }) => what === 'taken');
    expect(answers.filter(({ what }) => what === 'taken')).toEqual([{ what: 'taken', fence: 1 }]);
    for (const answer of answers.filter((_, index) => index !== at)) {
      expect(answer).toMatchObject({ what: 'held', fence: 1, holder: `holder ${at}` });
      expect(answer.what === 'held' && answer.leftMs > 0 && answer.leftMs <= LONG.ttlMs).toBe(true);
    }
  });

  it('refuses a second lease even to its own holder: a name is used for one term', async () => {
    await kv().takeLease('l', 'a', LONG);
    expect(await kv().takeLease('l', 'a', LONG)).toMatchObject({ what: 'held', holder: 'a' });
  });

  it('extends a lease only for its holder, and raises but never lowers the fence', async () => {
    await kv().takeLease('l', 'a', LONG);
    expect(await kv().renewLease('l', 'b', LONG)).toBeUndefined();
    expect(await kv().renewLease('l', 'a', LONG)).toBe(1);
    expect(await kv().renewLease('l', 'a', { ...LONG, raiseTo: 7 })).toBe(7);
    expect(await kv().renewLease('l', 'a', { ...LONG, raiseTo: 3 })).toBe(7);
    expect(await kv().takeLease('l', 'b', LONG)).toMatchObject({ what: 'held', fence: 7, holder: 'a' });
  });

  it('frees a lease at once when it is released, and gives the next holder a higher fence', async () => {
    await kv().takeLease('l', 'a', LONG);
    expect(await kv().releaseLease('l', 'b')).toBe(false);
    expect(await kv().releaseLease('l', 'a')).toBe(true);
    expect(await kv().releaseLease('l', 'a')).toBe(false);
    expect(await kv().renewLease('l', 'a', LONG)).toBeUndefined();
    expect(await kv().takeLease('l', 'b', { ...LONG, above: 1 })).toEqual({ what: 'taken', fence: 2 });
  });

  it('ends a lease when its time is over, after which it cannot be extended, whether taken or not', async () => {
    await kv().takeLease('l', 'a', { ttlMs: TTL_MS });
    await expectGone(context, 'l');
    expect(await kv().renewLease('l', 'a', LONG)).toBeUndefined();
    expect(await kv().takeLease('l', 'b', { ...LONG, above: 1 })).toEqual({ what: 'taken', fence: 2 });
  });

  it('sets the time to live at every renewal', async () => {
    await kv().takeLease('l', 'a', LONG);
    await kv().renewLease('l', 'a', { ttlMs: TTL_MS });
    await expectGone(context, 'l');
  });
}

function lostMemory({ it, expect, kv }: Context): void {
  it('reports that it has lost a fence that the holder knew, and starts above it on request', async () => {
    expect(await kv().takeLease('l', 'b', { ...LONG, above: 7 })).toEqual({ what: 'forgotten' });
    expect(await kv().entries('', { limit: 10 })).toEqual([]);
    const options = { ...LONG, above: 7, evenIfForgotten: true };
    expect(await kv().takeLease('l', 'b', options)).toEqual({ what: 'taken', fence: 8 });
  });

  it('does not extend a lease that old data restored after another holder had it', async () => {
    await kv().takeLease('l', 'a', LONG);
    await kv().set('l/fence', '2 b');
    expect(await kv().renewLease('l', 'a', LONG)).toBeUndefined();
  });
}

function fencedWrites({ it, expect, kv }: Context): void {
  const by = (holder: string, fence: number) => ({ leaseKey: 'l', holder, fence });
  const write = async (store: KeyValue, holder: string, fence: number) =>
    store.writeFenced('k', holder, by(holder, fence));

  it('writes and deletes for the holder, with or without a time to live', async () => {
    await kv().takeLease('l', 'a', LONG);
    expect(await kv().writeFenced('k', '', by('a', 1))).toBe(true);
    expect(await kv().get('k')).toBe('');
    expect(await kv().writeFenced('k', 'v', by('a', 1), { ttlMs: 3_600_000 })).toBe(true);
    expect(await kv().get('k')).toBe('v');
    expect(await kv().writeFenced('k', undefined, by('a', 1))).toBe(true);
    expect(await kv().get('k')).toBeUndefined();
  });

  it('refuses a holder that another has followed, whether the lease lives or not, and changes nothing', async () => {
    await kv().takeLease('l', 'a', LONG);
    await kv().releaseLease('l', 'a');
    expect(await write(kv(), 'a', 1)).toBe(true);
    await kv().takeLease('l', 'b', LONG);
    await write(kv(), 'b', 2);
    await kv().releaseLease('l', 'b');
    expect(await write(kv(), 'a', 1)).toBe(false);
    expect(await kv().writeFenced('k', undefined, by('a', 1))).toBe(false);
    expect(await kv().get('k')).toBe('b');
  });

  it('lets only one of two holders write that got the same fence from a store that lost its memory in between', async () => {
    expect(await write(kv(), 'b', 2)).toBe(true);
    expect(await write(kv(), 'a', 2)).toBe(false);
    expect(await kv().get('k')).toBe('b');
  });

  it('still writes for a holder whose fence was raised', async () => {
    await kv().takeLease('l', 'a', LONG);
    await kv().renewLease('l', 'a', { ...LONG, raiseTo: 9 });
    expect(await write(kv(), 'a', 1)).toBe(true);
    expect(await kv().get('l/fence')).toBe('9 a');
  });

  it('learns the fence again from the first write after it has lost everything', async () => {
    expect(await write(kv(), 'a', 7)).toBe(true);
    expect(await write(kv(), 'b', 6)).toBe(false);
    expect(await kv().takeLease('l', 'b', LONG)).toEqual({ what: 'taken', fence: 8 });
  });
}
