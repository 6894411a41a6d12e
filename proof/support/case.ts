// Runs cases of the lab and benchmarks. Text goes to stderr. With --json, one JSON object is the last line of stdout;
// with --record, the results go into docs/measured.md, in which no figure is typed by hand.
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { closeResourcesOnSignal } from '../test/support/resources.ts';
import { record, refuseChangedTree } from './measured.ts';
import { hasOwnLoopback, runWithOwnLoopback } from './own-loopback.ts';
import { exitCodes, type Part, partsCommand } from './parts.ts';
import { flatten, type LabResult, missesOf, rounded, type Say } from './result.ts';

export { flatten, type LabResult, type Metrics, type Say } from './result.ts';
export { record, refuseChangedTree };

/**
 * A fault, attack or measurement. It ends all that it has started before `run` settles, also when it fails; after an
 * interrupt, `owned` does.
 */
export interface LabCase {
  readonly name: string;
  readonly summary: string;
  /** Whether it runs in a network namespace of its own, with nothing but the loopback interface. */
  readonly ownLoopback?: true;
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
 * Runs the command line `<program> CASE [options]`. Exit code 0: the case ran; 1: it failed; 2: bad usage; 3: it ran,
 * and a stated target was missed. `parts` are those of the command `all`.
 */
export async function runCases(
  name: string,
  description: string,
  cases: readonly LabCase[],
  argv: readonly string[],
  parts: readonly Part[] = [],
): Promise<number> {
  let exitCode: number = exitCodes.met;
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
  if (parts.length > 0)
    program.addCommand(
      partsCommand(parts, say, (code) => {
        exitCode = code;
      }),
    );
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.met : exitCodes.usage;
    throw error;
  }
  return exitCode;
}

const say: Say = (line) => void process.stderr.write(`${line}\n`);

async function runCase(labCase: LabCase, options: Record<string, unknown>, names: readonly string[]): Promise<number> {
  closeResourcesOnSignal(say);
  try {
    if (options['record'] === true) refuseChangedTree();
    if (labCase.ownLoopback && !hasOwnLoopback()) return await runWithOwnLoopback();
    const result = await labCase.run(options, say, names);
    for (const [name, value] of flatten(result.shown ?? result.metrics)) say(`${name.padEnd(44)} ${rounded(value)}`);
    const missed = [...missesOf(result.aims ?? []), ...result.missed];
    for (const target of missed) say(`missed: ${target}`);
    if (options['record'] === true) record(result.table ?? labCase.name, result, say);
    if (options['json'] === true) process.stdout.write(`${resultLine(labCase.name, result)}\n`);
    return missed.length > 0 ? exitCodes.missed : exitCodes.met;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return exitCodes.failed;
  }
}

export function resultLine(name: string, { params, metrics }: LabResult): string {
  return JSON.stringify({ name, params, metrics });
}
