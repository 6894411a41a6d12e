import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey } from '../setup/digest.mjs';

/**
 * Clones whose type checks stay quick; what the compiler remembers of one is some megabytes. The one used longest ago
 * goes.
 */
const CLONES_MAX = 8;

/**
 * Where the compiler keeps what it knows of one clone. Two clones must not share it: each would overwrite the other's.
 * Makes the folder and removes those beyond the bound.
 * @param {string} root the clone
 * @param {{ cache: string, nowMs: number }} o
 * @returns {string}
 */
export function typesFolder(root, { cache, nowMs }) {
  const all = join(cache, 'types');
  const name = contentKey([root]);
  const own = join(all, name);
  mkdirSync(own, { recursive: true });
  utimesSync(own, nowMs / 1000, nowMs / 1000);
  const others = readdirSync(all, { withFileTypes: true }).filter((entry) => entry.name !== name);
  const folders = others
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(all, entry.name))
    // 0: another check has just removed it.
    .map((path) => ({ path, usedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of folders.slice(CLONES_MAX - 1)) rmSync(path, { recursive: true, force: true });
  // Files beside the folders are of an older layout, in which all clones shared them.
  for (const entry of others) if (!entry.isDirectory()) rmSync(join(all, entry.name), { force: true });
  return own;
}
