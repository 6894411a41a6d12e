import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fetchDebianSource } from './apt-source.mjs';
import { runLogged } from './command.mjs';
import { SetupError } from './error.mjs';
import { ensurePackages } from './packages.mjs';

/** A compiler process took 0.6 GB for the largest unit of infra/mediasoup-worker/build.sh. */
const MEMORY_PER_JOB_MB = 700;

/**
 * Builds the worker from the npm package: system packages, libsrtp's source, then infra/mediasoup-worker/build.sh.
 * @param {{
 *   root: string, mediasoup: string, work: string, output: string, logs: string,
 *   facts: import('./system.mjs').Facts, progress: import('./progress.mjs').Progress,
 *   finder: import('./packages.mjs').PackageFinder, signal?: AbortSignal | undefined, }} context `work` exists, perhaps
 *   with files of an interrupted build
 * @returns {Promise<{ libsrtp: 'openssl' | 'system' }>} the libsrtp that it uses
 */
export async function buildWorker(context) {
  const { root, mediasoup, work, output, logs, facts, progress, signal } = context;
  const jobs = jobsFor(facts);
  const libsrtp = await libsrtpSource(context);
  const into = join(work, libsrtp ? 'openssl' : 'system');
  mkdirSync(into, { recursive: true });
  const fail = {
    code: /** @type {const} */ ('WORKER_BUILD_FAILED'),
    what: 'Building the mediasoup worker',
    remedy: 'look for the first error in the log; a killed compiler means too little memory',
  };
  await progress.step(
    `Building the mediasoup worker with ${jobs} ${jobs === 1 ? 'process' : 'processes'}`,
    async (report) => {
      report({ detail: 'preparing' });
      let total = 0;
      const onLine = (/** @type {string} */ line) => {
        total = Number(/^steps (\d+)$/.exec(line)?.[1] ?? total);
        report(ninjaPosition(line, total));
      };
      const args = [
        join(root, 'infra/mediasoup-worker/build.sh'),
        mediasoup,
        output,
        into,
        String(jobs),
        ...(libsrtp ? [libsrtp] : []),
      ];
      const env = { ...process.env, LC_ALL: 'C.UTF-8', NINJA_STATUS: '[%f/%t] ' };
      await runLogged('bash', args, { cwd: into, env, log: join(logs, 'worker-build.log'), signal, onLine, fail });
    },
  );
  return { libsrtp: libsrtp ? 'openssl' : 'system' };
}

/** @param {import('./system.mjs').Facts} facts */
export function jobsFor({ processors, memoryAvailableMb }) {
  return Math.max(1, Math.min(processors, Math.floor(memoryAvailableMb / MEMORY_PER_JOB_MB)));
}

/**
 * @param {string} line of ninja's output, which counts the steps that were left when it began
 * @param {number} steps of the whole build
 * @returns {import('./progress.mjs').Position}
 */
export function ninjaPosition(line, steps) {
  const match = /^\[(\d+)\/(\d+)\] (?:\S+ ){0,4}?(\S+)$/.exec(line);
  if (!match) return {};
  const [done, left] = [Number(match[1]), Number(match[2])];
  const total = Math.max(steps, left);
  const detail = (match[3] ?? '').replace(/^.*\//, '').replace(/^src_/, '').replace(/\.o$/, '');
  return { done: total - left + done, total, detail };
}

/**
 * Returns libsrtp's source on a Debian that provides it; otherwise notes that the system's library is used, and its
 * cost.
 * @param {Parameters<typeof buildWorker>[0]} context
 * @returns {Promise<string | undefined>}
 */
async function libsrtpSource({ work, logs, facts, progress, finder, signal }) {
  const codename = facts.distribution?.codename;
  const packages = { facts, finder, logs, progress, signal };
  if (facts.distribution?.id === 'debian' && codename && existsSync('/usr/bin/dpkg-source')) {
    // A folder with this name is complete.
    const source = join(work, 'libsrtp-source');
    if (existsSync(source)) return source;
    const folder = join(work, 'apt');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    try {
      const fetched = await progress.step("Getting libsrtp's source from the Debian mirror", () =>
        fetchDebianSource('libsrtp2', { work: folder, logs, codename, signal }),
      );
      renameSync(fetched, source);
      return source;
    } catch (error) {
      if (!(error instanceof SetupError) || error.code === 'INTERRUPTED') throw error;
      progress.note(
        `${error.message}. The worker is linked with the system's libsrtp instead; with Debian's (NSS) it needs 18 % more CPU`,
      );
    }
  }
  await ensurePackages('workerWithoutSource', packages);
  return undefined;
}
