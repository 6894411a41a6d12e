import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const webhooks: Migration = {
  async up(db) {
    await createTable(db, 'webhooks', {
      id: 'id',
      tenant: 'text',
      url: 'text',
      description: 'text',
      events: 'text',
      format: 'text',
      signer: 'text',
      state: 'text',
      state_reason: 'text',
      sealed_secret: 'text',
      sealed_previous: 'text',
      previous_until_ms: 'number',
      created_ms: 'number',
      updated_ms: 'number',
    }).execute();
    const { schema } = db;
    await schema.createIndex('webhooks_by_tenant').on('webhooks').columns(['tenant', 'created_ms', 'id']).execute();

    await createTable(db, 'webhook_deliveries', {
      id: 'id',
      tenant: 'text',
      webhook: 'text',
      event: 'text',
      type: 'text',
      lane: 'text',
      sequence: 'number',
      state: 'text',
      attempts: 'number',
      created_ms: 'number',
      first_failed_ms: 'number?',
      next_ms: 'number',
      done_ms: 'number?',
      last_status: 'number?',
      last_error: 'text',
      last_took_ms: 'number?',
    }).execute();
    const deliveries = (name: string) => schema.createIndex(name).on('webhook_deliveries');
    await deliveries('webhook_deliveries_by_time').columns(['webhook', 'created_ms', 'id']).execute();
    await deliveries('webhook_deliveries_by_lane').columns(['webhook', 'lane', 'state', 'sequence']).execute();
    await deliveries('webhook_deliveries_done').columns(['done_ms']).execute();
  },
};
