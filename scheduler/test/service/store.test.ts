import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@meridian/protocol';
import { type Clock, createLogger, ManualClock, redisKeyValue, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JournalFiles, type JournalHandle, journalStore } from '../../src/adapters/journal-store.ts';
import { kvStore } from '../../src/adapters/kv-store.ts';
import { Copy } from '../../src/copy.ts';
import type { Store } from '../../src/ports.ts';
import { tempDir, until } from './support/centre.ts';
import { startRedis } from './support/redis.ts';

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
  const store = await journalStore({ file, log, clock });
  closers.push(() => store.close());
  return store;
};

/** One suite for both stores; `reopen` gives the store as the next process finds it. */
function storeContract(name: string, reopen: () => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    test('gives back what was put last, and not what was removed', async () => {
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

storeContract('journal', () => opened(join(temp.dir, 'j')));
storeContract('Redis', redisStore);

async function redisStore(): Promise<Store> {
  redis ??= await startRedis(temp.dir);
  const kv = await redisKeyValue({ url: redis.url, keyPrefix: 'meridian:', log });
  closers.push(() => kv.close());
  return kvStore(kv);
}

describe('the journal', () => {
  test('leaves out a torn last line and lines that are none of its own, and says nothing of them the next time', async () => {
    const file = join(temp.dir, 'j');
    writeFileSync(file, '["a","1"]\n[1,"x"]\n{"no":1}\n["b","2"]\n["a",null]\n["c","3"]\n["d","4');
    expect(new Map(await (await opened(file)).load())).toEqual(
      new Map([
        ['b', '2'],
        ['c', '3'],
      ]),
    );
    expect(readFileSync(file, 'utf8')).toBe('["b","2"]\n["c","3"]\n');
  });

  test('does not grow without end under one key that changes', async () => {
    const file = join(temp.dir, 'j');
    const store = await opened(file);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 9000 }, (_, index) => store.put('key', String(index))));
    }
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(20_000);
    expect(new Map(await (await opened(file)).load()).get('key')).toBe('8999');
  });

  test('forgets what has outlived its time, in memory, in its file and for the next process, and nothing else', async () => {
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
    await clock.advance(4999);
    await store.put('again', 'stays');
    expect(await (await opened(file, clock)).load()).toHaveLength(9003);
    await clock.advance(1);
    const kept = [
      ['deny/node', 'x'],
      ['late', 'x'],
      ['again', 'stays'],
    ];
    expect(await store.load()).toEqual(kept);
    const next = await opened(file, clock);
    expect(await next.load()).toEqual(kept);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
    await clock.advance(60_000);
    await next.put('deny/other', 'x');
    expect((await next.load()).map(([key]) => key)).toEqual(['deny/node', 'again', 'deny/other']);
  });

  test('does not grow with what is written once and outlives its time, without being read', async () => {
    const file = join(temp.dir, 'j');
    const clock = new ManualClock({ wallMs: 1_000_000 });
    const store = await opened(file, clock);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        Array.from({ length: 9000 }, (_, index) => store.put(`${round} ${index}`, 'x', { ttlMs: 5000 })),
      );
      await clock.advance(100_000);
    }
    await store.put('last', 'x');
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(25_000);
  });

  test('says so when it cannot write, and writes again when it can', async () => {
    const folder = join(temp.dir, 'folder');
    const store = await opened(join(folder, 'j'));
    // Beyond the slack every write makes the file anew, which needs the folder.
    await Promise.all(Array.from({ length: 10_002 }, (_, index) => store.put('key', String(index))));
    rmSync(folder, { recursive: true });
    await expect(store.put('key', 'lost')).rejects.toThrow('ENOENT');
    mkdirSync(folder);
    await store.put('key', 'last');
    expect(new Map(await (await opened(join(folder, 'j'))).load()).get('key')).toBe('last');
  });

  test('refuses writes after close, and is closed twice without harm', async () => {
    const store = await opened(join(temp.dir, 'j'));
    await store.close();
    await store.close();
    await expect(store.put('a', '1')).rejects.toThrow('closed');
  });

  test('goes on after what another process has appended', async () => {
    const file = join(temp.dir, 'j');
    await (await opened(file)).put('a', '1');
    appendFileSync(file, '["b","2"]\n');
    expect(await (await opened(file)).load()).toHaveLength(2);
  });
});

/** Real files on a disk that may be full: it takes what still fits, then refuses, as Linux does (a short write, then ENOSPC). */
class SmallDisk implements JournalFiles {
  bytesFree = Number.POSITIVE_INFINITY;
  /** The most that one write takes. */
  piece = Number.POSITIVE_INFINITY;
  failing: 'truncate' | 'rename' | undefined;
  readonly open = new Set<JournalHandle>();

  async create(file: string): Promise<JournalHandle> {
    const real = await open(file, 'w');
    const refused = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const handle = {
      write: async (bytes: Buffer, offset: number, length: number, position: number) => {
        if (this.bytesFree === 0) throw refused();
        const taken = Math.min(length, this.bytesFree, this.piece);
        this.bytesFree -= taken;
        return real.write(bytes, offset, taken, position);
      },
      truncate: async (length: number) => {
        if (this.failing === 'truncate') throw refused();
        await real.truncate(length);
      },
      close: async () => {
        this.open.delete(handle);
        await real.close();
      },
    } as JournalHandle;
    this.open.add(handle);
    return handle;
  }

  async rename(from: string, to: string): Promise<void> {
    if (this.failing === 'rename') throw new Error('the folder is read-only');
    await rename(from, to);
  }
}

describe('the journal on a full disk', () => {
  const setUp = async () => {
    const file = join(temp.dir, 'j');
    const disk = new SmallDisk();
    const store = await journalStore({ file, log, clock: systemClock(), files: disk });
    closers.push(() => store.close());
    const found = async () => Object.fromEntries(await (await opened(file)).load());
    return { file, disk, store, found };
  };

  test.each([
    ['nothing', 0],
    ['half a line', 7],
    ['a line and a half', 26],
    ['all but the end of the line', '["a","2"]\n["b","1"]\n'.length - 1],
  ])('takes %s of a write: none of it counts, and what is acknowledged later does', async (_name, bytesFree) => {
    const { file, disk, store, found } = await setUp();
    await store.put('a', '1');
    disk.bytesFree = bytesFree;
    // One turn, so one write: each of them hears that it failed.
    const refused = await Promise.allSettled([
      store.put('a', '2'),
      store.put('b', '1'),
      store.put('c', 'x'.repeat(40)),
    ]);
    expect(refused.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(readFileSync(file, 'utf8')).toBe('["a","1"]\n');
    disk.bytesFree = Number.POSITIVE_INFINITY;
    await store.put('d', '1');
    expect(await found()).toEqual({ a: '1', d: '1' });
  });

  test('whoever comes while a write fails is written by the next one, and hears of that one', async () => {
    const { disk, store, found } = await setUp();
    disk.bytesFree = 0;
    const first = store.put('a', '1');
    await expect(first).rejects.toThrow('ENOSPC');
    const second = store.put('b', '1');
    await expect(second).rejects.toThrow('ENOSPC');
    disk.bytesFree = Number.POSITIVE_INFINITY;
    await Promise.all([store.put('a', '2'), store.remove('b')]);
    expect(await found()).toEqual({ a: '2' });
  });

  test('a removal that failed is tried again, and then holds', async () => {
    const { disk, store, found } = await setUp();
    await store.put('deny/node', 'x');
    disk.bytesFree = 5;
    await expect(store.remove('deny/node')).rejects.toThrow('ENOSPC');
    disk.bytesFree = Number.POSITIVE_INFINITY;
    await store.remove('deny/node');
    expect(await found()).toEqual({});
  });

  test('half a line that could not be cut off is cut off before the next write', async () => {
    const { disk, store, found } = await setUp();
    await store.put('a', '1');
    disk.bytesFree = 30;
    disk.failing = 'truncate';
    await expect(store.put('b', 'x'.repeat(40))).rejects.toThrow('ENOSPC');
    disk.bytesFree = Number.POSITIVE_INFINITY;
    // As long as it stands there nothing may be written behind it.
    await expect(store.put('c', '1')).rejects.toThrow('ENOSPC');
    disk.failing = undefined;
    await store.put('d', '1');
    expect(await found()).toEqual({ a: '1', d: '1' });
  });

  test('a disk that takes a write in pieces gets all of it', async () => {
    const { disk, store, found } = await setUp();
    await store.put('a', '1');
    disk.piece = 3;
    await Promise.all([store.put('b', 'y'.repeat(50)), store.put('c', '2')]);
    expect(await found()).toEqual({ a: '1', b: 'y'.repeat(50), c: '2' });
  });

  test.each(['space', 'rename'] as const)(
    'a new file that fails for want of %s leaves no handle and no draft',
    async (want) => {
      const { file, disk, store, found } = await setUp();
      // Beyond the slack every write makes the file anew.
      await Promise.all(Array.from({ length: 10_002 }, (_, index) => store.put('key', String(index))));
      if (want === 'space') disk.bytesFree = 4;
      else disk.failing = 'rename';
      for (let index = 0; index < 3; index += 1) await expect(store.put('key', 'lost')).rejects.toThrow();
      expect(disk.open.size).toBe(1);
      expect(readdirSync(temp.dir)).toEqual(['j']);
      expect(readFileSync(file, 'utf8').endsWith('["key","10001"]\n')).toBe(true);
      disk.bytesFree = Number.POSITIVE_INFINITY;
      disk.failing = undefined;
      await store.put('key', 'last');
      expect(disk.open.size).toBe(1);
      expect(await found()).toEqual({ key: 'last' });
    },
  );
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

  test('gives back leases, floor, charges, nodes, drain commands and who is shut out, in the time of the new process', async () => {
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
    // Six seconds were left; the next process starts one second later with its own zero.
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

  test('leaves out charges whose time has passed', async () => {
    const file = join(temp.dir, 'j');
    const before = new ManualClock({ nowMs: 4000 });
    const copy = new Copy({ store: await opened(file), clock: before, log, onFailure: () => expect.unreachable() });
    await copy.saveCharge(charge);
    const after = new ManualClock({ wallMs: before.wallMs() + 6000 });
    const next = new Copy({ store: await opened(file), clock: after, log, onFailure: () => expect.unreachable() });
    expect((await next.load()).charges).toEqual([]);
  });

  test('writes the charges of one turn as one page, and takes pages away when nothing they say can count', async () => {
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
    // Another process goes on behind the pages of the one before it, and clears them away in their time.
    const next = new Copy({ store: disk, clock, log, onFailure: () => expect.unreachable() });
    expect((await next.load()).charges).toHaveLength(1500);
    await next.saveCharge({ ...charge, decisionId: 'e' });
    next.dropCharge('d3');
    next.retry();
    await until('what was dropped is written', async () => (await pages()).length === 4 || undefined);
    clock.advance(limits.decisionConfirmMs - 1);
    next.retry();
    expect(await pages()).toHaveLength(4);
    clock.advance(1);
    next.retry();
    await until('the pages are gone', async () => (await pages()).length === 0 || undefined);
  });

  test('answers in time when the store hangs, and writes later what failed, never an older epoch over a newer one', async () => {
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
    const startMs = performance.now();
    await new Copy({ store: hanging, clock: systemClock(), log, onFailure: () => undefined }).saveLease(lease(3));
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
