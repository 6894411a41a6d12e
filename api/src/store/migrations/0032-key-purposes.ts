import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const keyPurposes: Migration = {
  async up(db) {
    await db.schema
      .alterTable('api_keys')
      .addColumn('purpose', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await sql`create unique index api_keys_of_guests on api_keys (tenant)
      where purpose = 'guests' and revoked_ms is null`.execute(db);
    // Keys let people in before there was a scope for it. Those that made or led rooms, or links to them, go on to.
    await sql`update api_keys set scopes = scopes || ' rooms:join'
      where ' ' || scopes || ' ' like '% rooms:create %'
         or ' ' || scopes || ' ' like '% rooms:admin %'
         or ' ' || scopes || ' ' like '% links:write %'`.execute(db);
  },
};
