import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const erasures: Migration = {
  async up(db) {
    await createTable(db, 'erasures', {
      id: 'id',
      tenant: 'text',
      pseudonym: 'text',
      identity: 'text',
      email: 'text',
      counts: 'text',
      created_ms: 'number',
      done_ms: 'number?',
    }).execute();
    await db.schema.createIndex('erasures_by_time').on('erasures').columns(['tenant', 'created_ms', 'id']).execute();
  },
};
