import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** How items are watched, what of it a tenant wants kept, and how often contents are started. */
export const watches: Migration = {
  async up(db) {
    await createTable(db, 'tenant_library', { tenant: 'text', watching: 'text' })
      .addPrimaryKeyConstraint('tenant_library_key', ['tenant'])
      .addForeignKeyConstraint('tenant_library_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    // Without references to the tenant: those that write lock its row first, in the order of removals.
    await createTable(db, 'library_watches', {
      tenant: 'text',
      id: 'text',
      item: 'text',
      content: 'text',
      viewer: 'text',
      region: 'text',
      seq: 'number',
      started_ms: 'number',
      last_ms: 'number',
      startup_ms: 'number',
      watched_ms: 'number',
      position_ms: 'number',
      stalls: 'number',
      stalled_ms: 'number',
      seeks: 'number',
      switches: 'number',
      qualities: 'text',
      has_ended: 'short',
      cache: 'text',
    })
      .addPrimaryKeyConstraint('library_watches_key', ['tenant', 'id'])
      .execute();
    const positions = createTable(db, 'library_positions', {
      tenant: 'text',
      item: 'text',
      viewer: 'text',
      position_ms: 'number',
      updated_ms: 'number',
    }).addPrimaryKeyConstraint('library_positions_key', ['tenant', 'item', 'viewer']);
    await inOrderOfKey(db, positions).execute();
    const starts = createTable(db, 'library_starts', {
      tenant: 'text',
      id: 'text',
      started_ms: 'number',
    }).addPrimaryKeyConstraint('library_starts_key', ['tenant', 'id']);
    await inOrderOfKey(db, starts).execute();
    const demand = createTable(db, 'library_demand', {
      tenant: 'text',
      content: 'text',
      item: 'text',
      hour_ms: 'number',
      starts: 'number',
    }).addPrimaryKeyConstraint('library_demand_key', ['tenant', 'content', 'item', 'hour_ms']);
    await inOrderOfKey(db, demand).execute();
    await db.schema.alterTable('tenant_retention').addColumn('watches_days', 'integer').execute();
    const indexes = {
      library_watches_by_item: 'library_watches (tenant, item, started_ms, id)',
      library_watches_by_time: 'library_watches (tenant, started_ms)',
      library_watches_by_viewer: `library_watches (tenant, viewer) where viewer <> ''`,
      library_positions_by_viewer: 'library_positions (tenant, viewer)',
      library_positions_by_time: 'library_positions (tenant, updated_ms)',
      library_starts_by_time: 'library_starts (started_ms)',
      library_demand_by_time: 'library_demand (tenant, hour_ms)',
    };
    for (const [name, on] of Object.entries(indexes))
      await sql`create index ${sql.ref(name)} on ${sql.raw(on)}`.execute(db);
  },
};
