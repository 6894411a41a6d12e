// Backup and restore of the whole database, in one format for SQLite and PostgreSQL, so that a backup of one restores
// into the other. A file is gzip with lines of JSON: a head; `{"table","columns"}` before the rows of each table, each
// row a list; and an end with counts and the SHA-256 of all lines before it.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { isUnreleased } from '../store/core/later-migrations.ts';
import { FORMER_MS } from '../store/migrations/0067-token-uses.ts';
import { migrations } from '../store/migrations/index.ts';
import { type Row, readRows } from '../store/read-rows.ts';
import type { Database } from '../store/store.ts';
import { tableFacts } from '../store/table-facts.ts';

const FORMAT = 1;
/** The longest row is a meeting with 900 invitees; the bound keeps a damaged file from filling memory. */
const LINE_CHARACTERS_MAX = 64 * 1024 * 1024;
/** SQLite accepts 32,766 values in a statement. */
const VALUES_PER_STATEMENT = 10_000;

export class BackupError extends Error {
  readonly code: 'SCHEMA_OTHER' | 'BACKUP_DAMAGED' | 'BACKUP_NEWER' | 'BACKUP_OLDER' | 'DATABASE_NOT_EMPTY';

  constructor(code: BackupError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
    this.code = code;
  }
}

export type Counts = Readonly<Record<string, number>>;
const knownMigrations = Object.keys(migrations).sort();

/**
 * Writes a complete snapshot to a file that only its owner can read, while other writers continue. Rejects with
 * SCHEMA_OTHER.
 */
export async function backUp(db: Database, file: string, nowMs: number): Promise<Counts> {
  const part = `${file}.part`;
  const counts: Record<string, number> = {};
  try {
    await db
      .transaction()
      // SQLite isolates every transaction like this anyway.
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const lines = Readable.from(linesOf(trx, { nowMs, counts }));
        await pipeline(lines, createGzip(), createWriteStream(part, { mode: 0o600 }));
      });
    const written = await open(part, 'r');
    await written.sync();
    await written.close();
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return counts;
}

async function* linesOf(db: Database, o: { nowMs: number; counts: Record<string, number> }): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  await checkSchema(db);
  yield line({ meridianBackup: FORMAT, at: new Date(o.nowMs).toISOString(), migrations: knownMigrations });
  for (const [table, { key }] of Object.entries(tableFacts)) {
    let columns: string[] | undefined;
    let count = 0;
    for await (const rows of readRows(db, table, { order: key })) {
      columns ??= Object.keys(rows[0] ?? {});
      const names = columns;
      if (count === 0) yield line({ table, columns: names });
      count += rows.length;
      yield rows.map((row) => line(names.map((name) => row[name]))).join('');
    }
    o.counts[table] = count;
  }
  yield `${JSON.stringify({ end: true, counts: o.counts, sha256: hash.digest('hex') })}\n`;
}

async function checkSchema(db: Database): Promise<void> {
  const appliedMigrations = await migrationsOf(db);
  if (appliedMigrations === undefined)
    throw new BackupError('SCHEMA_OTHER', 'this database does not have the tables of the api');
  const differing = [
    ...appliedMigrations.filter((name) => !knownMigrations.includes(name)),
    ...knownMigrations.filter((name) => !appliedMigrations.includes(name)),
  ];
  if (differing.length > 0)
    throw new BackupError(
      'SCHEMA_OTHER',
      `the database belongs to another version of this program: ${differing.join(', ')}`,
    );
}

/** Returns undefined for a database without the api's tables. */
async function migrationsOf(db: Database): Promise<string[] | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return undefined;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name).sort();
}

interface RestoreOptions {
  readonly nowMs: number;
  migrateTo(db: Database, name: string): Promise<void>;
}

/** Restores into an empty database, all or nothing. Rejects with BACKUP_DAMAGED, BACKUP_NEWER or BACKUP_OLDER. */
export async function restore(db: Database, file: string, { nowMs, migrateTo }: RestoreOptions): Promise<Counts> {
  const version = await verify(file);
  await refuseOtherVersions(db);
  await migrateTo(db, version);
  return db.transaction().execute(async (trx) => {
    await emptySeeded(trx);
    const counts = await insertAll(trx, linesIn(file));
    await noteUnknownTokens(trx, nowMs);
    return counts;
  });
}

/** Tokens that were issued after the backup are not among the restored uses. An older backup gets the row later. */
async function noteUnknownTokens(db: Database, nowMs: number): Promise<void> {
  if (!(await db.introspection.getTables()).some(({ name }) => name === 'token_uses')) return;
  const until_ms = Math.floor(nowMs) + FORMER_MS;
  await db
    .insertInto('token_uses')
    .values({ tenant: '', id: '', until_ms })
    .onConflict((on) => on.columns(['tenant', 'id']).doUpdateSet({ until_ms }))
    .execute();
}

/** Rejects with DATABASE_NOT_EMPTY if another version of the api has made the tables. */
async function refuseOtherVersions(db: Database): Promise<void> {
  const others = ((await migrationsOf(db)) ?? []).filter((name) => !knownMigrations.includes(name));
  if (others.length === 0) return;
  const why = `another version of this program has used this database (${others.join(', ')})`;
  throw new BackupError('DATABASE_NOT_EMPTY', `${why}: restore into an empty database`);
}

/** Reads the whole file before any row is stored. */
async function verify(file: string): Promise<string> {
  let version: string | undefined;
  for await (const line of linesIn(file)) version ??= versionOf(line);
  return version ?? versionOf(undefined);
}

const damagedError = (why: string, cause?: unknown) =>
  new BackupError('BACKUP_DAMAGED', `the back-up is not complete: ${why}`, cause);

function versionOf(head: unknown): string {
  const { meridianBackup: format, migrations: names } = (head ?? {}) as {
    meridianBackup?: number;
    migrations?: unknown;
  };
  if (typeof format !== 'number' || !Array.isArray(names) || names.length === 0)
    throw damagedError('its head is missing');
  const migrationNames = names as string[];
  if (isUnreleased(migrationNames))
    throw new BackupError('BACKUP_OLDER', 'the back-up was made before the first release');
  const newer = migrationNames.filter((name) => !knownMigrations.includes(name));
  if (format > FORMAT || newer.length > 0)
    throw new BackupError(
      'BACKUP_NEWER',
      `the back-up was made by a later version of this program: ${newer.join(', ')}`,
    );
  const last = migrationNames.toSorted().at(-1) ?? '';
  if (knownMigrations.some((name) => name <= last && !migrationNames.includes(name)))
    throw damagedError('its head lacks migrations');
  return last;
}

/** Removes rows that migrations have inserted, since the file also has them. Rejects with DATABASE_NOT_EMPTY. */
async function emptySeeded(db: Database): Promise<void> {
  const present = new Set((await db.introspection.getTables()).map(({ name }) => name));
  for (const [table, { seeded }] of Object.entries(tableFacts)) {
    if (!present.has(table)) continue;
    if (seeded === true) await sql`delete from ${sql.table(table)}`.execute(db);
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0)
      throw new BackupError('DATABASE_NOT_EMPTY', `${table} already has rows: restore into an empty database`);
  }
}

async function insertAll(db: Database, lines: AsyncGenerator<unknown>): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries(Object.keys(tableFacts).map((table) => [table, 0]));
  let table = '';
  let columns: readonly string[] = [];
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const loose = db as unknown as Kysely<Record<string, Row>>;
    await loose.insertInto(table).values(rows).execute();
    counts[table] = (counts[table] ?? 0) + rows.length;
    rows = [];
  };
  for await (const line of lines) {
    if (Array.isArray(line)) {
      if (table === '' || line.length !== columns.length) throw damagedError('a row does not match its table');
      rows.push(Object.fromEntries(columns.map((name, at) => [name, line[at] as string | number | null])));
      if ((rows.length + 1) * columns.length > VALUES_PER_STATEMENT) await flush();
      continue;
    }
    await flush();
    const next = line as {
      table?: string;
      columns?: string[];
      end?: boolean;
      counts?: Counts;
      meridianBackup?: number;
    };
    if (next.meridianBackup !== undefined) continue;
    if (next.end === true) {
      for (const [name, count] of Object.entries(next.counts ?? {}))
        if (counts[name] !== count) throw damagedError(`it has ${counts[name]} rows of ${name}, not ${count}`);
      return counts;
    }
    if (next.table === undefined || tableFacts[next.table] === undefined || !Array.isArray(next.columns))
      throw damagedError('a line is neither a row nor a table head');
    ({ table, columns } = { table: next.table, columns: next.columns });
  }
  throw damagedError('its end is missing');
}

/** Yields the last line only if its hash matches all other lines. */
async function* linesIn(file: string): AsyncGenerator<unknown> {
  const hash = createHash('sha256');
  let rest = '';
  let hasEnd = false;
  const stream = createReadStream(file);
  const unpacked = createGunzip();
  stream.on('error', (error) => unpacked.destroy(error));
  stream.pipe(unpacked).setEncoding('utf8');
  try {
    for await (const chunk of unpacked as AsyncIterable<string>) {
      const texts = (rest + chunk).split('\n');
      rest = texts.pop() ?? '';
      if (rest.length > LINE_CHARACTERS_MAX) throw damagedError('a line is too long');
      for (const text of texts) {
        const value = JSON.parse(text) as { end?: boolean; sha256?: string } | null;
        if (hasEnd) throw damagedError('data follows its end');
        hasEnd = value?.end === true;
        if (hasEnd && value?.sha256 !== hash.digest('hex')) throw damagedError('its SHA-256 does not match');
        if (!hasEnd) hash.update(`${text}\n`);
        yield value;
      }
    }
  } catch (error) {
    // An absent or unreadable file is reported as such, not as damaged.
    if (error instanceof BackupError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw damagedError(error instanceof Error ? error.message : String(error), error);
  } finally {
    stream.destroy();
  }
  if (!hasEnd || rest !== '') throw damagedError('its end is missing');
}
