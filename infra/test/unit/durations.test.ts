import { expect, it } from 'vitest';
import { fileDurations, slowestFiles } from '../../check/durations.mjs';

it('names the slowest files of all lanes of a long run first, and nothing of a short one', () => {
  const testResults = Array.from({ length: 20 }, (_, index) => ({
    name: `/tree/a/${index}.test.ts`,
    startTime: 1000,
    endTime: 1000 + index * 100,
  }));
  const durations = fileDurations(
    [{ testResults: testResults.slice(0, 5) }, { testResults: testResults.slice(5) }],
    '/tree',
  );
  expect(durations[0]).toEqual({ file: 'a/19.test.ts', ms: 1900 });
  expect(slowestFiles(durations).split('\n').slice(1, 3)).toEqual([
    '     1.9 s  a/19.test.ts',
    '     1.8 s  a/18.test.ts',
  ]);
  expect(slowestFiles(durations.slice(1))).toBe('');
  expect(fileDurations([{}], '/tree')).toEqual([]);
});
