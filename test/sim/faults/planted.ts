// Bugs planted on purpose, one patch of test/sim/planted at a time in a copy of the tree: how many seeds does the simulator need to find each?
// A patch begins with a line `# why: …`. One that is not found within the seeds is a missed target.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, copyTree } from '../../lab/mutants.ts';
import type { LabResult, Metrics, Say } from '../../support/case.ts';
import { owned } from '../../support/owned.ts';

const folder = join(import.meta.dirname, '../planted');
/** Ten minutes: a thousand seeds on a loaded machine. */
const DEADLINE_MS = 600_000;

export interface PlantedBug {
  readonly name: string;
  readonly why: string;
  readonly file: string;
}

/** Every planted bug, by name. Throws when a patch does not say why. */
export function plantedBugs(): PlantedBug[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  return names.sort().map((name) => {
    const file = join(folder, name);
    const why = /^# why: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
    if (why === undefined) throw new Error(`${name} begins with "# why: …"`);
    return { name: name.replace(/\.patch$/, ''), why, file };
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

function tried(copy: string, { file, name }: PlantedBug, seeds: number): number | 'not found' | 'not applicable' {
  if (!applyPatch(copy, file).isApplied) return 'not applicable';
  const argv = ['test/sim/main.ts', '--faults', 'all', '--seeds', String(seeds), '--first', '--json'];
  const { stdout } = spawnSync(process.execPath, argv, { cwd: copy, encoding: 'utf8', timeout: DEADLINE_MS });
  if (!applyPatch(copy, file, ['--reverse']).isApplied) throw new Error(`${name} cannot be taken back`);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (line === '') return 'not found';
  const { metrics } = JSON.parse(line) as { metrics: { seeds: number; violations: number } };
  return metrics.violations > 0 ? metrics.seeds : 'not found';
}
