import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const jobs: Migration = {
  async up(db) {
    await createTable(db, 'jobs', {
      id: 'id',
      kind: 'text',
      key: 'text',
      tenant: 'text',
      lane: 'text',
      payload: 'text',
      run_at_ms: 'number',
      attempts: 'number',
      added: 'number',
      lease_until_ms: 'number',
      leased_by: 'text',
      created_ms: 'number',
    })
      .addUniqueConstraint('jobs_once', ['kind', 'key'])
      .execute();
    await db.schema.createIndex('jobs_by_time').on('jobs').columns(['kind', 'run_at_ms']).execute();
  },
};
