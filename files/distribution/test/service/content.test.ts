// Contents fetched block by block from sources that send wrong data, break off and die.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContentFolder } from '../../src/content/folder.ts';
import type { ContentFolder, ContentSpec, Supply } from '../../src/content/types.ts';
import { SinkError } from '../../src/sinks/sink.ts';
import { Holder, hashesOf, hexOf } from '../support/holder.ts';

const BLOCK = 1000;
const log = createLogger({ name: 'content', level: 'silent' });
const film = randomBytes(4 * BLOCK + 10);
let root: string;
let folder: ContentFolder;
let holders: Holder[];

const openAgain = (bytesMax = 100_000, clock = systemClock()): Promise<ContentFolder> =>
  openContentFolder({ folder: root, bytesMax, parallel: 2, clock, log, blockBytes: BLOCK });
const wantedOf = (bytes: Uint8Array, content = 'up_film'): ContentSpec => ({
  content,
  tenant: 'acme',
  bytes: bytes.length,
  sha256: hexOf(bytes),
  blocksSha256: hexOf(hashesOf(bytes, BLOCK)),
});
const supplyOf = (...from: readonly Holder[]): Supply => ({
  token: 'token',
  pass: 'pass',
  sources: async () => from.map(({ source }) => source),
});
async function holding(bytes: Uint8Array, kind: 'library' | 'neighbour' = 'library'): Promise<Holder> {
  const holder = await Holder.of(bytes, BLOCK, kind);
  holders.push(holder);
  return holder;
}
const fetched = (bytes: Uint8Array, from: readonly Holder[], content = 'up_film') =>
  folder.fetch(wantedOf(bytes, content), supplyOf(...from), { signal: new AbortController().signal });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof SinkError ? error.code : error),
  );
async function readPart(content: string): Promise<Buffer | undefined> {
  const stream = await folder.read(content, { from: 0, bytes: BLOCK }, { signal: new AbortController().signal });
  return stream && Buffer.concat(await stream.toArray());
}
async function readAll(range: { from: number; bytes: number }, from?: readonly Holder[]): Promise<Buffer | undefined> {
  const supply = from && supplyOf(...from);
  const stream = await folder.read('up_film', range, { signal: new AbortController().signal, supply });
  return stream && Buffer.concat(await stream.toArray());
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'meridian-contents-'));
  holders = [];
  folder = await openAgain();
});
afterEach(async () => {
  await folder.close();
  await Promise.all(holders.map((holder) => holder.close()));
  rmSync(root, { recursive: true, force: true });
});

describe('a fetch', () => {
  it('fetches each block once, shows each source its own credential, and counts the blocks of neighbours', async () => {
    const [library, neighbour] = [await holding(film), await holding(film, 'neighbour')];
    const [came, again] = await Promise.all([fetched(film, [library]), fetched(film, [library])]);
    expect(readFileSync(came.path).equals(film)).toBe(true);
    expect([came.bytes, came.fromNeighbours, again.path]).toEqual([film.length, 0, came.path]);
    expect(library.requests.toSorted()).toEqual(['0', '1000', '2000', '3000', '4000', 'blocks']);
    expect(new Set(library.opened)).toEqual(new Set(['Bearer token']));
    expect((await fetched(film, [neighbour], 'up_other')).fromNeighbours).toBe(film.length);
    expect(new Set(neighbour.opened)).toEqual(new Set(['pass']));
  });

  it('drops a source with wrong blocks and continues at another source', async () => {
    const [liar, honest] = [await holding(film), await holding(film)];
    liar.give = (response, bytes) => response.end(Buffer.from(bytes.map((byte) => 255 - byte)));
    const { path } = await fetched(film, [liar, honest]);
    expect(readFileSync(path).equals(film)).toBe(true);
    expect(liar.requests.filter((one) => one !== 'blocks').length).toBeLessThanOrEqual(2); // two at once
  });

  it.each([
    [
      'breaks off',
      (holder: Holder) => Object.assign(holder, { give: (response: { destroy(): void }) => response.destroy() }),
    ],
    ['refuses', (holder: Holder) => Object.assign(holder, { status: 403 })],
    ['redirects', (holder: Holder) => Object.assign(holder, { status: 302 })],
  ])('continues at another source when a source %s', async (_how, spoil) => {
    const [bad, good] = [await holding(film), await holding(film)];
    spoil(bad);
    const { path } = await fetched(film, [bad, good]);
    expect(readFileSync(path).equals(film)).toBe(true);
  });

  it('aborts an answer with an unexpected status, whatever its length', async () => {
    const good = await holding(film);
    const broken = Promise.withResolvers<void>();
    const endless = createServer((_request, response) => {
      response.once('close', broken.resolve).writeHead(200).write('the whole');
    });
    await once(endless.listen(0, '127.0.0.1'), 'listening');
    const base = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
    await folder.register(wantedOf(film), hashesOf(film, BLOCK));
    good.give = async (response, bytes) => {
      await broken.promise;
      response.end(bytes);
    };
    const sources = async () => [{ base, kind: 'library' as const }, good.source];
    const supply = { token: 'token', pass: 'pass', sources };
    expect(await codeOf(folder.fetch(wantedOf(film), supply, { signal: new AbortController().signal }))).toBe('done');
    endless.close();
  });

  it('continues at its only source, which breaks off now and then', async () => {
    // shortens the pause between two rounds
    const after = (ms: number, fn: () => void) => systemClock().after(ms === 1000 ? 1 : ms, fn);
    const quick = Object.assign(systemClock(), { after });
    await folder.close();
    folder = await openAgain(100_000, quick);
    const holder = await holding(film);
    const broken = new Set([2 * BLOCK, 4 * BLOCK]);
    holder.give = (response, bytes, from) => (broken.delete(from) ? response.destroy() : response.end(bytes));
    expect(await codeOf(fetched(film, [holder]))).toBe('done');
    expect(holder.requests.filter((one) => one !== 'blocks')).toHaveLength(7);
  });

  it('fails with SOURCE_GONE when no source delivers, and states 404 as the cause if all lack the content', async () => {
    const gone = await holding(film);
    gone.status = 404;
    const failed = fetched(film, [gone]);
    expect(await codeOf(failed)).toBe('SOURCE_GONE');
    expect(await failed.catch(({ cause }: SinkError) => cause)).toEqual({ status: 404 });
    gone.status = 500;
    const broken = fetched(film, [gone]);
    expect(await broken.catch(({ code, cause }: SinkError) => [code, cause])).toEqual(['SOURCE_GONE', undefined]);
    expect(await codeOf(fetched(film, []))).toBe('SOURCE_GONE');
  });

  it('fails with HASH_MISMATCH when the blocks have their hashes and the whole has another hash', async () => {
    const holder = await holding(film);
    const wanted = Object.assign(wantedOf(film), { sha256: 'ab'.repeat(32) });
    const failed = folder.fetch(wanted, supplyOf(holder), { signal: new AbortController().signal });
    expect(await codeOf(failed)).toBe('HASH_MISMATCH');
    expect([folder.find('up_film'), folder.usedBytes]).toEqual([undefined, 0]);
  });

  it('awaits permission before each block, and ends when its signal aborts', async () => {
    const holder = await holding(film);
    const gate = Promise.withResolvers<void>();
    const end = new AbortController();
    let asked = 0;
    const mayGoOn = (): Promise<void> => {
      asked += 1;
      return asked <= 2 ? Promise.resolve() : gate.promise;
    };
    const failed = folder.fetch(wantedOf(film), supplyOf(holder), { signal: end.signal, mayGoOn });
    await expect.poll(() => asked).toBe(3);
    await expect.poll(() => holder.requests.length).toBe(3); // the hashes, and two blocks
    end.abort(new Error('withdrawn'));
    expect(await codeOf(failed)).toEqual(new Error('withdrawn'));
    gate.resolve();
    await fetched(film, [holder]);
    expect(new Set(holder.requests).size).toBe(6);
  });

  it.each([[''], ['../up_film'], ['up_A/b'], ['.']])('refuses a content with an invalid id: %s', async (content) => {
    expect(await codeOf(fetched(film, [await holding(film)], content))).toBe('REFUSED');
    expect(readdirSync(root)).toEqual([]);
  });

  it('needs no hashes for an empty content or for one block', async () => {
    const [none, one] = [await holding(Buffer.alloc(0)), await holding(film.subarray(0, 10))];
    expect((await fetched(Buffer.alloc(0), [none], 'up_none')).bytes).toBe(0);
    const { path } = await fetched(film.subarray(0, 10), [one], 'up_one');
    expect(readFileSync(path).equals(film.subarray(0, 10))).toBe(true);
    expect([none.requests, one.requests]).toEqual([[], ['0']]);
  });
});

describe('a content of an earlier process', () => {
  it('is fetched anew when its files are damaged', async () => {
    const holder = await holding(film);
    await fetched(film, [holder]);
    for (const spoil of [
      () => truncateSync(join(root, 'up_film/have'), 2),
      () => truncateSync(join(root, 'up_film/file'), 2),
      () => writeFileSync(join(root, 'up_film/meta.json'), '{'),
    ]) {
      spoil();
      await folder.close();
      folder = await openAgain();
      expect(folder.find('up_film')).toBeUndefined();
      await fetched(film, [holder]);
    }
  });

  it('stays while it is held, also across a restart; otherwise the least recently used is evicted', async () => {
    const parts = [1, 2, 3].map(() => randomBytes(BLOCK));
    folder = await openAgain(2 * BLOCK);
    const bring = async (at: number): Promise<unknown> =>
      codeOf(fetched(parts[at] ?? film, [await holding(parts[at] ?? film)], `up_${at}`));
    expect(await bring(3)).toBe('DISK_FULL');
    await folder.hold('up_0', 'region');
    expect([await bring(0), await bring(1), await bring(2)]).toEqual(['done', 'done', 'done']);
    expect(['up_0', 'up_1', 'up_2'].map((one) => folder.find(one)?.isWhole)).toEqual([true, undefined, true]);
    await folder.hold('up_2', 'other');
    expect([await bring(1), folder.freeBytes]).toEqual(['DISK_FULL', 0]);
    await folder.close();
    folder = await openAgain(2 * BLOCK);
    expect(await bring(1)).toBe('DISK_FULL');
    await folder.release('up_0', 'region');
    expect([await bring(1), folder.find('up_0')]).toEqual(['done', undefined]);
  });

  it('loses every hold whose name has ended, also a hold from before a restart', async () => {
    await fetched(film, [await holding(film)], 'up_0');
    for (const by of ['region:a', 'region:b', 'DL_1']) await folder.hold('up_0', by);
    await folder.hold('up_9', 'region:a');
    await folder.close();
    folder = await openAgain();
    await folder.releaseAll((by) => by === 'region:a');
    const holds = () => JSON.parse(readFileSync(join(root, 'up_0/holds.json'), 'utf8')) as string[];
    expect(holds()).toEqual(['region:b', 'DL_1']);
    await folder.releaseAll(() => true);
    expect(holds()).toEqual([]);
  });
});

describe('a removed content', () => {
  it('is gone with its holds, also after a restart, and the next fetch starts from nothing', async () => {
    await folder.close();
    folder = await openAgain(film.length);
    const holder = await holding(film);
    await fetched(film, [holder]);
    await folder.hold('up_film', 'DL_1');
    await Promise.all([folder.remove('up_film'), folder.remove('up_film')]);
    for (const content of ['up_film', 'up_none', '../up_film']) await folder.remove(content);
    expect([folder.find('up_film'), folder.usedBytes, readdirSync(root)]).toEqual([undefined, 0, []]);
    await fetched(film, [holder]);
    expect(await codeOf(fetched(film, [holder], 'up_other'))).toBe('done'); // no name holds the first
    await folder.remove('up_other');
    await folder.close();
    folder = await openAgain();
    expect(['up_film', 'up_other'].map((content) => folder.find(content))).toEqual([undefined, undefined]);
  });

  it('leaves the disk even while a reader that takes no bytes has it open', async () => {
    await fetched(film, [await holding(film)]);
    const { signal } = new AbortController();
    const reader = await folder.read('up_film', { from: 0, bytes: film.length }, { signal });
    const slow = await folder.read('up_film', { from: 0, bytes: film.length }, { signal });
    const failed = reader?.toArray().catch(({ code }: SinkError) => code);
    await folder.remove('up_film');
    expect([await failed, slow?.destroyed, readdirSync(root)]).toEqual(['SOURCE_GONE', true, []]);
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    });
    expect(open.filter((path) => path.startsWith(root))).toEqual([]);
  });

  it('ends its running fetches', async () => {
    const holder = await holding(film);
    holder.give = (response, bytes) => void response.write(bytes.subarray(0, 5));
    const first = codeOf(fetched(film, [holder]));
    await expect.poll(() => holder.requests.length).toBe(3);
    const removed = folder.remove('up_film');
    await new Promise(setImmediate);
    expect(await first).toBe('SOURCE_GONE');
    await removed;
    expect(readdirSync(root)).toEqual([]);
  });

  it('ends a fetch that began just before the removal', async () => {
    const holder = await holding(film);
    const first = codeOf(fetched(film, [holder]));
    await folder.remove('up_film');
    expect([await first, readdirSync(root)]).toEqual(['SOURCE_GONE', []]);
  });
});

describe('the lasting contents of a tenant', () => {
  it('take at most half of the folder, so that others have room', async () => {
    await folder.close();
    folder = await openAgain(4 * BLOCK);
    const part = randomBytes(BLOCK);
    const holder = await holding(part);
    const bring = async (content: string, tenant = 'acme'): Promise<unknown> => {
      const wanted = Object.assign(wantedOf(part, content), { tenant });
      await folder.fetch(wanted, supplyOf(holder), { signal: new AbortController().signal });
      return codeOf(folder.hold(content, 'region:RC_1'));
    };
    expect([await bring('up_0'), await bring('up_1'), await bring('up_2')]).toEqual(['done', 'done', 'DISK_FULL']);
    for (const by of ['region:RC_2', 'region:RC_1']) await folder.hold('up_1', by); // count once
    await folder.hold('up_2', 'DL_1'); // not lasting
    expect(await bring('up_3', 'globex')).toBe('done');
    await folder.release('up_0', 'region:RC_1');
    expect(await codeOf(folder.hold('up_2', 'region:RC_1'))).toBe('done');
  });
});

describe('room', () => {
  it('is reserved for two concurrent fetches', async () => {
    await folder.close();
    folder = await openAgain(2 * BLOCK);
    const part = randomBytes(2 * BLOCK);
    const holder = await holding(part);
    const both = ['up_0', 'up_1'].map((content) => codeOf(fetched(part, [holder], content)));
    expect(await Promise.all(both)).toEqual(['done', 'DISK_FULL']);
    expect(folder.usedBytes).toBe(2 * BLOCK);
  });

  it('may come from a content that is fetched anew while it is evicted', async () => {
    await folder.close();
    folder = await openAgain(2 * BLOCK);
    const part = randomBytes(BLOCK);
    const holder = await holding(part);
    const bring = (content: string): Promise<unknown> => codeOf(fetched(part, [holder], content));
    await bring('up_0');
    await bring('up_1');
    const other = bring('up_2');
    while (folder.find('up_0') !== undefined) await new Promise(setImmediate);
    expect([await bring('up_0'), await other]).toEqual(['done', 'done']);
    expect((await readPart('up_0'))?.equals(part)).toBe(true);
  });
});

describe('a reader', () => {
  it('gets a range while the range arrives, shares the fetch with other readers, and fetches only the blocks of the range', async () => {
    const holder = await holding(film);
    expect(await readAll({ from: 0, bytes: 10 }, [holder])).toBeUndefined();
    const hashes = hashesOf(film, BLOCK);
    await Promise.all([1, 2, 3].map(() => folder.register(wantedOf(film), hashes)));
    expect(await readAll({ from: 0, bytes: 10 })).toBeUndefined(); // no supply
    const range = { from: BLOCK - 3, bytes: 5 };
    const read = await Promise.all(Array.from({ length: 5 }, () => readAll(range, [holder])));
    for (const bytes of read) expect(bytes?.equals(film.subarray(range.from, range.from + 5))).toBe(true);
    expect(holder.requests.toSorted()).toEqual(['0', '1000']);
    expect((await readAll({ from: 0, bytes: film.length }, [holder]))?.equals(film)).toBe(true);
    expect(holder.requests).toHaveLength(5);
    expect((await readAll({ from: film.length - 2, bytes: 2 }))?.length).toBe(2);
  });

  it('that leaves does not end the fetch for other readers', async () => {
    const holder = await holding(film);
    await folder.register(wantedOf(film), hashesOf(film, BLOCK));
    const held: (() => void)[] = [];
    holder.give = (response, bytes) => void held.push(() => response.end(bytes));
    const leaving = new AbortController();
    const supply = supplyOf(holder);
    const first = await folder.read('up_film', { from: 0, bytes: 5 }, { signal: leaving.signal, supply });
    const left = first?.toArray().catch(() => 'left');
    const second = readAll({ from: 0, bytes: 5 }, [holder]);
    await expect.poll(() => held.length).toBe(1);
    leaving.abort(new Error('left'));
    expect(await left).toBe('left');
    for (const give of held) give();
    expect((await second)?.equals(film.subarray(0, 5))).toBe(true);
  });

  it('a block whose reader leaves is fetched on for a minute, so that a returning reader finds the block', async () => {
    const clock = new ManualClock();
    await folder.close();
    folder = await openAgain(100_000, clock);
    const holder = await holding(film);
    await folder.register(wantedOf(film), hashesOf(film, BLOCK));
    const answers: { give(): void; closed: Promise<unknown> }[] = [];
    holder.give = (response, bytes) =>
      void answers.push({ give: () => response.end(bytes), closed: once(response, 'close') });
    const supply = supplyOf(holder);
    const leave = async (from: number): Promise<void> => {
      const count = answers.length;
      const leaving = new AbortController();
      const left = await folder.read('up_film', { from, bytes: 5 }, { signal: leaving.signal, supply });
      const ended = left?.toArray().catch(() => 'left');
      await expect.poll(() => answers.length).toBe(count + 1);
      leaving.abort(new Error('left'));
      expect(await ended).toBe('left');
    };
    await leave(0);
    answers[0]?.give();
    expect((await readAll({ from: 0, bytes: 5 }, [holder]))?.equals(film.subarray(0, 5))).toBe(true);
    expect(holder.requests).toEqual(['0']);
    await leave(BLOCK);
    clock.advance(60_000);
    await answers[1]?.closed;
  });

  it('is refused hashes of another content', async () => {
    const know = folder.register(wantedOf(film), hashesOf(randomBytes(film.length), BLOCK));
    expect(await codeOf(know)).toBe('HASH_MISMATCH');
  });
});
