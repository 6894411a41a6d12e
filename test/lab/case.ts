import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';

/** A number, or a text or switch that says under which conditions it was measured. */
export type Parameters = Record<string, string | number | boolean>;

/** What one run of a case or benchmark says: the last line of stdout with --json. */
export interface LabResult {
  readonly params: Parameters;
  /** Names end in their unit: `secondReadySeconds`, `gapMsP95`. */
  readonly metrics: Record<string, number>;
  /** Stated targets that were missed, in words; any makes the exit code 1. */
  readonly missed: readonly string[];
}

/** Diagnostics for people; they go to stderr. */
export type Say = (line: string) => void;

/** One fault, attack or measurement. It owns what it starts and ends it before `run` settles, also when it fails. */
export interface LabCase {
  readonly name: string;
  readonly summary: string;
  /** Adds the case's own options. */
  configure?(command: Command): void;
  run(options: Record<string, unknown>, say: Say): Promise<LabResult>;
}

/** The one line programs read. */
export function resultLine(name: string, { params, metrics }: LabResult): string {
  return JSON.stringify({ name, params, metrics });
}

/**
 * Puts the result into docs/measured.md, in place of an earlier one of the same name: the file has one row per case.
 */
export function record(file: string, name: string, { params, metrics, missed }: LabResult): void {
  const head =
    '# Measured\n\nThe last result of each case, written by `--record`.\n\n| case | day | conditions | result |\n|---|---|---|---|\n';
  const cells = (values: object) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ') || '-';
  const verdict = missed.length > 0 ? `; missed: ${missed.join(', ')}` : '';
  const row = `| ${name} | ${new Date().toISOString().slice(0, 10)} | ${cells(params)} | ${cells(metrics)}${verdict} |`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : head;
  const rows = text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith(`| ${name} |`));
  writeFileSync(file, `${[...rows, row].join('\n')}\n`);
}
