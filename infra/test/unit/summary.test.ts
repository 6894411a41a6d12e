import { describe, expect, it } from 'vitest';
import { summarise } from '../../check/summary.mjs';

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
    const { passed, failed } = summarise(report, { exitCode, filtered: false });
    expect([passed, failed]).toEqual(want);
  });

  const retried = (count: number) => ({
    ...file('passed'),
    assertionResults: Array.from({ length: count }, () => ({ ...test('passed'), failureMessages: ['too late'] })),
  });
  it('a test that passed at the second try, and names it', () => {
    const summary = summarise({ testResults: [retried(1)] }, { exitCode: 0, filtered: false });
    expect(summary).toEqual({
      passed: 1,
      failed: 0,
      complaints: ['unstable, passed at the second try: a passed test'],
    });
  });
  it('a run with more than five of them as failed', () => {
    const failedWith = (count: number) =>
      summarise({ testResults: [retried(count)] }, { exitCode: 0, filtered: false }).failed;
    expect([failedWith(5), failedWith(6)]).toEqual([0, 1]);
  });

  it('tests left out by a name filter not at all', () => {
    const report = { testResults: [file('passed', 'passed', 'skipped')] };
    expect(summarise(report, { exitCode: 0, filtered: true })).toEqual({ passed: 1, failed: 0, complaints: [] });
  });
});
