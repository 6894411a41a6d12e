// Places of people: their city, an IP address in it, the location database's entry for this address (wrong for some),
// and their true round trips.
import { distanceKm, type Point } from '@meridian/protocol';
import { type City, cityOf } from '@meridian/protocol/cities';
import type { Geo, Place } from '../../../scheduler/src/locating/geo.ts';

export const CITIES = [
  'frankfurt',
  'paris',
  'london',
  'new-york',
  'chicago',
  'denver',
  'singapore',
  'tokyo',
  'bangkok',
  'delhi',
] as const;

/** First byte of the addresses in the first city; each further city adds one. */
const FIRST_BYTE = 80;
/** Networks per city. The database locates people of one of them on another continent, until they measure a site. */
const NETWORKS = 6;
const WRONG_NETWORK = 0;
const WRONG_CITY_OFFSET = 3;
const RADIUS_KM = 50;
/** Round trip of a home line. `RTT_MS_PER_KM` is that of a fibre 1.5 times as long as the distance. */
const LINE_RTT_MS = 8;
const RTT_MS_PER_KM = 0.015;

export function addressOf(city: string, index: number): string {
  const first = FIRST_BYTE + (CITIES as readonly string[]).indexOf(city);
  const host = Math.floor(index / NETWORKS);
  return `${first}.${index % NETWORKS}.${(host >>> 8) & 0xff}.${host & 0xff}`;
}

const places = new Map<string, Place>();
for (let index = 0; index < CITIES.length * NETWORKS; index += 1) {
  const network = index % NETWORKS;
  const city = Math.floor(index / NETWORKS);
  const by = network === WRONG_NETWORK ? WRONG_CITY_OFFSET : 0;
  const { latitude, longitude, nameEn: label, countryCode } = cityNamed(CITIES[(city + by) % CITIES.length]);
  const place = { latitude, longitude, radiusKm: RADIUS_KM, source: 'simulated', label, countryCode };
  places.set(`${FIRST_BYTE + city}.${network}`, place);
}

export const geo: Geo = { locate: (ip) => places.get(ip.slice(0, ip.indexOf('.', ip.indexOf('.') + 1))) };

/** Returns the round trip without noise. Throws for an unknown city. */
export function trueRttMs(city: string, to: Point): number {
  return LINE_RTT_MS + RTT_MS_PER_KM * distanceKm(cityNamed(city), to);
}

function cityNamed(id = ''): City {
  const city = cityOf(id);
  if (city === undefined) throw new Error(`there is no city ${id}`);
  return city;
}
