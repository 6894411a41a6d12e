import type { Migration } from 'kysely/migration';

export const bookedRooms: Migration = {
  async up(db) {
    await db.schema.alterTable('rooms').addColumn('booked', 'text').execute();
    await db.schema.alterTable('join_links').addColumn('meeting', 'text').execute();
    await db.schema.alterTable('join_links').addColumn('invitee', 'text').execute();
    await db.schema.createIndex('join_links_by_meeting').on('join_links').columns(['meeting', 'invitee']).execute();
  },
};
