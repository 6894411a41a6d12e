import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { limits } from '@meridian/protocol';
import { type Clock, ConfigError, createLogger, ManualClock, redisKeyValue, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRedis } from '../../../base/runtime/test/support/redis-server.ts';
import { fileStore } from '../../src/adapters/file-store.ts';
import { Copy } from '../../src/copying/copy.ts';
import { kvStore } from '../../src/copying/kv-store.ts';
import type { Store } from '../../src/copying/store.ts';
import { tempDir, until } from './support/centre.ts';

const log = createLogger({ name: 'test', level: 'silent' });
let temp: ReturnType<typeof tempDir>;
let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
const closers: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  temp = tempDir();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await redis?.stop();
  redis = undefined;
  temp.remove();
});

const opened = async (file: string, clock: Clock = systemClock()): Promise<Store> => {
  const store = fileStore({ file, clock });
  closers.push(() => store.close());
  return store;
};

/** A common suite for both stores; `reopen` returns the store as the next process opens it. */
function storeContract(name: string, reopen: () => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    test('returns the last put values, and no removed values', async () => {
      const store = await reopen();
      const long = `lease/t/${'会'.repeat(128)}`;
      await Promise.all([store.put('a', '1'), store.put('b', '2'), store.put(long, 'x'), store.put('a', '3')]);
      await store.remove('b');
      await store.remove('never there');
      const found = new Map(await (await reopen()).load());
      expect(found).toEqual(
        new Map([
          ['a', '3'],
          [long, 'x'],
        ]),
      );
    });
  });
}

storeContract('file', () => opened(join(temp.dir, 'j')));
storeContract('Redis', redisStore);

async function redisStore(): Promise<Store> {
  redis ??= await startRedis();
  const kv = await redisKeyValue({ url: redis.url, keyPrefix: 'meridian:', log });
  closers.push(() => kv.close());
  return kvStore(kv);
}

describe('the file', () => {
  const entriesOf = async (store: Store) => Object.fromEntries(await store.load());
  const inFile = (sql: string) => {
    const database = new DatabaseSync(join(temp.dir, 'j'));
    const rows = database.prepare(sql).all();
    database.close();
    return rows;
  };

  test('has all acknowledged writes for a process that opens it before the last process has closed it', async () => {
    const store = await opened(join(temp.dir, 'j'));
    await Promise.all([store.put('b', '1'), store.put('a', '1'), store.put('b', '2')]);
    const nextStore = await opened(join(temp.dir, 'j'));
    // Entries come in the order in which their keys were first put.
    expect(await nextStore.load()).toEqual([
      ['b', '2'],
      ['a', '1'],
    ]);
    await Promise.all([nextStore.put('c', '1'), store.put('d', '1')]);
    expect(await entriesOf(store)).toEqual(await entriesOf(nextStore));
  });

  test('of the store, and the files beside it, are readable by their owner alone', async () => {
    const store = await opened(join(temp.dir, 'state', 'j'));
    await store.put('a', '1');
    const modes = ['', 'j', 'j-wal', 'j-shm'].map((name) => statSync(join(temp.dir, 'state', name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  test('stays small while a single key changes again and again', async () => {
    const store = await opened(join(temp.dir, 'j'));
    for (let round = 0; round < 300; round += 1) await store.put('key', String(round).repeat(10_000));
    const bytes = ['', '-wal'].reduce((sum, end) => sum + statSync(join(temp.dir, `j${end}`)).size, 0);
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
    expect(await entriesOf(await opened(join(temp.dir, 'j')))).toEqual({ key: '299'.repeat(10_000) });
  });

  test('forgets expired entries and no others, as the next process finds too', async () => {
    const file = join(temp.dir, 'j');
    const clock = new ManualClock({ wallMs: 1_000_000 });
    const store = await opened(file, clock);
    await Promise.all([
      ...Array.from({ length: 9000 }, (_, index) => store.put(`access/${index}`, 'x', { ttlMs: 5000 })),
      ...[
        store.put('deny/node', 'x'),
        store.put('late', 'x', { ttlMs: 50_000 }),
        store.put('again', 'x', { ttlMs: 1 }),
      ],
    ]);
    clock.advance(4999);
    await store.put('again', 'stays');
    expect(await (await opened(file, clock)).load()).toHaveLength(9003);
    clock.advance(1);
    const kept = { 'deny/node': 'x', late: 'x', again: 'stays' };
    expect(await entriesOf(store)).toEqual(kept);
    expect(await entriesOf(await opened(file, clock))).toEqual(kept);
    clock.advance(60_000);
    await store.put('deny/other', 'x');
    expect(inFile('SELECT key FROM entries ORDER BY id').map(({ key }) => key)).toEqual([
      'deny/node',
      'again',
      'deny/other',
    ]);
  });

  test.each([
    { name: 'leaves the transaction open', how: 'FAIL' },
    { name: 'ends the transaction, as a full disk may', how: 'ROLLBACK' },
  ])('keeps no write of a turn whose write fails and $name; the next turn succeeds', async ({ how }) => {
    const store = await opened(join(temp.dir, 'j'));
    await store.put('a', '1');
    const other = new DatabaseSync(join(temp.dir, 'j'));
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON entries WHEN new.key = 'c'
      BEGIN SELECT RAISE(${how}, 'database or disk is full'); END`);
    const turn = [store.put('a', '2'), store.put('c', '1'), store.put('d', '1'), store.remove('a')];
    const settled = await Promise.allSettled(turn);
    expect(settled.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(String((settled[0] as PromiseRejectedResult).reason)).toContain('disk is full');
    expect(await entriesOf(store)).toEqual({ a: '1' });
    other.exec('DROP TRIGGER full');
    other.close();
    await Promise.all([store.put('c', '1'), store.remove('a')]);
    expect(await entriesOf(await opened(join(temp.dir, 'j')))).toEqual({ c: '1' });
  });

  test('refuses writes while another process locks it, and accepts them afterwards', async () => {
    const store = await opened(join(temp.dir, 'j'));
    const other = new DatabaseSync(join(temp.dir, 'j'));
    other.exec('BEGIN IMMEDIATE');
    await expect(store.put('a', '1')).rejects.toThrow('locked');
    other.exec('ROLLBACK');
    other.close();
    await store.put('a', '1');
    expect(await entriesOf(store)).toEqual({ a: '1' });
  });

  test('accepts no writes after close; close writes the waiting entries and may be called twice', async () => {
    const store = await opened(join(temp.dir, 'j'));
    const lastWrite = store.put('a', '1');
    await store.close();
    await store.close();
    await lastWrite;
    await expect(store.put('b', '1')).rejects.toThrow('closed');
    expect(await entriesOf(await opened(join(temp.dir, 'j')))).toEqual({ a: '1' });
  });

  describe('stays in place and ends the start with instructions, because it may name shut-out nodes, when it', () => {
    const fillAndClose = async (): Promise<void> => {
      const store = await opened(join(temp.dir, 'j'));
      await Promise.all(Array.from({ length: 200 }, (_, index) => store.put(`k${index}`, 'x'.repeat(1000))));
      await store.put('deny/thief', '{}');
      await store.close();
    };
    const sql = (text: string): void => {
      const database = new DatabaseSync(join(temp.dir, 'j'));
      database.exec(text);
      database.close();
    };
    test.each([
      { name: 'is no database', make: () => writeFileSync(join(temp.dir, 'j'), '["a","1"]\n'.repeat(1000)) },
      { name: 'is the database of another program', make: () => sql('CREATE TABLE theirs (a)') },
      {
        name: 'has the layout of another version',
        make: async () => {
          await fillAndClose();
          sql('PRAGMA user_version = 2');
        },
      },
      {
        name: 'is damaged in the middle',
        make: async () => {
          await fillAndClose();
          const bytes = readFileSync(join(temp.dir, 'j'));
          writeFileSync(join(temp.dir, 'j'), bytes.fill(0xa5, 3 * 4096, 20 * 4096));
        },
      },
      {
        name: 'is cut short',
        make: async () => {
          await fillAndClose();
          const bytes = readFileSync(join(temp.dir, 'j'));
          writeFileSync(join(temp.dir, 'j'), bytes.subarray(0, 5 * 4096));
        },
      },
    ])('$name', async ({ make }) => {
      await make();
      const before = readFileSync(join(temp.dir, 'j'));
      for (const start of ['first', 'second']) {
        const refusal: unknown = await opened(join(temp.dir, 'j')).catch((error: unknown) => error);
        expect(refusal, start).toBeInstanceOf(ConfigError);
        expect(String(refusal)).toMatch(/stateDir = ".*\/j": .*\(.+\): .* by hand .*; denials in it are lost then/s);
        expect(readFileSync(join(temp.dir, 'j'))).toEqual(before);
        expect(readdirSync(temp.dir)).toEqual(['j']);
      }
    });
  });

  test('is made anew after an operator has moved the damaged file aside', async () => {
    writeFileSync(join(temp.dir, 'j'), 'x'.repeat(5000));
    await expect(opened(join(temp.dir, 'j'))).rejects.toThrow('by hand');
    renameSync(join(temp.dir, 'j'), join(temp.dir, 'aside'));
    await (await opened(join(temp.dir, 'j'))).put('deny/thief', '{}');
    expect(await entriesOf(await opened(join(temp.dir, 'j')))).toEqual({ 'deny/thief': '{}' });
  });

  test('ends the start when the process may not open it', async () => {
    mkdirSync(join(temp.dir, 'j'));
    await expect(opened(join(temp.dir, 'j'))).rejects.toThrow('EISDIR');
  });
});

describe('the copy', () => {
  const lease = (epoch: number) => ({ roomKey: 't/r', epoch, ownerId: 'a', expiresAtMs: 0 });
  const charge = {
    decisionId: 'd',
    nodeId: 'n',
    roomKey: 't/r',
    sessionId: 's',
    state: 'assumed' as const,
    expiresAtMs: 10_000,
  };

  test('returns leases, floor, charges, nodes, drain commands and denials, with times by the clock of the new process', async () => {
    const file = join(temp.dir, 'j');
    const before = new ManualClock({ nowMs: 4000 });
    const copy = new Copy({ store: await opened(file), clock: before, log, onFailure: () => expect.unreachable() });
    await copy.saveLease(lease(3));
    copy.dropLease('t/gone', 17);
    void copy.saveCharge(charge);
    void copy.saveCharge({ ...charge, decisionId: 'gone' });
    await copy.saveCharge({ ...charge, decisionId: 'gone later', accessRttMs: 12.345 });
    copy.dropCharge('gone');
    copy.dropCharge('gone later');
    await copy.saveCharge({ ...charge, decisionId: 'timed', sessionId: 's2', accessRttMs: 12.345 });
    copy.saveSettled();
    void copy.saveDrain('n', 'kernel');
    void copy.saveDenial('thief', { nodeId: 'thief', reason: 'stolen', sinceWallMs: 7 });
    void copy.saveDenial('back', { nodeId: 'back', reason: '', sinceWallMs: 7 });
    void copy.saveDenial('back', undefined);
    copy.saveAccess('198.51.99.0/24', { key: '198.51.99.0/24' });
    await copy.saveLease(lease(4));
    // The charge had six seconds left; the next process starts a second later, and its clock has another zero.
    const after = new ManualClock({ nowMs: 50, wallMs: before.wallMs() + 1000 });
    const content = await new Copy({
      store: await opened(file),
      clock: after,
      log,
      onFailure: () => expect.unreachable(),
    }).load();
    expect(content).toEqual({
      leases: [{ roomKey: 't/r', epoch: 4, ownerId: 'a' }],
      floor: 17,
      charges: [
        { ...charge, expiresAtMs: 5050 },
        { ...charge, decisionId: 'timed', sessionId: 's2', accessRttMs: 12.35, expiresAtMs: 5050 },
      ],
      nodes: [],
      drains: [{ nodeId: 'n', reason: 'kernel' }],
      cordons: [],
      rooms: [],
      bookings: [],
      loads: [],
      denials: [{ nodeId: 'thief', reason: 'stolen', sinceWallMs: 7 }],
      access: [{ key: '198.51.99.0/24' }],
      isSettled: true,
    });
  });

  test('leaves out expired charges', async () => {
    const file = join(temp.dir, 'j');
    const before = new ManualClock({ nowMs: 4000 });
    const copy = new Copy({ store: await opened(file), clock: before, log, onFailure: () => expect.unreachable() });
    await copy.saveCharge(charge);
    const after = new ManualClock({ wallMs: before.wallMs() + 6000 });
    const next = new Copy({ store: await opened(file), clock: after, log, onFailure: () => expect.unreachable() });
    expect((await next.load()).charges).toEqual([]);
  });

  test('writes the charges of a turn as one page, and removes a page when none of its entries can count any more', async () => {
    const file = join(temp.dir, 'j');
    const clock = new ManualClock({ nowMs: 4000 });
    const disk = await opened(file);
    const copy = new Copy({ store: disk, clock, log, onFailure: () => expect.unreachable() });
    const turn = (from: number) =>
      Array.from({ length: 1500 }, (_, index) =>
        copy.saveCharge({ ...charge, decisionId: `d${from + index}`, sessionId: `s${from + index}` }),
      );
    await Promise.all(turn(0));
    const pages = async () => (await disk.load()).map(([key]) => key);
    expect(await pages()).toEqual(['charges/0', 'charges/1']);
    // The next process numbers its pages after those of the last process, and removes the old pages in their time.
    const nextCopy = new Copy({ store: disk, clock, log, onFailure: () => expect.unreachable() });
    expect((await nextCopy.load()).charges).toHaveLength(1500);
    await nextCopy.saveCharge({ ...charge, decisionId: 'e' });
    nextCopy.dropCharge('d3');
    nextCopy.retry();
    await until('what was dropped is written', async () => (await pages()).length === 4 || undefined);
    clock.advance(limits.decisionConfirmMs - 1);
    nextCopy.retry();
    expect(await pages()).toHaveLength(4);
    clock.advance(1);
    nextCopy.retry();
    await until('the pages are gone', async () => (await pages()).length === 0 || undefined);
  });

  test('answers in time when the store hangs, and retries failed writes, but never an older epoch over a newer epoch', async () => {
    const written: string[] = [];
    let isDown = true;
    const failures: number[] = [];
    const store: Store = {
      load: async () => [],
      put: async (_key, value) => {
        if (isDown) throw new Error('down');
        written.push(value);
      },
      remove: async () => undefined,
      close: async () => undefined,
    };
    const copy = new Copy({ store, clock: systemClock(), log, onFailure: () => failures.push(1) });
    await copy.saveLease(lease(1));
    await copy.saveLease(lease(2));
    expect(failures).toHaveLength(2);
    isDown = false;
    copy.retry();
    await until('the retry is written', () => written.length > 0 || undefined);
    expect(written).toEqual(['{"epoch":2,"ownerId":"a"}']);
    const hanging: Store = { ...store, put: () => new Promise(() => undefined) };
    // The test would hang if the answer waited for the store.
    await new Copy({ store: hanging, clock: systemClock(), log, onFailure: () => undefined }).saveLease(lease(3));
  });
});
