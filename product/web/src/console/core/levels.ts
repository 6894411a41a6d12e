import { type Strength, type StrengthCounts, strengths, type WorldLink, type WorldSite } from './types.ts';

/** `broken`: no traffic passes. `unknown`: not measured. */
export type LinkLevel = 'good' | 'fair' | 'bad' | 'broken' | 'unknown';

/**
 * Round trips: ITU-T G.114 finds 150 ms one way (300 ms back and forth) good for a conversation, with 100 ms of it for
 * capture, coding and play-out at both ends. Loss: half a per cent is inaudible with concealment (ITU-T G.113), two
 * cost a point of the E-model's scale.
 */
export const linkThresholds = { fairRttMs: 200, badRttMs: 300, fairLoss: 0.005, badLoss: 0.02 } as const;
/** Load of the fullest node: above the first value, placement prefers other nodes (scheduler: 75 %). */
export const loadThresholds = { fair: 0.75, bad: 0.9 } as const;

export function linkLevel({ isReachable, rttMs, loss }: Pick<WorldLink, 'isReachable' | 'rttMs' | 'loss'>): LinkLevel {
  if (!isReachable) return 'broken';
  if (rttMs === undefined && loss === undefined) return 'unknown';
  const { fairRttMs, badRttMs, fairLoss, badLoss } = linkThresholds;
  if ((rttMs ?? 0) >= badRttMs || (loss ?? 0) >= badLoss) return 'bad';
  return (rttMs ?? 0) >= fairRttMs || (loss ?? 0) >= fairLoss ? 'fair' : 'good';
}

export type SiteLevel = 'good' | 'fair' | 'bad' | 'dead';

/** A site whose nodes are all dead has no load. */
export function siteLevel({ nodesAlive, load }: Pick<WorldSite, 'nodesAlive' | 'load'>): SiteLevel {
  if (nodesAlive === 0) return 'dead';
  return load >= loadThresholds.bad ? 'bad' : load >= loadThresholds.fair ? 'fair' : 'good';
}

/** Returns a line width of 0.75 to 4 px: eight times the sessions add one pixel. */
export const linkWidth = (sessions: number): number => Math.min(4, 0.75 + Math.log2(1 + Math.max(0, sessions)) / 3);
/** Returns a radius of 5 to 12 px that grows with the square root of the sessions. */
export const siteRadius = (sessions: number): number => Math.min(12, 5 + Math.sqrt(Math.max(0, sessions)) / 9);
/** Returns a radius of 4 to 22 px that grows with the square root of the people. */
export const placeRadius = (people: number): number => Math.min(22, 4 + Math.sqrt(Math.max(0, people)) / 2);

/** Distance from a site's mark to the ring of people in its city. It leaves room for the ring of a drain. */
const RING_PX = 6;

/** Returns the smallest radius at which no site at the point hides a ring; 0 if there is none. */
export function ringAround(
  at: { readonly x: number; readonly y: number },
  sites: readonly { readonly at: { readonly x: number; readonly y: number }; readonly radius: number }[],
): number {
  let least = 0;
  for (const site of sites) {
    const apart = Math.hypot(site.at.x - at.x, site.at.y - at.y);
    if (apart < site.radius) least = Math.max(least, apart + site.radius + RING_PX);
  }
  return least;
}

/** Returns the factor by which marks shrink or grow. `widthPx`: drawn width of the world. */
export const markScale = (widthPx: number): number => Math.min(1.2, Math.max(0.5, Math.sqrt(widthPx / 1300)));

export const peopleOf = (counts: StrengthCounts): number => strengths.reduce((sum, one) => sum + counts[one], 0);

export const addCounts = (one: StrengthCounts, other: StrengthCounts): StrengthCounts => ({
  strong: one.strong + other.strong,
  medium: one.medium + other.medium,
  weak: one.weak + other.weak,
  unknown: one.unknown + other.unknown,
});

export const noCounts: StrengthCounts = { strong: 0, medium: 0, weak: 0, unknown: 0 };

export interface Arc {
  readonly strength: Strength;
  /** Start of the arc in turns, clockwise from the top. */
  readonly from: number;
  readonly to: number;
}

/** Returns the arcs of a ring by strength, weak first; empty without people. */
export function arcsOf(counts: StrengthCounts): readonly Arc[] {
  const total = peopleOf(counts);
  let from = 0;
  return (['weak', 'medium', 'unknown', 'strong'] as const).flatMap((strength) => {
    if (counts[strength] === 0) return [];
    const to = from + counts[strength] / total;
    const arc = { strength, from, to };
    from = to;
    return [arc];
  });
}
