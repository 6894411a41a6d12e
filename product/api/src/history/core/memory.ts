import { meanOf, medianOf, theilSen } from './robust.ts';
import type { MemoryTrend } from './trends.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** A longer window would include the load of the day, a shorter one the noise of garbage collection. */
export const MEMORY_WINDOW_MS = 6 * HOUR_MS;
const HOURS_MIN = 3;
/** After its start, a node fills caches and compiles code; that rise ends by itself. */
const WARM_UP_MS = HOUR_MS;
/** If a node does not report its incarnation, a fall below this share from one sample to the next means a restart. */
const RESTART_SHARE = 0.5;
/** Fewest samples of an hour that counts. A full hour has twelve; an hour at the edge of the window may have fewer. */
const HOUR_SAMPLES_MIN = 4;
/** If the first sample is later than this after the window's start, the run began inside the window. */
const EDGE_MS = 15 * 60_000;

export interface MemorySample {
  readonly atMs: number;
  /** Incarnation of the process; '' if not reported. */
  readonly incarnation: string;
  readonly rssBytes: number;
  readonly sessions: number;
}

/** Returns the trend of a node's samples, oldest first. `cloudSessions`: load for nodes without sessions. */
export function memoryTrend(
  samples: readonly MemorySample[],
  cloudSessions: (atMs: number) => number,
): MemoryTrend | undefined {
  const run = settled(lastRun(samples));
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const hours = (last.atMs - first.atMs) / HOUR_MS;
  if (hours < HOURS_MIN) return undefined;
  // Quarters and hours are counted back from the newest sample, and the oldest group comes first.
  const groups = (stepMs: number, min: number): Group[] =>
    [...Map.groupBy(run, ({ atMs }) => Math.floor((last.atMs - atMs) / stepMs)).values()].filter(
      ({ length }) => length >= min,
    );
  const quarters = groups(QUARTER_MS, 1);
  const eachHour = groups(HOUR_MS, HOUR_SAMPLES_MIN);
  const hoursOf = (group: Group): number => meanOf(group.map(({ atMs }) => atMs - first.atMs)) / HOUR_MS;
  const slopeOf = (figures: readonly number[]): number =>
    theilSen(quarters.map((group, at) => ({ x: hoursOf(group), y: figures[at] ?? 0 }))) ?? 0;
  const bytesPerHour = slopeOf(quarters.map(rssOf));
  const steps = eachHour.slice(1).map((group, at) => rssOf(group) - rssOf(eachHour[at]));
  const loads = loadsOf(run, quarters, cloudSessions);
  // Memory of ended sessions may be returned late or never, so the largest number of sessions so far counts, too.
  const most = loads.map((_, at) => Math.max(...loads.slice(0, at + 1)));
  const shareOf = (figures: readonly number[]): number => slopeOf(figures) / Math.max(1, figures.at(-1) ?? 0);
  return {
    bytesPerHour,
    risingShare: steps.filter((step) => step > Math.max(0, bytesPerHour) / 2).length / Math.max(1, steps.length),
    hours,
    rssBytes: rssOf(quarters.at(-1)),
    loadPerHour: Math.max(shareOf(loads), shareOf(most)),
  };
}

type Group = readonly MemorySample[];

const rssOf = (group: Group = []): number => medianOf(group.map(({ rssBytes }) => rssBytes)) ?? 0;

/** Returns the load of each group; a node without sessions gets the load of the cloud. */
function loadsOf(run: Group, quarters: readonly Group[], cloudSessions: (atMs: number) => number): number[] {
  const hasOwn = run.some(({ sessions }) => sessions > 0);
  const loadOf = ({ atMs, sessions }: MemorySample): number => (hasOwn ? sessions : cloudSessions(atMs));
  return quarters.map((group) => medianOf(group.map(loadOf)) ?? 0);
}

function lastRun(samples: readonly MemorySample[]): readonly MemorySample[] {
  let from = samples.length - 1;
  for (; from > 0; from -= 1) {
    const [before, after] = [samples[from - 1], samples[from]];
    if (before === undefined || after === undefined) break;
    const isKnown = before.incarnation !== '' && after.incarnation !== '';
    if (isKnown ? before.incarnation !== after.incarnation : after.rssBytes < RESTART_SHARE * before.rssBytes) break;
  }
  return samples.slice(Math.max(0, from));
}

/** Drops everything before the window, and the warm-up if the run began inside it. */
function settled(run: readonly MemorySample[]): readonly MemorySample[] {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return run;
  const windowMs = last.atMs - MEMORY_WINDOW_MS;
  const fromMs = first.atMs > windowMs + EDGE_MS ? first.atMs + WARM_UP_MS : windowMs;
  return run.filter(({ atMs }) => atMs >= fromMs);
}
