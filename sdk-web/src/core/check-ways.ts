// Paths by which a connection check sends media, and their attempts.
// - Case 1, udp and tcp: the media node's own candidates of that protocol; those at port 443 belong to tls.
// - Case 2, tls: first the media node's TCP candidates at port 443, then TURN servers by TLS, which pass where only web
//   pages do. Over a TURN server, the media node's candidates of all protocols may be used.
import type { CheckTarget } from './check-report.ts';

export const ways = ['udp', 'tcp', 'tls'] as const;
export type Way = (typeof ways)[number];

export interface NodeCandidate {
  readonly address?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}
export interface TurnServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}
export interface Attempt<Candidate extends NodeCandidate = NodeCandidate> {
  readonly candidates: readonly Candidate[];
  /** TURN servers that the browser must use; empty: it connects to the media node itself. */
  readonly turnServers: readonly TurnServer[];
  readonly targets: readonly CheckTarget[];
}

const webPort = 443;
/** RFC 7065: default port of a `turns` address. */
const turnsPort = 5349;
/** Limit on the reported targets; more would not help an administrator. */
const targetsMax = 16;

/** Returns the best attempt first; an empty list when the service does not offer the path. */
export function attemptsOf<Candidate extends NodeCandidate>(
  way: Way,
  candidates: readonly Candidate[],
  turnServers: readonly TurnServer[],
): readonly Attempt<Candidate>[] {
  const direct = candidates.filter((candidate) => matchesWay(way, candidate));
  const attempts: Attempt<Candidate>[] = [];
  if (direct.length > 0) attempts.push({ candidates: direct, turnServers: [], targets: unique(direct.map(targetOf)) });
  const byTls = way === 'tls' ? turnServers.flatMap(tlsUrlsOf) : [];
  if (byTls.length > 0) {
    const targets = unique(byTls.flatMap(({ urls }) => urls.flatMap(targetOfTurn)));
    attempts.push({ candidates, turnServers: byTls, targets });
  }
  return attempts;
}

function matchesWay(way: Way, { protocol, port }: NodeCandidate): boolean {
  if (way === 'udp') return protocol === 'udp';
  return protocol === 'tcp' && (port === webPort) === (way === 'tls');
}

const targetOf = ({ protocol, address, port }: NodeCandidate): CheckTarget => ({
  protocol: protocol === 'tcp' ? 'tcp' : 'udp',
  address: address ?? '',
  port: port ?? 0,
});

function tlsUrlsOf(server: TurnServer): TurnServer[] {
  const urls = server.urls.filter((url) => url.startsWith('turns:'));
  return urls.length === 0 ? [] : [{ urls, username: server.username, credential: server.credential }];
}

/** Parses `turns:HOST`, `turns:HOST:PORT`, `turns:[IPV6]:PORT`, each with an optional `?transport=tcp`. */
function targetOfTurn(url: string): CheckTarget[] {
  const [, inBrackets, name, port] = /^turns:(?:\[([^\]]+)\]|([^:?]+))(?::(\d+))?(?:\?|$)/.exec(url) ?? [];
  const address = inBrackets ?? name;
  return address === undefined
    ? []
    : [{ protocol: 'tls', address, port: port === undefined ? turnsPort : Number(port) }];
}

function unique(targets: readonly CheckTarget[]): CheckTarget[] {
  const byName = new Map(targets.map((target) => [`${target.protocol} ${target.address} ${target.port}`, target]));
  return [...byName.values()].slice(0, targetsMax);
}
