// What a placement decision sees: an immutable snapshot. `place` reads nothing else, so a stored slice of it explains the decision later.
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
}

export interface ClusterView {
  readonly version: number;
  readonly nowMs: number;
  readonly nodes: readonly NodeView[]; // media nodes only
  /** Share of linked media nodes that the centre has heard in time; 1 when there is none. */
  readonly freshShare: number;
  /** Room key -> media nodes holding it; a snapshot made for one request holds that room only. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
}

export interface PlaceWish {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly location: Point;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string; // '' = anywhere
  readonly protocolVersion: number; // of the asking side
  readonly routerVersion: number; // that a room without nodes is started on
}

/** Sessions that count against the node's capacity: never less than what was charged. */
export function sessionsCharged(node: NodeView): number {
  return node.sessionsSeen + node.sessionsAssumed;
}

/** Ids of the media nodes that hold the wished room. */
export function nodesOfRoom(view: ClusterView, roomKey: string): readonly string[] {
  return view.rooms.get(roomKey) ?? [];
}

/** The part of a view that names only the given hosts and one room; everything `place` derives from the whole view is kept. */
export function sliceOf(view: ClusterView, hostIds: ReadonlySet<string>, roomKey: string): ClusterView {
  return Object.freeze({
    ...view,
    nodes: view.nodes.filter((node) => hostIds.has(node.hostId)),
    rooms: new Map([[roomKey, nodesOfRoom(view, roomKey)]]),
  });
}
