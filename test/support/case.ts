// What the lab and the benchmarks have in common: a named case, its result, how it is said (one JSON object as the last
// line of stdout with --json, words on stderr otherwise) and how it is kept (--record writes its table in
// docs/measured.md; nothing there is typed by hand).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { closeOwnedOnSignal } from './owned.ts';

/** Names end in their unit: `secondReadySeconds`, `gapMsP95`; groups may nest: `rtt0.joinToFirstFrameMsP50`. */
export interface Metrics {
  readonly [name: string]: number | string | boolean | readonly string[] | Metrics;
}

/** What one run of a case or benchmark says. */
export interface LabResult {
  /** A number, or a text or switch that says under which conditions it was measured. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly metrics: Metrics;
  /** What people read and --record keeps in their place, where they are too many. */
  readonly shown?: Metrics;
  /** Stated targets that were missed, in words; any makes the exit code 1. */
  readonly missed: readonly string[];
}

/** Diagnostics for people; they go to stderr. */
export type Say = (line: string) => void;

/**
 * One fault, attack or measurement. It owns what it starts and ends it before `run` settles, also when it fails; when
 * interrupted, `owned` does.
 */
export interface LabCase {
  readonly name: string;
  readonly summary: string;
  /** Adds the case's own options and arguments. */
  configure?(command: Command): void;
  /** `names`: what stood behind the case's name. */
  run(options: Readonly<Record<string, unknown>>, say: Say, names: readonly string[]): Promise<LabResult>;
}

/** Option parser of commander: a whole number from 1. */
export function countOption(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

/** Share p (0…1) of a list by nearest rank; NaN for an empty list. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

const isList = (value: Metrics[string]): value is readonly string[] => Array.isArray(value);

/** Nested metrics as dotted names, in order. */
export function flatten(metrics: Metrics, prefix = ''): [string, number | string | boolean][] {
  return Object.entries(metrics).flatMap(([key, value]): [string, number | string | boolean][] => {
    if (isList(value)) return [[`${prefix}${key}`, value.join(', ')]];
    return typeof value === 'object' ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

function rounded(value: number | string | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

/**
 * Runs the command line `<program> CASE [options]`. Exit code: 0 it ran, 1 a stated target was missed or it broke, 2
 * bad usage.
 */
export async function runCases(
  name: string,
  description: string,
  cases: readonly LabCase[],
  argv: readonly string[],
): Promise<number> {
  let exitCode = 0;
  const program = new Command(name).description(description).exitOverride();
  program.configureOutput({ writeOut: (text) => process.stderr.write(text) });
  for (const labCase of cases) {
    const command = program.command(labCase.name).description(labCase.summary).exitOverride();
    command
      .option('--json', 'one JSON object as the last line of stdout')
      .option('--record', 'write its table in docs/measured.md');
    labCase.configure?.(command);
    command.action(async () => {
      exitCode = await runCase(labCase, command.opts(), command.args);
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

async function runCase(labCase: LabCase, options: Record<string, unknown>, names: readonly string[]): Promise<number> {
  const say: Say = (line) => void process.stderr.write(`${line}\n`);
  closeOwnedOnSignal(say);
  try {
    const result = await labCase.run(options, say, names);
    for (const [name, value] of flatten(result.shown ?? result.metrics)) say(`${name.padEnd(44)} ${rounded(value)}`);
    for (const target of result.missed) say(`missed: ${target}`);
    if (options['record'] === true) record(labCase.name, result);
    if (options['json'] === true) process.stdout.write(`${resultLine(labCase.name, result)}\n`);
    return result.missed.length > 0 ? 1 : 0;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

/** The one line programs read. */
export function resultLine(name: string, { params, metrics }: LabResult): string {
  return JSON.stringify({ name, params, metrics });
}

/** The text of docs/measured.md with this case's table in place of its earlier one. Pure. */
export function recorded(text: string, name: string, result: LabResult, machine: string): string {
  const { params, metrics, shown = metrics, missed } = result;
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const conditions = [machine, ...Object.entries(params).map(([key, value]) => `${key} ${rounded(value)}`)].join(', ');
  const rows = flatten(shown).map(([key, value]) => `| ${key} | ${rounded(value)} |`);
  const lines = [
    begin,
    `## ${name}`,
    conditions,
    '',
    '| metric | value |',
    '|---|---|',
    ...rows,
    ...missed.map((target) => `\nTarget missed: ${target}.`),
    end,
  ];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  return from >= 0 && to > from
    ? text.slice(0, from) + lines.join('\n') + text.slice(to + end.length)
    : `${text.trimEnd()}\n\n${lines.join('\n')}\n`;
}

/** Mean of the minute before this program: on a busy machine the figures are worse. */
const [loadBefore = 0] = loadavg();

/**
 * Writes the case's table in docs/measured.md, with the machine, the commit, and how busy the machine was before (mean
 * of a minute).
 */
export function record(name: string, result: LabResult): void {
  const tree = join(import.meta.dirname, '../..');
  const file = join(tree, 'docs/measured.md');
  const head =
    '# Measured\n\nEach table was written by its command with `--record`, on the machine and at the commit that it names.\n';
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: tree, encoding: 'utf8' }).trim();
  const machine = `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadBefore.toFixed(1)} before, Node ${process.version}`;
  writeFileSync(file, recorded(existsSync(file) ? readFileSync(file, 'utf8') : head, name, result, machine));
}
