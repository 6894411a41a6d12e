import { type CreateTableBuilder, type Kysely, SqliteAdapter, sql } from 'kysely';

/**
 * `id`: text, the primary key; `number`: whole, 8 bytes; `short`: 4 bytes; `?`: may be NULL; `=`: '' or 0 unless it is
 * given.
 */
export type ColumnType = 'id' | `${'text' | 'number'}${'' | '?' | '='}` | 'short' | 'short=';

/** A table with these columns, not made yet: constraints may follow. */
export function createTable(
  // biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
  db: Kysely<any>,
  name: string,
  columns: Readonly<Record<string, ColumnType>>,
): CreateTableBuilder<string, string> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, type] of Object.entries(columns))
    table = table.addColumn(column, sqlTypes[type.replace(/[?=]$/, '')] ?? 'text', (made) => {
      if (type === 'id') return made.primaryKey();
      if (type.endsWith('=')) return made.notNull().defaultTo(type === 'text=' ? '' : 0);
      return type.endsWith('?') ? made : made.notNull();
    });
  return table;
}

const sqlTypes: Readonly<Record<string, 'bigint' | 'integer'>> = { number: 'bigint', short: 'integer' };

/**
 * Rows lie in the order of the primary key, without a tree beside it. PostgreSQL has no such tables.
 *
 * Of rows that are added in masses and read in that order: a second tree would cost as much as the first.
 */
export const inOrderOfKey = (
  // biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
  db: Kysely<any>,
  table: CreateTableBuilder<string, string>,
): CreateTableBuilder<string, string> =>
  db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table;
