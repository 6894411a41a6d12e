import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/**
 * The tests of a whole run go in lanes, each a vitest of its own, one after the other: on two cores each takes what
 * there is, and media that has to be in time comes late beside another lane. What only computes runs beside the checks.
 * `niceness` is that of a lane's processes. Every project but the nightly one is in exactly one lane.
 * @typedef {{ name: string, projects: readonly string[], niceness: number, after?: string }} Lane `after`: a lane above
 *   that has to end first, however it does
 * @type {readonly Lane[]}
 */
export const lanes = [
  { name: 'computing', projects: ['!nightly', '!browser*', '!service', '!realtime'], niceness: 10 },
  { name: 'services', projects: ['service'], niceness: 0, after: 'computing' },
  { name: 'browser', projects: ['browser'], niceness: 0, after: 'services' },
  { name: 'realtime', projects: ['realtime', 'browser-network'], niceness: 0, after: 'browser' },
  { name: 'clouds', projects: ['browser-own-cloud'], niceness: 0, after: 'realtime' },
];

/**
 * Begins each lane when the one that it comes after has ended, the others at once. Answers in the order of `all`.
 * @template Result
 * @param {readonly Lane[]} all
 * @param {(lane: Lane) => Promise<Result>} run
 * @returns {Promise<Result[]>}
 */
export function runLanes(all, run) {
  /** @type {Map<string, Promise<Result>>} */
  const begun = new Map();
  for (const lane of all) {
    const before = lane.after === undefined ? undefined : begun.get(lane.after);
    if (lane.after !== undefined && before === undefined) throw new Error(`${lane.name} comes after no lane above`);
    begun.set(lane.name, before === undefined ? run(lane) : before.then(() => run(lane)));
  }
  return Promise.all(begun.values());
}

/**
 * Runs vitest to its end. Its lines go to `onLine` as they come, without it straight to the terminal. A signal to this
 * process is passed on, so that what the tests have started is ended.
 * @param {{ name: string, command: readonly string[], cwd: string, niceness?: number, onLine?: (line: string) => void
 *   }} options `command`: how vitest is started, with all arguments but the reporters
 * @returns {Promise<import('./summary.mjs').Run>} `unreadable` in its report when vitest ended without writing one
 */
export async function runVitest({ name, command, cwd, niceness = 0, onLine }) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  const reportFile = join(folder, 'report.json');
  const [file = '', ...args] = command;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = onLine === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(file, [...args, ...reporters], { cwd, stdio });
  // What it starts later has the same.
  if (niceness > 0 && child.pid !== undefined)
    setPriority(child.pid, Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW));
  const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  if (onLine !== undefined) {
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
  try {
    const exitCode = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? signal));
    });
    return { name, report: readReport(reportFile), exitCode };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, passOn);
    rmSync(folder, { recursive: true, force: true });
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
