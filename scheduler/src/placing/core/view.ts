// View of a placement decision: the hosts that the index proposes for this client, the belief of the client's path to
// them, and the members of the room. Complete: `place` reads nothing else, so the stored view (decision-log.ts)
// explains the decision later. No reader writes to it; in a fresh view of the index, the charges of nodes still move
// with the ledger.
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
  readonly state: string; // as reported: starting | serving | draining | failing
  readonly drainReason: string | undefined; // undefined: not draining
  readonly cordonReason: string | undefined; // undefined: not cordoned
  readonly distrust: string | undefined; // reason for which its reports are not believed; undefined: it is trusted
  readonly protocolVersion: number;
  readonly routerVersion: number;
  readonly capacity: Capacity;
  readonly load: Load;
  readonly sessionsSeen: number; // the largest of: claimed load, digest, list
  readonly sessionsAssumed: number; // charged and not seen yet
  readonly sessionsExpected: number; // participants that young and booked rooms still expect
  readonly sessionsReserved: number; // kept for booked participants who have not come yet; in sessionsExpected too
  // time at which it joined the fleet empty; undefined: it has been there for long
  readonly freshSinceMs: number | undefined;
  readonly isSound?: boolean; // whether it is known to pass every filter that looks at nodes alone
}

/** A machine with its media nodes, at least one. */
export interface HostView {
  readonly hostId: string;
  readonly siteKey: string;
  readonly nodes: readonly NodeView[];
}

export interface Approach {
  readonly host: HostView;
  readonly rttMs: number;
  readonly sdMs: number;
  /** Whether the client, or another client of its prefix, has timed the host's site. */
  readonly isTimed: boolean;
  /** Delay in one direction from this host to the hosts of `room.members`, in their order, SFUs included. */
  readonly toMembersMs: readonly number[];
}

export interface RoomMembers {
  readonly hostId: string;
  readonly sessions: number;
  readonly accessRttMs: number; // mean round trip of these sessions to the host
}

export interface ReservedSeats {
  readonly nodeId: string;
  readonly sessions: number;
}

export interface RoomView {
  readonly holders: readonly string[]; // media nodes that hold the room
  readonly routerVersion: number | undefined; // router version of the holders; undefined: no node holds it
  readonly members: readonly RoomMembers[]; // the largest first, bounded
  readonly reserved?: readonly ReservedSeats[]; // of a booked room
}

export interface ClusterView {
  readonly version: number;
  readonly nowMs: number;
  /** Share of linked media nodes that have reported to the centre in time; 1 without any. */
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
  readonly regionPin: string; // a fence; '' = any region
  readonly protocolVersion: number; // version of the asking side
  readonly routerVersion: number; // version for a room without nodes
  readonly mode: RoomMode;
  /** Set for a session that is in the room already, and moves. */
  readonly move?: MoveOf;
  /** Gateway or recorder that opened the session, and is the source and target of its media. */
  readonly opener?: OpenerOf;
  /** Node to which the client is connected already; chosen among equals. */
  readonly preferNodeId?: string;
}

/** Opener of a session; the media nodes of its host come first. */
export interface OpenerOf {
  readonly nodeId: string;
  readonly hostId: string;
  /** Whether only that host may take the session. */
  readonly onHost: boolean;
}

export interface MoveOf {
  readonly fromNodeId: string;
  /** Possible targets; empty: any node. */
  readonly toNodeIds: readonly string[];
  readonly reason: string;
  /** Shorter reason for clients, if it differs. */
  readonly told?: string | undefined;
}

/** Returns the real, not felt, one-way delay from the client by this host to the members at `index`. */
export function onewayToMembersMs({ rttMs, toMembersMs }: Approach, members: RoomMembers, index: number): number {
  return (rttMs + members.accessRttMs) / 2 + (toMembersMs[index] ?? 0);
}

/** Returns the sessions that count against the node's capacity: never less than its charges. */
export function sessionsCharged(node: NodeView): number {
  return node.sessionsSeen + node.sessionsAssumed;
}
