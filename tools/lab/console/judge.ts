// What the console's lab must find. Pure.
import { percentile } from '../../support/case.ts';

/** What was measured of one thing at a time, in ms since the sessions were there. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface Smoothness {
  /** Of 95 in 100 pictures of the page at least so many would fit in a second. */
  readonly framesPerSecondP5: number;
  readonly longestGapMs: number;
}

export interface Found {
  readonly smoothness?: Smoothness | undefined;
  readonly heapGrowth: number;
  readonly rssGrowth: number;
  /** Since the kernel took no more for it; NaN: it was not cut. */
  readonly unreadCutSeconds: number;
  readonly intakeCpuShare: number;
  /** NaN: it was not seen. */
  readonly secondsToSee: Readonly<Record<string, number>>;
}

export const aims = {
  framesPerSecondP5: 30,
  growthMax: 0.1,
  unreadCutSeconds: 30,
  /** Of a core, per 1,000 sessions. */
  intakeCpuShare: 0.01,
} as const;
/** Caches fill and code is compiled before. */
export const SETTLED_AFTER_MS = 180_000;
/** Of a series, how many of its first and last samples are compared: single ones depend on when garbage went. */
const COMPARED = 3;

/** Times of pictures of a page, in ms. */
export function smoothnessOf(timesMs: readonly number[]): Smoothness {
  const gaps = timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? 0));
  return { framesPerSecondP5: 1000 / percentile(gaps, 0.95), longestGapMs: Math.max(0, ...gaps) };
}

/**
 * Growth of the smallest of the last samples over the smallest of the first after three minutes; NaN: too few samples
 * to say.
 */
export function growthOf(samples: readonly Sample[]): number {
  const settled = samples.filter(({ atMs }) => atMs >= SETTLED_AFTER_MS).map(({ bytes }) => bytes);
  if (settled.length < 2 * COMPARED) return Number.NaN;
  return Math.min(...settled.slice(-COMPARED)) / Math.min(...settled.slice(0, COMPARED)) - 1;
}

/** The last sample up to so many minutes; NaN: there was none so late. */
export function atMinute(samples: readonly Sample[], minute: number): number {
  const last = samples.findLast(({ atMs }) => atMs <= minute * 60_000);
  const reached = samples.at(-1)?.atMs ?? 0;
  return last === undefined || reached < (minute - 1) * 60_000 ? Number.NaN : last.bytes;
}

/** Aims that were missed, in words. What was not measured (NaN of a growth) misses nothing. */
export function missedOf(found: Found): string[] {
  const { smoothness, heapGrowth, rssGrowth, unreadCutSeconds, intakeCpuShare } = found;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const missed: string[] = [];
  if (smoothness !== undefined && !(smoothness.framesPerSecondP5 >= aims.framesPerSecondP5))
    missed.push(`${smoothness.framesPerSecondP5.toFixed(1)} frames/s p5, aim ${aims.framesPerSecondP5}`);
  for (const [what, growth] of Object.entries({
    'the page grew': heapGrowth,
    'the api grew': rssGrowth,
  }))
    if (growth > aims.growthMax) missed.push(`${what} by ${percent(growth)}, aim ${percent(aims.growthMax)}`);
  if (!(unreadCutSeconds <= aims.unreadCutSeconds))
    missed.push(
      `a client that does not read was cut after ${unreadCutSeconds.toFixed(1)} s, aim ${aims.unreadCutSeconds} s`,
    );
  if (!(intakeCpuShare <= aims.intakeCpuShare))
    missed.push(
      `intake takes ${percent(intakeCpuShare)} of a core per 1,000 sessions, aim ${percent(aims.intakeCpuShare)}`,
    );
  for (const [what, seconds] of Object.entries(found.secondsToSee))
    if (Number.isNaN(seconds)) missed.push(`${what} was not seen on the map`);
  return missed;
}
