import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Results, caches and foreign files. */
const LEAVE_OUT = new Set(['node_modules', 'dist', 'generated', '.git', '.turbo', '.meridian', 'coverage', '.out']);

/**
 * Returns the files of the tree, as relative paths. Git is not used, since a clone may be an unpacked archive.
 * @param {string} root
 * @param {(path: string) => boolean} wanted
 * @returns {string[]}
 */
export function treeFiles(root, wanted) {
  /** @type {string[]} */
  const found = [];
  const walk = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (LEAVE_OUT.has(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && wanted(path)) found.push(path);
    }
  };
  walk('');
  return found.sort();
}

/**
 * Returns the workspaces of the root package.json.
 * @param {string} root
 * @returns {string[]}
 */
export function workspacesOf(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces;
}
