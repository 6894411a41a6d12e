import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** Testers of regions, and each result of a dial test. */
export const dialResults: Migration = {
  async up(db) {
    await createTable(db, 'dial_testers', {
      region: 'text',
      probe: 'text',
      host: 'text',
      every_s: 'number',
      last_ms: 'number',
      digest: 'text',
    })
      .addPrimaryKeyConstraint('dial_testers_key', ['region', 'probe'])
      .execute();
    const results = createTable(db, 'dial_results', {
      region: 'text',
      kind: 'text',
      to_region: 'text',
      received_ms: 'number',
      probe: 'text',
      is_ok: 'short',
      stage: 'text',
      code: 'text',
      text: 'text',
      join_ms: 'number?',
      first_frame_ms: 'number?',
      gap_ms: 'number?',
      served_by: 'text',
      served_region: 'text',
    }).addPrimaryKeyConstraint('dial_results_key', ['region', 'kind', 'to_region', 'received_ms', 'probe']);
    await inOrderOfKey(db, results).execute();
    await db.schema.createIndex('dial_results_by_time').on('dial_results').columns(['received_ms', 'region']).execute();
  },
};
