import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { interrupted, SetupError } from './error.mjs';

/** Lines of a failed command that are shown; the whole is in its log file. */
const LAST_LINES_MAX = 20;

/** After an interrupt a command may tidy up: apt-get lets dpkg finish, ninja ends its compilers. */
const INTERRUPT_GRACE_MS = 3_000;

/** Background jobs of a shell ignore SIGINT; one that ignores SIGTERM too has this long. */
const TERMINATE_GRACE_MS = 10_000;

/**
 * @typedef {{
 *   cwd?: string,
 *   env?: Record<string, string | undefined>,
 *   log: string,
 *   signal?: AbortSignal | undefined,
 *   onLine?: ((line: string) => void) | undefined,
 *   onStatus?: ((line: string) => void) | undefined,
 *   fail: { code: import('./error.mjs').SetupErrorCode, what: string, remedy: string },
 * }} CommandOptions
 */

/**
 * Runs a command of the set-up in a process group of its own, its output in a log file.
 * `onStatus` gets the lines it writes to descriptor 3 (apt-get's progress).
 * @param {string} file
 * @param {string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<void>} when it exits with 0
 * @throws {SetupError} with `fail.code` when it does not, INTERRUPTED when `signal` fired
 */
export async function runLogged(file, args, { cwd, env, log, signal, onLine, onStatus, fail }) {
  if (signal?.aborted) throw interrupted(fail.what);
  mkdirSync(dirname(log), { recursive: true });
  const logFile = createWriteStream(log);
  /** @type {string[]} */
  const lastLines = [];
  const keep = (/** @type {string} */ line) => {
    logFile.write(`${line}\n`);
    if (line.trim() !== '') lastLines.push(line);
    if (lastLines.length > LAST_LINES_MAX) lastLines.shift();
    onLine?.(line);
  };
  logFile.on('error', (error) => lastLines.push(`log not written: ${error.message}`));
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', keep);
  const status = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  createInterface({ input: status }).on('line', (line) => onStatus?.(line));

  const stopWatching = stopOnAbort(child, signal);
  try {
    const ended = await new Promise((resolve) => {
      child.on('error', (error) => resolve(`could not be started: ${error.message}`));
      child.on('close', (code, killedBy) =>
        resolve(code === 0 ? '' : killedBy ? `was ended by ${killedBy}` : `ended with ${code}`),
      );
    });
    if (signal?.aborted) throw interrupted(fail.what);
    if (ended !== '') {
      const remedy = `${fail.remedy}. The whole log: ${log}`;
      throw new SetupError(fail.code, `${fail.what} failed: ${file} ${ended}`, { remedy, lastLines });
    }
  } finally {
    stopWatching();
    await new Promise((resolve) => logFile.end(resolve));
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child leader of its process group
 * @param {AbortSignal | undefined} signal
 * @returns {() => void} to call when the child has ended
 */
function stopOnAbort(child, signal) {
  /** @type {NodeJS.Timeout[]} */
  let timers = [];
  const stop = () => {
    killGroup(child.pid, 'SIGINT');
    timers = [
      setTimeout(() => killGroup(child.pid, 'SIGTERM'), INTERRUPT_GRACE_MS),
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), TERMINATE_GRACE_MS),
    ];
  };
  signal?.addEventListener('abort', stop);
  return () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  };
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} killSignal
 */
function killGroup(pid, killSignal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, killSignal);
  } catch (error) {
    // The group has ended between the event and this line; anything else is a fault of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
