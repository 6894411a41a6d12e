// Lists of rooms by node, and an index of nodes by room; a list and the index change together. Case 1, report: changes
// are merged into the node's list. Case 2, registration or full answer: the node's list is replaced. Case 3, the node
// is dead or shut out: its list is dropped. Queries about a room read the lists of the nodes that the index names.
// Bounded: rooms and ids of each node, nodes by the fleet.
import { assert, digestOf, intersectFences, limits, nodeKind } from '@meridian/protocol';
import { type NodeRecord, type RoomHeld, roomKinds } from './node.ts';

/** Bound of the ids in all rooms of a node: twice a session and its decision for each session of its limit. */
const IDS_MAX = 4 * limits.sessionsPerNodeMax;

const NO_HOLDERS: ReadonlyMap<string, number> = new Map();

export class HeldRooms {
  readonly #nodes: ReadonlyMap<string, NodeRecord>;
  /** Nodes of any kind that name the room, each with the digest of its sessions there, by room. */
  readonly #holders = new Map<string, Map<string, number>>();
  #changes = 0;

  constructor(nodes: ReadonlyMap<string, NodeRecord>) {
    this.#nodes = nodes;
  }

  merge(node: NodeRecord, changed: readonly RoomHeld[], gone: readonly string[]): void {
    for (const key of gone) this.#remove(node, key);
    for (const room of changed) this.#put(node, room);
  }

  replace(node: NodeRecord, rooms: readonly RoomHeld[]): void {
    this.drop(node);
    for (const room of rooms) this.#put(node, room);
  }

  drop(node: NodeRecord): void {
    for (const key of node.rooms.keys()) this.#unindex(node, key);
    node.rooms = new Map();
    node.listVersion = ++this.#changes;
    node.listedIds = 0;
    node.listed = { count: 0, hash: digestOf([]) };
    node.listedDecisions = digestOf([]);
  }

  holdersOf(roomKey: string, kind: string): string[] {
    const ids: string[] = [];
    for (const id of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') ids.push(id);
    }
    return ids;
  }

  isHeld(roomKey: string, kind: string): boolean {
    for (const id of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') return true;
    }
    return false;
  }

  sessionsOf(roomKey: string): { sessionId: string; nodeId: string }[] {
    return this.holdersOf(roomKey, nodeKind.media).flatMap((nodeId) => {
      const heldRoom = this.#nodes.get(nodeId)?.rooms.get(roomKey);
      return (heldRoom?.sessionIds ?? []).map((sessionId) => ({ sessionId, nodeId }));
    });
  }

  /** Returns the sum of `digestOf` over the result of `sessionsOf`; undefined for an empty room. */
  sessionsDigestOf(roomKey: string): number | undefined {
    let digest: number | undefined;
    for (const [nodeId, sessionsDigest] of this.#holders.get(roomKey) ?? NO_HOLDERS) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind !== nodeKind.media || node.liveness === 'dead') continue;
      const isAnybodyThere = (node.rooms.get(roomKey)?.sessionIds.length ?? 0) > 0;
      if (isAnybodyThere) digest = ((digest ?? 0) + sessionsDigest) >>> 0;
    }
    return digest;
  }

  /** Returns the intersection of the fences that the room's media nodes report; '': any region, or no node holds it. */
  fenceOf(roomKey: string): string {
    let fence = '';
    for (const nodeId of this.#namedBy(roomKey)) {
      const reportedFence = this.#nodes.get(nodeId)?.rooms.get(roomKey)?.fence ?? '';
      // nodes with disjoint fences refuse each other
      if (reportedFence !== '') fence = intersectFences(fence, reportedFence) ?? fence;
    }
    return fence;
  }

  /**
   * Returns the fence when all media nodes that hold the room report the same: then every token in the room allows all
   * of it (ADR 0014). Undefined when no node holds the room, a node is too old to report fences, or nodes contradict
   * each other.
   */
  agreedFenceOf(roomKey: string): string | undefined {
    let agreed: string | undefined;
    for (const nodeId of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind !== nodeKind.media) continue;
      const fence = node.rooms.get(roomKey)?.fence;
      if (fence === undefined || (agreed !== undefined && agreed !== fence)) return undefined;
      agreed = fence;
    }
    return agreed;
  }

  /** Finds the room of a session in all lists: slow, so for an administrator, not for decisions. */
  roomOf(sessionId: string): string | undefined {
    for (const { description, liveness, rooms } of this.#nodes.values()) {
      if (description.kind !== nodeKind.media || liveness === 'dead') continue;
      for (const { roomKey, sessionIds } of rooms.values()) if (sessionIds.includes(sessionId)) return roomKey;
    }
    return undefined;
  }

  sessionsIn(roomKey: string): number {
    let sessions = 0;
    for (const nodeId of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind === nodeKind.media) sessions += node.rooms.get(roomKey)?.sessionIds.length ?? 0;
    }
    return sessions;
  }

  /** Rooms that any node names, in the order in which they were first named. The iteration survives changes. */
  roomKeys(): IterableIterator<string> {
    return this.#holders.keys();
  }

  /** Nodes of any kind that name the room, dead nodes included. */
  #namedBy(roomKey: string): IterableIterator<string> {
    return (this.#holders.get(roomKey) ?? NO_HOLDERS).keys();
  }

  /** A room beyond the bounds makes the node's digest differ from its list, which makes a media node distrusted. */
  #put(node: NodeRecord, room: RoomHeld): void {
    const { kind, nodeId } = node.description;
    if (!roomKinds.has(kind)) return;
    this.#remove(node, room.roomKey);
    const ids = node.listedIds + idsOf(room);
    if (node.rooms.size >= limits.roomsPerNodeMax || ids > IDS_MAX) return;
    node.rooms.set(room.roomKey, room);
    node.listedIds = ids;
    node.listVersion = ++this.#changes;
    const sessionsDigest = digestOf(room.sessionIds);
    const { count, hash } = node.listed;
    node.listed = { count: count + room.sessionIds.length, hash: (hash + sessionsDigest) >>> 0 };
    node.listedDecisions = (node.listedDecisions + digestOf(room.decisionIds)) >>> 0;
    const holders = this.#holders.get(room.roomKey) ?? new Map<string, number>();
    this.#holders.set(room.roomKey, holders.set(nodeId, sessionsDigest));
  }

  #remove(node: NodeRecord, roomKey: string): void {
    const room = node.rooms.get(roomKey);
    if (room === undefined) return;
    node.rooms.delete(roomKey);
    node.listVersion = ++this.#changes;
    node.listedIds -= idsOf(room);
    const { count, hash } = node.listed;
    node.listed = { count: count - room.sessionIds.length, hash: (hash - this.#unindex(node, roomKey)) >>> 0 };
    node.listedDecisions = (node.listedDecisions - digestOf(room.decisionIds)) >>> 0;
  }

  /** Returns the digest under which the room was indexed. */
  #unindex({ description: { nodeId } }: NodeRecord, roomKey: string): number {
    const holders = this.#holders.get(roomKey);
    const sessionsDigest = holders?.get(nodeId);
    assert(holders !== undefined && sessionsDigest !== undefined, `room ${roomKey} of node ${nodeId} is indexed`);
    holders.delete(nodeId);
    if (holders.size === 0) this.#holders.delete(roomKey);
    return sessionsDigest;
  }
}

const idsOf = ({ sessionIds, decisionIds }: RoomHeld): number => sessionIds.length + decisionIds.length;
