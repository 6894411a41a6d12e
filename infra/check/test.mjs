import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { allChecks } from './checks.mjs';
import { runChecks } from './command.mjs';
import { fileDurations, recordDurations, slowestFiles } from './durations.mjs';
import { closingLine, printResult } from './report.mjs';
import { summarise } from './summary.mjs';

// `npm test`: the checks, then every tier of vitest but the nightly one. With arguments they go to vitest and the
// checks are left out: whoever names a file wants its answer at once. Nightly files run when they are named as such
// (`npm run lab -- nightly` names them).
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const args = process.argv.slice(2);

const checkResults = args.length > 0 ? [] : await runChecks(allChecks(root), { parallel: 2, onResult: printResult });
const checks = {
  passed: checkResults.filter((result) => result.ok).length,
  failed: checkResults.filter((result) => !result.ok).length,
};
const tests = await runVitest();
process.stdout.write(slowestFiles(tests.durations));
for (const complaint of tests.complaints) process.stdout.write(`${complaint}\n`);
for (const result of checkResults) if (!result.ok) process.stdout.write(`check failed: ${result.name}\n`);
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
process.stdout.write(`${closingLine(passed, failed)}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  const reportFile = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  if (!args.some((argument) => argument.includes('nightly'))) options.push('--project=!nightly');
  const child = spawn(process.execPath, [vitest, 'run', ...options, ...args], { cwd: root, stdio: 'inherit' });
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => resolve(exitCode ?? 1));
    });
    const report = readReport(reportFile);
    const durations = fileDurations(report, root);
    if (args.length === 0) recordDurations(durations);
    return { ...summarise(report, { exitCode: code, filtered: args.length > 0 }), durations };
  } finally {
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
