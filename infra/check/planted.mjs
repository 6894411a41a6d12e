import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, matchesGlob } from 'node:path';
import process from 'node:process';
import { workspacesOf } from './files.mjs';
import { parsePatch, patched } from './patch.mjs';
import { summarise } from './summary.mjs';
import { wholeFiles } from './tiers.mjs';
import { runVitest, secondsSince } from './vitest.mjs';

// Breaks the product on purpose: applies one patch of proof/test/planted at a time to its own copy of the tree, and
// runs the test that must fail. A patch begins with lines `# why: …` and `# test: FILE -t "a part of the test's name"`;
// `# bundles: yes` means that the test starts services as processes, `# slow: yes` that it fails by a timeout, so no
// gate plants it. A fault that no test finds fails the run.

/** Faults of one gate. */
const DRAWN = 5;
/** Concurrent faults, for the cores of a small machine. */
const WORKERS = 2;

/**
 * @typedef {{ name: string, why: string, file: string, test: string, needsBundles: boolean, isSlow: boolean,
 *   patch: import('./patch.mjs').FilePatch[] }} Fault `test`: a part of the name of a test in `file`
 * @typedef {{ isFound: boolean, says: string }} Verdict
 */

/**
 * Reads a patch of proof/test/planted. Throws when it lacks its reason or its test.
 * @param {string} name
 * @param {string} text
 * @returns {Fault}
 */
export function readFault(name, text) {
  const line = (/** @type {string} */ key) => new RegExp(`^# ${key}: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const why = line('why');
  const [, file = '', test = ''] = /^(\S+) -t "(.+)"$/.exec(line('test')) ?? [];
  if (why === '' || test === '')
    throw new Error(`${name}: a planted fault begins with # why: … and # test: FILE -t "…"`);
  return {
    name,
    why,
    file,
    test,
    needsBundles: line('bundles') === 'yes',
    isSlow: line('slow') === 'yes',
    patch: parsePatch(text),
  };
}

/**
 * Returns every planted fault, by name.
 * @param {string} root
 */
export function allFaults(root) {
  const folder = join(root, 'proof/test/planted');
  const files = readdirSync(folder).sort();
  return files.map((file) => readFault(basename(file, '.patch'), readFileSync(join(folder, file), 'utf8')));
}

/** Tests that take seconds: not of browsers nor of the simulator. */
const SHORT = /(^|\/)test\/(unit|service)\//;

/**
 * Draws the faults of a gate: five of those with short tests in the gate, by a hash with the commit. Without a commit
 * they are the first by name.
 * @param {readonly Fault[]} faults
 * @param {string} commit
 */
export function drawFaults(faults, commit) {
  const place = (/** @type {Fault} */ { name }) =>
    commit === '' ? name : createHash('sha256').update(`${commit}${name}`).digest('hex');
  return faults
    .filter(({ file, isSlow }) => !isSlow && SHORT.test(file) && !matchesGlob(file, wholeFiles))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .slice(0, DRAWN);
}

/**
 * Plants faults: five in the gate, otherwise the named ones or all. Outside of the gate, which runs the test anyway,
 * the fault's test must pass in the copy before it is broken.
 * @param {string} root the work tree
 * @param {{ isGate?: boolean, names?: readonly string[], onLine: (line: string) => void }} options
 * @returns {Promise<import('./summary.mjs').Run>} like a vitest run with a test for each fault
 */
export async function runPlanted(root, { isGate = false, names = [], onLine }) {
  const startedMs = performance.now();
  const faults = allFaults(root);
  const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
  const requestedFaults = names.length === 0 ? faults : faults.filter(({ name }) => names.includes(name));
  const remaining = isGate ? drawFaults(faults, commitOf(root)) : [...requestedFaults];
  const assertionResults = unknown.map((name) => ({ status: 'failed', fullName: `${name}: there is no such fault` }));
  const work = async () => {
    for (let fault = remaining.shift(); fault !== undefined; fault = remaining.shift()) {
      const beganMs = performance.now();
      const { isFound, says } = await tryFault(root, fault, { isTriedUnbroken: !isGate });
      const { name, why } = fault;
      onLine(`${isFound ? 'found' : 'SURVIVED'} ${name}: ${why} (${secondsSince(beganMs)} s)\n    ${says}`);
      assertionResults.push({ status: isFound ? 'passed' : 'failed', fullName: `${name} survived: ${says}` });
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const isGreen = assertionResults.every(({ status }) => status === 'passed');
  const file = { name: join(root, 'proof/test/planted'), status: isGreen ? 'passed' : 'failed', assertionResults };
  const report = { testResults: [file] };
  return { name: 'planted', seconds: secondsSince(startedMs), report, exitCode: isGreen ? 0 : 1 };
}

/** @param {string} root */
function commitOf(root) {
  if (!existsSync(join(root, '.git'))) return '';
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
}

/**
 * @param {string} root
 * @param {Fault} fault
 * @param {{ isTriedUnbroken: boolean }} options
 * @returns {Promise<Verdict>}
 */
async function tryFault(root, { file, test, patch, needsBundles }, { isTriedUnbroken }) {
  const copy = mkdtempSync(join(tmpdir(), 'meridian-planted-'));
  try {
    copyTree(root, copy);
    const run = () => runTest(root, copy, [file, '-t', test]);
    const unbroken = isTriedUnbroken ? summarise([await run()], { filtered: true }) : undefined;
    if (unbroken && (unbroken.failed > 0 || unbroken.passed === 0))
      return { isFound: false, says: ['it fails unbroken', ...unbroken.complaints].join(': ') };
    const { texts, unfit } = patched(patch, (path) => readText(join(copy, path)));
    if (unfit.length > 0) return { isFound: false, says: unfit.join(', ') };
    for (const [path, text] of texts) writeFileSync(join(copy, path), text);
    const built = needsBundles ? spawnSync(process.execPath, [join(copy, 'infra/services/build.mjs')]) : undefined;
    if (built && built.status !== 0) return { isFound: false, says: `it does not build: ${built.stderr}` };
    return verdictOf(await run());
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @param {string} path */
const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/**
 * Returns whether a test failed. A file that cannot be loaded does not count: code that does not parse proves nothing.
 * @param {import('./summary.mjs').Run} run
 * @returns {Verdict}
 */
export function verdictOf(run) {
  const tests = (run.report.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find(({ status }) => status === 'failed');
  if (failed === undefined) {
    const { complaints } = summarise([run], { filtered: true });
    return { isFound: false, says: complaints.join(', ') };
  }
  return { isFound: true, says: failed.failureMessages?.[0]?.split('\n')[0] ?? '' };
}

/**
 * @param {string} root
 * @param {string} copy
 * @param {readonly string[]} args
 */
function runTest(root, copy, args) {
  const command = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args];
  // Compiled code of the copy would fill the cache and never be read again.
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
  return runVitest({ name: 'planted', command, cwd: copy, env, onLine: () => undefined });
}

/**
 * Copies the work tree with its build results. Installed packages are shared by links, except our own.
 * @param {string} root
 * @param {string} copy
 */
export function copyTree(root, copy) {
  const leftOut = ['.git', '.meridian', '.out', '.turbo', 'node_modules'];
  const isLeftOut = (/** @type {string} */ path) => leftOut.includes(basename(path));
  cpSync(root, copy, { recursive: true, filter: (path) => !isLeftOut(path) });
  for (const folder of ['', ...workspacesOf(root)].map((name) => join(name, 'node_modules'))) {
    if (!existsSync(join(root, folder))) continue;
    mkdirSync(join(copy, folder), { recursive: true });
    for (const entry of readdirSync(join(root, folder)).filter((name) => name !== '@meridian'))
      symlinkSync(join(root, folder, entry), join(copy, folder, entry));
  }
  // Our own packages are links to folders beside `node_modules`.
  const own = 'node_modules/@meridian';
  cpSync(join(root, own), join(copy, own), { recursive: true, verbatimSymlinks: true });
}
