// Frees work that a dead process left behind. In a shared database lapsing leases show that; a file of SQLite has a
// single process, so work under way at its opening was abandoned.
import type { Store } from './store.ts';

/**
 * Call at the start, before any request: abandoned jobs and requests become free at once. Tasks of nodes stay, because
 * the nodes still run.
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
