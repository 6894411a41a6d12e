import { isGuarding, policyFromWire } from '@meridian/protocol';
import type { Migration } from 'kysely/migration';

/** In one step of many: a room's policy may have four kilobytes. */
const STEP = 500;

/** Nodes ask for the rooms whose policies keep clients out: they are found without reading all policies. */
export const roomGuards: Migration = {
  async up(db) {
    await db.schema
      .alterTable('rooms')
      .addColumn('guards', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.createIndex('rooms_guards').on('rooms').columns(['guards', 'tenant', 'name']).execute();
    for (let after = ['', '']; ; ) {
      const [tenant = '', name = ''] = after;
      const rows = await db
        .selectFrom('rooms')
        .select(['tenant', 'name', 'policy'])
        .where((eb) => eb.or([eb('tenant', '>', tenant), eb.and([eb('tenant', '=', tenant), eb('name', '>', name)])]))
        .orderBy('tenant')
        .orderBy('name')
        .limit(STEP)
        .execute();
      for (const row of rows) {
        if (!isGuarding(policyFromWire(JSON.parse(row.policy)), Date.now())) continue;
        const own = { tenant: row.tenant, name: row.name };
        await db
          .updateTable('rooms')
          .set({ guards: 1 })
          .where((eb) => eb.and(own))
          .execute();
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = [last.tenant, last.name];
    }
  },
};
