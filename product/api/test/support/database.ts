// Databases for tests of queries. Each test gets a database of its own without rows: SQLite in memory, or PostgreSQL
// when `product/api/test/service/units-on-postgres.whole.test.ts` runs the same tests again.
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
let makeUrl: (() => Promise<string>) | undefined;
let image: Promise<Uint8Array> | undefined;

/** Opens a store of the test alone; its leases use the clock of the process. */
export async function testStore(url?: string): Promise<Store> {
  const from = url ?? (await makeUrl?.());
  if (from !== undefined) return openStore({ url: from, dir: '.', log, timeOf: 'process' });
  image ??= migrated();
  const db = new Kysely<Tables>({ dialect: sqliteDialect(':memory:', await image) });
  return { db, kind: 'sqlite', timeOf: 'process', close: () => db.destroy() };
}

/** Makes `testStore` use the databases at these URLs; without an argument, SQLite in memory again. */
export function testDatabasesFrom(urls?: () => Promise<string>): void {
  makeUrl = urls;
}

/** Commits a transaction as a process that ends right after the commit: none of its effects runs. */
export const withoutEffects = <T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction().execute((trx) => work(Object.assign(trx, { afterCommit: () => undefined })));

/** Migrations take longer than most tests, so they run once in a process. */
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
