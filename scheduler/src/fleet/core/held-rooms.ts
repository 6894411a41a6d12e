// Which nodes name a room: the lists of rooms that nodes give, and an index of them by room. A list and the index
// change together, here alone.
// Case 1, report: changes are merged into the node's list. Case 2, registration or full answer: it replaces the
//         list. Case 3, the node is dead or shut out: its list is dropped. What is asked of a room is answered from the
//         lists of the nodes that the index names for it. Changed in place, deterministic. Bounded: rooms and ids of
//         each node, nodes by the fleet.
import { assert, digestOf, limits, meetOfFences, nodeKind } from '@meridian/protocol';
import { type NodeRecord, type RoomHeld, roomKinds } from './node.ts';

/** Of all rooms that one node lists: twice over a session and its decision for each that it may carry. */
const IDS_MAX = 4 * limits.sessionsPerNodeMax;

const NO_HOLDERS: ReadonlyMap<string, number> = new Map();

export class HeldRooms {
  readonly #nodes: ReadonlyMap<string, NodeRecord>;
  /** By room, the nodes of any kind that name it, and the digest of the sessions that each names there. */
  readonly #holders = new Map<string, Map<string, number>>();
  #changes = 0;

  /** `nodes`: those of the fleet, which go on changing. */
  constructor(nodes: ReadonlyMap<string, NodeRecord>) {
    this.#nodes = nodes;
  }

  /** Changes of a node's list. */
  merge(node: NodeRecord, changed: readonly RoomHeld[], gone: readonly string[]): void {
    for (const key of gone) this.#remove(node, key);
    for (const room of changed) this.#put(node, room);
  }

  /** The node's whole list, in place of what it named before. */
  replace(node: NodeRecord, rooms: readonly RoomHeld[]): void {
    this.drop(node);
    for (const room of rooms) this.#put(node, room);
  }

  /** The node names no room any more. */
  drop(node: NodeRecord): void {
    for (const key of node.rooms.keys()) this.#unindex(node, key);
    node.rooms = new Map();
    node.listVersion = ++this.#changes;
    node.listedIds = 0;
    node.listed = { count: 0, hash: digestOf([]) };
    node.listedDecisions = digestOf([]);
  }

  /** Living nodes of a kind that hold the room. */
  holdersOf(roomKey: string, kind: string): string[] {
    const ids: string[] = [];
    for (const id of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') ids.push(id);
    }
    return ids;
  }

  /** Whether a living node of this kind holds the room. */
  isHeld(roomKey: string, kind: string): boolean {
    for (const id of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') return true;
    }
    return false;
  }

  /**
   * The sessions of the room and their nodes, as living media nodes report them. In the middle of a move a session is
   * at two nodes.
   */
  sessionsOf(roomKey: string): { sessionId: string; nodeId: string }[] {
    return this.holdersOf(roomKey, nodeKind.media).flatMap((nodeId) => {
      const held = this.#nodes.get(nodeId)?.rooms.get(roomKey);
      return (held?.sessionIds ?? []).map((sessionId) => ({ sessionId, nodeId }));
    });
  }

  /** Of all that `sessionsOf` names, without naming them: the sum of `digestOf`. Undefined: the room is empty. */
  digestIn(roomKey: string): number | undefined {
    let digest: number | undefined;
    for (const [nodeId, ofSessions] of this.#holders.get(roomKey) ?? NO_HOLDERS) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind !== nodeKind.media || node.liveness === 'dead') continue;
      const isAnybodyThere = (node.rooms.get(roomKey)?.sessionIds.length ?? 0) > 0;
      if (isAnybodyThere) digest = ((digest ?? 0) + ofSessions) >>> 0;
    }
    return digest;
  }

  /** Regions that the room may use: what all media nodes that hold it say; '': anywhere, or no node holds it. */
  fenceOf(roomKey: string): string {
    let fence = '';
    for (const nodeId of this.#namedBy(roomKey)) {
      const held = this.#nodes.get(nodeId)?.rooms.get(roomKey)?.fence ?? '';
      // nodes that contradict each other refuse one another
      if (held !== '') fence = meetOfFences(fence, held) ?? fence;
    }
    return fence;
  }

  /**
   * The same, when all media nodes that hold the room say one and the same: then every token in the room allows all of
   * it (ADR 0014). Undefined: no node holds it, one does not say because it is too old to know fences, or they
   * contradict each other.
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

  /** The room of a session, looked for in all lists: for an administrator, not for every decision. */
  roomOf(sessionId: string): string | undefined {
    for (const { description, liveness, rooms } of this.#nodes.values()) {
      if (description.kind !== nodeKind.media || liveness === 'dead') continue;
      for (const { roomKey, sessionIds } of rooms.values()) if (sessionIds.includes(sessionId)) return roomKey;
    }
    return undefined;
  }

  /** How many there are in the room, one in the middle of a move twice. */
  sessionsIn(roomKey: string): number {
    let sessions = 0;
    for (const nodeId of this.#namedBy(roomKey)) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind === nodeKind.media) sessions += node.rooms.get(roomKey)?.sessionIds.length ?? 0;
    }
    return sessions;
  }

  /**
   * Rooms that some node names, signaling nodes included, in the order in which they were first named. Goes on when
   * rooms come and go meanwhile.
   */
  roomKeys(): IterableIterator<string> {
    return this.#holders.keys();
  }

  /** Nodes of any kind, dead ones too. */
  #namedBy(roomKey: string): IterableIterator<string> {
    return (this.#holders.get(roomKey) ?? NO_HOLDERS).keys();
  }

  /**
   * What goes beyond the bounds is not listed; its node's digest then differs from its list, which is held against a
   * media node.
   */
  #put(node: NodeRecord, room: RoomHeld): void {
    const { kind, nodeId } = node.description;
    if (!roomKinds.has(kind)) return;
    this.#remove(node, room.roomKey);
    const ids = node.listedIds + idsOf(room);
    if (node.rooms.size >= limits.roomsPerNodeMax || ids > IDS_MAX) return;
    node.rooms.set(room.roomKey, room);
    node.listedIds = ids;
    node.listVersion = ++this.#changes;
    const ofSessions = digestOf(room.sessionIds);
    const { count, hash } = node.listed;
    node.listed = { count: count + room.sessionIds.length, hash: (hash + ofSessions) >>> 0 };
    node.listedDecisions = (node.listedDecisions + digestOf(room.decisionIds)) >>> 0;
    const holders = this.#holders.get(room.roomKey) ?? new Map<string, number>();
    this.#holders.set(room.roomKey, holders.set(nodeId, ofSessions));
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

  /** Returns the digest that it was indexed with. */
  #unindex({ description: { nodeId } }: NodeRecord, roomKey: string): number {
    const holders = this.#holders.get(roomKey);
    const ofSessions = holders?.get(nodeId);
    assert(holders !== undefined && ofSessions !== undefined, `room ${roomKey} of node ${nodeId} is indexed`);
    holders.delete(nodeId);
    if (holders.size === 0) this.#holders.delete(roomKey);
    return ofSessions;
  }
}

/** Sessions and decisions that a room is listed with. */
const idsOf = ({ sessionIds, decisionIds }: RoomHeld): number => sessionIds.length + decisionIds.length;
