import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { SetupError } from './error.mjs';
import { memoryAvailableBytes } from './memory.mjs';

/** Oldest major version for the set-up; everything else runs on the pinned Node 24. */
export const SETUP_NODE_MAJOR_MIN = 20;

/** The whole cloud on one machine (two media nodes, two signaling nodes, scheduler, probes) took 0.6 GB. */
export const MEMORY_MIN_MB = 700;

const MB = 1024 * 1024;

/**
 * @typedef {{ id: string, like: string[], version: string, codename: string, name: string }} Distribution
 * @typedef {{
 *   platform: string, arch: string, glibc: boolean, distribution: Distribution | undefined,
 *   root: boolean, nodeVersion: string, memoryAvailableMb: number, processors: number,
 * }} Facts
 */

/**
 * Reads facts of the machine without a child process, as this runs on every start.
 * @returns {Facts}
 */
export function readFacts() {
  const linux = process.platform === 'linux';
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: linux && (existsSync('/lib64/ld-linux-x86-64.so.2') || existsSync('/lib/ld-linux-aarch64.so.1')),
    distribution: linux ? readDistribution() : undefined,
    root: process.getuid?.() === 0,
    nodeVersion: process.version,
    memoryAvailableMb: Math.floor((linux ? memoryAvailableBytes() : freemem()) / MB),
    processors: availableParallelism(),
  };
}

/**
 * @param {Facts} facts
 * @throws {SetupError} SYSTEM_UNSUPPORTED, NODE_VERSION or MEMORY_SHORT: this machine cannot run the cloud
 */
export function checkSystem(facts) {
  if (Number.parseInt(facts.nodeVersion.slice(1), 10) < SETUP_NODE_MAJOR_MIN) {
    throw new SetupError('NODE_VERSION', `Node ${facts.nodeVersion} is too old`, {
      remedy: `install Node ${SETUP_NODE_MAJOR_MIN} or newer (Node 24 itself comes with the npm packages on Linux)`,
    });
  }
  if (facts.platform !== 'linux' && facts.platform !== 'darwin') {
    throw new SetupError('SYSTEM_UNSUPPORTED', `Meridian does not run on ${facts.platform}`, {
      remedy: 'use Linux, best Debian 12; on Windows inside WSL 2',
    });
  }
  if (facts.arch !== 'x64' && facts.arch !== 'arm64') {
    throw new SetupError('SYSTEM_UNSUPPORTED', `This CPU is not supported: ${facts.arch}`, {
      remedy: 'use a 64-bit Intel, AMD or ARM machine (x64, arm64)',
    });
  }
  if (facts.platform === 'linux' && !facts.glibc) {
    throw new SetupError('SYSTEM_UNSUPPORTED', 'This Linux has no glibc (Alpine and others use musl)', {
      remedy: 'use a distribution with glibc, best Debian 12, also as a container image',
    });
  }
  if (facts.memoryAvailableMb < MEMORY_MIN_MB) {
    throw new SetupError('MEMORY_SHORT', `Only ${facts.memoryAvailableMb} MB of memory are available here`, {
      remedy: `end something or raise the limit of this container or cgroup: ${MEMORY_MIN_MB} MB are needed at least`,
    });
  }
}

/**
 * @param {string} path may not exist yet
 * @param {number} neededMb
 * @param {string} purpose for the message
 * @throws {SetupError} DISK_FULL
 */
export function checkDisk(path, neededMb, purpose) {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const stats = statfsSync(existing);
  const freeMb = Math.floor((stats.bavail * stats.bsize) / MB);
  if (freeMb >= neededMb) return;
  throw new SetupError('DISK_FULL', `${purpose} needs ${neededMb} MB at ${existing}, ${freeMb} MB are free`, {
    remedy: 'free some space (or point MERIDIAN_CACHE_DIR at a disk that has some), then run the same command again',
  });
}

/** @returns {Distribution | undefined} */
function readDistribution() {
  const file = ['/etc/os-release', '/usr/lib/os-release'].find((path) => existsSync(path));
  return file === undefined ? undefined : parseOsRelease(readFileSync(file, 'utf8'));
}

/**
 * Parses os-release(5): KEY=value, with optional quotes.
 * @param {string} text
 * @returns {Distribution}
 */
export function parseOsRelease(text) {
  /** @type {Map<string, string>} */
  const values = new Map();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(line.trim());
    if (match?.[1]) values.set(match[1], match[2] ?? match[3] ?? match[4] ?? '');
  }
  const value = (/** @type {string} */ key) => values.get(key) ?? '';
  return {
    id: value('ID'),
    like: value('ID_LIKE').split(' ').filter(Boolean),
    version: value('VERSION_ID'),
    codename: value('VERSION_CODENAME'),
    name: value('PRETTY_NAME') || value('ID'),
  };
}
