// Measures the memory and disk use of browsers on Linux.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const KIBIBYTE = 1024;
const GROUP_AT = 2; // Fields behind the name in /proc/PID/stat: state, parent, group.

/** Returns the unshared memory in bytes of process groups, by id. Rejects without /proc. */
export async function memoryOf(groups: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const sums = new Map(groups.map((group) => [group, 0]));
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const group = await groupOf(pid);
    const sum = sums.get(group);
    if (sum !== undefined) sums.set(group, sum + (await unsharedBytes(pid)));
  }
  return sums;
}

async function groupOf(pid: string): Promise<number> {
  const text = await textOf(`/proc/${pid}/stat`);
  // The name may contain any character.
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[GROUP_AT]);
}

async function unsharedBytes(pid: string): Promise<number> {
  const text = await textOf(`/proc/${pid}/status`);
  const parts = [...text.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)];
  return parts.reduce((sum, [, kibibytes]) => sum + Number(kibibytes) * KIBIBYTE, 0);
}

const textOf = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');

/** Returns the bytes on disk of a folder and everything below; files removed meanwhile are skipped. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    sum += (stats?.blocks ?? 0) * 512;
  }
  return sum;
}
