import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** What happened to sessions. */
export const sessionEvents: Migration = {
  async up(db) {
    const table = createTable(db, 'session_events', {
      session: 'number',
      at_ms: 'number',
      kind: 'text',
      source: 'text',
      from_node: 'text',
      to_node: 'text',
      reason: 'text',
      decision_id: 'text',
    }).addPrimaryKeyConstraint('session_events_key', ['session', 'at_ms', 'kind', 'source', 'from_node', 'to_node']);
    await inOrderOfKey(db, table).execute();
    await db.schema.createIndex('session_events_by_time').on('session_events').column('at_ms').execute();
  },
};
