import type { Migration } from 'kysely/migration';

export const erasedInvitees: Migration = {
  async up(db) {
    await db.schema
      .alterTable('erasures')
      .addColumn('invitees', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
