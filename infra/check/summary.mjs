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
 * @typedef {{ name: string, report: Report, exitCode: number | string }} Run one vitest: its JSON report, and its exit
 *   code or the signal that ended it
 * @param {readonly Run[]} runs
 * @param {{ filtered: boolean }} options `filtered`: the caller chose tests by name, others are left out on purpose
 * @returns {{ passed: number, failed: number, complaints: string[] }}
 */
export function summarise(runs, options) {
  /** @type {string[]} */
  const unstable = [];
  const parts = runs.map((run) => summariseOne(run, options, unstable));
  const passed = parts.reduce((sum, part) => sum + part.passed, 0);
  let failed = parts.reduce((sum, part) => sum + part.failed, 0);
  const complaints = parts.flatMap((part) => part.complaints);
  for (const name of unstable) complaints.push(`unstable, passed at the second try: ${name}`);
  if (unstable.length > UNSTABLE_MAX) {
    failed += 1;
    complaints.push(`${unstable.length} tests were unstable, at most ${UNSTABLE_MAX} may be`);
  }
  if (passed + failed === 0) complaints.push('no test ran');
  return { passed, failed, complaints };
}

/** @param {Run} run @param {{ filtered: boolean }} options @param {string[]} unstable is added to */
function summariseOne({ name, report, exitCode }, { filtered }, unstable) {
  /** @type {string[]} */
  const complaints = [];
  if (report.unreadable !== undefined) {
    const complaint = `${name}: ended with ${exitCode} and left no report: ${report.unreadable}`;
    return { passed: 0, failed: 1, complaints: [complaint] };
  }
  let passed = 0;
  let failed = 0;
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
    for (const test of left) complaints.push(`not run (${test.status}): ${test.fullName ?? file.name}`);
    for (const test of file.assertionResults) {
      if (test.status === 'passed' && (test.failureMessages ?? []).length > 0)
        unstable.push(test.fullName ?? file.name);
    }
  }
  if (exitCode !== 0 && failed === 0) {
    failed += 1;
    complaints.push(`${name}: ended with ${exitCode} although no test failed: see the errors above`);
  }
  return { passed, failed, complaints };
}
