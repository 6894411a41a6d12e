// Places for files of hosted receivers: bounded in all and for each tenant, with extra places for urgent files.
import type { TransferPlace } from '@meridian/distribution';
import { describe, expect, it } from 'vitest';
import { TRANSFERS_MAX, TRANSFERS_PER_TENANT_MAX, TransferPlaces } from '../../src/distribution/transfer-places.ts';

/** Files ask for places one after another; `entered` is the order in which they get them. */
function setUp() {
  const places = new TransferPlaces();
  const entered: string[] = [];
  const leaving = new Map<string, TransferPlace | undefined>();
  const ranks = new Map<string, number>();
  const ends = new Map<string, AbortController>();
  let asked = 0;
  const ask = async (name: string, tenant: string, priority: 'urgent' | 'normal' | 'bulk' = 'normal') => {
    const end = new AbortController();
    ends.set(name, end);
    const rankOf = (): number => ranks.get(name) ?? 0;
    asked += 1;
    const delivery = `DL_${String(asked).padStart(6, '0')}`;
    const current = () => ({ tenant, priority, delivery, orderedMs: 0, rankMs: rankOf() });
    const place = await places.take(current, end.signal);
    if (place !== undefined) entered.push(name);
    leaving.set(name, place);
  };
  const askMany = (count: number, prefix: string, tenant: string): void => {
    for (let at = 0; at < count; at += 1) void ask(`${prefix}${at}`, tenant);
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const leave = async (name: string): Promise<void> => {
    leaving.get(name)?.leave();
    await settle();
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.abort();
    await settle();
  };
  return { entered, leaving, ranks, places, ask, askMany, leave, end, settle };
}

describe('places', () => {
  it('are given in the order of requests, up to a bound', async () => {
    const { entered, ask, askMany, leave, settle } = setUp();
    askMany(TRANSFERS_MAX - 8, 'a', 'acme');
    askMany(8, 'b', 'globex');
    void ask('late', 'globex');
    void ask('later', 'globex', 'bulk');
    await settle();
    expect(entered).toHaveLength(TRANSFERS_MAX);
    await leave('b3');
    expect(entered.at(-1)).toBe('late');
    await leave('a0');
    expect(entered.at(-1)).toBe('later');
    await leave('a1');
    expect(entered).toHaveLength(TRANSFERS_MAX + 2);
  });

  it('are left to other tenants when one tenant has its bound', async () => {
    const { entered, ask, askMany, leave, settle } = setUp();
    askMany(TRANSFERS_MAX, 'a', 'acme');
    await settle();
    expect(entered).toHaveLength(TRANSFERS_PER_TENANT_MAX);
    await ask('other', 'globex');
    expect(entered.at(-1)).toBe('other');
    await leave('other');
    expect(entered).toHaveLength(TRANSFERS_PER_TENANT_MAX + 1);
    await leave('a0');
    expect(entered.at(-1)).toBe(`a${TRANSFERS_PER_TENANT_MAX}`);
  });

  it('are given to urgent files without a wait for other files', async () => {
    const { entered, ask, askMany, settle } = setUp();
    askMany(TRANSFERS_MAX, 'a', 'acme');
    await settle();
    await ask('soon', 'acme', 'urgent');
    expect(entered.at(-1)).toBe('soon');
  });

  it('are not given to callers that have left', async () => {
    const { entered, leaving, ask, askMany, leave, end, settle } = setUp();
    askMany(TRANSFERS_PER_TENANT_MAX + 2, 'a', 'acme');
    const first = `a${TRANSFERS_PER_TENANT_MAX}`;
    await end(first);
    expect([leaving.has(first), leaving.get(first)]).toEqual([true, undefined]);
    await leave('a0');
    expect(entered.at(-1)).toBe(`a${TRANSFERS_PER_TENANT_MAX + 1}`);
    void ask('never', 'acme');
    await end('never');
    await leave('a1');
    await settle();
    expect(entered).not.toContain('never');
  });

  it('are given to the best file of the tenant with the fewest', async () => {
    const { entered, ranks, ask, askMany, leave, settle } = setUp();
    askMany(TRANSFERS_PER_TENANT_MAX, 'a', 'acme');
    askMany(TRANSFERS_MAX - TRANSFERS_PER_TENANT_MAX, 'b', 'globex');
    await settle();
    ranks.set('hot', -1);
    for (const [name, tenant] of [
      ['cold', 'globex'],
      ['hot', 'globex'],
      ['acme', 'acme'],
      ['new', 'initech'],
    ] as const)
      void ask(name, tenant);
    await settle();
    await leave('a0');
    await leave('a1');
    await leave('a2');
    expect(entered.slice(TRANSFERS_MAX)).toEqual(['new', 'hot', 'cold']);
  });

  it('are given up at a block to a better file of the tenant, and taken again after it', async () => {
    const { entered, leaving, ranks, ask, askMany, leave, settle } = setUp();
    askMany(TRANSFERS_PER_TENANT_MAX, 'a', 'acme');
    await settle();
    await leaving.get('a0')?.goOn();
    ranks.set('hot', -1);
    void ask('hot', 'acme');
    await settle();
    let wentOn = 0;
    const goOn = async (): Promise<void> => {
      await leaving.get('a0')?.goOn();
      wentOn += 1;
    };
    void goOn();
    void goOn();
    await settle();
    expect([entered.at(-1), wentOn]).toEqual(['hot', 0]);
    await leave('hot');
    expect(wentOn).toBe(2);
  });

  it('are given up at a block to a tenant with fewer', async () => {
    const { entered, leaving, ask, askMany, settle } = setUp();
    askMany(TRANSFERS_PER_TENANT_MAX, 'a', 'acme');
    askMany(TRANSFERS_MAX - TRANSFERS_PER_TENANT_MAX, 'b', 'globex');
    await settle();
    void ask('other', 'initech');
    await settle();
    expect(entered).not.toContain('other');
    void leaving.get('b0')?.goOn();
    await settle();
    expect(entered.at(-1)).toBe('other');
  });

  it('of urgent files are given to a waiting file that becomes urgent', async () => {
    const places = new TransferPlaces();
    let priority: 'normal' | 'urgent' = 'normal';
    const take = (of: () => 'normal' | 'urgent', at: number) =>
      places.take(
        () => ({ tenant: 'acme', delivery: `DL_${1000 + at}`, priority: of(), orderedMs: 0 }),
        new AbortController().signal,
      );
    for (let at = 0; at < TRANSFERS_PER_TENANT_MAX; at += 1) await take(() => 'normal', at);
    let hasEntered = false;
    const enter = async (): Promise<boolean> => {
      await take(() => priority, 999);
      hasEntered = true;
      return hasEntered;
    };
    const waiting = enter();
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEntered).toBe(false);
    priority = 'urgent';
    places.reconsider();
    expect(await waiting).toBe(true);
  });
});
