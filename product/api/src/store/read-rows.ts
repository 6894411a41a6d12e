import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from './store.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** Rows per page; documents have some kB, so a page has a few MB. */
const ROWS = 1000;

/**
 * Yields rows in pages, sorted by `order`, a unique key. Unless `db` has a snapshot, concurrent changes are visible.
 */
export async function* readRows(
  db: Database,
  table: string,
  { order, where }: { readonly order: readonly string[]; readonly where?: Expression<SqlBool> },
): AsyncGenerator<readonly Row[]> {
  const columns = sql.join(order.map((name) => sql.ref(name)));
  let last: Row | undefined;
  for (;;) {
    const conditions: Expression<SqlBool>[] = where === undefined ? [] : [where];
    if (last !== undefined) conditions.push(sql`(${columns}) > (${valuesOf(last, order)})`);
    const filter = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
    const { rows } =
      await sql<Row>`select * from ${sql.table(table)} ${filter} order by ${columns} limit ${sql.lit(ROWS)}`.execute(
        db,
      );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS) return;
    last = rows.at(-1);
  }
}

const valuesOf = (row: Row, names: readonly string[]): RawBuilder<unknown> => sql.join(names.map((name) => row[name]));
