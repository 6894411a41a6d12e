import type { Migration } from 'kysely/migration';

/** Occurrences of all tenants by time. */
export const bookings: Migration = {
  async up(db) {
    await db.schema
      .createIndex('meeting_occurrences_by_start')
      .on('meeting_occurrences')
      .columns(['starts_ms', 'meeting', 'original_start'])
      .execute();
  },
};
