import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Work tree, two levels above infra/setup. */
export const treeRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Returns the folder for results that are costly and independent of a work tree: MERIDIAN_CACHE_DIR, otherwise the XDG
 * cache folder.
 * @param {Record<string, string | undefined>} env
 * @returns {string}
 */
export function cacheRoot(env = process.env) {
  if (env['MERIDIAN_CACHE_DIR']) return env['MERIDIAN_CACHE_DIR'];
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'meridian');
}
