import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { runLogged } from './command.mjs';
import { contentKey } from './digest.mjs';
import { SetupError } from './error.mjs';
import { withLock } from './lock.mjs';
import { checkDisk } from './system.mjs';

/** Major version for everything except the set-up, which starts on 20. */
export const NODE_MAJOR = 24;

/** Size of node_modules with both browsers' drivers and the geographical databases. */
const NODE_MODULES_MB = 900;

/** Interval of counting node_modules while npm is silent. */
const COUNT_INTERVAL_MS = 1000;

/**
 * @typedef {{ optional?: boolean, link?: boolean, version?: string, integrity?: string, os?: string | string[], cpu?:
 *   string | string[], libc?: string | string[] }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 * @typedef {{ platform: string, arch: string }} Platform
 * @typedef {{
 *   root: string, cache: string, logs: string, facts: import('./system.mjs').Facts,
 *   progress: import('./progress.mjs').Progress, signal?: AbortSignal | undefined,
 * }} NpmContext
 */

/**
 * Makes node_modules match the lock file, and finds Node 24.
 * @param {NpmContext} context
 * @returns {Promise<string>} full path of a Node 24 binary
 */
export async function ensureNodeModules(context) {
  const { root, cache, facts, progress, signal } = context;
  const reason = whyInstall(root, facts);
  if (reason !== undefined) {
    const lock = join(cache, 'locks', `npm-${contentKey([root])}.lock`);
    const onWait = (/** @type {import('./lock.mjs').Holder} */ holder) =>
      progress.note(`process ${holder.pid} is installing npm packages, waiting for it`);
    await withLock(lock, { signal, onWait }, async () => {
      // The previous holder of the lock may have installed them.
      if (whyInstall(root, facts) !== undefined) await install(reason, context);
    });
  }
  return findNode(root, facts);
}

/**
 * Compares node_modules with the lock file: by npm's own record of the installation, and by the folders that exist.
 * @param {string} root
 * @param {Platform} platform
 * @returns {string | undefined} why npm has to run, undefined when all is there
 */
export function whyInstall(root, platform) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return 'no packages are installed yet';
  const locked = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(record);
  for (const [path, entry] of Object.entries(locked)) {
    if (path === '' || entry.link || !path.includes('node_modules/')) continue;
    const installedEntry = installed[path];
    if (!installedEntry) {
      if (entry.optional && !isFor(entry, platform)) continue;
      return `${path} is not installed`;
    }
    if (installedEntry.integrity !== entry.integrity) return `${path} differs from the lock file`;
  }
  for (const [path, entry] of Object.entries(installed)) {
    if (!locked[path]) return `${path} is installed but not in the lock file`;
    const witness = path.includes('node_modules/')
      ? join(root, path, entry.link ? '' : 'package.json')
      : join(root, path);
    if (!existsSync(witness)) return `${path} is broken: ${basename(witness)} is missing`;
  }
  return undefined;
}

/** @param {string} file @returns {LockedPackages} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * Returns whether an optional package that names a system and a CPU is for this machine; a package with neither is
 * npm's choice.
 * @param {LockedPackage} entry
 * @param {Platform} platform
 */
function isFor(entry, { platform, arch }) {
  if (entry.os === undefined || entry.cpu === undefined) return false;
  const glibc = entry.libc === undefined || [entry.libc].flat().includes('glibc');
  return glibc && [entry.os].flat().includes(platform) && [entry.cpu].flat().includes(arch);
}

/** @param {string} reason @param {NpmContext} context */
async function install(reason, { root, logs, facts, progress, signal }) {
  checkDisk(root, NODE_MODULES_MB, 'Installing npm packages');
  const npm = npmCommand(process.env);
  const fail = {
    code: /** @type {const} */ ('NPM_FAILED'),
    what: 'Installing npm packages',
    remedy: 'see that this machine reaches its npm registry (npm ping), then run the same command again',
  };
  const total = Object.entries(readPackages(join(root, 'package-lock.json'))).filter(
    ([path, entry]) => path.startsWith('node_modules/') && (!entry.optional || isFor(entry, facts)),
  ).length;
  await progress.step(`Installing npm packages (${reason})`, async (report) => {
    const count = () => report({ done: Math.min(countPackages(join(root, 'node_modules')), total), total });
    const timer = setInterval(count, COUNT_INTERVAL_MS);
    try {
      const options = { cwd: root, env: withoutNpmVariables(process.env), signal, fail };
      // Install scripts stay off: our packages need none (the worker and Node are provided otherwise), and no package
      // may run code here.
      await runLogged(npm.file, [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        ...options,
        log: join(logs, 'npm-ci.log'),
      });
      if (facts.platform === 'linux') {
        // npm 10 unpacks this optional package without linking its program into .bin; with npm 11 this does nothing.
        await runLogged(npm.file, [...npm.args, 'rebuild', `node-linux-${facts.arch}`, '--ignore-scripts'], {
          ...options,
          log: join(logs, 'npm-rebuild.log'),
        });
      }
    } finally {
      clearInterval(timer);
    }
  });
  const staleReason = whyInstall(root, facts);
  if (staleReason === undefined) return;
  throw new SetupError('NPM_FAILED', `npm ci ended well, yet ${staleReason}`, {
    remedy: 'was package.json changed without npm install? Run npm install --ignore-scripts and commit the lock file',
  });
}

/** @param {string} folder @returns {number} */
function countPackages(folder) {
  const names = namesIn(folder).filter((name) => !name.startsWith('.'));
  return names.reduce((sum, name) => sum + (name.startsWith('@') ? namesIn(join(folder, name)).length : 1), 0);
}

/**
 * Returns the content of a folder; empty if missing, since npm makes and removes folders meanwhile.
 * @param {string} folder
 * @returns {string[]}
 */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Returns the npm that started this process, otherwise the one in the path.
 * @param {Record<string, string | undefined>} env
 */
export function npmCommand(env) {
  const path = env['npm_execpath'];
  const npm = path !== undefined && basename(path) === 'npm-cli.js' && existsSync(path);
  return npm ? { file: process.execPath, args: [path] } : { file: 'npm', args: [] };
}

/**
 * Removes variables of an outer `npm start`, which would affect the inner npm (its command, its workspace).
 * @param {NodeJS.ProcessEnv} env
 */
export function withoutNpmVariables(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^npm_(command|lifecycle|package|execpath|config_(workspace|local_prefix|global_prefix|prefix|init))/.test(
          name,
        ),
    ),
  );
}

/**
 * Returns the Node 24 binary of the installed packages; on macOS the present one.
 * @param {string} root
 * @param {import('./system.mjs').Facts} facts
 * @param {(binary: string) => string | undefined} versionOf
 * @returns {string}
 * @throws {SetupError} NODE_VERSION
 */
export function findNode(root, facts, versionOf = readVersion) {
  if (facts.platform !== 'linux') {
    if (majorOf(facts.nodeVersion) >= NODE_MAJOR) return process.execPath;
    throw new SetupError(
      'NODE_VERSION',
      `Node ${facts.nodeVersion} is too old: ${facts.platform} has no packaged Node ${NODE_MAJOR}`,
      {
        remedy: `install Node ${NODE_MAJOR} or newer and run the same command with it`,
      },
    );
  }
  const binary = join(root, 'node_modules', `node-linux-${facts.arch}`, 'bin/node');
  const version = existsSync(binary) ? versionOf(binary) : undefined;
  if (version !== undefined && majorOf(version) === NODE_MAJOR) return binary;
  const said = version ?? (existsSync(binary) ? 'it does not start' : 'it is not there');
  throw new SetupError('NODE_VERSION', `The packaged Node is not Node ${NODE_MAJOR}: ${said} (${binary})`, {
    remedy: 'remove node_modules and run the same command again',
  });
}

/** @param {string} version as `v24.21.0` */
function majorOf(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10);
}

/** @param {string} binary */
function readVersion(binary) {
  const answer = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
