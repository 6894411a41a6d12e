// Where people are: their city, an address of it, what a database says of that address, which is wrong for some, and
// their true round trips.
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

/** The first byte of a public address is this and the number of its city. */
const FIRST_BYTE = 80;
/** One network in so many is said to be on another continent: its people are moved when they have timed a site. */
const NETWORKS = 6;
const WRONG_NETWORK = 0;
const WRONG_BY = 3;
const RADIUS_KM = 50;
/** Of a home line, and of a fibre that goes one and a half times as far as the crow flies. */
const LINE_RTT_MS = 8;
const RTT_MS_PER_KM = 0.015;

/** A public IPv4 address, another one for everybody. */
export function addressOf(city: string, index: number): string {
  const first = FIRST_BYTE + (CITIES as readonly string[]).indexOf(city);
  const host = Math.floor(index / NETWORKS);
  return `${first}.${index % NETWORKS}.${(host >>> 8) & 0xff}.${host & 0xff}`;
}

/** By the first two bytes of an address. */
const places = new Map<string, Place>();
for (let index = 0; index < CITIES.length * NETWORKS; index += 1) {
  const network = index % NETWORKS;
  const city = Math.floor(index / NETWORKS);
  const by = network === WRONG_NETWORK ? WRONG_BY : 0;
  const { latitude, longitude, nameEn: label, countryCode } = cityNamed(CITIES[(city + by) % CITIES.length]);
  const place = { latitude, longitude, radiusKm: RADIUS_KM, source: 'simulated', label, countryCode };
  places.set(`${FIRST_BYTE + city}.${network}`, place);
}

/** A database that is wrong about one network in `NETWORKS`. */
export const geo: Geo = { locate: (ip) => places.get(ip.slice(0, ip.indexOf('.', ip.indexOf('.') + 1))) };

/** Without noise. Throws for a city that there is not. */
export function trueRttMs(city: string, to: Point): number {
  return LINE_RTT_MS + RTT_MS_PER_KM * distanceKm(cityNamed(city), to);
}

function cityNamed(id = ''): City {
  const city = cityOf(id);
  if (city === undefined) throw new Error(`there is no city ${id}`);
  return city;
}
