// Where tests of queries keep their rows. Each asks for a database of its own without rows: in memory of SQLite, or,
// when `product/api/test/service/units-on-postgres.whole.test.ts` runs the same tests once more, of PostgreSQL.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { Kysely, sql } from 'kysely';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import { type Database, openStore, type Store } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import type { Transaction } from '../../src/store/transaction.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
let other: (() => Promise<string>) | undefined;
let image: Promise<Uint8Array> | undefined;

/** Of the test alone; its leases have the time of the process. */
export async function testStore(url?: string): Promise<Store> {
  const from = url ?? (await other?.());
  if (from !== undefined) return openStore({ url: from, dir: '.', log, timeOf: 'process' });
  image ??= migrated();
  const db = new Kysely<Tables>({ dialect: sqliteDialect(':memory:', await image) });
  return { db, kind: 'sqlite', timeOf: 'process', close: () => db.destroy() };
}

/** From now on databases are those of these URLs; without an argument as at first. */
export function testDatabasesFrom(urls?: () => Promise<string>): void {
  other = urls;
}

/** A transaction whose process ends right after its commit: none of its effects runs. */
export const withoutEffects = <T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction().execute((trx) => work(Object.assign(trx, { afterCommit: () => undefined })));

/** A database after all migrations, which take longer than most tests: they are made once in a process. */
async function migrated(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-sqlite-'));
  const file = join(folder, 'migrated.db');
  const store = await openStore({ url: 'sqlite::memory:', dir: folder, log });
  await sql`vacuum into ${file}`.execute(store.db);
  await store.close();
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}
