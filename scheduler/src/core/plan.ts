// The route plan: every node that others may talk to, and how each pair of living media nodes reaches one another: the address family, and
// for information the way that their hosts use now (routing.ts; the hosts themselves are told by `Routes`). A node is sent the pairs it is part of; while the cluster is small everyone gets
// all of them, so that doors can show routes.
import type { Address, NodeDescription, NodeRecord } from './node.ts';
import { type NodeRef, type NodesTold, refOf } from './plan-nodes.ts';

export interface PairPath {
  readonly a: string; // the lower id
  readonly b: string;
  readonly via: string; // a host; '' = direct
  /** One way in ms by the path in use, mean of both directions. */
  readonly delayMs: number;
  readonly aIp: string; // where b finds a
  readonly bIp: string;
}
export interface Plan {
  readonly version: number;
  /** 0: `nodes` are all there are; else those that have changed after this version, and `goneIds` those that have left. */
  readonly since: number;
  readonly nodes: readonly NodeRef[];
  readonly goneIds: readonly string[];
  /** Pairs without an entry share no address family and cannot relay. */
  readonly paths: readonly PairPath[];
  /** Nodes that are shut out: whoever has a link with one ends it. */
  readonly deniedIds: readonly string[];
}

/** How two hosts reach one another now. */
export interface PairWay {
  readonly via: string;
  readonly delayMs: number;
}
export type WayOf = (aHostId: string, bHostId: string) => PairWay | undefined;

const unknownWay: WayOf = () => undefined;

/** Up to this many media nodes (2,016 pairs, about 120 kB) a plan holds all pairs for everybody. */
const ALL_PAIRS_NODES_MAX = 64;

/** The plan as `receiverId` needs it; '' = as an outsider. `told`: what it is told of nodes; absent: all of them. */
export function planFor(
  receiverId: string,
  records: readonly NodeRecord[],
  o: { version: number; deniedIds?: readonly string[]; wayOf?: WayOf; told?: NodesTold },
): Plan {
  const { version, deniedIds = [], wayOf = unknownWay } = o;
  const told = o.told ?? { since: 0, nodes: records.map(refOf), goneIds: [] };
  const media = records.filter((record) => record.description.kind === 'sfu' && record.liveness !== 'dead');
  const all = media.length <= ALL_PAIRS_NODES_MAX;
  const paths: PairPath[] = [];
  for (const [index, first] of media.entries()) {
    if (!all && first.description.nodeId !== receiverId) continue;
    const others = all ? media.slice(index + 1) : media.filter((record) => record !== first);
    for (const second of others) {
      const path = pairPath(first.description, second.description, wayOf);
      if (path !== undefined) paths.push(path);
    }
  }
  return { version, ...told, paths, deniedIds };
}

/** The path of two nodes, direct where no way is known; undefined when they have no address family in common. */
export function pairPath(
  one: NodeDescription,
  other: NodeDescription,
  wayOf: WayOf = unknownWay,
): PairPath | undefined {
  const [a, b] = one.nodeId < other.nodeId ? [one, other] : [other, one];
  const isSameHost = a.hostId === b.hostId;
  const { via, delayMs } = wayOf(a.hostId, b.hostId) ?? { via: '', delayMs: 0 };
  for (const family of [4, 6] as const) {
    const aIp = pipeIp(a, family, isSameHost);
    const bIp = pipeIp(b, family, isSameHost);
    if (aIp !== undefined && bIp !== undefined) return { a: a.nodeId, b: b.nodeId, via, delayMs, aIp, bIp };
  }
  return undefined;
}

/** On one host the listen address itself: the announced one may not be reachable from inside. IPv4 is tried first (wider reach). */
function pipeIp(node: NodeDescription, family: 4 | 6, isSameHost: boolean): string | undefined {
  const fits = (address: Address): boolean => address.purpose === 'pipe' && familyOf(address.ip) === family;
  const address = node.addresses.find(fits);
  if (address === undefined) return undefined;
  return isSameHost || address.announced === '' ? address.ip : address.announced;
}

function familyOf(ip: string): 4 | 6 {
  return ip.includes(':') ? 6 : 4;
}
