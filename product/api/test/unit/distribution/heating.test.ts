import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOT_STEP_MS } from '../../../src/distribution/core/delivery-rank.ts';
import { testStore } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  delivery,
  makeDistribution,
  notify,
  order,
  type TestDistribution,
} from './test-distribution.ts';

const HOUR_MS = 3_600_000;
let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
  await addContent(parts, 'content-2');
  await addReceivers(parts, 3);
});
afterEach(() => parts.close());

async function view(content: string, views: number, tenant = 'acme'): Promise<void> {
  const row = { tenant, content, views, at_ms: parts.clock.wallMs() };
  await parts.store.db
    .insertInto('library_heats')
    .values(row)
    .onConflict((on) => on.columns(['tenant', 'content']).doUpdateSet({ views, at_ms: row.at_ms }))
    .execute();
}
async function heat(from: Pick<TestDistribution, 'heating'> = parts.another()): Promise<void> {
  from.heating.start();
  await from.heating.settled();
  await from.heating.close();
}
const place = async (id: string) => {
  const { rank_ms, heat: level, revision } = await delivery(parts, id);
  return [rank_ms, level, revision];
};

describe('a delivery of a hot content', () => {
  it('overtakes those of cold contents of its priority, and no urgent ones', async () => {
    await addOrder(parts, 'DO01', 1, { rank: HOUR_MS });
    await addOrder(parts, 'DO02', 1, { rank: 2 * HOUR_MS, content: 'content-2' });
    await addOrder(parts, 'DO03', 1, { rank: 9 * HOUR_MS, priority: 'urgent' });
    await view('content-2', 1);
    await heat();
    await notify(parts);
    expect(parts.port.sent).toEqual(['DL_DO03_1', 'DL_DO02_1', 'DL_DO01_1']);
    expect(parts.woken).toBe(1);
  });

  it('moves by the difference of levels, and goes back when its content cools', async () => {
    await addOrder(parts, 'DO01', 2, { rank: 0 });
    await view('content-1', 7);
    await heat();
    expect(await place('DL_DO01_2')).toEqual([-3 * HOT_STEP_MS, 3, 1]);
    expect((await order(parts, 'DO01')).heat).toBe(3);
    parts.clock.advance(HOUR_MS);
    await heat();
    expect(await place('DL_DO01_2')).toEqual([-2 * HOT_STEP_MS, 2, 2]);
    await parts.store.db.deleteFrom('library_heats').execute();
    await heat();
    expect(await place('DL_DO01_2')).toEqual([0, 0, 3]);
  });

  it('moves once, whatever number of instances look at once or again', async () => {
    await addOrder(parts, 'DO01', 3, { rank: 0 });
    await view('content-1', 7);
    await Promise.all([heat(), heat(parts.another())]);
    await heat();
    expect(await place('DL_DO01_3')).toEqual([-3 * HOT_STEP_MS, 3, 1]);
  });

  it('moves also if its order was made after the views, next to an order that moved before', async () => {
    await view('content-1', 7);
    await addOrder(parts, 'DO01', 1, { rank: 0 });
    await heat();
    await addOrder(parts, 'DO02', 2, { rank: 0 });
    await heat();
    expect([await place('DL_DO01_1'), await place('DL_DO02_2')]).toEqual([
      [-3 * HOT_STEP_MS, 3, 1],
      [-3 * HOT_STEP_MS, 3, 1],
    ]);
  });

  it('stays in its place if it has ended, or if the views are of another tenant', async () => {
    await addOrder(parts, 'DO01', 2, { rank: 0 });
    await view('content-1', 7, 'globex');
    await heat();
    expect(await place('DL_DO01_1')).toEqual([0, 0, 0]);
    const { db } = parts.store;
    await db.updateTable('distribution_deliveries').set({ state: 'done' }).where('id', '=', 'DL_DO01_1').execute();
    await view('content-1', 7);
    await heat();
    expect([await place('DL_DO01_1'), (await place('DL_DO01_2'))[1]]).toEqual([[0, 0, 0], 3]);
  });

  it('moves within five seconds of a view, and within a minute without one', async () => {
    await addOrder(parts, 'DO01', 1, { rank: 0 });
    const { heating, clock } = parts;
    heating.start();
    await heating.settled();
    await view('content-1', 7.5);
    clock.advance(5000);
    await heating.settled();
    expect((await place('DL_DO01_1'))[1]).toBe(3);
    await parts.store.db.deleteFrom('library_heats').execute();
    clock.advance(5000);
    await heating.settled();
    expect((await place('DL_DO01_1'))[1]).toBe(3);
    for (const ms of [50_000, 5000]) {
      clock.advance(ms);
      await heating.settled();
    }
    expect((await place('DL_DO01_1'))[1]).toBe(0);
    await heating.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
