import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDeliveries } from '../../../src/alarms/facts.ts';
import { testStore } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  delivery,
  makeDistribution,
  order,
  receipt,
  type TestDistribution,
} from './test-distribution.ts';

let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
});
afterEach(() => parts.close());

it('an open delivery becomes late once and stays late when it ends; its order reports the delay once', async () => {
  const { clock, late, receipts, store } = parts;
  const deadline_ms = clock.wallMs() + 1000;
  await addOrder(parts, 'DO01', 3, { deadline_ms });
  await addOrder(parts, 'DO02', 1, { deadline_ms: deadline_ms + 5000 });
  await addOrder(parts, 'DO03', 1);
  await receipts.take([receipt('DL_DO01_1')]);
  clock.advance(1000);
  await late.run();
  expect((await order(parts, 'DO01')).late).toBe(0);
  clock.advance(1);
  await Promise.all([late.run(), parts.another().late.run()]);
  expect([await order(parts, 'DO01'), parts.reportedEvents]).toMatchObject([
    { late: 2, sequence: 1 },
    ['1 order.delayed'],
  ]);
  expect(parts.open).toEqual({ waiting: 4, late: 2 });
  clock.advance(59_999);
  expect(await openDeliveries(store.db, clock.wallMs())).toEqual([
    { region: 'eu', open: 3, late: 2, oldestLateMs: 60_000 },
  ]);
  await receipts.take([receipt('DL_DO01_2')]);
  expect([await order(parts, 'DO01'), await delivery(parts, 'DL_DO01_1')]).toMatchObject([{ late: 2 }, { late: 0 }]);
  await late.run();
  expect(parts.reportedEvents).toEqual(['1 order.delayed', '1 order.delayed']);
});

it('an order with more than a batch of deliveries counts all of them', async () => {
  await addOrder(parts, 'DO01', 600, { deadline_ms: parts.clock.wallMs() });
  parts.clock.advance(1);
  expect(await parts.late.run()).toBe(15_000);
  expect([await order(parts, 'DO01'), parts.reportedEvents]).toMatchObject([{ late: 600 }, ['1 order.delayed']]);
});
