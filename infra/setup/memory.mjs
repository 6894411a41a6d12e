import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Conventional mount point of both cgroup versions. */
const MOUNT = '/sys/fs/cgroup';

/** Version 1 writes "no limit" as the largest page-aligned number; real limits are below half of it. */
const NO_LIMIT_BYTES = 2 ** 62;

/** File names of one cgroup version. */
const VERSIONS = {
  v2: { mount: MOUNT, limit: 'memory.max', used: 'memory.current', cache: /^inactive_file (\d+)$/m },
  v1: {
    mount: join(MOUNT, 'memory'),
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cache: /^total_inactive_file (\d+)$/m,
  },
};

/** @param {string} path @returns {string | undefined} undefined when there is no such file */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/**
 * Returns the memory that new work may take on Linux: the minimum of the kernel's estimate and the room in the cgroups
 * of this process. Page cache inside a cgroup is reclaimable, so it counts as free.
 * @param {(path: string) => string | undefined} read
 * @returns {number} bytes
 */
export function memoryAvailableBytes(read = readText) {
  const kernel = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  const groups = read('/proc/self/cgroup') ?? '';
  const left = [
    ...foldersOf(/^0::(.*)$/m.exec(groups)?.[1]).map((folder) => bytesLeft(VERSIONS.v2, folder, read)),
    ...foldersOf(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1]).map((folder) =>
      bytesLeft(VERSIONS.v1, folder, read),
    ),
  ];
  return Math.min(kernel ? Number(kernel) * 1024 : Number.POSITIVE_INFINITY, ...left);
}

/**
 * Returns a cgroup and all above it. A container sees its own as "/", or as a path that is not mounted inside; the
 * limit is then in the mounted root, which is therefore always included.
 * @param {string | undefined} path
 */
function foldersOf(path) {
  if (path === undefined) return [];
  const folders = ['/'];
  for (let folder = path; folder !== '/' && folder !== '.'; folder = dirname(folder)) folders.push(folder);
  return folders;
}

/**
 * @param {typeof VERSIONS.v2} version
 * @param {string} folder
 * @param {(path: string) => string | undefined} read
 */
function bytesLeft({ mount, limit, used, cache }, folder, read) {
  const value = (/** @type {string} */ name) => read(join(mount, folder, name))?.trim();
  const limitText = value(limit);
  if (limitText === undefined || limitText === 'max' || Number(limitText) >= NO_LIMIT_BYTES)
    return Number.POSITIVE_INFINITY;
  return Number(limitText) - Number(value(used) ?? 0) + Number(cache.exec(value('memory.stat') ?? '')?.[1] ?? 0);
}
