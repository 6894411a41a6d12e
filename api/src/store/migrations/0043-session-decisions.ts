import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Why sessions were placed where they were, as the centre said. */
export const sessionDecisions: Migration = {
  async up(db) {
    await createTable(db, 'session_decisions', {
      session: 'number',
      decision_id: 'text',
      made_ms: 'number',
      story: 'text',
    })
      .addPrimaryKeyConstraint('session_decisions_key', ['session', 'decision_id'])
      .execute();
    await db.schema.createIndex('session_decisions_by_time').on('session_decisions').column('made_ms').execute();
  },
};
