import { readdirSync, readFileSync } from 'node:fs';
import { processStart } from '../../local/state.ts';

/** One process for good: a pid alone is given out again. */
export interface Process {
  readonly pid: number;
  readonly start: string;
}

/** A process and all that it has started, and so on: each after its parent. */
export function treeOf(root: number): Process[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const);
  const pids = [root];
  for (const pid of pids) pids.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return pids.map((pid) => ({ pid, start: processStart(pid) ?? '' }));
}

export function running(processes: readonly Process[]): number[] {
  return processes.filter(({ pid, start }) => processStart(pid) === start).map(({ pid }) => pid);
}

/** Undefined when it is gone. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
