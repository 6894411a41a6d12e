// The nodes as the centre knows them: what they said at registration, what they report, whether their reports come.
// Case 1, registration: the same incarnation again replaces what was known (idempotent); another incarnation is another
//         process, and what the old one held and the new one does not name is gone. Case 2, report: changes are merged
//         into the list of rooms (held-rooms.ts); when the digest does not fit the list, the full list is asked
//         for. Case 3, silence, judged by the centre's monotonic clock (silences.ts, liveness.ts): suspect, dead,
//         forgotten. Case 4, contradiction: a media node's figures do not fit one another (distrust.ts): distrusted
//         until they agree. No clock: times are arguments. Changed in place, deterministic.
import { limits } from '@meridian/protocol';
import { judgeFigures } from './distrust.ts';
import { HeldRooms } from './held-rooms.ts';
import type { Reachability } from './liveness.ts';
import type { Liveness, LoadSaid } from './node.ts';
import { blankRecord, type NodeDescription, type NodeRecord, type NodeReport, type RoomHeld } from './node.ts';
import { isCrowdSilent, Silences } from './silences.ts';

/** A dead node stays visible this long, so that an administrator sees what became of it. */
export const FORGET_AFTER_MS = 120_000;

/**
 * Begins the reason of every drain that the autoscaler has ordered, and of no other: so the copy keeps with the reason
 * whether the autoscaler or an administrator ordered it.
 */
export const AUTOSCALER_DRAIN = 'autoscaler: ';
/** As AUTOSCALER_DRAIN, of a node whose machine is made anew under its name when the node is empty. */
export const REPLACEMENT_DRAIN = `${AUTOSCALER_DRAIN}to be replaced: `;

/** What an administrator (or the autoscaler) has ordered about a node. */
export interface NodeCommands {
  readonly drainReason?: string | undefined;
  readonly cordonReason?: string | undefined;
}

export class Fleet {
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #rooms = new HeldRooms(this.#nodes);
  readonly #silences = new Silences();
  /**
   * Commands for nodes that are not here: away for so long that they were forgotten, or the copy has kept the command
   * and lost the node.
   */
  readonly #ahead = new Map<string, NodeCommands>();
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
    return this.#rooms.holdersOf(roomKey, kind);
  }

  /** Whether a living node of this kind holds the room. */
  isHeld(roomKey: string, kind: string): boolean {
    return this.#rooms.isHeld(roomKey, kind);
  }

  /**
   * The sessions of the room and their nodes, as living media nodes report them. In the middle of a move a session is
   * at two nodes.
   */
  sessionsOf(roomKey: string): { sessionId: string; nodeId: string }[] {
    return this.#rooms.sessionsOf(roomKey);
  }

  /** Of all that `sessionsOf` names, without naming them: the sum of `digestOf`. Undefined: the room is empty. */
  digestIn(roomKey: string): number | undefined {
    return this.#rooms.digestIn(roomKey);
  }

  /** Regions that the room may use: what all media nodes that hold it say; '': anywhere, or no node holds it. */
  fenceOf(roomKey: string): string {
    return this.#rooms.fenceOf(roomKey);
  }

  /**
   * The same, when every token in the room is known to allow all of it: all media nodes that hold it say it, and say
   * the same. Undefined: it is not known.
   */
  agreedFenceOf(roomKey: string): string | undefined {
    return this.#rooms.agreedFenceOf(roomKey);
  }

  /** The room of a session, looked for in all lists: for an administrator, not for every decision. */
  roomOf(sessionId: string): string | undefined {
    return this.#rooms.roomOf(sessionId);
  }

  /** How many there are in the room, one in the middle of a move twice. */
  sessionsIn(roomKey: string): number {
    return this.#rooms.sessionsIn(roomKey);
  }

  /**
   * Rooms that some node names, signaling nodes included, in the order in which they were first named. Goes on when
   * rooms come and go meanwhile.
   */
  roomKeys(): IterableIterator<string> {
    return this.#rooms.roomKeys();
  }

  /**
   * Takes a registration, from a node whose link is open. `isRestart`: another process ran under this id before. Not
   * ok: too many nodes.
   */
  register(
    o: { description: NodeDescription; rooms: readonly RoomHeld[]; load: LoadSaid },
    nowMs: number,
  ): { ok: true; isRestart: boolean } | { ok: false } {
    const before = this.#nodes.get(o.description.nodeId);
    if (before === undefined && this.#nodes.size >= this.#nodesMax) return { ok: false };
    const isRestart = before !== undefined && before.description.incarnation !== o.description.incarnation;
    const node = blankRecord(o.description, nowMs, (before?.revision ?? 0) + 1);
    if (before !== undefined && !isRestart) node.sent = before.sent;
    takeLoad(node, o.load);
    node.isLinked = true;
    node.state = 'serving';
    const ahead = this.#ahead.get(o.description.nodeId);
    this.#ahead.delete(o.description.nodeId);
    // What the autoscaler has drained is gone: a machine that is new under the name does not obey that.
    const isDrainOver = isRestart && before.drainReason?.startsWith(AUTOSCALER_DRAIN) === true;
    node.drainReason = isDrainOver ? undefined : (before?.drainReason ?? ahead?.drainReason);
    node.cordonReason = before?.cordonReason ?? ahead?.cordonReason;
    const isEmpty = o.rooms.length === 0 && o.load.sessions === 0;
    if ((before === undefined || isRestart) && isEmpty) node.freshSinceMs = nowMs;
    // Distrust survives a new link, not a new process; so does the slow start.
    if (before !== undefined && !isRestart) {
      node.freshSinceMs = before.freshSinceMs;
      node.disagreesSinceMs = before.disagreesSinceMs;
      node.distrust = before.distrust;
    }
    if (before !== undefined) this.#rooms.drop(before);
    this.#silences.registered(o.description.nodeId, isRestart);
    this.#nodes.set(o.description.nodeId, node);
    this.#rooms.replace(node, o.rooms);
    this.#planVersion += 1;
    return { ok: true, isRestart };
  }

  /** A node that the copy remembers: no report yet, so suspect until it registers, dead when it does not. */
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
    takeLoad(node, report.load);
    node.isLeaving = report.isLeaving === true;
    node.digest = { count: report.sessionCount, hash: report.sessionHash };
    if (report.state !== node.state) {
      node.state = report.state;
      this.#planVersion += 1;
    }
    this.#rooms.merge(node, report.roomsChanged, report.roomsGone);
    this.#heard(node, nowMs);
    this.#judge(node, nowMs);
    // Which decisions are held may change while sessions stay: a participant that is being moved has a second home,
    // which is no session yet.
    const isOther = report.decisionHash !== undefined && report.decisionHash !== node.listedDecisions;
    return { wantsFull: isOther || !sameDigest(node.digest, node.listed) };
  }

  /** Replaces the list of rooms by the node's full answer. False: another incarnation answered. */
  fullReport(
    nodeId: string,
    report: { incarnation: string; rooms: readonly RoomHeld[]; load: LoadSaid },
    nowMs: number,
  ): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.description.incarnation !== report.incarnation) return false;
    node.revision += 1;
    takeLoad(node, report.load);
    this.#rooms.replace(node, report.rooms);
    this.#heard(node, nowMs);
    this.#judge(node, nowMs);
    return true;
  }

  /** `goneAtMs`: now, when the kernel of the node's machine closed the link, because the process has ended. */
  linkDown(nodeId: string, goneAtMs?: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || !node.isLinked) return;
    this.#silences.linkDown(nodeId, goneAtMs);
    node.isLinked = false;
    node.revision += 1;
    if (node.liveness === 'alive') node.liveness = 'suspect';
    this.#planVersion += 1;
  }

  /** Sets or lifts the drain command; false when there is no such node, nor a command that waits for it. */
  drain(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return this.#changeAhead(nodeId, { drainReason: reason });
    node.drainReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /** As `drain`, the cordon. */
  cordon(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return this.#changeAhead(nodeId, { cordonReason: reason });
    node.cordonReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /**
   * Commands that have outlived what is known of their node: in force when the node registers. For more than `nodesMax`
   * nodes they are dropped.
   */
  ahead(nodeId: string, commands: NodeCommands): void {
    const { drainReason, cordonReason } = commands;
    if (this.#nodes.has(nodeId)) {
      if (drainReason !== undefined) this.drain(nodeId, drainReason);
      if (cordonReason !== undefined) this.cordon(nodeId, cordonReason);
    } else if (this.#ahead.has(nodeId) || this.#ahead.size < this.#nodesMax)
      this.#ahead.set(nodeId, { ...this.#ahead.get(nodeId), ...commands });
  }

  /** What `ahead` holds, by node. */
  get commandsAhead(): ReadonlyMap<string, NodeCommands> {
    return this.#ahead;
  }

  /** The node is shut out: it counts as dead from now on, whatever it says. True when the fleet knew it. */
  exclude(nodeId: string): boolean {
    this.#planVersion += 1; // the plan names shut-out nodes, known or not
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    node.isLinked = false;
    this.#rooms.drop(node);
    this.#setLiveness(node, 'dead');
    return true;
  }

  /** The plan shows other paths between hosts than before. */
  pathsChanged(): void {
    this.#planVersion += 1;
  }

  /** The node is let in again: it comes back by registering. */
  readmit(): void {
    this.#planVersion += 1;
  }

  /**
   * Moves liveness on. Returns what became suspect, died, or was forgotten (and is no longer in the fleet). `peersOf`:
   * what other machines say of a machine.
   */
  tick(
    nowMs: number,
    peersOf: (hostId: string) => Reachability = () => 'unknown',
  ): { suspect: string[]; died: string[]; forgotten: NodeRecord[] } {
    const change = { suspect: [] as string[], died: [] as string[], forgotten: [] as NodeRecord[] };
    const isOurs = isCrowdSilent(this.#nodes.values(), nowMs);
    for (const [nodeId, node] of this.#nodes) {
      const silentMs = nowMs - node.heardAtMs;
      this.#judge(node, nowMs);
      const verdict = node.liveness === 'dead' ? 'dead' : this.#silences.verdict(node, nowMs, isOurs, peersOf);
      if (node.liveness === 'alive' && verdict !== 'alive') {
        this.#setLiveness(node, 'suspect');
        change.suspect.push(nodeId);
      }
      if (node.liveness === 'suspect' && verdict === 'dead') {
        this.#setLiveness(node, 'dead');
        this.#rooms.drop(node);
        change.died.push(nodeId);
      }
      if (node.liveness === 'dead' && silentMs >= FORGET_AFTER_MS && !node.isLinked) {
        this.#rooms.drop(node); // a report may have come in after its death
        this.#nodes.delete(nodeId);
        this.#silences.forget(nodeId);
        this.#keepCommands(node);
        this.#planVersion += 1;
        change.forgotten.push(node);
      }
    }
    return change;
  }

  /**
   * The centre itself did not run for the last `lagMs`. No node is held to have been silent in that time, and the first
   * time not before it either (`Silences.excuse`).
   */
  excuse(nowMs: number, lagMs: number): void {
    for (const [nodeId, node] of this.#nodes)
      node.heardAtMs = this.#silences.excuse(nodeId, { heardAtMs: node.heardAtMs, nowMs, lagMs });
  }

  /** An operator's order outlives a long repair. The autoscaler orders anew when its node comes back. */
  #keepCommands({ description: { nodeId }, drainReason, cordonReason }: NodeRecord): void {
    const isOperators = drainReason !== undefined && !drainReason.startsWith(AUTOSCALER_DRAIN);
    if (isOperators) this.ahead(nodeId, { drainReason });
    if (cordonReason !== undefined) this.ahead(nodeId, { cordonReason });
  }

  #changeAhead(nodeId: string, change: NodeCommands): boolean {
    const before = this.#ahead.get(nodeId);
    if (before === undefined) return false;
    const commands = { ...before, ...change };
    if (commands.drainReason === undefined && commands.cordonReason === undefined) this.#ahead.delete(nodeId);
    else this.#ahead.set(nodeId, commands);
    return true;
  }

  #heard(node: NodeRecord, nowMs: number): void {
    node.heardAtMs = nowMs;
    this.#silences.heard(node.description.nodeId, nowMs);
    if (node.liveness !== 'alive' && node.isLinked) this.#setLiveness(node, 'alive');
  }

  #setLiveness(node: NodeRecord, liveness: Liveness): void {
    node.liveness = liveness;
    node.revision += 1;
    this.#planVersion += 1;
  }

  #judge(node: NodeRecord, nowMs: number): void {
    if (judgeFigures(node, nowMs)) this.#planVersion += 1;
  }
}

/** What it sends to others is said once a minute, and holds until it is said again. */
function takeLoad(node: NodeRecord, { sent, ...load }: LoadSaid): void {
  node.load = load;
  node.sent = sent ?? node.sent;
}

function sameDigest(a: { count: number; hash: number }, b: { count: number; hash: number }): boolean {
  return a.count === b.count && a.hash === b.hash;
}
