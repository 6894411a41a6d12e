// The plan: every node that others may talk to, and for signaling nodes how each pair of living media nodes reaches one another: the address family,
// and for information the path that their hosts use now (routing.ts; the hosts themselves are told by `Routes`). Told once, then by what has changed
// (versioned-map.ts).
import type { Address, NodeDescription } from './node.ts';
import type { NodeRef } from './plan-nodes.ts';

export interface Pair {
  readonly a: string; // the lower id
  readonly b: string;
}
export interface PairPath extends Pair {
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
  /** Of signaling nodes alone. Pairs without an entry share no address family and cannot relay. */
  readonly paths: readonly PairPath[];
  /** The paths are those that have changed after `since`, and `gonePaths` those that have left; else all there are. */
  readonly arePathsChanges: boolean;
  readonly gonePaths: readonly Pair[];
  /** Nodes that are shut out: whoever has a link with one ends it. */
  readonly deniedIds: readonly string[];
}

/** How two hosts reach one another now. */
export interface HostPath {
  readonly via: string;
  readonly delayMs: number;
}
export type PathOf = (aHostId: string, bHostId: string) => HostPath | undefined;

/** IPv4 is tried first: wider reach. */
const families = [4, 6] as const;
const unknownPath: PathOf = () => undefined;

/** The path of two nodes, direct where no path is known; undefined when they have no address family in common. */
export function pairPath(
  one: NodeDescription,
  other: NodeDescription,
  pathOf: PathOf = unknownPath,
): PairPath | undefined {
  const [a, b] = one.nodeId < other.nodeId ? [one, other] : [other, one];
  const isSameHost = a.hostId === b.hostId;
  for (const family of families) {
    const aIp = pipeIp(a, family, isSameHost);
    const bIp = aIp === undefined ? undefined : pipeIp(b, family, isSameHost);
    if (aIp === undefined || bIp === undefined) continue;
    const { via, delayMs } = pathOf(a.hostId, b.hostId) ?? { via: '', delayMs: 0 };
    return { a: a.nodeId, b: b.nodeId, via, delayMs, aIp, bIp };
  }
  return undefined;
}

/** On one host the listen address itself: the announced one may not be reachable from inside. */
function pipeIp(node: NodeDescription, family: 4 | 6, isSameHost: boolean): string | undefined {
  const fits = (address: Address): boolean => address.purpose === 'pipe' && familyOf(address.ip) === family;
  const address = node.addresses.find(fits);
  if (address === undefined) return undefined;
  return isSameHost || address.announced === '' ? address.ip : address.announced;
}

function familyOf(ip: string): 4 | 6 {
  return ip.includes(':') ? 6 : 4;
}
