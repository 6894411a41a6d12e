import { describe, expect, it } from 'vitest';
import { failedTests, summarise } from '../../check/summary.mjs';

const test = (status: string) => ({ status, fullName: `a ${status} test` });
const file = (status: string, ...tests: string[]) => ({ name: 'a.test.ts', status, assertionResults: tests.map(test) });

describe('the closing line counts', () => {
  const rows = [
    { name: 'no report as one failure', report: { unreadable: 'ENOENT' }, exitCode: 0, want: [0, 1] },
    { name: 'nothing run as nothing passed', report: { testResults: [] }, exitCode: 0, want: [0, 0] },
    {
      name: 'a file that does not load as a failure',
      report: { testResults: [file('failed')] },
      exitCode: 1,
      want: [0, 1],
    },
    {
      name: 'an error outside of the tests as a failure',
      report: { testResults: [file('passed', 'passed')] },
      exitCode: 1,
      want: [1, 1],
    },
    {
      name: 'a skipped test as a failure',
      report: { testResults: [file('passed', 'passed', 'skipped')] },
      exitCode: 0,
      want: [1, 1],
    },
    { name: 'a todo as a failure', report: { testResults: [file('passed', 'todo')] }, exitCode: 0, want: [0, 1] },
    {
      name: 'a failed test once',
      report: { testResults: [file('failed', 'failed', 'passed')] },
      exitCode: 1,
      want: [1, 1],
    },
    {
      name: 'passed tests of all files',
      report: { testResults: [file('passed', 'passed'), file('passed', 'passed')] },
      exitCode: 0,
      want: [2, 0],
    },
  ];
  it.each(rows)('$name', ({ report, exitCode, want }) => {
    const { passed, failed } = summarise([{ name: 'a', report, exitCode }], { filtered: false });
    expect([passed, failed]).toEqual(want);
  });

  it('all lanes together, and a crashed or failed lane as a failure of its own', () => {
    const passedLane = { name: 'good', report: { testResults: [file('passed', 'passed')] }, exitCode: 0 };
    const crashed = { name: 'crashed', report: { unreadable: 'ENOENT' }, exitCode: 'SIGKILL' };
    const failedLane = { ...passedLane, name: 'bad', exitCode: 1 };
    expect(summarise([passedLane, crashed, failedLane], { filtered: false })).toEqual({
      passed: 2,
      failed: 2,
      complaints: [
        'crashed: ended with SIGKILL and left no report: ENOENT',
        'bad: ended with 1 although no test failed: see the errors above',
      ],
    });
  });

  it('no tests that a name filter leaves out', () => {
    const report = { testResults: [file('passed', 'passed', 'skipped')] };
    expect(summarise([{ name: 'a', report, exitCode: 0 }], { filtered: true })).toEqual({
      passed: 1,
      failed: 0,
      complaints: [],
    });
  });

  it('a run that was ended at its limit as one failure, and names its files', () => {
    const overdue = { name: 'a', report: {}, exitCode: 'SIGKILL', isOverdue: true, files: ['a.test.ts', 'b.test.ts'] };
    expect(summarise([overdue], { filtered: false })).toEqual({
      passed: 0,
      failed: 1,
      complaints: ['a: ended at its time limit, something in it hangs: a.test.ts, b.test.ts'],
    });
  });

  it('failed tests, named by lane with the first line of the reason', () => {
    const { name, status, assertionResults } = file('failed', 'failed', 'passed', 'failed');
    const failureMessages = ['Error: a port is in use\n    at a line', 'Error: another'];
    const tests = assertionResults.map((one, at) => (at === 0 ? one : { ...one, failureMessages }));
    const report = { testResults: [{ name, status, assertionResults: tests }] };
    expect(failedTests([{ name: 'a', report, exitCode: 1 }])).toEqual([
      'a: a failed test',
      'a: a failed test (Error: a port is in use)',
    ]);
  });
});
