// Trash of recordings: a recording is there when all its items are, and its later items go there, too.
import type { Clock } from '@meridian/runtime';
import type { RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { Items } from '../library/items.ts';
import type { ItemRow } from '../library/rows.ts';
import type { Transaction } from '../store/transaction.ts';
import { itemsOf } from './erasing.ts';

type Key = Pick<RecordingRow, 'tenant' | 'id'>;

export interface TrashOptions {
  readonly clock: Clock;
  readonly items: Pick<Items, 'trash' | 'restore' | 'onTrashed'>;
}

export class RecordingTrash {
  readonly #o: TrashOptions;

  constructor(o: TrashOptions) {
    this.#o = o;
    o.items.onTrashed((trx, item, isTrashed) => this.#itemMoved(trx, item, isTrashed));
  }

  /** Puts a recording into the trash. `by`: user; ''. Rejects with CONFLICT while it runs. */
  async add(trx: Transaction, { tenant, id }: Key, by: string): Promise<void> {
    const row = await trx
      .updateTable('recordings')
      .set((eb) => ({ trashed_ms: eb.fn.coalesce('trashed_ms', eb.val(this.#o.clock.wallMs())) }))
      .where((eb) => eb.and({ tenant, id }))
      .where('deleted_ms', 'is', null)
      .where('state', '!=', 'running')
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) throw new Problem('CONFLICT', 'the recording is running: stop it first');
    for (const item of await itemsOf(trx, { tenant, id })) await this.#o.items.trash(trx, { tenant, id: item, by });
  }

  /** Restores a recording with all its items. Does nothing for one that is not in the trash. */
  async restore(trx: Transaction, { tenant, id }: Key): Promise<void> {
    const row = await trx
      .updateTable('recordings')
      .set({ trashed_ms: null })
      .where((eb) => eb.and({ tenant, id }))
      .where('trashed_ms', 'is not', null)
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return;
    for (const item of await itemsOf(trx, { tenant, id })) await this.#o.items.restore(trx, { tenant, id: item });
  }

  /** Puts an item that a recorder brings into the trash, if its recording is there. */
  async follow(trx: Transaction, { tenant, id }: Key, item: string): Promise<void> {
    const row = await trx
      .selectFrom('recordings')
      .select('trashed_ms')
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (row?.trashed_ms != null) await this.#o.items.trash(trx, { tenant, id: item, by: '' });
  }

  async #itemMoved(trx: Transaction, { tenant, recording: id }: ItemRow, isTrashed: boolean): Promise<void> {
    const outside = await trx
      .selectFrom('library_items')
      .select('id')
      .where((eb) => eb.and({ tenant, recording: id }))
      .where('trashed_ms', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (isTrashed && outside !== undefined) return;
    const nowMs = this.#o.clock.wallMs();
    await trx
      .updateTable('recordings')
      .set((eb) => ({ trashed_ms: isTrashed ? eb.fn.coalesce('trashed_ms', eb.val(nowMs)) : null }))
      .where((eb) => eb.and({ tenant, id }))
      .where('state', '!=', 'running')
      .execute();
  }
}
