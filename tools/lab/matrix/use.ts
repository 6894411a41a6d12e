// What the gateways of a cloud use and start while a cell runs.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { type Idle, idleNow, idleShareBetween } from '../../support/idle.ts';
import { transcodingsOf } from './table.ts';

const gateways = ['gw-fra', 'gw-sgp'] as const;
const startedName = 'meridian_gateway_transcoders_started_total';
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** How often each job was started so far, on all gateways. The cloud must run with `--metrics`. */
export async function startedJobs(cloud: TestCloud): Promise<Map<string, number>> {
  const started = new Map<string, number>();
  for (const text of await Promise.all(gateways.map((id) => cloud.metrics(id))))
    for (const [job, count] of jobsOf(text)) started.set(job, (started.get(job) ?? 0) + count);
  return started;
}

/** Of the text of /metrics. */
export function jobsOf(text: string): [job: string, count: number][] {
  return text.split('\n').flatMap((line): [string, number][] => {
    if (!line.startsWith(`${startedName}{`)) return [];
    const [, job = '', count = ''] = /\bjob="([^"]*)"[^}]*\} (\S+)/.exec(line) ?? [];
    return [[job, Number(count)]];
  });
}

/** `CODEC to CODEC` of what was started between two readings, in alphabetical order. */
export function transcodedBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  const grown = [...after].filter(([job, count]) => count > (before.get(job) ?? 0));
  return [...new Set(transcodingsOf(grown.map(([job]) => job)))].sort();
}

export interface Use extends Idle {
  /** Of the gateways and their ffmpegs, those that have ended included. */
  readonly gatewayMs: number;
}

export function useNow(cloud: TestCloud): Use {
  const pids = gateways.map((id) => cloud.pid(id));
  return { ...idleNow(), gatewayMs: pids.reduce((sum, pid) => sum + treeMs(pid), 0) };
}

/** Cores that gateways used, and the share of the machine that was idle, 0 to 1. */
export function useBetween(from: Use, to: Use): { gatewayCores: number; idleShare: number } {
  return {
    gatewayCores: (to.gatewayMs - from.gatewayMs) / (to.atMs - from.atMs),
    idleShare: idleShareBetween(from, to),
  };
}

/** CPU time of a process, of its children, and of its children that have ended. */
function treeMs(pid: number): number {
  const [, user = 0, system = 0, endedUser = 0, endedSystem = 0] = statOf(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter(([parent]) => parent === pid);
  const ticks = user + system + endedUser + endedSystem;
  return children.reduce(
    (sum, [, childUser = 0, childSystem = 0]) => sum + ((childUser + childSystem) * 1000) / ticksPerSecond,
    (ticks * 1000) / ticksPerSecond,
  );
}

/** Parent, then user, system and the same of ended children, in ticks; empty when the process has ended. */
function statOf(pid: number): number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [1, 11, 12, 13, 14].map((at) => Number(fields[at]));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
