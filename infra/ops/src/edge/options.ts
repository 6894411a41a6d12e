// Parses the options of `meridian node edge`.

import { HostError } from '../core/error.ts';
import type { EdgeFile, EdgeOrigin, Regionals } from './parts.ts';

/** Excludes words with a meaning in an nginx `map`. */
const ID = /^(?!(default|hostnames|include|volatile)$)[A-Za-z0-9._-]{1,128}$/;
const ORIGIN_URL = /^https?:\/\/(\[[0-9a-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?\/?$/i;
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})$/i;
const ORIGIN = /^(\*|https?:\/\/[A-Za-z0-9.[\]:-]{1,260})$/;
/** Excludes nginx syntax. */
const PATH = /^\/[A-Za-z0-9._/-]{1,200}$/;
const GIGABYTES_MAX = 10_000;
/** Enough for a school; operators with larger venues set it. */
const VIEWERS_PER_ADDRESS = '400';

export interface EdgeOptions {
  readonly domain: string;
  /** Gateways as `ID=URL`, like library nodes. */
  readonly gateway: readonly string[];
  readonly library: readonly string[];
  /** Regional caches as `HOST:PORT`. */
  readonly regional: readonly string[];
  readonly regionalName?: string;
  readonly folder: string;
  readonly memory: string;
  readonly cache: string;
  /** Size of the library's cache; absent: that of `cache`. */
  readonly libraryCache?: string;
  readonly viewersPerAddress?: string;
  /** False for `--no-tls`. */
  readonly tls: boolean;
  readonly cert: string;
  readonly key: string;
  readonly listen: readonly string[];
}

/** `secret` and `allowedOrigins` are from the configuration of gateways and library nodes. HostError OPTION_INVALID. */
export function edgeFileOf(options: EdgeOptions, o: Pick<EdgeFile, 'secret' | 'allowedOrigins'>): EdgeFile {
  const { domain, folder, memory, cache, tls, cert, key, listen } = options;
  demand(HOST.test(domain), '--domain', domain, 'the name that players use, as edge-1.example.org');
  for (const [option, path] of [
    ['--folder', folder],
    ['--memory', memory],
    ['--cert', cert],
    ['--key', key],
  ] as const)
    demand(PATH.test(path), option, path, 'an absolute path without blanks');
  const cacheGigabytes = gigabytesOf('--cache', cache);
  const libraryGigabytes = gigabytesOf('--library-cache', options.libraryCache ?? cache);
  // Without TLS the edge is behind a load balancer, whose address all viewers share.
  const perAddress = options.viewersPerAddress ?? (tls ? VIEWERS_PER_ADDRESS : '0');
  demand(/^\d{1,5}$/.test(perAddress), '--viewers-per-address', perAddress, 'a number up to 99999; 0: no limit');
  const viewersPerAddress = Number(perAddress);
  const places = listen.length > 0 ? listen : [tls ? '443' : '80', tls ? '[::]:443' : '[::]:80'];
  for (const place of places)
    demand(/^(\S+:)?\d{1,5}$/.test(place) && hostOf(place), '--listen', place, 'PORT or IP:PORT, as 443');
  const { gateways, libraries } = originsOf(options);
  for (const origin of o.allowedOrigins) demand(ORIGIN.test(origin), 'allowedOrigins', origin, 'origins of pages');
  const { secret, allowedOrigins } = o;
  const regionals = regionalsOf(options);
  const certificate = tls ? { certFile: cert, keyFile: key } : undefined;
  const kept = { folder, memory, cacheGigabytes, libraryGigabytes };
  const common = { domain, listen: places, secret, gateways, libraries, ...kept, viewersPerAddress, allowedOrigins };
  return Object.assign(common, certificate && { certificate }, regionals && { regionals });
}

function demand(isGood: boolean, option: string, value: string, allowed: string): void {
  if (!isGood) throw new HostError('OPTION_INVALID', `${option} ${value}`, `give ${allowed}`);
}

const hostOf = (place: string): boolean => !place.includes(':') || HOST.test(place.slice(0, place.lastIndexOf(':')));

function gigabytesOf(option: string, text: string): number {
  const gigabytes = Number(text);
  const isSize = Number.isInteger(gigabytes) && gigabytes >= 1 && gigabytes <= GIGABYTES_MAX;
  demand(isSize, option, text, `gigabytes, from 1 to ${GIGABYTES_MAX}`);
  return gigabytes;
}

function originsOf(options: EdgeOptions): Pick<EdgeFile, 'gateways' | 'libraries'> {
  const gateways = options.gateway.map((text) => originOf('--gateway', text));
  const libraries = options.library.map((text) => originOf('--library', text));
  const ids = [...gateways, ...libraries].map(({ id }) => id);
  demand(
    ids.length > 0,
    '--gateway',
    '(none)',
    'gateways or library nodes: --gateway, --library ID=URL, once for each',
  );
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  demand(twice === undefined, '--gateway, --library', twice ?? '', 'each id once');
  return { gateways, libraries };
}

function originOf(option: string, text: string): EdgeOrigin {
  const at = text.indexOf('=');
  const [id, url] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  const allowed = 'id and publicUrl of a node, as fra-1-gateway=https://meet.example.org';
  demand(ID.test(id) && ORIGIN_URL.test(url) && URL.canParse(url), option, text, allowed);
  return { id, url: new URL(url).origin };
}

function regionalsOf({ regional, regionalName }: EdgeOptions): Regionals | undefined {
  if (regional.length === 0) {
    demand(regionalName === undefined, '--regional-name', regionalName ?? '', '--regional too');
    return undefined;
  }
  for (const one of regional)
    demand(/:\d{1,5}$/.test(one) && hostOf(one), '--regional', one, 'HOST:PORT of a regional cache');
  if (regionalName === undefined) return { addresses: regional };
  demand(HOST.test(regionalName), '--regional-name', regionalName, 'the name in the certificate of regional caches');
  return { name: regionalName, addresses: regional };
}
