// Places for files of hosted receivers: bounded in all and for each tenant, with extra places for urgent files.
import { describe, expect, it } from 'vitest';
import { TRANSFERS_MAX, TRANSFERS_PER_TENANT_MAX, TransferPlaces } from '../../src/distribution/transfer-places.ts';

/** Files ask for places one after another; `entered` is the order in which they get them. */
function setUp() {
  const places = new TransferPlaces();
  const entered: string[] = [];
  const leaving = new Map<string, (() => void) | undefined>();
  const ends = new Map<string, AbortController>();
  const ask = async (name: string, tenant: string, priority: 'urgent' | 'normal' | 'bulk' = 'normal') => {
    const end = new AbortController();
    ends.set(name, end);
    const leave = await places.take({ tenant, priority }, end.signal);
    if (leave !== undefined) entered.push(name);
    leaving.set(name, leave);
  };
  const askMany = (count: number, prefix: string, tenant: string): void => {
    for (let at = 0; at < count; at += 1) void ask(`${prefix}${at}`, tenant);
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const leave = async (name: string): Promise<void> => {
    leaving.get(name)?.();
    await settle();
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.abort();
    await settle();
  };
  return { entered, leaving, ask, askMany, leave, end, settle };
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
});
