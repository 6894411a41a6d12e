// A campaign of the fault simulator in threads: a seed is the same wherever it runs, seeds count in their order, and a thread that dies is no
// campaign that hangs.
import { afterEach, expect, test } from 'vitest';
import { campaign } from '../sim/faults/campaign.ts';
import { faultKinds } from '../sim/faults/faults.ts';
import { runSeed, type SeedRun } from '../sim/faults/run-seed.ts';
import { SeedThread } from '../sim/faults/seed-threads.ts';
import { small } from '../sim/faults/size.ts';
import { Tally } from '../sim/faults/tally.ts';

const patienceMs = 120_000;
const options = { size: small, kinds: faultKinds };
const nowMs = (): number => performance.now();

const opened: SeedThread[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((thread) => thread.close()));
});

function openThread(code?: string): SeedThread {
  const thread = code === undefined ? new SeedThread() : new SeedThread(new URL(`data:text/javascript,${code}`));
  opened.push(thread);
  return thread;
}

/** As a message or a timer calls it: no promise is around. */
function fromCallback(seed: number): Promise<SeedRun> {
  return new Promise((resolve, reject) => setImmediate(() => runSeed({ ...options, seed }).then(resolve, reject)));
}

test('a seed takes the same steps alone, after others, called back, and as the first or a later one of a thread', {
  timeout: patienceMs,
}, async () => {
  const told = ({ seed, hash, steps }: SeedRun) => ({ seed, hash, steps });
  const here = [];
  for (const seed of [3, 4, 5]) here.push(told(await runSeed({ ...options, seed })));
  const backwards = [];
  for (const seed of [5, 4, 3]) backwards.unshift(told(await runSeed({ ...options, seed })));
  expect(backwards).toEqual(here);
  const called = [];
  for (const seed of [3, 4, 5]) called.push(told(await fromCallback(seed)));
  expect(called).toEqual(here);
  const thread = openThread();
  const inThread = [];
  for (const seed of [4, 3, 5]) inThread.push(told(await thread.run({ ...options, seed })));
  expect(inThread).toEqual([here[1], here[0], here[2]]);
});

test('two threads say of the same seeds what one says', { timeout: patienceMs }, async () => {
  const all = { ...options, kindsText: 'all', firstSeed: 1, seeds: 5, nowMs };
  const [one, two] = [
    await campaign({ ...all, threads: 1 }, () => undefined),
    await campaign({ ...all, threads: 2 }, () => undefined),
  ];
  const timeless = { msPerSeed: 0, cpuMsPerSeed: 0 };
  expect({ ...two.metrics, ...timeless }).toEqual({ ...one.metrics, ...timeless });
  expect(one.metrics['seeds']).toBe(5);
});

const listens = "import{parentPort}from'node:worker_threads';parentPort.on('message',()=>";

test.each([
  ['ends', `${listens}process.exit(3))`, 'seed 7: it ended with code 3'],
  ['throws', `${listens}{throw new Error('broken')})`, 'seed 7: broken'],
  ['has ended before it is asked', 'process.exit(4)', 'it ended with code 4'],
])('a thread that %s fails its seed, and the campaign', { timeout: patienceMs }, async (_, code, message) => {
  await expect(openThread(code).run({ ...options, seed: 7 })).rejects.toThrow(message);
  const all = { ...options, kindsText: 'all', firstSeed: 7, seeds: 5, threads: 2, nowMs };
  // The other thread lives, and is ended with the campaign.
  const codes = [code, `${listens}undefined)`];
  const failing = campaign({ ...all, openThread: () => openThread(codes.shift()) }, () => undefined);
  await expect(failing).rejects.toThrow(message);
});

/** A run that has come to its end, or broken a rule. */
function ran(seed: number, rule?: string): SeedRun {
  const violation = rule === undefined ? undefined : { rule, text: '', atMs: 1 };
  const times = { detectedMs: [], seatedMs: [], seatedAmidDeathsMs: [] };
  const nothing = { faults: [], lines: [], ...times, decisions: 0, moved: 0, steps: 1 };
  return { ...nothing, seed, violation, sessions: 200, hash: seed.toString(16) };
}

test('seeds count in their order: what was found beyond the last failure that counts does not', () => {
  const tally = new Tally({ firstSeed: 10, seeds: 5, isFirstOnly: true, nowMs: () => 0 });
  expect([tally.next(), tally.next(), tally.next()]).toEqual([10, 11, 12]);
  tally.add(ran(12, 'late'));
  expect([tally.done, tally.failures]).toEqual([0, []]);
  tally.add(ran(10));
  expect(tally.progress(500)).toBe('2/5 seeds, 0 violations, 4 seeds/s, 1 s left, running 11');
  expect(tally.progress(40_000)).toBe('2/5 seeds, 0 violations, 0.05 seeds/s, 60 s left, running 11');
  // Seed 11 is not over: more are begun until one before the failure fails, or all have been well.
  expect(tally.next()).toBe(13);
  tally.add(ran(11, 'first'));
  expect(tally.next()).toBeUndefined();
  tally.add(ran(13));
  expect([tally.done, tally.failures.map(({ seed }) => seed)]).toEqual([2, [11]]);
});

test('no seed is begun after the time is over', () => {
  let atMs = 0;
  const tally = new Tally({ firstSeed: 1, seeds: 5, untilMs: 10, nowMs: () => atMs });
  expect(tally.next()).toBe(1);
  atMs = 11;
  expect(tally.next()).toBeUndefined();
});
