// Rows of the table of aims that need time: joins against stale reports, deaths and false deaths of nodes, hosts that
// come and go, false flips. Each is the simulator that shows it by a command of its own, run for the table; what it
// finds out beside its rows is in the result under its name.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import type { LabResult, Metrics, Say } from '../support/case.ts';
import { FULL_WEIGHT_MS_MAX, growthSuite } from './faults/growth.ts';
import { DETECTED_MS_P99_MAX, livenessSuite, SEATED_MS_P99_MAX } from './faults/suite.ts';
import { atMost, type Row } from './row.ts';
import { joinSurge, SURGE } from './surge.ts';

export interface TimeRowsOptions {
  readonly nodeDays: number;
  /** Small worlds in which nodes die. */
  readonly worlds: number;
  readonly linkDays: number;
  readonly growth: { readonly hosts: number; readonly more: number; readonly people: number };
  readonly seed: string;
  /** The program that has the rules of flips; undefined: there is none. */
  readonly pathdBin?: string | undefined;
}

export interface TimeRows {
  readonly rows: readonly Row[];
  readonly metrics: Metrics;
  /** What else was promised and did not come, in words. */
  readonly missed: readonly string[];
  readonly notShown: readonly string[];
}

const MAX_OVER_MEAN_MOST = 1.3;
const FLIPS_PER_LINK_DAY_MOST = 1;
/**
 * Two paths that lose 2 % and are never cut: by single packets, and in bursts of this mean length. Every flip is a
 * false one.
 */
const LOSS = 0.02;
const BURSTS_MS = [0, 10, 30] as const;
const PACKETS_PER_SECOND = 50;

/** Runs them one after the other; progress goes to `say`. */
export async function timeRows(o: TimeRowsOptions, say: Say): Promise<TimeRows> {
  const surge = joinSurge({ ...SURGE, seed: o.seed });
  say(`joins: ${surge.placed} placed, ${surge.onNewHost} of them on the new host`);
  const flips = falseFlips(o, say);
  const liveness = await livenessSuite({ nodeDays: o.nodeDays, seeds: o.worlds, seed: o.seed }, say);
  say(`liveness: ${o.nodeDays} node-days and ${o.worlds} worlds done`);
  const growth = await growthSuite({ ...o.growth, seed: o.seed }, say);
  const rows = [
    atMost('joinSurgeMaxOverMean', surge.maxOverMean, MAX_OVER_MEAN_MOST),
    atMost('joinSurgeOverLimit', surge.overLimit, 0),
    atMost('joinSurgeRefused', surge.refused, 0),
    atMost('deathDetectedMsP99', figureOf(liveness, 'detectedMsP99'), DETECTED_MS_P99_MAX),
    atMost('reseatedMsP99', figureOf(liveness, 'reseatedMsP99'), SEATED_MS_P99_MAX),
    atMost('falseDeaths', figureOf(liveness, 'falseDeaths'), 0),
    atMost('fullWeightMsMax', figureOf(growth, 'fullWeightMsMax'), FULL_WEIGHT_MS_MAX),
    atMost('droppedByDrains', figureOf(growth, 'dropped'), 0),
    ...(flips === undefined ? [] : [atMost('falseFlipsPerLinkDay', flips.perLinkDayMost, FLIPS_PER_LINK_DAY_MOST)]),
  ];
  const figures = { joinSurge: { ...SURGE, ...surge }, liveness: liveness.metrics, growth: growth.metrics };
  return {
    rows,
    metrics: { ...figures, ...(flips === undefined ? {} : { flips }) },
    missed: growth.missed.map((text) => `hosts that come and go: ${text}`),
    notShown: flips === undefined ? ['false flips (no pathd here: a compiler is needed)'] : [],
  };
}

const figureOf = ({ metrics }: LabResult, name: string): number => Number(metrics[name] ?? Number.NaN);

/** False flips of pathd's own rules, without a socket (`--simulate`); the worst kind of loss counts. */
function falseFlips({ pathdBin, linkDays, seed }: TimeRowsOptions, say: Say) {
  if (pathdBin === undefined) return undefined;
  const byBurst: Record<string, number> = {};
  for (const burstMs of BURSTS_MS) {
    const args = ['--simulate', numberOf(seed), linkDays, PACKETS_PER_SECOND, LOSS, burstMs].map(String);
    const { flips } = JSON.parse(execFileSync(pathdBin, args, { encoding: 'utf8' })) as { readonly flips: number };
    byBurst[burstMs === 0 ? 'random' : `bursts${burstMs}`] = flips / linkDays;
  }
  say(`flips: ${linkDays} link-days of ${BURSTS_MS.length} kinds of loss done`);
  return { linkDays, ...byBurst, perLinkDayMost: Math.max(...Object.values(byBurst)) };
}

/** pathd's chance takes a number from 1. */
function numberOf(seed: string): number {
  let hash = 0;
  for (const letter of seed) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return 1 + (hash % 1_000_000);
}

/** The set-up's pathd, as the commands that need one find it. */
export const pathdOf = (env: NodeJS.ProcessEnv = process.env): string | undefined => {
  const named = env['MERIDIAN_PATHD_BIN'] ?? '';
  return named === '' || named === 'none' ? undefined : named;
};
