// What a placement decision sees: the hosts that the index proposes for this client, what is believed of the client's
// path to them, and the members of the room. Complete: `place` reads nothing else, so what is kept of it
// (decision-log.ts) explains the decision later. No reader writes to it; of a view that the index has just handed out,
// the charges of nodes go on moving with the ledger.
import type { Point, RoomMode } from '@meridian/protocol';
import type { Capacity, Liveness, Load } from '../../fleet/core/node.ts';

export interface NodeView extends Point {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  readonly city: string;
  readonly incarnation: string;
  readonly liveness: Liveness;
  readonly isLinked: boolean; // the node's link to the centre is open
  readonly state: string; // what the node says of itself: starting | serving | draining | failing
  readonly drainReason: string | undefined; // undefined: not draining
  readonly cordonReason: string | undefined; // undefined: not cordoned
  readonly distrust: string | undefined; // why its reports are not believed; undefined: they are
  readonly protocolVersion: number;
  readonly routerVersion: number;
  readonly capacity: Capacity;
  readonly load: Load;
  readonly sessionsSeen: number; // the largest of: claimed load, digest, list
  readonly sessionsAssumed: number; // charged and not seen yet
  readonly sessionsExpected: number; // of young and booked rooms: participants that are likely to come still
  readonly sessionsReserved: number; // kept for booked rooms that have not come yet; in sessionsExpected too
  readonly freshSinceMs: number | undefined; // when it came empty into the fleet; undefined: it is long there
  readonly isSound?: boolean; // true: it passes every filter that looks at nodes alone; else they are asked
}

/** One machine: its media nodes, at least one. */
export interface HostView {
  readonly hostId: string;
  readonly siteKey: string;
  readonly nodes: readonly NodeView[];
}

/** One proposed host and what is believed of the client's path to it. */
export interface Approach {
  readonly host: HostView;
  /** Believed round trip from the client. */
  readonly rttMs: number;
  readonly sdMs: number;
  /** Whether the client, or another of its prefix, has timed the host's site. */
  readonly isTimed: boolean;
  /** One way from this host to the hosts of `room.members`, in their order, SFUs included. */
  readonly toMembersMs: readonly number[];
}

/** Sessions of the requested room on one host. */
export interface RoomMembers {
  readonly hostId: string;
  readonly sessions: number;
  readonly accessRttMs: number; // their mean round trip to the host
}

/** Seats of a booked room on one node. */
export interface ReservedSeats {
  readonly nodeId: string;
  readonly sessions: number;
}

export interface RoomView {
  readonly holders: readonly string[]; // media nodes that hold the room
  readonly routerVersion: number | undefined; // of its holders; undefined: no node holds it
  readonly members: readonly RoomMembers[]; // the largest first, bounded
  readonly reserved?: readonly ReservedSeats[]; // of a booked room
}

export interface ClusterView {
  readonly version: number;
  readonly nowMs: number;
  /** Share of linked media nodes that have reported to the centre in time; 1 when there is none. */
  readonly freshShare: number;
  /** Timed sites first, then the nearest by belief. */
  readonly approaches: readonly Approach[];
  readonly room: RoomView;
}

export { type RoomMode, roomModes } from '@meridian/protocol';

export interface PlaceRequest {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly location: Point;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string; // a fence; '' = anywhere
  readonly protocolVersion: number; // of the asking side
  readonly routerVersion: number; // that a room without nodes is started on
  readonly mode: RoomMode;
  /** It is in the room already, and moves. */
  readonly move?: MoveOf;
  /** A gateway or recorder has opened it, and is where its media comes from and goes to. */
  readonly opener?: OpenerOf;
}

/** The media nodes of its host come first. */
export interface OpenerOf {
  readonly nodeId: string;
  readonly hostId: string;
  /** On that host or nowhere. */
  readonly onHost: boolean;
}

export interface MoveOf {
  readonly fromNodeId: string;
  /** One of these; none: anywhere. */
  readonly toNodeIds: readonly string[];
  readonly reason: string;
  /** The reason for clients, where it says less. */
  readonly told?: string | undefined;
}

/**
 * One way from the client, by the host of this approach, to the members at `index` of the room's; as it is, not as it
 * is felt.
 */
export function onewayToMembersMs({ rttMs, toMembersMs }: Approach, members: RoomMembers, index: number): number {
  return (rttMs + members.accessRttMs) / 2 + (toMembersMs[index] ?? 0);
}

/** Sessions that count against the node's capacity: never less than what was charged. */
export function sessionsCharged(node: NodeView): number {
  return node.sessionsSeen + node.sessionsAssumed;
}
