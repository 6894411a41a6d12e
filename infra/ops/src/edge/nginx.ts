// Configuration of nginx as an edge cache of HLS and the library: what it caches, requests from gateways and library
// nodes, and refuses.

import { EDGE_LOCATION_HEADER, EDGE_ORIGINS_HEADER, edgeSignsOf } from '@meridian/node-shell';
import { EDGE_HEADER } from '@meridian/protocol';
import { inVariable } from '../core/nginx.ts';
import { libraryCache, libraryLocations, libraryUpstreams } from './library.ts';
import { type EdgeFile, originUpstreams, proxyPassLines, upstream, WAIT_S } from './parts.ts';

/**
 * A playlist of this age is served while a newer one is fetched; nginx evicts it some seconds later (`AT_EDGES` of
 * `media/gateway/src/http/hls.ts` has the number).
 */
const PLAYLIST_KEPT_S = 2;
/** Viewers request a segment within seconds of each other; paused players return within the playlist. */
const MEDIA_KEPT_S = 60;
/** An origin's answer about a viewer holds for up to 30 s; while the origin is silent, for this time. */
const VIEWER_KEPT_S = 120;
/** A low-latency player requests a part and a playlist three times a second. */
const REQUESTS_PER_S = 8;
/** A starting player requests playlists, and segments until it can play. */
const REQUESTS_AT_ONCE = 16;
/** Connections of a browser to one server. */
const CONNECTIONS = 6;
/** Numbers without leading zeros: another spelling would be another cache entry. */
const number = (digits: number): string => `(?:0|[1-9][0-9]{0,${digits - 1}})`;
/** Same as `FILES` of `media/gateway/src/http/hls.ts`. */
const MEDIA_FILE = `(?:seg-${number(15)}\\.m4s|part-${number(15)}\\.${number(6)}\\.m4s|init-${number(15)}\\.mp4)`;

/** Returns a file for the `http` context of nginx 1.22 and later. `edgeFileOf` has checked the values. */
export function edgeConfig(o: EdgeFile): string {
  const { proof, signing, statusName } = edgeSignsOf(o.secret);
  return `# Written by \`meridian node edge\`. It holds secrets: mode 600.
${caches(o)}
${upstreams(o)}
${maps(o, proof)}
${limits(o)}

server {
${settings(o)}${limited(o)}
  location = /edge/${statusName} {
    stub_status;
    add_header ${EDGE_ORIGINS_HEADER} '${[...o.gateways, ...o.libraries].map(({ id }) => id).join(' ')}';
  }

  # Segments, parts and their beginnings never change.
  location ~ "^/hls/${FOLDER}/(?<meridian_file>(?:[0-9]/)?${MEDIA_FILE})$" {
${checks(signing)}
    proxy_cache meridian_media;
    proxy_cache_key '$meridian_origin $meridian_programme $meridian_file';
${fetches(o, proof)}
  }

  location ~ "^/hls/${FOLDER}/(?<meridian_file>(?:[0-9]/)?(?:index|media)\\.m3u8)$" {
${checks(signing)}
    sendfile off; # a small file goes out with its header
    auth_request /meridian-viewer;
    auth_request_set $meridian_moved $upstream_http_${inVariable(EDGE_LOCATION_HEADER)};
    error_page 401 = @meridian_refused;
    error_page 429 = @meridian_busy;
    proxy_hide_header Cache-Control;
    add_header Cache-Control $meridian_playlist_cache;
    proxy_cache meridian_playlists;
    proxy_cache_key '$meridian_origin $meridian_programme $meridian_file $meridian_reload';
${fetches(o, proof, '$meridian_reload')}
  }

${viewer(proof)}
${libraryLocations(o, proof)}
  location @meridian_refused {
    add_header Access-Control-Allow-Origin $meridian_cors always;
    add_header Cache-Control no-store always;
    if ($meridian_moved) { return 307 $meridian_moved; }
    return 401;
  }
  location @meridian_busy {
    add_header Access-Control-Allow-Origin $meridian_cors always;
    add_header Cache-Control no-store always;
    add_header Retry-After 1 always;
    return 429;
  }
  location / { return 404; }
}
`;
}

const maps = (o: EdgeFile, proof: string): string => `# Only an edge knows this: what it is given is for its own cache.
map $http_${inVariable(EDGE_HEADER)} $meridian_is_edge { "${proof}" 1; default ''; }
map $meridian_is_edge $meridian_playlist_cache { 1 $upstream_http_cache_control; default 'public, max-age=1'; }
# Players of low latency name the playlist that they wait for; all else that they may ask with is left out.
map "$arg__hls_msn|$arg__hls_part" $meridian_reload {
  "~^(?<meridian_msn>${number(15)})\\|(?<meridian_part>${number(6)})$" '?_HLS_msn=$meridian_msn&_HLS_part=$meridian_part';
  "~^(?<meridian_alone>${number(15)})\\|$" '?_HLS_msn=$meridian_alone';
  default '';
}
${origins(o)}`;

const settings = (o: EdgeFile): string => `${o.listen
  .map((place) => `  listen ${place}${o.certificate === undefined ? '' : ' ssl'};`)
  .join('\n')}
  server_name ${o.domain};
${tls(o)}  server_tokens off;
  access_log off; # URLs hold keys
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 30s;
  keepalive_requests 100000;
  open_file_cache max=20000 inactive=30s;

  proxy_http_version 1.1;
  proxy_ssl_server_name on;
  proxy_ssl_verify on;
  proxy_ssl_verify_depth 4;
  proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
  # A segment is written at once: what lies together in memory is sent in fewer pieces.
  proxy_buffer_size 16k;
  proxy_buffers 32 64k;
  proxy_busy_buffers_size 256k;
  proxy_temp_file_write_size 2m;
  proxy_connect_timeout 3s;
  proxy_read_timeout ${WAIT_S}s;
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 2;
  proxy_ignore_headers Vary Set-Cookie;
  proxy_hide_header Vary;
  proxy_hide_header Access-Control-Allow-Origin;
  proxy_pass_header X-Accel-Expires;
  # One request for what many ask for at once.
  proxy_cache_lock on;
  proxy_cache_lock_timeout ${WAIT_S}s;
  proxy_cache_lock_age ${WAIT_S}s;
`;

/** Limits per address, or per IPv6 /64, which one customer has. Other edges ask for many addresses. */
const limits = ({ viewersPerAddress }: EdgeFile): string =>
  viewersPerAddress === 0
    ? ''
    : `map $binary_remote_addr $meridian_address {
  "~(?s)^(?<meridian_net>.{8}).{8}$" $meridian_net;
  default $binary_remote_addr;
}
map $meridian_is_edge $meridian_limited { 1 ''; default $meridian_address; }
limit_req_zone $meridian_limited zone=meridian_requests:16m rate=${viewersPerAddress * REQUESTS_PER_S}r/s;
limit_conn_zone $meridian_limited zone=meridian_connections:16m;
`;

const limited = ({ viewersPerAddress }: EdgeFile): string =>
  viewersPerAddress === 0
    ? ''
    : `  limit_req zone=meridian_requests burst=${viewersPerAddress * REQUESTS_AT_ONCE} nodelay;
  limit_req_status 429;
  limit_req_log_level info; # URLs hold keys
  limit_conn meridian_connections ${viewersPerAddress * CONNECTIONS};
  limit_conn_status 429;
  limit_conn_log_level info;
  error_page 429 = @meridian_busy;
`;

const caches = (o: EdgeFile): string => {
  const { folder, memory, cacheGigabytes } = o;
  return [
    `proxy_cache_path ${folder}-media levels=1:2 keys_zone=meridian_media:32m inactive=${MEDIA_KEPT_S}s max_size=${cacheGigabytes}g use_temp_path=off;`,
    `proxy_cache_path ${memory}-playlists levels=1:2 keys_zone=meridian_playlists:16m inactive=${PLAYLIST_KEPT_S}s max_size=256m use_temp_path=off;`,
    `proxy_cache_path ${memory}-viewers levels=1:2 keys_zone=meridian_viewers:64m inactive=${VIEWER_KEPT_S}s max_size=256m use_temp_path=off;`,
    libraryCache(o),
  ].join('\n');
};

function upstreams(o: EdgeFile): string {
  const { gateways, regionals } = o;
  const own = [...originUpstreams('gateway', gateways), ...libraryUpstreams(o)];
  if (regionals === undefined) return own.join('\n');
  const servers = regionals.addresses.map((one) => `server ${one};`).join(' ');
  const caching = upstream('meridian_regionals', `hash $meridian_programme consistent; ${servers}`);
  return [...own, caching].join('\n');
}

function origins({ allowedOrigins }: EdgeFile): string {
  const all = allowedOrigins.includes('*');
  const listed = all ? '' : allowedOrigins.map((one) => `"${one}" $http_origin; `).join('');
  return `map $http_origin $meridian_cors { ${listed}default ${all ? "'*'" : "''"}; }`;
}

const tls = ({ certificate }: EdgeFile): string =>
  certificate === undefined
    ? ''
    : `  ssl_certificate     ${certificate.certFile};
  ssl_certificate_key ${certificate.keyFile};
  ssl_protocols       TLSv1.2 TLSv1.3;
  ssl_session_cache   shared:meridian_edge:20m;
`;

/** Folder of a programme, as `edgePath` of the node shell makes it. */
const FOLDER = [
  '(?<meridian_expires>[0-9]{10})',
  '(?<meridian_sign>[A-Za-z0-9_-]{22})',
  '(?<meridian_origin>[A-Za-z0-9._-]{1,128})',
  '(?<meridian_programme>[A-Za-z0-9_-]{22})',
  '(?<meridian_key>[A-Za-z0-9_-]{1,1024})',
].join('/');

/** A missing or expired signature gets 401; an unknown origin gets 404, like a missing file. */
const checks = (signing: string): string => `    secure_link $meridian_sign,$meridian_expires;
    secure_link_md5 '$meridian_expires $meridian_origin $meridian_programme $meridian_key ${signing}';
    if ($secure_link != 1) { return 401; }
    if ($meridian_gateway = '') { return 404; }
    add_header Access-Control-Allow-Origin $meridian_cors always;`;

function fetches({ regionals }: EdgeFile, proof: string, query = ''): string {
  if (regionals === undefined)
    return proxyPassLines(proof, `$meridian_gateway/hls/$meridian_key/$meridian_file${query}`, gateway);
  const { name } = regionals;
  const path = '$meridian_expires/$meridian_sign/$meridian_origin/$meridian_programme/$meridian_key/$meridian_file';
  const scheme = name === undefined ? 'http' : 'https';
  const to = { host: name ?? '$host', name: name ?? '$host' };
  return proxyPassLines(proof, `${scheme}://meridian_regionals/hls/${path}${query}`, to);
}

const gateway = { host: '$meridian_gateway_host', name: '$meridian_gateway_name' };

const viewer = (
  proof: string,
): string => `  # Whether a viewer's key still counts. Viewers of edges below are theirs to ask about.
  location = /meridian-viewer {
    internal;
    if ($meridian_is_edge) { return 204; }
    proxy_cache meridian_viewers;
    proxy_cache_key '$meridian_key $remote_addr $meridian_file $http_user_agent';
    proxy_cache_lock off;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    proxy_cache_background_update on;
    proxy_read_timeout 5s;
    proxy_pass_request_body off;
${proxyPassLines(proof, '$meridian_gateway/hls/$meridian_key/viewer?address=$remote_addr&file=$meridian_file', gateway)}
  }`;
