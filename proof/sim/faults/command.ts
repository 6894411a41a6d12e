// `npm run sim -- --faults LIST …` runs production code of the scheduling centre under faults. Exit code 0: no rule was
// broken; 1: a rule was broken; 2: bad usage.
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { countOption, flatten, type LabResult, record, resultLine, type Say } from '../../support/case.ts';
import type { SimOutput } from '../output.ts';
import { type CampaignOptions, campaign, missedOf } from './campaign.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import { type GrowthOptions, growthSuite } from './growth.ts';
import { runSeed } from './run-seed.ts';
import { largeSize, type Size, smallSize } from './size.ts';
import { type LivenessOptions, livenessSuite } from './suite.ts';
import { helpTextOf, type OwnSuite, ownSuiteOf } from './suites.ts';

interface Options {
  readonly faults: readonly FaultKind[];
  readonly seed?: number;
  readonly seeds?: number;
  readonly fresh?: true;
  readonly large?: true;
  readonly first?: true;
  readonly threads: number;
  readonly trace?: true;
  readonly json?: true;
  readonly record?: true;
}

const SEEDS_DEFAULT = 100;
/** Largest tested number of threads; each needs some 200 MB. */
const THREADS_MAX = 8;

export const isFaultRun = (argv: readonly string[]): boolean =>
  argv.includes('--faults') || ownSuiteOf(argv) !== undefined;

export function faultsCommand(): Command {
  return new Command('sim')
    .description('the scheduling centre under faults: rules that must hold after every step, and when all has healed')
    .allowExcessArguments(false)
    .requiredOption('--faults <list>', `all, or some of: ${faultKinds.join(', ')}`, kindsOption)
    .option('--seed <n>', 'first seed (default 1); without --seeds the only one', countOption)
    .option('--seeds <n>', `number of seeds (default ${SEEDS_DEFAULT})`, countOption)
    .option('--fresh', 'take the first seed from the clock, and print it')
    .option('--large', '120 hosts and 10 minutes instead of 8 to 12 hosts and 60 seconds')
    .option('--first', 'stop at the first seed that breaks a rule')
    .option(
      '--threads <n>',
      `seeds that run at a time (default: number of cores, at most ${THREADS_MAX})`,
      countOption,
      threadsDefault(),
    )
    .option('--trace', 'print every step of the seed; needs --seed')
    .option('--json', 'print one JSON object as the last line of stdout')
    .option('--record', 'write the results into docs/measured.md')
    .addHelpText(
      'after',
      '\nThe sizes of these worlds are fixed (docs/design/fault-simulator.md), so --nodes and the other options of npm run sim without --faults are refused.',
    );
}

export function kindsOption(text: string): readonly FaultKind[] {
  if (text === 'all') return faultKinds;
  const names = text.split(',').map((name) => name.trim());
  const kinds = faultKinds.filter((kind) => names.includes(kind));
  if (kinds.length !== new Set(names).size || kinds.length !== names.length)
    throw new InvalidArgumentError(`all, or each once: ${faultKinds.join(', ')}`);
  return kinds;
}

export async function runFaults(
  argv: readonly string[],
  output: SimOutput,
  seams: Pick<CampaignOptions, 'openThread' | 'seedMsMax'> = {},
): Promise<number> {
  const suite = ownSuiteOf(argv);
  if (suite !== undefined) return runSuite(suite, argv, output);
  const { say, writeLine, nowMs } = output;
  const command = faultsCommand().exitOverride();
  command.configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) });
  command.parse([...argv], { from: 'user' });
  const options = command.opts<Options>();
  const size = options.large ? largeSize : smallSize;
  const kindsText = options.faults.length === faultKinds.length ? 'all' : options.faults.join(',');
  if (options.trace) {
    if (options.seed === undefined) command.error('--trace needs --seed', { exitCode: 2 });
    await printTrace({ kinds: options.faults, size, seed: options.seed ?? 1 }, say);
  }
  const seeds = options.seeds ?? (options.seed === undefined ? SEEDS_DEFAULT : 1);
  const firstSeed = options.seed ?? (options.fresh ? freshSeed() : 1);
  if (options.fresh) say(`seeds from ${firstSeed} on`);
  const threads = Math.min(options.threads, seeds);
  const request = { kinds: options.faults, kindsText, size, firstSeed, seeds, threads, nowMs, progress: say, ...seams };
  const done = await campaign({ ...request, isFirstOnly: options.first === true }, say);
  const params = { faults: kindsText, size: size.name, firstSeed, seeds, threads };
  const result: LabResult = { params, metrics: done.metrics, missed: missedOf(done) };
  report(result, say);
  if (options.record) record(`faults-${size.name}`, result, say);
  if (options.json) writeLine(resultLine('sim-faults', result));
  return result.missed.length > 0 ? 1 : 0;
}

function threadsDefault(): number {
  return Math.min(availableParallelism(), THREADS_MAX);
}

const suites = {
  liveness: {
    configure: (command: Command) =>
      command
        .option('--node-days <n>', 'days of reports of a living node', countOption, 1000)
        .option('--seeds <n>', 'small worlds in which nodes die', countOption, 100),
    run: (command: Command, say: Say) => livenessSuite(command.opts<LivenessOptions>(), say),
  },
  growth: {
    configure: (command: Command) =>
      command
        .option('--hosts <n>', 'hosts at the beginning', countOption, 120)
        .option('--more <n>', 'hosts that are added, and later drained', countOption, 100)
        .option('--people <n>', 'people, half from the beginning, half while hosts are added', countOption, 2400),
    run: (command: Command, say: Say) => growthSuite(command.opts<GrowthOptions>(), say),
  },
} as const;

async function runSuite(name: OwnSuite, argv: readonly string[], { say, writeLine }: SimOutput): Promise<number> {
  const command = new Command('sim').description(helpTextOf(name)).allowExcessArguments(false).exitOverride();
  command.requiredOption('--suite <name>', name);
  suites[name]
    .configure(command)
    .option('--seed <text>', 'makes everything random repeatable', '1')
    .option('--json', 'print one JSON object as the last line of stdout')
    .option('--record', 'write the results into docs/measured.md');
  command.configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) });
  command.parse([...argv], { from: 'user' });
  const result = await suites[name].run(command, say);
  report(result, say);
  const { json, record: isRecorded } = command.opts<{ json?: true; record?: true }>();
  if (isRecorded) record(`sim-${name}`, result, say);
  if (json) writeLine(resultLine(`sim-${name}`, result));
  return result.missed.length > 0 ? 1 : 0;
}

/** Returns a seed that is new every second, far from the seeds of tests, and short enough to type. */
const freshSeed = (): number => 1_000_000 + (Math.floor(Date.now() / 1000) % 1_000_000_000);

function report(result: LabResult, say: Say): void {
  for (const [name, value] of flatten(result.metrics)) {
    say(`${name.padEnd(32)} ${typeof value === 'number' ? Number(value.toPrecision(5)) : value}`);
  }
  for (const target of result.missed) say(`missed: ${target}`);
}

async function printTrace(o: { kinds: readonly FaultKind[]; size: Size; seed: number }, say: Say): Promise<void> {
  const run = await runSeed(o, say);
  say(`trace hash ${run.hash} over ${run.steps} steps`);
}
