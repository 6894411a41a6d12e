import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Windows of maintenance, which objectives leave out. */
export const slaExclusions: Migration = {
  async up(db) {
    await createTable(db, 'sla_exclusions', {
      id: 'id',
      region: 'text',
      from_ms: 'number',
      to_ms: 'number',
      reason: 'text',
      by_id: 'text',
      created_ms: 'number',
    }).execute();
    await db.schema.createIndex('sla_exclusions_by_time').on('sla_exclusions').columns(['to_ms', 'id']).execute();
  },
};
