// Begins and commits all transactions. Code that changes data registers what must follow the commit.
import assert from 'node:assert/strict';
import type { Logger } from '@meridian/runtime';
import { type Transaction as KyselyTransaction, sql } from 'kysely';
import type { Database, Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Work after a commit. If this process dies in between, a poll finds the same work in the database. */
export interface Effect {
  /** Only the last effect with the same key in a transaction runs. */
  readonly key: string;
  readonly log: Logger;
  run(): unknown;
}

export interface Transaction extends KyselyTransaction<Tables> {
  /** Registers an effect, which runs after the commit, and never after a rollback. */
  afterCommit(effect: Effect): void;
}

/**
 * Runs `work` in a transaction, or in the caller's if `db` is one. Resolves after the effects of the commit; a failed
 * effect is only logged. `work` may query only the transaction, because SQLite has a single connection.
 */
export async function transact<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  if (isOurs(db)) return work(db);
  const effects = new Map<string, Effect>();
  let isOpen = true;
  try {
    const result = await db.transaction().execute((trx) => {
      const afterCommit = (effect: Effect): void => {
        assert(isOpen, `${effect.key}: the transaction has ended`);
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
 * Does not force the commit to disk, for measurements that are written constantly: a crash of the machine may lose the
 * latest.
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
  // SQLite ignores this pragma within a transaction. The connection is held, so that no other commit comes in between.
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
    log.warn(
      { err, code: 'AFTER_COMMIT_FAILED', effect: key },
      'an effect of a commit failed, and waits for the next poll',
    );
  }
}
