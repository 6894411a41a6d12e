// Effects of a change run after its commit, once, and never after a rollback.
import { createLogger } from '@meridian/runtime';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { type Transaction, transact, transactUnforced } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';

const log = createLogger({ name: 'api', level: 'silent' });
let store: Store;
let ranEffects: string[];
beforeEach(async () => {
  store = await testStore();
  ranEffects = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
});

const effect = (key: string, text = key) => ({ key, log, run: () => void ranEffects.push(text) });
const add = (trx: Transaction, id: string) =>
  trx.insertInto('tenants').values({ id, name: id, limits: '{}', created_ms: 0 }).execute();
const stored = async () =>
  (await store.db.selectFrom('tenants').select('id').orderBy('id').execute()).map(({ id }) => id);

describe('an effect', () => {
  it('runs after the commit, and reads the change', async () => {
    const readRows: string[] = [];
    const answer = await transact(store.db, async (trx) => {
      trx.afterCommit({ key: 'look', log, run: async () => readRows.push(...(await stored())) });
      await add(trx, 'a');
      expect(readRows).toEqual([]);
      return 'answer';
    });
    expect([answer, readRows]).toEqual(['answer', ['a']]);
  });

  it('runs once for each key, as it was added last', async () => {
    await transact(store.db, async (trx) => {
      trx.afterCommit(effect('jobs', 'first'));
      trx.afterCommit(effect('other'));
      trx.afterCommit(effect('jobs', 'last'));
    });
    expect(ranEffects.toSorted()).toEqual(['last', 'other']);
  });

  it('does not run when the transaction is rolled back', async () => {
    const failing = transact(store.db, async (trx) => {
      trx.afterCommit(effect('a'));
      await add(trx, 'a');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([ranEffects, await stored()]).toEqual([[], []]);
  });

  it('in a nested transaction waits for the outer transaction, or is dropped with it', async () => {
    await transact(store.db, async (outer) => {
      await transact(outer, async (inner) => {
        inner.afterCommit(effect('inner'));
        await add(inner, 'a');
      });
      expect(ranEffects).toEqual([]);
    });
    expect([ranEffects, await stored()]).toEqual([['inner'], ['a']]);
    const failing = transact(store.db, async (outer) => {
      await transact(outer, async (inner) => {
        inner.afterCommit(effect('undone'));
        await add(inner, 'b');
      });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([ranEffects, await stored()]).toEqual([['inner'], ['a']]);
  });

  it('that fails is logged with a code, and neither the change nor another effect fails with it', async () => {
    const warn = vi.spyOn(log, 'warn');
    const answer = await transact(store.db, async (trx) => {
      trx.afterCommit({ key: 'bad', log, run: () => Promise.reject(new Error('away')) });
      trx.afterCommit(effect('good'));
      await add(trx, 'a');
      return 'answer';
    });
    expect([answer, ranEffects, await stored()]).toEqual(['answer', ['good'], ['a']]);
    expect(warn.mock.calls).toEqual([
      [expect.objectContaining({ code: 'AFTER_COMMIT_FAILED', effect: 'bad' }), expect.any(String)],
    ]);
  });

  it('cannot be added after the transaction is over', async () => {
    let kept: Transaction | undefined;
    await transact(store.db, async (trx) => {
      kept = trx;
    });
    expect(() => kept?.afterCommit(effect('late'))).toThrow('the transaction has ended');
  });
});

describe('an unforced transaction', () => {
  /** Tells whether a commit is forced to disk. */
  const isForced = async (db: Store['db'] = store.db): Promise<boolean> => {
    const { rows } = await (store.kind === 'sqlite'
      ? sql<{ synchronous: unknown }>`pragma synchronous`.execute(db)
      : sql<{ synchronous: unknown }>`select current_setting('synchronous_commit') as synchronous`.execute(db));
    return [2, 'on'].includes(rows[0]?.synchronous as never);
  };

  it('does not wait for the disk, unlike all other transactions', async () => {
    const seen = await transactUnforced(store, async (trx) => {
      await add(trx, 'a');
      return isForced(trx);
    });
    expect([seen, await isForced(), await transact(store.db, isForced)]).toEqual([false, true, true]);
    expect(await stored()).toEqual(['a']);
  });

  it('that fails changes nothing, and the next transactions are forced again', async () => {
    const failing = transactUnforced(store, async (trx) => {
      await add(trx, 'a');
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect([await stored(), await isForced()]).toEqual([[], true]);
  });
});
