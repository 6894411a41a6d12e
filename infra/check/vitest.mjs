import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { killGroup, stopOnAbort } from '../setup/command.mjs';
import { withFolderInMemory } from './scratch.mjs';

/**
 * Begins each lane when the lanes in its `after` have ended. Returns results in the order of `all`.
 * @template Result
 * @param {readonly import('./tiers.mjs').Lane[]} all
 * @param {(lane: import('./tiers.mjs').Lane) => Promise<Result>} run
 * @returns {Promise<Result[]>}
 */
export function runLanes(all, run) {
  /** @type {Map<string, Promise<Result>>} */
  const begun = new Map();
  for (const lane of all) {
    const before = (lane.after ?? []).map((name) => {
      const ended = begun.get(name);
      if (ended === undefined) throw new Error(`${lane.name} comes after ${name}, which is no lane above`);
      return ended;
    });
    begun.set(lane.name, before.length === 0 ? run(lane) : Promise.all(before).then(() => run(lane)));
  }
  return Promise.all(begun.values());
}

/**
 * Runs vitest to its end. Its lines go to `onLine` as they come, or to the terminal. Signals to this process are
 * forwarded, so that processes of the tests end.
 * @param {{ name: string, command: readonly string[], cwd: string, niceness?: number, env?: Record<string, string |
 *   undefined>, onLine?: (line: string) => void, limit?: AbortSignal }} options `command`: starts vitest with all
 *   arguments except the reporters; `limit`: ends vitest with its process group
 * @returns {Promise<import('./summary.mjs').Run>} with `unreadable` in its report when vitest ended without one
 */
export async function runVitest({ name, command, cwd, niceness = 0, env = process.env, onLine, limit }) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  const reportFile = join(folder, 'report.json');
  // The name is short, as paths of sockets in it have at most 107 characters.
  const scratch = mkdtempSync(join(tmpdir(), 'mt-'));
  const [file = '', ...args] = withFolderInMemory(command, scratch);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const withTmp = { ...env, TMPDIR: scratch };
  const startedMs = performance.now();
  try {
    const how = { cwd, niceness, env: withTmp, onLine, limit };
    const exitCode = await runChild({ file, args: [...args, ...reporters], ...how });
    const run = { name, seconds: secondsSince(startedMs), report: readReport(reportFile), exitCode };
    return limit?.aborted ? { ...run, isOverdue: true } : run;
  } finally {
    for (const each of [folder, scratch]) rmSync(each, { recursive: true, force: true });
  }
}

/**
 * @param {number} startedMs of performance.now()
 * @returns {number} seconds, to a tenth
 */
export function secondsSince(startedMs) {
  return Math.round((performance.now() - startedMs) / 100) / 10;
}

/**
 * @param {{ file: string, args: readonly string[], cwd: string, niceness: number, env: Record<string, string |
 *   undefined>, onLine?: ((line: string) => void) | undefined, limit?: AbortSignal | undefined }} options
 * @returns {Promise<number | string>} its exit code, or the signal that ended it
 */
async function runChild({ file, args, cwd, niceness, env, onLine, limit }) {
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = onLine === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(file, args, { cwd, stdio, env, detached: limit !== undefined });
  const stopWatching = stopOnAbort(child, limit);
  // Its later children inherit the priority.
  if (niceness > 0 && child.pid !== undefined)
    setPriority(child.pid, Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW));
  const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  if (onLine !== undefined) {
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? signal ?? ''));
    });
  } finally {
    stopWatching();
    // Its children may outlive it.
    if (limit?.aborted) killGroup(child.pid, 'SIGKILL');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, passOn);
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
