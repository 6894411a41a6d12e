// nginx in front of a host, which ends TLS and proxies each path to its service.
import { bracketed, EDGE_HEADER, libraryFilePatterns } from '@meridian/protocol';
import { type Addresses, type Host, ports, TLS_PORT } from './host.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Name of a header within a variable of nginx. */
export const inVariable = (header: string): string => header.toLowerCase().replaceAll('-', '_');

/** Longest token of a link: a longer one would exceed the limit of nginx for a URL. */
const TOKEN_MAX = 4096;
/** Same as `STREAMS_PER_ADDRESS_MAX` and `STREAMS_PER_TOKEN_MAX` of the object store. */
const ANSWERS_PER_ADDRESS = 100;
const ANSWERS_PER_TOKEN = 200;
/** Headers of an answer of the library node that nginx gives with a file, but for the type. */
const HANDED_HEADERS = [
  'Content-Disposition',
  'Content-Security-Policy',
  'Cross-Origin-Resource-Policy',
  'ETag',
  'Cache-Control',
  'Referrer-Policy',
  'X-Content-Type-Options',
];
/** Headers that pages of other origins need for refused ranges too. */
const HANDED_ALWAYS = ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers'];

/**
 * Returns a host's file for the `http` context of nginx. The first server also has the page and the api. `stateDir` is
 * the folder of the services' state.
 */
export const nginxConfig = (host: Host, certificate: Certificate, stateDir?: string): string =>
  `# Written by \`meridian node\`; yours to change, it is not written again.\n${nginxServer(host, certificate, stateDir)}`;

/** Returns the configuration without its first comment. */
export function nginxServer(
  host: Pick<Host, 'kinds' | 'domain' | 'addresses'>,
  { certFile, keyFile }: Certificate,
  stateDir = '/var/lib/meridian',
): string {
  const has = (kind: Host['kinds'][number]): boolean => host.kinds.includes(kind);
  const locations = [
    ...(has('signaling') ? [signaling] : []),
    ...(has('gateway') ? [gateway] : []),
    ...(has('library') ? [library, libraryFiles(`${stateDir}/library/files/objects`)] : []),
    ...(has('api') ? [api] : []),
    ...(has('web') ? [...(has('signaling') ? [] : [liveKitAtPage]), page] : []),
  ];
  return `# X-Forwarded-For is set anew, so that no client can make up an address: the services believe this proxy alone.
map $http_upgrade $meridian_connection { default upgrade; '' ''; }
${has('library') ? libraryMaps : ''}
server {
${listens(host.addresses).join('\n')}
  server_name ${host.domain};
  ssl_certificate     ${certFile};
  ssl_certificate_key ${keyFile};
  ssl_protocols       TLSv1.2 TLSv1.3;

  client_max_body_size 16m;
  large_client_header_buffers 4 16k; # a token of LiveKit's clients is in the address
  sendfile on; # here, as the last location of a request decides, also of a subrequest
  tcp_nopush on;
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto https;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $meridian_connection;

${locations.join('\n')}
}
`;
}

/** Replaces the `listen` lines in a host's file, if they are as written by us. */
export const movedNginx = (text: string, { from, to }: { from: Addresses; to: Addresses }): string =>
  text.replace(listens(from).join('\n'), () => listens(to).join('\n'));

/** Listens on all addresses, or on all except the address whose port 443 is for media. */
function listens({ local, private: inner, second, tls }: Addresses): string[] {
  const ownAddresses = new Set(['127.0.0.1', local, inner, second?.local]);
  const places =
    tls === undefined
      ? ['', '[::]:']
      : [...ownAddresses].flatMap((ip) => (ip === undefined ? [] : `${bracketed(ip)}:`));
  return places.map((place) => `  listen ${place}${TLS_PORT} ssl;`);
}

const to = (port: number): string => `proxy_pass http://127.0.0.1:${port};`;

const liveKitAt = (port: number): string =>
  `  # LiveKit's clients; their tokens are secrets, no log has them
  location ~ ^/rtc(/|$) { ${to(port)} proxy_read_timeout 1h; access_log off; }`;
/**
 * Proxies to the host's own node, which then sees the client's address; without a node the page finds one elsewhere.
 */
const liveKitAtPage = liveKitAt(ports.web);

const signaling = `  # signaling: WebSockets that stay open, and which node is near
  location ~ ^/v1/(entry|rtc|echo)$ { ${to(ports.signalingHttp)} proxy_read_timeout 1h; }
${liveKitAt(ports.signalingHttp)}`;

const gateway = `  # gateway: WHIP, native clients, FLV, HLS and MPEG-1; media is passed on as it comes
  location ~ ^/(v1|live|hls|whip)(/|$) { ${to(ports.gatewayHttp)} proxy_read_timeout 1h; proxy_buffering off; }`;

const library = `  # library: uploads, written as they come, of any size; files of items; links are secrets, no log has them
  location /library/ {
    ${to(ports.libraryHttp)}
    proxy_buffering off;
    proxy_request_buffering off;
    client_max_body_size 0;
    access_log off;
  }`;

/** Requests that the node answers itself: other methods, conditions, and ranges of other forms than players send. */
const libraryMaps = `# Files of the library that nginx sends itself.
map "$request_method|$http_if_none_match$http_if_match$http_if_unmodified_since|$http_range" $meridian_by_node {
  '~^(GET|HEAD)\\|\\|(bytes=([0-9]{1,15}-[0-9]{0,15}|-[0-9]{1,15}))?$' '';
  default 1;
}
map $arg_download $meridian_download { 1 1; default 0; }
map $arg_edge $meridian_edge { 0 0; default 1; }
# Bytes for the node's metrics: each answer from 10 MB on, of smaller ones one in 16, which counts for them all.
split_clients "$connection $connection_requests" $meridian_one_in_16 { 6.25% 16; * ''; }
map $body_bytes_sent $meridian_times { '~^[0-9]{8}' 1; default $meridian_one_in_16; }
log_format meridian_bytes '$meridian_times $body_bytes_sent';
map $http_${inVariable(EDGE_HEADER)} $meridian_address { '' $binary_remote_addr; default ''; }
limit_conn_zone $meridian_address zone=meridian_addresses:8m;
limit_conn_zone $meridian_token zone=meridian_tokens:8m;
upstream meridian_library { server 127.0.0.1:${ports.libraryHttp}; keepalive 8; }
proxy_cache_path /dev/shm/meridian-handed levels=1:2 keys_zone=meridian_handed:8m inactive=10s max_size=64m use_temp_path=off;
`;

/**
 * Sends files of the store in this folder. The node is asked whether a token opens a file; its answer names the object
 * below the folder, and is kept for a second. What nginx cannot send, as it is not in the folder, the node sends.
 */
const libraryFiles = (folder: string): string => `  # files of items: the node says who may have them, nginx sends them
${handedFiles(folder)}
  location = /meridian-handed {
    internal;
    proxy_pass http://meridian_library/handed/$meridian_token/$meridian_file?$meridian_query;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header Connection '';
    proxy_pass_request_body off;
    error_log /dev/null;
    proxy_cache_lock on; # one question for many who ask at once
    proxy_cache meridian_handed;
    open_file_cache max=1000 inactive=10s;
    proxy_cache_key '$meridian_token $meridian_file $meridian_query $http_${inVariable(EDGE_HEADER)}';
    proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
  }
  location @meridian_library {
    ${to(ports.libraryHttp)}
    proxy_buffering off;
    access_log off;
  }`;

const handedFiles = (folder: string): string =>
  `  location ~ "^/library/contents/(?<meridian_token>[A-Za-z0-9._-]{1,${TOKEN_MAX}})/(?<meridian_file>${libraryFilePatterns.fixed}|${libraryFilePatterns.changing})\\z" {
    error_page 401 403 404 418 500 = @meridian_library;
    if ($meridian_by_node) { return 418; }
    set $meridian_query 'download=$meridian_download&edge=$meridian_edge'; # a subrequest has no arguments
    auth_request /meridian-handed;
    auth_request_set $meridian_key $upstream_http_meridian_key;
    auth_request_set $meridian_type $upstream_http_content_type;
${[...HANDED_HEADERS, ...HANDED_ALWAYS].map((name) => `    auth_request_set $meridian_${inVariable(name)} $upstream_http_${inVariable(name)};`).join('\n')}
    types {}
    default_type '';
    etag off;
    if_modified_since off;
    add_header Last-Modified '';
    add_header Content-Type $meridian_type;
${HANDED_HEADERS.map((name) => `    add_header ${name} $meridian_${inVariable(name)};`).join('\n')}
${HANDED_ALWAYS.map((name) => `    add_header ${name} $meridian_${inVariable(name)} always;`).join('\n')}
    alias ${folder}/$meridian_key;
    disable_symlinks on from=${folder};
    max_ranges 1;
    send_timeout 60s;
    error_log /dev/null; # URLs are secrets
    limit_conn meridian_addresses ${ANSWERS_PER_ADDRESS};
    limit_conn meridian_tokens ${ANSWERS_PER_TOKEN};
    limit_conn_log_level info;
    access_log syslog:server=127.0.0.1:${ports.libraryHttp},nohostname,tag=meridian meridian_bytes if=$meridian_times;
  }`;

const api = `  # api: requests of companies, and LiveKit's server API
  location ~ ^/(api|twirp)/ { ${to(ports.api)} }`;

const page = `  # links are secrets: no log has them
  location ~ ^/(j|m|setup)/ { ${to(ports.web)} access_log off; }
  location / { ${to(ports.web)} }`;
