import { priorities } from '@meridian/distribution';
import { newId } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import type { ShownOrder } from '../events/order-body.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { deliveryRank } from './core/delivery-rank.ts';
import { groupsOf } from './receivers.ts';
import type { DeliveryRow, OrderRow, ReceiverRow } from './rows.ts';

const ROWS = 200;

/** Returns each enabled receiver of an order once. Rejects with REQUEST_INVALID for an unknown receiver. */
export async function receiversOf(db: Database, tenant: string, to: ShownOrder['to']): Promise<ReceiverRow[]> {
  const receivers = await db
    .selectFrom('distribution_receivers')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('id')
    .execute();
  const ids = new Set(receivers.map(({ id }) => id));
  const unknown = to.receivers?.find((id) => !ids.has(id));
  if (unknown !== undefined) throw new Problem('REQUEST_INVALID', `there is no receiver ${unknown}`);
  const isWanted = (row: ReceiverRow): boolean =>
    to.all === true ||
    to.receivers?.includes(row.id) === true ||
    to.regions?.includes(row.region) === true ||
    groupsOf(row).some((group) => to.groups?.includes(group) === true);
  return receivers.filter((row) => row.state === 'enabled' && isWanted(row));
}

/** Adds one delivery for each receiver, which waits for its notice. `createdMs`: wall clock. */
export async function addDeliveries(
  trx: Transaction,
  rng: Rng,
  o: { readonly order: OrderRow; readonly receivers: readonly ReceiverRow[]; readonly createdMs: number },
): Promise<void> {
  const rows = o.receivers.map((receiver) => deliveryOf(o.order, receiver, { rng, createdMs: o.createdMs }));
  for (let at = 0; at < rows.length; at += ROWS)
    await trx
      .insertInto('distribution_deliveries')
      .values(rows.slice(at, at + ROWS))
      .execute();
}

/** Returns the columns that deliveries share with their order. */
export const standingOf = (order: OrderRow, createdMs: number) => ({
  priority: priorities.indexOf(order.priority),
  deadline_ms: order.deadline_ms,
  paused: order.paused,
  heat: order.heat,
  rank_ms: deliveryRank({ createdMs, deadlineMs: order.deadline_ms, bytes: order.bytes, heat: order.heat }).rankMs,
});

function deliveryOf(
  order: OrderRow,
  receiver: ReceiverRow,
  { rng, createdMs }: { readonly rng: Rng; readonly createdMs: number },
): DeliveryRow {
  return {
    tenant: order.tenant,
    id: newId('DL_', (count) => rng.bytes(count), 20),
    order_id: order.id,
    receiver: receiver.id,
    region: receiver.region,
    item: order.item,
    content: order.content,
    bytes: order.bytes,
    ...standingOf(order, createdMs),
    proof: '',
    revision: 0,
    sent_revision: 0,
    state: 'waiting',
    place: '',
    noticed_ms: null,
    token_ends_ms: 0,
    lease_ms: 0,
    attempts: 0,
    code: '',
    detail: '',
    late: 0,
    took_ms: 0,
    neighbour_bytes: 0,
    created_ms: createdMs,
    ended_ms: null,
  };
}
