import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runLogged } from './command.mjs';
import { contentKey, treeDigest } from './digest.mjs';
import { withLock } from './lock.mjs';

/** Bundles for browsers, in build order. */
const BUNDLED = ['sdk-web', 'product/web'];

/** Sources of the bundles. */
const SOURCES = [
  'base/protocol',
  'base/client',
  'sdk-web',
  'product/api-client',
  'product/api/openapi.json',
  'product/web',
  'package-lock.json',
  'infra/tsconfig.base.json',
  'turbo.json',
  'LICENSE',
  'NOTICE',
];

/** Results and tests are not part of a bundle; generated code follows from other sources. */
const LEAVE_OUT = ['node_modules', 'dist', 'test', '.turbo', 'generated'];

/**
 * @typedef {{
 *   root: string, cache: string, logs: string, node: string, env: Record<string, string | undefined>,
 *   progress: import('./progress.mjs').Progress, signal?: AbortSignal | undefined,
 * }} BundleContext
 */

/**
 * Builds the browser packages by turbo when a source has changed since the last build. A warm call only reads the
 * sources (about 1 MB). Generated code must exist.
 * @param {BundleContext} context
 * @throws {import('./error.mjs').SetupError} BUNDLE_FAILED
 */
export async function ensureBundles(context) {
  const { root, cache, progress, signal } = context;
  const packages = BUNDLED.filter((name) => hasBuild(root, name));
  const stamps = packages.map((name) => join(root, name, 'dist/.built-from'));
  const upToDate = (/** @type {string} */ digest) =>
    stamps.every((stamp) => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest);
  if (upToDate(treeDigest(root, SOURCES, LEAVE_OUT))) return;
  const onWait = (/** @type {import('./lock.mjs').Holder} */ holder) =>
    progress.note(`process ${holder.pid} is building ${packages.join(' and ')}, waiting for it`);
  await withLock(join(cache, 'locks', `bundles-${contentKey([root])}.lock`), { signal, onWait }, async () => {
    // The digest precedes the build, so that a source that changes meanwhile makes the next call build again.
    const digest = treeDigest(root, SOURCES, LEAVE_OUT);
    if (upToDate(digest)) return;
    await build(packages, context);
    for (const stamp of stamps) {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, digest);
    }
  });
}

/**
 * @param {string[]} packages
 * @param {BundleContext} context
 */
async function build(packages, { root, logs, node, env, progress, signal }) {
  const fail = {
    code: /** @type {const} */ ('BUNDLE_FAILED'),
    what: `Building ${packages.join(' and ')}`,
    remedy: 'mend the error above',
  };
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const filters = packages.map((name) => `--filter=./${name}`);
  const options = ['--no-daemon', '--cache=local:rw', '--ui=stream', '--no-color', '--output-logs=new-only'];
  await progress.step(`Building ${packages.join(' and ')}`, (report) =>
    runLogged(node, [turbo, 'run', 'build', ...filters, ...options], {
      cwd: root,
      env: {
        ...env,
        PATH: `${dirname(node)}:${env['PATH'] ?? ''}`,
        TURBO_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
        NO_UPDATE_NOTIFIER: '1',
      },
      log: join(logs, 'bundles.log'),
      signal,
      fail,
      onLine: (line) => report({ detail: line.trim().slice(0, 60) }),
    }),
  );
}

/** @param {string} root @param {string} name */
function hasBuild(root, name) {
  const file = join(root, name, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).scripts?.build !== undefined;
}
