// Measures the centre in this process: its decisions, and its work for a fleet of each size. Sockets, TLS, the database
// of addresses and the store are left out.
import { note } from '@meridian/protocol';
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type Metrics, type Say } from '../support/case.ts';
import { type Aim, rounded } from '../support/result.ts';
import { BenchCentre, CITIES, nodeIdOf, type PlanOfKind, type SecondCost } from './scheduler/bench-centre.ts';
import { type DecisionCost, loopUsP99, measureDecisions } from './scheduler/decisions.ts';
import { exponentOf, fastestOf, LINEARITHMIC_EXPONENT } from './scheduler/growth.ts';

const perCpuSecondAim = 200_000;
const usP99Aim = 50;
/** Fleet at which the aims hold. */
const aimHosts = 120;
const seed = 'scheduler';
/** Time in which nodes pass their slow start, and period of their reports meanwhile. */
const agingMs = 70_000;
const agingPeriodMs = 2500;
const measuredSeconds = 3;
/** Media nodes that restart before plans are measured. */
const restarts = 8;
/** Joins a second on each host: 300 sessions that stay for ten minutes. */
const joinsPerHost = 0.5;
const daySeconds = 86_400;

export const schedulerBench: LabCase = {
  name: 'scheduler',
  summary:
    'decisions of the centre, and its CPU time and bytes for fleets of growing size, with the growth of each term',
  configure: (command) =>
    void command
      .option('--hosts <list>', 'sizes of the fleet', hostsOption, [120, 1000, 3000, 10_000])
      .option('--decisions <n>', 'measured decisions at each size', countOption, 40_000),
  run: async (options, say) => {
    const sizes = options['hosts'] as readonly number[];
    const count = Number(options['decisions']);
    const rows: Measured[] = [];
    for (const hosts of sizes) rows.push(await measureAt(hosts, count, say));
    const metrics: Record<string, Metrics> = {};
    for (const { hosts, bytes, perSecondMs, ...row } of rows)
      metrics[`hosts${hosts}`] = { ...row, centreMsPerSecond: perSecondMs, bytes };
    const aims = aimsOf(rows.find(({ hosts }) => hosts === aimHosts));
    if (rows.length > 1) {
      const growth = growthOf(rows);
      const { name, exponent } = fastestOf(growth);
      metrics['growth'] = { ...growth, fastest: name };
      aims.push({
        figure: `exponent of the fastest growing term, ${name}`,
        value: exponent,
        aim: LINEARITHMIC_EXPONENT,
        should: 'most',
        limit: '1: each host once',
      });
      say(`the fastest growing term is ${name}: n^${exponent.toFixed(2)}`);
    }
    return {
      params: { hosts: sizes.join(','), decisions: count, cities: CITIES, joinsPerHost },
      metrics,
      aims,
      missed: [],
    };
  },
};

function hostsOption(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < CITIES))
    throw new InvalidArgumentError(`whole numbers from ${CITIES}, a host for each city`);
  return sizes.sort((a, b) => a - b);
}

interface Measured {
  readonly hosts: number;
  /** CPU time of registering the whole fleet, as after a takeover. */
  readonly registerFleetMs: number;
  readonly decisions: Metrics & DecisionCost & { readonly loopUsP99: number };
  /** Decisions of clients that have timed three signaling nodes, which the centre learns from. */
  readonly timedDecisions: Metrics & DecisionCost;
  /** CPU time of the centre for a second of the fleet, by kind of work. */
  readonly perSecondMs: PerSecond;
  readonly bytes: PlanSize;
}

type PerSecond = Readonly<Record<'reports' | 'probes' | 'routes' | 'ticks' | 'plans' | 'decisions', number>>;
type PlanSize = Readonly<
  Record<
    | 'planOfMediaNode'
    | 'planOfProbe'
    | 'planOfSignalingNode'
    | 'plansPerHost'
    | 'planPerHostAndSecond'
    | 'routesOfHost',
    number
  >
>;

async function measureAt(hosts: number, count: number, say: Say): Promise<Measured> {
  const bench = new BenchCentre({ hosts, seed });
  try {
    const { cpuMs: registerFleetMs } = await bench.start();
    for (let ms = 0; ms < agingMs; ms += agingPeriodMs) bench.second({ periodMs: agingPeriodMs });
    const routesOfHost = bench.bytesOf(nodeIdOf('sfu', 0), note.routes.number);
    const decisions = await measureDecisions(bench, { count, warmUp: count / 2, timed: 0 });
    const timedDecisions = await measureDecisions(bench, { count: count / 4, warmUp: count / 8, timed: 3 });
    const { reportsMs, probesMs, routesMs, ticksMs } = meanOf(
      Array.from({ length: measuredSeconds }, () => bench.second({ probes: true })),
    );
    const { plansMs, ...bytes } = await measurePlans(bench);
    const perSecondMs = {
      reports: reportsMs,
      probes: probesMs,
      routes: routesMs,
      ticks: ticksMs,
      plans: plansMs,
      decisions: (hosts * joinsPerHost * 1000) / decisions.perCpuSecond,
    };
    say(
      `${hosts} hosts: ${Math.round(decisions.perCpuSecond)} decisions per CPU-second, p99 ${decisions.usP99.toFixed(0)} µs; ` +
        `a second of the fleet takes ${Object.entries(perSecondMs)
          .map(([name, ms]) => `${name} ${ms.toFixed(0)}`)
          .join(', ')} ms`,
    );
    return {
      hosts,
      registerFleetMs,
      decisions: { ...decisions, loopUsP99: loopUsP99(decisions.usP50) },
      timedDecisions: { ...timedDecisions },
      perSecondMs,
      bytes: { ...bytes, routesOfHost },
    };
  } finally {
    await bench.close();
  }
}

/** Restarts some media nodes, and measures the plans that follow from it. */
async function measurePlans(bench: BenchCentre) {
  for (let index = 0; index < restarts; index += 1) await bench.register('sfu', index, 'IN_0000000000000002');
  const costs = Array.from({ length: measuredSeconds }, () => bench.second({ plans: true }));
  const plans = bench.plans();
  const bytesOf = (kind: string): number => plans.find((plan) => plan.kind === kind)?.bytes ?? Number.NaN;
  const sumOf = (bytes: (plan: PlanOfKind) => number): number =>
    plans.reduce((sum, plan) => sum + plan.receivers * bytes(plan), 0) / bench.hosts;
  return {
    plansMs: meanOf(costs).plansMs,
    planOfMediaNode: bytesOf('sfu'),
    planOfProbe: bytesOf('edge-probe'),
    planOfSignalingNode: bytesOf('signaling'),
    // After a takeover every node gets its whole plan.
    plansPerHost: sumOf(({ bytes }) => bytes),
    // Each node restarts once a day, and is then sent again to every node whose plan names it.
    planPerHostAndSecond: sumOf(({ bytes }) => bytes / daySeconds),
  };
}

function meanOf(costs: readonly SecondCost[]): SecondCost {
  const sum: SecondCost = { reportsMs: 0, probesMs: 0, routesMs: 0, ticksMs: 0, plansMs: 0 };
  for (const cost of costs) for (const key of Object.keys(sum) as (keyof SecondCost)[]) sum[key] += cost[key];
  for (const key of Object.keys(sum) as (keyof SecondCost)[]) sum[key] /= costs.length;
  return sum;
}

/** Returns the exponent of each term of the centre as a whole, over the sizes of the fleet. */
function growthOf(rows: readonly Measured[]): Record<string, number> {
  const growth = (value: (row: Measured) => number): number =>
    exponentOf(rows.map((row) => ({ hosts: row.hosts, value: value(row) })));
  const kinds = ['reports', 'probes', 'routes', 'ticks', 'plans', 'decisions'] as const;
  return {
    ...Object.fromEntries(kinds.map((kind) => [`${kind}Ms`, growth(({ perSecondMs }) => perSecondMs[kind])])),
    registerFleetMs: growth(({ registerFleetMs }) => registerFleetMs),
    planBytes: growth(({ hosts, bytes }) => hosts * bytes.planPerHostAndSecond),
    wholePlansBytes: growth(({ hosts, bytes }) => hosts * bytes.plansPerHost),
  };
}

function aimsOf(row: Measured | undefined): Aim[] {
  if (row === undefined) return [];
  const { perCpuSecond, usP99, loopUsP99 } = row.decisions;
  const limit = `an empty loop's: ${rounded(loopUsP99)}`;
  return [
    { figure: 'decisions per CPU-second, 120 hosts', value: perCpuSecond, aim: perCpuSecondAim, should: 'least' },
    { figure: 'p99 of a decision, 120 hosts, µs', value: usP99, aim: usP99Aim, should: 'most', limit },
  ];
}
