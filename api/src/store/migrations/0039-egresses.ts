import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** What LiveKit's Egress calls have begun: what its answers name, and recordings do not. */
export const egresses: Migration = {
  async up(db) {
    await createTable(db, 'egresses', {
      tenant: 'text',
      id: 'text',
      room: 'text',
      source: 'text',
      outputs: 'text',
      label: 'text',
      made_ms: 'number',
      stopped_ms: 'number?',
    })
      .addPrimaryKeyConstraint('egresses_key', ['tenant', 'id'])
      .execute();
    await db.schema.createIndex('egresses_by_time').on('egresses').columns(['tenant', 'made_ms', 'id']).execute();
  },
};
