// The only place that begins and commits transactions of operations and services. Code that changes data registers its
// follow-up with the transaction, so that no operation has to remember it.
import assert from 'node:assert/strict';
import type { Logger } from '@meridian/runtime';
import { type Transaction as KyselyTransaction, sql } from 'kysely';
import type { Database, Store } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * Runs right after a commit. An effect only saves the wait for a poll, which finds the same work in the database if
 * this process dies in between.
 */
export interface Effect {
  /** Of several effects with the same key in one transaction, only the last runs. */
  readonly key: string;
  /** Logger for a failure. */
  readonly log: Logger;
  run(): unknown;
}

export interface Transaction extends KyselyTransaction<Tables> {
  /** Registers an effect that runs after the commit, and never after a rollback. */
  afterCommit(effect: Effect): void;
}

/**
 * Does `work` in one transaction, or in the caller's if `db` is one. Resolves when the effects after the commit have
 * ended; a failed effect is only logged, since the change is committed. Rejects with the error of `work`, and then
 * nothing is changed. `work` may query only the transaction: SQLite has one connection, which the transaction holds.
 */
export async function transact<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  if (isOurs(db)) return work(db);
  const effects = new Map<string, Effect>();
  let isOpen = true;
  try {
    const result = await db.transaction().execute((trx) => {
      const afterCommit = (effect: Effect): void => {
        assert(isOpen, `${effect.key}: the transaction is over`);
        effects.set(effect.key, effect);
      };
      return work(Object.assign(trx, { afterCommit }));
    });
    isOpen = false;
    await Promise.all([...effects.values()].map(runLogged));
    return result;
  } finally {
    isOpen = false;
  }
}

/**
 * As `transact`, but the commit is not forced to disk: a crash of the machine may undo the latest commits, a crash of
 * the process none. For measurements, which arrive constantly: each forced commit blocks SQLite, and with it this
 * process, for a write of the disk.
 */
export function transactUnforced<T>(
  { db, kind }: Pick<Store, 'db' | 'kind'>,
  work: (trx: Transaction) => Promise<T>,
): Promise<T> {
  if (kind === 'postgres')
    return transact(db, async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      return work(trx);
    });
  // SQLite ignores this pragma within a transaction. The connection is held, so no other commit comes between.
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection);
    try {
      return await transact(connection, work);
    } finally {
      await sql`pragma synchronous = full`.execute(connection);
    }
  });
}

const isOurs = (db: Database): db is Transaction => 'afterCommit' in db;

async function runLogged({ key, log, run }: Effect): Promise<void> {
  try {
    await run();
  } catch (err) {
    log.warn({ err, code: 'AFTER_COMMIT_FAILED', effect: key }, 'what follows a change waits for the next poll');
  }
}
