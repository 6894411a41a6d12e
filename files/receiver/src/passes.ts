// Passes by which neighbours read contents; a content's pass comes with the notice.
import { createHash, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Ledger, Notice } from '@meridian/distribution';
import type { Logger } from '@meridian/runtime';

/** Contents with a pass; above the bound, those with the oldest notices are dropped. */
export const PASSES_MAX = 100_000;
const PASS_PATTERN = /^[A-Za-z0-9_-]{43}$/;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Hash that is compared for an unknown content, so that the check takes as long; no pass has this hash. */
const NO_HASH = Buffer.alloc(32);

/** Table beside the ledger with the SHA-256 of each content's pass, never the pass itself. */
export class Passes {
  readonly #database: DatabaseSync;
  readonly #max: number;

  /** `file` is created if missing. */
  constructor(file: string, max = PASSES_MAX) {
    this.#max = max;
    this.#database = new DatabaseSync(file);
    const schema = `PRAGMA journal_mode = WAL;
       CREATE TABLE IF NOT EXISTS passes (
         place INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL)`;
    try {
      this.#database.exec(schema);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Opens `file`. A broken file is replaced: neighbours use other sources until notices come again. */
  static open(file: string, log: Pick<Logger, 'error'>): Passes {
    try {
      return new Passes(file);
    } catch (error) {
      log.error({ err: error, file }, 'the table of passes is broken and is begun anew');
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      return new Passes(file);
    }
  }

  /** Durable when it returns. */
  add(notices: readonly Pick<Notice, 'content' | 'pass'>[]): void {
    if (notices.length === 0) return;
    const put = this.#database.prepare('INSERT OR REPLACE INTO passes (content, sha256) VALUES (?, ?)');
    const drop = this.#database.prepare(
      'DELETE FROM passes WHERE place <= (SELECT place FROM passes ORDER BY place DESC LIMIT 1 OFFSET ?)',
    );
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { content, pass } of notices) put.run(content, digest(pass));
      drop.run(this.#max);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Returns `missing` for no pass or a malformed one, `wrong` for the pass of another content and for an unknown
   * content. A comparison takes equally long for known and unknown contents.
   */
  check(content: string, pass: unknown): 'right' | 'wrong' | 'missing' {
    if (typeof pass !== 'string' || !PASS_PATTERN.test(pass)) return 'missing';
    const row = this.#database.prepare('SELECT sha256 FROM passes WHERE content = ?').get(content);
    const storedHash = row?.['sha256'];
    const isKnown = storedHash instanceof Uint8Array && storedHash.length === NO_HASH.length;
    return timingSafeEqual(digest(pass), isKnown ? storedHash : NO_HASH) ? 'right' : 'wrong';
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Wraps a ledger so that the pass of a notice counts before the transfer begins. */
export const ledgerWithPasses = (ledger: Ledger, passes: Passes): Ledger => ({
  add: async (notices) => {
    passes.add(notices);
    return await ledger.add(notices);
  },
  open: () => ledger.open(),
  restate: (notices) => ledger.restate(notices),
  recordFailure: (delivery, o) => ledger.recordFailure(delivery, o),
  recordEnd: (receipt) => ledger.recordEnd(receipt),
  owedReceipts: (limit) => ledger.owedReceipts(limit),
  markHandedOver: (deliveries) => ledger.markHandedOver(deliveries),
  drop: (deliveries) => ledger.drop(deliveries),
  close: async () => {
    passes.close();
    await ledger.close();
  },
});
