import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const audit: Migration = {
  async up(db) {
    await createTable(db, 'audit_heads', {
      tenant: 'id',
      seq: 'number',
      hash: 'text',
      cut_seq: 'number',
      cut_hash: 'text',
    }).execute();
    await createTable(db, 'audit_entries', {
      tenant: 'text',
      seq: 'number',
      at_ms: 'number',
      by_kind: 'text',
      by_id: 'text',
      address: 'text',
      operation: 'text',
      targets: 'text',
      status: 'number',
      request_id: 'text',
      missed: 'number',
      hash: 'text',
    })
      .addPrimaryKeyConstraint('audit_entries_key', ['tenant', 'seq'])
      .execute();
    const { schema } = db;
    await schema.createIndex('audit_entries_by_time').on('audit_entries').columns(['tenant', 'at_ms', 'seq']).execute();

    await createTable(db, 'tenant_retention', {
      tenant: 'id',
      events_days: 'number?',
      attendance_days: 'number?',
      webhook_deliveries_days: 'number?',
      meetings_days: 'number?',
      audit_days: 'number?',
    }).execute();
    const deliveries = schema.createIndex('webhook_deliveries_by_end').on('webhook_deliveries');
    await deliveries.columns(['tenant', 'done_ms']).execute();
  },
};
