// What a placement decision sees: the hosts that the index proposes for this client, what is believed of the way to them, and who is in
// the room. Immutable and complete: `place` reads nothing else, so the stored view explains the decision later.
import type { Point } from './geo.ts';

export type Liveness = 'alive' | 'suspect' | 'dead';

export interface Capacity {
  readonly sessions: number; // 0: not stated, the limits below and the wire's own bound decide
  readonly consumers: number; // 0: not stated
  readonly bandwidthBps: number; // 0: not stated
  readonly cpuCores: number;
}

export interface Load {
  readonly cpu: number; // 0..1 of the capacity's cores
  readonly txBps: number;
  readonly rxBps: number;
  readonly sessions: number;
  readonly producers: number;
  readonly consumers: number;
  readonly loopLagMsP99: number;
  readonly rssBytes: number;
}

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
  readonly distrust: string | undefined; // why its reports are not believed; undefined: they are
  readonly protocolVersion: number;
  readonly routerVersion: number;
  readonly capacity: Capacity;
  readonly load: Load;
  readonly sessionsSeen: number; // the largest of: claimed load, digest, list
  readonly sessionsAssumed: number; // charged and not seen yet
  readonly sessionsExpected: number; // of young rooms: who is likely to come still
  readonly freshSinceMs: number | undefined; // when it came empty into the fleet; undefined: it is long there
}

/** One machine: its media nodes, at least one. */
export interface HostView {
  readonly hostId: string;
  readonly siteKey: string;
  readonly nodes: readonly NodeView[];
}

/** One proposed host and what is believed of the way to it. */
export interface Approach {
  readonly host: HostView;
  /** Believed round trip from the client. */
  readonly rttMs: number;
  readonly sdMs: number;
  /** Whether the client, or somebody of its prefix, has timed the host's site. */
  readonly isTimed: boolean;
  /** One way from this host to the hosts of `room.members`, in their order, SFUs included. */
  readonly toMembersMs: readonly number[];
}

/** Sessions of the wished room on one host. */
export interface RoomMembers {
  readonly hostId: string;
  readonly sessions: number;
  readonly accessRttMs: number; // their mean round trip to the host
}

export interface RoomView {
  readonly holders: readonly string[]; // media nodes that hold the room
  readonly routerVersion: number | undefined; // of its holders; undefined: nobody holds it
  readonly members: readonly RoomMembers[]; // the largest first, bounded
}

export interface ClusterView {
  readonly version: number;
  readonly nowMs: number;
  /** Share of linked media nodes that the centre has heard in time; 1 when there is none. */
  readonly freshShare: number;
  /** Timed sites first, then the nearest by belief. */
  readonly approaches: readonly Approach[];
  readonly room: RoomView;
}

export type RoomMode = 'single' | 'direct' | 'relay';

export interface PlaceWish {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly location: Point;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string; // '' = anywhere
  readonly protocolVersion: number; // of the asking side
  readonly routerVersion: number; // that a room without nodes is started on
  readonly mode: RoomMode;
}

/** Sessions that count against the node's capacity: never less than what was charged. */
export function sessionsCharged(node: NodeView): number {
  return node.sessionsSeen + node.sessionsAssumed;
}
