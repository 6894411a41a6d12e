// Only this file ends deliveries and changes the counts of orders, once per delivery.
import { type FailureCode, type Proof, priorities } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import type { Transaction } from '../store/transaction.ts';
import { countEnded } from './day-counts.ts';
import type { DistributionMetrics } from './distribution-metrics.ts';
import type { OrderEvent, OrderEvents } from './events.ts';
import type { DeliveryRow } from './rows.ts';

export interface EndingDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: Pick<OrderEvents, 'addEvents'>;
  readonly port: Pick<NoticePort, 'withdraw'>;
  readonly counters: Pick<DistributionMetrics, 'ended'>;
  released?(trx: Transaction, tenant: string, content: string): Promise<void>;
}

export type OpenDelivery = Pick<DeliveryRow, 'tenant' | 'id' | 'order_id'>;

export interface Outcome {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly code?: FailureCode;
  readonly detail?: string;
  /** Absent if unchanged. */
  readonly attempts?: number;
  readonly tookMs?: number;
  readonly neighbourBytes?: number;
  readonly proof?: Proof | undefined;
}

interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly late: number;
}

/** Rows of one statement. */
const ROWS = 500;

export class DeliveryEnding {
  readonly #o: EndingDeps;

  constructor(o: EndingDeps) {
    this.#o = o;
  }

  /**
   * Ends open deliveries, completes their orders, and withdraws notices after the commit. Locks orders sorted by id; a
   * caller that changed orders before must have locked them in the same order. Returns the deliveries that ended.
   */
  async endDeliveries<R extends OpenDelivery>(
    trx: Transaction,
    rows: readonly R[],
    outcome: Outcome | ((row: R) => Outcome),
  ): Promise<DeliveryRow[]> {
    const outcomeOf = typeof outcome === 'function' ? outcome : (): Outcome => outcome;
    await lockOrders(trx, rows);
    const ended: DeliveryRow[] = [];
    for (const [ending, rowsOfOutcome] of Map.groupBy(rows.toSorted(byId), outcomeOf))
      for (const [tenant, rowsOfTenant] of Map.groupBy(rowsOfOutcome, (row) => row.tenant))
        for (let at = 0; at < rowsOfTenant.length; at += ROWS)
          ended.push(...(await this.#end(trx, { tenant, rows: rowsOfTenant.slice(at, at + ROWS), how: ending })));
    for (const rowsOfOrder of Map.groupBy(ended, keyOfOrder).values()) await this.#count(trx, rowsOfOrder);
    await countEnded(
      trx,
      ended.map((row) => Object.assign({}, row, { isLate: row.late === 1 || isNewlyLate(row) })),
    );
    this.#withdrawAfterCommit(trx, ended);
    return ended;
  }

  /** Marks deliveries as late. Returns the number of those that were not marked before. */
  async markLate(trx: Transaction, rows: readonly OpenDelivery[]): Promise<number> {
    await lockOrders(trx, rows);
    let count = 0;
    for (const [tenant, own] of Map.groupBy(rows, (row) => row.tenant)) {
      const late = await trx
        .updateTable('distribution_deliveries')
        .set({ late: 1 })
        .where('tenant', '=', tenant)
        .where('id', 'in', own.map(({ id }) => id).toSorted())
        .where('state', 'in', ['waiting', 'noticed'])
        .where('late', '=', 0)
        .returningAll()
        .execute();
      count += late.length;
      for (const of of Map.groupBy(late, keyOfOrder).values())
        await this.#change(trx, of, { done: 0, failed: 0, cancelled: 0, late: of.length });
    }
    return count;
  }

  #end(
    trx: Transaction,
    { tenant, rows, how }: { readonly tenant: string; readonly rows: readonly OpenDelivery[]; readonly how: Outcome },
  ): Promise<DeliveryRow[]> {
    const { state, code = '', detail = '', attempts, tookMs, neighbourBytes, proof = '' } = how;
    const nowMs = this.#o.clock.wallMs();
    return trx
      .updateTable('distribution_deliveries')
      .set({ state, code, detail, proof, ended_ms: nowMs, lease_ms: 0 })
      .$if(attempts !== undefined, (query) => query.set({ attempts: attempts ?? 0 }))
      .$if(tookMs !== undefined, (query) => query.set({ took_ms: tookMs ?? 0 }))
      .$if(neighbourBytes !== undefined, (query) => query.set({ neighbour_bytes: neighbourBytes ?? 0 }))
      .where('tenant', '=', tenant)
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .where('state', 'in', ['waiting', 'noticed'])
      .returningAll()
      .execute();
  }

  /** Updates the counts of one order. `rows`: its deliveries. */
  async #count(trx: Transaction, rows: readonly DeliveryRow[]): Promise<void> {
    const of = (state: Outcome['state']): number => rows.filter((row) => row.state === state).length;
    const late = rows.filter(isNewlyLate);
    const [first] = rows;
    if (late.length > 0 && first !== undefined)
      await trx
        .updateTable('distribution_deliveries')
        .set({ late: 1 })
        .where('tenant', '=', first.tenant)
        .where(
          'id',
          'in',
          late.map(({ id }) => id),
        )
        .execute();
    const counts = { done: of('done'), failed: of('failed'), cancelled: of('cancelled'), late: late.length };
    await this.#change(trx, rows, counts);
  }

  async #change(trx: Transaction, rows: readonly DeliveryRow[], counts: Counts): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const { tenant, order_id: id } = first;
    const order = await trx
      .updateTable('distribution_orders')
      .set((eb) => ({
        done: eb('done', '+', counts.done),
        failed: eb('failed', '+', counts.failed),
        cancelled: eb('cancelled', '+', counts.cancelled),
        late: eb('late', '+', counts.late),
      }))
      .where((eb) => eb.and({ tenant, id }))
      .returningAll()
      .executeTakeFirst();
    if (order === undefined) return;
    const areAllEnded = order.done + order.failed + order.cancelled >= order.total;
    const isNowCompleted = order.state === 'running' && areAllEnded;
    if (isNowCompleted)
      await trx
        .updateTable('distribution_orders')
        .set({ state: 'completed', ended_ms: this.#o.clock.wallMs() })
        .where((eb) => eb.and({ tenant, id }))
        .execute();
    if (areAllEnded) await this.#o.released?.(trx, tenant, order.content);
    const orderEvents: OrderEvent[] = [];
    for (const delivery of rows)
      if (delivery.state === 'failed') orderEvents.push({ type: 'delivery.failed', delivery });
    if (counts.late > 0 && order.late === counts.late) orderEvents.push({ type: 'order.delayed' });
    if (isNowCompleted) orderEvents.push({ type: 'order.completed' });
    await this.#o.events.addEvents(trx, order, orderEvents);
  }

  #withdrawAfterCommit(trx: Transaction, ended: readonly DeliveryRow[]): void {
    const { clock, log, port, counters } = this.#o;
    const [first] = ended;
    if (first === undefined) return;
    const nowMs = clock.wallMs();
    trx.afterCommit({
      key: `deliveries that ended ${first.id}`,
      log,
      run: async () => {
        for (const row of ended) {
          const code =
            row.state === 'failed' && row.code !== '' ? row.code : row.state === 'done' ? 'done' : 'cancelled';
          counters.ended(code, priorities[row.priority] ?? 'normal', Math.max(0, nowMs - row.created_ms) / 1000);
        }
        // A delivery that is done has a receipt, which removed its notice.
        const sentDeliveries = ended.filter(({ state, place }) => state !== 'done' && place !== '');
        if (sentDeliveries.length > 0) await port.withdraw(sentDeliveries);
      },
    });
  }
}

/** Makes concurrent callers wait, so that counts and events are written once and in order. */
async function lockOrders(trx: Transaction, rows: readonly OpenDelivery[]): Promise<void> {
  const orders = new Map(rows.map((row) => [keyOfOrder(row), row]));
  for (const [, { tenant, order_id: id }] of [...orders].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    await trx
      .updateTable('distribution_orders')
      .set((eb) => ({ sequence: eb.ref('sequence') }))
      .where((eb) => eb.and({ tenant, id }))
      .execute();
}

const keyOfOrder = ({ tenant, order_id }: OpenDelivery): string => `${tenant} ${order_id}`;
const byId = (a: OpenDelivery, b: OpenDelivery): number => (a.id < b.id ? -1 : Number(a.id !== b.id));
const isNewlyLate = ({ state, late, deadline_ms, ended_ms }: DeliveryRow): boolean =>
  state !== 'cancelled' && late === 0 && deadline_ms !== null && (ended_ms ?? 0) > deadline_ms;
