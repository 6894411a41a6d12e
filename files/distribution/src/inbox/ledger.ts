// Ledger of an agent in an SQLite file. Changes survive a power cut once their call has resolved.
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock, Logger } from '@meridian/runtime';
import type { Notice, Receipt } from '../contract.ts';
import type { Ledger } from './types.ts';

/** An api may repeat the notice of an ended delivery for this time. */
export const ENDED_KEPT_MS = 30 * 86_400_000;
/** Bound of the old deliveries that a call of `recordEnd` prunes, so that the call stays short. */
const PRUNED_AT_ONCE = 100;
/** "MRCV", which marks our files. */
const APPLICATION_ID = 0x4d524356;
const LAYOUT = 1;
/** Wait for another process that reads the file. */
const BUSY_MS = 1000;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED: readonly unknown[] = [11, 26];

/**
 * Opens the ledger. A file that is no readable ledger is renamed to `PATH.broken` and replaced: sinks keep files, so a
 * repeated notice costs only a comparison. Throws other errors of the disk.
 */
export function openLedger(path: string, o: { readonly clock: Clock; readonly log: Logger }): Ledger {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return new FileLedger(openFile(path), o.clock);
  } catch (err) {
    if (!(err instanceof ForeignFileError) && !DAMAGED.includes((err as { errcode?: unknown }).errcode)) throw err;
    o.log.error({ err, path }, 'the ledger cannot be read: it is set aside and begun anew');
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
    renameSync(path, `${path}.broken`);
    return new FileLedger(openFile(path), o.clock);
  }
}

class ForeignFileError extends Error {}

/** Ledger in an SQLite file, which one process has open. Calls are short; each is a transaction. */
class FileLedger implements Ledger {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #statements = new Map<string, StatementSync>();
  #isClosed = false;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async add(notices: readonly Notice[]): Promise<readonly string[]> {
    return this.#transact(() => notices.filter((notice) => !this.#addOne(notice)).map(({ delivery }) => delivery));
  }

  async open() {
    const rows = this.#sql('SELECT notice, attempts, again_ms FROM notices ORDER BY rowid').all();
    return rows.map((row) => ({
      notice: JSON.parse(String(row['notice'])) as Notice,
      attempts: Number(row['attempts']),
      againMs: Number(row['again_ms']),
    }));
  }

  async restate(notices: readonly Notice[]): Promise<void> {
    if (notices.length === 0) return;
    const update = 'UPDATE notices SET notice = ? WHERE delivery = ?';
    this.#transact(() => {
      for (const notice of notices) this.#sql(update).run(JSON.stringify(notice), notice.delivery);
    });
  }

  async recordFailure(delivery: string, o: { readonly attempts: number; readonly againMs: number }): Promise<void> {
    const update = 'UPDATE notices SET attempts = ?, again_ms = ? WHERE delivery = ?';
    this.#sql(update).run(o.attempts, o.againMs, delivery);
  }

  async recordEnd(receipt: Receipt): Promise<void> {
    const { delivery } = receipt;
    this.#transact(() => {
      const insert = `INSERT OR IGNORE INTO receipts (delivery, receipt, is_done, token_ends_ms, ended_ms, owed)
        VALUES (?, ?, ?, coalesce((SELECT token_ends_ms FROM notices WHERE delivery = ?), 0), ?, 1)`;
      const isDone = receipt.code === '' ? 1 : 0;
      this.#sql(insert).run(delivery, JSON.stringify(receipt), isDone, delivery, this.#clock.wallMs());
      this.#sql('DELETE FROM notices WHERE delivery = ?').run(delivery);
      const old = 'SELECT id FROM receipts WHERE owed = 0 AND ended_ms < ? LIMIT ?';
      const before = this.#clock.wallMs() - ENDED_KEPT_MS;
      this.#sql(`DELETE FROM receipts WHERE id IN (${old})`).run(before, PRUNED_AT_ONCE);
    });
  }

  async owedReceipts(limit: number): Promise<readonly Receipt[]> {
    const rows = this.#sql('SELECT receipt FROM receipts WHERE owed = 1 ORDER BY id LIMIT ?').all(limit);
    return rows.map((row) => JSON.parse(String(row['receipt'])) as Receipt);
  }

  async markHandedOver(deliveries: readonly string[]): Promise<void> {
    this.#each('UPDATE receipts SET owed = 0 WHERE delivery = ?', deliveries);
  }

  async drop(deliveries: readonly string[]): Promise<void> {
    this.#each('DELETE FROM notices WHERE delivery = ?', deliveries);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#database.close();
  }

  /** Returns false for a delivery that had ended. */
  #addOne(notice: Notice): boolean {
    const { delivery, tokenEndsMs } = notice;
    const again = 'DELETE FROM receipts WHERE delivery = ? AND is_done = 0 AND owed = 0 AND token_ends_ms < ?';
    this.#sql(again).run(delivery, tokenEndsMs);
    const { changes } = this.#sql('UPDATE receipts SET owed = 1 WHERE delivery = ?').run(delivery);
    if (changes > 0) return false;
    const insert = `INSERT INTO notices (delivery, notice, token_ends_ms, attempts, again_ms) VALUES (?, ?, ?, 0, 0)
      ON CONFLICT (delivery) DO UPDATE SET notice = excluded.notice, token_ends_ms = excluded.token_ends_ms
      WHERE excluded.token_ends_ms >= token_ends_ms`;
    this.#sql(insert).run(delivery, JSON.stringify(notice), tokenEndsMs);
    return true;
  }

  #each(sql: string, deliveries: readonly string[]): void {
    this.#transact(() => {
      for (const delivery of deliveries) this.#sql(sql).run(delivery);
    });
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  #transact<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // Some errors, such as that of a full disk, have already ended the transaction.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function openFile(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600)); // SQLite gives its journal files the same mode
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    const pragmaValue = (pragma: string): unknown => Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    const isNew = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'] === 0;
    if (!isNew && (pragmaValue('application_id') !== APPLICATION_ID || pragmaValue('user_version') !== LAYOUT))
      throw new ForeignFileError('the file of another program, or of another version');
    const damage = pragmaValue('quick_check(1)');
    if (damage !== 'ok') throw new ForeignFileError(`damaged: ${damage}`);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    if (isNew) database.exec(TABLES);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const TABLES = `BEGIN IMMEDIATE;
  CREATE TABLE notices (delivery TEXT NOT NULL UNIQUE, notice TEXT NOT NULL, token_ends_ms REAL NOT NULL,
    attempts INTEGER NOT NULL, again_ms REAL NOT NULL);
  CREATE TABLE receipts (id INTEGER PRIMARY KEY, delivery TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL,
    is_done INTEGER NOT NULL, token_ends_ms REAL NOT NULL, ended_ms REAL NOT NULL, owed INTEGER NOT NULL);
  CREATE INDEX receipts_owed ON receipts (id) WHERE owed = 1;
  CREATE INDEX receipts_by_time ON receipts (ended_ms) WHERE owed = 0;
  PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT};
  COMMIT;`;
