import { spawnSync } from 'node:child_process';
import { contentKey, treeDigest } from './digest.mjs';
import { installedPackages } from './dpkg.mjs';
import { requirements, workerParts } from './requirements.mjs';

/**
 * Version look-ups, which tests replace.
 * @typedef {{ packages: typeof installedPackages, compiler: () => string | undefined }} Versions
 */

/** @type {Versions} */
const machineVersions = { packages: installedPackages, compiler: compilerVersion };

/**
 * Returns the name of the cache entry of a worker built here. Only inputs of the program count: an upgrade of meson or
 * make leaves a worker valid.
 * @param {string} version of the mediasoup package
 * @param {'openssl' | 'system'} libsrtp built on OpenSSL from its source, or the system's library
 * @param {{ root: string, facts: import('./system.mjs').Facts }} place
 * @param {Versions} [versions]
 * @returns {string}
 */
export function builtName(version, libsrtp, { root, facts }, versions = machineVersions) {
  const { distribution, arch, platform } = facts;
  const recipe = treeDigest(root, ['infra/mediasoup-worker', 'sfu/worker'], ['README.md']);
  const parts = libsrtp === 'system' ? [...workerParts, ...requirements.workerWithoutSource] : workerParts;
  const made = [versions.compiler(), partVersions(parts, versions)];
  const key = contentKey([version, recipe, platform, arch, distribution?.id, distribution?.version, made]);
  return `built-${version}-${arch}-${key}-${libsrtp}`;
}

/**
 * Returns the name of the cache entry of a downloaded worker.
 * @param {string} version of the mediasoup package
 * @param {{ facts: import('./system.mjs').Facts, env: Record<string, string | undefined> }} place
 * @returns {string}
 */
export function prebuiltEntryName(version, { facts, env }) {
  const { platform, arch, distribution } = facts;
  const from = env['MERIDIAN_WORKER_BASE_URL'] ?? '';
  const key = contentKey([version, platform, arch, distribution?.id, distribution?.version, from]);
  return `prebuilt-${version}-${arch}-${key}`;
}

/** Returns the version of meson's default compiler. */
function compilerVersion() {
  return spawnSync('c++', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0];
}

/**
 * @param {import('./requirements.mjs').Requirement[]} parts
 * @param {Versions} versions
 */
function partVersions(parts, versions) {
  const installed = versions.packages(parts.map((part) => part.debian));
  if (installed) return [...installed].sort();
  const libraries = parts.flatMap(({ probe }) => ('library' in probe ? [probe.library] : []));
  return spawnSync('pkg-config', ['--modversion', ...libraries], { encoding: 'utf8' }).stdout;
}
