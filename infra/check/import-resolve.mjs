import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';

const CONDITIONS = new Set(['import', 'types', 'node', 'default']);
const ENDINGS = ['', '.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'];
const MAIN_FIELDS = ['module', 'main', 'types'];
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * @typedef {{ to: string, kind?: 'node' | 'undeclared' | 'lost' }} Resolved
 * @typedef {Record<string, any>} Manifest
 * @typedef {{ root: string, manifestOf: (folder: string) => Manifest }} Tree
 */

/**
 * Resolves imports like Node, and like browsers' bundlers (`x.css`, `x?url`). Types of a package may be in a package of
 * their own (`@types`).
 * @param {string} root
 * @returns {(from: string, name: string) => Resolved} `from` and the answer are paths from the root; for one of our
 *   packages, the path of its sources
 */
export function importResolver(root) {
  const tree = { root: realpathSync(root), manifestOf: manifestReader() };
  /** @type {Map<string, Resolved>} */
  const known = new Map();
  return (from, name) => {
    const folder = dirname(from);
    const key = `${folder} ${name}`;
    const resolved = known.get(key) ?? resolveFrom(tree, folder, name);
    known.set(key, resolved);
    return resolved;
  };
}

/** @param {Tree} tree @param {string} folder @param {string} name @returns {Resolved} */
function resolveFrom(tree, folder, name) {
  if (isBuiltin(name)) return { to: name.replace(/^node:/, ''), kind: 'node' };
  const path = name.replace(/\?.*$/, '');
  if (/^\.{0,2}\//.test(path) || /^\.\.?$/.test(path)) return fileOr(tree.root, posix.join(folder, path), name);
  if (path.startsWith('#')) return ownImport(tree, folder, name);
  return fromPackage(tree, folder, path);
}

/** @param {string} root @param {string} path @param {string} name @returns {Resolved} */
function fileOr(root, path, name) {
  const found = fileAt(join(root, path));
  return found === undefined ? { to: name, kind: 'lost' } : { to: relative(root, realpathSync(found)) };
}

/** @param {string} path @returns {string | undefined} of a file */
function fileAt(path) {
  const candidates = [...ENDINGS, ...ENDINGS.slice(1).map((ending) => `/index${ending}`)].map((end) => path + end);
  return candidates.find((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
}

/**
 * Resolves `#name` by the `imports` of the package.
 * @param {Tree} tree @param {string} folder @param {string} name @returns {Resolved}
 */
function ownImport({ root, manifestOf }, folder, name) {
  const at = foldersAbove(folder).find((one) => existsSync(join(root, one, 'package.json'))) ?? '.';
  const target = targetOf(manifestOf(join(root, at))['imports'] ?? {}, name);
  return target === undefined ? { to: name, kind: 'lost' } : fileOr(root, posix.join(at, target), name);
}

/** @param {Tree} tree @param {string} folder @param {string} name @returns {Resolved} */
function fromPackage(tree, folder, name) {
  const { root } = tree;
  const parts = name.split('/');
  const own = parts.splice(0, name.startsWith('@') ? 2 : 1).join('/');
  const inside = parts.length === 0 ? '.' : `./${parts.join('/')}`;
  const above = foldersAbove(folder);
  const found = ['node_modules', 'node_modules/@types']
    .flatMap((modules) => above.map((one) => join(root, one, modules, own)))
    .filter((one) => existsSync(one))
    .flatMap((one) => fileIn(tree.manifestOf(realpathSync(one)), realpathSync(one), inside) ?? [])[0];
  if (found === undefined) return { to: name, kind: 'lost' };
  const to = relative(root, realpathSync(found));
  return isDeclared(tree, above, own) || !to.includes('node_modules/') ? { to } : { to, kind: 'undeclared' };
}

/**
 * @param {Manifest} manifest of a package @param {string} folder its own
 * @param {string} inside `.` or `./path` @returns {string | undefined}
 */
function fileIn(manifest, folder, inside) {
  const { exports } = manifest;
  if (exports !== undefined) {
    const isTable = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
    const target = targetOf(isTable ? exports : { '.': exports }, inside);
    return target === undefined ? undefined : fileAt(join(folder, target));
  }
  const mains = inside === '.' ? [...MAIN_FIELDS.map((field) => manifest[field]), 'index'] : [inside];
  return mains.flatMap((main) => (typeof main === 'string' ? (fileAt(join(folder, main)) ?? []) : []))[0];
}

/**
 * Returns the matching row of `exports` or `imports`: the exact name, or the pattern with the longest prefix.
 * @param {Manifest} table @param {string} name @returns {string | undefined}
 */
function targetOf(table, name) {
  if (name in table) return conditioned(table[name]);
  const pattern = Object.keys(table)
    .filter((key) => key.includes('*'))
    .sort((a, b) => b.indexOf('*') - a.indexOf('*'))
    .find((key) => name.startsWith(key.slice(0, key.indexOf('*'))) && name.endsWith(key.slice(key.indexOf('*') + 1)));
  if (pattern === undefined) return undefined;
  const star = name.slice(pattern.indexOf('*'), name.length - (pattern.length - pattern.indexOf('*') - 1));
  return conditioned(table[pattern])?.replaceAll('*', star);
}

/** @param {unknown} target @returns {string | undefined} */
function conditioned(target) {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(conditioned).find((one) => one !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    const found = CONDITIONS.has(condition) ? conditioned(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {Tree} tree @param {readonly string[]} above @param {string} name of a package */
function isDeclared({ root, manifestOf }, above, name) {
  return above.some((folder) => {
    const manifest = existsSync(join(root, folder, 'package.json')) ? manifestOf(join(root, folder)) : {};
    return SECTIONS.some((section) => [name, `@types/${name}`].some((one) => one in (manifest[section] ?? {})));
  });
}

/** @param {string} folder @returns {string[]} the folder and all above it, to the root */
function foldersAbove(folder) {
  return folder === '.' ? ['.'] : [folder, ...foldersAbove(dirname(folder))];
}

/** @returns {(folder: string) => Manifest} reads each package.json once */
function manifestReader() {
  /** @type {Map<string, Manifest>} */
  const known = new Map();
  return (folder) => {
    const manifest = known.get(folder) ?? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    known.set(folder, manifest);
    return manifest;
  };
}
