// In SQLite, which has a single process, work of a dead process can be freed at the start; elsewhere leases expire.
import type { Store } from './store.ts';

/** Frees jobs and requests; must be called at the start. Tasks of nodes stay, because the nodes still run. */
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
