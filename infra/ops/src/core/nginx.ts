// nginx in front of a host, which ends TLS and proxies each path to its service.
import { bracketed } from '@meridian/protocol';
import { type Addresses, type Host, ports, TLS_PORT } from './host.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Returns a host's file for the `http` context of nginx. The first server also has the page and the api. */
export const nginxConfig = (host: Host, certificate: Certificate): string =>
  `# Written by \`meridian node\`; yours to change, it is not written again.\n${nginxServer(host, certificate)}`;

/** Returns the configuration without its first comment. */
export function nginxServer(
  host: Pick<Host, 'kinds' | 'domain' | 'addresses'>,
  { certFile, keyFile }: Certificate,
): string {
  const has = (kind: Host['kinds'][number]): boolean => host.kinds.includes(kind);
  const locations = [
    ...(has('signaling') ? [signaling] : []),
    ...(has('gateway') ? [gateway] : []),
    ...(has('library') ? [library] : []),
    ...(has('api') ? [api] : []),
    ...(has('web') ? [...(has('signaling') ? [] : [liveKitAtPage]), page] : []),
  ];
  return `# X-Forwarded-For is set anew, so that no client can make up an address: the services believe this proxy alone.
map $http_upgrade $meridian_connection { default upgrade; '' ''; }

server {
${listens(host.addresses).join('\n')}
  server_name ${host.domain};
  ssl_certificate     ${certFile};
  ssl_certificate_key ${keyFile};
  ssl_protocols       TLSv1.2 TLSv1.3;

  client_max_body_size 16m;
  large_client_header_buffers 4 16k; # a token of LiveKit's clients is in the address
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

const api = `  # api: requests of companies, and LiveKit's server API
  location ~ ^/(api|twirp)/ { ${to(ports.api)} }`;

const page = `  # links are secrets: no log has them
  location ~ ^/(j|m|setup)/ { ${to(ports.web)} access_log off; }
  location / { ${to(ports.web)} }`;
