// SQLite by Node's own module, as Kysely's dialect wants it (better-sqlite3's shape). Everything that knows
// `node:sqlite` is in this file: its interface may still change.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';

/** A lock of another process (a back-up) is waited for. */
const BUSY_MS = 2000;

/** `file`: a path, or ':memory:'. `image`: what one in memory begins with, as the file of another one is. */
export function sqliteDialect(file: string, image?: Uint8Array): SqliteDialect {
  return new SqliteDialect({ database: async () => open(file, image) });
}

function open(file: string, image: Uint8Array | undefined): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  if (image !== undefined) database.deserialize(image);
  // What was acknowledged survives a crash of the machine: a journal beside, forced to disk at each commit.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const inputs = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...inputs(parameters)),
        run: (parameters) => statement.run(...inputs(parameters)),
        iterate: (parameters) => statement.iterate(...inputs(parameters)),
      };
    },
  };
}
