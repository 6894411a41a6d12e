// Shared parts of an edge's configuration.
import { EDGE_HEADER } from '@meridian/protocol';
import type { Certificate } from '../core/nginx.ts';

export interface EdgeOrigin {
  readonly id: string;
  /** `publicUrl` of the origin's configuration. */
  readonly url: string;
}

/** Caches between edges and origins; each programme and library content is at one of them. */
export interface Regionals {
  /** Name on their common certificate; absent: they are reached without TLS. */
  readonly name?: string;
  /** Addresses of the caches as `HOST:PORT`. */
  readonly addresses: readonly string[];
}

export interface EdgeFile {
  readonly domain: string;
  /** Certificate of the edge; absent: plain HTTP, as behind a load balancer that ends TLS. */
  readonly certificate?: Certificate;
  /** Values of `listen`: `443`, `127.0.0.1:8080`. */
  readonly listen: readonly string[];
  /** `edges.secret` of the gateways and library nodes. */
  readonly secret: string;
  readonly gateways: readonly EdgeOrigin[];
  readonly libraries: readonly EdgeOrigin[];
  /** Regional caches from which the edge fetches; absent: it fetches from origins. */
  readonly regionals?: Regionals;
  /** Path prefix of the folders for segments and the library, which nginx makes; the parent must exist. */
  readonly folder: string;
  /** Path prefix of the folders for playlists and answers about viewers: small files that change, best in memory. */
  readonly memory: string;
  readonly cacheGigabytes: number;
  /** Size of the cache for files of the library, in addition to `cacheGigabytes`. */
  readonly libraryGigabytes: number;
  /** Viewers that may share one address, as in a school behind NAT; 0 for no limit. */
  readonly viewersPerAddress: number;
  /** Origins of pages that may play; `*` admits all. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Longest wait for an origin's answer, also of further requests for the same file: a gateway holds the first request of
 * a show without a publisher for 30 s.
 */
export const WAIT_S = 40;

/**
 * Returns an upstream for each origin, and maps from its id: `meridian_KIND` is the upstream, `_host` and `_name` are
 * those of its URL.
 */
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

export const upstream = (name: string, what: string): string =>
  `upstream ${name} { ${what} keepalive 64; keepalive_timeout 10s; }`;

/** Returns the host and port of a URL, since nginx takes port 80 for a server without one, even by https. */
function placeOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/**
 * Proxy directives; `to` has the names for `Host` and the certificate. All headers are in one block, as nginx drops
 * inherited headers where an inner block sets any.
 */
export const proxyPassLines = (
  proof: string,
  url: string,
  to: { readonly host: string; readonly name: string },
): string =>
  `    proxy_set_header Host ${to.host};
    proxy_set_header Connection '';
    proxy_set_header Origin '';
    proxy_set_header Accept-Encoding '';
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header ${EDGE_HEADER} '${proof}';
    proxy_ssl_name ${to.name};
    proxy_pass ${url};`;
