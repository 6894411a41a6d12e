// Record of a node in the centre, and the facts that follow from the node's own figures.
import { digestOf, nodeKind } from '@meridian/protocol';

export type Liveness = 'alive' | 'suspect' | 'dead';

export interface Capacity {
  readonly sessions: number; // 0: not stated, so the limits below and the bound of the wire decide
  readonly consumers: number; // 0: not stated
  readonly bandwidthBps: number; // 0: not stated
  readonly cpuCores: number;
}

export interface Load {
  readonly cpu: number; // share of the capacity's cores, 0..1
  readonly txBps: number;
  readonly rxBps: number;
  readonly sessions: number;
  readonly secondHomes: number; // part of `sessions`; no list names them; also 0 from a node of an older version
  readonly producers: number;
  readonly consumers: number;
  readonly loopLagMsP99: number;
  readonly rssBytes: number;
  readonly transcodeMillicores: number; // gateway: CPU that its transcoders may use; 0: it makes no renditions
  readonly transcodeMillicoresUsed: number;
  readonly recordSlots: number; // recorder: participants that it can record at once
  readonly recordSlotsUsed: number;
  readonly recordings: RecordingHeld[]; // recorder: all its running recordings
  readonly diskBytes: number; // volume of the node's state, for a recorder of its spool; 0: unknown
  readonly diskFreeBytes: number; // at most `diskBytes`
}

export interface ReportedLoad extends Load {
  readonly sent?: readonly SentTo[]; // once a minute
}

/** Rate that a media node sends to another over pipes, mean of a minute. */
export interface SentTo {
  readonly nodeId: string;
  readonly bps: number;
}

export interface RecordingHeld {
  readonly roomKey: string;
  readonly recordingId: string;
  readonly slots: number; // participants that it records, at least 1
}

export interface Address {
  readonly purpose: string; // client | pipe | control | http | probe
  readonly protocol: string; // udp | tcp
  readonly ip: string;
  readonly announced: string; // '' = the same as ip
  readonly port: number;
}
/** Entry of a node's configuration; `value` is JSON. */
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
  /** Whether its plan may leave out media nodes whose addresses it gets otherwise. Absent: no, as from older nodes. */
  readonly takesSparsePlan?: boolean;
  /** Settings that nodes of this kind should share. Absent: unknown, as from a copy of an older version. */
  readonly config?: readonly ConfigValue[];
}
export interface RoomHeld {
  readonly roomKey: string;
  readonly epoch: number;
  readonly ownerId: string;
  readonly sessionIds: readonly string[];
  readonly decisionIds: readonly string[];
  /** Regions that the room may use; '': any. Absent from signaling nodes and nodes too old to know fences. */
  readonly fence?: string;
}
/** Kinds that hold rooms; rooms reported by other kinds are ignored. */
export const roomKinds: ReadonlySet<string> = new Set([nodeKind.media, nodeKind.signaling]);

export interface NodeReport {
  readonly incarnation: string;
  readonly load: ReportedLoad;
  readonly sessionCount: number;
  readonly sessionHash: number;
  /** Hash of all decisions that the node holds; undefined when it does not report them. */
  readonly decisionHash?: number | undefined;
  readonly roomsChanged: readonly RoomHeld[];
  readonly roomsGone: readonly string[];
  readonly state: string;
  /** Whether the node's process is to end; undefined when unknown. */
  readonly isLeaving?: boolean | undefined;
}

export interface NodeRecord {
  readonly description: NodeDescription;
  load: Load;
  sent: readonly SentTo[] | undefined; // rates in the last report of this incarnation that had any
  rooms: Map<string, RoomHeld>;
  state: string; // as reported: starting | serving | draining | failing
  liveness: Liveness;
  isLinked: boolean;
  heardAtMs: number;
  drainReason: string | undefined; // reason for which it takes no new sessions and its present sessions move away
  isLeaving: boolean; // whether the node reports that its process is to end, which holds as long as that process runs
  cordonReason: string | undefined; // reason for which it takes no new sessions
  digest: { count: number; hash: number } | undefined; // of the last report; undefined before the first
  listed: { count: number; hash: number }; // digest of `rooms`
  listedDecisions: number; // digest of the decisions of `rooms`
  listedIds: number; // count of sessions and decisions in `rooms`, which is bounded
  listVersion: number; // changes with every change of `rooms`, which change in place
  disagreesSinceMs: number | undefined;
  distrust: string | undefined;
  // time at which the node joined the fleet without sessions (slow start); undefined: known before, or it had sessions
  freshSinceMs: number | undefined;
  revision: number; // rises whenever a view of the node may change
}

/** Builds the site key from the nodes' own region and city; signaling nodes of the same city have the same key. */
export function siteKeyOf(region: string, city: string): string {
  return `${region}/${city}`;
}

export function sessionsSeen(node: NodeRecord): number {
  return Math.max(node.load.sessions, node.digest?.count ?? 0, node.listed.count);
}

export function whyDrained({ drainReason, isLeaving }: NodeRecord): string | undefined {
  return drainReason ?? (isLeaving ? 'its process is to end' : undefined);
}

/** A distrusted node counts as suspect, so that a signaling node that places by itself avoids it too. */
export function publicState(node: NodeRecord): 'alive' | 'suspect' | 'draining' | 'dead' {
  if (node.liveness === 'dead') return 'dead';
  if (node.liveness === 'suspect' || node.distrust !== undefined || !node.isLinked) return 'suspect';
  if (node.state === 'starting' || node.state === 'failing') return 'suspect';
  const isClosed = node.drainReason !== undefined || node.cordonReason !== undefined;
  return isClosed || node.state === 'draining' ? 'draining' : 'alive';
}

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

/** Makes the record of a node from its description alone: not linked, heard now. */
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
