import type { Migration } from 'kysely/migration';

export const idempotency: Migration = {
  async up(db) {
    await db.schema
      .createTable('idempotency')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('caller', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('request_hash', 'text', (column) => column.notNull())
      .addColumn('attempt', 'text', (column) => column.notNull())
      .addColumn('started_ms', 'bigint', (column) => column.notNull())
      .addColumn('sealed_reply', 'text')
      .addPrimaryKeyConstraint('idempotency_key', ['tenant', 'caller', 'operation', 'key'])
      .execute();
    await db.schema.createIndex('idempotency_by_time').on('idempotency').column('started_ms').execute();
  },
};
