import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Results of dial tests, summed up by the hour. */
export const dialHours: Migration = {
  async up(db) {
    await createTable(db, 'dial_hours', {
      region: 'text',
      kind: 'text',
      to_region: 'text',
      hour_ms: 'number',
      tried: 'number',
      failed: 'number',
      joins: 'number',
      join_ms: 'number',
      first_frames: 'number',
      first_frame_ms: 'number',
      gaps: 'number',
      gap_ms: 'number',
    })
      .addPrimaryKeyConstraint('dial_hours_key', ['region', 'kind', 'to_region', 'hour_ms'])
      .execute();
    await db.schema.createIndex('dial_hours_by_time').on('dial_hours').column('hour_ms').execute();
  },
};
