import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addViews, forgetColdHeats, heatLevelOf, levelsOfLanes, viewsOf } from '../../../src/library/heats.ts';
import type { Store } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_800_000_000_000;
const own = { tenant: 'acme', content: 'up_1' };

let store: Store;
beforeEach(async () => {
  store = await testStore();
});
afterEach(() => store.close());

const add = (views: number, atMs = NOW_MS, of = own) =>
  transact(store.db, (trx) => addViews(trx, [{ ...of, views }], atMs));

describe('the heat of a content', () => {
  it('is none for an unknown content, and is never that of another tenant', async () => {
    await add(100, NOW_MS, { tenant: 'globex', content: 'up_1' });
    expect([await viewsOf(store.db, own, NOW_MS), await heatLevelOf(store.db, own, NOW_MS)]).toEqual([0, 0]);
    const lanes = await levelsOfLanes(store.db, [{ id: 'a', tenant: 'acme', lane: 'up_1', heat: 0 }], NOW_MS);
    expect([...lanes]).toEqual([['up_1', 0]]);
  });

  it('is the sum of its views, each of which counts half after an hour', async () => {
    await transact(store.db, async (trx) => {
      await addViews(trx, [], NOW_MS);
      await addViews(
        trx,
        [1, 2, 5].map((views) => ({ ...own, views })),
        NOW_MS,
      );
    });
    await add(4, NOW_MS + HOUR_MS);
    expect(await viewsOf(store.db, own, NOW_MS + HOUR_MS)).toBe(8);
    expect(await viewsOf(store.db, own, NOW_MS + 2 * HOUR_MS)).toBe(4);
    expect(await heatLevelOf(store.db, own, NOW_MS + HOUR_MS)).toBe(3);
  });

  it('neither decays nor is lost after the clock was set back', async () => {
    await add(8);
    await add(8, NOW_MS - 5 * HOUR_MS);
    expect(await viewsOf(store.db, own, NOW_MS)).toBe(16);
  });

  it('has all views of instances that count at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => add(1)));
    expect(await viewsOf(store.db, own, NOW_MS)).toBe(8);
  });

  it('is left at a lower level with hysteresis, the same for all tasks of a lane', async () => {
    await add(6.5);
    const tasks = [0, 3].map((heat) => ({ id: `t${heat}`, tenant: 'acme', lane: 'up_1', heat }));
    expect([...(await levelsOfLanes(store.db, tasks, NOW_MS))]).toEqual([['up_1', 3]]);
    expect([...(await levelsOfLanes(store.db, tasks.slice(0, 1), NOW_MS))]).toEqual([['up_1', 2]]);
  });

  it('is forgotten when even the most views have decayed to less than one', async () => {
    await add(1e300);
    await forgetColdHeats(store.db, NOW_MS + 40 * HOUR_MS);
    expect(await viewsOf(store.db, own, NOW_MS + 40 * HOUR_MS)).toBe(1);
    await forgetColdHeats(store.db, NOW_MS + 40 * HOUR_MS + 1);
    expect(await store.db.selectFrom('library_heats').selectAll().execute()).toEqual([]);
  });
});
