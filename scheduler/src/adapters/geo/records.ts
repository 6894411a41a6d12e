// Parses records of the databases into places; each record format has its own parser. Radii are honest rather than
// flattering: the databases claim cities, studies find otherwise.

import { isPoint } from '@meridian/protocol';
import { countryPlace } from '../../locating/core/countries.ts';
import type { Place } from '../../locating/geo.ts';

/** Fixed lines are mostly within tens of km of their record, mobile ones within 200 ("Lost in the Prefix", 2026). */
const CITY_RADIUS_KM = 100;
/** A record without a city is the middle of a region at best. */
const REGION_RADIUS_KM = 300;

/** Two thirds of mobile addresses are within this, half within 179 to 207 km of their record (same source). */
export const MOBILE_RADIUS_KM = 300;

/** Parses a record into a place (or another value); undefined for a record without credible content. */
export type Parse<T = Place> = (record: unknown) => T | undefined;

export interface System {
  readonly asn: number;
  /** '' where the database has none. */
  readonly organisation: string;
}

/** Parses MaxMind's autonomous_system_{number, organization}. Numbers have 32 bits; zero means none. */
export function systemOf(record: unknown): System | undefined {
  const { autonomous_system_number: asn, autonomous_system_organization: name } = fieldsOf(record);
  const isNumber = typeof asn === 'number' && Number.isInteger(asn) && asn > 0 && asn < 2 ** 32;
  return isNumber ? { asn, organisation: typeof name === 'string' ? name : '' } : undefined;
}

/**
 * Returns a test whether a system is in the list: by number (`AS64500`), or by a name (`T-Mobile`) whose words stand
 * one after another in its organisation's name. Separators and letter case do not count. The list is parsed once,
 * because every placement runs the test.
 */
export function systemMatcher(listed: readonly string[]): (system: System) => boolean {
  const numbers = new Set(listed.map((one) => one.toUpperCase()));
  const names = listed.map(wordsOf).filter((words) => words.trim() !== '');
  return ({ asn, organisation }) => {
    if (numbers.has(`AS${asn}`)) return true;
    const has = wordsOf(organisation);
    return names.some((words) => has.includes(words));
  };
}

/** Returns the words of a name with a space before, between and after them, so that a part of a word never matches. */
function wordsOf(name: string): string {
  return ` ${name
    .normalize()
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')} `;
}

/** Whether the record itself marks the address as mobile, as MaxMind's larger databases (traits) and flat ones do. */
function isMobile(record: unknown): boolean {
  const flat = fieldsOf(record);
  const traits = fieldsOf(flat['traits']);
  const declaredTypes = [flat['connection_type'], flat['user_type'], traits['connection_type'], traits['user_type']];
  return declaredTypes.some((one) => typeof one === 'string' && one.toLowerCase() === 'cellular');
}

/** Parses DB-IP's flat record: city, country_code, latitude, longitude, state1 … */
export function dbipPlace(record: unknown): Place | undefined {
  const { city, state1, country_code: country, latitude, longitude } = fieldsOf(record);
  const label = [city, state1, country].find((name) => typeof name === 'string' && name !== '');
  const hasCity = typeof city === 'string' && city !== '';
  const radiusKm = hasCity ? CITY_RADIUS_KM : REGION_RADIUS_KM;
  return checked({
    latitude,
    longitude,
    radiusKm: isMobile(record) ? Math.max(radiusKm, MOBILE_RADIUS_KM) : radiusKm,
    source: 'dbip-city',
    label,
    countryCode: country,
  });
}

/** Parses MaxMind's nested record: location.{latitude, longitude, accuracy_radius}, city.names.en, country.iso_code. */
export function maxmindPlace(record: unknown): Place | undefined {
  const { location, city, country } = fieldsOf(record);
  const { latitude, longitude, accuracy_radius: radius } = fieldsOf(location);
  const { iso_code: code, names: countryNames } = fieldsOf(country);
  const label = fieldsOf(fieldsOf(city)['names'])['en'] ?? fieldsOf(countryNames)['en'] ?? code;
  const radiusKm = typeof radius === 'number' && radius > 0 ? radius : CITY_RADIUS_KM;
  return checked({
    latitude,
    longitude,
    radiusKm: isMobile(record) ? Math.max(radiusKm, MOBILE_RADIUS_KM) : radiusKm,
    source: 'maxmind',
    label,
    countryCode: code,
  });
}

/** Parses a record of only a country: the middle of its settled part, with that radius. */
export function countryOnly(record: unknown): Place | undefined {
  const { country_code: code } = fieldsOf(record);
  return typeof code === 'string' ? placeOfCountry(code, 'geo-whois-asn-country') : undefined;
}

/** Parses geoip-lite's record: country, city, ll: [latitude, longitude], area (km). */
export function geoipLitePlace(record: unknown): Place | undefined {
  const { ll, city, country, area } = fieldsOf(record);
  const [latitude, longitude] = Array.isArray(ll) ? (ll as unknown[]) : [];
  const radiusKm = typeof area === 'number' && area > 0 ? area : CITY_RADIUS_KM;
  const label = typeof city === 'string' && city !== '' ? city : country;
  return checked({ latitude, longitude, radiusKm, source: 'geoip-lite', label, countryCode: country });
}

function placeOfCountry(code: string, source: string): Place | undefined {
  const place = countryPlace(code);
  if (place === undefined) return undefined;
  return { ...place, source, label: code, countryCode: code };
}

function checked(o: {
  latitude: unknown;
  longitude: unknown;
  radiusKm: number;
  source: string;
  label: unknown;
  countryCode: unknown;
}): Place | undefined {
  const { latitude, longitude, label, countryCode, radiusKm, source } = o;
  const code = typeof countryCode === 'string' && /^[A-Z]{2}$/.test(countryCode) ? countryCode : '';
  const isKnown = typeof latitude === 'number' && typeof longitude === 'number' && isPoint({ latitude, longitude });
  // Some databases write 0, 0, an uninhabited place, for "unknown".
  if (!isKnown || (latitude === 0 && longitude === 0)) return code === '' ? undefined : placeOfCountry(code, source);
  const name = typeof label === 'string' ? label.slice(0, 64) : code;
  // The files hold single-precision numbers: digits beyond the fourth decimal are noise.
  const place = { latitude: round4(latitude), longitude: round4(longitude) };
  return { ...place, radiusKm, source, label: name, countryCode: code };
}

export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function round4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}
