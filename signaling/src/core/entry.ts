// Signaling nodes that a client may connect to, nearest first, as GET /v1/entry lists them. The centre gives the order.
// Without the centre, this node comes first, then its region, then the others, because a client that asks here is
// probably near. The list has at most as many nodes as the SDK measures at once (echoSitesMax).
import { limits, nodeKind } from '@meridian/protocol';
import { type Fleet, type FleetNode, isServing } from './fleet.ts';

export interface EntryCandidate {
  readonly signalingId: string;
  readonly url: string;
  readonly echoUrl: string;
  readonly region: string;
  readonly city: string;
}

/**
 * Returns the candidates. `order`: signaling ids from the centre, nearest first; empty when the centre did not answer.
 * Nodes that do not serve are left out, and so are nodes of the other scheme unless no others exist: an https page can
 * open no `ws:` address, and a page of this machine may not trust the certificate of a `wss:` node in its local
 * network.
 */
export function entryCandidates(
  fleet: Fleet,
  o: { order: readonly string[]; selfId: string; region: string },
): EntryCandidate[] {
  const serving = [...fleet.values()].filter(
    (node) => node.kind === nodeKind.signaling && node.publicUrl !== '' && isServing(node),
  );
  const ownUrl = fleet.get(o.selfId)?.publicUrl ?? '';
  const sameScheme = serving.filter(({ publicUrl }) => isSameScheme(publicUrl, ownUrl));
  const nodes = sameScheme.length === 0 ? serving : sameScheme;
  return rankedByCity(nodes, fleet, o)
    .slice(0, limits.echoSitesMax)
    .map((node) => ({
      signalingId: node.nodeId,
      url: `${trimmed(node.publicUrl)}/v1/rtc`,
      echoUrl: echoUrlOf(node.publicUrl),
      region: node.region,
      city: node.city,
    }));
}

/**
 * Returns the nodes in the centre's order: the first node of each city, nearest city first, then the second nodes. A
 * city ranks by its first node in the centre's order, even one of the other scheme, which the centre does not know.
 * Nodes of cities outside the order come last: this node, its region, the others.
 */
function rankedByCity(
  nodes: readonly FleetNode[],
  fleet: Fleet,
  o: { order: readonly string[]; selfId: string; region: string },
): FleetNode[] {
  const cities = o.order.map((nodeId) => fleet.get(nodeId)).map((node) => (node === undefined ? '' : cityOf(node)));
  const fallbackRank = ({ nodeId, region }: FleetNode): number =>
    nodeId === o.selfId ? 0 : region === o.region ? 1 : 2;
  const named = nodes.filter((node) => cities.includes(cityOf(node)));
  const at = ({ nodeId }: FleetNode): number => {
    const index = o.order.indexOf(nodeId);
    return index < 0 ? o.order.length : index;
  };
  const byId = (a: FleetNode, b: FleetNode): number => (a.nodeId < b.nodeId ? -1 : 1);
  const seen = new Map<string, number>();
  const ranked = [...named]
    .sort((a, b) => at(a) - at(b) || fallbackRank(a) - fallbackRank(b) || byId(a, b))
    .map((node) => {
      const city = cityOf(node);
      const round = seen.get(city) ?? 0;
      seen.set(city, round + 1);
      return { node, round, cityAt: cities.indexOf(city) };
    })
    .sort((a, b) => a.round - b.round || a.cityAt - b.cityAt)
    .map(({ node }) => node);
  const others = nodes.filter((node) => !cities.includes(cityOf(node)));
  return [...ranked, ...others.sort((a, b) => fallbackRank(a) - fallbackRank(b) || byId(a, b))];
}

const cityOf = ({ region, city }: FleetNode): string => `${region}/${city}`;

/** Returns whether a client that has reached one address may open the other: both are `wss:`, or neither is. */
export const isSameScheme = (publicUrl: string, ownUrl: string): boolean => isSecure(publicUrl) === isSecure(ownUrl);

const isSecure = (url: string): boolean => url.toLowerCase().startsWith('wss:');

/** Returns the address at which a signaling node measures round trips. */
export const echoUrlOf = (publicUrl: string): string => `${trimmed(publicUrl)}/v1/echo`;

/** Returns the echo address with the ticket that proves that the client was asked to measure it (receipts.ts). */
export const urlWithTicket = (echoUrl: string, ticket: Uint8Array): string =>
  `${echoUrl}?ticket=${Buffer.from(ticket).toString('base64url')}`;

/** Returns the ticket in the query of an echo address; empty when it is absent. */
export const ticketOf = (query: string): Uint8Array =>
  Buffer.from(new URLSearchParams(query).get('ticket') ?? '', 'base64url');

/**
 * Returns whether the centre's order contains the city of a node, so that the client is asked to measure its round
 * trip to the node. Without the centre's order no round trip helps: this node's own order is the same for all clients.
 */
export function isCityInOrder(
  { region, city }: Pick<EntryCandidate, 'region' | 'city'>,
  fleet: Fleet,
  order: readonly string[],
): boolean {
  return order.some((nodeId) => {
    const node = fleet.get(nodeId);
    return node?.region === region && node.city === city;
  });
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');
