import { join } from 'node:path';
import type { Disk } from '../stints/disk.ts';
import type { Spool } from '../stints/spool.ts';

/** Returns the bytes in the folders of stints, including journals; files removed meanwhile count 0. */
export async function spooledBytes(space: Pick<Spool, 'stintFolders' | 'disk'>): Promise<number> {
  let bytes = 0;
  for (const folder of await space.stintFolders())
    for (const name of await space.disk.list(folder)) bytes += (await space.disk.size(join(folder, name))) ?? 0;
  return bytes;
}

/** Returns the bytes of everything that was put aside. */
export async function asideBytes(space: Pick<Spool, 'asideFolders' | 'disk'>): Promise<number> {
  let bytes = 0;
  for (const folder of await space.asideFolders()) bytes += await bytesOf(space.disk, folder);
  return bytes;
}

async function bytesOf(disk: Disk, path: string): Promise<number> {
  const names = await disk.list(path);
  if (names.length === 0) return (await disk.size(path)) ?? 0;
  let bytes = 0;
  for (const name of names) bytes += await bytesOf(disk, join(path, name));
  return bytes;
}
