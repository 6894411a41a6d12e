import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { RowStore, type WayRow, type WayRows } from '../../../src/core/links/index.ts';

const row = (toHostId: string, wish: Partial<WayRow> = {}): WayRow => ({
  toHostId,
  isReachable: true,
  primaryVia: '',
  standbyVia: undefined,
  primaryMs: 50,
  inUse: false,
  isGone: false,
  ...wish,
});
/** What a host does with what it is sent. */
function applied(held: Map<string, WayRow>, { since, rows }: WayRows): Map<string, WayRow> {
  const next = since === 0 ? new Map<string, WayRow>() : new Map(held);
  for (const one of rows) {
    if (one.isGone) next.delete(one.toHostId);
    else next.set(one.toHostId, one);
  }
  return next;
}

test('who holds nothing is sent everything, who holds the newest nothing', () => {
  const store = new RowStore();
  expect(store.since('a', 0)).toEqual({ version: 0, since: 0, rows: [] });
  expect(store.update('a', [row('b'), row('c')])).toBe(true);
  expect(store.since('a', 0).rows.map(({ toHostId }) => toHostId)).toEqual(['b', 'c']);
  expect(store.since('a', store.version).rows).toEqual([]);
  expect(store.since('b', 0).rows).toEqual([]);
});

test.each([
  { name: 'nothing', wish: {}, isNews: false },
  { name: 'a delay by a tenth', wish: { primaryMs: 55 }, isNews: false },
  { name: 'a delay by more than a tenth', wish: { primaryMs: 55.1 }, isNews: true },
  { name: 'the way', wish: { primaryVia: 'c' }, isNews: true },
  { name: 'the second way', wish: { standbyVia: '' }, isNews: true },
  { name: 'that it is reachable', wish: { isReachable: false }, isNews: true },
  { name: 'that it is used', wish: { inUse: true }, isNews: true },
])('a change of $name is told: $isNews', ({ wish, isNews }) => {
  const store = new RowStore();
  store.update('a', [row('b'), row('c')]);
  const before = store.version;
  expect(store.update('a', [row('b', wish), row('c')])).toBe(isNews);
  expect(store.since('a', before).rows.map(({ toHostId }) => toHostId)).toEqual(isNews ? ['b'] : []);
});

test('a slow drift is told when it has become a step', () => {
  const store = new RowStore();
  store.update('a', [row('b', { primaryMs: 50 })]);
  const told = [52, 54, 56, 58].map((primaryMs) => store.update('a', [row('b', { primaryMs })]));
  expect(told).toEqual([false, false, true, false]);
});

test('a destination that has left is told as gone, and to newcomers not at all', () => {
  const store = new RowStore();
  store.update('a', [row('b'), row('c')]);
  const before = store.version;
  store.update('a', [row('c')]);
  expect(store.since('a', before).rows).toMatchObject([{ toHostId: 'b', isGone: true, isReachable: false }]);
  expect(store.since('a', 0).rows.map(({ toHostId }) => toHostId)).toEqual(['c']);
});

test('a receiver that takes every delta, some of them late, holds what the centre holds', () => {
  for (let round = 0; round < 40; round += 1) {
    const rng = seededRng(`rows ${round}`);
    const store = new RowStore();
    let held = new Map<string, WayRow>();
    let version = 0;
    for (let batch = 0; batch < 20; batch += 1) {
      const ids = ['b', 'c', 'd', 'e'].filter(() => rng.int(4) > 0);
      const rows = ids.map((id) => row(id, { primaryMs: 10 * rng.int(4), primaryVia: rng.int(3) === 0 ? 'r' : '' }));
      store.update('a', rows);
      store.update('z', [row('a', { primaryMs: 100 * rng.int(9) })]);
      if (rng.int(2) === 0) continue;
      const delta = store.since('a', version);
      held = applied(held, delta);
      version = delta.version;
      expect([...held.values()].sort(byId), `round ${round}`).toEqual([...rows].sort(byId));
    }
  }
});

const byId = (a: WayRow, b: WayRow): number => (a.toHostId < b.toHostId ? -1 : 1);
