// Light in fibre travels 200 km a ms: a round trip below 2 d / 200 shows that the client is not where the database puts it.
import { ANYWHERE_KM, distanceKm, type Point } from '@meridian/protocol';
import type { ClientPlace, TimedSite } from '../ingress/belief.ts';

export const FIBRE_KM_PER_MS = 200;

/** The place as far as the timings allow: a disproved one says nothing any more. The radius a database claims is taken at its word. */
export function notDisproved(place: ClientPlace, sites: readonly Point[], timed: readonly TimedSite[]): ClientPlace {
  const isImpossible = timed.some(({ site, rttMs }) => {
    const at = sites[site];
    return at !== undefined && (distanceKm(place, at) - place.radiusKm) * 2 > rttMs * FIBRE_KM_PER_MS;
  });
  return isImpossible ? { ...place, radiusKm: ANYWHERE_KM } : place;
}
