import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runLogged } from './command.mjs';
import { contentKey } from './digest.mjs';
import { SetupError } from './error.mjs';
import { withLock } from './lock.mjs';

/** Debian's interpreter comes first, as python3-venv gives it `venv`; another one in the path may lack it. */
const INTERPRETERS = ['/usr/bin/python3', 'python3'];

/** Entries kept, for this work tree and another one; each has 150 MB. */
const ENTRIES_MAX = 2;

/** The installation takes ten seconds; an unreachable registry must not delay a command. */
const INSTALL_LIMIT_MS = 180_000;

/** Pip's limits: seconds without a byte, and retries. */
const PIP_PATIENCE = ['--timeout', '15', '--retries', '1'];

/**
 * @typedef {{
 *   cache: string, logs: string, env: Record<string, string | undefined>,
 *   progress: import('./progress.mjs').Progress, signal?: AbortSignal | undefined,
 *   interpreters?: readonly string[], wanted?: string, limitMs?: number, }} PythonContext `wanted`: file of packages
 *   with versions
 */

/**
 * Provides a Python with LiveKit's SDKs for tests: MERIDIAN_LIVEKIT_PYTHON, otherwise a cached environment for these
 * versions. Failures do not end the command: tests that need it fail with the reason.
 * @param {PythonContext} context
 * @returns {Promise<string>} full path of the interpreter; otherwise the reason, which does not begin with a slash
 * @throws {SetupError} INTERRUPTED
 */
export async function ensureLivekitPython(context) {
  const { cache, env, progress, wanted = join(import.meta.dirname, 'livekit-python.txt') } = context;
  const named = env['MERIDIAN_LIVEKIT_PYTHON'];
  if (named) return named;
  const interpreter = (context.interpreters ?? INTERPRETERS).map(versionOf).find((one) => one !== undefined);
  if (interpreter === undefined) return without(progress, 'there is no python3');
  const folder = join(cache, 'livekit-python');
  const venvFolder = join(folder, contentKey([interpreter.version, readFileSync(wanted, 'utf8'), process.arch]));
  if (isWhole(venvFolder)) return join(venvFolder, 'bin/python');
  const lock = join(cache, 'locks', 'livekit-python.lock');
  const onWait = (/** @type {import('./lock.mjs').Holder} */ holder) =>
    progress.note(`process ${holder.pid} is installing LiveKit's SDK for Python, waiting for it`);
  try {
    await withLock(lock, { signal: context.signal, onWait }, async () => {
      // The previous holder of the lock may have installed it.
      if (!isWhole(venvFolder)) await install(venvFolder, interpreter.file, wanted, context);
    });
  } catch (error) {
    if (context.signal?.aborted || !(error instanceof SetupError)) throw error;
    rmSync(venvFolder, { recursive: true, force: true });
    return without(progress, whyNot(error));
  }
  clearOld(folder);
  return join(venvFolder, 'bin/python');
}

/** @param {string} place @param {string} interpreter @param {string} wanted @param {PythonContext} context */
async function install(place, interpreter, wanted, { logs, env, progress, signal, limitMs = INSTALL_LIMIT_MS }) {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  const limit = AbortSignal.timeout(limitMs);
  const options = {
    env,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    fail: {
      code: /** @type {const} */ ('PYTHON_FAILED'),
      what: "Installing LiveKit's SDK for Python",
      remedy: 'see that this machine reaches its Python package index (pip download livekit)',
    },
  };
  await progress.step("Installing LiveKit's SDK for Python", async () => {
    await runLogged(interpreter, ['-m', 'venv', place], { ...options, log: join(logs, 'python-venv.log') });
    const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--only-binary', ':all:'];
    await runLogged(join(place, 'bin/python'), [...pip, ...PIP_PATIENCE, '-r', wanted], {
      ...options,
      log: join(logs, 'python-pip.log'),
    });
  });
  writeFileSync(join(place, '.whole'), '');
}

/** @param {SetupError} error */
function whyNot({ code, message, lastLines, remedy }) {
  if (code === 'INTERRUPTED') return "LiveKit's SDK for Python could not be installed in time: does its index answer?";
  return [message, ...lastLines.slice(-3), remedy].join('; ');
}

/** @param {string} place */
const isWhole = (place) => existsSync(join(place, '.whole')) && versionOf(join(place, 'bin/python')) !== undefined;

/** @param {string} file @returns {{ file: string, version: string } | undefined} */
function versionOf(file) {
  const run = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return run.status === 0 ? { file, version: run.stdout.trim() } : undefined;
}

/** @param {import('./progress.mjs').Progress} progress @param {string} why */
function without(progress, why) {
  progress.note(`no LiveKit SDK for Python (${why}): tests with it fail`);
  return why.replace(/^\/+/, '');
}

/** @param {string} folder */
function clearOld(folder) {
  const entries = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.madeMs - a.madeMs);
  for (const { path } of entries.slice(ENTRIES_MAX)) rmSync(path, { recursive: true, force: true });
}
