import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileDigest } from './digest.mjs';
import { explain, SetupError } from './error.mjs';
import { processStarted, withLock } from './lock.mjs';
import { ensurePackages } from './packages.mjs';
import { checkDisk } from './system.mjs';
import { buildWorker } from './worker-build.mjs';
import { builtName, prebuiltEntryName } from './worker-key.mjs';
import { fetchPrebuilt } from './worker-prebuilt.mjs';
import { whyNotLoading, whyNotRunning } from './worker-verify.mjs';

/**
 * Provides the mediasoup worker, in this order:
 *  1. MEDIASOUP_WORKER_BIN: it is checked and used.
 *  2. The cache, a worker built here before a prebuilt one: its digest is compared and it is started.
 *  3. The release server, if it answers within seconds: the prebuilt worker is downloaded and started. After any
 *    fault the next way is tried. A prebuilt worker has none of our patches (sfu/worker): a command that needs them
 *    takes none, from the cache neither.
 *  4. A build from the npm package. A cache entry appears complete and tested by one rename; its name is a digest of
 *    all its inputs. An interrupted build leaves its folder, and the next run continues there.
 */

/** Object files, sources and libsrtp of one build. */
const BUILD_DISK_MB = 400;

/** Entries kept, for an upgrade and the way back, built and prebuilt. */
const ENTRIES_MAX = 4;

/** Value of MERIDIAN_WORKER_BASE_URL that disables the download. */
const NO_DOWNLOAD = 'none';

/**
 * @typedef {{
 *   root: string, cache: string, logs: string, env: Record<string, string | undefined>,
 *   facts: import('./system.mjs').Facts, progress: import('./progress.mjs').Progress,
 *   finder: import('./packages.mjs').PackageFinder, signal?: AbortSignal | undefined,
 *   mediasoup?: string, isPatched?: boolean, build?: typeof buildWorker, answerLimitMs?: number, downloadLimitMs?: number,
 * }} WorkerContext
 * @param {WorkerContext} context `mediasoup`: the package's folder where npm is not through yet; `isPatched`: only a
 *   worker with our patches will do
 * @returns {Promise<string>} full path of a worker that starts
 * @throws {SetupError} WORKER_UNUSABLE, WORKER_BUILD_FAILED, PACKAGES_MISSING, DISK_FULL
 */
export async function ensureWorker(context) {
  const { root, cache, env } = context;
  const named = env['MEDIASOUP_WORKER_BIN'];
  if (named) return checkNamed(named);
  const mediasoup = context.mediasoup ?? join(root, 'node_modules/mediasoup');
  /** @type {{ version: string, repository: { url: string } }} */
  const manifest = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'));
  const folder = join(cache, 'worker');
  const cached = await findCached(folder, manifest.version, context);
  if (cached) return cached;
  const onWait = (/** @type {import('./lock.mjs').Holder} */ holder) =>
    context.progress.note(`process ${holder.pid} is providing the mediasoup worker, waiting for it`);
  return withLock(join(folder, 'lock'), { signal: context.signal, onWait }, async () => {
    clearLeftovers(folder, unfinishedName(manifest.version, context));
    const made = await findCached(folder, manifest.version, context);
    if (made) return made;
    try {
      const path =
        (context.isPatched ? undefined : await tryPrebuilt(folder, manifest, context)) ??
        (await build(folder, mediasoup, manifest.version, context));
      clearLeftovers(folder);
      return path;
    } catch (error) {
      // Remains of a failed build may fail again, so only an interrupted build is continued.
      if (!context.signal?.aborted) clearLeftovers(folder);
      throw explain(error, `providing the mediasoup worker in ${folder}`);
    }
  });
}

/** @param {string} named */
async function checkNamed(named) {
  const why = existsSync(named) ? await whyNotLoading(named) : 'there is no such file';
  if (why === undefined) return named;
  throw new SetupError('WORKER_UNUSABLE', `MEDIASOUP_WORKER_BIN=${named}: ${why}`, {
    remedy: 'name a mediasoup worker that runs here, or unset it: the set-up then provides one',
  });
}

/**
 * @param {string} folder
 * @param {string} version
 * @param {WorkerContext} context
 * @returns {Promise<string | undefined>}
 */
async function findCached(folder, version, context) {
  const entries = [
    () => builtName(version, 'openssl', context),
    () => builtName(version, 'system', context),
    ...(context.isPatched ? [] : [() => prebuiltEntryName(version, context)]),
  ];
  for (const entry of entries) {
    const path = join(folder, entry());
    if (!existsSync(path)) continue;
    const why = await whyBroken(path);
    if (why === undefined) return join(path, 'mediasoup-worker');
    context.progress.note(`the cached mediasoup worker is broken (${why}): it is removed and provided again`);
    rmSync(path, { recursive: true, force: true });
  }
  return undefined;
}

/** @param {string} path a cache entry */
async function whyBroken(path) {
  const program = join(path, 'mediasoup-worker');
  const record = join(path, 'worker.json');
  if (!existsSync(program) || !existsSync(record)) return 'files are missing';
  let digest;
  try {
    digest = JSON.parse(readFileSync(record, 'utf8')).sha256;
  } catch (error) {
    if (error instanceof SyntaxError) return 'its record is not readable';
    throw error;
  }
  if (digest !== fileDigest(program)) return 'its content has changed';
  return whyNotLoading(program);
}

/**
 * @param {string} folder
 * @param {{ version: string, repository: { url: string } }} manifest
 * @param {WorkerContext} context
 * @returns {Promise<string | undefined>}
 */
async function tryPrebuilt(folder, manifest, context) {
  const { env, facts, progress, signal, answerLimitMs, downloadLimitMs } = context;
  const baseUrl =
    env['MERIDIAN_WORKER_BASE_URL'] ??
    `${manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`;
  if (baseUrl === NO_DOWNLOAD) return undefined;
  const { version } = manifest;
  const work = makeWork(folder);
  const limits = {
    ...(answerLimitMs === undefined ? {} : { answerLimitMs }),
    ...(downloadLimitMs === undefined ? {} : { downloadLimitMs }),
  };
  try {
    const output = join(work, 'mediasoup-worker');
    const options = { baseUrl, version, platform: facts.platform, arch: facts.arch, output, signal, ...limits };
    const why = await progress.step('Asking for the prebuilt mediasoup worker', () => fetchPrebuilt(options));
    if (why === undefined) return publish(work, join(folder, prebuiltEntryName(version, context)), { source: baseUrl });
    progress.note(`the prebuilt worker is not used: ${why}`);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} mediasoup
 * @param {string} version
 * @param {WorkerContext} context
 * @returns {Promise<string>}
 */
async function build(folder, mediasoup, version, context) {
  await ensurePackages('worker', context);
  // With the compiler just installed, an older entry may match.
  const cachedMeanwhile = await findCached(folder, version, context);
  if (cachedMeanwhile) return cachedMeanwhile;
  checkDisk(folder, BUILD_DISK_MB, 'Building the mediasoup worker');
  const work = join(folder, unfinishedName(version, context));
  if (existsSync(work)) context.progress.note("an earlier run's build was interrupted: going on from there");
  const result = join(work, 'result');
  mkdirSync(result, { recursive: true });
  const output = join(result, 'mediasoup-worker');
  const { libsrtp } = await (context.build ?? buildWorker)({ ...context, mediasoup, work, output });
  const why = await whyNotRunning(output, version);
  const entry = join(folder, builtName(version, libsrtp, context));
  if (why === undefined)
    return publish(result, entry, { source: 'built from the npm package with the patches of sfu/worker' });
  throw new SetupError('WORKER_BUILD_FAILED', `The mediasoup worker was built, but ${why}`, {
    remedy: `see ${join(context.logs, 'worker-build.log')} for warnings about libraries`,
  });
}

/**
 * Returns the folder of a build, before its libsrtp is known.
 * @param {string} version
 * @param {WorkerContext} context
 */
function unfinishedName(version, context) {
  return `unfinished-${builtName(version, 'openssl', context)}`;
}

/** Makes a folder that names its owner, so that a later run recognises leftovers. @param {string} folder */
function makeWork(folder) {
  const work = join(folder, `work-${process.pid}-${Date.now()}`);
  mkdirSync(work, { recursive: true });
  return work;
}

/**
 * @param {string} made folder with the program
 * @param {string} entry its place in the cache
 * @param {Record<string, string>} origin
 * @returns {string} the program's path
 */
function publish(made, entry, origin) {
  const record = { sha256: fileDigest(join(made, 'mediasoup-worker')), madeAt: new Date().toISOString(), ...origin };
  writeFileSync(join(made, 'worker.json'), `${JSON.stringify(record, null, 2)}\n`);
  rmSync(entry, { recursive: true, force: true });
  renameSync(made, entry);
  return join(entry, 'mediasoup-worker');
}

/**
 * Removes the work of interrupted runs, unfinished builds, and the oldest entries beyond the bound.
 * @param {string} folder
 * @param {string} [unfinished] the build that stays
 */
function clearLeftovers(folder, unfinished) {
  const names = readdirSync(folder);
  for (const name of names) {
    const owner = Number(/^work-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    const alive = owner !== process.pid && processStarted(owner) !== undefined;
    const over = Number.isNaN(owner) ? name.startsWith('unfinished-') && name !== unfinished : !alive;
    if (over) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const entries = names
    .filter((name) => /^(pre)?built-/.test(name))
    .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.madeMs - a.madeMs);
  for (const { path } of entries.slice(ENTRIES_MAX)) rmSync(path, { recursive: true, force: true });
}
