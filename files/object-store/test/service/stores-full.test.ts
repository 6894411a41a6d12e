import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileStore } from '../../src/file-store.ts';
import { hashOf } from '../support/stores-contract.ts';

it('a file store fails with STORE_FULL on a full disk, leaves nothing behind, and works when there is room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  try {
    const store = await openFileStore({ folder });
    const small = Buffer.alloc(400_000, 1);
    const large = Buffer.alloc(900_000, 2);
    await store.put('a/1', small, { sha256: hashOf(small) });
    await expect(store.put('a/2', large, { sha256: hashOf(large) })).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    expect(await store.head('a/2')).toBeUndefined();
    await store.remove('a/1');
    await store.put('a/2', large, { sha256: hashOf(large) });
    await store.close('test');
  } finally {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  }
});
