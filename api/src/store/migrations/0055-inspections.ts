import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Reports of the morning inspection, its settings, and what it has to remember. */
export const inspections: Migration = {
  async up(db) {
    await createTable(db, 'inspection_settings', {
      id: 'id',
      hour: 'short',
      time_zone: 'text',
      language: 'text',
      recipients: 'text',
      updated_ms: 'number',
    }).execute();
    await createTable(db, 'inspections', {
      day: 'text',
      made_ms: 'number',
      problems: 'short',
      attentions: 'short',
      report: 'text',
    })
      .addPrimaryKeyConstraint('inspections_key', ['day'])
      .execute();
    await createTable(db, 'inspection_closed', { node: 'text', since_ms: 'number' })
      .addPrimaryKeyConstraint('inspection_closed_key', ['node'])
      .execute();
    await createTable(db, 'inspection_backup', { id: 'id', at_ms: 'number' }).execute();
  },
};
