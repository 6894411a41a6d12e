import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Statements for only one of the two databases. */
interface Own {
  readonly sqlite: string;
  readonly postgres: string;
}

/**
 * Makes a migration from SQL for both databases; a statement ends with `;` and its line. `without rowid` applies to
 * SQLite: rows lie in the order of the primary key, without a second tree that would cost as much as the first.
 * `collate "C"` applies to PostgreSQL: SQLite compares bytes anyway.
 */
export const schema = <const Text extends string>(text: Text, own?: Own): Migration & { readonly text: Text } => ({
  text,
  async up(db: Kysely<unknown>) {
    const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
    const all =
      text.replaceAll(isSqlite ? ' collate "C"' : ' without rowid', '') +
      (own?.[isSqlite ? 'sqlite' : 'postgres'] ?? '');
    for (const statement of all.split(/;\n/)) if (statement.trim() !== '') await sql.raw(statement).execute(db);
  },
});
