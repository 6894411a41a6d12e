// Reads the CPU time of processes (`/proc/PID/stat`) and of processors (`/proc/stat`).
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import process from 'node:process';

const userField = 11; // utime in /proc/PID/stat, counted after the name; stime follows
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

export interface ProcessorUse {
  readonly atMs: number;
  readonly processMs: readonly number[];
  /** Time so far in which the processor was not idle, including the hypervisor's share. */
  readonly busyMs: number;
}

/** Returns the CPU time so far of processes and of one processor. Throws when a process has ended. */
export function processorUse(pids: readonly number[], cpu: number): ProcessorUse {
  const processMs = pids.map((pid) => {
    const fields = statOf(pid);
    if (fields === undefined) throw new Error(`process ${pid} has ended`);
    return ticksToMs(Number(fields[userField]) + Number(fields[userField + 1]));
  });
  return { atMs: performance.now(), processMs, busyMs: busyMsOf(readFileSync('/proc/stat', 'utf8'), cpu) };
}

/** Returns the busy time of one processor by the text of /proc/stat: everything but idle time and waiting for disks. */
export function busyMsOf(text: string, cpu: number): number {
  const line = text.split('\n').find((one) => one.startsWith(`cpu${cpu} `));
  if (line === undefined) throw new Error(`no processor ${cpu}`);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return ticksToMs(user + nice + system + irq + softIrq + steal);
}

/**
 * Returns the shares of a processor between two readings: of each process, and of all others (0 at least, since coarse
 * ticks could make it negative).
 */
export function useBetween(from: ProcessorUse, to: ProcessorUse): { cores: number[]; othersShare: number } {
  const elapsedMs = to.atMs - from.atMs;
  const cores = to.processMs.map((ms, index) => (ms - (from.processMs[index] ?? 0)) / elapsedMs);
  const busy = (to.busyMs - from.busyMs) / elapsedMs;
  return { cores, othersShare: Math.max(0, busy - cores.reduce((sum, share) => sum + share, 0)) };
}

/**
 * Gives this process, and all that it starts later, priority over all others, so that other programs do not distort the
 * measurement. Returns false without the right to do so.
 */
export const raisePriority = (): boolean => setNiceness(process.pid, constants.priority.PRIORITY_HIGHEST);

/**
 * Sets the niceness of a process and of its autogroup: Linux divides CPU time among sessions (sched(7), "autogroup")
 * before it divides the time of a session among its processes. Returns false without the right to do so.
 */
export function setNiceness(pid: number, niceness: number): boolean {
  const autogroupFile = `/proc/${pid}/autogroup`;
  try {
    setPriority(pid, niceness);
    if (existsSync(autogroupFile)) writeFileSync(autogroupFile, String(niceness));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    // Node reports every failure of setpriority(2) by this code, EACCES too.
    if ((error as { code?: string }).code === 'ERR_SYSTEM_ERROR') return false;
    throw error;
  }
}

/** Pins a process, with all its threads, to one processor. */
export function pin(pid: number, cpu: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(cpu), String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
}

const ticksToMs = (ticks: number): number => (ticks * 1000) / ticksPerSecond;

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)?.[1] === String(pid));
}

/**
 * Returns the CPU time so far of a process, of its living descendants, and of ended descendants that were waited for.
 * Throws if the process has ended.
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

/** Returns the CPU time so far of the first thread of a process; in Node.js this thread runs JavaScript. */
export function firstThreadCpuMs(pid: number): number {
  const fields = statOf(pid, `task/${pid}/stat`);
  if (fields === undefined) throw new Error(`process ${pid} has ended`);
  return ticksToMs(Number(fields[userField]) + Number(fields[userField + 1]));
}

/** Returns the fields of /proc/PID/stat after the name, which may contain blanks; undefined for an ended process. */
function statOf(pid: number, file = 'stat'): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
