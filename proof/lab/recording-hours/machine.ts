// Memory of processes, and free processor time, as the kernel counts them.
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const MIB_PER_KIB = 1 / 1024;

/** Returns the memory of a process, and the sum of that of its descendants, in MiB; 0 for processes that have ended. */
export function memoryOf(pid: number): { readonly ownMib: number; readonly childrenMib: number } {
  const parents = new Map(pids().map((one) => [one, parentOf(one)]));
  const isBelow = (one: number): boolean => {
    for (let at = parents.get(one); at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  const below = [...parents.keys()].filter(isBelow);
  return { ownMib: residentMib(pid), childrenMib: below.reduce((sum, one) => sum + residentMib(one), 0) };
}

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(statusOf(pid))?.[1] ?? 0);

const residentMib = (pid: number): number => Number(/^VmRSS:\s+(\d+)/m.exec(statusOf(pid))?.[1] ?? 0) * MIB_PER_KIB;

/** Returns '' for a process that has ended. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Measures the processor time that no program used. */
export class FreeCores {
  #before = times();

  /** Returns the mean number of free cores since the last call, or since the beginning. */
  read(): number {
    const before = this.#before;
    this.#before = times();
    const all = this.#before.all - before.all;
    return all === 0 ? 0 : ((this.#before.idle - before.idle) / all) * cpus().length;
  }
}

function times(): { readonly idle: number; readonly all: number } {
  const each = cpus().map(({ times: one }) => one);
  const idle = each.reduce((sum, one) => sum + one.idle, 0);
  return { idle, all: each.reduce((sum, one) => sum + one.user + one.nice + one.sys + one.irq, idle) };
}
