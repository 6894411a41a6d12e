import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileStore } from '../../src/file-store.ts';
import { hashOf, storeContract } from '../support/stores-contract.ts';

const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'meridian-store-'));

storeContract('files', async () => {
  const folder = await folderOf();
  return { open: () => openFileStore({ folder }), dispose: () => rm(folder, { recursive: true }) };
});

it('a file store detects a changed byte, and follows no link out of its folder', async () => {
  const folder = await folderOf();
  const store = await openFileStore({ folder });
  const bytes = Buffer.from('piece');
  await store.put('a/b', bytes, { sha256: hashOf(bytes) });
  await writeFile(join(folder, 'objects/a/b'), 'peace');
  await expect(store.get('a/b')).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  await writeFile(join(folder, 'objects/a/b'), 'pie');
  await expect(store.head('a/b')).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  await symlink(tmpdir(), join(folder, 'hashes/out'));
  await expect(store.put('out/b', bytes, { sha256: hashOf(bytes) })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  await store.close('test');
  await rm(folder, { recursive: true });
});

/** Returns how many files below the folder this process has open. */
function openFiles(folder: string): number {
  const paths = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return ''; // the folder of the list itself
      throw error;
    }
  });
  return paths.filter((path) => path.startsWith(folder)).length;
}

it('an open object of a file store is read in ranges by one file, also after its removal, until it is closed', async () => {
  const folder = await realpath(await folderOf());
  const store = await openFileStore({ folder });
  const bytes = Buffer.from('0123456789');
  await store.put('a/b', bytes, { sha256: hashOf(bytes) });
  await expect(store.openObject?.('a/c')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  const opened = await store.openObject?.('a/b');
  expect(openFiles(folder)).toBe(1);
  const read = async (from: number, length: number): Promise<string> =>
    String(await opened?.read({ from, bytes: length }, Buffer.alloc(9)));
  expect([await read(2, 3), await read(8, 9), await read(10, 1)]).toEqual(['234', '89', '']);
  await store.remove('a/b');
  const other = Buffer.from('abcdefghij');
  await store.put('a/b', other, { sha256: hashOf(other) });
  expect([await read(0, 2), await store.head('a/b')]).toEqual(['01', { bytes: 10, sha256: hashOf(other) }]);
  const tooSmall = opened?.read({ from: 0, bytes: 10 }, Buffer.alloc(9));
  await expect(tooSmall).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  await opened?.close();
  await opened?.close();
  await expect(opened?.read({ from: 0, bytes: 1 }, Buffer.alloc(1))).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  const gone = AbortSignal.abort();
  await expect(store.openObject?.('a/b', { signal: gone })).rejects.toMatchObject({ code: 'STORE_ABORTED' });
  const late = new AbortController();
  const opening = store.openObject?.('a/b', { signal: late.signal });
  late.abort();
  await expect(opening).rejects.toMatchObject({ code: 'STORE_ABORTED' });
  await store.close('test'); // waits for the opening
  expect(openFiles(folder)).toBe(0);
  await rm(folder, { recursive: true });
});
