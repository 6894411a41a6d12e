// The fleet as the last plan showed it, and the two questions that are answered from it: which signaling nodes may a
// client connect to, and where does a session go when the scheduling centre does not answer. The plan may be old: a
// running service goes on with what it knew.
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
  /** One way to other media nodes, as the plan has it; absent: not known. */
  readonly delaysMs?: ReadonlyMap<string, number>;
}

export type Fleet = ReadonlyMap<string, FleetNode>;

/** Serving new work: alive, or merely late with its report. */
export const isServing = (node: FleetNode | undefined): boolean => node?.state === 'alive' || node?.state === 'suspect';

/** Of a media node: open; down, so that it is known to be away; unknown: no session has needed it lately. */
export type LinkState = 'open' | 'down' | 'unknown';

export interface FallbackRequest {
  readonly region: string;
  /** No node outside it. */
  readonly fence: string;
  /** Nodes that hold the room already, as far as known. */
  readonly roomNodeIds: readonly string[];
  readonly avoidNodeIds: readonly string[];
  /** Of the gateway or recorder that opens the session: its own media nodes come first. '': none, or not known. */
  readonly openerHostId: string;
  /** Nodes of that host or none. */
  readonly onHost: boolean;
  linkOf(nodeId: string): LinkState;
  /** 0 <= rand < 1: which of the equally good. */
  readonly rand: number;
}

/**
 * A media node for a session while the centre is away: of the host of its opener, else of the own region one that holds
 * the room, else any of the own region, else one that holds the room. Never a node of another region that has nothing
 * to do with the room: without measurements that is a guess. Of equally good ones one whose link is open; one whose
 * link is down only when there is no other.
 */
export function fallbackNode(fleet: Fleet, request: FallbackRequest): string | undefined {
  const isBeside = ({ hostId }: FleetNode): boolean => request.openerHostId !== '' && hostId === request.openerHostId;
  const usable = [...fleet.values()].filter(
    (node) =>
      node.kind === nodeKind.media &&
      isServing(node) &&
      isInFence(request.fence, node.region) &&
      (!request.onHost || isBeside(node)) &&
      !request.avoidNodeIds.includes(node.nodeId),
  );
  const notDown = usable.filter((node) => request.linkOf(node.nodeId) !== 'down');
  for (const nodes of [notDown, usable]) {
    const holding = nodes.filter((node) => request.roomNodeIds.includes(node.nodeId));
    const isNear = (node: FleetNode): boolean => node.region === request.region;
    for (const choice of [nodes.filter(isBeside), holding.filter(isNear), nodes.filter(isNear), holding]) {
      const open = choice.filter((node) => request.linkOf(node.nodeId) === 'open');
      const sorted = (open.length > 0 ? open : choice).map((node) => node.nodeId).sort();
      const chosen = sorted[Math.min(sorted.length - 1, Math.floor(request.rand * sorted.length))];
      if (chosen !== undefined) return chosen;
    }
  }
  return undefined;
}

/**
 * Sessions of a tenant that one signaling node lets in while the centre is away: its part of all; no limit: Infinity.
 */
export function shareOfSeats(seats: number, fleet: Fleet): number {
  const nodes = [...fleet.values()].filter(({ kind, state }) => kind === nodeKind.signaling && state !== 'dead').length;
  return seats === 0 ? Number.POSITIVE_INFINITY : Math.ceil(seats / Math.max(1, nodes));
}
