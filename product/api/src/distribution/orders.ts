// An order gives each of its receivers one delivery, created in the order's transaction.
import { limits, newId } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Revocations } from '../access/revocations.ts';
import type { ShownOrder } from '../events/order-body.ts';
import { Problem } from '../http/problems.ts';
import { heatLevelOf } from '../library/heats.ts';
import type { ItemRow } from '../library/rows.ts';
import type { Transaction } from '../store/transaction.ts';
import { TOKEN_MS } from './core/notices.ts';
import { takeBackFailure } from './day-counts.ts';
import type { DeliveryEnding } from './ending.ts';
import { addDeliveries, receiversOf, standingOf } from './new-deliveries.ts';
import type { DeliveryRow, OrderRow } from './rows.ts';

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
      heat: await heatLevelOf(trx, { tenant, content: content.id }, nowMs),
    };
    await trx.insertInto('distribution_orders').values(row).execute();
    await addDeliveries(trx, rng, { order: row, receivers, createdMs: nowMs });
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
      .returningAll()
      .executeTakeFirst();
    const standing = order === undefined ? {} : standingOf(order, found.created_ms);
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
        ...standing,
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
}
