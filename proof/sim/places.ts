// Where the simulated cloud has machines, by rules that know coordinates and population alone: never a name, never a
// country. Another data set gives another cloud by the same rules.
import { distanceKm, type Point } from '@meridian/protocol';
import type { Site } from './geography.ts';

/** Regions are as wide as a continent's half: cities farther than this from their region's centre start a new one. */
const REGION_RADIUS_KM = 3500;

/**
 * Sites that get machines: greedy k-median. One after the other the site is taken that brings all people nearest (Σ
 * people × great-circle km to the nearest taken site is least); of equals the first. Within 1 − 1/e of the best choice
 * for what is saved (Nemhauser et al. 1978).
 */
export function chooseCities(sites: readonly Site[], count: number): number[] {
  const chosen: number[] = [];
  const nearestKm = sites.map(() => 20_015);
  const km = sites.map((a) => sites.map((b) => distanceKm(a, b)));
  while (chosen.length < Math.min(count, sites.length)) {
    let best = { index: -1, savedKm: Number.NEGATIVE_INFINITY };
    for (let index = 0; index < sites.length; index += 1) {
      if (chosen.includes(index)) continue;
      let savedKm = 0;
      for (const [at, site] of sites.entries())
        savedKm += site.people * Math.max(0, (nearestKm[at] ?? 0) - (km[index]?.[at] ?? 0));
      if (savedKm > best.savedKm) best = { index, savedKm };
    }
    chosen.push(best.index);
    for (const at of sites.keys()) nearestKm[at] = Math.min(nearestKm[at] ?? 0, km[best.index]?.[at] ?? 0);
  }
  return chosen;
}

/**
 * Region of each city: farthest-point clustering (Gonzalez 1985). The first city starts the first region; as long as a
 * city is more than 3,500 km from every centre, the farthest starts the next; each belongs to the nearest centre.
 */
export function regionsOf(cities: readonly Point[]): number[] {
  const first = cities[0];
  if (first === undefined) return [];
  const centres: Point[] = [first];
  const gapKm = (city: Point): number => Math.min(...centres.map((centre) => distanceKm(city, centre)));
  for (;;) {
    const farthest = cities.reduce((far, city) => (gapKm(city) > gapKm(far) ? city : far), first);
    if (gapKm(farthest) <= REGION_RADIUS_KM) break;
    centres.push(farthest);
  }
  return cities.map((city) => nearestIndex(city, centres));
}

/** Index of the nearest of some places by great circle; the first of equals, -1 of none. */
export function nearestIndex(from: Point, places: readonly Point[]): number {
  let best = { index: -1, km: Number.POSITIVE_INFINITY };
  for (const [index, place] of places.entries()) {
    const km = distanceKm(from, place);
    if (km < best.km) best = { index, km };
  }
  return best.index;
}
