// The world as the leader tells it to the instances of regions: media nodes with load and rooms, who asks for places
// there, paths between sites, leases of rooms, who is shut out. `WorldLog` compares what the leader knows with what it
// last told and keeps the changes; `WorldView` is what an instance makes of them. Keys say what a value is: `node/ID`,
// `room/ID ROOM`, `lease/ROOM`, `delay/FROM TO`, `denied/ID`.
import { digestOf, type NodeKind, nodeKind } from '@meridian/protocol';
import { type Delta, VersionedMap } from '../../../base/core/versioned-map.ts';
import type { Load } from '../../../fleet/core/node.ts';
import { type NodeDescription, type NodeRecord, publicState, type RoomHeld } from '../../../fleet/core/node.ts';

export interface WorldNode {
  readonly description: NodeDescription;
  readonly load: Load;
  readonly state: string;
  /** Linked to the leader, and its figures are believed. */
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

/**
 * Whether an instance decides with nodes of this kind: where people are placed, who asks for a place, and who asks
 * through a signaling node.
 */
const isTold = {
  scheduler: false,
  sfu: true,
  signaling: true,
  'edge-probe': false,
  gateway: true,
  api: false,
  recorder: true,
} satisfies Record<NodeKind, boolean>;
const kinds = new Set(Object.entries(isTold).flatMap(([kind, told]) => (told ? [kind] : [])));
/** Paths are told again when they differ by this: what a client feels, and less than sites differ by. */
const DELAY_STEP_MS = 1;

/** Rooms, mostly, of a minute in a large fleet: an instance is told within a second or two. */
const GONE_MAX = 16_384;

export class WorldLog {
  readonly #changes = new VersionedMap<WorldValue>({ isSame, goneMax: GONE_MAX });
  readonly #seen = new Map<string, { record: NodeRecord; revision: number }>();
  /** Keys that were told of each node's rooms. */
  readonly #rooms = new Map<string, Set<string>>();

  get version(): number {
    return this.#changes.version;
  }

  since(version: number): Delta<WorldValue> {
    return this.#changes.since(version);
  }

  /** Takes what nodes are now; a node that has not changed costs a comparison. */
  nodes(records: readonly NodeRecord[], deniedIds: readonly string[]): void {
    const present = new Set<string>();
    for (const record of records) {
      const { nodeId, kind } = record.description;
      if (!kinds.has(kind)) continue;
      present.add(nodeId);
      const seen = this.#seen.get(nodeId);
      if (seen?.record === record && seen.revision === record.revision) continue;
      this.#seen.set(nodeId, { record, revision: record.revision });
      this.#node(record);
    }
    for (const nodeId of this.#seen.keys()) if (!present.has(nodeId)) this.#gone(nodeId);
    this.#sync(
      'denied/',
      new Map(deniedIds.map((nodeId) => [keyOf.denied(nodeId), { what: 'denied', nodeId } as const])),
    );
  }

  /** A lease as it is now; told at once when it is granted. */
  lease(lease: WorldLease): void {
    this.#changes.put(keyOf.lease(lease.roomKey), { what: 'lease', lease });
  }

  /** All leases that are live. */
  leases(leases: readonly WorldLease[]): void {
    const live = new Set<string>();
    for (const lease of leases) {
      live.add(keyOf.lease(lease.roomKey));
      this.lease(lease);
    }
    for (const key of this.#changes.keys()) if (key.startsWith('lease/') && !live.has(key)) this.#changes.remove(key);
  }

  /** All paths between sites, each by its first host. */
  delays(delays: readonly WorldDelay[]): void {
    const rows = new Map<string, WorldValue>();
    for (const delay of delays) rows.set(keyOf.delay(delay.fromHostId, delay.toHostId), { what: 'delay', delay });
    this.#sync('delay/', rows);
  }

  validate(): void {
    this.#changes.validate();
  }

  #node(record: NodeRecord): void {
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
    const held = this.#rooms.get(nodeId) ?? new Set<string>();
    this.#rooms.set(nodeId, held);
    return held;
  }

  #gone(nodeId: string): void {
    this.#seen.delete(nodeId);
    for (const key of this.#roomsOf(nodeId)) this.#changes.remove(key);
    this.#rooms.delete(nodeId);
    this.#changes.remove(keyOf.node(nodeId));
  }

  /** Puts the rows and removes all others of the kind; `told`: which those are, where the caller knows. */
  #sync(prefix: string, rows: ReadonlyMap<string, WorldValue>, told?: Set<string>): void {
    const before = told ?? new Set(this.#changes.keys().filter((key) => key.startsWith(prefix)));
    for (const key of before) {
      if (rows.has(key)) continue;
      this.#changes.remove(key);
      told?.delete(key);
    }
    for (const [key, value] of rows) {
      this.#changes.put(key, value);
      told?.add(key);
    }
  }
}

/** What an instance knows of the world: the leader's word, in the order in which it was told. */
export class WorldView {
  readonly #values = new Map<string, WorldValue>();
  readonly #rooms = new Map<string, Map<string, RoomHeld>>();
  #version = 0;
  #delaysVersion = 0;

  get version(): number {
    return this.#version;
  }

  /** Rises when a path was told. */
  get delaysVersion(): number {
    return this.#delaysVersion;
  }

  /**
   * False, and nothing changed, when something between was not heard: the link has to begin anew. `touched`: nodes that
   * are other than before.
   */
  apply(delta: Delta<WorldValue>): { ok: boolean; touched: ReadonlySet<string> } {
    const touched = new Set<string>();
    if (delta.since !== 0 && delta.since !== this.#version) return { ok: false, touched };
    if (delta.since === 0) for (const key of [...this.#values.keys()]) this.#drop(key, touched);
    for (const key of delta.gone) this.#drop(key, touched);
    for (const [key, value] of delta.changed) this.#set(key, value, touched);
    this.#version = delta.version;
    return { ok: true, touched };
  }

  /** The leader is away: everything is told again when it is back. What it said stays until then. */
  restart(): void {
    this.#version = 0;
  }

  node(nodeId: string): WorldNode | undefined {
    const value = this.#values.get(keyOf.node(nodeId));
    return value?.what === 'node' ? value.node : undefined;
  }

  /** All nodes that were told of. */
  nodes(): WorldNode[] {
    return [...this.#values.values()].flatMap((value) => (value.what === 'node' ? [value.node] : []));
  }

  roomsOf(nodeId: string): ReadonlyMap<string, RoomHeld> {
    return this.#rooms.get(nodeId) ?? nothing;
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

const nothing: ReadonlyMap<string, RoomHeld> = new Map();

/** Whether an instance that was told one need not hear of the other. */
function isSame(told: WorldValue, now: WorldValue): boolean {
  if (told.what === 'room' && now.what === 'room') return told.room === now.room || isSameRoom(told.room, now.room);
  if (told.what === 'lease' && now.what === 'lease')
    return told.lease.epoch === now.lease.epoch && told.lease.ownerId === now.lease.ownerId;
  if (told.what === 'delay' && now.what === 'delay')
    return (
      stepOf(told.delay.delayMs) === stepOf(now.delay.delayMs) &&
      Object.is(stepOf(told.delay.rttMs), stepOf(now.delay.rttMs))
    );
  // A node is put when it has reported, and an instance hears that it was heard.
  return told.what === 'denied' && now.what === 'denied';
}

function isSameRoom(told: RoomHeld, now: RoomHeld): boolean {
  return (
    told.epoch === now.epoch &&
    told.ownerId === now.ownerId &&
    (told.fence ?? '') === (now.fence ?? '') &&
    digestOf(told.sessionIds) === digestOf(now.sessionIds) &&
    digestOf(told.decisionIds) === digestOf(now.decisionIds)
  );
}

const stepOf = (ms: number): number => Math.round(ms / DELAY_STEP_MS);
