import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '@meridian/runtime';
import { type Dialect, Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { isUnreleased, laterMigrations } from './core/later-migrations.ts';
import { migrations } from './migrations/index.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

/** Whether statements go to PostgreSQL, for the few that SQLite says differently. */
export const isPostgres = (db: Database): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/** PostgreSQL: a statement, or a wait for a connection, fails after this time, and callers get 503. */
const STATEMENT_MS_MAX = 5000;
const CONNECT_MS_MAX = 2000;
const CONNECTIONS_MAX = 16;

export interface Store {
  readonly db: Database;
  readonly kind: 'sqlite' | 'postgres';
  /** Clock by which leases are measured: see `databaseNowMs`. */
  readonly timeOf: 'process' | 'database';
  close(): Promise<void>;
}

export interface StoreOptions {
  /** `sqlite:FILE`, `sqlite::memory:` or `postgres://…`. */
  readonly url: string;
  /** Folder to which FILE is relative. */
  readonly dir: string;
  readonly log: Logger;
  /** Default: the database's time if instances share it. Tests that advance a clock set the process's. */
  readonly timeOf?: Store['timeOf'];
}

/** Failure of the database at the start. The message contains no password. */
export class StoreError extends Error {
  readonly code: 'DATABASE_NEWER' | 'DATABASE_OLDER' | 'DATABASE_UNAVAILABLE';

  constructor(code: StoreError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Opens and migrates the database. Rejects with DATABASE_NEWER, DATABASE_OLDER or DATABASE_UNAVAILABLE. */
export async function openStore(o: StoreOptions): Promise<Store> {
  const kind = o.url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  const db = openDatabase(o);
  try {
    if (!(await isLater(db, o))) await migrate(db, o.log);
  } catch (error) {
    await db.destroy();
    throw error instanceof StoreError ? error : storeErrorOf(o.url, error);
  }
  const timeOf = o.timeOf ?? (kind === 'sqlite' ? 'process' : 'database');
  return { db, kind, timeOf, close: () => db.destroy() };
}

/** Opens the database without migrating it. Connects at the first query. */
export const openDatabase = (o: Omit<StoreOptions, 'timeOf'>): Database =>
  new Kysely<Tables>({ dialect: o.url.startsWith('sqlite:') ? sqlite(o) : postgres(o) });

/** Migrates to a version, given by the name of its last migration; by default, to the newest. */
export async function migrate(db: Database, log: Logger, name?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = name === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(name);
  for (const { migrationName, status } of results ?? []) log.info({ migration: migrationName, status }, 'schema');
  if (error !== undefined) throw error;
}

/**
 * Returns whether a later version has migrated the database, and this version can still use it. Rejects with
 * DATABASE_OLDER.
 */
async function isLater(db: Database, { url, log }: StoreOptions): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const executed = rows.map(({ name }) => name);
  if (isUnreleased(executed))
    throw new StoreError(
      'DATABASE_OLDER',
      `${nameOf(url)} is from before the first release, and cannot be upgraded to this version: start with an empty database, either another one in \`databaseUrl\`, or the same after removing its file (\`npm start\`: remove the folder .meridian)`,
    );
  const later = laterMigrations(executed, Object.keys(migrations)) ?? [];
  if (later.length > 0) log.warn({ later }, 'a later version has migrated the database, which is used as it is');
  return later.length > 0;
}

function storeErrorOf(url: string, error: unknown): StoreError {
  const text = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
  // Kysely's message about an unknown migration.
  const newer = /previously executed migration (\S+) is missing/.exec(text)?.[1];
  if (newer !== undefined)
    return new StoreError(
      'DATABASE_NEWER',
      `a later version has migrated the database: ${newer} is unknown to this version; use that version again (\`meridian node use\`), or a back-up from before it (\`meridian node restore FILE --database-only\`)`,
      error,
    );
  return new StoreError('DATABASE_UNAVAILABLE', `${nameOf(url)} cannot be opened: ${text}`, error);
}

const nameOf = (url: string): string => (url.startsWith('sqlite:') ? url : `PostgreSQL at ${new URL(url).host}`);

function sqlite({ url, dir }: StoreOptions): Dialect {
  const file = url.slice('sqlite:'.length);
  if (file === ':memory:') return sqliteDialect(file);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return sqliteDialect(resolve(dir, file));
}

function postgres({ url, log }: StoreOptions): Dialect {
  // Times are 8-byte integers of milliseconds, far below 2^53.
  const types = {
    getTypeParser: (oid: number) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid)),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: STATEMENT_MS_MAX,
    types,
  });
  pool.on('error', (err) => log.warn({ err }, 'an idle connection to the database ended'));
  // Without a listener, a connection that breaks within a transaction would end the process.
  pool.on('connect', (client) => client.on('error', (err) => log.warn({ err }, 'a connection to the database broke')));
  return new PostgresDialect({ pool });
}
