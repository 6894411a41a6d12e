// An order gives each of its receivers one delivery, created in the order's transaction.
import { priorities } from '@meridian/distribution';
import { limits, newId } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Revocations } from '../access/revocations.ts';
import type { ShownOrder } from '../events/order-body.ts';
import { Problem } from '../http/problems.ts';
import type { ItemRow } from '../library/rows.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { TOKEN_MS } from './core/notices.ts';
import { takeBackFailure } from './day-counts.ts';
import type { DeliveryEnding } from './ending.ts';
import { groupsOf } from './receivers.ts';
import type { DeliveryRow, OrderRow, ReceiverRow } from './rows.ts';

const ROWS = 200;
const CANCELLED = 1000;

export interface NewOrder {
  readonly to: ShownOrder['to'];
  readonly priority: OrderRow['priority'];
  readonly deadlineMs: number | undefined;
  readonly createdBy: string;
}

export interface OrdersOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
  /** Called when deliveries wait for their notices. */
  wake(): void;
}

export class Orders {
  readonly #o: OrdersOptions;

  constructor(o: OrdersOptions) {
    this.#o = o;
  }

  /** Rejects with CONFLICT for an item without a file, REQUEST_INVALID for an order without receivers. */
  async create(trx: Transaction, item: ItemRow, o: NewOrder): Promise<OrderRow> {
    const { tenant } = item;
    const content = await trx
      .selectFrom('library_contents')
      .selectAll()
      .where((eb) => eb.and({ tenant, id: item.content, state: 'stored' }))
      .executeTakeFirst();
    if (item.state !== 'ready' || content === undefined) throw new Problem('CONFLICT', 'its file is not ready');
    const receivers = await receiversOf(trx, tenant, o.to);
    if (receivers.length === 0) throw new Problem('REQUEST_INVALID', 'the order has no receiver');
    const { clock, rng } = this.#o;
    const nowMs = clock.wallMs();
    const row: OrderRow = {
      tenant,
      id: newId('DO_', (count) => rng.bytes(count), 20),
      item: item.id,
      title: item.title,
      content: content.id,
      name: item.name,
      bytes: content.bytes,
      priority: o.priority,
      deadline_ms: o.deadlineMs ?? null,
      targets: JSON.stringify(o.to),
      made_by: o.createdBy,
      state: 'running',
      total: receivers.length,
      done: 0,
      failed: 0,
      cancelled: 0,
      late: 0,
      sequence: 0,
      created_ms: nowMs,
      ended_ms: null,
      paused: 0,
      heat: 0,
    };
    await trx.insertInto('distribution_orders').values(row).execute();
    const deliveries = receivers.map((receiver) => this.#deliveryOf(row, receiver));
    for (let at = 0; at < deliveries.length; at += ROWS)
      await trx
        .insertInto('distribution_deliveries')
        .values(deliveries.slice(at, at + ROWS))
        .execute();
    this.#wakeAfter(trx);
    return row;
  }

  /**
   * Ends the order's downloads, too. Returns true if more deliveries may be left; then call it again, in another
   * transaction.
   */
  async cancel(trx: Transaction, order: Pick<OrderRow, 'tenant' | 'id'>): Promise<boolean> {
    const { tenant, id } = order;
    const { clock, revocations } = this.#o;
    const cancelled = await trx
      .updateTable('distribution_orders')
      .set({ state: 'cancelled', ended_ms: clock.wallMs() })
      .where((eb) => eb.and({ tenant, id, state: 'running' }))
      .returning('id')
      .executeTakeFirst();
    if (cancelled !== undefined)
      await revocations.add(trx, { tenant, id, untilMs: clock.wallMs() + TOKEN_MS + limits.clockLeewayMs });
    const open = await trx
      .selectFrom('distribution_deliveries')
      .select(['tenant', 'id', 'order_id'])
      .where((eb) => eb.and({ tenant, order_id: id }))
      .where('state', 'in', ['waiting', 'noticed'])
      .limit(CANCELLED)
      .execute();
    await this.#o.ending.endDeliveries(trx, open, { state: 'cancelled' });
    return open.length === CANCELLED;
  }

  /** Makes a failed delivery wait for a new notice, and reopens its order. Rejects with NOT_FOUND or CONFLICT. */
  async retry(
    trx: Transaction,
    { tenant, id }: { readonly tenant: string; readonly id: string },
  ): Promise<DeliveryRow> {
    const found = await trx
      .selectFrom('distribution_deliveries')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (found === undefined) throw new Problem('NOT_FOUND');
    const receiver = await trx
      .selectFrom('distribution_receivers')
      .select('id')
      .where((eb) => eb.and({ tenant, id: found.receiver }))
      .executeTakeFirst();
    if (receiver === undefined) throw new Problem('CONFLICT', 'its receiver was removed');
    const order = await trx
      .updateTable('distribution_orders')
      .set((eb) => ({ failed: eb('failed', '-', 1), state: eb.val('running'), ended_ms: eb.val(null) }))
      .where((eb) => eb.and({ tenant, id: found.order_id }))
      .where('state', '<>', 'cancelled')
      .returning('id')
      .executeTakeFirst();
    // Read again under the lock of its order: another instance may have retried it meanwhile.
    const failed = await trx
      .selectFrom('distribution_deliveries')
      .selectAll()
      .where((eb) => eb.and({ tenant, id, state: 'failed' }))
      .executeTakeFirst();
    if (failed !== undefined) await takeBackFailure(trx, failed);
    const row = await trx
      .updateTable('distribution_deliveries')
      .set({
        state: 'waiting',
        code: '',
        detail: '',
        place: '',
        noticed_ms: null,
        attempts: 0,
        lease_ms: 0,
        ended_ms: null,
      })
      .where((eb) => eb.and({ tenant, id, state: 'failed' }))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || order === undefined)
      throw new Problem('CONFLICT', 'the delivery has not failed, or its order is cancelled');
    this.#wakeAfter(trx);
    return row;
  }

  #wakeAfter(trx: Transaction): void {
    trx.afterCommit({ key: 'deliveries wait', log: this.#o.log, run: async () => this.#o.wake() });
  }

  #deliveryOf(order: OrderRow, receiver: ReceiverRow): DeliveryRow {
    return {
      tenant: order.tenant,
      id: newId('DL_', (count) => this.#o.rng.bytes(count), 20),
      order_id: order.id,
      receiver: receiver.id,
      region: receiver.region,
      item: order.item,
      content: order.content,
      bytes: order.bytes,
      priority: priorities.indexOf(order.priority),
      rank_ms: order.deadline_ms ?? order.created_ms,
      deadline_ms: order.deadline_ms,
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
      created_ms: order.created_ms,
      ended_ms: null,
      heat: 0,
      paused: 0,
      revision: 0,
      sent_revision: 0,
    };
  }
}

/** Returns each receiver of an order once. Rejects with REQUEST_INVALID for an unknown receiver. */
async function receiversOf(db: Database, tenant: string, to: ShownOrder['to']): Promise<ReceiverRow[]> {
  const enabledReceivers = await db
    .selectFrom('distribution_receivers')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('id')
    .execute();
  const ids = new Set(enabledReceivers.map(({ id }) => id));
  const unknown = to.receivers?.find((id) => !ids.has(id));
  if (unknown !== undefined) throw new Problem('REQUEST_INVALID', `there is no receiver ${unknown}`);
  const isWanted = (row: ReceiverRow): boolean =>
    to.all === true ||
    to.receivers?.includes(row.id) === true ||
    to.regions?.includes(row.region) === true ||
    groupsOf(row).some((group) => to.groups?.includes(group) === true);
  return enabledReceivers.filter((row) => row.state === 'enabled' && isWanted(row));
}
