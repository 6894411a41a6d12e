// How many caches of a site should have a content, before its next viewers are led there.

/** What is counted of starts, in two sketches. */
export interface Starts {
  /** Of the sketch with the short half-life: starts, each half of it for every half-life since. */
  readonly fast: number;
  readonly fastHalfLifeMs: number;
  /** The same of that with the long one. */
  readonly slow: number;
  readonly slowHalfLifeMs: number;
}

/** A content that was asked for once in an hour and twice in a minute has not grown a hundredfold. */
const GROWTH_MAX = 4;
const MINUTE_MS = 60_000;

/** Starts in a minute, as a count with this half-life has them when they come evenly. */
export const perMinuteOf = (count: number, halfLifeMs: number): number => (count * Math.LN2 * MINUTE_MS) / halfLifeMs;

/** How much more starts there are than lately: from 1, also for what goes down, to `GROWTH_MAX`. */
export function growthOf({ fast, fastHalfLifeMs, slow, slowHalfLifeMs }: Starts): number {
  const [now, lately] = [perMinuteOf(fast, fastHalfLifeMs), perMinuteOf(slow, slowHalfLifeMs)];
  if (!(now > lately)) return 1;
  return Math.min(GROWTH_MAX, now / lately);
}

/** Viewers to come within `horizonMs`, if starts go on growing as they do. */
export const comingOf = (starts: Starts, horizonMs: number): number =>
  (perMinuteOf(starts.fast, starts.fastHalfLifeMs) * growthOf(starts) * horizonMs) / MINUTE_MS;

/** A cache of a site. */
export interface SiteEdge {
  /** Viewers that it has. */
  readonly load: number;
  /** Viewers at once. */
  readonly capacity: number;
}

/**
 * How many caches of a site will be given viewers of a content, when `coming` more of them come: the first ones of
 * `site`, which is in the order in which the content goes to them. Each takes viewers up to its bound, which is
 * `loadFactor` times what all of the site have in the mean by capacity, as consistent hashing with bounded loads leads
 * them, and never above its capacity. At least 1; 0 where there is none.
 */
export function copiesOf(site: readonly SiteEdge[], coming: number, loadFactor: number): number {
  const viewers = site.reduce((sum, { load }) => sum + load, coming);
  const capacity = site.reduce((sum, edge) => sum + edge.capacity, 0);
  let left = coming;
  let copies = 0;
  for (const edge of site) {
    if (copies > 0 && left <= 0) break;
    const bound = Math.min(edge.capacity, Math.ceil((loadFactor * viewers * edge.capacity) / capacity));
    left -= Math.max(0, bound - edge.load);
    copies += 1;
  }
  return copies;
}
