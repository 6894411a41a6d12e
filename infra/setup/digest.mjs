import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Enough of a SHA-256 to name a cache entry. */
const KEY_CHARACTERS = 16;

/**
 * @param {unknown[]} parts everything on which the result depends, in a fixed order
 * @returns {string}
 */
export function contentKey(parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, KEY_CHARACTERS);
}

/**
 * @param {string} file
 * @returns {string} SHA-256 in hex
 */
export function fileDigest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * Returns a digest of the names and contents of all files below the paths; a missing path counts as absent.
 * @param {string} root
 * @param {string[]} paths relative files or folders
 * @param {string[]} leaveOut names of folders that are results, not sources
 * @returns {string}
 */
export function treeDigest(root, paths, leaveOut = []) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const full = join(root, path);
    if (!existsSync(full)) return void hash.update(`absent ${path}\0`);
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (!leaveOut.includes(name)) add(`${path}/${name}`);
      return;
    }
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
