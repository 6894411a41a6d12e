// Belief of a client's round trip to every site, from a database's place and a few timed sites. Mean and deviation: two
// kinds of evidence combine as Gaussians, weighted by 1 / variance.
// - Geography: the great circle's estimate; the wider the database's radius, the less it counts.
// - Triangulation: a site timed at r ms that lies d ms (measured between hosts) from another site bounds the other's
//   round trip to |d − r| … d + r, if the triangle holds. The middle of this range, max(d, r), has half its width as
//   deviation: near timed sites say much, far sites nothing (Hotz' metric; Guyton and Schwartz, SIGCOMM 1995, "Locating
//   nearby copies"). Floor: the largest |d − r|. A site with a low floor sees the timed sites as the client does, so
//   the client may well be beside it, whatever the database says: the floor finds clients that the database puts into a
//   wrong country. About one triple in twenty breaks the triangle, so a belief proposes what to time and never decides
//   alone. On measured data with five timed sites the median error of the other sites' means is 2.5 ms, the 90th
//   percentile 40 ms.
import { assert, distanceKm, estimatedRttMs, type Point } from '@meridian/protocol';

/** Sites that take clients, and the round trips between them (site × sites + site; NaN where not measured). */
export interface IngressMap {
  readonly sites: readonly Point[];
  readonly rttMs: Float64Array;
}

export interface ClientPlace extends Point {
  /** Radius that the database claims; 0 when the place is certain. */
  readonly radiusKm: number;
}

export interface TimedSite {
  readonly site: number;
  readonly rttMs: number;
}

/** Belief by site. A timed site has its own figure and the deviation of a single timing. */
export interface AccessBelief {
  readonly meanMs: Float64Array;
  readonly sdMs: Float64Array;
  /** Lower bound of each site's round trip that the timings allow. */
  readonly floorMs: Float64Array;
}

export interface Belief extends AccessBelief {
  /** Sites, timed sites first, each part by its mean: a measurement goes before any guess. */
  readonly order: readonly number[];
  readonly timed: ReadonlySet<number>;
}

/** Deviation of a timed site: the jitter of a quiet line. */
export const TIMED_SD_MS = 1;
/** The geographic estimate's median relative error is 16 %, but the tail is long (p90 56 %). */
const GEOGRAPHY_SD_SHARE = 0.4;
/** Deviation of the geographic estimate for each km of the database's radius. */
const RADIUS_SD_MS_PER_KM = 0.0155;
/** Deviation that remains when both sides of the triangle are known: last miles and different exits. */
const TRIANGLE_SD_MS_MIN = 2;

/** Returns the belief about a client. When a site was timed several times, the last timing counts. */
export function accessBelief(map: IngressMap, client: ClientPlace, timed: readonly TimedSite[]): AccessBelief {
  const count = map.sites.length;
  assert(map.rttMs.length === count * count, `${map.rttMs.length} round trips between ${count} sites`);
  const meanMs = new Float64Array(count);
  const sdMs = new Float64Array(count);
  const floorMs = new Float64Array(count);
  const rttBySite = new Map(timed.map(({ site, rttMs }) => [site, rttMs]));
  for (const [site, place] of map.sites.entries()) {
    const timedMs = rttBySite.get(site);
    if (timedMs !== undefined) {
      meanMs[site] = timedMs;
      sdMs[site] = TIMED_SD_MS;
      floorMs[site] = timedMs;
      continue;
    }
    const priorMs = estimatedRttMs(distanceKm(client, place));
    const priorSdMs = GEOGRAPHY_SD_SHARE * priorMs + RADIUS_SD_MS_PER_KM * client.radiusKm;
    let weight = 1 / priorSdMs ** 2;
    let sum = weight * priorMs;
    for (const [anchor, rttMs] of rttBySite) {
      const apartMs = map.rttMs[anchor * count + site] ?? Number.NaN;
      if (!(apartMs >= 0)) continue;
      const sd = Math.min(apartMs, rttMs) + TRIANGLE_SD_MS_MIN;
      weight += 1 / sd ** 2;
      sum += Math.max(apartMs, rttMs) / sd ** 2;
      floorMs[site] = Math.max(floorMs[site] ?? 0, Math.abs(apartMs - rttMs));
    }
    meanMs[site] = sum / weight;
    sdMs[site] = Math.sqrt(1 / weight);
  }
  return { meanMs, sdMs, floorMs };
}

export function orderedBelief(map: IngressMap, client: ClientPlace, timed: readonly TimedSite[]): Belief {
  const belief = accessBelief(map, client, timed);
  const timedSites = new Set(timed.map(({ site }) => site));
  const byMean = (a: number, b: number): number => (belief.meanMs[a] ?? 0) - (belief.meanMs[b] ?? 0) || a - b;
  const sites = [...map.sites.keys()];
  const order = [
    ...sites.filter((site) => timedSites.has(site)).sort(byMean),
    ...sites.filter((site) => !timedSites.has(site)).sort(byMean),
  ];
  return { ...belief, order, timed: timedSites };
}

/** Returns an optimistic round trip to rank sites: half-way from mean to floor; for a timed site its figure. */
export function hopefulMs(belief: AccessBelief, site: number): number {
  return ((belief.meanMs[site] ?? 0) + (belief.floorMs[site] ?? 0)) / 2;
}

/** Returns the mean less three deviations, to weigh a site against the room. Negative: nothing is known. */
export function boldMs(belief: AccessBelief, site: number): number {
  return (belief.meanMs[site] ?? 0) - 3 * (belief.sdMs[site] ?? 0);
}
