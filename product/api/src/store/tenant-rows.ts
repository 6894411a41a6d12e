import { sql } from 'kysely';
import { type Row, readRows } from './read-rows.ts';
import type { Database } from './store.ts';
import { tableFacts } from './table-facts.ts';

/** Yields the rows of a tenant, found by the tenant's column or through a parent row. */
export async function* rowsOf(db: Database, table: string, tenant: string): AsyncGenerator<readonly Row[]> {
  const owner = tableFacts[table]?.owner;
  if (owner === undefined) return;
  const { column, parent, order } = owner;
  if (parent === undefined) {
    yield* readRows(db, table, { order, where: sql`${sql.ref(column)} = ${tenant}` });
    return;
  }
  const [key = ''] = tableFacts[parent]?.key ?? [];
  for await (const parents of rowsOf(db, parent, tenant)) {
    const ids = sql.join(parents.map((row) => row[key]));
    yield* readRows(db, table, { order: [column, ...order], where: sql`${sql.ref(column)} in (${ids})` });
  }
}
