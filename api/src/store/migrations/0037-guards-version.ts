import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * For which version of the policy `guards` was found: an api of an older version, which may still run, changes the
 * policy without it. Rooms where the two differ are few, and have an index of their own.
 */
export const guardsVersion: Migration = {
  async up(db) {
    await db.schema
      .alterTable('rooms')
      .addColumn('guards_version', 'integer', (column) => column.notNull().defaultTo(-1))
      .execute();
    await db.schema
      .createIndex('rooms_guards_unknown')
      .on('rooms')
      .columns(['tenant', 'name'])
      .where(sql<boolean>`guards_version <> version`)
      .execute();
  },
};
