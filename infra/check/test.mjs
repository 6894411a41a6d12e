import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { allChecks } from './checks.mjs';
import { runChecks } from './command.mjs';
import { fileDurations, recordDurations, slowestFiles } from './durations.mjs';
import { closingLine, printResult } from './report.mjs';
import { summarise } from './summary.mjs';
import { lanes, runLanes, runVitest } from './vitest.mjs';

// `npm test`: every tier of vitest but the nightly one, and the checks beside it. With arguments they go to vitest and
// the checks are left out: whoever names a file wants its answer at once. Nightly files run when they are named as such
// (`npm run lab -- nightly` names them).

/** Of checks that are commands: that of the tests which only compute, beside which they run. */
const CHECKS_NICENESS = 10;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const args = process.argv.slice(2);
const filtered = args.length > 0;
const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run'];

const { runs, checkResults } = filtered ? { runs: [await runChosen()], checkResults: [] } : await runAll();
const durations = fileDurations(
  runs.map(({ report }) => report),
  root,
);
if (!filtered) recordDurations(durations);
const tests = summarise(runs, { filtered });
process.stdout.write(slowestFiles(durations));
for (const complaint of tests.complaints) process.stdout.write(`${complaint}\n`);
const brokenChecks = checkResults.filter((result) => !result.ok);
for (const { name } of brokenChecks) process.stdout.write(`check failed: ${name}\n`);
const passed = checkResults.length - brokenChecks.length + tests.passed;
const failed = brokenChecks.length + tests.failed;
process.stdout.write(`${closingLine(passed, failed)}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function runChosen() {
  const projects = args.some((argument) => argument.includes('nightly')) ? [] : ['--project=!nightly'];
  return runVitest({ name: 'vitest', command: [...vitest, ...projects, ...args], cwd: root });
}

async function runAll() {
  const running = runLanes(lanes, ({ name, projects, niceness }) =>
    runVitest({
      name,
      command: [...vitest, ...projects.map((project) => `--project=${project}`)],
      cwd: root,
      niceness,
      onLine: (line) => process.stdout.write(`${name} | ${line}\n`),
    }),
  );
  const checks = runChecks(allChecks(root), { parallel: 2, niceness: CHECKS_NICENESS, onResult: printResult });
  const [checkResults, runs] = await Promise.all([checks, running]);
  return { runs, checkResults };
}
