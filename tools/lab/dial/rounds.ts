// What the testers themselves saw, by their logs.
import type { Result } from '../../../edge-probe/src/dial/core/results.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';

const testers = { frankfurt: 'probe-fra', singapore: 'probe-sgp', virginia: 'probe-iad' } as const;

export interface Round {
  readonly region: string;
  /** On the wall clock. */
  readonly atMs: number;
  readonly results: readonly Result[];
}

/** Rounds that ended since then, of all testers. */
export function roundsSince(cloud: TestCloud, sinceMs: number): Round[] {
  return Object.entries(testers).flatMap(([region, id]) =>
    cloud.log(id).flatMap((line) => {
      if (!line.includes('"a round is over"')) return [];
      const { time, results } = JSON.parse(line) as { time: number | string; results: Result[] };
      const atMs = new Date(time).getTime();
      return atMs >= sinceMs ? [{ region, atMs, results }] : [];
    }),
  );
}

/** How often which result came, for people: "virginia call signaling SOCKET_FAILED" and "2". */
export function tallyOf(rounds: readonly Round[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const { region, results } of rounds)
    for (const { kind, toRegion, isOk, stage, code, servedRegion } of results) {
      const other = toRegion === undefined ? '' : ` ${kind === 'pair' ? 'from' : 'at'} ${toRegion}`;
      const served = servedRegion === undefined || servedRegion === region ? '' : ` served by ${servedRegion}`;
      if (isOk && served === '') continue;
      const name = `${region} ${kind}${other}${isOk ? '' : ` ${stage} ${code}`}${served}`;
      tally[name] = (tally[name] ?? 0) + 1;
    }
  return tally;
}
