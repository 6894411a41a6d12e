// Runs cases of the lab and benchmarks. Text goes to stderr. With --json, one JSON object is the last line of stdout;
// with --record, the results go into docs/measured.md, in which no figure is typed by hand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { closeResourcesOnSignal } from '../test/support/resources.ts';
import { record, refuseChangedTree } from './measured.ts';
import { flatten, type LabResult, rounded, type Say } from './result.ts';

export { flatten, type LabResult, type Metrics, type Say } from './result.ts';
export { record, refuseChangedTree };

/**
 * A fault, attack or measurement. It ends all that it has started before `run` settles, also when it fails; after an
 * interrupt, `owned` does.
 */
export interface LabCase {
  readonly name: string;
  readonly summary: string;
  configure?(command: Command): void;
  run(options: Readonly<Record<string, unknown>>, say: Say, names: readonly string[]): Promise<LabResult>;
}

/** Parses a whole number from 1, as an option of commander. */
export function countOption(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return value;
}

/** Returns the percentile (`p`: 0…1) of a list by nearest rank; NaN for an empty list. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

/**
 * Runs the command line `<program> CASE [options]`. Exit code 0: the case ran; 1: a stated target was missed or the
 * case failed; 2: bad usage. `all` are the command lines of the case `all`, which runs them one after the other.
 */
export async function runCases(
  name: string,
  description: string,
  cases: readonly LabCase[],
  argv: readonly string[],
  all: readonly (readonly string[])[] = [],
): Promise<number> {
  let exitCode = 0;
  const program = new Command(name).description(description).exitOverride();
  for (const labCase of cases) {
    const command = program.command(labCase.name).description(labCase.summary).exitOverride();
    command
      .option('--json', 'print one JSON object as the last line of stdout')
      .option('--record', 'write the results into docs/measured.md');
    labCase.configure?.(command);
    command.action(async () => {
      exitCode = await runCase(labCase, command.opts(), command.args);
    });
  }
  if (all.length > 0) {
    const command = program.command('all').description('all of them, one after the other').exitOverride();
    command.option('--record', 'write the results into docs/measured.md');
    command.action(async () => {
      const { record: isRecorded } = command.opts<{ record?: boolean }>();
      for (const line of all) {
        const code = await runAlone([...line, ...(isRecorded === true ? ['--record'] : [])]);
        exitCode = Math.max(exitCode, code);
      }
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

/**
 * Runs a case in a process of its own, since cases change the priority and processor of theirs. By the IPC channel it
 * sees the end of this process.
 */
async function runAlone(args: readonly string[]): Promise<number> {
  process.stderr.write(`\n${args.join(' ')}\n`);
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], { stdio: [...stdio] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function runCase(labCase: LabCase, options: Record<string, unknown>, names: readonly string[]): Promise<number> {
  const say: Say = (line) => void process.stderr.write(`${line}\n`);
  closeResourcesOnSignal(say);
  try {
    if (options['record'] === true) refuseChangedTree();
    const result = await labCase.run(options, say, names);
    for (const [name, value] of flatten(result.shown ?? result.metrics)) say(`${name.padEnd(44)} ${rounded(value)}`);
    for (const target of result.missed) say(`missed: ${target}`);
    if (options['record'] === true) record(result.table ?? labCase.name, result, say);
    if (options['json'] === true) process.stdout.write(`${resultLine(labCase.name, result)}\n`);
    return result.missed.length > 0 ? 1 : 0;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

export function resultLine(name: string, { params, metrics }: LabResult): string {
  return JSON.stringify({ name, params, metrics });
}
