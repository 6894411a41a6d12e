/** So many tests of a run may need a second try. */
const UNSTABLE_MAX = 5;

/**
 * What the closing line is made of. vitest's own totals are not enough: a file that fails to load has no test in them,
 * an unhandled rejection fails the run without failing a test, and a skipped test would look like a pass.
 *
 * A test that failed and passed when it was tried again (vitest.config.ts says where that is done) passes, and is
 * named; but a run in which more than `UNSTABLE_MAX` did so fails.
 *
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] | null }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} FileResult
 * @typedef {{ testResults?: FileResult[], unreadable?: string }} Report
 * @param {Report} report vitest's JSON report
 * @param {{ exitCode: number, filtered: boolean }} run `filtered`: the caller chose tests by name, others are left out
 *   on purpose
 * @returns {{ passed: number, failed: number, complaints: string[] }}
 */
export function summarise(report, { exitCode, filtered }) {
  /** @type {string[]} */
  const complaints = [];
  if (report.unreadable !== undefined) {
    return { passed: 0, failed: 1, complaints: [`vitest wrote no report: ${report.unreadable}`] };
  }
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  const unstable = [];
  for (const file of report.testResults ?? []) {
    const failedInFile = file.assertionResults.filter((test) => test.status === 'failed').length;
    passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    failed += failedInFile;
    if (file.status === 'failed' && failedInFile === 0) {
      failed += 1;
      complaints.push(`failed outside of its tests: ${file.name}`);
    }
    const left = filtered ? [] : file.assertionResults.filter((test) => !['passed', 'failed'].includes(test.status));
    failed += left.length;
    for (const test of file.assertionResults) {
      if (test.status === 'passed' && (test.failureMessages ?? []).length > 0)
        unstable.push(test.fullName ?? file.name);
    }
    for (const test of left) complaints.push(`not run (${test.status}): ${test.fullName ?? file.name}`);
  }
  for (const name of unstable) complaints.push(`unstable, passed at the second try: ${name}`);
  if (unstable.length > UNSTABLE_MAX) {
    failed += 1;
    complaints.push(`${unstable.length} tests were unstable, at most ${UNSTABLE_MAX} may be`);
  }
  if (exitCode !== 0 && failed === 0) {
    failed += 1;
    complaints.push(`vitest ended with ${exitCode} although no test failed: see the errors above`);
  }
  if (passed + failed === 0) complaints.push('no test ran');
  return { passed, failed, complaints };
}
