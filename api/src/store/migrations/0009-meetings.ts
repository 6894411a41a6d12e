import type { Migration } from 'kysely/migration';

export const meetings: Migration = {
  async up(db) {
    await db.schema
      .createTable('meetings')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('tenant', 'text', (column) => column.notNull().references('tenants.id'))
      .addColumn('number', 'text', (column) => column.notNull().unique())
      .addColumn('room', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('indexed_until_ms', 'bigint')
      .addColumn('created_ms', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('meetings_to_index').on('meetings').column('indexed_until_ms').execute();
    await db.schema.createIndex('meetings_by_tenant').on('meetings').columns(['tenant', 'created_ms']).execute();
    await db.schema
      .createTable('meeting_occurrences')
      .addColumn('meeting', 'text', (column) => column.notNull())
      .addColumn('original_start', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('starts_ms', 'bigint', (column) => column.notNull())
      .addColumn('ends_ms', 'bigint', (column) => column.notNull())
      .addColumn('title', 'text')
      .addPrimaryKeyConstraint('meeting_occurrences_key', ['meeting', 'original_start'])
      .execute();
    await db.schema
      .createIndex('meeting_occurrences_by_time')
      .on('meeting_occurrences')
      .columns(['tenant', 'starts_ms', 'meeting', 'original_start'])
      .execute();
    await db.schema
      .createTable('meeting_persons')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('meeting', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('meeting_persons_key', ['tenant', 'person', 'meeting'])
      .execute();
    await db.schema.createIndex('meeting_persons_by_meeting').on('meeting_persons').column('meeting').execute();
    await db.schema
      .createTable('calendar_feeds')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('tenant', 'text', (column) => column.notNull().references('tenants.id'))
      .addColumn('token_hash', 'text', (column) => column.notNull().unique())
      .addColumn('user_id', 'text')
      .addColumn('room', 'text')
      .addColumn('created_ms', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('calendar_feeds_by_tenant')
      .on('calendar_feeds')
      .columns(['tenant', 'created_ms', 'id'])
      .execute();
  },
};
