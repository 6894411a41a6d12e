import { describe, expect, it } from 'vitest';
import { jobsFor, ninjaPosition } from '../../setup/worker-build.mjs';
import { someFacts } from '../support/facts.ts';

describe('the worker build', () => {
  const lines = [
    { line: '', want: {} },
    { line: 'ninja: Entering directory `build`', want: {} },
    { line: '[261] Linking', want: {} },
    { line: '[261/261] Linking target meridian-worker', want: { done: 261, total: 261, detail: 'meridian-worker' } },
    {
      line: '[104/261] Compiling C++ object meridian-worker.p/src_RTC_TransportTuple.cpp.o',
      want: { done: 104, total: 261, detail: 'RTC_TransportTuple.cpp' },
    },
    // Steps of an interrupted run count.
    { line: '[1/3] Linking target meridian-worker', want: { done: 259, total: 261, detail: 'meridian-worker' } },
    { line: '[2/300] Linking target meridian-worker', want: { done: 2, total: 300, detail: 'meridian-worker' } },
  ];
  it.each(lines)('parses ninja’s line $line', ({ line, want }) => {
    expect(ninjaPosition(line, 261)).toEqual(want);
  });

  const machines = [
    { memoryAvailableMb: 100, processors: 2, jobs: 1 },
    { memoryAvailableMb: 1399, processors: 2, jobs: 1 },
    { memoryAvailableMb: 1400, processors: 2, jobs: 2 },
    { memoryAvailableMb: 64_000, processors: 16, jobs: 16 },
  ];
  it.each(machines)(
    'runs $jobs compilers with $memoryAvailableMb MB and $processors processors',
    ({ jobs, ...facts }) => {
      expect(jobsFor(someFacts(facts))).toBe(jobs);
    },
  );
});
