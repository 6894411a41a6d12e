// Store of a centre without Redis: a SQLite file. Writes of a turn of the event loop go out in a single transaction, so
// a surge costs few of them; each is a write to the page cache, and the disk is awaited only when the write-ahead log
// is merged into the file (every 4 MB).
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Clock, ConfigError } from '@meridian/runtime';
import type { Store } from '../copying/store.ts';

/** Interval in which expired entries are deleted while there are writes. */
const FORGET_EVERY_MS = 60_000;
/** "MERI": application id of this store's files. */
const APPLICATION_ID = 0x4d455249;
const LAYOUT = 1;
/** Wait for another process that has the file open, such as a test or an operator's tool. */
const BUSY_MS = 1000;
/** SQLite's codes for a malformed page and for a file that is no database. */
const DAMAGED: readonly unknown[] = [11, 26];

export interface FileStoreOptions {
  readonly file: string;
  readonly clock: Clock;
}

/**
 * Opens the store. Acknowledged writes outlive a kill of the process (by the page cache); a loss of power may lose the
 * last seconds, which the nodes' registrations bring back, but leaves a whole file. A failed write, as on a full disk,
 * rejects every write of its transaction, and the file has none of them. Throws ConfigError for a file that is damaged,
 * of another program or of another version, and leaves it in place: with an empty file instead, a centre would lead
 * without the denials of shut-out nodes. An operator has to decide that.
 */
export function fileStore(o: FileStoreOptions): Store {
  mkdirSync(dirname(o.file), { recursive: true, mode: 0o700 });
  return new FileStore(o, openFile(o.file));
}

interface Write {
  readonly key: string;
  readonly value: string | undefined;
  /** Null: without expiry. */
  readonly untilWallMs: number | null;
  settle(error?: unknown): void;
}

class FileStore implements Store {
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #forget: StatementSync;
  readonly #load: StatementSync;
  #waiting: Write[] = [];
  #expiredAtWallMs: number;
  #isClosed = false;

  constructor({ clock }: FileStoreOptions, database: DatabaseSync) {
    this.#clock = clock;
    this.#database = database;
    this.#put = database.prepare(
      'INSERT INTO entries (key, value, until) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until',
    );
    this.#remove = database.prepare('DELETE FROM entries WHERE key = ?');
    this.#forget = database.prepare('DELETE FROM entries WHERE until <= ?');
    this.#load = database.prepare('SELECT key, value FROM entries WHERE until IS NULL OR until > ? ORDER BY id');
    this.#expiredAtWallMs = clock.wallMs();
    this.#forget.run(this.#expiredAtWallMs);
  }

  async load(): Promise<[string, string][]> {
    this.#flush();
    return this.#load.all(this.#clock.wallMs()).map(({ key, value }) => [String(key), String(value)]);
  }

  put(key: string, value: string, o?: { ttlMs: number }): Promise<void> {
    return this.#write(key, value, o === undefined ? null : Math.ceil(this.#clock.wallMs() + o.ttlMs));
  }

  remove(key: string): Promise<void> {
    return this.#write(key, undefined, null);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#database.close();
  }

  #write(key: string, value: string | undefined, untilWallMs: number | null): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the store is closed'));
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      if (this.#waiting.push({ key, value, untilWallMs, settle }) === 1) setImmediate(() => this.#flush());
    });
  }

  /** Writes all waiting entries in a transaction, in the order of the calls. */
  #flush(): void {
    const writes = this.#waiting;
    if (writes.length === 0) return;
    this.#waiting = [];
    try {
      this.#transact(writes);
    } catch (error) {
      for (const { settle } of writes) settle(error);
      return;
    }
    for (const { settle } of writes) settle();
  }

  #transact(writes: readonly Write[]): void {
    const wallMs = this.#clock.wallMs();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      if (Math.abs(wallMs - this.#expiredAtWallMs) >= FORGET_EVERY_MS) {
        this.#forget.run(wallMs);
        this.#expiredAtWallMs = wallMs;
      }
      for (const { key, value, untilWallMs } of writes) {
        if (value === undefined) this.#remove.run(key);
        else this.#put.run(key, value, untilWallMs);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      // Some errors, a full disk among them, have already ended the transaction.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function openFile(file: string): DatabaseSync {
  try {
    return openStoreFile(file);
  } catch (error) {
    const { errcode } = error as { errcode?: unknown };
    if (!(error instanceof UnreadableFile) && !DAMAGED.includes(errcode)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'restore it, or move it aside by hand with its -wal and -shm; denials in it are lost then';
    throw new ConfigError([{ key: 'stateDir', value: file, allowed: `a file that can be read (${why}): ${remedy}` }]);
  }
}

class UnreadableFile extends Error {}

function openStoreFile(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its other files the same rights
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    const figure = (pragma: string): unknown => Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    const isNew = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'] === 0;
    if (!isNew && (figure('application_id') !== APPLICATION_ID || figure('user_version') !== LAYOUT))
      throw new UnreadableFile('this is the database of another program, or of another version of the centre');
    const damage = figure('quick_check(1)');
    if (damage !== 'ok') throw new UnreadableFile(`damaged: ${damage}`);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    if (isNew)
      database.exec(`BEGIN IMMEDIATE;
        CREATE TABLE entries (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL, until REAL);
        CREATE INDEX entries_until ON entries (until) WHERE until IS NOT NULL;
        PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT};
        COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
