import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

const days = {
  sla_media_days: {
    key: ['from_ms', 'region', 'tenant'],
    figures: ['session_ms', 'freeze_ms', 'sent_bytes', 'received_bytes'],
  },
  sla_api_days: { key: ['from_ms', 'region', 'tenant'], figures: ['succeeded', 'refused', 'failed'] },
  sla_join_days: { key: ['from_ms', 'tenant'], figures: ['joins', 'counted', 'failed', 'counted_ms', 'bad_us'] },
} as const;

/** What an hour of a participant costs: traffic between regions, bytes of sessions, sums of days, prices. */
export const cost: Migration = {
  async up(db) {
    const links = createTable(db, 'link_hours', {
      at_ms: 'number',
      from_region: 'text',
      to_region: 'text',
      sent_bytes: 'number',
      peak_bps: 'number',
    }).addPrimaryKeyConstraint('link_hours_key', ['at_ms', 'from_region', 'to_region']);
    await inOrderOfKey(db, links).execute();
    const linkDays = createTable(db, 'link_days', {
      at_ms: 'number',
      from_region: 'text',
      to_region: 'text',
      sent_bytes: 'number',
      peaks_bps: 'text',
    }).addPrimaryKeyConstraint('link_days_key', ['at_ms', 'from_region', 'to_region']);
    await inOrderOfKey(db, linkDays).execute();
    for (const name of ['sent_bytes', 'received_bytes'])
      await db.schema
        .alterTable('sla_media_hours')
        .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
        .execute();
    for (const [name, { key, figures }] of Object.entries(days)) {
      const columns = Object.fromEntries([
        ...key.map((column) => [column, column === 'from_ms' ? 'number' : 'text'] as const),
        ...figures.map((column) => [column, 'number'] as const),
      ]);
      const table = createTable(db, name, columns).addPrimaryKeyConstraint(`${name}_key`, [...key]);
      await inOrderOfKey(db, table).execute();
      await db.schema.createIndex(`${name}_by_tenant`).on(name).columns(['tenant', 'from_ms']).execute();
    }
    const regions = createTable(db, 'sla_region_hours', {
      from_ms: 'number',
      region: 'text',
      succeeded: 'number',
      later: 'number',
      failed: 'number',
    }).addPrimaryKeyConstraint('sla_region_hours_key', ['from_ms', 'region']);
    await inOrderOfKey(db, regions).execute();
    // Of a month of dial tests, calls are one in forty; of results, few are failures.
    await sql`create index dial_hours_calls on dial_hours (hour_ms, region, tried, failed) where kind = 'call'`.execute(
      db,
    );
    await sql`create index dial_results_failed on dial_results (received_ms) where is_ok = 0`.execute(db);
    await createTable(db, 'cost_prices', { id: 'id', prices: 'text', updated_ms: 'number' }).execute();
  },
};
