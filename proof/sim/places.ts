// Chooses the cities of the simulated cloud by coordinates and population alone, so that the same rules hold for any
// data set.
import { distanceKm } from '@meridian/protocol';
import type { Site } from './geography.ts';

/**
 * Returns the sites that get machines, by greedy k-median: each step adds the site that most reduces Σ people ×
 * great-circle km to the nearest chosen site; among equals the first. The reduction is at least 1 − 1/e of that of the
 * best choice (Nemhauser et al. 1978).
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
