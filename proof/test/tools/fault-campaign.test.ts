// A campaign of the fault simulator in threads: seeds run equally everywhere and count in their order; a thread that
// dies and a seed that never ends do not hang the campaign.
import { afterEach, expect, test } from 'vitest';
import { campaign, missedOf } from '../../sim/faults/campaign.ts';
import { runFaults } from '../../sim/faults/command.ts';
import { faultKinds } from '../../sim/faults/faults.ts';
import type { RuleName } from '../../sim/faults/rules/judged-world.ts';
import { runSeed, type SeedRun } from '../../sim/faults/run-seed.ts';
import { SEED_MS_MAX } from '../../sim/faults/seed-bound.ts';
import { SeedThread } from '../../sim/faults/seed-threads.ts';
import { largeSize, smallSize } from '../../sim/faults/size.ts';
import { Tally } from '../../sim/faults/tally.ts';

const options = { size: smallSize, kinds: faultKinds };
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

/** Runs a seed from a callback, as a message or a timer does, without a surrounding promise. */
function fromCallback(seed: number): Promise<SeedRun> {
  return new Promise((resolve, reject) => setImmediate(() => runSeed({ ...options, seed }).then(resolve, reject)));
}

test('a seed takes the same steps alone, after others, from a callback, and as the first or a later one of a thread', async () => {
  const outcomeOf = ({ seed, hash, steps }: SeedRun) => ({ seed, hash, steps });
  const runsHere = [];
  for (const seed of [3, 4]) runsHere.push(outcomeOf(await runSeed({ ...options, seed })));
  const backwards = [];
  for (const seed of [4, 3]) backwards.unshift(outcomeOf(await runSeed({ ...options, seed })));
  expect(backwards).toEqual(runsHere);
  expect(outcomeOf(await fromCallback(3))).toEqual(runsHere[0]);
  const thread = openThread();
  const inThread = [];
  for (const seed of [4, 3]) inThread.push(outcomeOf(await thread.run({ ...options, seed })));
  expect(inThread).toEqual([runsHere[1], runsHere[0]]);
});

test('two threads give the same results for the same seeds as one', async () => {
  const all = { ...options, kindsText: 'all', firstSeed: 1, seeds: 3, nowMs, seedMsMax: 600_000 };
  const [oneThread, twoThreads] = [
    await campaign({ ...all, threads: 1 }, () => undefined),
    await campaign({ ...all, threads: 2 }, () => undefined),
  ];
  const timeless = { msPerSeed: 0, cpuMsPerSeed: 0 };
  expect({ ...twoThreads.metrics, ...timeless }).toEqual({ ...oneThread.metrics, ...timeless });
  expect(oneThread.metrics['seeds']).toBe(3);
});

const onMessageCode = "import{parentPort}from'node:worker_threads';parentPort.on('message',()=>";

test.each([
  ['ends', `${onMessageCode}process.exit(3))`, 'seed 7: it ended with code 3'],
  ['throws', `${onMessageCode}{throw new Error('broken')})`, 'seed 7: broken'],
  ['has ended before it is asked', 'process.exit(4)', 'it ended with code 4'],
])('a thread that %s fails its seed, and the campaign', async (_, code, message) => {
  await expect(openThread(code).run({ ...options, seed: 7 })).rejects.toThrow(message);
  const all = { ...options, kindsText: 'all', firstSeed: 7, seeds: 5, threads: 2, nowMs };
  const codes = [code, `${onMessageCode}undefined)`];
  const failing = campaign({ ...all, openThread: () => openThread(codes.shift()) }, () => undefined);
  await expect(failing).rejects.toThrow(message);
});

/**
 * Returns a worker that answers every seed at once with a successful run, as `seedRun` below, but never ends `seeds`:
 * the thread loops, or waits without using the processor.
 */
function workerHangingAt(seeds: readonly number[], how: 'loops' | 'waits' = 'waits'): string {
  const held = how === 'loops' ? '0' : 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0)';
  const well = JSON.stringify({ ...seedRun(0), faults: Array.from({ length: 5 }, () => ({ kind: 'skew', atMs: 1 })) });
  return `import{parentPort}from'node:worker_threads';parentPort.on('message',({seed})=>{while(${JSON.stringify(seeds)}.includes(seed))${held};parentPort.postMessage({...${well},seed})})`;
}
/** At least five times the start and answer of such a thread. */
const seedMsMax = 2500;

test.each([
  { name: 'one seed and no word about threads', held: [8], threads: undefined },
  { name: 'every thread held at once', held: [7, 8], threads: 2 },
])(
  'a seed that never ends fails in its time, by name, and the others continue: $name',
  async ({ held, threads = 1 }) => {
    let threadsOpened = 0;
    const openThreadOf = (): SeedThread => {
      threadsOpened += 1;
      return openThread(encodeURIComponent(workerHangingAt(held, threads === 1 ? 'loops' : 'waits')));
    };
    const outputLines: string[] = [];
    const all = { ...options, kindsText: 'all', firstSeed: 7, seeds: 5, nowMs, seedMsMax, openThread: openThreadOf };
    const result = await campaign(threads === 1 ? all : { ...all, threads }, (line) => void outputLines.push(line));
    for (const seed of held) {
      const at = outputLines.indexOf(
        `seed ${seed}: ends-in-time: it did not end within 2.5 s, so its thread was terminated`,
      );
      expect(outputLines[at + 1]).toContain(`replay: npm run sim -- --faults all --seed ${seed} --trace (`);
    }
    expect(outputLines).toHaveLength(2 * held.length);
    // An endless seed counts neither as a seed without faults nor as one without sessions.
    expect(missedOf(result)).toEqual(held.map((seed) => `seed ${seed}: ends-in-time`));
    expect(result.metrics).toMatchObject({ seeds: 5, violations: held.length, sessionsMin: 200, faultsMin: 5 });
    expect(threadsOpened).toBe(threads + held.length);
  },
);

test('the command also continues and exits with 1; a campaign of endless seeds alone is not reported as one without faults', async () => {
  const said: string[] = [];
  const output = { say: (line: string) => void said.push(line), writeLine: () => undefined, nowMs };
  const open = (): SeedThread => openThread(encodeURIComponent(workerHangingAt([3])));
  const code = (argv: string[]) => runFaults(['--faults', 'all', ...argv], output, { openThread: open, seedMsMax });
  expect(await code(['--seed', '3', '--seeds', '2', '--threads', '1'])).toBe(1);
  expect(said.filter((line) => line.startsWith('missed'))).toEqual(['missed: seed 3: ends-in-time']);
  said.length = 0;
  expect(await code(['--seed', '3', '--first'])).toBe(1);
  expect(said.filter((line) => line.startsWith('missed'))).toEqual(['missed: seed 3: ends-in-time']);
  expect(said.some((line) => line.includes('--seed 3 --trace'))).toBe(true);
  expect(await code(['--seed', '4'])).toBe(0);
});

test('a thread that dies ends the campaign at once, even while another hangs', async () => {
  const codes = [workerHangingAt([1]), `${onMessageCode}process.exit(5))`];
  const open = (): SeedThread => openThread(encodeURIComponent(codes.shift() ?? ''));
  const all = { ...options, kindsText: 'all', firstSeed: 1, seeds: 9, threads: 2, nowMs };
  await expect(campaign({ ...all, openThread: open }, () => undefined)).rejects.toThrow('seed 2: it ended with code 5');
  expect(codes).toEqual([]);
});

test('a large seed gets more time than a small one, and both get hundreds of times what they need', async () => {
  // CPU time counts: beside other tests a seed may wait for long.
  const before = process.cpuUsage();
  await openThread().run({ ...options, seed: 3 });
  const { user, system } = process.cpuUsage(before);
  expect(SEED_MS_MAX.small).toBeGreaterThan(5 * ((user + system) / 1000));
  expect(SEED_MS_MAX.large / SEED_MS_MAX.small).toBeGreaterThanOrEqual(largeSize.endMs / smallSize.endMs);
});

function seedRun(seed: number, rule?: RuleName): SeedRun {
  const violation = rule === undefined ? undefined : { rule, text: '', atMs: 1 };
  const times = { detectedMs: [], seatedMs: [], seatedAmidDeathsMs: [] };
  const nothing = {
    faults: [],
    ...times,
    decisions: 0,
    placed: { count: 0, judged: 0 },
    moved: 0,
    movedForDelay: 0,
    rejoined: 0,
    steps: 1,
  };
  return { ...nothing, seed, violation, sessions: 200, hash: seed.toString(16) };
}

test('seeds count in their order, without results beyond the last failure that counts', () => {
  const tally = new Tally({ firstSeed: 10, seeds: 5, isFirstOnly: true, nowMs: () => 0 });
  expect([tally.next(), tally.next(), tally.next()]).toEqual([10, 11, 12]);
  tally.add(seedRun(12, 'charges-end'));
  expect([tally.doneCount, tally.failures]).toEqual([0, []]);
  tally.add(seedRun(10));
  expect(tally.progress(500)).toBe('2/5 seeds, 0 violations, 4 seeds/s, 1 s left, running 11');
  expect(tally.progress(40_000)).toBe('2/5 seeds, 0 violations, 0.05 seeds/s, 60 s left, running 11');
  // While seed 11 runs, more seeds begin; they stop only when an earlier seed fails too.
  expect(tally.next()).toBe(13);
  tally.add(seedRun(11, 'healthy-stay'));
  expect(tally.next()).toBeUndefined();
  tally.add(seedRun(13));
  expect([tally.doneCount, tally.failures.map(({ seed }) => seed)]).toEqual([2, [11]]);
});

test('no seed is begun after the time is over', () => {
  let atMs = 0;
  const tally = new Tally({ firstSeed: 1, seeds: 5, untilMs: 10, nowMs: () => atMs });
  expect(tally.next()).toBe(1);
  atMs = 11;
  expect(tally.next()).toBeUndefined();
});
