// The fleet by the latest plan. It answers which signaling nodes a client may connect to, and where a session goes
// while the centre does not answer. The plan may be old: a running service continues with its last plan.
import { isInFence, nodeKind } from '@meridian/protocol';

export interface FleetAddress {
  readonly purpose: string;
  readonly host: string;
  readonly port: number;
}

export interface FleetNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly region: string;
  readonly city: string;
  readonly hostId: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly state: string; // alive | suspect | draining | dead
  readonly incarnation: string;
  readonly publicUrl: string;
  readonly addresses: readonly FleetAddress[];
  /** Delays to other media nodes, one way, by the plan; absent: not known. */
  readonly delaysMs?: ReadonlyMap<string, number>;
}

export type Fleet = ReadonlyMap<string, FleetNode>;

/** Returns whether a node takes new work: it is alive or its report is merely late. */
export const isServing = (node: FleetNode | undefined): boolean => node?.state === 'alive' || node?.state === 'suspect';

/** Link to a media node. `down`: the node is known to be away; `unknown`: no session has needed it lately. */
export type LinkState = 'open' | 'down' | 'unknown';

export interface FallbackRequest {
  readonly region: string;
  readonly fence: string;
  /** Nodes that already hold the room, as far as known. */
  readonly roomNodeIds: readonly string[];
  readonly avoidNodeIds: readonly string[];
  /** Host of the session's gateway or recorder, whose media nodes come first; '': none, or not known. */
  readonly openerHostId: string;
  /** Only nodes of the opener's host are allowed. */
  readonly onHost: boolean;
  linkOf(nodeId: string): LinkState;
  /** 0 <= rand < 1: chooses among equally good nodes. */
  readonly rand: number;
}

/**
 * Returns a media node for a session while the centre is away: a node of the opener's host, else a node of this region
 * that holds the room, else any node of this region, else a node that holds the room. Never a node of another region
 * without the room: without measurements that would be a guess. Among equals an open link wins; a node whose link is
 * down is the last resort.
 */
export function fallbackNode(fleet: Fleet, request: FallbackRequest): string | undefined {
  const isOnOpenerHost = ({ hostId }: FleetNode): boolean =>
    request.openerHostId !== '' && hostId === request.openerHostId;
  const usable = [...fleet.values()].filter(
    (node) =>
      node.kind === nodeKind.media &&
      isServing(node) &&
      isInFence(request.fence, node.region) &&
      (!request.onHost || isOnOpenerHost(node)) &&
      !request.avoidNodeIds.includes(node.nodeId),
  );
  const notDown = usable.filter((node) => request.linkOf(node.nodeId) !== 'down');
  for (const nodes of [notDown, usable]) {
    const roomHolders = nodes.filter((node) => request.roomNodeIds.includes(node.nodeId));
    const isNear = (node: FleetNode): boolean => node.region === request.region;
    for (const choice of [
      nodes.filter(isOnOpenerHost),
      roomHolders.filter(isNear),
      nodes.filter(isNear),
      roomHolders,
    ]) {
      const open = choice.filter((node) => request.linkOf(node.nodeId) === 'open');
      const sorted = (open.length > 0 ? open : choice).map((node) => node.nodeId).sort();
      const chosen = sorted[Math.min(sorted.length - 1, Math.floor(request.rand * sorted.length))];
      if (chosen !== undefined) return chosen;
    }
  }
  return undefined;
}

/**
 * Returns whether the plan has a library node inside the fence; true before the first plan. A dead node counts, since
 * recorders keep recordings until it is back.
 */
export const hasLibrary = (fleet: Fleet, fence: string): boolean =>
  fleet.size === 0 ||
  [...fleet.values()].some(
    ({ kind, region, publicUrl }) => kind === nodeKind.library && publicUrl !== '' && isInFence(fence, region),
  );

/** Returns this node's share of a tenant's sessions while the centre is away; Infinity without a limit. */
export function shareOfSeats(seats: number, fleet: Fleet): number {
  const nodes = [...fleet.values()].filter(({ kind, state }) => kind === nodeKind.signaling && state !== 'dead').length;
  return seats === 0 ? Number.POSITIVE_INFINITY : Math.ceil(seats / Math.max(1, nodes));
}
