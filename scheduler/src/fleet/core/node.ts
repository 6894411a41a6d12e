// One node as the centre knows it, and what can be said of it from its own figures alone.
import { digestOf, nodeKind } from '@meridian/protocol';

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
  readonly secondHomes: number; // of the sessions: no list names them; 0 too from a node of an older version
  readonly producers: number;
  readonly consumers: number;
  readonly loopLagMsP99: number;
  readonly rssBytes: number;
  readonly transcodeMillicores: number; // of a gateway: what its transcoders may use; 0: it makes no renditions
  readonly transcodeMillicoresUsed: number;
  readonly recordSlots: number; // of a recorder: participants that it can record at once
  readonly recordSlotsUsed: number;
  readonly recordings: RecordingHeld[]; // of a recorder: all that run there
  readonly diskBytes: number; // of the volume of its state, of a recorder of its spool; 0: not known
  readonly diskFreeBytes: number; // at most `diskBytes`
}

/** As a node says it. */
export interface LoadSaid extends Load {
  readonly sent?: readonly SentTo[]; // once a minute
}

/** What a media node sends to another over pipes, mean of a minute. */
export interface SentTo {
  readonly nodeId: string;
  readonly bps: number;
}

export interface RecordingHeld {
  readonly roomKey: string;
  readonly recordingId: string;
  readonly slots: number; // from 1
}

export interface Address {
  readonly purpose: string; // client | pipe | control | http | probe
  readonly protocol: string; // udp | tcp
  readonly ip: string;
  readonly announced: string; // '' = the same as ip
  readonly port: number;
}
/** Of a node's configuration; `value` is JSON. */
export interface ConfigValue {
  readonly key: string;
  readonly value: string;
}
export interface NodeDescription {
  readonly nodeId: string;
  readonly kind: string;
  readonly region: string;
  readonly city: string;
  readonly hostId: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly addresses: readonly Address[];
  readonly capacity: Capacity;
  readonly versions: { readonly software: string; readonly protocol: number; readonly router: number };
  readonly incarnation: string;
  readonly publicUrl: string;
  /** What nodes of its kind are expected to have alike. Absent: not known, as from a copy of an older version. */
  readonly config?: readonly ConfigValue[];
}
export interface RoomHeld {
  readonly roomKey: string;
  readonly epoch: number;
  readonly ownerId: string;
  readonly sessionIds: readonly string[];
  readonly decisionIds: readonly string[];
  /**
   * Regions that the room may use, as a media node says; '': anywhere. Absent: it does not say, as a signaling node,
   * and a node too old to know fences.
   */
  readonly fence?: string;
}
/** Kinds that hold rooms: other nodes have none, whatever they report. */
export const roomKinds: ReadonlySet<string> = new Set([nodeKind.media, nodeKind.signaling]);

export interface NodeReport {
  readonly incarnation: string;
  readonly load: LoadSaid;
  readonly sessionCount: number;
  readonly sessionHash: number;
  /** Of all decisions that it holds; undefined: it does not say. */
  readonly decisionHash?: number | undefined;
  readonly roomsChanged: readonly RoomHeld[];
  readonly roomsGone: readonly string[];
  readonly state: string;
  /** Its process is to end; undefined: it is not known. */
  readonly isLeaving?: boolean | undefined;
}

export interface NodeRecord {
  readonly description: NodeDescription;
  load: Load;
  sent: readonly SentTo[] | undefined; // as its incarnation said last; undefined: it has not
  rooms: Map<string, RoomHeld>;
  state: string; // as reported
  liveness: Liveness;
  isLinked: boolean;
  heardAtMs: number;
  drainReason: string | undefined; // no new sessions, and the present ones are moved
  isLeaving: boolean; // the same by its own word, for as long as this process runs
  cordonReason: string | undefined; // no new sessions
  digest: { count: number; hash: number } | undefined; // of the last report; undefined before the first
  listed: { count: number; hash: number }; // of `rooms`
  listedDecisions: number; // digest of the decisions of `rooms`
  listedIds: number; // of `rooms`: sessions and decisions together, which are bounded
  listVersion: number; // another one after every change of `rooms`, which change in place
  disagreesSinceMs: number | undefined;
  distrust: string | undefined;
  freshSinceMs: number | undefined; // when it came empty into the fleet; undefined: it was there, or brought sessions
  revision: number; // rises whenever anything a view shows may have changed
}

/** Sites are named by what nodes say of themselves; signaling nodes of the same city have the same key. */
export function siteKeyOf(region: string, city: string): string {
  return `${region}/${city}`;
}

/** Sessions that a node is taken to have: the largest of its own three figures. */
export function sessionsSeen(node: NodeRecord): number {
  return Math.max(node.load.sessions, node.digest?.count ?? 0, node.listed.count);
}

/** Why the sessions of a node are to be moved; undefined: they stay. */
export function whyDrained({ drainReason, isLeaving }: NodeRecord): string | undefined {
  return drainReason ?? (isLeaving ? 'its process is to end' : undefined);
}

/**
 * What others may know of a node's state. A distrusted node counts as suspect: a signaling node that places by itself
 * avoids it too.
 */
export function publicState(node: NodeRecord): 'alive' | 'suspect' | 'draining' | 'dead' {
  if (node.liveness === 'dead') return 'dead';
  if (node.liveness === 'suspect' || node.distrust !== undefined || !node.isLinked) return 'suspect';
  if (node.state === 'starting' || node.state === 'failing') return 'suspect';
  const isClosed = node.drainReason !== undefined || node.cordonReason !== undefined;
  return isClosed || node.state === 'draining' ? 'draining' : 'alive';
}

/** Of a node that has said nothing yet. */
export const noLoad: Load = {
  cpu: 0,
  txBps: 0,
  rxBps: 0,
  sessions: 0,
  secondHomes: 0,
  producers: 0,
  consumers: 0,
  loopLagMsP99: 0,
  rssBytes: 0,
  transcodeMillicores: 0,
  transcodeMillicoresUsed: 0,
  recordSlots: 0,
  recordSlotsUsed: 0,
  recordings: [],
  diskBytes: 0,
  diskFreeBytes: 0,
};

/** A node of which only the description is known: not linked, heard now. */
export function blankRecord(description: NodeDescription, nowMs: number, revision: number): NodeRecord {
  return {
    description,
    load: noLoad,
    sent: undefined,
    rooms: new Map(),
    state: 'starting',
    liveness: 'alive',
    isLinked: false,
    heardAtMs: nowMs,
    drainReason: undefined,
    isLeaving: false,
    cordonReason: undefined,
    digest: undefined,
    listed: { count: 0, hash: digestOf([]) },
    listedDecisions: digestOf([]),
    listedIds: 0,
    listVersion: 0,
    disagreesSinceMs: undefined,
    distrust: undefined,
    freshSinceMs: undefined,
    revision,
  };
}
