import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileDigest } from '../setup/digest.mjs';

/** File in `dist/services` that records the sources of the bundles. */
const RECORD = 'built-from.json';

/**
 * `sources`: for each source file [time of its last change in ms, size, SHA-256]. `own`, `vendor`: the built files;
 * `before`: those of the previous build; `packages`: folders of the bundled npm packages.
 * @typedef {{ sources: Record<string, [number, number, string]>, own: string[], vendor: string[], vendorKey: string,
 *   before: string[], packages: string[] }} ServicesRecord
 */

/**
 * @param {string} folder
 * @returns {ServicesRecord | undefined} undefined when the record is missing or unreadable
 */
export function readRecord(folder) {
  const file = join(folder, RECORD);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Replaces the record by a rename.
 * @param {string} folder
 * @param {ServicesRecord} record
 */
export function writeRecord(folder, record) {
  const aside = join(folder, `${RECORD}.new`);
  writeFileSync(aside, `${JSON.stringify(record)}\n`);
  renameSync(aside, join(folder, RECORD));
}

/**
 * Describes files for a record. A file written after `beganMs` may have been read before the change, so it counts as
 * changed.
 * @param {string} root
 * @param {readonly string[]} files
 * @param {number} beganMs when the first of them was read, as `Date.now()`
 * @returns {ServicesRecord['sources']}
 */
export function sourcesOf(root, files, beganMs) {
  return Object.fromEntries(
    files.map((name) => {
      const { mtimeMs, size } = statSync(join(root, name));
      return [name, mtimeMs < beganMs ? [mtimeMs, size, fileDigest(join(root, name))] : [0, 0, '']];
    }),
  );
}

/** Marks the bundles as unknown. @param {string} folder */
export function removeRecord(folder) {
  rmSync(join(folder, RECORD), { force: true });
}

/**
 * Returns the sources that have changed since the build. Contents are read only if time or size differ.
 * @param {string} root
 * @param {ServicesRecord} record
 * @returns {string[]}
 */
export function changedSources(root, { sources }) {
  return Object.entries(sources)
    .filter(([name, [mtimeMs, size, digest]]) => {
      const stat = statSync(join(root, name), { throwIfNoEntry: false });
      if (stat === undefined) return true;
      return (stat.mtimeMs !== mtimeMs || stat.size !== size) && fileDigest(join(root, name)) !== digest;
    })
    .map(([name]) => name);
}
