// Trash of recordings: a recording is there when all its items are, and its later items go there, too.
import type { Clock } from '@meridian/runtime';
import type { RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Items } from '../library/items.ts';
import { type ItemRow, TRASH_KEPT_MS } from '../library/rows.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { itemsOf, type RecordingErasing } from './erasing.ts';
import { lockedRecording } from './records.ts';

type Key = Pick<RecordingRow, 'tenant' | 'id'>;

export interface TrashOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly erasing: Pick<RecordingErasing, 'delete'>;
  readonly items: Pick<Items, 'trash' | 'restore' | 'onTrashed'>;
}

const EVERY_MS = 3600_000;
/** Recordings per run, each in its own transaction; the next run handles the rest. */
const ROWS = 200;

export class RecordingTrash {
  readonly #o: TrashOptions;
  readonly job: JobKind<unknown> = {
    name: 'recordings in the trash',
    concurrency: 1,
    leaseMs: 10 * 60_000,
    every: { ms: EVERY_MS },
    run: async () => {
      await this.empty();
      return undefined;
    },
  };

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
  async follow(trx: Transaction, key: Key, item: string): Promise<void> {
    const row = await lockedRecording(trx, key);
    if (row?.trashed_ms != null) await this.#o.items.trash(trx, { tenant: key.tenant, id: item, by: '' });
  }

  /** Deletes recordings that were in the trash for `TRASH_KEPT_MS`, also those without any item. */
  async empty(): Promise<void> {
    const { db, clock, erasing } = this.#o;
    const beforeMs = clock.wallMs() - TRASH_KEPT_MS;
    const rows = await db
      .selectFrom('recordings')
      .select(['tenant', 'id'])
      .where('trashed_ms', '<', beforeMs)
      .where('deleted_ms', 'is', null)
      .where('state', '!=', 'running')
      .orderBy('trashed_ms')
      .limit(ROWS)
      .execute();
    for (const key of rows)
      await transact(db, async (trx) => {
        const row = await lockedRecording(trx, key);
        const isDue = row !== undefined && row.trashed_ms !== null && row.trashed_ms < beforeMs;
        if (isDue && row.deleted_ms === null && row.state !== 'running') await erasing.delete(trx, row);
      });
  }

  async #itemMoved(trx: Transaction, { tenant, recording: id }: ItemRow, isTrashed: boolean): Promise<void> {
    const row = await lockedRecording(trx, { tenant, id });
    if (row === undefined || row.state === 'running') return;
    const outside = await trx
      .selectFrom('library_items')
      .select('id')
      .where((eb) => eb.and({ tenant, recording: id }))
      .where('trashed_ms', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (isTrashed && outside !== undefined) return;
    await trx
      .updateTable('recordings')
      .set({ trashed_ms: isTrashed ? (row.trashed_ms ?? this.#o.clock.wallMs()) : null })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
  }
}
