import type { Migration } from 'kysely/migration';

/** The e-mail that the page of a link shows to the first administrator. */
export const firstAdministrators: Migration = {
  async up(db) {
    await db.schema
      .alterTable('setup_codes')
      .addColumn('email', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  },
};
