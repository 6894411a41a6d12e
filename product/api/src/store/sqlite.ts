// Adapts `node:sqlite`, which may still change, to the interface of better-sqlite3 that Kysely expects.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';

/** Longest wait for a lock of another process, such as a backup. */
const BUSY_MS = 2000;

/** Opens a path or ':memory:'. `image`: initial content of an in-memory database. */
export function sqliteDialect(file: string, image?: Uint8Array): SqliteDialect {
  return new SqliteDialect({ database: async () => open(file, image) });
}

function open(file: string, image: Uint8Array | undefined): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  if (image !== undefined) database.deserialize(image);
  // Every commit is forced to disk, so that acknowledged data survives a crash of the machine.
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
