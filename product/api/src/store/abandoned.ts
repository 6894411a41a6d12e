// What a process was at when it died. Of a shared database that shows when leases lapse; a file of SQLite has one
// process alone, so that whatever is under way when it is opened was abandoned.
import type { Store } from './store.ts';

/**
 * At the start, before anything is asked: abandoned jobs and requests are free at once. Nodes are still at those that
 * they have taken.
 */
export async function freeAbandoned({ db, kind }: Store): Promise<void> {
  if (kind !== 'sqlite') return;
  await db
    .updateTable('jobs')
    .set({ lease_until_ms: 0 })
    .where('lease_until_ms', '>', 0)
    .where('worker', '=', '')
    .execute();
  await db.deleteFrom('idempotency').where('sealed_reply', 'is', null).execute();
}
