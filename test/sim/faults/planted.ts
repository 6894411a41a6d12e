// Bugs planted on purpose, one patch of test/sim/planted at a time in a copy of the tree: how many seeds does the
// simulator need to find each? A patch begins with a line `# why: …`, and may name in `# faults: …` those that it
// takes: seeds of these alone find it sooner. One that is not found within the seeds is a missed target.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, copyTree } from '../../lab/mutants.ts';
import type { LabResult, Metrics, Say } from '../../support/case.ts';
import { owned } from '../../support/owned.ts';

const folder = join(import.meta.dirname, '../planted');
/**
 * Far more than a thousand seeds need on a loaded machine; one that takes longer is told as such, not as a bug that was
 * missed.
 */
const DEADLINE_MS = 3_600_000;

export interface PlantedBug {
  readonly name: string;
  readonly why: string;
  /** As of the command line. */
  readonly faults: string;
  readonly file: string;
}

/** Every planted bug, by name. Throws when a patch does not say why. */
export function plantedBugs(): PlantedBug[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  return names.sort().map((name) => {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const why = /^# why: (.+)$/m.exec(text)?.[1];
    const faults = /^# faults: (.+)$/m.exec(text)?.[1] ?? 'all';
    if (why === undefined) throw new Error(`${name} begins with "# why: …"`);
    return { name: name.replace(/\.patch$/, ''), why, faults, file };
  });
}

/** The first seed from 1 on that finds each bug. */
export function findPlanted(o: { names: readonly string[]; seeds: number }, say: Say): LabResult {
  const all = plantedBugs();
  const chosen = all.filter(({ name }) => o.names.length === 0 || o.names.includes(name));
  const missed = o.names.filter((name) => !all.some((bug) => bug.name === name)).map((name) => `${name}: no such bug`);
  const firstSeed: Record<string, number> = {};
  const copy = copyTree();
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  const disown = owned('a copy of the tree', remove);
  try {
    for (const bug of chosen) {
      const found = tried(copy, bug, o.seeds);
      say(`${typeof found === 'number' ? `seed ${found}`.padEnd(10) : found} ${bug.name}: ${bug.why}`);
      if (typeof found === 'number') firstSeed[bug.name] = found;
      else missed.push(`${bug.name}: ${found}`);
    }
  } finally {
    remove();
    disown();
  }
  const metrics: Metrics = { planted: chosen.length, found: Object.keys(firstSeed).length, firstSeed };
  return { params: { seeds: o.seeds }, metrics, missed };
}

function tried(
  copy: string,
  { file, name, faults }: PlantedBug,
  seeds: number,
): number | 'not found' | 'no time' | 'not applicable' {
  if (!applyPatch(copy, file).isApplied) return 'not applicable';
  const argv = ['test/sim/main.ts', '--faults', faults, '--seeds', String(seeds), '--first', '--json'];
  const { stdout, signal } = spawnSync(process.execPath, argv, { cwd: copy, encoding: 'utf8', timeout: DEADLINE_MS });
  if (!applyPatch(copy, file, ['--reverse']).isApplied) throw new Error(`${name} cannot be taken back`);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (signal !== null) return 'no time';
  if (!line.startsWith('{')) throw new Error(`${name}: the seeds did not end as they should`);
  const { metrics } = JSON.parse(line) as { metrics: { seeds: number; violations: number } };
  return metrics.violations > 0 ? metrics.seeds : 'not found';
}
