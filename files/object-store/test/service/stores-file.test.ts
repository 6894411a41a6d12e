import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
