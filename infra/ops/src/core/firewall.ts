// Openings that a firewall needs, as text, for nftables and for the firewalls of clouds.
import type { Values } from './configs.ts';
import { type Listener, listenersOf, type Source } from './listening.ts';
import type { ServiceKind } from './services.ts';

export interface Opening extends Listener {
  readonly service: string;
  readonly proxies: readonly string[];
}

/** Addresses and ranges, IPv4 and IPv6. */
export interface Peers {
  /** All hosts, including this one. */
  readonly cluster: readonly string[];
  /** Readers of metrics and the centre's HTTP, when those listen to other machines. */
  readonly operator: readonly string[];
}

export interface ServiceValues {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly values: Values;
}

const ALL = '*';
const ANYONE = ['0.0.0.0/0', '::/0'];

/** Returns all listeners of these services; `nginx` is the text of its configuration, if it is in front of them. */
export function openingsOf(services: readonly ServiceValues[], nginx?: string): Opening[] {
  return [
    ...(nginx === undefined ? [] : nginxOpenings(nginx)),
    ...services.flatMap(({ name, kind, values }) =>
      listenersOf(kind, values).map((listener) =>
        Object.assign({}, listener, {
          service: name,
          ip: isWildcard(listener.ip) ? ALL : listener.ip,
          proxies: (values['trustedProxies'] ?? []) as readonly string[],
        }),
      ),
    ),
  ];
}

/** `0.0.0.0` counts too: opening IPv6, where nothing listens, is harmless. */
const isWildcard = (ip: string): boolean => ip === '::' || ip === '0.0.0.0';

/** Unix sockets need no opening. */
function nginxOpenings(text: string): Opening[] {
  const byAddress = new Map<string, Opening>();
  for (const [, words = ''] of text.matchAll(/^\s*listen\s+([^;]+);/gm)) {
    const [first = '', ...parameters] = words.trim().split(/\s+/);
    const match = /^(?:(\*|[\d.]+|\[[\da-f:.]+\]):)?(\d+)$/i.exec(first);
    if (match === null) continue;
    const bare = (match[1] ?? ALL).replaceAll(/[[\]]/g, '');
    const ip = isWildcard(bare) ? ALL : bare;
    const port = Number(match[2]);
    const protocol = parameters.includes('quic') ? 'udp' : 'tcp';
    const source = /^127\.|^::1$/.test(ip) ? 'host' : 'anyone';
    const listener = {
      key: 'listen',
      what: 'page, api, signaling, WHIP, HLS',
      protocol,
      ip,
      port,
      portMax: port,
    } as const;
    byAddress.set(
      `${protocol} ${ip} ${port}`,
      Object.assign({ service: 'nginx', source, proxies: [] } as const, listener),
    );
  }
  return [...byAddress.values()];
}

const isOpened = ({ source, port }: Opening): boolean => source !== 'host' && port > 0;

/** Returns listeners for other machines with a random port, which no rule can open. */
export const randomPortOpenings = (openings: readonly Opening[]): Opening[] =>
  openings.filter(({ source, port }) => source !== 'host' && port === 0);

const sourceNames: Readonly<Record<Source, string>> = {
  anyone: 'everywhere',
  cluster: 'all servers',
  proxy: 'its proxies',
  operator: 'operators',
  host: 'this host',
};
const sources = Object.keys(sourceNames) as Source[];

export function firewallTable(openings: readonly Opening[]): string {
  const sorted = openings.toSorted((one, other) => sources.indexOf(one.source) - sources.indexOf(other.source));
  const rows = sorted.map(({ service, key, source, protocol, ip, announced, port, portMax, what }) => [
    sourceNames[source],
    protocol,
    announced === undefined ? ip : `${ip} (as ${announced})`,
    portText(port, portMax),
    service,
    key,
    what,
  ]);
  return alignColumns([['from', 'proto', 'address', 'port', 'service', 'key', 'what'], ...rows]);
}

const portText = (port: number, portMax: number): string =>
  port === 0 ? 'random' : port === portMax ? `${port}` : `${port}-${portMax}`;

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

export interface CloudRule {
  readonly description: string;
  readonly protocol: 'tcp' | 'udp';
  readonly portMin: number;
  readonly portMax: number;
  readonly sources: Source;
  /** Ranges of `sources`; empty when unknown. */
  readonly cidrs: readonly string[];
  /** Local address of the listener; `*` for all of the host. */
  readonly address: string;
}

export function cloudRules(openings: readonly Opening[], peers: Peers): CloudRule[] {
  return openings.filter(isOpened).map((opening) => ({
    description: describe(opening),
    protocol: opening.protocol,
    portMin: opening.port,
    portMax: opening.portMax,
    sources: opening.source,
    cidrs: cidrsOf(opening, peers),
    address: opening.ip,
  }));
}

const describe = ({ service, key, what }: Opening): string => `${service} ${key}: ${what}`;

function cidrsOf({ source, proxies }: Opening, { cluster, operator }: Peers): string[] {
  const bySource = { anyone: ANYONE, cluster, operator, proxy: proxies, host: [] };
  return [...new Set(bySource[source].map(cidrOf))];
}

const isV6 = (text: string): boolean => text.includes(':');
const cidrOf = (text: string): string => (text.includes('/') ? text : `${text}/${isV6(text) ? 128 : 32}`);

/**
 * Returns a file for `nft -f`, which may be loaded repeatedly. It opens public listeners to anyone, opens the others
 * only to those that need them, and leaves all other ports, such as SSH, and other tables alone.
 */
export function nftRules(openings: readonly Opening[], peers: Peers): string {
  const opened = openings.filter(isOpened);
  const sets = [...setsOf('cluster', peers.cluster), ...setsOf('operator', peers.operator)];
  return `# Written by \`meridian ports\`. Load it: nft -f FILE. Other ports stay as they are: SSH and other tables are not touched.
# A server more: nft add element inet meridian cluster4 '{ 198.51.100.22 }'
table inet meridian
delete table inet meridian
table inet meridian {
${sets.join('\n')}

  chain input {
    type filter hook input priority filter; policy accept;
    ct state established,related accept
    iif lo accept
${opened
  .flatMap(nftLines)
  .map((line) => `    ${line}`)
  .join('\n')}
  }
}
`;
}

function setsOf(name: string, ranges: readonly string[]): string[] {
  return ([4, 6] as const).map((version) => {
    const own = [...new Set(ranges.filter((range) => isV6(range) === (version === 6)))];
    const elements = own.length === 0 ? '' : ` elements = { ${own.join(', ')} }`;
    return `  set ${name}${version} { type ipv${version}_addr; flags interval; auto-merge;${elements} }`;
  });
}

/** Returns the line that opens a listener and, unless anyone may connect, the line that drops all others. */
function nftLines(opening: Opening): string[] {
  const { ip, protocol, port, portMax, source } = opening;
  const at = ip === ALL ? '' : `${isV6(ip) ? 'ip6' : 'ip'} daddr ${ip} `;
  const to = `${at}${protocol} dport ${portText(port, portMax)}`;
  const comment = `comment "${describe(opening)}"`;
  if (source === 'anyone') return [`${to} accept ${comment}`];
  const versions = ip === ALL ? ([4, 6] as const) : isV6(ip) ? ([6] as const) : ([4] as const);
  const acceptRules = versions.flatMap((version) =>
    nftSources(opening, version).map((from) => `ip${version === 6 ? '6' : ''} saddr ${from} ${to} accept ${comment}`),
  );
  return [...acceptRules, `${to} drop`];
}

/** Lists proxies one by one: their ranges may overlap, which an anonymous set may not. */
const nftSources = ({ source, proxies }: Opening, version: 4 | 6): string[] =>
  source === 'proxy' ? proxies.filter((range) => isV6(range) === (version === 6)) : [`@${source}${version}`];
