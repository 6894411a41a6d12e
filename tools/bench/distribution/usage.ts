// What processes have used, by their kinds.
import { readFileSync } from 'node:fs';
import { childrenOf, treeCpuMs } from '../capacity/processor.ts';

export const kinds = ['api', 'database', 'library', 'receivers', 'redis', 'centre'] as const;
export type Kind = (typeof kinds)[number];
export type Pids = Readonly<Record<Kind, readonly number[]>>;
export type Used = Readonly<Record<Kind, number>>;

export const ofKinds = (figure: (kind: Kind) => number): Used =>
  Object.fromEntries(kinds.map((kind) => [kind, figure(kind)])) as Record<Kind, number>;

/** CPU time so far. Throws when one has ended. */
export const cpuMsOf = (pids: Pids): Used =>
  ofKinds((kind) => pids[kind].reduce((sum, pid) => sum + treeCpuMs(pid), 0));

/** The most that each process had of the memory so far, all of a kind together. */
export const peakBytesOf = (pids: Pids): Used =>
  ofKinds((kind) => pids[kind].reduce((sum, pid) => sum + peakBytes(pid), 0));

function peakBytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** Of this process: those with this name. */
export const childrenNamed = (pid: number, name: string): number[] =>
  childrenOf(pid).filter((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim() === name);
