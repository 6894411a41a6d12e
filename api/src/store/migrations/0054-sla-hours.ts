import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** Media of sessions, and answers of the api, by hour, region and tenant. */
export const slaHours: Migration = {
  async up(db) {
    const key = ['from_ms', 'region', 'tenant'] as const;
    const whose = { from_ms: 'number', region: 'text', tenant: 'text' } as const;
    for (const [name, figures] of Object.entries({
      sla_media_hours: { session_ms: 'number', freeze_ms: 'number' },
      sla_api_hours: { succeeded: 'number', refused: 'number', failed: 'number' },
    } as const)) {
      const table = createTable(db, name, { ...whose, ...figures }).addPrimaryKeyConstraint(`${name}_key`, [...key]);
      await inOrderOfKey(db, table).execute();
      await db.schema.createIndex(`${name}_by_tenant`).on(name).columns(['tenant', 'from_ms', 'region']).execute();
    }
  },
};
