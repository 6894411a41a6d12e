// How every lab case, benchmark and simulation says its result: one JSON object as the last line of stdout with --json, words otherwise;
// with --record its table in docs/measured.md is written anew. No measured number in the docs is typed by hand.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

export interface Result {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Targets that were missed, in words; not empty = exit code 1. */
  readonly missed: readonly string[];
}
export interface ReportOptions {
  readonly json: boolean;
  readonly record: boolean;
}

/** Flattens nested metrics to dotted names. */
export function flatten(value: unknown, prefix = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix === '' ? key : `${prefix}.${key}`));
}

/** Share p (0…1) of a list by nearest rank; NaN for an empty list. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

const rounded = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(value < 10 ? 2 : 1) : String(value);

/** Prints the result and sets the exit code: 0 it ran, 1 a stated target was missed. */
export function report(result: Result, o: ReportOptions): void {
  for (const [key, value] of flatten(result.metrics)) process.stderr.write(`${key.padEnd(44)} ${rounded(value)}\n`);
  for (const line of result.missed) process.stderr.write(`missed: ${line}\n`);
  if (o.record) record(result);
  if (o.json)
    process.stdout.write(`${JSON.stringify({ name: result.name, params: result.params, metrics: result.metrics })}\n`);
  process.exitCode = result.missed.length > 0 ? 1 : 0;
}

function record(result: Result): void {
  const file = join(repository, 'docs/measured.md');
  const head =
    '# Measured\n\nEach table is written by its command (`--record`), on the machine and at the commit it names; nothing here is typed by hand.\n';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : head;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim();
  const rows = flatten(result.metrics).map(([key, value]) => `| ${key} | ${rounded(value)} |`);
  const missed = result.missed.map((line) => `\nTarget missed: ${line}.`);
  const params = flatten(result.params).map(([key, value]) => `${key} ${rounded(value)}`);
  const section = [
    `<!-- ${result.name} -->`,
    `## ${result.name}`,
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}; ${params.join(', ')}`,
    '',
    '| metric | value |',
    '|---|---|',
    ...rows,
    ...missed,
    `<!-- /${result.name} -->`,
  ].join('\n');
  const begin = text.indexOf(`<!-- ${result.name} -->`);
  const endMark = `<!-- /${result.name} -->`;
  const end = text.indexOf(endMark);
  const next =
    begin >= 0 && end > begin
      ? text.slice(0, begin) + section + text.slice(end + endMark.length)
      : `${text.trimEnd()}\n\n${section}\n`;
  writeFileSync(file, next);
}
