import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const revocations: Migration = {
  async up(db) {
    await db.schema
      .createTable('revocations')
      .addColumn('version', 'bigint', (column) => column.primaryKey())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('before_ms', 'bigint', (column) => column.notNull())
      .addColumn('until_ms', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('revocations_by_id').on('revocations').columns(['tenant', 'id']).execute();
    await db.schema.createIndex('revocations_by_end').on('revocations').column('until_ms').execute();
    // One row: raising it holds off others until the transaction is over, so that versions appear in their order.
    await db.schema
      .createTable('revocation_version')
      .addColumn('one', 'integer', (column) => column.primaryKey())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into revocation_version (one, version) values (1, 0)`.execute(db);
  },
};
