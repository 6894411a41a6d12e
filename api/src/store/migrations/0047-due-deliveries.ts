import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Those that wait, by when they are due: alarms ask for the oldest every 5 s. */
export const dueDeliveries: Migration = {
  async up(db) {
    await sql`create index webhook_deliveries_due on webhook_deliveries (next_ms) where state = 'pending'`.execute(db);
  },
};
