import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

interface DialectSql {
  readonly sqlite: string;
  readonly postgres: string;
}

/**
 * Makes a migration. A statement ends with `;` at the end of a line. `without rowid` is for SQLite, `collate "C"` for
 * PostgreSQL.
 */
export const schema = <const Text extends string>(
  text: Text,
  own?: DialectSql,
): Migration & { readonly text: Text } => ({
  text,
  async up(db: Kysely<unknown>) {
    const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
    const all =
      text.replaceAll(isSqlite ? ' collate "C"' : ' without rowid', '') +
      (own?.[isSqlite ? 'sqlite' : 'postgres'] ?? '');
    for (const statement of all.split(/;\n/)) if (statement.trim() !== '') await sql.raw(statement).execute(db);
  },
});
