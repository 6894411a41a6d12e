// Light in fibre travels 200 km a ms: a round trip below 2 d / 200 shows that the client is not where the database puts
// it.
import { ANYWHERE_KM, distanceKm, type Point } from '@meridian/protocol';
import type { ClientPlace, TimedSite } from '../ingress/belief.ts';

export const FIBRE_KM_PER_MS = 200;

/**
 * Whether light contradicts a client's bare word about a site: with a round trip that a signaling node measured (the
 * path from the one site over the client to the other is no shorter than the straight one), or, where no signaling node
 * has measured any, with the place that a database gave.
 */
export function isContradicted(
  word: TimedSite,
  o: { sites: readonly Point[]; proven: readonly TimedSite[]; place: ClientPlace | undefined },
): boolean {
  const at = o.sites[word.site];
  if (at === undefined) return true;
  const { place, proven, sites } = o;
  if (proven.length === 0) return place !== undefined && notDisproved(place, sites, [word]) !== place;
  return proven.some((other) => cannotBoth(sites, word, other));
}

/** What few customers were measured at: the least of their figures, and all of them. */
export interface Attested extends TimedSite {
  readonly figuresMs: readonly number[];
}

/**
 * Of what few customers of a prefix were measured at, the sites that stand: none that light contradicts with another
 * site for which as many or more customers speak, or on which enough agree (`agreed`). A customer speaks against a site
 * when it was measured too near at the other one. So a receipt that one client forged does nothing against what two
 * were measured at.
 */
export function standing<Site extends Attested>(
  thin: readonly Site[],
  agreed: readonly TimedSite[],
  sites: readonly Point[],
): Site[] {
  const speakers = (one: Attested, against: TimedSite): number =>
    one.figuresMs.filter((rttMs) => cannotBoth(sites, { site: one.site, rttMs }, against)).length;
  return thin.filter((one) => {
    if (agreed.some((other) => cannotBoth(sites, one, other))) return false;
    return !thin.some((other) => cannotBoth(sites, one, other) && speakers(other, one) >= speakers(one, other));
  });
}

/** The path from the one site over the client to the other is no shorter than the straight one. */
function cannotBoth(sites: readonly Point[], one: TimedSite, other: TimedSite): boolean {
  const [a, b] = [sites[one.site], sites[other.site]];
  return a !== undefined && b !== undefined && distanceKm(a, b) * 2 > (one.rttMs + other.rttMs) * FIBRE_KM_PER_MS;
}

/**
 * The place as far as the timings allow: a disproved one says nothing any more. The radius a database claims is taken
 * at its word.
 */
export function notDisproved(place: ClientPlace, sites: readonly Point[], timed: readonly TimedSite[]): ClientPlace {
  const isImpossible = timed.some(({ site, rttMs }) => {
    const at = sites[site];
    return at !== undefined && (distanceKm(place, at) - place.radiusKm) * 2 > rttMs * FIBRE_KM_PER_MS;
  });
  return isImpossible ? { ...place, radiusKm: ANYWHERE_KM } : place;
}
