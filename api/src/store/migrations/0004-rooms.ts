import type { Migration } from 'kysely/migration';

export const rooms: Migration = {
  async up(db) {
    await db.schema
      .createTable('rooms')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('name_key', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('policy', 'text', (column) => column.notNull())
      .addColumn('created_ms', 'bigint')
      .addColumn('idle_ms_max', 'bigint', (column) => column.notNull())
      .addColumn('forget_ms', 'bigint')
      .addPrimaryKeyConstraint('rooms_key', ['tenant', 'name'])
      .execute();
    await db.schema.createIndex('rooms_by_name_key').on('rooms').columns(['tenant', 'name_key']).execute();
    await db.schema.createIndex('rooms_by_forget').on('rooms').columns(['forget_ms']).execute();
  },
};
