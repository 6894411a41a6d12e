import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { cacheRoot } from '../setup/paths.mjs';
import { slowness } from './calibrate.mjs';
import { allChecks } from './checks.mjs';
import { runChecks } from './command.mjs';
import { fileDurations, recordDurations, slowestFiles } from './durations.mjs';
import { workspacesOf } from './files.mjs';
import { importsOf } from './import-graph.mjs';
import { runPlanted } from './planted.mjs';
import { closingLine, laneTable, overBudget, printResult } from './report.mjs';
import { changesOf, distances, rotated, runInTurn } from './rotation.mjs';
import { failedTests, summarise } from './summary.mjs';
import { allLanes, gateLanes, wholeFiles } from './tiers.mjs';
import { runLanes, runVitest, secondsSince } from './vitest.mjs';

// `npm test`: the gate. `npm test -- --all`: every test and every planted fault. `npm test -- --rotation`: half an hour
// of tests outside the gate. `npm test -- --planted [names]`: planted faults. Other arguments go to vitest without the
// checks, so that a named file answers quickly.

/** Niceness of commands among the checks, like that of computing tests: tests with time limits go first. */
const CHECKS_NICENESS = 10;

/** Only `.ci/run` fails for exceeded budgets. */
const isJudged = process.env['CI'] === 'true';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const args = process.argv.slice(2);
const vitestFile = join(root, 'node_modules/vitest/vitest.mjs');
const vitest = [process.execPath, vitestFile, 'run'];

const { passed, failed } = await runRequested();
process.stdout.write(`${closingLine(passed, failed)}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function runRequested() {
  if (args.length === 0) return runTier(gateLanes, { isGate: true });
  if (args[0] === '--planted') return runFaults(args.slice(1));
  if (args.length > 1) return runChosen();
  if (args[0] === '--all') return runTier(allLanes, { isGate: false });
  return args[0] === '--rotation' ? runRotation() : runChosen();
}

async function runChosen() {
  const unnamed = ['nightly', 'peers'].filter((project) => !args.some((argument) => argument.includes(project)));
  const projects = unnamed.map((project) => `--project=!${project}`);
  const run = await runVitest({ name: 'vitest', command: [...vitest, ...projects, ...args], cwd: root });
  const summary = summarise([run], { filtered: true });
  say(summary.complaints);
  return summary;
}

/** @param {readonly string[]} names */
async function runFaults(names) {
  const run = await runPlanted(root, { names, onLine: (line) => say([line]) });
  say(failedTests([run]));
  return summarise([run], { filtered: false });
}

async function runRotation() {
  const { commit, turn, changed } = changesOf(root, process.env['MERIDIAN_GREEN']);
  const imports = importsOf(root, workspacesOf(root));
  const order = rotated(outsideGate(), { commit, turn, distanceOf: distances(changed, imports) });
  say([`rotation of ${commit}: ${order.byHash.length} files, ${order.near.length} of them lead to what has changed`]);
  const startedMs = performance.now();
  const { results: runs, left } = await runInTurn(order, {
    run: async (files, limitMs) => {
      const command = [...vitest, ...files.map((file) => join(root, file))];
      const run = await runVitest({ name: 'rotation', command, cwd: root, limit: AbortSignal.timeout(limitMs) });
      return { ...run, files };
    },
    nowMs: () => performance.now(),
  });
  const summary = summarise(runs, { filtered: false });
  say([...failedTests(runs), ...summary.complaints]);
  say([`${order.byHash.length - left.length} files ran in ${secondsSince(startedMs)} s, not in time:`, ...left]);
  return summary;
}

/** @returns {string[]} test files outside the gate that this machine can run */
function outsideGate() {
  const areBuilt = ['helm', 'minio'].every((name) => existsSync(join(cacheRoot(), name)));
  if (!areBuilt) say(['left out: peers, as npm test -- peers has not built Helm and MinIO on this machine']);
  const args = ['list', '--filesOnly', '--json'];
  const listed = execFileSync(process.execPath, [vitestFile, ...args], { cwd: root, encoding: 'utf8' });
  const ofGate = gateLanes.flatMap(({ projects }) => projects);
  return /** @type {{ file: string, projectName: string }[]} */ (JSON.parse(listed))
    .filter(({ file, projectName }) => !ofGate.includes(projectName) || matchesGlob(file, wholeFiles))
    .filter(({ projectName }) => areBuilt || projectName !== 'peers')
    .map(({ file }) => relative(root, file));
}

/** @param {readonly import('./tiers.mjs').Lane[]} lanes @param {{ isGate: boolean }} options */
async function runTier(lanes, { isGate }) {
  const slow = isGate ? await slowness() : 1;
  const startedMs = performance.now();
  const env = { ...process.env, MERIDIAN_TESTS: isGate ? 'gate' : 'all' };
  const running = runLanes(lanes, ({ name, projects, niceness = 0 }) => {
    const onLine = (/** @type {string} */ line) => say([`${name} | ${line}`]);
    if (name === 'planted') return runPlanted(root, { isGate, onLine });
    const command = [...vitest, ...projects.map((project) => `--project=${project}`)];
    return runVitest({ name, command, cwd: root, niceness, env, onLine });
  });
  const [checks, runs] = await Promise.all([runAllChecks(), running]);
  const durations = fileDurations(
    runs.map(({ report }) => report),
    root,
  );
  recordDurations(durations);
  const tests = summarise(runs, { filtered: false });
  const results = [
    checks.result,
    ...runs.map((run) => {
      const { passed, failed } = summarise([run], { filtered: false });
      return { name: run.name, seconds: run.seconds ?? 0, passed, failed };
    }),
  ];
  const late = isGate ? overBudget(results, lanes, secondsSince(startedMs), slow) : [];
  process.stdout.write(slowestFiles(durations));
  // A developer's slow machine is no fault of the tests.
  say([...tests.complaints, ...late.map((line) => `${isJudged ? '' : 'warning: '}${line}`)]);
  if (slow > 1) say([`this machine is ${slow.toFixed(1)} times as slow as the one that budgets are meant for`]);
  process.stdout.write(laneTable(results, lanes, secondsSince(startedMs)));
  say([...checks.failures, ...failedTests(runs), ...tests.complaints]);
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed') + (isJudged ? late.length : 0) };
}

async function runAllChecks() {
  const startedMs = performance.now();
  const results = await runChecks(allChecks(root), { parallel: 2, niceness: CHECKS_NICENESS, onResult: printResult });
  const broken = results.filter(({ ok }) => !ok);
  const failures = broken.map(({ name }) => `check: ${name}`);
  say(failures);
  const [failed, seconds] = [broken.length, secondsSince(startedMs)];
  return { result: { name: 'checks', seconds, passed: results.length - failed, failed }, failures };
}

/** @param {readonly string[]} lines */
function say(lines) {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
