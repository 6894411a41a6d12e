import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeSynced } from '@meridian/object-store';

/** Writes a small file atomically. */
export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const made = join(folder, `${name}.new`);
  await rm(made, { force: true });
  await writeSynced(made, Buffer.from(text));
  await rename(made, join(folder, name));
  await syncFolder(folder);
}
