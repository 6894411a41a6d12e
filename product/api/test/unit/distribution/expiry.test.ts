import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireOrders } from '../../../src/distribution/expiry.ts';
import { Orders } from '../../../src/distribution/orders.ts';
import type { OrderRow } from '../../../src/distribution/rows.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';
import { addOrder, addReceivers, makeDistribution, type TestDistribution } from './test-distribution.ts';

const BEFORE_MS = 1000;
const ended = { state: 'completed', created_ms: 10, ended_ms: 999 } as const;

let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
});
afterEach(() => parts.close());

const expire = (tenant = 'acme') => expireOrders(parts.store.db, { tenant, beforeMs: BEFORE_MS });
const remainingOrders = async () => {
  const { db } = parts.store;
  const orders = await db.selectFrom('distribution_orders').select('id').orderBy('id').execute();
  const deliveries = await db.selectFrom('distribution_deliveries').select('order_id').execute();
  return orders.map(({ id }) => `${id} ${deliveries.filter(({ order_id }) => order_id === id).length}`);
};

describe('kept orders', () => {
  it.each<[string, Partial<OrderRow>]>([
    ['runs', { created_ms: 10, state: 'running' }],
    ['ended later', Object.assign({}, ended, { ended_ms: 1000 })],
    ['belongs to another tenant', Object.assign({ tenant: 'globex' }, ended)],
  ])('include an order that %s', async (_what, change) => {
    await addOrder(parts, 'DO_1', 2, change);
    expect(await expire()).toBe(0);
    expect(await remainingOrders()).toEqual(['DO_1 2']);
  });

  it('do not hide younger orders that are over', async () => {
    await addOrder(parts, 'DO_1', 1, { created_ms: 1 });
    await addOrder(parts, 'DO_2', 1, ended);
    expect([await expire(), await expire()]).toEqual([2, 0]);
    expect(await remainingOrders()).toEqual(['DO_1 1']);
  });
});

describe('deleted orders', () => {
  it('are completed or cancelled, and many at once', async () => {
    for (let at = 0; at < 5; at++) await addOrder(parts, `DO_${at}`, 2, ended);
    await addOrder(parts, 'DO_9', 1, Object.assign({}, ended, { state: 'cancelled' as const }));
    expect([await expire(), await expire()]).toEqual([17, 0]);
    expect(await remainingOrders()).toEqual([]);
  });

  it('are deleted in portions, the deliveries before the order, within the bound of one run', async () => {
    await addOrder(parts, 'DO_1', 2300, ended);
    await addOrder(parts, 'DO_2', 900, Object.assign({}, ended, { created_ms: 11 }));
    await addOrder(parts, 'DO_3', 200, Object.assign({}, ended, { created_ms: 12 }));
    expect(await expire()).toBe(1000);
    expect(await remainingOrders()).toEqual(['DO_1 1300', 'DO_2 900', 'DO_3 200']);
    expect([await expire(), await expire(), await remainingOrders()]).toEqual([1000, 301, ['DO_2 900', 'DO_3 200']]);
    expect([await expire(), await remainingOrders()]).toEqual([901, ['DO_3 200']]);
    expect([await expire(), await expire()]).toEqual([201, 0]);
  });

  it('are kept after all when one of their deliveries is retried', async () => {
    await addReceivers(parts, 1001);
    await addOrder(parts, 'DO_1', 1001, Object.assign({ failed: 1001 }, ended));
    const { db } = parts.store;
    await db.updateTable('distribution_deliveries').set({ state: 'failed', code: 'REFUSED' }).execute();
    await expire();
    const { id } = await db.selectFrom('distribution_deliveries').select('id').executeTakeFirstOrThrow();
    const { clock, ending } = parts;
    const log = createLogger({ name: 'api', level: 'fatal' });
    const woken: string[] = [];
    const wake = () => void woken.push('woken');
    const orders = new Orders({
      clock,
      revocations: { add: async () => undefined },
      ending,
      log,
      wake,
      rng: seededRng('retry'),
    });
    await transact(db, (trx) => orders.retry(trx, { tenant: 'acme', id }));
    expect([woken, await expire()]).toEqual([['woken'], 0]);
    expect(await remainingOrders()).toEqual(['DO_1 1']);
  });
});
