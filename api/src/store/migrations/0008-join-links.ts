import type { Migration } from 'kysely/migration';

export const joinLinks: Migration = {
  async up(db) {
    await db.schema
      .createTable('join_links')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('tenant', 'text', (column) => column.notNull().references('tenants.id'))
      .addColumn('code_hash', 'text', (column) => column.notNull().unique())
      .addColumn('room', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('identity', 'text')
      .addColumn('name', 'text')
      .addColumn('grants', 'text', (column) => column.notNull())
      .addColumn('lobby', 'integer', (column) => column.notNull())
      .addColumn('can_invite', 'integer', (column) => column.notNull())
      .addColumn('password', 'text')
      .addColumn('uses', 'integer', (column) => column.notNull())
      .addColumn('max_uses', 'integer', (column) => column.notNull())
      .addColumn('created_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_ms', 'bigint', (column) => column.notNull())
      .addColumn('revoked_ms', 'bigint')
      .execute();
    await db.schema.createIndex('join_links_by_tenant').on('join_links').columns(['tenant', 'created_ms']).execute();
    await db.schema.createIndex('join_links_by_end').on('join_links').column('expires_ms').execute();
    await db.schema
      .createTable('join_link_browsers')
      .addColumn('link', 'text', (column) => column.notNull().references('join_links.id').onDelete('cascade'))
      .addColumn('browser_hash', 'text', (column) => column.notNull())
      .addColumn('identity', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('join_link_browsers_key', ['link', 'browser_hash'])
      .execute();
  },
};
