import type { Migration } from 'kysely/migration';

export const feedMakers: Migration = {
  async up(db) {
    await db.schema.alterTable('calendar_feeds').addColumn('made_by', 'text').execute();
  },
};
