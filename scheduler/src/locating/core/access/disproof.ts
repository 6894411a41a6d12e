// Light in fibre travels 200 km a ms: a round trip below 2 d / 200 shows that the client is not where the database puts
// it.
import { ANYWHERE_KM, distanceKm, type Point } from '@meridian/protocol';
import type { ClientPlace, TimedSite } from '../ingress/belief.ts';

export const FIBRE_KM_PER_MS = 200;

/**
 * Whether light contradicts a client's own claim about a site. The claim is checked against round trips that signaling
 * nodes measured (the path from site to site over the client is no shorter than the straight line) or, without any,
 * against the database's place.
 */
export function isContradicted(
  claim: TimedSite,
  o: { sites: readonly Point[]; proven: readonly TimedSite[]; place: ClientPlace | undefined },
): boolean {
  const at = o.sites[claim.site];
  if (at === undefined) return true;
  const { place, proven, sites } = o;
  if (proven.length === 0) return place !== undefined && notDisproved(place, sites, [claim]) !== place;
  return proven.some((other) => cannotBoth(sites, claim, other));
}

/** Figure of a site from few customers: the least of `figuresMs`. */
export interface Attested extends TimedSite {
  readonly figuresMs: readonly number[];
}

/**
 * Returns the sites whose figures stand. A site falls when light contradicts it by another site that as many or more
 * customers attest, or that enough agree on (`agreed`). A customer opposes a site when its figure at the other site is
 * too small. So a receipt that a client forged cannot displace figures of two customers.
 */
export function uncontradicted<Site extends Attested>(
  thinSites: readonly Site[],
  agreed: readonly TimedSite[],
  sites: readonly Point[],
): Site[] {
  const opposingFigures = (one: Attested, against: TimedSite): number =>
    one.figuresMs.filter((rttMs) => cannotBoth(sites, { site: one.site, rttMs }, against)).length;
  return thinSites.filter((candidate) => {
    if (agreed.some((other) => cannotBoth(sites, candidate, other))) return false;
    return !thinSites.some(
      (other) =>
        cannotBoth(sites, candidate, other) && opposingFigures(other, candidate) >= opposingFigures(candidate, other),
    );
  });
}

/** The path from site to site over the client is no shorter than the straight line. */
function cannotBoth(sites: readonly Point[], timedSite: TimedSite, otherSite: TimedSite): boolean {
  const [a, b] = [sites[timedSite.site], sites[otherSite.site]];
  return (
    a !== undefined && b !== undefined && distanceKm(a, b) * 2 > (timedSite.rttMs + otherSite.rttMs) * FIBRE_KM_PER_MS
  );
}

/** Turns a disproved place into one without information. The database's radius is taken as exact. */
export function notDisproved(place: ClientPlace, sites: readonly Point[], timed: readonly TimedSite[]): ClientPlace {
  const isImpossible = timed.some(({ site, rttMs }) => {
    const at = sites[site];
    return at !== undefined && (distanceKm(place, at) - place.radiusKm) * 2 > rttMs * FIBRE_KM_PER_MS;
  });
  return isImpossible ? { ...place, radiusKm: ANYWHERE_KM } : place;
}
