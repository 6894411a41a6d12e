import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { OrderEventType } from '../events/core/order-events.ts';
import { type OrderEventBody, orderSidOf, type ShownFailure, type ShownOrder } from '../events/order-body.ts';
import { timeText } from '../http/time.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import type { DeliveryRow, OrderRow } from './rows.ts';

export interface OrderEventsDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly deliveries: Pick<Deliveries, 'add'>;
}

export interface OrderEvent {
  readonly type: OrderEventType;
  /** Delivery that failed, for `delivery.failed`. */
  readonly delivery?: DeliveryRow;
}

const ROWS = 500;

export class OrderEvents {
  readonly #o: OrderEventsDeps;

  constructor(o: OrderEventsDeps) {
    this.#o = o;
  }

  /** Runs in the transaction that changed the order. Sequence numbers have no gaps. */
  async addEvents(trx: Transaction, { tenant, id }: OrderRow, orderEvents: readonly OrderEvent[]): Promise<void> {
    if (orderEvents.length === 0) return;
    const { clock, rng, deliveries } = this.#o;
    const row = await trx
      .updateTable('distribution_orders')
      .set((eb) => ({ sequence: eb('sequence', '+', orderEvents.length) }))
      .where((eb) => eb.and({ tenant, id }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const nowMs = clock.wallMs();
    const order = shownOrder(row);
    const events = orderEvents.map(({ type }, at) => ({
      id: newId('EV_', (count) => rng.bytes(count), 20),
      tenant,
      sid: orderSidOf(tenant, id),
      sequence: row.sequence - orderEvents.length + at + 1,
      type,
    }));
    const rows = events.map((event, at) => {
      const delivery = orderEvents[at]?.delivery;
      const body: OrderEventBody = delivery === undefined ? { order } : { order, delivery: shownFailure(delivery) };
      return Object.assign({ room: '', at_ms: nowMs, created_ms: nowMs, body: JSON.stringify(body) }, event);
    });
    for (let at = 0; at < rows.length; at += ROWS)
      await trx
        .insertInto('events')
        .values(rows.slice(at, at + ROWS))
        .execute();
    await deliveries.add(trx, events);
  }
}

export function shownOrder(row: OrderRow): ShownOrder {
  const { id, item, title, name, bytes, priority, state, total, done, failed, cancelled, late } = row;
  const shown: ShownOrder = {
    id,
    item,
    title,
    name,
    bytes,
    priority,
    paused: row.paused === 1,
    heat: row.heat,
    to: JSON.parse(row.targets) as ShownOrder['to'],
    createdBy: row.made_by,
    state,
    total,
    done,
    failed,
    cancelled,
    late,
    createdAt: timeText(row.created_ms),
  };
  if (row.deadline_ms !== null) shown.deadlineAt = timeText(row.deadline_ms);
  if (row.ended_ms !== null) shown.endedAt = timeText(row.ended_ms);
  return shown;
}

function shownFailure({ id, receiver, code, detail }: DeliveryRow): ShownFailure {
  return { id, receiver, code: code === '' ? 'REFUSED' : code, detail };
}
