import { ManualClock } from '@meridian/runtime';
import { afterEach, expect, test, vi } from 'vitest';
import { Ledger } from '../../../scheduler/src/placing/core/ledger.ts';
import { campaign, missedOf } from '../../sim/faults/campaign.ts';
import { kindsOption, runFaults } from '../../sim/faults/command.ts';
import { faultKinds } from '../../sim/faults/faults.ts';
import { runSeed } from '../../sim/faults/run-seed.ts';
import { SeedThread } from '../../sim/faults/seed-threads.ts';
import { smallSize } from '../../sim/faults/size.ts';
import { Trace } from '../../sim/faults/trace.ts';

const brokenWorker = new URL('../../support/seed-worker-of-kept-charges.ts', import.meta.url);
const options = { size: smallSize, kinds: faultKinds };
const nowMs = (): number => performance.now();

afterEach(() => void vi.restoreAllMocks());

test.each(['', 'nonsense', 'drain,drain', 'all,drain'])('the list of faults %j is refused', (text) => {
  expect(() => kindsOption(text)).toThrow('all, or each once');
});

test('a seed takes the same steps in each run, and another seed takes other steps', async () => {
  const lines: string[] = [];
  const [firstRun, repeatedRun, otherRun] = [
    await runSeed({ ...options, seed: 7 }),
    await runSeed({ ...options, seed: 7 }, (line) => void lines.push(line)),
    await runSeed({ ...options, seed: 8 }),
  ];
  expect([repeatedRun.hash, repeatedRun.steps]).toEqual([firstRun.hash, firstRun.steps]);
  expect(otherRun.hash).not.toBe(firstRun.hash);
  expect(lines.some((line) => line.includes('fault '))).toBe(true);
});

test('a line of a trace is written at once, so that the last line of an endless seed shows where it is stuck', () => {
  const lines: string[] = [];
  const trace = new Trace(new ManualClock(), (line) => void lines.push(line));
  trace.note(() => 'first');
  expect(lines).toEqual([expect.stringMatching(/^ +0\.0 {2}first$/)]);
  new Trace(new ManualClock()).note(() => {
    throw new Error('no line is wanted');
  });
});

test('a run reports its seeds, sessions and faults', async () => {
  const result = await campaign({ ...options, kindsText: 'all', firstSeed: 1, seeds: 4, nowMs }, () => undefined);
  expect(missedOf(result)).toEqual([]);
  const { seeds, violations, sessionsMin, faultsMin, capacityJudgedShare } = result.metrics;
  expect([seeds, violations]).toEqual([4, 0]);
  expect(Number(capacityJudgedShare)).toBeGreaterThan(0.95);
  expect([Number(sessionsMin) >= 200, Number(faultsMin) >= 5]).toEqual([true, true]);
});

test('a broken rule is shown with its seed, the faults that it needs, and the replay command', async () => {
  // The replay below runs in this thread, where the ledger is broken; a worker thread has the intact ledger.
  vi.spyOn(Ledger.prototype, 'nodeGone').mockReturnValue([]);
  const outputLines: string[] = [];
  const argv = ['--faults', 'node-crash,skew,drain', '--seeds', '3', '--threads', '1', '--json'];
  const written: string[] = [];
  const output = {
    say: (line: string) => void outputLines.push(line),
    writeLine: (line: string) => void written.push(line),
    nowMs,
  };
  const openThread = (): SeedThread => new SeedThread(brokenWorker);
  expect(await runFaults(argv, output, { openThread })).toBe(1);
  const text = outputLines.join('\n');
  expect(text).toMatch(/seed \d+: charges-end after \d+ ms/);
  expect(text).toMatch(/needs 1 of \d+ faults: node-crash@\d+/);
  const seed = /--faults node-crash,skew,drain --seed (\d+) --trace/.exec(text)?.[1];
  expect(Number(seed)).toBeGreaterThan(0);
  const writtenResult = JSON.parse(written.at(-1) ?? '') as {
    params: { threads: number };
    metrics: { violations: number };
  };
  expect(writtenResult.params.threads).toBe(1);
  expect(writtenResult.metrics.violations).toBeGreaterThan(0);
  const replay = await runSeed({ size: smallSize, kinds: kindsOption('node-crash,skew,drain'), seed: Number(seed) });
  expect(replay.violation?.rule).toBe('charges-end');
});

test('people are moved while media nodes, signaling nodes and the centre come and go, and moves are repeatable', async () => {
  const kinds = kindsOption('drain,move,move-answers,node-crash,centre-gone');
  const runs = [];
  for (let seed = 1; seed <= 3; seed += 1) runs.push(await runSeed({ size: smallSize, kinds, seed }));
  expect(runs.map(({ violation }) => violation)).toEqual([undefined, undefined, undefined]);
  expect(runs.reduce((sum, { moved }) => sum + moved, 0)).toBeGreaterThan(5);
  expect((await runSeed({ size: smallSize, kinds, seed: 3 })).hash).toBe(runs[2]?.hash);
});

test('people are moved for the delay of their rooms, by their measurements', async () => {
  const runs = [];
  for (let seed = 1; seed <= 3; seed += 1) runs.push(await runSeed({ ...options, kinds: ['late-reports'], seed }));
  expect(runs.map(({ violation }) => violation)).toEqual([undefined, undefined, undefined]);
  expect(runs.reduce((sum, { movedForDelay }) => sum + movedForDelay, 0)).toBeGreaterThan(2);
});
