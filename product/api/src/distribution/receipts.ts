// Applies receipts of receivers; each batch is one transaction.
import type { OwnedReceipt } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import type { Store } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { judgeReceipt } from './core/receipts.ts';
import type { DeliveryEnding, OpenDelivery, Outcome } from './ending.ts';
import type { DeliveryRow } from './rows.ts';

export interface ReceiptsOptions {
  readonly store: Pick<Store, 'db'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly port: Pick<NoticePort, 'takeReceipts'>;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
  readonly consumer: string;
  /** Called when deliveries wait for notices again. */
  wake(): void;
}

export class Receipts {
  readonly #o: ReceiptsOptions;
  #taking: { close(): Promise<void> } | undefined;
  #isClosed = false;

  constructor(o: ReceiptsOptions) {
    this.#o = o;
  }

  start(): void {
    if (this.#isClosed) return;
    this.#taking ??= this.#o.port.takeReceipts(this.#o.consumer, (receipts) => this.take(receipts));
  }

  /** Resolves when the current batch has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#taking?.close();
  }

  /** Applies receipts. A repeated receipt has no further effect. */
  async take(receipts: readonly OwnedReceipt[]): Promise<void> {
    const { store, log } = this.#o;
    let ignored = 0;
    await transact(store.db, async (trx) => {
      ignored = await this.#judge(trx, receipts);
    });
    if (ignored > 0) log.info({ ignored, of: receipts.length }, 'receipts without an open delivery are ignored');
  }

  async #judge(trx: Transaction, receipts: readonly OwnedReceipt[]): Promise<number> {
    const { clock, log, ending } = this.#o;
    const rows = await rowsOf(trx, receipts);
    const ends = new Map<string, OpenDelivery & { readonly outcome: Outcome }>();
    const again = new Map<string, DeliveryRow>();
    let ignored = 0;
    for (const receipt of receipts) {
      const row = rows.get(keyOf({ tenant: receipt.tenant, id: receipt.delivery }));
      const key = row === undefined ? '' : keyOf(row);
      const verdict = judgeReceipt(receipt, row, { sha256: row?.sha256 ?? undefined, nowMs: clock.wallMs() });
      if (row === undefined || verdict.kind === 'ignored' || ends.has(key) || again.has(key)) ignored++;
      else if (verdict.kind === 'ends') ends.set(key, endOf(row, Object.assign({ proof: receipt.proof }, verdict)));
      else again.set(key, row);
    }
    await ending.endDeliveries(trx, [...ends.values()], ({ outcome }) => outcome);
    for (const row of again.values()) await waitAgain(trx, row);
    if (again.size > 0) trx.afterCommit({ key: 'deliveries that wait again', log, run: () => this.#o.wake() });
    return ignored;
  }
}

const endOf = ({ tenant, id, order_id }: DeliveryRow, outcome: Outcome) => ({ tenant, id, order_id, outcome });

type KnownDelivery = DeliveryRow & { readonly sha256: string | null };

async function rowsOf(trx: Transaction, receipts: readonly OwnedReceipt[]): Promise<Map<string, KnownDelivery>> {
  if (receipts.length === 0) return new Map();
  const rows = await trx
    .selectFrom('distribution_deliveries as d')
    .leftJoin('library_contents as c', (join) =>
      join.onRef('c.tenant', '=', 'd.tenant').onRef('c.id', '=', 'd.content'),
    )
    .selectAll('d')
    .select('c.sha256')
    .where('d.tenant', 'in', [...new Set(receipts.map(({ tenant }) => tenant))])
    .where('d.id', 'in', [...new Set(receipts.map(({ delivery }) => delivery))])
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Counts the attempt once, even if two instances take the same receipt. */
const waitAgain = (trx: Transaction, { tenant, id, attempts }: DeliveryRow) =>
  trx
    .updateTable('distribution_deliveries')
    .set({ state: 'waiting', place: '', lease_ms: 0, attempts: attempts + 1 })
    .where((eb) => eb.and({ tenant, id, attempts }))
    .where('state', 'in', ['waiting', 'noticed'])
    .execute();

const keyOf = ({ tenant, id }: Pick<DeliveryRow, 'tenant' | 'id'>): string => `${tenant} ${id}`;
