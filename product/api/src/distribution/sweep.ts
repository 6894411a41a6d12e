// Resends lost or old notices, withdraws those of cancelled orders, and fails deliveries of silent third parties.
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { DeliveryEnding } from './ending.ts';
import { RepeatedTask } from './repeated-task.ts';
import type { DeliveryRow, OrderState } from './rows.ts';

export interface SweepOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly port: Pick<NoticePort, 'arePresent'>;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
  /** Called when deliveries wait for notices again. */
  wake(): void;
}

const EVERY_MS = 30_000;
/** Younger notices are not checked: a missing one may have been removed by a receipt that is being applied. */
const NEW_MS = 60_000;
const DAY_MS = 86_400_000;
const TOKEN_LEFT_MS = DAY_MS;
/** Age at which the token of a notice ends within a day. */
const OLD_MS = 6 * DAY_MS;
const NO_RECEIPT_MS = 7 * DAY_MS;
const ROWS = 500;
/** Pages per run; the next run continues after them. */
const PAGES = 10;

type SweptDelivery = Pick<DeliveryRow, 'tenant' | 'id' | 'order_id' | 'receiver' | 'place' | 'noticed_ms'>;
type SweptDeliveryOfOrder = SweptDelivery & { readonly order: OrderState | null };

/** Idempotent, so several instances may sweep at the same time. */
export class Sweep {
  readonly #o: SweepOptions;
  readonly #task: RepeatedTask;
  /** Last checked delivery; undefined to start from the beginning. */
  #last: { readonly noticedMs: number; readonly id: string } | undefined;

  constructor(o: SweepOptions) {
    this.#o = o;
    const { clock, log } = o;
    const run = async (): Promise<number> => {
      await this.run();
      return EVERY_MS;
    };
    this.#task = new RepeatedTask({ clock, log, taskName: 'lost notices', run, failedMs: EVERY_MS });
  }

  start(): void {
    this.#task.start();
  }

  /** Resolves when the current run has ended. */
  close(): Promise<void> {
    return this.#task.close();
  }

  async run(): Promise<void> {
    await this.#failSilent();
    const again = (await this.#replaceOld()) + (await this.#findLost());
    if (again === 0) return;
    this.#o.log.info({ deliveries: again }, 'lost or old notices will be resent');
    this.#o.wake();
  }

  /** Fails deliveries to third parties that sent no receipt, whether they pulled the file or not. */
  async #failSilent(): Promise<void> {
    const { db, clock, ending } = this.#o;
    const nowMs = clock.wallMs();
    const silentRows = await db
      .selectFrom('distribution_deliveries as d')
      .innerJoin('distribution_receivers as r', (join) =>
        join.onRef('r.tenant', '=', 'd.tenant').onRef('r.id', '=', 'd.receiver'),
      )
      .select(['d.tenant', 'd.id', 'd.order_id'])
      .where('d.state', '=', sql.lit('noticed'))
      .where('r.kind', '=', 'pull')
      .where('d.noticed_ms', '<', nowMs - NO_RECEIPT_MS)
      .where((eb) => eb.or([eb('d.deadline_ms', 'is', null), eb('d.deadline_ms', '<', nowMs - DAY_MS)]))
      .orderBy('d.noticed_ms')
      .limit(ROWS)
      .execute();
    const detail = 'the third party has not confirmed that it has the file';
    const outcome = { state: 'failed', code: 'NO_RECEIPT', detail } as const;
    if (silentRows.length > 0) await transact(db, (trx) => ending.endDeliveries(trx, silentRows, outcome));
  }

  /** Keeps the old notice's place until the new one is sent, so that the receiver can use the old one. */
  async #replaceOld(): Promise<number> {
    const { db, clock } = this.#o;
    const nowMs = clock.wallMs();
    const old = await db
      .selectFrom('distribution_deliveries')
      .select(['tenant', 'id', 'order_id', 'receiver', 'place', 'noticed_ms'])
      .where('state', '=', sql.lit('noticed'))
      .where('noticed_ms', '<', nowMs - OLD_MS)
      .where('token_ends_ms', '<', nowMs + TOKEN_LEFT_MS)
      .orderBy('noticed_ms')
      .orderBy('id')
      .limit(ROWS)
      .execute();
    return this.#waitAgain(old, { isLost: false });
  }

  async #findLost(): Promise<number> {
    const { db, ending } = this.#o;
    let again = 0;
    for (let pages = 0; pages < PAGES; pages++) {
      const rows = await this.#page();
      const last = rows.at(-1);
      const isEnd = rows.length < ROWS || last === undefined;
      this.#last = isEnd ? undefined : { noticedMs: last.noticed_ms ?? 0, id: last.id };
      // The api stopped while it was cancelling these orders.
      const cancelledRows = rows.filter(({ order }) => order === 'cancelled');
      if (cancelledRows.length > 0)
        await transact(db, (trx) => ending.endDeliveries(trx, cancelledRows, { state: 'cancelled' }));
      const present = rows.length === 0 ? [] : await this.#o.port.arePresent(rows);
      again += await this.#waitAgain(
        rows.filter((_, at) => present[at] === false),
        { isLost: true },
      );
      if (isEnd) break;
    }
    return again;
  }

  #page(): Promise<SweptDeliveryOfOrder[]> {
    const { db, clock } = this.#o;
    let query = db
      .selectFrom('distribution_deliveries as d')
      .leftJoin('distribution_orders as o', (join) =>
        join.onRef('o.tenant', '=', 'd.tenant').onRef('o.id', '=', 'd.order_id'),
      )
      .select(['d.tenant', 'd.id', 'd.order_id', 'd.receiver', 'd.place', 'd.noticed_ms', 'o.state as order'])
      .where('d.state', '=', sql.lit('noticed'))
      .where('d.noticed_ms', '<=', clock.wallMs() - NEW_MS);
    const last = this.#last;
    if (last !== undefined)
      query = query.where((eb) =>
        eb.or([
          eb('d.noticed_ms', '>', last.noticedMs),
          eb.and([eb('d.noticed_ms', '=', last.noticedMs), eb('d.id', '>', last.id)]),
        ]),
      );
    return query.orderBy('d.noticed_ms').orderBy('d.id').limit(ROWS).execute();
  }

  #waitAgain(rows: readonly SweptDelivery[], { isLost }: { readonly isLost: boolean }): Promise<number> {
    if (rows.length === 0) return Promise.resolve(0);
    return transact(this.#o.db, async (trx) => {
      let count = 0;
      for (const { tenant, id, place } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        const { numUpdatedRows } = await trx
          .updateTable('distribution_deliveries')
          .set({ state: 'waiting', place: isLost ? '' : place, lease_ms: 0 })
          .where((eb) => eb.and({ tenant, id, place }))
          .where('state', '=', sql.lit('noticed'))
          .executeTakeFirst();
        count += Number(numUpdatedRows);
      }
      return count;
    });
  }
}
