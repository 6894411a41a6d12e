import { join } from 'node:path';
import type { Spool } from '../stints/spool.ts';

/** What is in the folders of stints, journals too. Files that go meanwhile count as nothing. */
export async function spooledBytes(space: Pick<Spool, 'stintFolders' | 'disk'>): Promise<number> {
  let bytes = 0;
  for (const folder of await space.stintFolders())
    for (const name of await space.disk.list(folder)) bytes += (await space.disk.size(join(folder, name))) ?? 0;
  return bytes;
}
