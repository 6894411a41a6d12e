import type { QualityPoint, Strength, TimelineEvent } from '../../types.ts';

/** Charts in display order, each with its measures. */
export const charts = {
  delay: ['rttMs', 'jitterMs'],
  loss: ['inboundLoss', 'outboundLoss'],
  gaps: ['freezeShare', 'concealed'],
  rate: ['receivedBps', 'sentBps'],
  picture: ['receivedHeight', 'sentHeight'],
  frames: ['receivedFps', 'layer'],
} as const;
export type ChartName = keyof typeof charts;
export type Measure = (typeof charts)[ChartName][number];
export const chartNames = Object.keys(charts) as readonly ChartName[];
export const measures: readonly Measure[] = chartNames.flatMap((name) => charts[name]);

export interface Series {
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly values: Readonly<Record<Measure, readonly (number | null)[]>>;
  /** Point of each time; undefined in a gap. */
  readonly points: readonly (QualityPoint | undefined)[];
}

/** Distance of two neighbouring points, in steps, above which there is a gap: a point may be late by half a step. */
const GAP_STEPS = 1.5;

/** Returns the points sorted by time, with gaps where points are missing. Among equal times the last point counts. */
export function seriesOf(points: readonly QualityPoint[], stepS: number): Series {
  const byTime = new Map(points.map((point) => [Date.parse(point.at), point]));
  const sorted = [...byTime].filter(([atMs]) => !Number.isNaN(atMs)).sort(([a], [b]) => a - b);
  const times: number[] = [];
  const found: (QualityPoint | undefined)[] = [];
  for (const [atMs, point] of sorted) {
    const last = times.at(-1);
    const at = atMs / 1000;
    if (last !== undefined && at - last > stepS * GAP_STEPS) {
      times.push(last + stepS);
      found.push(undefined);
    }
    times.push(at);
    found.push(point);
  }
  const values = Object.fromEntries(
    measures.map((measure) => [measure, found.map((point) => measuredIn(point, measure, stepS) ?? null)]),
  ) as Record<Measure, (number | null)[]>;
  return { times, values, points: found };
}

export function measuredIn(point: QualityPoint | undefined, measure: Measure, stepS: number): number | undefined {
  if (point === undefined) return undefined;
  if (measure !== 'freezeShare') return point[measure];
  return point.freezeMs === undefined ? undefined : Math.min(1, point.freezeMs / (stepS * 1000));
}

export const drawnCharts = ({ values }: Series): readonly ChartName[] =>
  chartNames.filter((name) => charts[name].some((measure) => values[measure].some((value) => value !== null)));

/** Returns the index of the time nearest to `at`; -1 if there is none. */
export function nearestIndex(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length - 1];
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= at) low = middle;
    else high = middle;
  }
  return Math.abs((times[low] as number) - at) <= Math.abs((times[high] as number) - at) ? low : high;
}

const rank: Readonly<Record<Strength, number>> = { unknown: 0, strong: 1, medium: 2, weak: 3 };
/** Returns the weaker of two strengths; a measured strength wins over an unknown one. */
export const weaker = (a: Strength, b: Strength): Strength => (rank[a] >= rank[b] ? a : b);

/** Returns the share of each strength in the measured time; the sum is 1 (0 without points). */
export function strengthShares(points: readonly QualityPoint[]): Readonly<Record<Strength, number>> {
  const shares = { strong: 0, medium: 0, weak: 0, unknown: 0 };
  for (const { strength } of points) shares[strength] += 1 / points.length;
  return shares;
}

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly strength: Strength;
  /** Mean of each measure in the period; for losses and concealed sound the maximum. Absent without values. */
  readonly values: Readonly<Partial<Record<Measure, number>>>;
  readonly freezeMs: number;
  readonly events: readonly TimelineEvent[];
}

/** Maximum number of table rows. People do not read a longer table. */
const PERIODS_MAX = 60;
const MINUTE_S = 60;
const worst: ReadonlySet<Measure> = new Set<Measure>(['inboundLoss', 'outboundLoss', 'concealed']);

/**
 * Returns the length of a table row in seconds: one step; if that gives too many rows, whole minutes, or whole steps
 * when a step is longer than a minute.
 */
export function periodS(spanS: number, stepS: number): number {
  if (spanS / stepS <= PERIODS_MAX) return stepS;
  const unitS = Math.max(MINUTE_S, stepS);
  return Math.ceil(spanS / PERIODS_MAX / unitS) * unitS;
}

/** Merges points and events into periods of equal length, in order of time; drops empty periods. */
export function periodsOf(
  points: readonly QualityPoint[],
  events: readonly TimelineEvent[],
  stepS: number,
): readonly Period[] {
  // A point covers the step that ends at its time.
  const starts = points.map((point) => ({ atMs: Date.parse(point.at) - stepS * 1000, point }));
  const happened = events.map((event) => ({ atMs: Date.parse(event.at), event }));
  const all = [...starts, ...happened].map(({ atMs }) => atMs).filter((atMs) => !Number.isNaN(atMs));
  if (all.length === 0) return [];
  const [fromMs, toMs] = [Math.min(...all), Math.max(...all)];
  const lineMs = periodS((toMs - fromMs) / 1000 + stepS, stepS) * 1000;
  const lineOf = (atMs: number): number => Math.floor((atMs - fromMs) / lineMs);
  const rows = new Map<number, { points: QualityPoint[]; events: TimelineEvent[] }>();
  const periodAt = (at: number) => {
    const found = rows.get(at) ?? { points: [], events: [] };
    rows.set(at, found);
    return found;
  };
  for (const { atMs, point } of starts) if (!Number.isNaN(atMs)) periodAt(lineOf(atMs)).points.push(point);
  for (const { atMs, event } of happened) if (!Number.isNaN(atMs)) periodAt(lineOf(atMs)).events.push(event);
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, one]) => periodOf(one.points, one.events, fromMs + at * lineMs, lineMs, stepS));
}

function periodOf(
  points: readonly QualityPoint[],
  events: readonly TimelineEvent[],
  fromMs: number,
  lineMs: number,
  stepS: number,
): Period {
  const values: Partial<Record<Measure, number>> = {};
  for (const measure of measures) {
    const measured = points.flatMap((point) => measuredIn(point, measure, stepS) ?? []);
    if (measured.length === 0) continue;
    values[measure] = worst.has(measure)
      ? Math.max(...measured)
      : measured.reduce((sum, one) => sum + one, 0) / measured.length;
  }
  return {
    fromMs,
    toMs: fromMs + lineMs,
    strength: points.reduce<Strength>((last, { strength }) => weaker(last, strength), 'unknown'),
    values,
    freezeMs: points.reduce((sum, { freezeMs = 0 }) => sum + freezeMs, 0),
    events: [...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}
