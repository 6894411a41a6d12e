import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** Traffic between regions, bytes of tenants' sessions, and prices: what an hour of a participant costs. */
export const cost: Migration = {
  async up(db) {
    const links = createTable(db, 'link_hours', {
      at_ms: 'number',
      from_region: 'text',
      to_region: 'text',
      sent_bytes: 'number',
      peak_bps: 'number',
    }).addPrimaryKeyConstraint('link_hours_key', ['at_ms', 'from_region', 'to_region']);
    await inOrderOfKey(db, links).execute();
    for (const name of ['sent_bytes', 'received_bytes'])
      await db.schema
        .alterTable('sla_media_hours')
        .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
        .execute();
    await createTable(db, 'cost_prices', { id: 'id', prices: 'text', updated_ms: 'number' }).execute();
  },
};
