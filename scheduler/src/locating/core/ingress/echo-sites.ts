// Chooses the five sites (`echoSitesMax`) that a client times: four follow the belief and the fifth explores (VIA's
// general exploration; five because probing the five nearest by geography finds the best site for 94 % of users, and a
// sixth finds little more). At first the explorer is a well connected site among the others, which changes with every
// turn: a client far from everything is often nearer, in the network, to a hub than to the next city on the map. Once
// there are timings, the belief's optimistic figures lead to sites that geography never proposed.
import { limits } from '@meridian/protocol';
import type { AccessBelief, IngressMap } from './belief.ts';
import { hopefulMs } from './belief.ts';

/**
 * Returns sites to time, the best by belief first; fewer than five when there are no more. `timed`: sites already timed
 * for this prefix, of which only the best is timed again, and `check`, if given. `turn` counts the sessions of the
 * prefix.
 */
export function echoSites(
  map: IngressMap,
  belief: AccessBelief,
  timed: ReadonlySet<number>,
  turn: number,
  check?: number,
): number[] {
  const allSites = [...map.sites.keys()];
  const byMean = [...allSites].sort((a, b) => (belief.meanMs[a] ?? 0) - (belief.meanMs[b] ?? 0) || a - b);
  const chosen = byMean.slice(0, 1);
  if (check !== undefined && !chosen.includes(check)) chosen.push(check);
  const untimedSites = byMean.filter((site) => !timed.has(site) && !chosen.includes(site));
  const promising =
    timed.size === 0
      ? untimedSites
      : [...untimedSites].sort((a, b) => hopefulMs(belief, a) - hopefulMs(belief, b) || a - b);
  chosen.push(...promising.slice(0, limits.echoSitesMax - 1 - chosen.length));
  const remainingSites = untimedSites.filter((site) => !chosen.includes(site));
  const remoteMs = new Map(remainingSites.map((site) => [site, meanRttMs(map, site) + (belief.meanMs[site] ?? 0)]));
  const explorers = remainingSites.sort((a, b) => (remoteMs.get(a) ?? 0) - (remoteMs.get(b) ?? 0) || a - b);
  const explorer =
    explorers[timed.size === 0 ? turn % Math.max(1, Math.min(explorers.length, limits.echoSitesMax)) : 0];
  if (explorer !== undefined) chosen.push(explorer);
  return chosen;
}

function meanRttMs(map: IngressMap, site: number): number {
  const count = map.sites.length;
  let [sum, known] = [0, 0];
  for (let other = 0; other < count; other += 1) {
    const rttMs = map.rttMs[site * count + other] ?? Number.NaN;
    if (other === site || !(rttMs >= 0)) continue;
    sum += rttMs;
    known += 1;
  }
  return known > 0 ? sum / known : Number.POSITIVE_INFINITY;
}
