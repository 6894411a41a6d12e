// Locates a client by its named city (development only), its address or, without both, its signaling node.
import { ANYWHERE_KM, distanceKm, limits, MeridianError, nodeKind, type Point } from '@meridian/protocol';
import { cityOf } from '@meridian/protocol/cities';
import { type NodeDescription, type NodeRecord, publicState, siteKeyOf } from '../fleet/core/node.ts';
import type { Location } from './core/location.ts';
import type { Geo } from './geo.ts';

/** Limit of nodes offered to a client, which times them all and opens the best three. */
const NODES_MAX = limits.echoSitesMax;

export interface Located {
  readonly location: Location;
  readonly reason: string;
}

export class Locator {
  readonly #geo: Geo;
  readonly #developmentCities: boolean;
  /** Reasons by source, cached because they repeat for every client; there are a handful of sources. */
  readonly #reasonBySource = new Map<string, string>();

  constructor(o: { geo: Geo; developmentCities: boolean }) {
    this.#geo = o.geo;
    this.#developmentCities = o.developmentCities;
  }

  asnOf(ip: string): number | undefined {
    return this.#geo.asnOf?.(ip);
  }

  /** Always returns a place. Throws CITY_UNKNOWN for an unknown city when cities may be named. */
  locate(o: { clientIp: string; fromCity: string }, signalingNode: NodeDescription): Located {
    if (o.fromCity !== '' && this.#developmentCities) return namedCity(o.fromCity);
    const ignoredText = o.fromCity === '' ? '' : '; the city it named was ignored (development only)';
    const place = this.#geo.locate(o.clientIp);
    if (place !== undefined) {
      const reason = this.#reasonOf(place.source);
      return { location: place, reason: ignoredText === '' ? reason : reason + ignoredText };
    }
    const location: Location = {
      latitude: signalingNode.latitude,
      longitude: signalingNode.longitude,
      radiusKm: ANYWHERE_KM,
      source: 'none',
      label: signalingNode.city,
      countryCode: '',
    };
    return {
      location,
      reason: `the address says nothing, so the place of its signaling node ${signalingNode.nodeId} stands in${ignoredText}`,
    };
  }

  #reasonOf(source: string): string {
    let reason = this.#reasonBySource.get(source);
    if (reason === undefined) {
      reason = `the address is known to ${source}`;
      this.#reasonBySource.set(source, reason);
    }
    return reason;
  }
}

function namedCity(text: string): Located {
  const city = cityOf(text);
  if (city === undefined) throw new MeridianError('CITY_UNKNOWN', `there is no city ${text.slice(0, 64)}`);
  const { latitude, longitude, nameEn, countryCode } = city;
  const location = { latitude, longitude, radiusKm: 0, source: 'city', label: nameEn, countryCode };
  return { location, reason: 'the city was named by the client (development)' };
}

/**
 * Returns at most five signaling nodes to try: for each of these sites in order, the node with the fewest clients; then
 * a node of each of the cities nearest to `from`; then second nodes. Nodes that are not alive are left out, unless none
 * is alive.
 */
export function signalingNodesToOffer(
  siteKeys: readonly string[],
  from: Point,
  records: readonly NodeRecord[],
): string[] {
  const byCity = signalingNodesByCity(records);
  const ids = new Set<string>();
  for (const key of siteKeys) {
    const first = byCity.get(key)?.[0];
    if (first !== undefined) ids.add(first.description.nodeId);
  }
  if (ids.size < NODES_MAX) for (const nodeId of nearestNodes(byCity, from)) ids.add(nodeId);
  return [...ids].slice(0, NODES_MAX);
}

function signalingNodesByCity(records: readonly NodeRecord[]): Map<string, NodeRecord[]> {
  const signalingNodes = records.filter(
    (record) => record.description.kind === nodeKind.signaling && record.liveness !== 'dead',
  );
  const alive = signalingNodes.filter((record) => publicState(record) === 'alive');
  const byCity = new Map<string, NodeRecord[]>();
  for (const signalingNode of alive.length > 0 ? alive : signalingNodes) {
    const key = siteKeyOf(signalingNode.description.region, signalingNode.description.city);
    const instances = byCity.get(key);
    if (instances === undefined) byCity.set(key, [signalingNode]);
    else instances.push(signalingNode);
  }
  for (const instances of byCity.values()) instances.sort((a, b) => a.load.sessions - b.load.sessions);
  return byCity;
}

/** Returns a node of each of the nearest cities, then second nodes. */
function nearestNodes(byCity: ReadonlyMap<string, readonly NodeRecord[]>, from: Point): string[] {
  const cities = [...byCity.values()]
    .map((instances) => ({
      instances,
      km: Math.min(...instances.map((signalingNode) => distanceKm(from, signalingNode.description))),
    }))
    .sort((a, b) => a.km - b.km)
    .slice(0, NODES_MAX);
  const ids: string[] = [];
  for (let round = 0; ids.length < NODES_MAX; round += 1) {
    const nodesOfRound = cities
      .map((city) => city.instances[round])
      .filter((signalingNode) => signalingNode !== undefined);
    if (nodesOfRound.length === 0) break;
    ids.push(...nodesOfRound.map((signalingNode) => signalingNode.description.nodeId));
  }
  return ids;
}
