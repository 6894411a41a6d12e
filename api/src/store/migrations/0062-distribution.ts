import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Receivers of files, orders for them, and one delivery for each file and receiver. */
export const distribution: Migration = {
  async up(db) {
    await createTable(db, 'distribution_receivers', {
      tenant: 'text',
      id: 'text',
      name: 'text',
      kind: 'text',
      region: 'text',
      site: 'text',
      groups: 'text',
      settings: 'text',
      sealed_settings: 'text',
      credential_hash: 'text',
      version: 'number',
      state: 'text',
      created_ms: 'number',
      changed_ms: 'number',
    })
      .addPrimaryKeyConstraint('distribution_receivers_key', ['tenant', 'id'])
      .addForeignKeyConstraint('distribution_receivers_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    await createTable(db, 'distribution_orders', {
      tenant: 'text',
      id: 'text',
      item: 'text',
      title: 'text',
      content: 'text',
      name: 'text',
      bytes: 'number',
      priority: 'text',
      deadline_ms: 'number?',
      targets: 'text',
      made_by: 'text',
      state: 'text',
      total: 'number',
      done: 'number',
      failed: 'number',
      cancelled: 'number',
      late: 'number',
      sequence: 'number',
      created_ms: 'number',
      ended_ms: 'number?',
    })
      .addPrimaryKeyConstraint('distribution_orders_key', ['tenant', 'id'])
      .addForeignKeyConstraint('distribution_orders_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    await addDeliveries(db);
    await db.schema.alterTable('tenant_retention').addColumn('deliveries_days', 'integer').execute();
    await addIndexes(db);
  },
};

// biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
type AnyDatabase = Kysely<any>;

async function addDeliveries(db: AnyDatabase): Promise<void> {
  await createTable(db, 'distribution_deliveries', {
    tenant: 'text',
    id: 'text',
    order_id: 'text',
    receiver: 'text',
    region: 'text',
    item: 'text',
    content: 'text',
    bytes: 'number',
    priority: 'short',
    rank_ms: 'number',
    deadline_ms: 'number?',
    state: 'text',
    place: 'text',
    noticed_ms: 'number?',
    token_ends_ms: 'number',
    lease_ms: 'number',
    attempts: 'number',
    code: 'text',
    detail: 'text',
    late: 'short',
    took_ms: 'number',
    neighbour_bytes: 'number',
    created_ms: 'number',
    ended_ms: 'number?',
  })
    .addPrimaryKeyConstraint('distribution_deliveries_key', ['tenant', 'id'])
    .execute();
}

async function addIndexes(db: AnyDatabase): Promise<void> {
  const indexes = {
    distribution_receivers_by_region: 'distribution_receivers (region, id)',
    distribution_receivers_by_id: 'distribution_receivers (id)',
    distribution_orders_by_time: 'distribution_orders (tenant, created_ms, id)',
    distribution_orders_by_content: `distribution_orders (tenant, content) where state = 'running'`,
    distribution_deliveries_waiting: `distribution_deliveries (priority, rank_ms, id) where state = 'waiting'`,
    distribution_deliveries_noticed: `distribution_deliveries (noticed_ms, id) where state = 'noticed'`,
    distribution_deliveries_due: `distribution_deliveries (deadline_ms) where state in ('waiting', 'noticed') and late = 0`,
    distribution_deliveries_by_order: 'distribution_deliveries (tenant, order_id, id)',
    distribution_deliveries_by_receiver: 'distribution_deliveries (tenant, receiver, created_ms, id)',
    distribution_deliveries_by_time: 'distribution_deliveries (tenant, created_ms, id)',
    distribution_deliveries_by_end: 'distribution_deliveries (tenant, ended_ms)',
    distribution_deliveries_open: `distribution_deliveries (tenant, state, id) where state in ('waiting', 'noticed', 'failed')`,
  };
  for (const [name, on] of Object.entries(indexes))
    await sql`create index ${sql.ref(name)} on ${sql.raw(on)}`.execute(db);
}
