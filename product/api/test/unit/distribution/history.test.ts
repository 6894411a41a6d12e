import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeOldDays } from '../../../src/distribution/day-counts.ts';
import {
  awayReceivers,
  deliverySums,
  GROWTH_MS,
  queueGrowth,
  recentFailures,
} from '../../../src/distribution/facts.ts';
import { historyOf, readSpan } from '../../../src/distribution/history.ts';
import { Orders } from '../../../src/distribution/orders.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  DAY_MS,
  makeDistribution,
  receipt,
  type TestDistribution,
} from './test-distribution.ts';

let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
  await addReceivers(parts, 3);
});
afterEach(() => parts.close());

const failure = { code: 'DISK_FULL', detail: '', sha256: '', bytes: 0 } as const;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const today = () => dayOf(parts.clock.wallMs());
const goTo = (timeOfDayMs: number) => {
  const { clock } = parts;
  clock.advance((Math.floor(clock.wallMs() / DAY_MS) + 1) * DAY_MS + timeOfDayMs - clock.wallMs());
};
const rows = (by: Parameters<typeof historyOf>[1]['by'] = 'day', tenant = 'acme') =>
  historyOf(parts.store.db, { tenant, span: readSpan({}, parts.clock.wallMs()), by, receiver: undefined });
const retry = (id: string) => {
  const { clock, ending, store } = parts;
  const log = createLogger({ name: 'api', level: 'fatal' });
  const revocations = { add: async () => undefined };
  const orders = new Orders({ clock, revocations, ending, log, wake: () => undefined, rng: seededRng('retry') });
  return transact(store.db, (trx) => orders.retry(trx, { tenant: 'acme', id }));
};
const none = { done: 0, failed: 0, cancelled: 0, late: 0, bytes: 0, neighbourBytes: 0 };

describe('the sums of a day', () => {
  it('count each delivery once, on the day (UTC) on which it ended, even if two instances end it', async () => {
    goTo(DAY_MS - 1000);
    const first = today();
    await addOrder(parts, 'DO01', 3, { deadline_ms: parts.clock.wallMs() + 500 });
    parts.clock.advance(900);
    const batch = [receipt('DL_DO01_1'), receipt('DL_DO01_2', failure)];
    await Promise.all([parts.receipts.take(batch), parts.another().receipts.take(batch)]);
    await parts.receipts.take(batch);
    parts.clock.advance(100);
    await parts.receipts.take([receipt('DL_DO01_3')]);
    const { rows: found, peakDay } = await rows();
    expect(found).toEqual([
      { ...none, key: first, done: 1, failed: 1, late: 2, bytes: 1000, neighbourBytes: 10, meanMs: 900 },
      { ...none, key: today(), done: 1, late: 1, bytes: 1000, neighbourBytes: 10, meanMs: 1000 },
    ]);
    expect(peakDay).toEqual({ day: first, done: 1, bytes: 1000 });
    expect((await rows('day', 'globex')).rows).toEqual([]);
  });

  it('have cancelled deliveries, and those of many receivers of one statement', async () => {
    await addOrder(parts, 'DO01', 600, { priority: 'urgent' });
    const open = await parts.store.db.selectFrom('distribution_deliveries').selectAll().execute();
    const cancel = () =>
      transact(parts.store.db, (trx) => parts.ending.endDeliveries(trx, open, { state: 'cancelled' }));
    await cancel();
    await cancel();
    expect((await rows('priority')).rows).toEqual([{ ...none, key: 'urgent', cancelled: 600 }]);
    expect((await rows('receiver')).rows).toHaveLength(600);
  });

  it('lose a failure that is retried, on the day on which it failed', async () => {
    await addOrder(parts, 'DO01', 2, { deadline_ms: parts.clock.wallMs() });
    parts.clock.advance(1);
    const failedOn = today();
    await parts.receipts.take([receipt('DL_DO01_1', failure), receipt('DL_DO01_2', failure)]);
    goTo(0);
    await retry('DL_DO01_1');
    await expect(retry('DL_DO01_1')).rejects.toThrow('has not failed');
    expect((await rows()).rows).toEqual([{ ...none, key: failedOn, failed: 1, late: 1 }]);
    await parts.receipts.take([receipt('DL_DO01_1')]);
    expect((await rows()).rows[1]).toMatchObject({ key: today(), done: 1, failed: 0, late: 1 });
  });

  it('do not fall below 0 for a failure of before the sums', async () => {
    await addOrder(parts, 'DO01', 1);
    await parts.receipts.take([receipt('DL_DO01_1', failure)]);
    await parts.store.db.updateTable('distribution_days').set({ failed: 0 }).execute();
    await retry('DL_DO01_1');
    expect((await rows()).rows).toEqual([{ ...none, key: today() }]);
  });

  it('are removed after 400 days', async () => {
    await addOrder(parts, 'DO01', 1);
    await parts.receipts.take([receipt('DL_DO01_1')]);
    const remove = (days: number) => removeOldDays(parts.store.db, parts.clock.wallMs() + days * DAY_MS);
    expect([await remove(400), await remove(401), await remove(401)]).toEqual([0, 1, 0]);
  });
});

it('history has regions and receivers with the most deliveries first, and the peak day of any group', async () => {
  await addReceivers(parts, 1, { region: 'ap' }, 4);
  await addOrder(parts, 'DO01', 4);
  await parts.store.db
    .updateTable('distribution_deliveries')
    .set({ region: 'ap' })
    .where('receiver', '=', 'RC_4')
    .execute();
  await parts.receipts.take([1, 2, 3].map((at) => receipt(`DL_DO01_${at}`)));
  const first = today();
  goTo(0);
  await parts.receipts.take([receipt('DL_DO01_4')]);
  const { rows: regions, peakDay } = await rows('region');
  expect(regions.map(({ key, done }) => [key, done])).toEqual([
    ['eu', 3],
    ['ap', 1],
  ]);
  expect(peakDay).toEqual({ day: first, done: 3, bytes: 3000 });
});

describe('facts for alarms and the report', () => {
  it('count failures of the last hour by region, tenant and code', async () => {
    await addOrder(parts, 'DO01', 3);
    await parts.receipts.take([receipt('DL_DO01_1', failure), receipt('DL_DO01_2', failure)]);
    await parts.receipts.take([receipt('DL_DO01_3', { ...failure, code: 'REFUSED' })]);
    const found = () => recentFailures(parts.store.db, parts.clock.wallMs());
    const place = { region: 'eu', tenant: 'acme' };
    expect(await found()).toEqual([
      { ...place, code: 'DISK_FULL', count: 2 },
      { ...place, code: 'REFUSED', count: 1 },
    ]);
    parts.clock.advance(3_600_000);
    expect(await found()).toEqual([]);
  });

  it('compare what is ordered with what ends, and leave out paused orders and older ones', async () => {
    await addOrder(parts, 'DO01', 3);
    await addOrder(parts, 'DO02', 3);
    const { db } = parts.store;
    await db.updateTable('distribution_deliveries').set({ paused: 1 }).where('order_id', '=', 'DO02').execute();
    await parts.receipts.take([receipt('DL_DO01_1')]);
    const one = { count: 1, bytes: 1000 };
    const growth = () => queueGrowth(db, parts.clock.wallMs());
    expect(await growth()).toEqual([{ region: 'eu', ordered: { count: 3, bytes: 3000 }, ended: one }]);
    parts.clock.advance(GROWTH_MS);
    expect(await growth()).toEqual([]);
  });

  it('name enabled receivers with open deliveries that are away, unless no channel answers', async () => {
    await addReceivers(parts, 1, { state: 'disabled' }, 4);
    await addOrder(parts, 'DO01', 4);
    await addOrder(parts, 'DO02', 1);
    await parts.receipts.take([receipt('DL_DO01_3')]);
    parts.port.online.add('acme/RC_2');
    const away = () => awayReceivers(parts.store.db, parts.port);
    expect(await away()).toEqual([{ tenant: 'acme', receiver: 'RC_1', name: 'r', region: 'eu', open: 2 }]);
    parts.port.isUp = false;
    expect(await away()).toBe(undefined);
    expect(await awayReceivers(parts.store.db, undefined)).toEqual([]);
  });

  it('sum up yesterday, and name the busiest of the 30 days before', async () => {
    const sums = () => deliverySums(parts.store.db, parts.clock.wallMs(), parts.port);
    await addOrder(parts, 'DO01', 3);
    await parts.receipts.take([receipt('DL_DO01_1'), receipt('DL_DO01_2')]);
    const busiest = today();
    goTo(0);
    await parts.receipts.take([receipt('DL_DO01_3', failure)]);
    const day = today();
    goTo(0);
    parts.port.online.add('acme/RC_1');
    expect(await sums()).toEqual({
      day,
      regions: [{ region: 'eu', done: 0, failed: 1, late: 0, bytes: 0 }],
      peak: { day: busiest, done: 2 },
      receivers: { enabled: 3, away: 2 },
    });
    parts.port.isUp = false;
    parts.clock.advance(30 * DAY_MS);
    expect(await sums()).toEqual({ day: dayOf(parts.clock.wallMs() - DAY_MS), regions: [] });
  });
});
