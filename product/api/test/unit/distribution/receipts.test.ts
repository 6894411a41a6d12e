import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  delivery,
  makeDistribution,
  notify,
  order,
  receipt,
  type TestDistribution,
} from './test-distribution.ts';

let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
  await addReceivers(parts, 2);
  await addOrder(parts, 'DO01', 2);
});
afterEach(() => parts.close());

describe('ignored receipts', () => {
  it.each([
    ['of another tenant', { tenant: 'globex' }],
    ['of another receiver', { receiver: 'RC_2' }],
    ['of another content', { content: 'up_other' }],
    ['of an unknown delivery', { delivery: 'DL_none' }],
    ['by another receiver, of a failure', { receiver: 'RC_2', code: 'REFUSED' as const }],
  ])('include a receipt %s', async (_, o) => {
    await parts.receipts.take([receipt('DL_DO01_1', o)]);
    expect(await delivery(parts, 'DL_DO01_1')).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await order(parts, 'DO01')).toMatchObject({ done: 0, failed: 0, sequence: 0 });
  });

  it('include a repeated receipt, in the same batch or later, and a receipt after a cancel', async () => {
    await parts.receipts.take([receipt('DL_DO01_1'), receipt('DL_DO01_1', { code: 'REFUSED', sha256: '', bytes: 0 })]);
    await parts.receipts.take([receipt('DL_DO01_1')]);
    const rows = [{ tenant: 'acme', id: 'DL_DO01_2', order_id: 'DO01' }];
    const cancel = () =>
      transact(parts.store.db, (trx) => parts.ending.endDeliveries(trx, rows, { state: 'cancelled' }));
    expect([(await cancel()).length, (await cancel()).length]).toEqual([1, 0]);
    await parts.receipts.take([receipt('DL_DO01_2')]);
    expect((await delivery(parts, 'DL_DO01_2')).state).toBe('cancelled');
    expect(await order(parts, 'DO01')).toMatchObject({ state: 'completed', done: 1, failed: 0, cancelled: 1 });
    expect(parts.reportedEvents).toEqual(['1 order.completed']);
  });
});

it('a cancelled order stays cancelled when its last delivery ends', async () => {
  await parts.store.db.updateTable('distribution_orders').set({ state: 'cancelled' }).execute();
  await parts.receipts.take([receipt('DL_DO01_1'), receipt('DL_DO01_2')]);
  expect(await order(parts, 'DO01')).toMatchObject({ state: 'cancelled', done: 2 });
  expect(parts.reportedEvents).toEqual([]);
});

describe('a receipt', () => {
  it('ends its delivery at the api’s own time, and its texts are cut', async () => {
    parts.clock.advance(60_000);
    const receiptFields = { atMs: 1, tookMs: Number.MAX_SAFE_INTEGER, neighbourBytes: 5000 };
    await parts.receipts.take([receipt('DL_DO01_1', receiptFields)]);
    const ended_ms = parts.clock.wallMs();
    expect(await delivery(parts, 'DL_DO01_1')).toMatchObject({
      state: 'done',
      ended_ms,
      took_ms: 60_000,
      neighbour_bytes: 1000,
      attempts: 1,
    });
    expect(parts.ended).toEqual(['done normal 60']);
  });

  it.each([{ sha256: 'c'.repeat(64) }, { bytes: 999 }, { sha256: '' }])(
    'with %o makes the delivery wait again three times, and then fail',
    async (wrong) => {
      for (let times = 1; times <= 3; times++) {
        await notify(parts);
        await parts.receipts.take([receipt('DL_DO01_1', wrong), receipt('DL_DO01_1', wrong)]);
        const row = await delivery(parts, 'DL_DO01_1');
        expect(row).toMatchObject({ state: 'waiting', place: '', attempts: times });
      }
      expect(parts.woken).toBe(3);
      await parts.receipts.take([receipt('DL_DO01_1', wrong)]);
      expect(await delivery(parts, 'DL_DO01_1')).toMatchObject({ state: 'failed', code: 'HASH_MISMATCH' });
      expect(parts.reportedEvents).toEqual(['1 delivery.failed']);
    },
  );

  it('of a failure fails the delivery with an event, and its text is cleaned for the database', async () => {
    const failed = { code: 'DISK_FULL', detail: 'no\0room', sha256: '', bytes: 0, attempts: 8 } as const;
    await notify(parts);
    await parts.receipts.take([receipt('DL_DO01_1', failed), receipt('DL_DO01_2')]);
    const [row, { place }] = [await delivery(parts, 'DL_DO01_1'), await delivery(parts, 'DL_DO01_2')];
    expect(row).toMatchObject({ state: 'failed', code: 'DISK_FULL', detail: 'no room', attempts: 8 });
    expect(parts.reportedEvents).toEqual(['1 delivery.failed', '2 order.completed']);
    const events = await parts.store.db.selectFrom('events').select(['sid', 'body']).orderBy('sequence').execute();
    expect(events.map(({ sid }) => sid)).toEqual(Array(2).fill('acme/orders/DO01'));
    expect(JSON.parse(events[0]?.body ?? '')).toMatchObject({
      order: { id: 'DO01', state: 'completed', done: 1, failed: 1 },
      delivery: { id: 'DL_DO01_1', receiver: 'RC_1', code: 'DISK_FULL' },
    });
    expect(parts.port.withdrawnPlaces).toEqual([row.place]);
    expect(place).not.toBe('');
  });

  it('for a content that is gone does not count as done', async () => {
    await parts.store.db.deleteFrom('library_contents').execute();
    await parts.receipts.take([receipt('DL_DO01_1')]);
    expect(await delivery(parts, 'DL_DO01_1')).toMatchObject({ state: 'failed', code: 'CONTENT_GONE' });
  });

  it('after the deadline makes its order late, even before the deadlines are checked', async () => {
    await addOrder(parts, 'DO02', 2, { deadline_ms: parts.clock.wallMs() + 1000 });
    await parts.receipts.take([receipt('DL_DO02_1')]);
    parts.clock.advance(1001);
    await parts.receipts.take([receipt('DL_DO02_2')]);
    expect((await delivery(parts, 'DL_DO02_2')).late).toBe(1);
    expect(await order(parts, 'DO02')).toMatchObject({ late: 1, done: 2 });
    expect(parts.reportedEvents).toEqual(['1 order.delayed', '2 order.completed']);
  });
});

it('an order is completed once, even when two instances take its receipts at the same time', async () => {
  await addOrder(parts, 'DO03', 40);
  const allReceipts = Array.from({ length: 40 }, (_, at) => receipt(`DL_DO03_${at + 1}`));
  const otherInstance = parts.another();
  const batches = [
    allReceipts.slice(0, 30),
    allReceipts.slice(10).toReversed(),
    allReceipts.slice(20, 40),
    allReceipts.toReversed(),
  ];
  await Promise.all(batches.map((batch, at) => (at % 2 === 0 ? parts : otherInstance).receipts.take(batch)));
  expect(await order(parts, 'DO03')).toMatchObject({ state: 'completed', done: 40, failed: 0, sequence: 1 });
  expect([parts.reportedEvents, parts.ended.length]).toEqual([['1 order.completed'], 40]);
});

it('receipts are taken from the port, and closing waits for the present batch', async () => {
  parts.port.waitingReceipts.push(receipt('DL_DO01_1'));
  const { receipts } = parts;
  receipts.start();
  receipts.start();
  await receipts.close();
  expect((await delivery(parts, 'DL_DO01_1')).state).toBe('done');
});
