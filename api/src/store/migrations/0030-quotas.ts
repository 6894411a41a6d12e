import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const quotas: Migration = {
  async up(db) {
    await createTable(db, 'quotas', { tenant: 'text', what: 'text', who: 'text', day: 'number', used: 'number' })
      .addPrimaryKeyConstraint('quotas_key', ['tenant', 'what', 'who', 'day'])
      .execute();
  },
};
