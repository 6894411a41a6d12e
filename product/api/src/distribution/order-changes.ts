// Changes of running orders: standing of the open deliveries, receivers more or less.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ShownOrder } from '../events/order-body.ts';
import { Problem } from '../http/problems.ts';
import type { Transaction } from '../store/transaction.ts';
import type { DeliveryEnding } from './ending.ts';
import { addDeliveries, receiversOf, standingOf } from './new-deliveries.ts';
import type { OrderRow } from './rows.ts';

/** Deliveries of an order, also those of receivers that were removed from it. */
const DELIVERIES_MAX = 10_000;
const isOpen = ['waiting', 'noticed'] as const;

export interface OrderChange {
  readonly priority?: OrderRow['priority'];
  /** null removes the deadline. */
  readonly deadlineMs?: number | null;
  readonly paused?: boolean;
  readonly addTo?: ShownOrder['to'];
  readonly removeFrom?: readonly string[];
}

export interface OrderChangesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
  /** Called when deliveries wait for their notices. */
  wakeNotices(): void;
  /** Called when noticed deliveries have a new standing. */
  wakeRestating(): void;
}

export class OrderChanges {
  readonly #o: OrderChangesOptions;

  constructor(o: OrderChangesOptions) {
    this.#o = o;
  }

  /**
   * Changes an order and its open deliveries, whose receivers hear of it at once. Receivers are removed before others
   * are added. Rejects with NOT_FOUND; CONFLICT for an order that is cancelled, one that is completed unless receivers
   * are added, or one whose file is gone if they are; REQUEST_INVALID for an unknown receiver; QUOTA_EXCEEDED.
   */
  async change(
    trx: Transaction,
    named: { readonly tenant: string; readonly id: string },
    o: OrderChange,
  ): Promise<OrderRow> {
    const order = await lockedOrder(trx, named);
    if (order.state === 'cancelled') throw new Problem('CONFLICT', 'the order is cancelled');
    await this.#restand(trx, order, o);
    if (o.removeFrom !== undefined) await this.#remove(trx, order, o.removeFrom);
    if (o.addTo !== undefined) await this.#add(trx, order, o.addTo);
    this.#wakeAfter(trx);
    return lockedOrder(trx, named);
  }

  async #restand(trx: Transaction, order: OrderRow, o: OrderChange): Promise<void> {
    const after: OrderRow = Object.assign({}, order, {
      priority: o.priority ?? order.priority,
      deadline_ms: o.deadlineMs === undefined ? order.deadline_ms : o.deadlineMs,
      paused: o.paused === undefined ? order.paused : Number(o.paused),
    });
    const { priority, deadline_ms, paused } = after;
    if (priority === order.priority && deadline_ms === order.deadline_ms && paused === order.paused) return;
    if (order.state === 'completed') throw new Problem('CONFLICT', 'the order is completed');
    const { tenant, id } = order;
    const late = deadline_ms === order.deadline_ms ? 0 : await this.#clearLate(trx, after);
    await trx
      .updateTable('distribution_orders')
      .set((eb) => ({ priority, deadline_ms, paused, late: eb('late', '-', late) }))
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    // Deliveries of receivers that were added later have another time of order, and so another rank.
    const times = await trx
      .selectFrom('distribution_deliveries')
      .select('created_ms')
      .distinct()
      .where((eb) => eb.and({ tenant, order_id: id }))
      .where('state', 'in', isOpen)
      .execute();
    for (const { created_ms } of times)
      await trx
        .updateTable('distribution_deliveries')
        .set(standingOf(after, created_ms))
        .set((eb) => ({ revision: eb('revision', '+', 1) }))
        .where((eb) => eb.and({ tenant, order_id: id, created_ms }))
        .where('state', 'in', isOpen)
        .execute();
  }

  /** Open deliveries that are late by their old deadline alone are late no more. Returns their number. */
  async #clearLate(trx: Transaction, { tenant, id, deadline_ms }: OrderRow): Promise<number> {
    if (deadline_ms !== null && deadline_ms < this.#o.clock.wallMs()) return 0;
    const { numUpdatedRows } = await trx
      .updateTable('distribution_deliveries')
      .set({ late: 0 })
      .where((eb) => eb.and({ tenant, order_id: id, late: 1 }))
      .where('state', 'in', isOpen)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async #remove(trx: Transaction, { tenant, id }: OrderRow, receivers: readonly string[]): Promise<void> {
    const found = await trx
      .selectFrom('distribution_deliveries')
      .select(['tenant', 'id', 'order_id', 'receiver', 'state'])
      .where((eb) => eb.and({ tenant, order_id: id }))
      .where('receiver', 'in', [...receivers])
      .execute();
    const unknown = receivers.find((one) => !found.some(({ receiver }) => receiver === one));
    if (unknown !== undefined) throw new Problem('REQUEST_INVALID', `the order has no delivery to ${unknown}`);
    const open = found.filter(({ state }) => state === 'waiting' || state === 'noticed');
    await this.#o.ending.endDeliveries(trx, open, { state: 'cancelled' });
  }

  /** Receivers that were removed from the order before get another delivery. */
  async #add(trx: Transaction, before: OrderRow, to: ShownOrder['to']): Promise<void> {
    const { tenant, id } = before;
    const content = await trx
      .selectFrom('library_contents')
      .select('state')
      .where((eb) => eb.and({ tenant, id: before.content }))
      .executeTakeFirst();
    if (content?.state !== 'stored') throw new Problem('CONFLICT', 'its file is no longer stored');
    const present = await trx
      .selectFrom('distribution_deliveries')
      .select('receiver')
      .where((eb) => eb.and({ tenant, order_id: id }))
      .where('state', '<>', 'cancelled')
      .execute();
    const have = new Set(present.map(({ receiver }) => receiver));
    const receivers = (await receiversOf(trx, tenant, to)).filter((one) => !have.has(one.id));
    if (receivers.length === 0) return;
    if (before.total + receivers.length > DELIVERIES_MAX)
      throw new Problem('QUOTA_EXCEEDED', `an order has at most ${DELIVERIES_MAX} deliveries`);
    const order = await trx
      .updateTable('distribution_orders')
      .set((eb) => ({
        total: eb('total', '+', receivers.length),
        state: eb.val('running' as const),
        ended_ms: eb.val(null),
        targets: eb.val(JSON.stringify(joined(JSON.parse(before.targets), to))),
      }))
      .where((eb) => eb.and({ tenant, id }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await addDeliveries(trx, this.#o.rng, { order, receivers, createdMs: this.#o.clock.wallMs() });
  }

  #wakeAfter(trx: Transaction): void {
    const { log, wakeNotices, wakeRestating } = this.#o;
    trx.afterCommit({
      key: 'an order changed',
      log,
      run: async () => {
        wakeNotices();
        wakeRestating();
      },
    });
  }
}

/** Returns the order, which no other transaction changes until this one ends. */
async function lockedOrder(
  trx: Transaction,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<OrderRow> {
  const row = await trx
    .updateTable('distribution_orders')
    .set((eb) => ({ sequence: eb.ref('sequence') }))
    .where((eb) => eb.and({ tenant, id }))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  return row;
}

function joined(before: ShownOrder['to'], more: ShownOrder['to']): ShownOrder['to'] {
  const both = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
    a === undefined && b === undefined ? undefined : [...new Set([...(a ?? []), ...(b ?? [])])];
  const names = {
    receivers: both(before.receivers, more.receivers),
    groups: both(before.groups, more.groups),
    regions: both(before.regions, more.regions),
    all: before.all === true || more.all === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
}
