import type { CreateTableBuilder, Kysely } from 'kysely';

/** `id`: text, the primary key; `number`: whole, 8 bytes; `?`: may be NULL. */
export type ColumnType = 'id' | 'text' | 'number' | 'text?' | 'number?';

/** A table with these columns, not made yet: constraints may follow. */
export function createTable(
  // biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
  db: Kysely<any>,
  name: string,
  columns: Readonly<Record<string, ColumnType>>,
): CreateTableBuilder<string, string> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, type] of Object.entries(columns))
    table = table.addColumn(column, type.startsWith('number') ? 'bigint' : 'text', (made) => {
      if (type === 'id') return made.primaryKey();
      return type.endsWith('?') ? made : made.notNull();
    });
  return table;
}
