// What takes long and seldom finds anything: most fault seeds, Redis in groups, Firefox in a second codec, moves there
// and back.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { LabCase } from '../support/case.ts';
import { owned } from '../support/owned.ts';

const repository = join(import.meta.dirname, '../..');

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

/** `npm run lab -- nightly`: the test files of the folders `nightly`. */
export const nightly: LabCase = {
  name: 'nightly',
  summary: 'the tests that `npm test` leaves out because they take long',
  async run(_options, say) {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-nightly-'));
    const file = join(folder, 'report.json');
    const startMs = performance.now();
    try {
      await vitest(['--project=nightly', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
      const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
      const failed = report.testResults.filter(({ status }) => status !== 'passed');
      for (const { name, message } of failed) say(`${name}: ${message}`);
      return {
        params: { files: report.testResults.length },
        metrics: {
          passed: report.numPassedTests,
          failed: report.numFailedTests,
          minutes: (performance.now() - startMs) / 60_000,
        },
        missed: failed.map(({ name }) => `${name} passes`),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Runs vitest; its output goes to stderr, because stdout is for the result. */
async function vitest(args: readonly string[]): Promise<void> {
  const program = join(repository, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [program, 'run', ...args], {
    cwd: repository,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  const disown = owned('vitest', () => void child.kill('SIGTERM'));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  disown();
}
