import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runLogged } from './command.mjs';
import { contentKey, fileDigest, treeDigest } from './digest.mjs';
import { SetupError } from './error.mjs';
import { processStarted, withLock } from './lock.mjs';

/**
 * Generated code that is not committed: `<name>/gen.mjs FOLDER` writes it, and it belongs into `<name>/src/generated`,
 * where `name` is the folder of the package. `from`: its sources; `tools`: npm packages whose version counts as well.
 * @typedef {{ name: string, from: string[], tools: readonly string[] }} GeneratedPackage
 */

/** @type {readonly GeneratedPackage[]} */
export const generatedPackages = [
  {
    name: 'base/protocol',
    from: ['base/protocol/gen.mjs', 'base/protocol/proto'],
    tools: ['protobufjs', 'protobufjs-cli', 'jsdoc'],
  },
  {
    name: 'product/api-client',
    from: ['product/api-client/gen.mjs', 'product/api/openapi.json'],
    tools: ['openapi-typescript', 'typescript'],
  },
];

/** File in the folder itself with the key and the digests of the files. */
const RECORD = '.made-from.json';

/** Cache entries kept for each package, for several work trees and a way back. */
const ENTRIES_MAX = 8;

/**
 * @typedef {{
 *   root: string, cache: string, logs: string, node: string, env: Record<string, string | undefined>,
 *   progress: import('./progress.mjs').Progress, signal?: AbortSignal | undefined,
 * }} GeneratedContext
 */

/**
 * Brings generated code in the tree up to date. A warm call only reads and compares (4 MB). Results are cached by a
 * digest of all inputs, so a second clone only copies them.
 * @param {GeneratedContext} context
 * @param {readonly GeneratedPackage[]} [packages]
 * @throws {SetupError} GENERATE_FAILED
 */
export async function ensureGenerated(context, packages = generatedPackages) {
  const { root, cache, progress, signal } = context;
  const stale = () => packages.filter((one) => whyStale(root, one) !== undefined);
  if (stale().length === 0) return;
  const onWait = (/** @type {import('./lock.mjs').Holder} */ holder) =>
    progress.note(`process ${holder.pid} is generating code, waiting for it`);
  await withLock(join(cache, 'locks/generated.lock'), { signal, onWait }, async () => {
    const folder = join(cache, 'generated');
    mkdirSync(folder, { recursive: true });
    // The previous holder of the lock may have generated the code.
    const wanted = stale().map((one) => {
      const key = keyOf(root, one);
      return { ...one, key, entry: join(folder, `${fileNameOf(one)}-${key}`) };
    });
    const missing = wanted.filter(({ entry }) => whyBroken(entry) !== undefined);
    if (missing.length > 0) {
      clearLeftovers(folder, packages);
      const title = `Generating the code of ${missing.map(({ name }) => name).join(' and ')}`;
      await progress.step(title, () => allEnded(missing.map((one) => generate(one, context))));
    }
    for (const { name, entry } of wanted) copyCode(entry, codeFolder(root, name));
  });
}

/**
 * Returns why generated code in the tree is out of date.
 * @param {string} root
 * @param {GeneratedPackage} one
 * @returns {string | undefined} undefined when it is up to date
 */
export function whyStale(root, one) {
  const folder = codeFolder(root, one.name);
  const why = whyBroken(folder);
  if (why !== undefined) return why;
  return readRecord(folder)?.key === keyOf(root, one) ? undefined : 'its sources have changed';
}

/** Returns the name used in its cache entries and log. @param {{ name: string }} one */
function fileNameOf({ name }) {
  return name.replaceAll('/', '-');
}

/** @param {string} root @param {string} name */
function codeFolder(root, name) {
  return join(root, name, 'src/generated');
}

/**
 * Returns a digest of all inputs of a package's code.
 * @param {string} root
 * @param {GeneratedPackage} one
 */
function keyOf(root, { name, from, tools }) {
  /** @type {Record<string, { version?: string, integrity?: string }>} */
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const versions = Object.entries(locked)
    .filter(([path]) => tools.some((tool) => path.endsWith(`node_modules/${tool}`)))
    .map(([path, { version, integrity }]) => [path, version, integrity]);
  return contentKey([name, treeDigest(root, from), versions]);
}

/**
 * Returns why a folder differs from what was generated into it.
 * @param {string} folder in the tree or in the cache
 * @returns {string | undefined}
 */
function whyBroken(folder) {
  const files = readRecord(folder)?.files;
  if (files === undefined) return 'it is not generated yet';
  const strange = readdirSync(folder).find((name) => name !== RECORD && files[name] === undefined);
  if (strange !== undefined) return `${strange} is not generated`;
  const changed = Object.keys(files).find((name) => digestOf(join(folder, name)) !== files[name]);
  return changed === undefined ? undefined : `${changed} is not what was generated`;
}

/** @param {string} file */
function digestOf(file) {
  return existsSync(file) ? fileDigest(file) : undefined;
}

/**
 * @param {string} folder
 * @returns {{ key: string, files: Record<string, string> } | undefined} undefined when missing or unreadable
 */
function readRecord(folder) {
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
 * Makes a cache entry, which appears complete by one rename.
 * @param {GeneratedPackage & { key: string, entry: string }} one
 * @param {GeneratedContext} context
 */
async function generate({ key, entry, ...one }, { root, cache, logs, node, env, signal }) {
  const fail = { code: /** @type {const} */ ('GENERATE_FAILED'), what: `Generating the code of ${one.name}` };
  const work = join(cache, 'generated', `work-${process.pid}-${fileNameOf(one)}`);
  mkdirSync(work, { recursive: true });
  try {
    await runLogged(node, [join(root, one.name, 'gen.mjs'), work], {
      cwd: root,
      env,
      log: join(logs, `generated-${fileNameOf(one)}.log`),
      signal,
      fail: { ...fail, remedy: `mend the error above; the sources are ${one.from.join(' and ')}` },
    });
    // The result of a half-finished change must not be cached under either key.
    if (keyOf(root, one) !== key)
      throw new SetupError(fail.code, `${fail.what}: a source changed meanwhile`, {
        remedy: 'run the same command again',
      });
    const files = Object.fromEntries(readdirSync(work).map((name) => [name, fileDigest(join(work, name))]));
    writeFileSync(join(work, RECORD), `${JSON.stringify({ key, files }, undefined, 2)}\n`);
    rmSync(entry, { recursive: true, force: true });
    renameSync(work, entry);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Replaces each file by a rename, and the record last: a reader sees the old or the new file, and an interrupted copy
 * is detected.
 * @param {string} entry
 * @param {string} folder
 */
function copyCode(entry, folder) {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(entry);
  for (const name of [...names.filter((name) => name !== RECORD), RECORD]) {
    const aside = join(folder, `.${name}.${process.pid}`);
    copyFileSync(join(entry, name), aside);
    renameSync(aside, join(folder, name));
  }
  for (const name of readdirSync(folder))
    if (!names.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Waits for all, then throws the error of the first that failed. @param {Promise<void>[]} works */
async function allEnded(works) {
  const failed = (await Promise.allSettled(works)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Removes the work of interrupted runs, and the oldest entries beyond the bound.
 * @param {string} folder
 * @param {readonly GeneratedPackage[]} packages
 */
function clearLeftovers(folder, packages) {
  const names = readdirSync(folder);
  for (const name of names) {
    const owner = /^work-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && processStarted(Number(owner)) === undefined)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  for (const one of packages) {
    const entries = names
      .filter((name) => name.startsWith(`${fileNameOf(one)}-`))
      .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => b.madeMs - a.madeMs);
    for (const { path } of entries.slice(ENTRIES_MAX - 1)) rmSync(path, { recursive: true, force: true });
  }
}
