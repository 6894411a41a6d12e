import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import {
  type RouteRow,
  type RouteRows,
  type RouteTable,
  RowStore,
  ShownPaths,
  usedTable,
} from '../../../src/routing/core/links/index.ts';
import { DIRECT, NO_PATH } from '../../../src/routing/core/routes/index.ts';

const row = (toHostId: string, overrides: Partial<RouteRow> = {}): RouteRow => ({
  toHostId,
  primaryVia: '',
  standbyVia: undefined,
  inUse: false,
  isGone: false,
  ...overrides,
});
/** A fleet in which the hosts get `rows`, and every other pair is direct; `fleet`: hosts beside those in rows. */
function routes(
  rows: Record<string, readonly RouteRow[]>,
  fleet: readonly string[] = [],
): { now: RouteTable; isUsed: Uint8Array } {
  const named = Object.entries(rows).flatMap(([from, to]) => [from, ...to.map(({ toHostId }) => toHostId)]);
  const hostIds = [...new Set([...named, ...fleet])].sort();
  const count = hostIds.length;
  const now = {
    hostIds,
    primaryVia: new Int16Array(count * count).fill(DIRECT),
    standbyVia: new Int16Array(count * count).fill(NO_PATH),
    delayMs: new Float64Array(count * count).fill(50),
  };
  const isUsed = new Uint8Array(count * count);
  const indexOf = (via: string): number => (via === '' ? DIRECT : hostIds.indexOf(via));
  for (const [from, to] of Object.entries(rows)) {
    for (const one of to) {
      const at = hostIds.indexOf(from) * count + hostIds.indexOf(one.toHostId);
      now.primaryVia[at] = indexOf(one.primaryVia);
      now.standbyVia[at] = one.standbyVia === undefined ? NO_PATH : indexOf(one.standbyVia);
      isUsed[at] = Number(one.inUse);
    }
  }
  return { now, isUsed };
}
/** Updates the store; returns whether that is news to any host. */
function update(store: RowStore, rows: Record<string, readonly RouteRow[]>, fleet: readonly string[] = []): boolean {
  const { now, isUsed } = routes(rows, fleet);
  return store.update(now, isUsed);
}
/** Applies rows as a host does. */
function applied(held: Map<string, RouteRow>, { since, rows }: RouteRows): Map<string, RouteRow> {
  const next = since === 0 ? new Map<string, RouteRow>() : new Map(held);
  for (const one of rows) {
    if (one.isGone) next.delete(one.toHostId);
    else next.set(one.toHostId, one);
  }
  return next;
}

test('a host without rows gets all rows, and a host with the newest rows gets none', () => {
  const store = new RowStore();
  expect(store.since('a', 0)).toEqual({ version: 0, since: 0, rows: [] });
  expect(update(store, { a: [row('b'), row('c')] })).toBe(true);
  expect(store.since('a', 0).rows.map(({ toHostId }) => toHostId)).toEqual(['b', 'c']);
  expect(store.since('a', store.version).rows).toEqual([]);
  expect(store.since('x', 0).rows).toEqual([]);
});

test.each([
  { name: 'nothing', overrides: {}, isNews: false },
  { name: 'the path', overrides: { primaryVia: 'c' }, isNews: true },
  { name: 'the second path', overrides: { standbyVia: '' }, isNews: true },
  { name: 'the use of the path', overrides: { inUse: true }, isNews: true },
])('a change of $name is sent: $isNews', ({ overrides, isNews }) => {
  const store = new RowStore();
  update(store, { a: [row('b'), row('c')] });
  const before = store.version;
  expect(update(store, { a: [row('b', overrides), row('c')] })).toBe(isNews);
  expect(store.since('a', before).rows.map(({ toHostId }) => toHostId)).toEqual(isNews ? ['b'] : []);
});

test('hosts get no row for a delay that moves, nor for a lost path', () => {
  const store = new RowStore();
  const { now, isUsed } = routes({ a: [row('b')] });
  store.update(now, isUsed);
  now.delayMs.fill(500);
  now.primaryVia.fill(NO_PATH);
  expect(store.update(now, isUsed)).toBe(false);
});

test('a destination that has left is sent as gone to hosts that had its row, and not at all to newcomers', () => {
  const store = new RowStore();
  update(store, { a: [row('b'), row('c')] });
  const before = store.version;
  expect(update(store, { a: [row('c')] })).toBe(true);
  expect(store.since('a', before).rows).toMatchObject([{ toHostId: 'b', isGone: true }]);
  expect(store.since('a', 0).rows.map(({ toHostId }) => toHostId)).toEqual(['c']);
});

test('hosts that are numbered anew do not get their rows again, and get a departed relay as gone', () => {
  const store = new RowStore();
  update(store, { b: [row('c', { primaryVia: 'd', standbyVia: 'e' }), row('d'), row('e')] });
  const before = store.version;
  // 'a' comes first now, so that every host has another number.
  update(store, { a: [row('b')], b: [row('c', { primaryVia: 'd', standbyVia: 'e' }), row('d'), row('e')] });
  expect(store.since('b', before).rows.map(({ toHostId }) => toHostId)).toEqual(['a']);
  const then = store.version;
  update(store, { a: [row('b')], b: [row('c', { primaryVia: 'd', standbyVia: '' }), row('d')] });
  expect(store.since('b', then).rows).toMatchObject([
    { toHostId: 'e', isGone: true },
    { toHostId: 'c', primaryVia: 'd', standbyVia: '' },
  ]);
});

test('a host that comes back gets its rows anew', () => {
  const store = new RowStore();
  update(store, { a: [row('b'), row('c')] });
  update(store, { a: [row('c')] });
  const before = store.version;
  update(store, { a: [row('b'), row('c')] });
  expect(store.since('a', before).rows).toMatchObject([{ toHostId: 'b', isGone: false }]);
  expect(store.since('b', before).rows.map(({ toHostId }) => toHostId)).toEqual(['a', 'c']);
});

test('a receiver that applies every delta, some of them late, holds the centre’s rows', () => {
  for (let round = 0; round < 40; round += 1) {
    const rng = seededRng(`rows ${round}`);
    const store = new RowStore();
    let held = new Map<string, RouteRow>();
    let version = 0;
    for (let batch = 0; batch < 20; batch += 1) {
      const ids = ['b', 'c', 'd', 'e'].filter(() => rng.int(4) > 0);
      const via = (): string => (rng.int(3) === 0 ? 'r' : '');
      const rows = ids.map((id) => row(id, { inUse: rng.int(2) === 0, primaryVia: via() }));
      const all = [...rows, row('r'), row('z')];
      update(store, { a: all, z: [row('a', { inUse: rng.int(2) === 0 })] });
      if (rng.int(2) === 0) continue;
      const delta = store.since('a', version);
      held = applied(held, delta);
      version = delta.version;
      expect([...held.values()].sort(byId), `round ${round}`).toEqual([...all].sort(byId));
    }
  }
});

const byId = (a: RouteRow, b: RouteRow): number => (a.toHostId < b.toHostId ? -1 : 1);

test.each([
  { name: 'nothing', delayMs: 50, via: '', isNews: false },
  { name: 'a delay by less than a quarter', delayMs: 62, via: '', isNews: false },
  { name: 'a delay by more than a quarter', delayMs: 63, via: '', isNews: true },
  { name: 'the path', delayMs: 50, via: 'c', isNews: true },
])('the plan of all nodes changes by $name: $isNews', ({ delayMs, via, isNews }) => {
  const shown = new ShownPaths();
  const both = (primaryVia: string, ms: number): RouteTable => {
    const { now } = routes({ a: [row('b', { primaryVia }), row('c')], b: [row('a')] });
    return { ...now, delayMs: now.delayMs.map(() => ms) };
  };
  expect([shown.update(both('', 50)), shown.update(both('', 50)), shown.update(both(via, delayMs))]).toEqual([
    true,
    false,
    isNews,
  ]);
});

test('the table of pairs in use marks both directions of each pair, and leaves unplanned hosts out', () => {
  expect([...usedTable(new Set(['a c', 'b x']), ['a', 'b', 'c'])]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0]);
});
