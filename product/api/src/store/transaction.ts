// The one place that begins and commits transactions of operations and services. What has to follow a commit is said to
// the transaction by the code that changes something, so that no operation has to remember it.
import assert from 'node:assert/strict';
import type { Logger } from '@meridian/runtime';
import { type Transaction as KyselyTransaction, sql } from 'kysely';
import type { Database, Store } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * What follows a commit, at once. It only saves the wait for a poll, which finds the same work in the database if this
 * process ends in between.
 */
export interface Effect {
  /** Of several effects with the same key in one transaction, the last one alone runs. */
  readonly key: string;
  /** Where a failure is logged. */
  readonly log: Logger;
  run(): unknown;
}

export interface Transaction extends KyselyTransaction<Tables> {
  /** Runs when the transaction has been committed, and never if it is rolled back. */
  afterCommit(effect: Effect): void;
}

/**
 * Does `work` in one transaction, or in that of the caller if `db` is one. Resolves when the effects of a committed
 * transaction have ended: one that fails is logged, since the change is made all the same. Rejects with what `work`
 * throws, and nothing is changed then. `work` asks only the transaction: SQLite has one connection, which it holds.
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
 * As `transact`, but its commit is not forced to disk: a crash of the machine may undo the last of them, one of the
 * process none. For measurements, which come all the time: each forced commit holds up SQLite, and with it this
 * process, for as long as the disk takes.
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
  // Within a transaction SQLite does not change it. The connection is held: no other commit comes between.
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
