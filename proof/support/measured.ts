// Writes docs/measured.md, which has the table of each case and benchmark as its command wrote it with --record. No
// figure in it is typed by hand.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Aim, flatten, isMet, type LabResult, rounded, type Say } from './result.ts';

const tree = join(import.meta.dirname, '../..');
const page = 'docs/measured.md';
/** Age in commits from which a table is marked, since its figures may have changed. */
const commitsMax = 300;

/** Returns the text of docs/measured.md with this case's table in place of its earlier table. */
export function recorded(text: string, name: string, result: LabResult, machine: string): string {
  const { params, metrics, shown = metrics, missed, aims = [] } = result;
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const conditions = [machine, ...Object.entries(params).map(([key, value]) => `${key} ${rounded(value)}`)].join(', ');
  const rows = flatten(shown).map(([key, value]) => `| ${key} | ${rounded(value)} |`);
  const lines = [
    begin,
    `## ${name}`,
    conditions,
    '',
    ...(aims.length === 0 ? [] : [aimHead, ...aims.map(aimRow), '']),
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

const aimHead = '| figure | measured | aim | peer | limit | met |\n|---|---|---|---|---|---|';

const aimRow = (one: Aim): string =>
  `| ${one.figure} | ${rounded(one.value)} | ${one.should === 'most' ? '≤' : '≥'} ${rounded(one.aim)} | ${one.peer ?? '–'} | ${one.limit ?? '–'} | ${isMet(one) ? 'yes' : '**no**'} |`;

/** Load average of the minute before this program, recorded since a busy machine makes the figures worse. */
const [loadBefore = 0] = loadavg();

/**
 * Throws if the work tree has changes other than recorded tables, since a table names the commit that it measured. Call
 * it before the measurement.
 */
export function refuseChangedTree(): void {
  const changes = git('status', '--porcelain', '--', '.', `:!${page}`);
  if (changes !== '') throw new Error(`--record needs a work tree without changes, but there are:\n${changes}`);
}

/**
 * Writes the case's table in docs/measured.md, with the machine, the commit, and the machine's mean load of the minute
 * before. Marks old tables and prints their names.
 */
export function record(name: string, result: LabResult, say: Say): void {
  refuseChangedTree();
  const file = join(tree, page);
  const head =
    '# Measured\n\nEach table was written by its command with `--record`, on the machine and at the commit that it names.\n';
  const commit = git('rev-parse', '--short', 'HEAD');
  const machine = `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadBefore.toFixed(1)} before, Node ${process.version}`;
  const text = recorded(existsSync(file) ? readFileSync(file, 'utf8') : head, name, result, machine);
  const { text: marked, old } = markOld(text, commitsSince);
  writeFileSync(file, marked);
  if (old.length > 0) say(`${page}: more than ${commitsMax} commits old: ${old.join(', ')}`);
}

/** Whether the page has a table of this name that was recorded at the commit at which the work tree is. */
export function recordedAtHead(name: string): boolean {
  const file = join(tree, page);
  return existsSync(file) && isRecordedAt(readFileSync(file, 'utf8'), name, git('rev-parse', '--short', 'HEAD'));
}

/** Whether the table of this name has an aim or target that is not met. */
export function hasRecordedMiss(name: string): boolean {
  const file = join(tree, page);
  return existsSync(file) && isMissRecorded(readFileSync(file, 'utf8'), name);
}

/** Whether docs/measured.md with this text says of the table of the name that an aim or target is not met. */
export function isMissRecorded(text: string, name: string): boolean {
  const from = text.indexOf(`<!-- ${name} -->`);
  const table = text.slice(from, text.indexOf(`<!-- /${name} -->`));
  return from >= 0 && (table.includes('| **no** |') || table.includes('\nTarget missed: '));
}

/** Whether docs/measured.md with this text has a table of the name that names the commit. */
export function isRecordedAt(text: string, name: string, commit: string): boolean {
  const [, found] = new RegExp(`^## ${name}\\n\\S+, commit ([0-9a-f]+)`, 'm').exec(text) ?? [];
  return found === commit;
}

/**
 * Marks tables whose commit is more than 300 commits ago, or unknown (`commitsAgo` returns undefined), in the line that
 * names the commit.
 */
export function markOld(
  text: string,
  commitsAgo: (commit: string) => number | undefined,
): { text: string; old: string[] } {
  const old: string[] = [];
  const marked = text.replace(
    /^(## (\S+)\n\d{4}-\d\d-\d\d, commit )([0-9a-f]+)(?: \(OLD: [^)]*\))?/gm,
    (_, head: string, name: string, commit: string) => {
      const ago = commitsAgo(commit);
      if (ago !== undefined && ago <= commitsMax) return head + commit;
      old.push(name);
      return `${head}${commit} (OLD: ${ago ?? 'unknown'} commits ago)`;
    },
  );
  return { text: marked, old };
}

function commitsSince(commit: string): number | undefined {
  const { status, stdout } = spawnSync('git', ['rev-list', '--count', `${commit}..HEAD`], {
    cwd: tree,
    encoding: 'utf8',
  });
  return status === 0 ? Number(stdout) : undefined;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: tree, encoding: 'utf8' }).trim();
}
