// Feed from the leader to the instances of regions: media nodes with load and rooms, nodes that ask for places there,
// paths between sites, leases of rooms, shut-out nodes (the "world"). `WorldLog` compares the leader's state with the
// last sent state and keeps the changes; `WorldView` rebuilds the state in an instance. Keys name the kind of a value:
// `node/ID`, `room/ID ROOM`, `lease/ROOM`, `delay/FROM TO`, `denied/ID`.
import { digestOf, type NodeKind, nodeKind } from '@meridian/protocol';
import { type Delta, VersionedMap } from '../../../base/core/versioned-map.ts';
import type { Load } from '../../../fleet/core/node.ts';
import { type NodeDescription, type NodeRecord, publicState, type RoomHeld } from '../../../fleet/core/node.ts';

export interface WorldNode {
  readonly description: NodeDescription;
  readonly load: Load;
  readonly state: string;
  readonly isUsable: boolean;
  readonly drainReason: string | undefined;
  readonly cordonReason: string | undefined;
}
export interface WorldLease {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
}
export interface WorldDelay {
  readonly fromHostId: string;
  readonly toHostId: string;
  readonly delayMs: number;
  readonly rttMs: number; // NaN: not measured
}
export type WorldValue =
  | { readonly what: 'node'; readonly node: WorldNode }
  | { readonly what: 'room'; readonly nodeId: string; readonly room: RoomHeld }
  | { readonly what: 'lease'; readonly lease: WorldLease }
  | { readonly what: 'delay'; readonly delay: WorldDelay }
  | { readonly what: 'denied'; readonly nodeId: string };

export const keyOf = {
  node: (nodeId: string): string => `node/${nodeId}`,
  room: (nodeId: string, roomKey: string): string => `room/${nodeId} ${roomKey}`,
  lease: (roomKey: string): string => `lease/${roomKey}`,
  delay: (from: string, to: string): string => `delay/${from} ${to}`,
  denied: (nodeId: string): string => `denied/${nodeId}`,
} as const;

/** Kinds where sessions are placed, and kinds that ask for places, themselves or through a signaling node. */
const isKindFed = {
  scheduler: false,
  sfu: true,
  signaling: true,
  'edge-probe': false,
  gateway: true,
  api: false,
  recorder: true,
  library: false,
} satisfies Record<NodeKind, boolean>;
const fedKinds = new Set(Object.entries(isKindFed).flatMap(([kind, fed]) => (fed ? [kind] : [])));
/** A path is sent again when its delay changes by this: noticeable to a client, and less than sites differ by. */
const DELAY_STEP_MS = 1;

/** Removals that the log keeps: about those of a minute in a large fleet. An instance gets them within 2 s. */
const GONE_MAX = 16_384;

export class WorldLog {
  readonly #changes = new VersionedMap<WorldValue>({ isSame, goneMax: GONE_MAX });
  readonly #seenRevisions = new Map<string, { record: NodeRecord; revision: number }>();
  /** Keys of each node's rooms in the log. */
  readonly #rooms = new Map<string, Set<string>>();

  get version(): number {
    return this.#changes.version;
  }

  since(version: number): Delta<WorldValue> {
    return this.#changes.since(version);
  }

  /** Takes the present nodes; an unchanged node costs a comparison. */
  nodes(records: readonly NodeRecord[], deniedIds: readonly string[]): void {
    const present = new Set<string>();
    for (const record of records) {
      const { nodeId, kind } = record.description;
      if (!fedKinds.has(kind)) continue;
      present.add(nodeId);
      const seen = this.#seenRevisions.get(nodeId);
      if (seen?.record === record && seen.revision === record.revision) continue;
      this.#seenRevisions.set(nodeId, { record, revision: record.revision });
      this.#putNode(record);
    }
    for (const nodeId of this.#seenRevisions.keys()) if (!present.has(nodeId)) this.#removeNode(nodeId);
    this.#sync(
      'denied/',
      new Map(deniedIds.map((nodeId) => [keyOf.denied(nodeId), { what: 'denied', nodeId } as const])),
    );
  }

  lease(lease: WorldLease): void {
    this.#changes.put(keyOf.lease(lease.roomKey), { what: 'lease', lease });
  }

  leases(leases: readonly WorldLease[]): void {
    const live = new Set<string>();
    for (const lease of leases) {
      live.add(keyOf.lease(lease.roomKey));
      this.lease(lease);
    }
    for (const key of this.#changes.keys()) if (key.startsWith('lease/') && !live.has(key)) this.#changes.remove(key);
  }

  /** Replaces the paths between sites, each site by its first host. */
  delays(delays: readonly WorldDelay[]): void {
    const rows = new Map<string, WorldValue>();
    for (const delay of delays) rows.set(keyOf.delay(delay.fromHostId, delay.toHostId), { what: 'delay', delay });
    this.#sync('delay/', rows);
  }

  validate(): void {
    this.#changes.validate();
  }

  #putNode(record: NodeRecord): void {
    const { description, load, state, drainReason, cordonReason, distrust, isLinked, liveness } = record;
    const { nodeId } = description;
    const isUsable = isLinked && distrust === undefined && liveness !== 'dead' && publicState(record) !== 'dead';
    const node = { description, load, state, drainReason, cordonReason, isUsable };
    this.#changes.put(keyOf.node(nodeId), { what: 'node', node });
    if (description.kind !== nodeKind.media) return;
    const rows = new Map<string, WorldValue>();
    for (const room of record.rooms.values())
      rows.set(keyOf.room(nodeId, room.roomKey), { what: 'room', nodeId, room });
    this.#sync(`room/${nodeId} `, rows, this.#roomsOf(nodeId));
  }

  #roomsOf(nodeId: string): Set<string> {
    const heldKeys = this.#rooms.get(nodeId) ?? new Set<string>();
    this.#rooms.set(nodeId, heldKeys);
    return heldKeys;
  }

  #removeNode(nodeId: string): void {
    this.#seenRevisions.delete(nodeId);
    for (const key of this.#roomsOf(nodeId)) this.#changes.remove(key);
    this.#rooms.delete(nodeId);
    this.#changes.remove(keyOf.node(nodeId));
  }

  /** Puts the rows and removes all other keys with the prefix. `knownKeys`: present keys, if the caller has them. */
  #sync(prefix: string, rows: ReadonlyMap<string, WorldValue>, knownKeys?: Set<string>): void {
    const presentKeys = knownKeys ?? new Set(this.#changes.keys().filter((key) => key.startsWith(prefix)));
    for (const key of presentKeys) {
      if (rows.has(key)) continue;
      this.#changes.remove(key);
      knownKeys?.delete(key);
    }
    for (const [key, value] of rows) {
      this.#changes.put(key, value);
      knownKeys?.add(key);
    }
  }
}

/** World of an instance: the leader's feed, applied in its order. */
export class WorldView {
  readonly #values = new Map<string, WorldValue>();
  readonly #rooms = new Map<string, Map<string, RoomHeld>>();
  #version = 0;
  #delaysVersion = 0;

  get version(): number {
    return this.#version;
  }

  get delaysVersion(): number {
    return this.#delaysVersion;
  }

  /** Applies a delta. `ok` is false, without effect, after a gap: the link must restart. `touched`: changed nodes. */
  apply(delta: Delta<WorldValue>): { ok: boolean; touched: ReadonlySet<string> } {
    const touched = new Set<string>();
    if (delta.since !== 0 && delta.since !== this.#version) return { ok: false, touched };
    if (delta.since === 0) for (const key of [...this.#values.keys()]) this.#drop(key, touched);
    for (const key of delta.gone) this.#drop(key, touched);
    for (const [key, value] of delta.changed) this.#set(key, value, touched);
    this.#version = delta.version;
    return { ok: true, touched };
  }

  /** Makes the leader send everything again when it is back; the received state stays until then. */
  restart(): void {
    this.#version = 0;
  }

  node(nodeId: string): WorldNode | undefined {
    const value = this.#values.get(keyOf.node(nodeId));
    return value?.what === 'node' ? value.node : undefined;
  }

  nodes(): WorldNode[] {
    return [...this.#values.values()].flatMap((value) => (value.what === 'node' ? [value.node] : []));
  }

  roomsOf(nodeId: string): ReadonlyMap<string, RoomHeld> {
    return this.#rooms.get(nodeId) ?? noRooms;
  }

  lease(roomKey: string): WorldLease | undefined {
    const value = this.#values.get(keyOf.lease(roomKey));
    return value?.what === 'lease' ? value.lease : undefined;
  }

  delay(fromHostId: string, toHostId: string): WorldDelay | undefined {
    const value = this.#values.get(keyOf.delay(fromHostId, toHostId));
    return value?.what === 'delay' ? value.delay : undefined;
  }

  deniedIds(): string[] {
    return [...this.#values.values()].flatMap((value) => (value.what === 'denied' ? [value.nodeId] : []));
  }

  #set(key: string, value: WorldValue, touched: Set<string>): void {
    this.#values.set(key, value);
    if (value.what === 'delay') this.#delaysVersion += 1;
    if (value.what === 'node') touched.add(value.node.description.nodeId);
    if (value.what !== 'room') return;
    touched.add(value.nodeId);
    const rooms = this.#rooms.get(value.nodeId) ?? new Map<string, RoomHeld>();
    this.#rooms.set(value.nodeId, rooms.set(value.room.roomKey, value.room));
  }

  #drop(key: string, touched: Set<string>): void {
    const value = this.#values.get(key);
    this.#values.delete(key);
    if (value?.what === 'node') touched.add(value.node.description.nodeId);
    if (value?.what !== 'room') return;
    touched.add(value.nodeId);
    const rooms = this.#rooms.get(value.nodeId);
    rooms?.delete(value.room.roomKey);
    if (rooms?.size === 0) this.#rooms.delete(value.nodeId);
  }
}

const noRooms: ReadonlyMap<string, RoomHeld> = new Map();

/** Whether an instance that has the value `sent` need not get the value `now`. */
function isSame(sent: WorldValue, now: WorldValue): boolean {
  if (sent.what === 'room' && now.what === 'room') return sent.room === now.room || isSameRoom(sent.room, now.room);
  if (sent.what === 'lease' && now.what === 'lease')
    return sent.lease.epoch === now.lease.epoch && sent.lease.ownerId === now.lease.ownerId;
  if (sent.what === 'delay' && now.what === 'delay')
    return (
      stepOf(sent.delay.delayMs) === stepOf(now.delay.delayMs) &&
      Object.is(stepOf(sent.delay.rttMs), stepOf(now.delay.rttMs))
    );
  // A node is put after each report, so that an instance learns that the leader heard the node.
  return sent.what === 'denied' && now.what === 'denied';
}

function isSameRoom(sent: RoomHeld, now: RoomHeld): boolean {
  return (
    sent.epoch === now.epoch &&
    sent.ownerId === now.ownerId &&
    (sent.fence ?? '') === (now.fence ?? '') &&
    digestOf(sent.sessionIds) === digestOf(now.sessionIds) &&
    digestOf(sent.decisionIds) === digestOf(now.decisionIds)
  );
}

const stepOf = (ms: number): number => Math.round(ms / DELAY_STEP_MS);
