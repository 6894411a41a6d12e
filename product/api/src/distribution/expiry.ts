import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';

/** Orders per transaction: tens of milliseconds, in which other writers of SQLite wait. */
const ORDERS = 100;
const DELIVERIES = 1000;

interface ExpiredOrders {
  readonly tenant: string;
  readonly beforeMs: number;
}

/** Returns the number of removed rows; 0 if none is left. A big order is removed in parts; a running one stays. */
export const expireOrders = (db: Database, old: ExpiredOrders): Promise<number> =>
  transact(db, async (trx) => {
    const orders = await lockedOrders(trx, old);
    if (orders.length === 0) return 0;
    const { tenant } = old;
    const deletableIds = trx
      .selectFrom('distribution_deliveries')
      .select('id')
      .where('tenant', '=', tenant)
      .where('order_id', 'in', orders)
      .limit(DELIVERIES);
    const deliveries = await trx
      .deleteFrom('distribution_deliveries')
      .where('tenant', '=', tenant)
      .where('id', 'in', deletableIds)
      .executeTakeFirstOrThrow();
    const deletedCount = Number(deliveries.numDeletedRows);
    if (deletedCount === DELIVERIES) return deletedCount;
    await trx.deleteFrom('distribution_orders').where('tenant', '=', tenant).where('id', 'in', orders).execute();
    return deletedCount + orders.length;
  });

/** Locks the oldest orders, by id as everywhere. */
async function lockedOrders(trx: Transaction, { tenant, beforeMs }: ExpiredOrders): Promise<string[]> {
  const oldest = await trx
    .selectFrom('distribution_orders')
    .select(['id', 'total'])
    .where('tenant', '=', tenant)
    // An order ends after it was created, so the index by creation time finds old orders.
    .where('created_ms', '<', beforeMs)
    .where('state', '<>', 'running')
    .where('ended_ms', '<', beforeMs)
    .orderBy('created_ms')
    .orderBy('id')
    .limit(ORDERS)
    .execute();
  let deliveries = 0;
  const fitting = oldest.filter(({ total }, at) => {
    deliveries += total;
    return at === 0 || deliveries <= DELIVERIES;
  });
  const locked: string[] = [];
  for (const { id } of fitting.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const { numUpdatedRows } = await trx
      .updateTable('distribution_orders')
      .set((eb) => ({ sequence: eb.ref('sequence') }))
      .where((eb) => eb.and({ tenant, id }))
      .where('state', '<>', 'running')
      .where('ended_ms', '<', beforeMs)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) locked.push(id);
  }
  return locked;
}
