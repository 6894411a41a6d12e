import { describe, expect, it } from 'vitest';
import { jobsFor, ninjaPosition } from '../../setup/worker-build.mjs';
import { someFacts } from '../support/facts.ts';

describe('the worker build', () => {
  const lines = [
    { line: '', want: {} },
    { line: 'ninja: Entering directory `build`', want: {} },
    { line: '[261] Linking', want: {} },
    { line: '[261/261] Linking target mediasoup-worker', want: { done: 261, total: 261, detail: 'mediasoup-worker' } },
    {
      line: '[104/261] Compiling C++ object mediasoup-worker.p/src_RTC_TransportTuple.cpp.o',
      want: { done: 104, total: 261, detail: 'RTC_TransportTuple.cpp' },
    },
  ];
  it.each(lines)('reads ninja: $line', ({ line, want }) => {
    expect(ninjaPosition(line)).toEqual(want);
  });

  const machines = [
    { memoryAvailableMb: 100, processors: 2, jobs: 1 },
    { memoryAvailableMb: 1199, processors: 2, jobs: 1 },
    { memoryAvailableMb: 1200, processors: 2, jobs: 2 },
    { memoryAvailableMb: 64_000, processors: 16, jobs: 16 },
  ];
  it.each(machines)(
    'takes $jobs compilers with $memoryAvailableMb MB and $processors processors',
    ({ jobs, ...facts }) => {
      expect(jobsFor(someFacts(facts))).toBe(jobs);
    },
  );
});
