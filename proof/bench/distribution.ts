// Measures the distribution of files through a whole cloud whose parts are killed, frozen and cut off once a minute:
// ten times the deliveries that are asked for in a day, to thirty receivers of five kinds. In the middle a backlog
// shows whether hot contents and an urgent order overtake.
import { setTimeout } from 'node:timers/promises';
import { countOption, type LabCase, type Metrics, type Say } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { TestCloud } from '../test/support/cloud.ts';
import { CpuWatch } from './distribution/cpu.ts';
import { inject } from './distribution/faults.ts';
import { type Ended, judge, timesOf, type Verdict } from './distribution/judge.ts';
import { type Fault, faultsOf, MINUTE_MS, ordersOf, type PlannedOrder, randomOf } from './distribution/plan.ts';
import { AGENTS, AGENTS_OF_REGION, LIBRARY_NODES, Receivers } from './distribution/receivers.ts';
import { Rest } from './distribution/rest.ts';
import { Run } from './distribution/run.ts';
import { type SentFile, Sinks } from './distribution/sinks.ts';

const BACKLOG_BYTES = 2_000_000;
/** Uploads at once: a dead library node holds them up, and the rate is to come back after it. */
const UPLOADS_AT_ONCE = 8;
const DRAIN_MS = 600_000;
const HOT_TO_COLD_AIM = 0.25;
const URGENT_AIM_MS = 2000;
/** Least that an agent may keep for neighbours. */
const AGENT_BYTES_MAX = 1_073_741_824;

export const distributionBench: LabCase = {
  name: 'distribution',
  summary: 'orders of files for thirty receivers of five kinds, with a fault each minute: lost, twice, hashes, times',
  configure: (command) =>
    void command
      .option('--minutes <n>', 'duration of the orders; draining comes on top', countOption, 3)
      .option('--backlog <n>', 'contents of 2 MB that are ordered at once for all receivers', countOption, 40)
      .option('--seed <n>', 'seed of sizes and receivers; which fault is the first', countOption, 1),
  run: async (options, say) => {
    const { minutes, backlog, seed } = options as { minutes: number; backlog: number; seed: number };
    const random = randomOf(seed);
    const sinks = await Sinks.start();
    let cloud: TestCloud | undefined;
    let rest: Rest | undefined;
    let run: Run | undefined;
    try {
      cloud = await TestCloud.start({ extraArgs: cloudArgs() });
      rest = new Rest(cloud);
      const receivers = await Receivers.of(cloud, sinks, rest);
      run = await Run.start(rest, receivers);
      const orders = ordersOf({
        minutes,
        receivers: receivers.list.length,
        backlog,
        backlogBytes: BACKLOG_BYTES,
        random,
      });
      const faults = faultsOf(minutes, random, seed - 1);
      const backlogFiles = await uploaded(run, backlog, BACKLOG_BYTES);
      const plan = { orders, faults, backlogFiles };
      const measured = await measure({ cloud, sinks, run, say, plan });
      const verdict = judge(run.ordered, run.ended, await receivers.left());
      return resultOf({ minutes, backlog, seed, run, verdict, faults, ...measured });
    } finally {
      rest?.close();
      await run?.close();
      await cloud?.stop();
      await sinks.close();
    }
  },
};

function cloudArgs(): string[] {
  const configs = Object.fromEntries<object>([
    ...LIBRARY_NODES.map((id) => [id, { distributionTargets: ['127.0.0.0/8'] }] as const),
    ...AGENTS.map((id) => [id, { bytesMax: AGENT_BYTES_MAX }] as const),
  ]);
  return [
    ...['--distribution', '--receivers-per-region', String(AGENTS_OF_REGION), '--log-level', 'warn'],
    ...['--process-configs', JSON.stringify(configs)],
  ];
}

async function uploaded(run: Run, count: number, bytes: number): Promise<SentFile[]> {
  const files: SentFile[] = [];
  for (let at = 0; at < count; at += 1) files.push(await run.upload(bytes));
  return files;
}

interface Plan {
  readonly orders: readonly PlannedOrder[];
  readonly faults: readonly Fault[];
  readonly backlogFiles: readonly SentFile[];
}
interface Measured {
  readonly ms: number;
  readonly orderedMs: number;
  readonly open: number;
  readonly cpuMs: ReadonlyMap<string, number>;
}

async function measure(o: { cloud: TestCloud; sinks: Sinks; run: Run; say: Say; plan: Plan }): Promise<Measured> {
  const { cloud, run, say } = o;
  const cpu = new CpuWatch(cloud);
  const startMs = performance.now();
  let isOver = false;
  let orderedMs = 0;
  const ending = new AbortController();
  const { signal } = ending;
  let broken: unknown;
  const working = Promise.all([placeOrders(o, startMs, signal), placeFaults(o, startMs, signal)])
    .catch((cause: unknown) => {
      broken = cause;
    })
    .finally(() => {
      isOver = true;
      orderedMs = performance.now() - startMs;
    });
  try {
    const open = await run.follow(() => isOver, DRAIN_MS, say);
    await working;
    if (broken !== undefined) throw new Error('the orders broke off', { cause: broken });
    return { ms: performance.now() - startMs, orderedMs, open, cpuMs: cpu.close() };
  } finally {
    ending.abort();
    cpu.close();
  }
}

const untilMs = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(Math.max(0, ms - performance.now()), undefined, { signal });

async function placeOrders(
  { run, plan }: { run: Run; plan: Plan },
  startMs: number,
  signal: AbortSignal,
): Promise<void> {
  const steady = plan.orders.filter(({ part }) => part === 'steady');
  const backlog = plan.orders.filter(({ part }) => part === 'backlog');
  const running = new Set<Promise<unknown>>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const track = (work: Promise<unknown>): void => {
    running.add(work);
    work.catch(failed.reject).finally(() => running.delete(work));
  };
  const atBacklogMs = backlog[0]?.atMs ?? 0;
  track(
    untilMs(startMs + atBacklogMs, signal).then(async () => {
      let last = '';
      for (const [at, planned] of backlog.entries()) {
        const file = plan.backlogFiles[at];
        if (file !== undefined) last = await run.order(planned, 'backlog', file);
      }
      await run.hurry(last);
    }),
  );
  for (const planned of steady) {
    await Promise.race([untilMs(startMs + planned.atMs, signal), failed.promise]);
    // The backlog has a place of its own.
    while (running.size > UPLOADS_AT_ONCE) await Promise.race([...running, failed.promise]);
    track(run.upload(planned.bytes).then((file) => run.order(planned, 'steady', file)));
  }
  await Promise.race([Promise.all(running), failed.promise]);
}

async function placeFaults(
  o: { cloud: TestCloud; sinks: Sinks; say: Say; plan: Plan },
  startMs: number,
  signal: AbortSignal,
) {
  for (const fault of o.plan.faults) {
    await untilMs(startMs + fault.atMs, signal);
    const { hit, end } = inject(fault, o.cloud, o.sinks);
    o.say(`${Math.round(fault.atMs / 1000)} s: ${fault.kind}, ${hit}${end ? ` for ${fault.downMs} ms` : ''}`);
    if (end === undefined) continue;
    try {
      await untilMs(startMs + fault.atMs + fault.downMs, signal);
    } finally {
      end();
    }
  }
}

interface Outcome extends Measured {
  readonly minutes: number;
  readonly backlog: number;
  readonly seed: number;
  readonly run: Run;
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

function resultOf({ minutes, backlog, seed, run, verdict, faults, ms, orderedMs, open, cpuMs }: Outcome) {
  const { ended, ordered, urgentMs = Number.NaN } = run;
  const done = ended.filter(({ state }) => state === 'done');
  const of = (part: Ended['part'], isHot?: boolean): Ended[] =>
    ended.filter((one) => one.part === part && (isHot === undefined || one.isHot === isHot));
  const [hot, cold] = [timesOf(of('backlog', true)), timesOf(of('backlog', false))];
  const hotToCold = (hot?.msP95 ?? Number.NaN) / (cold?.msP95 ?? Number.NaN);
  const metrics: Record<string, Metrics[string]> = {
    ...verdict,
    openAtEnd: open,
    deliveries: done.length,
    deliveriesPerSecond: (done.length / ms) * 1000,
    mbPerSecond: done.reduce((sum, { bytes }) => sum + bytes, 0) / ms / 1000,
    steady: timesOf(of('steady')) ?? {},
    backlogHot: hot ?? {},
    backlogCold: cold ?? {},
    hotToCold,
    urgentMs,
    faults: faults.length,
    drainSeconds: (ms - orderedMs) / 1000,
    cpuPercent: Object.fromEntries([...cpuMs].map(([service, cpu]) => [service, (cpu / ms) * 100])),
  };
  const zero = (figure: string, value: number): Aim => ({ figure, value, aim: 0, should: 'most' });
  const aims: Aim[] = [
    zero('deliveries that are lost', verdict.lost),
    zero('deliveries that came twice', verdict.twice),
    zero('files with a wrong hash', verdict.wrongHashes),
    { figure: 'p95 of hot contents, of that of cold ones', value: hotToCold, aim: HOT_TO_COLD_AIM, should: 'most' },
    {
      figure: 'time until an urgent order arrives, ms',
      value: urgentMs,
      aim: URGENT_AIM_MS,
      should: 'most',
    },
  ];
  const plannedSeconds = (minutes * MINUTE_MS) / 1000;
  return { params: { minutes, backlog, seed, orders: ordered.length, plannedSeconds }, metrics, aims, missed: [] };
}
