// How much processor a process takes (/proc/PID/stat), and its weight.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const userField = 11; // of /proc/PID/stat behind the name: utime, then stime
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Sets the niceness of a process and of its session: Linux weighs sessions before processes. False without the right to
 * it. Throws when the process has ended.
 */
export function weigh(pid: number, niceness: number): boolean {
  const autogroupFile = `/proc/${pid}/autogroup`;
  try {
    setPriority(pid, niceness);
    if (existsSync(autogroupFile)) writeFileSync(autogroupFile, String(niceness));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    // how Node says EACCES of setpriority(2)
    if ((error as { code?: string }).code === 'ERR_SYSTEM_ERROR') return false;
    throw error;
  }
}

const ticksToMs = (ticks: number): number => (ticks * 1000) / ticksPerSecond;

/** Children of a process, by /proc. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)?.[1] === String(pid));
}

/**
 * CPU time so far of a process with all its threads, of its descendants that live, and of those that it has waited for.
 * Throws when the process has ended.
 */
export function treeCpuMs(pid: number): number {
  const fields = statOf(pid);
  if (fields === undefined) throw new Error(`process ${pid} has ended`);
  const own = fields.slice(userField, userField + 4).reduce((sum, ticks) => sum + Number(ticks), 0);
  return childrenOf(pid).reduce(
    (sum, child) => sum + (statOf(child) === undefined ? 0 : treeCpuMs(child)),
    ticksToMs(own),
  );
}

/** The fields of /proc/PID/stat behind the name, which may hold blanks; undefined when it has ended. */
function statOf(pid: number, file = 'stat'): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
