// What the gateways of a cloud start while a cell runs.
import type { TestCloud } from '../../../test/support/cloud.ts';
import { transcodingsOf } from './table.ts';

const gateways = ['gw-fra', 'gw-sgp'] as const;
const startedName = 'meridian_gateway_transcoders_started_total';

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
