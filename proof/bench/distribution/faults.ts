// Kills, freezes and cuts of a run.
import type { TestCloud } from '../../test/support/cloud.ts';
import type { Fault } from './plan.ts';
import { AGENTS, LIBRARY_NODES } from './receivers.ts';
import type { Sinks } from './sinks.ts';

const pick = <T>(list: readonly T[], which: number): T | undefined => list[Math.floor(which * list.length)];

/** Does the fault. Returns what it hit, and the function that ends it, if its supervisor does not. */
export function inject(fault: Fault, cloud: TestCloud, sinks: Sinks): { hit: string; end?: () => void } {
  const { kind, which } = fault;
  if (kind === 'cut of a line') {
    const line = pick(sinks.lines, which);
    line?.cut();
    return {
      hit: ['s3', 'sftp', 'platform'][line === undefined ? -1 : sinks.lines.indexOf(line)] ?? '',
      end: () => line?.heal(),
    };
  }
  const ids = kind.endsWith('agent') ? AGENTS : kind.endsWith('node') ? LIBRARY_NODES : undefined;
  const hit = ids === undefined ? (kind === 'kill of Redis' ? 'redis-notices' : 'api') : (pick(ids, which) ?? '');
  if (kind.startsWith('freeze')) return { hit, end: cloud.freeze(hit) };
  cloud.kill(hit);
  return { hit };
}
