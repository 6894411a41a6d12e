// The copy: state that survives a change of leader, however many measurements of clients the store has beside it.
import { ManualClock, memoryKeyValue } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../base/runtime/test/support/log.ts';
import type { CentreMetrics } from '../../src/base/metrics.ts';
import { Copy } from '../../src/copying/copy.ts';
import { kvStore } from '../../src/copying/kv-store.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { Leases } from '../../src/owning/core/leases.ts';
import { Ownership } from '../../src/owning/ownership.ts';

const record = (index: number) => {
  const votes = [{ voter: '1.1.1.1', rttMs: 10, atMs: 0 }];
  return { key: `10.${index >> 8}.${index & 255}.0/24`, sessions: 1, sites: [['eu/frankfurt', votes]] };
};

function world() {
  const clock = new ManualClock();
  const { log } = collectingLog();
  const kv = memoryKeyValue({ clock, maxEntries: 300_000 });
  const copy = () => new Copy({ store: kvStore(kv), clock, log, onFailure: () => expect.unreachable() });
  return { kv, copy };
}

describe('the copy of a leader', () => {
  test('holds shut-out and drained nodes, leases and the epoch floor after the votes of 200,000 prefixes', async () => {
    const { kv, copy } = world();
    const first = copy();
    for (let index = 0; index < 200_000; index += 1) first.saveAccess(`p${index}`, record(index));
    await first.saveDenial('stolen', { nodeId: 'stolen', reason: 'x', sinceWallMs: 1 });
    await first.saveDrain('old', 'kernel');
    await first.saveLease({ roomKey: 't/r', epoch: 7, ownerId: 'sig', expiresAtMs: 0 });
    first.dropLease('t/gone', 17);
    const content = await copy().load();
    expect(content.denials).toHaveLength(1);
    expect(content.drains).toHaveLength(1);
    expect(content.leases).toHaveLength(1);
    expect(content.floor).toBe(17);
    expect(await kv.entries('copy/', { limit: 100 })).toHaveLength(4);
  });

  test('a shut-out node with a long name is found among the shut-out nodes', async () => {
    const { kv, copy } = world();
    const nodeId = 'n'.repeat(120);
    await copy().saveDenial(nodeId, { nodeId, reason: 'x', sinceWallMs: 1 });
    expect(await kv.entries('copy/deny/', { limit: 10 })).toHaveLength(1);
    expect((await copy().load()).denials).toHaveLength(1);
  });

  test('is refused when its essential entries cannot all be read', async () => {
    const { kv } = world();
    const entry: [string, string] = ['copy/x', '["lease/t/r","{}"]'];
    const full = kvStore({ ...kv, entries: async (_prefix, { limit }) => new Array(limit).fill(entry) });
    await expect(full.load()).rejects.toThrow('cannot be read whole');
  });
});

describe('an unreadable entry', () => {
  const loading = (entries: [string, string][]) => {
    const { log, lines } = collectingLog();
    const store = { load: async () => entries, put: refused, remove: refused, close: refused };
    const copy = new Copy({ store, clock: new ManualClock(), log, onFailure: () => expect.unreachable() });
    return { loaded: copy.load(), lines };
  };
  const refused = (): Promise<void> => Promise.reject(new Error('nothing is written'));
  const lease: [string, string] = ['lease/t/r', '{"epoch":3,"ownerId":"sig"}'];

  test.each([
    { key: 'access/x', text: '{' },
    { key: 'load/eu 1', text: '' },
    { key: 'charges/3', text: '{}' },
    { key: 'charges/4', text: 'null' },
    { key: 'charges/5', text: '{"atWallMs":1,"made":[null],"dropped":[]}' },
  ])('that is dispensable is left out and logged: $key $text', async ({ key, text }) => {
    const { loaded, lines } = loading([[key, text], lease]);
    expect((await loaded).leases).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain('could not be read');
  });

  test.each(['lease/t/r', 'deny/n', 'floor', 'node/n'])('that is essential is named in an error: %s', async (key) => {
    await expect(loading([[key, '{']]).loaded).rejects.toThrow(`the entry ${key} of the copy cannot be read`);
  });
});

describe('charges of an earlier process', () => {
  const page = (made: unknown[]): string => JSON.stringify({ atWallMs: new ManualClock().wallMs(), made, dropped: [] });
  const made = (decisionId: string, sessionId: string) => [decisionId, 'n1', 't/r', sessionId, 30_000, null];

  test('count once for each session, by the last made charge; the others are written as dropped', async () => {
    const clock = new ManualClock();
    const { log } = collectingLog();
    const entries: [string, string][] = [
      // A store may answer in any order. All three expire together.
      ['charges/10', page([made('c', 's')])],
      ['charges/9', page([made('a', 's'), made('b', 's'), made('x', 'other')])],
    ];
    const written: string[] = [];
    const put = async (_key: string, value: string): Promise<void> => {
      written.push(...(JSON.parse(value) as { dropped: string[] }).dropped);
    };
    const store = { load: async () => entries, put, remove: async () => undefined, close: async () => undefined };
    const copy = new Copy({ store, clock, log, onFailure: () => undefined });
    const { charges } = await copy.load();
    expect(charges.map(({ decisionId }) => decisionId).sort()).toEqual(['c', 'x']);
    copy.retry();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(written.sort()).toEqual(['a', 'b']);
  });

  test.each([
    { name: 'set back by an hour', agoMs: -3_600_000, leftMs: 30_000 },
    { name: 'true', agoMs: 12_000, leftMs: 18_000 },
    { name: 'set forward by an hour', agoMs: 3_600_000, leftMs: undefined },
  ])('live at most as long as they had left when written, with a wall clock $name', async ({ agoMs, leftMs }) => {
    const clock = new ManualClock();
    const { log } = collectingLog();
    const text = JSON.stringify({ atWallMs: clock.wallMs() - agoMs, made: [made('a', 's')], dropped: [] });
    const store = {
      load: async () => [['charges/1', text] as [string, string]],
      put: async () => undefined,
      remove: async () => undefined,
      close: async () => undefined,
    };
    const copy = new Copy({ store, clock, log, onFailure: () => expect.unreachable() });
    const { charges } = await copy.load();
    expect(charges.map(({ expiresAtMs }) => expiresAtMs - clock.nowMs())).toEqual(leftMs === undefined ? [] : [leftMs]);
  });
});

describe('charges', () => {
  const charge = { nodeId: 'n', roomKey: 't/r', sessionId: 's', state: 'assumed', expiresAtMs: 30_000 } as const;
  const slowly = () => {
    const clock = new ManualClock();
    const { log } = collectingLog();
    const waiting: { page: { made: unknown[]; dropped: unknown[] }; done: () => void }[] = [];
    const put = (_key: string, value: string): Promise<void> =>
      new Promise((resolve) => waiting.push({ page: JSON.parse(value), done: resolve }));
    const store = { load: async () => [], put, remove: async () => undefined, close: async () => undefined };
    const copy = new Copy({ store, clock, log, onFailure: () => expect.unreachable() });
    const save = (ids: readonly string[]) => ids.map((decisionId) => copy.saveCharge({ ...charge, decisionId }));
    return { clock, copy, waiting, save };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('that come while others are being written go out as one page; a lone charge does not wait', async () => {
    const { clock, waiting, save } = slowly();
    const written = save(['a', 'b']);
    await turn();
    expect(waiting.map(({ page }) => page.made.length)).toEqual([2]);
    for (const id of ['c', 'd', 'e']) {
      written.push(...save([id]));
      await turn();
    }
    expect(waiting).toHaveLength(1);
    clock.advance(2);
    await turn();
    expect(waiting.map(({ page }) => page.made.length)).toEqual([2, 3]);
    for (const { done } of waiting) done();
    await Promise.all(written);
    save(['f']);
    await turn();
    expect(waiting).toHaveLength(3);
  });

  test('that are dropped are written as dropped with the next new charge, or by a retry', async () => {
    const { copy, waiting, save } = slowly();
    copy.dropCharge('a');
    await turn();
    expect(waiting).toHaveLength(0);
    save(['b']);
    await turn();
    expect(waiting.map(({ page }) => page.dropped)).toEqual([['a']]);
    for (const { done } of waiting) done();
    await turn();
    copy.dropCharge('b');
    copy.retry();
    await turn();
    expect(waiting.map(({ page }) => page.dropped)).toEqual([['a'], ['b']]);
  });
});

describe('a lease that the store did not accept', () => {
  const owning = (isShared: boolean, put: () => Promise<void>) => {
    const clock = new ManualClock();
    const { log } = collectingLog();
    const store = { load: async () => [], put, remove: async () => undefined, close: async () => undefined };
    const copy = new Copy({ store, clock, log, onFailure: () => undefined, isShared });
    const fleet = new Fleet();
    const metrics = { leasesGranted: { inc: () => undefined } } as unknown as CentreMetrics;
    const ownership = new Ownership({ leases: new Leases(), fleet, copy, clock, log, metrics });
    return { clock, copy, ownership };
  };
  const refuses = (): Promise<void> => Promise.reject(new Error('down'));
  const hangs = (): Promise<void> => new Promise(() => undefined);

  test.each([
    { name: 'refuses', put: refuses },
    { name: 'does not answer in time', put: hangs },
  ])('because it $name, goes to no node when another centre may lead next', async ({ put }) => {
    const { clock, ownership } = owning(true, put);
    const asked = expect(ownership.acquire('t/r', 'sig')).rejects.toMatchObject({ code: 'NOT_LEADER' });
    await clock.advance(1000);
    await asked;
    // The next asker does not get the lease either: the lease is granted by now, and still not written.
    const next = expect(ownership.acquire('t/r', 'other')).rejects.toMatchObject({ code: 'NOT_LEADER' });
    await clock.advance(1000);
    await next;
  });

  test('is sent to nodes by a lone centre', async () => {
    const { ownership } = owning(false, refuses);
    expect(await ownership.acquire('t/r', 'sig')).toMatchObject({ created: true, lease: { epoch: 1 } });
  });

  test('is sent to nodes once it is written', async () => {
    let isDown = true;
    const { clock, copy, ownership } = owning(true, () => (isDown ? refuses() : Promise.resolve()));
    await expect(ownership.acquire('t/r', 'sig')).rejects.toMatchObject({ code: 'NOT_LEADER' });
    isDown = false;
    copy.retry();
    await clock.advance(0);
    expect((await ownership.acquire('t/r', 'sig')).lease).toMatchObject({ ownerId: 'sig', epoch: 1 });
  });
});
