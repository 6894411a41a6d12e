import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECT_BYTES_MAX, PART_BYTES_MIN } from '../../src/core/bounds.ts';
import type { Store } from '../../src/store.ts';

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (value: string): Uint8Array => Buffer.from(value);

export interface StoreUnderTest {
  /** Opens a store at the same place, empty at first; a second call stands for a process after a crash. */
  open(): Promise<Store>;
  dispose(): Promise<void>;
}

/** Contract suite of every store. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let place: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      place = await make();
      store = await place.open();
    });
    afterAll(async () => {
      await store?.close('test');
      await place?.dispose();
    });
    const put = (key: string, value: string): Promise<void> =>
      store.put(key, text(value), { sha256: hashOf(text(value)) });

    it.each([
      '',
      '/',
      'a/',
      '/a',
      'a//b',
      '..',
      'a/../b',
      './a',
      'a/.b',
      'A',
      'ä',
      'a b',
      'a\0',
      'a~b',
      'k'.repeat(513),
    ])('refuses the key %j everywhere', async (key) => {
      for (const act of [put(key, 'v'), store.get(key), store.head(key), store.remove(key), store.upload(key)])
        await expect(act).rejects.toMatchObject({ code: 'KEY_INVALID' });
    });

    it('refuses bytes that do not fit their hash, too many bytes, and bad ranges and pages', async () => {
      const sha256 = hashOf(text('v'));
      await expect(store.put('bad/a', text('w'), { sha256 })).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
      await expect(store.put('bad/a', text('v'), { sha256: 'x' })).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
      const large = new Uint8Array(OBJECT_BYTES_MAX + 1);
      await expect(store.put('bad/a', large, { sha256 })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      for (const range of [
        { from: -1, bytes: 1 },
        { from: 0, bytes: 0 },
        { from: 0.5, bytes: 1 },
      ])
        await expect(store.get('bad/a', { range })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      for (const limit of [0, 1001, 1.5])
        await expect(store.list('', { limit })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      expect(await store.head('bad/a')).toBeUndefined();
    });

    it('writes once: repeating the same bytes is fine, other bytes are refused and change nothing', async () => {
      await put('once/a', 'first');
      await put('once/a', 'first');
      await expect(put('once/a', 'other')).rejects.toMatchObject({ code: 'OBJECT_EXISTS' });
      expect(Buffer.from(await store.get('once/a')).toString()).toBe('first');
      expect(await store.head('once/a')).toEqual({ bytes: 5, sha256: hashOf(text('first')) });
    });

    it('lets one of several concurrent writers win', async () => {
      const results = await Promise.allSettled(['a', 'b', 'c'].map((value) => put('race/a', value)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const info = await store.head('race/a');
      expect(info?.sha256).toBe(hashOf(await store.get('race/a')));
    });

    it('cuts ranges at the end, and returns nothing beyond it', async () => {
      await put('range/a', '0123456789');
      const read = async (from: number, bytes: number): Promise<string> =>
        Buffer.from(await store.get('range/a', { range: { from, bytes } })).toString();
      expect([await read(2, 3), await read(8, 9), await read(10, 1), await read(99, 1)]).toEqual(['234', '89', '', '']);
      await put('range/empty', '');
      expect(await store.get('range/empty')).toHaveLength(0);
    });

    it('reports a missing object, and removes it twice without an error', async () => {
      await expect(store.get('gone/a')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
      await put('gone/a', 'v');
      await store.remove('gone/a');
      await store.remove('gone/a');
      expect(await store.head('gone/a')).toBeUndefined();
      await put('gone/a', 'other');
    });

    it('lists keys by their bytes, in pages', async () => {
      const keys = ['l/a-b/x', 'l/a.b', 'l/a/b', 'l/a/c/d', 'l/a0', 'l/b', 'lm'];
      for (const key of [...keys].reverse()) await put(key, 'vv');
      const found: string[] = [];
      for (let after: string | undefined; ; after = found.at(-1)) {
        const page = await store.list('l', { after, limit: 2 });
        found.push(...page.map(({ key }) => key));
        if (page.length < 2) break;
      }
      expect(found).toEqual(keys);
      expect(await store.list('l/a/', { limit: 9 })).toEqual([
        { key: 'l/a/b', bytes: 2 },
        { key: 'l/a/c/d', bytes: 2 },
      ]);
    });

    it('resumes an upload of a dead process, and makes one object of all parts', async () => {
      const parts = [
        new Uint8Array(PART_BYTES_MIN + 65_536).fill(1),
        new Uint8Array(PART_BYTES_MIN).fill(2),
        text('end'),
      ];
      const [first, second, end] = parts as [Uint8Array, Uint8Array, Uint8Array];
      const whole = Buffer.concat(parts);
      const before = await store.upload('up/a');
      await expect(before.append(first, { sha256: hashOf(end) })).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
      await before.append(first, { sha256: hashOf(first) });
      expect(await store.head('up/a')).toBeUndefined();
      const later = await place.open();
      const upload = await later.upload('up/a');
      expect(upload.parts.map(({ bytes }) => bytes)).toEqual([first.length]);
      await upload.append(second, { sha256: hashOf(second) });
      await upload.append(end, { sha256: hashOf(end) });
      await expect(upload.append(end, { sha256: hashOf(end) })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      const info = { bytes: whole.length, sha256: hashOf(whole) };
      expect(await upload.finish(info.sha256)).toEqual(info);
      expect(await upload.finish(info.sha256)).toEqual(info);
      expect(await later.head('up/a')).toEqual(info);
      expect(hashOf(await later.get('up/a'))).toBe(info.sha256);
      await later.close('test');
    });

    it('makes no object of parts that do not fit the hash, nor of an aborted upload', async () => {
      const upload = await store.upload('up/bad');
      await upload.append(text('x'), { sha256: hashOf(text('x')) });
      await expect(upload.finish(hashOf(text('y')))).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
      const aborted = await store.upload('up/bad');
      expect(aborted.parts).toEqual([]);
      await aborted.abort();
      await aborted.abort();
      await expect(aborted.append(text('x'), { sha256: hashOf(text('x')) })).rejects.toMatchObject({
        code: 'STORE_REFUSED',
      });
      expect(await store.head('up/bad')).toBeUndefined();
    });

    it('adopts a whole file as `put` takes bytes, once, if it keeps files at all', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'meridian-adopted-'));
      const path = join(folder, 'file');
      await writeFile(path, 'whole', { flush: true });
      const info = { bytes: 5, sha256: hashOf(text('whole')) };
      if (store.adopt !== undefined) {
        await expect(store.adopt('../a', path, info)).rejects.toMatchObject({ code: 'KEY_INVALID' });
        const other = { bytes: 6, sha256: info.sha256 };
        await expect(store.adopt('adopt/a', path, other)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
        expect(await store.head('adopt/a')).toBeUndefined();
        for (let times = 0; times < 2; times += 1) expect(await store.adopt('adopt/a', path, info)).toBe(true);
        await rm(path);
        expect(Buffer.from(await store.get('adopt/a')).toString()).toBe('whole');
        await expect(put('adopt/a', 'other')).rejects.toMatchObject({ code: 'OBJECT_EXISTS' });
        await writeFile(path, 'other');
        const others = { bytes: 5, sha256: hashOf(text('other')) };
        await expect(store.adopt('adopt/a', path, others)).rejects.toMatchObject({ code: 'OBJECT_EXISTS' });
      }
      await rm(folder, { recursive: true });
    });

    it('ends calls with the signal of their caller, and refuses all calls after a repeatable close', async () => {
      await expect(store.head('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'STORE_ABORTED' });
      const other = await place.open();
      await other.close('test');
      await other.close('again');
      await expect(other.head('a')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    });
  });
}
