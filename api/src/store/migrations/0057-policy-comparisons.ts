import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** What other policies between cost first and experience first would have cost and gained. */
export const policyComparisons: Migration = {
  async up(db) {
    await createTable(db, 'policy_comparisons', { id: 'id', made_ms: 'number', comparison: 'text' }).execute();
  },
};
