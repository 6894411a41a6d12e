import { spawn } from 'node:child_process';
import { closeSync, createWriteStream, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { interrupted, SetupError } from './error.mjs';

/** Lines of a failed command in the error; the log file has the rest. */
const LAST_LINES_MAX = 20;

/** Time for a command to clean up after an interrupt: ninja ends its compilers. */
const INTERRUPT_GRACE_MS = 3_000;

/** Time for a command that ignores SIGINT, as background jobs of a shell do, and SIGTERM too. */
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
 * Runs a command of the set-up in its own process group, with its output in a log file. `onStatus` gets the lines that
 * it writes to descriptor 3 (apt-get's progress).
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
  const keepLine = (/** @type {string} */ line) => {
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
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', keepLine);
  const status = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  createInterface({ input: status }).on('line', (line) => onStatus?.(line));

  const stopWatching = stopOnAbort(child, signal);
  try {
    const ended = await endOf(child);
    if (signal?.aborted) throw interrupted(fail.what);
    if (ended !== '') throw failure(file, ended, { log, fail, lastLines });
  } finally {
    stopWatching();
    await new Promise((resolve) => logFile.end(resolve));
  }
}

/**
 * Runs a command like `runLogged`, but one that must not be cut off: `signal` takes effect only after its end, and it
 * survives a killed set-up, since its output needs no reader.
 * @param {string} file
 * @param {string[]} args
 * @param {Omit<CommandOptions, 'cwd' | 'onLine'>} options
 */
export async function runWhole(file, args, { env, log, signal, onStatus, fail }) {
  if (signal?.aborted) throw interrupted(fail.what);
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const child = spawn(file, args, { detached: true, stdio: ['ignore', output, output, 'pipe'], env });
  closeSync(output);
  const status = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  createInterface({ input: status }).on('line', (line) => onStatus?.(line));
  const ended = await endOf(child);
  if (signal?.aborted) throw interrupted(fail.what);
  if (ended === '') return;
  const lines = readFileSync(log, 'utf8').split('\n');
  const lastLines = lines.filter((line) => line.trim() !== '').slice(-LAST_LINES_MAX);
  throw failure(file, ended, { log, fail, lastLines });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>} description of a failure; '' for success
 */
function endOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('close', (code, killedBy) =>
      resolve(code === 0 ? '' : killedBy ? `was ended by ${killedBy}` : `ended with ${code}`),
    );
  });
}

/**
 * @param {string} file
 * @param {string} ended
 * @param {Pick<CommandOptions, 'log' | 'fail'> & { lastLines: string[] }} o
 */
function failure(file, ended, { log, fail, lastLines }) {
  const remedy = `${fail.remedy}. The whole log: ${log}`;
  return new SetupError(fail.code, `${fail.what} failed: ${file} ${ended}`, { remedy, lastLines });
}

/**
 * @param {import('node:child_process').ChildProcess} child leader of its process group
 * @param {AbortSignal | undefined} signal
 * @returns {() => void} to call when the child has ended
 */
export function stopOnAbort(child, signal) {
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
export function killGroup(pid, killSignal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, killSignal);
  } catch (error) {
    // The group has ended between the event and this line; any other error is a bug.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
