// Computes how many caches of a site should hold a content before the next viewers are sent there.

export interface Starts {
  /** Numbers of starts that decay with a short (`fast`) and a long (`slow`) half-life. */
  readonly fast: number;
  readonly fastHalfLifeMs: number;
  readonly slow: number;
  readonly slowHalfLifeMs: number;
}

/** Bound of the growth: a content with one start in an hour and two in a minute has not grown a hundredfold. */
const GROWTH_MAX = 4;
const MINUTE_MS = 60_000;

/** Returns the starts per minute that a decayed count means when starts come evenly. */
export const perMinuteOf = (count: number, halfLifeMs: number): number => (count * Math.LN2 * MINUTE_MS) / halfLifeMs;

/** Returns how much the start rate has grown: 1 (also for a falling rate) to `GROWTH_MAX`. */
export function growthOf({ fast, fastHalfLifeMs, slow, slowHalfLifeMs }: Starts): number {
  const [now, lately] = [perMinuteOf(fast, fastHalfLifeMs), perMinuteOf(slow, slowHalfLifeMs)];
  if (!(now > lately)) return 1;
  return Math.min(GROWTH_MAX, now / lately);
}

/** Returns the viewers expected within `horizonMs` if starts keep growing at the present rate. */
export const expectedViewersOf = (starts: Starts, horizonMs: number): number =>
  (perMinuteOf(starts.fast, starts.fastHalfLifeMs) * growthOf(starts) * horizonMs) / MINUTE_MS;

/** Edge cache of a site: present and maximum number of viewers. */
export interface SiteEdge {
  readonly load: number;
  readonly capacity: number;
}

/**
 * Returns how many caches of a site get viewers of a content when further viewers arrive. `site` lists caches in the
 * content's order. By consistent hashing with bounded loads, a cache takes at most `loadFactor` times its share of the
 * site's viewers by capacity, and at most its capacity. The result is at least 1, or 0 for a site without caches.
 */
export function copiesOf(site: readonly SiteEdge[], newViewers: number, loadFactor: number): number {
  const viewers = site.reduce((sum, { load }) => sum + load, newViewers);
  const capacity = site.reduce((sum, edge) => sum + edge.capacity, 0);
  let remainingViewers = newViewers;
  let copies = 0;
  for (const edge of site) {
    if (copies > 0 && remainingViewers <= 0) break;
    const bound = Math.min(edge.capacity, Math.ceil((loadFactor * viewers * edge.capacity) / capacity));
    remainingViewers -= Math.max(0, bound - edge.load);
    copies += 1;
  }
  return copies;
}
