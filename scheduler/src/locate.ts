// Where a client is taken to be: the city it names (development only), its address, or, when neither says anything, where its door is.
import { MeridianError } from '@meridian/protocol';
import { cityOf } from './core/cities.ts';
import type { Location } from './core/decision-log.ts';
import { ANYWHERE_KM, distanceKm, type Point } from './core/geo.ts';
import { type NodeDescription, type NodeRecord, publicState } from './core/node.ts';
import type { Geo } from './ports.ts';

/** Cities offered to a client; it opens the best three. */
const CITIES_MAX = 5;

export interface Located {
  readonly location: Location;
  readonly reason: string;
}

export class Locator {
  readonly #geo: Geo;
  readonly #developmentCities: boolean;

  constructor(o: { geo: Geo; developmentCities: boolean }) {
    this.#geo = o.geo;
    this.#developmentCities = o.developmentCities;
  }

  /** Always an answer; throws CITY_UNKNOWN when cities may be named and this one does not exist. */
  locate(o: { clientIp: string; fromCity: string }, door: NodeDescription): Located {
    if (o.fromCity !== '' && this.#developmentCities) return namedCity(o.fromCity);
    const ignored = o.fromCity === '' ? '' : '; the city it named was ignored (development only)';
    const place = this.#geo.locate(o.clientIp);
    if (place !== undefined) return { location: place, reason: `the address is known to ${place.source}${ignored}` };
    const location: Location = {
      latitude: door.latitude,
      longitude: door.longitude,
      radiusKm: ANYWHERE_KM,
      source: 'none',
      label: door.city,
      countryCode: '',
    };
    return {
      location,
      reason: `the address says nothing, so the place of its door ${door.nodeId} stands in${ignored}`,
    };
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
 * Signalling instances to try, nearest first: one of each of the nearest five cities (the one with the fewest clients), then, while there
 * is room, second ones. Instances that are not alive are left out, unless none is.
 */
export function nearestDoors(from: Point, records: readonly NodeRecord[]): string[] {
  const doors = records.filter((record) => record.description.kind === 'signaling' && record.liveness !== 'dead');
  const alive = doors.filter((record) => publicState(record) === 'alive');
  const byCity = new Map<string, NodeRecord[]>();
  for (const door of alive.length > 0 ? alive : doors) {
    const { region, city } = door.description;
    const key = `${region}/${city}`;
    byCity.set(key, [...(byCity.get(key) ?? []), door]);
  }
  const cities = [...byCity.values()]
    .map((instances) => ({
      instances: instances.sort((a, b) => a.load.sessions - b.load.sessions),
      km: Math.min(...instances.map((door) => distanceKm(from, door.description))),
    }))
    .sort((a, b) => a.km - b.km)
    .slice(0, CITIES_MAX);
  const ids: string[] = [];
  for (let round = 0; ids.length < CITIES_MAX; round += 1) {
    const next = cities.map((city) => city.instances[round]).filter((door) => door !== undefined);
    if (next.length === 0) break;
    ids.push(...next.map((door) => door.description.nodeId));
  }
  return ids.slice(0, CITIES_MAX);
}
