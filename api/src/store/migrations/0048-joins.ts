import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

/** Joins of clients by minute and hour, which begin at `from_ms`; the last portion of each process that counts them. */
export const joins: Migration = {
  async up(db) {
    for (const name of ['join_minutes', 'join_hours']) {
      const table = createTable(db, name, {
        from_ms: 'number',
        region: 'text',
        tenant: 'text',
        code: 'text',
        joins: 'number',
      }).addPrimaryKeyConstraint(`${name}_key`, ['from_ms', 'region', 'tenant', 'code']);
      await inOrderOfKey(db, table).execute();
      const ofTenant = ['tenant', 'from_ms', 'region', 'code'];
      await db.schema.createIndex(`${name}_by_tenant`).on(name).columns(ofTenant).execute();
    }
    await createTable(db, 'join_portions', {
      node_id: 'text',
      incarnation: 'text',
      number: 'number',
      at_ms: 'number',
    })
      .addPrimaryKeyConstraint('join_portions_key', ['node_id', 'incarnation'])
      .execute();
    await db.schema.createIndex('join_portions_by_time').on('join_portions').column('at_ms').execute();
  },
};
