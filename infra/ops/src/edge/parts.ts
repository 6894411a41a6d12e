// What the parts of an edge's configuration share.
import { EDGE_HEADER } from '@meridian/node-shell';
import type { Certificate } from '../core/nginx.ts';

/** A gateway or library node. */
export interface EdgeOrigin {
  /** `id` of its configuration. */
  readonly id: string;
  /** `publicUrl` of its configuration. */
  readonly url: string;
}

/** Caches between edges and origins; each programme, and each content of the library, is at one of them. */
export interface Regionals {
  /** Of their one certificate; absent: they are reached without TLS. */
  readonly name?: string;
  /** `HOST:PORT`. */
  readonly addresses: readonly string[];
}

export interface EdgeFile {
  readonly domain: string;
  /** Absent: it speaks plain HTTP, as behind a load balancer that ends TLS. */
  readonly certificate?: Certificate;
  /** Of `listen`: `443`, `127.0.0.1:8080`. */
  readonly listen: readonly string[];
  /** `edges.secret` of the gateways and library nodes. */
  readonly secret: string;
  readonly gateways: readonly EdgeOrigin[];
  readonly libraries: readonly EdgeOrigin[];
  /** Absent: it fetches from origins. */
  readonly regionals?: Regionals;
  /** How the folders begin of segments and of the library: nginx makes them, in one that is there. */
  readonly folder: string;
  /** How the folders begin of playlists and answers about viewers: small files that change, best in memory. */
  readonly memory: string;
  readonly cacheGigabytes: number;
  /** For files of the library, beside those. */
  readonly libraryGigabytes: number;
  /** How many viewers may share one address, as in a school behind a NAT; 0: no limit. */
  readonly viewersPerAddress: number;
  /** Origins of pages that may play from it; `*`: all. */
  readonly allowedOrigins: readonly string[];
}

/**
 * What nginx waits for the answer to one request, and others for that: gateways keep the first request of a show
 * without a publisher for 30 s.
 */
export const WAIT_S = 40;

/** A header as nginx's variables have it. */
export const inVariable = (header: string): string => header.replaceAll('-', '_');

/** One for each origin, and variables by its id: `meridian_KIND` its upstream, `_host` and `_name` of its URL. */
export function originUpstreams(kind: string, origins: readonly EdgeOrigin[]): string[] {
  const map = (name: string, of: (origin: EdgeOrigin, at: number) => string): string =>
    `map $meridian_origin $${name} { ${origins.map((one, at) => `"${one.id}" ${of(one, at)};`).join(' ')} default ''; }`;
  return [
    ...origins.map(({ url }, at) => upstream(`meridian_${kind}_${at + 1}`, `server ${placeOf(url)};`)),
    map(`meridian_${kind}`, ({ url }, at) => `${new URL(url).protocol}//meridian_${kind}_${at + 1}`),
    map(`meridian_${kind}_host`, ({ url }) => new URL(url).host),
    map(`meridian_${kind}_name`, ({ url }) => new URL(url).hostname),
  ];
}

/** Servers of one name, and connections to them that are kept. */
export const upstream = (name: string, what: string): string =>
  `upstream ${name} { ${what} keepalive 64; keepalive_timeout 10s; }`;

/** The port too: nginx takes 80 for every server. */
function placeOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/**
 * `to`: names of whom it asks, in `Host` and in the certificate. All headers in one place: those of an outer block are
 * lost where an inner one sets any.
 */
export const passes = (proof: string, url: string, to: { readonly host: string; readonly name: string }): string =>
  `    proxy_set_header Host ${to.host};
    proxy_set_header Connection '';
    proxy_set_header Origin '';
    proxy_set_header Accept-Encoding '';
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header ${EDGE_HEADER} '${proof}';
    proxy_ssl_name ${to.name};
    proxy_pass ${url};`;
