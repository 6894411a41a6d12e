/**
 * Computes the closing line. vitest's own totals are not enough: they lack the tests of a file that fails to load, an
 * unhandled rejection fails the run without failing a test, and a skipped test would look like a pass.
 *
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] | null }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} FileResult
 * @typedef {{ testResults?: FileResult[], unreadable?: string }} Report
 * @typedef {{ name: string, seconds?: number, report: Report, exitCode: number | string, isOverdue?: boolean,
 *   files?: readonly string[] }} Run a vitest run: its JSON report, and its exit code or signal; `isOverdue`: ended at
 *   its time limit; `files`: the requested files, if any
 * @typedef {{ passed: number, failed: number, complaints: string[] }} Summary
 * @param {readonly Run[]} runs
 * @param {{ filtered: boolean }} options `filtered`: the caller chose tests by name, so others are left out on purpose
 * @returns {Summary} `complaints`: why `failed` exceeds the failed tests of vitest
 */
export function summarise(runs, options) {
  const parts = runs.map((run) => summariseOne(run, options));
  const sum = (/** @type {(part: Summary) => number} */ of) => parts.reduce((total, part) => total + of(part), 0);
  const [passed, failed] = [sum((part) => part.passed), sum((part) => part.failed)];
  const complaints = parts.flatMap((part) => part.complaints);
  if (passed + failed === 0) complaints.push('no test ran');
  return { passed, failed, complaints };
}

/**
 * Returns the failed tests of a run: lane, name and the first line of the message.
 * @param {readonly Run[]} runs
 * @returns {string[]}
 */
export function failedTests(runs) {
  return runs.flatMap(({ name, report }) =>
    (report.testResults ?? []).flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${name}: ${fullName ?? file.name}${because(failureMessages?.[0])}`),
    ),
  );
}

/** Returns the first line of a message in brackets, or ''. */
function because(message = '') {
  const [why = ''] = message.split('\n');
  return why === '' ? '' : ` (${why})`;
}

/** @param {Run} run @param {{ filtered: boolean }} options @returns {Summary} */
function summariseOne({ name, report, exitCode, isOverdue = false, files = [] }, { filtered }) {
  if (isOverdue) {
    const complaint = `${name}: ended at its time limit, something in it hangs: ${files.join(', ')}`;
    return { passed: 0, failed: 1, complaints: [complaint] };
  }
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
      complaints.push(`failed outside of its tests: ${file.name}${because(file.message)}`);
    }
    const left = filtered ? [] : file.assertionResults.filter((test) => !['passed', 'failed'].includes(test.status));
    failed += left.length;
    for (const test of left) complaints.push(`not run (${test.status}): ${test.fullName ?? file.name}`);
  }
  if (exitCode !== 0 && failed === 0) {
    failed += 1;
    complaints.push(`${name}: ended with ${exitCode} although no test failed: see the errors above`);
  }
  return { passed, failed, complaints };
}
