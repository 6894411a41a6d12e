// The nodes as the centre knows them: what they said at registration, what they report, whether they are heard.
// Case 1, registration: the same incarnation again replaces what was known (idempotent); another incarnation is another process, and what
// the old one held and the new one does not name is gone. Case 2, report: changes are merged into the list of rooms; when the digest does
// not fit the list, the full list is asked for. Case 3, silence, judged by the centre's monotonic clock (liveness.ts): suspect, dead, forgotten.
// Case 4, contradiction: claimed sessions, digest and list of a media node differ by more than 20 % for 10 s: distrusted until they agree.
// No clock: times are arguments. Changed in place, deterministic.
import { assert, digestOf, limits, meetOfFences } from '@meridian/protocol';
import { Arrivals, isOurOwnEar, judgeSilence, type PeerWord, SUSPECT_MIN_MS } from './liveness.ts';
import {
  blankRecord,
  contradictionOf,
  type NodeDescription,
  type NodeRecord,
  type NodeReport,
  type RoomHeld,
  roomKinds,
} from './node.ts';
import type { Liveness, Load } from './view.ts';

/** A contradiction must last; what two reports cross over does not count. */
const DISTRUST_AFTER_MS = 10_000;
/** Of all rooms that one node lists: twice over a session and its decision for each that it may carry. */
const IDS_MAX = 4 * limits.sessionsPerNodeMax;
/** A dead node stays visible this long, so that whoever looks finds out what became of it. */
export const FORGET_AFTER_MS = 120_000;

const NOBODY: ReadonlySet<string> = new Set();

export class Fleet {
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #arrivals = new Map<string, Arrivals>();
  /** Nodes whose process has ended, as the kernel of their machine said, since when. */
  readonly #goneAtMs = new Map<string, number>();
  readonly #holders = new Map<string, Set<string>>(); // room key -> nodes of any kind that name it
  /** Commands for nodes that are not known yet: the copy has kept the command and lost the node. */
  readonly #ahead = new Map<string, { readonly drainReason?: string; readonly cordonReason?: string }>();
  readonly #nodesMax: number;
  #planVersion = 1;

  constructor(o: { nodesMax?: number } = {}) {
    this.#nodesMax = o.nodesMax ?? limits.nodesMax;
  }

  /** Rises whenever the plan would read differently. */
  get planVersion(): number {
    return this.#planVersion;
  }

  get(nodeId: string): NodeRecord | undefined {
    return this.#nodes.get(nodeId);
  }

  list(): NodeRecord[] {
    return [...this.#nodes.values()];
  }

  /** Living nodes of a kind that hold the room. */
  holdersOf(roomKey: string, kind: string): string[] {
    const ids: string[] = [];
    const holders = this.#holders.get(roomKey);
    if (holders === undefined) return ids;
    for (const id of holders) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') ids.push(id);
    }
    return ids;
  }

  /** Whether a living node of this kind holds the room. */
  isHeld(roomKey: string, kind: string): boolean {
    for (const id of this.#holders.get(roomKey) ?? NOBODY) {
      const node = this.#nodes.get(id);
      if (node?.description.kind === kind && node.liveness !== 'dead') return true;
    }
    return false;
  }

  /** Who is in the room, and where, as living media nodes say. In the middle of a move a session is at two nodes. */
  sessionsOf(roomKey: string): { sessionId: string; nodeId: string }[] {
    return this.holdersOf(roomKey, 'sfu').flatMap((nodeId) => {
      const held = this.#nodes.get(nodeId)?.rooms.get(roomKey);
      return (held?.sessionIds ?? []).map((sessionId) => ({ sessionId, nodeId }));
    });
  }

  /** Of all that `sessionsOf` names, without naming them: the sum of `digestOf`. Undefined: nobody is there. */
  digestIn(roomKey: string): number | undefined {
    let digest: number | undefined;
    for (const nodeId of this.#holders.get(roomKey) ?? []) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind !== 'sfu' || node.liveness === 'dead') continue;
      const { sessionIds = [] } = node.rooms.get(roomKey) ?? {};
      if (sessionIds.length > 0) digest = ((digest ?? 0) + digestOf(sessionIds)) >>> 0;
    }
    return digest;
  }

  /** Regions that the room may use: what all media nodes that hold it say; '': anywhere, or nobody holds it. */
  fenceOf(roomKey: string): string {
    let fence = '';
    for (const nodeId of this.#holders.get(roomKey) ?? NOBODY) {
      const held = this.#nodes.get(nodeId)?.rooms.get(roomKey)?.fence ?? '';
      if (held !== '') fence = meetOfFences(fence, held) ?? fence; // nodes that contradict each other refuse one another
    }
    return fence;
  }

  /** The room of a session, looked for in all lists: for an administrator, not for every decision. */
  roomOf(sessionId: string): string | undefined {
    for (const { description, liveness, rooms } of this.#nodes.values()) {
      if (description.kind !== 'sfu' || liveness === 'dead') continue;
      for (const { roomKey, sessionIds } of rooms.values()) if (sessionIds.includes(sessionId)) return roomKey;
    }
    return undefined;
  }

  /** How many there are in the room, one in the middle of a move twice. */
  sessionsIn(roomKey: string): number {
    let sessions = 0;
    for (const nodeId of this.#holders.get(roomKey) ?? NOBODY) {
      const node = this.#nodes.get(nodeId);
      if (node?.description.kind === 'sfu') sessions += node.rooms.get(roomKey)?.sessionIds.length ?? 0;
    }
    return sessions;
  }

  /** Rooms that some node names, doors included, in the order in which they were first named. Goes on when rooms come and go meanwhile. */
  roomKeys(): IterableIterator<string> {
    return this.#holders.keys();
  }

  /** Takes a registration, from a node whose link is open. `isRestart`: another process ran under this id before. Not ok: too many nodes. */
  register(
    o: { description: NodeDescription; rooms: readonly RoomHeld[]; load: Load },
    nowMs: number,
  ): { ok: true; isRestart: boolean } | { ok: false } {
    const before = this.#nodes.get(o.description.nodeId);
    if (before === undefined && this.#nodes.size >= this.#nodesMax) return { ok: false };
    const isRestart = before !== undefined && before.description.incarnation !== o.description.incarnation;
    const node = blankRecord(o.description, nowMs, (before?.revision ?? 0) + 1);
    node.load = o.load;
    node.isLinked = true;
    node.state = 'serving';
    const ahead = this.#ahead.get(o.description.nodeId);
    this.#ahead.delete(o.description.nodeId);
    node.drainReason = before?.drainReason ?? ahead?.drainReason;
    node.cordonReason = before?.cordonReason ?? ahead?.cordonReason;
    const isEmpty = o.rooms.length === 0 && o.load.sessions === 0;
    if ((before === undefined || isRestart) && isEmpty) node.freshSinceMs = nowMs;
    // Distrust survives a new link, not a new process; so does the slow start.
    if (before !== undefined && !isRestart) {
      node.freshSinceMs = before.freshSinceMs;
      node.disagreesSinceMs = before.disagreesSinceMs;
      node.distrust = before.distrust;
    }
    if (before !== undefined) this.#dropRooms(before);
    if (isRestart) this.#arrivals.delete(o.description.nodeId);
    else this.#arrivals.get(o.description.nodeId)?.pause();
    this.#goneAtMs.delete(o.description.nodeId);
    this.#nodes.set(o.description.nodeId, node);
    this.#setRooms(node, o.rooms);
    this.#planVersion += 1;
    return { ok: true, isRestart };
  }

  /** A node that the copy remembers: not heard yet, so suspect until it registers, dead when it does not. */
  restore(description: NodeDescription, nowMs: number): void {
    if (this.#nodes.has(description.nodeId) || this.#nodes.size >= this.#nodesMax) return;
    const node = blankRecord(description, nowMs, 1);
    node.liveness = 'suspect';
    this.#nodes.set(description.nodeId, node);
    this.#planVersion += 1;
  }

  /** Merges a report. 'ignored': unknown node or another incarnation. `wantsFull`: digest and list differ. */
  report(nodeId: string, report: NodeReport, nowMs: number): 'ignored' | { wantsFull: boolean } {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.description.incarnation !== report.incarnation) return 'ignored';
    node.revision += 1;
    node.load = report.load;
    node.digest = { count: report.sessionCount, hash: report.sessionHash };
    if (report.state !== node.state) {
      node.state = report.state;
      this.#planVersion += 1;
    }
    if (report.roomsChanged.length > 0 || report.roomsGone.length > 0) this.#mergeRooms(node, report);
    this.#heard(node, nowMs);
    this.#judge(node, nowMs);
    // Which decisions are held may change while sessions stay: of somebody who is moved, the second home is no session yet.
    const isOther = report.decisionHash !== undefined && report.decisionHash !== node.listedDecisions;
    return { wantsFull: isOther || !sameDigest(node.digest, node.listed) };
  }

  /** Replaces the list of rooms by the node's full answer. False: another incarnation answered. */
  fullReport(
    nodeId: string,
    report: { incarnation: string; rooms: readonly RoomHeld[]; load: Load },
    nowMs: number,
  ): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.description.incarnation !== report.incarnation) return false;
    node.revision += 1;
    node.load = report.load;
    this.#dropRooms(node);
    this.#setRooms(node, report.rooms);
    this.#heard(node, nowMs);
    this.#judge(node, nowMs);
    return true;
  }

  /** `goneAtMs`: now, when the kernel of the node's machine closed the link, because the process has ended. */
  linkDown(nodeId: string, goneAtMs?: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || !node.isLinked) return;
    this.#arrivals.get(nodeId)?.pause();
    if (goneAtMs !== undefined) this.#goneAtMs.set(nodeId, goneAtMs);
    node.isLinked = false;
    node.revision += 1;
    if (node.liveness === 'alive') node.liveness = 'suspect';
    this.#planVersion += 1;
  }

  /** Sets or lifts the drain command; false when there is no such node. */
  drain(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    node.drainReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /** Sets or lifts the cordon; false when there is no such node. */
  cordon(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    node.cordonReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /** Commands that have outlived what is known of their node: in force when the node registers. For more than `nodesMax` nodes they are dropped. */
  ahead(nodeId: string, commands: { readonly drainReason?: string; readonly cordonReason?: string }): void {
    const { drainReason, cordonReason } = commands;
    if (this.#nodes.has(nodeId)) {
      if (drainReason !== undefined) this.drain(nodeId, drainReason);
      if (cordonReason !== undefined) this.cordon(nodeId, cordonReason);
    } else if (this.#ahead.has(nodeId) || this.#ahead.size < this.#nodesMax)
      this.#ahead.set(nodeId, { ...this.#ahead.get(nodeId), ...commands });
  }

  /** The node is shut out: dead for everybody at once, whatever it says. True when the fleet knew it. */
  exclude(nodeId: string): boolean {
    this.#planVersion += 1; // the plan names who is shut out, known or not
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    node.isLinked = false;
    this.#dropRooms(node);
    this.#setLiveness(node, 'dead');
    return true;
  }

  /** The plan shows other ways between hosts than before. */
  pathsChanged(): void {
    this.#planVersion += 1;
  }

  /** The node is let in again: it comes back by registering. */
  readmit(): void {
    this.#planVersion += 1;
  }

  /**
   * Moves liveness on. Returns what became suspect, died, or was forgotten (and is no longer in the fleet). `peersOf`: what other machines say
   * of a machine.
   */
  tick(
    nowMs: number,
    peersOf: (hostId: string) => PeerWord = () => 'unknown',
  ): { suspect: string[]; died: string[]; forgotten: NodeRecord[] } {
    const change = { suspect: [] as string[], died: [] as string[], forgotten: [] as NodeRecord[] };
    const isOurs = this.#isOurOwnEar(nowMs);
    for (const [nodeId, node] of this.#nodes) {
      const silentMs = nowMs - node.heardAtMs;
      this.#judge(node, nowMs);
      const verdict = node.liveness === 'dead' ? 'dead' : this.#verdict(node, nowMs, isOurs, peersOf);
      if (node.liveness === 'alive' && verdict !== 'alive') {
        this.#setLiveness(node, 'suspect');
        change.suspect.push(nodeId);
      }
      if (node.liveness === 'suspect' && verdict === 'dead') {
        this.#setLiveness(node, 'dead');
        this.#dropRooms(node);
        change.died.push(nodeId);
      }
      if (node.liveness === 'dead' && silentMs >= FORGET_AFTER_MS && !node.isLinked) {
        this.#nodes.delete(nodeId);
        this.#arrivals.delete(nodeId);
        this.#goneAtMs.delete(nodeId);
        this.#planVersion += 1;
        change.forgotten.push(node);
      }
    }
    return change;
  }

  /**
   * The centre itself did not run until now: nobody's silence counts, also not from before. Who was cut off then may have tried to come back
   * meanwhile and found nobody, and needs as long as anybody to do it now.
   */
  excuse(nowMs: number): void {
    for (const [nodeId, node] of this.#nodes) {
      node.heardAtMs = nowMs;
      this.#arrivals.get(nodeId)?.pause();
    }
    // Whose process had ended may run again, and have called a centre that did not answer: what is left of it is silence.
    this.#goneAtMs.clear();
  }

  #isOurOwnEar(nowMs: number): boolean {
    const silencesMs: number[] = [];
    for (const node of this.#nodes.values()) if (node.liveness !== 'dead') silencesMs.push(nowMs - node.heardAtMs);
    return isOurOwnEar(silencesMs);
  }

  #verdict(node: NodeRecord, nowMs: number, isOurs: boolean, peersOf: (hostId: string) => PeerWord) {
    const { nodeId, hostId } = node.description;
    const silentMs = nowMs - node.heardAtMs;
    const goneAtMs = this.#goneAtMs.get(nodeId);
    if (silentMs < SUSPECT_MIN_MS && goneAtMs === undefined) return 'alive';
    const goneMs = goneAtMs === undefined ? undefined : nowMs - goneAtMs;
    const phi = this.#arrivals.get(nodeId)?.phi(silentMs);
    const verdict = judgeSilence({ silentMs, phi, peers: peersOf(hostId), goneMs });
    return verdict === 'dead' && isOurs && goneMs === undefined ? 'suspect' : verdict;
  }

  #heard(node: NodeRecord, nowMs: number): void {
    node.heardAtMs = nowMs;
    const { nodeId } = node.description;
    const arrivals = this.#arrivals.get(nodeId) ?? new Arrivals();
    this.#arrivals.set(nodeId, arrivals);
    arrivals.heard(nowMs);
    if (node.liveness !== 'alive' && node.isLinked) this.#setLiveness(node, 'alive');
  }

  #setLiveness(node: NodeRecord, liveness: Liveness): void {
    node.liveness = liveness;
    node.revision += 1;
    this.#planVersion += 1;
  }

  #judge(node: NodeRecord, nowMs: number): void {
    const contradiction = node.description.kind === 'sfu' ? contradictionOf(node) : undefined;
    if (contradiction === undefined) {
      node.disagreesSinceMs = undefined;
      this.#setDistrust(node, undefined);
      return;
    }
    node.disagreesSinceMs ??= nowMs;
    if (nowMs - node.disagreesSinceMs >= DISTRUST_AFTER_MS) this.#setDistrust(node, contradiction);
  }

  #setDistrust(node: NodeRecord, distrust: string | undefined): void {
    if ((node.distrust === undefined) !== (distrust === undefined)) this.#planVersion += 1;
    if (node.distrust !== distrust) node.revision += 1;
    node.distrust = distrust;
  }

  #mergeRooms(node: NodeRecord, report: NodeReport): void {
    for (const key of report.roomsGone) this.#removeRoom(node, key);
    for (const room of report.roomsChanged) this.#putRoom(node, room);
  }

  #setRooms(node: NodeRecord, rooms: readonly RoomHeld[]): void {
    for (const room of rooms) this.#putRoom(node, room);
  }

  /** What goes beyond the bounds is not listed; its node's digest then differs from its list, which is held against a media node. */
  #putRoom(node: NodeRecord, room: RoomHeld): void {
    const { kind, nodeId } = node.description;
    if (!roomKinds.has(kind)) return;
    this.#removeRoom(node, room.roomKey);
    const ids = node.listedIds + idsOf(room);
    if (node.rooms.size >= limits.roomsPerNodeMax || ids > IDS_MAX) return;
    node.rooms.set(room.roomKey, room);
    node.listedIds = ids;
    const { count, hash } = node.listed;
    node.listed = { count: count + room.sessionIds.length, hash: (hash + digestOf(room.sessionIds)) >>> 0 };
    node.listedDecisions = (node.listedDecisions + digestOf(room.decisionIds)) >>> 0;
    const holders = this.#holders.get(room.roomKey) ?? new Set<string>();
    this.#holders.set(room.roomKey, holders.add(nodeId));
  }

  #removeRoom(node: NodeRecord, roomKey: string): void {
    const room = node.rooms.get(roomKey);
    if (room === undefined) return;
    node.rooms.delete(roomKey);
    node.listedIds -= idsOf(room);
    const { count, hash } = node.listed;
    node.listed = { count: count - room.sessionIds.length, hash: (hash - digestOf(room.sessionIds)) >>> 0 };
    node.listedDecisions = (node.listedDecisions - digestOf(room.decisionIds)) >>> 0;
    this.#unindex(node, roomKey);
  }

  #dropRooms(node: NodeRecord): void {
    for (const key of node.rooms.keys()) this.#unindex(node, key);
    node.rooms = new Map();
    node.listedIds = 0;
    node.listed = { count: 0, hash: digestOf([]) };
    node.listedDecisions = digestOf([]);
  }

  #unindex({ description: { nodeId } }: NodeRecord, roomKey: string): void {
    const holders = this.#holders.get(roomKey);
    assert(holders !== undefined, `room ${roomKey} of node ${nodeId} is indexed`);
    holders.delete(nodeId);
    if (holders.size === 0) this.#holders.delete(roomKey);
  }
}

/** Sessions and decisions that a room is listed with. */
const idsOf = ({ sessionIds, decisionIds }: RoomHeld): number => sessionIds.length + decisionIds.length;

function sameDigest(a: { count: number; hash: number }, b: { count: number; hash: number }): boolean {
  return a.count === b.count && a.hash === b.hash;
}
