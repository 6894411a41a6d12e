// Trash of recordings: a recording is there with all its items, also with those that come later.
import type { Clock } from '@meridian/runtime';
import type { Principal } from '../access/core/scopes.ts';
import type { RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { Transaction } from '../store/transaction.ts';

export interface Trash {
  readonly clock: Clock;
}

/** Rejects with CONFLICT while it runs. A recording that is there already stays as it is. */
export async function trash(
  trx: Transaction,
  { clock }: Trash,
  { tenant, id }: RecordingRow,
  _by: Principal,
): Promise<void> {
  const row = await trx
    .updateTable('recordings')
    .set((eb) => ({ trashed_ms: eb.fn.coalesce('trashed_ms', eb.val(clock.wallMs())) }))
    .where((eb) => eb.and({ tenant, id }))
    .where('deleted_ms', 'is', null)
    .where('state', '!=', 'running')
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new Problem('CONFLICT', 'the recording is running: stop it first');
}

/** Does nothing for a recording that is not in the trash. */
export async function restore(trx: Transaction, _o: Trash, { tenant, id }: RecordingRow): Promise<void> {
  await trx
    .updateTable('recordings')
    .set({ trashed_ms: null })
    .where((eb) => eb.and({ tenant, id }))
    .execute();
}
