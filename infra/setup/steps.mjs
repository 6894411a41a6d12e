import { ensureServices } from '../services/ensure.mjs';
import { ensureBundles } from './bundles.mjs';
import { explain, SetupError } from './error.mjs';
import { ensureGenerated } from './generated.mjs';
import { createJobs } from './jobs.mjs';
import { ensureLivekitPython } from './livekit-python.mjs';
import { fetchMediasoup } from './mediasoup.mjs';
import { ensureNodeModules } from './npm.mjs';
import { ensurePackages, missingHere } from './packages.mjs';
import { ensureJail, ensurePathd } from './programs.mjs';
import { ensureWorker } from './worker.mjs';
import { buildWorker } from './worker-build.mjs';

/** Two compilers, npm and a bundler together need 3 GB; with less memory, heavy steps run in turn. */
const TOGETHER_MB = 4_000;

const allSteps = {
  ensurePackages,
  ensureNodeModules,
  fetchMediasoup,
  ensureWorker,
  ensurePathd,
  ensureJail,
  ensureGenerated,
  ensureServices,
  ensureBundles,
  ensureLivekitPython,
};

/**
 * Provides everything that a command needs, in parallel as two processors allow: the worker's build takes longest and
 * begins once its compilers are installed; other system packages, npm and their dependents come meanwhile.
 * `laterPackages` are installed after all else, and their failure is only reported.
 * @typedef {{ names: string, stop(): Promise<void> }} Later packages still being installed; `stop` resolves when
 *   the installation is over, dpkg's part at its own end
 * @param {{
 *   command: import('./commands.mjs').Command, env: Record<string, string | undefined>,
 *   context: Omit<import('./worker.mjs').WorkerContext, 'signal'> & { signal: AbortSignal }, }} o `env` receives the
 *   variables that name the provided programs
 * @param {typeof allSteps} steps
 * @returns {Promise<{ node: string, later?: Later }>} full path of a Node 24 binary
 * @throws {import('./error.mjs').SetupError} of the step that failed first, when all have ended
 */
export async function runSteps({ command, env, context: outer }, steps = allSteps) {
  // Missing packages are reported before any step begins.
  if (command.packages) missingHere(command.packages, outer);
  const awaited = command.laterPackages ? missingHere(command.laterPackages, outer) : [];
  const names = awaited.map(({ debian }) => debian).join(', ');
  const jobs = createJobs(outer.signal);
  const context = { ...outer, signal: jobs.signal };
  const inTurn = outer.facts.memoryAvailableMb < TOGETHER_MB;

  const npm = jobs.run(() => steps.ensureNodeModules(context));
  let endCompilers = () => undefined;
  const compilers = new Promise((resolve) => {
    endCompilers = () => void resolve(undefined);
  });
  const worker = jobs.run(async () => {
    try {
      if (!command.worker) return;
      env['MEDIASOUP_WORKER_BIN'] = await provideWorker(command.worker === 'patched');
    } finally {
      endCompilers();
    }
    const note = (/** @type {string} */ line) => context.progress.note(line);
    env['MERIDIAN_PATHD_BIN'] = steps.ensurePathd({ ...context, note }) ?? 'none';
    env['MERIDIAN_JAIL_BIN'] = steps.ensureJail({ ...context, note }) ?? 'none';
  });
  const packages = jobs.run(async () => {
    await compilers;
    context.signal.throwIfAborted();
    if (command.packages) await steps.ensurePackages(command.packages, context);
  });
  jobs.run(async () => {
    const made = { ...context, node: await npm, env };
    await steps.ensureGenerated(made);
    if (command.services) await steps.ensureServices(made);
    if (inTurn) await worker;
    if (command.bundles) await steps.ensureBundles(made);
    if (!command.livekitPython) return;
    await packages;
    env['MERIDIAN_LIVEKIT_PYTHON'] = await steps.ensureLivekitPython({ ...context, env });
  });
  const stopping = new AbortController();
  let isComing = awaited.length > 0;
  const coming = installLater().finally(() => {
    isComing = false;
  });
  await jobs.ended().catch(async (error) => {
    await coming;
    throw error;
  });
  const stop = () => {
    stopping.abort();
    return coming;
  };
  return { node: await npm, ...(isComing && { later: { names, stop } }) };

  async function installLater() {
    await compilers;
    if (command.laterPackages === undefined || awaited.length === 0) return;
    const signal = AbortSignal.any([context.signal, stopping.signal]);
    try {
      await steps.ensurePackages(command.laterPackages, { ...context, signal, isBehind: true });
    } catch (caught) {
      if (signal.aborted) return;
      const error = explain(caught, `installing ${names}`);
      const said = error instanceof SetupError ? error.describe() : String(error);
      context.progress.note(`\n${said}\n  the cloud runs without ${names}\n`);
    }
  }

  /** @param {boolean} isPatched */
  async function provideWorker(isPatched) {
    if (inTurn) await npm;
    const mediasoup = context.env['MEDIASOUP_WORKER_BIN'] ? '' : await steps.fetchMediasoup(context);
    /** @type {typeof buildWorker} */
    const build = (o) => {
      endCompilers();
      return buildWorker(o);
    };
    return steps.ensureWorker({ ...context, mediasoup, build, isPatched });
  }
}
