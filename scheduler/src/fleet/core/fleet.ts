// Nodes as the centre knows them: their registrations, reports and liveness. Case 1, registration: the same incarnation
// again replaces the record (idempotent); another incarnation is another process, and rooms that it does not name are
// gone. Case 2, report: changes are merged into the list of rooms (held-rooms.ts); when the digest does not fit the
// list, the centre asks for the full list. Case 3, silence, judged by the centre's monotonic clock (silences.ts,
// liveness.ts): suspect, dead, forgotten. Case 4, contradiction: a media node whose figures do not fit each other is
// distrusted until they agree (distrust.ts).
import { limits, nodeKind } from '@meridian/protocol';
import { judgeFigures } from './distrust.ts';
import { HeldRooms } from './held-rooms.ts';
import type { Reachability } from './liveness.ts';
import type { Liveness, ReportedLoad } from './node.ts';
import { blankRecord, type NodeDescription, type NodeRecord, type NodeReport, type RoomHeld } from './node.ts';
import { isCrowdSilent, Silences } from './silences.ts';

/** Time for which a dead node stays visible, so that an administrator sees its fate. */
export const FORGET_AFTER_MS = 120_000;

/** Prefix of the reason of every drain by the autoscaler, and of no other, so that the copy can tell both apart. */
export const AUTOSCALER_DRAIN = 'autoscaler: ';
/** Prefix for a node whose machine is replaced under the same name when the node is empty. */
export const REPLACEMENT_DRAIN = `${AUTOSCALER_DRAIN}to be replaced: `;

export interface NodeCommands {
  readonly drainReason?: string | undefined;
  readonly cordonReason?: string | undefined;
}

export class Fleet {
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #rooms = new HeldRooms(this.#nodes);
  readonly #silences = new Silences();
  /** Commands for absent nodes: a forgotten node, or a node that the copy has lost while it kept the command. */
  readonly #commandsAhead = new Map<string, NodeCommands>();
  readonly #nodesMax: number;
  #planVersion = 1;
  #membersVersion = 1;

  constructor(o: { nodesMax?: number } = {}) {
    this.#nodesMax = o.nodesMax ?? limits.fleetNodesMax;
  }

  get planVersion(): number {
    return this.#planVersion;
  }

  /** Rises when a node comes, registers again, or is forgotten: whenever `list` has another record. */
  get membersVersion(): number {
    return this.#membersVersion;
  }

  get(nodeId: string): NodeRecord | undefined {
    return this.#nodes.get(nodeId);
  }

  list(): NodeRecord[] {
    return [...this.#nodes.values()];
  }

  /** Returns the share of linked media nodes that are alive; 1 without any. */
  freshShare(): number {
    let [linked, fresh] = [0, 0];
    for (const { description, isLinked, liveness } of this.#nodes.values()) {
      if (!isLinked || description.kind !== nodeKind.media) continue;
      linked += 1;
      if (liveness === 'alive') fresh += 1;
    }
    return linked === 0 ? 1 : fresh / linked;
  }

  holdersOf(roomKey: string, kind: string): string[] {
    return this.#rooms.holdersOf(roomKey, kind);
  }

  isHeld(roomKey: string, kind: string): boolean {
    return this.#rooms.isHeld(roomKey, kind);
  }

  /** Sessions as living media nodes report them; a session that moves is at two nodes. */
  sessionsOf(roomKey: string): { sessionId: string; nodeId: string }[] {
    return this.#rooms.sessionsOf(roomKey);
  }

  sessionsDigestOf(roomKey: string): number | undefined {
    return this.#rooms.sessionsDigestOf(roomKey);
  }

  fenceOf(roomKey: string): string {
    return this.#rooms.fenceOf(roomKey);
  }

  agreedFenceOf(roomKey: string): string | undefined {
    return this.#rooms.agreedFenceOf(roomKey);
  }

  roomOf(sessionId: string): string | undefined {
    return this.#rooms.roomOf(sessionId);
  }

  /** Counts the room's sessions; a session that moves counts twice. */
  sessionsIn(roomKey: string): number {
    return this.#rooms.sessionsIn(roomKey);
  }

  roomKeys(): IterableIterator<string> {
    return this.#rooms.roomKeys();
  }

  /** Registers a linked node. `isRestart`: another process ran under this id before. `ok` false: too many nodes. */
  register(
    o: { description: NodeDescription; rooms: readonly RoomHeld[]; load: ReportedLoad },
    nowMs: number,
  ): { ok: true; isRestart: boolean } | { ok: false } {
    const before = this.#nodes.get(o.description.nodeId);
    if (before === undefined && this.#nodes.size >= this.#nodesMax) return { ok: false };
    const isRestart = before !== undefined && before.description.incarnation !== o.description.incarnation;
    const node = blankRecord(o.description, nowMs, (before?.revision ?? 0) + 1);
    if (before !== undefined && !isRestart) node.sent = before.sent;
    applyLoad(node, o.load);
    node.isLinked = true;
    node.state = 'serving';
    const waitingCommands = this.#commandsAhead.get(o.description.nodeId);
    this.#commandsAhead.delete(o.description.nodeId);
    // The autoscaler's drain was for the earlier machine; a new machine under the same name starts without it.
    const isDrainOver = isRestart && before.drainReason?.startsWith(AUTOSCALER_DRAIN) === true;
    node.drainReason = isDrainOver ? undefined : (before?.drainReason ?? waitingCommands?.drainReason);
    node.cordonReason = before?.cordonReason ?? waitingCommands?.cordonReason;
    const isEmpty = o.rooms.length === 0 && o.load.sessions === 0;
    if ((before === undefined || isRestart) && isEmpty) node.freshSinceMs = nowMs;
    // Distrust and the slow start survive a new link, not a new process.
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
    this.#membersVersion += 1;
    return { ok: true, isRestart };
  }

  /** Adds a node from the copy. Without a report it is suspect until it registers, and dies when it does not. */
  restore(description: NodeDescription, nowMs: number): void {
    if (this.#nodes.has(description.nodeId) || this.#nodes.size >= this.#nodesMax) return;
    const node = blankRecord(description, nowMs, 1);
    node.liveness = 'suspect';
    this.#nodes.set(description.nodeId, node);
    this.#planVersion += 1;
    this.#membersVersion += 1;
  }

  /** Merges a report. 'ignored': unknown node or another incarnation. `wantsFull`: digest and list differ. */
  report(nodeId: string, report: NodeReport, nowMs: number): 'ignored' | { wantsFull: boolean } {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.description.incarnation !== report.incarnation) return 'ignored';
    node.revision += 1;
    applyLoad(node, report.load);
    node.isLeaving = report.isLeaving === true;
    node.digest = { count: report.sessionCount, hash: report.sessionHash };
    if (report.state !== node.state) {
      node.state = report.state;
      this.#planVersion += 1;
    }
    this.#rooms.merge(node, report.roomsChanged, report.roomsGone);
    this.#noteHeard(node, nowMs);
    this.#judge(node, nowMs);
    // Held decisions may change while sessions stay: a moving participant has a second home, not yet a session.
    const hasOtherDecisions = report.decisionHash !== undefined && report.decisionHash !== node.listedDecisions;
    return { wantsFull: hasOtherDecisions || !sameDigest(node.digest, node.listed) };
  }

  /** Replaces the node's list of rooms. Returns false for another incarnation. */
  fullReport(
    nodeId: string,
    report: { incarnation: string; rooms: readonly RoomHeld[]; load: ReportedLoad },
    nowMs: number,
  ): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.description.incarnation !== report.incarnation) return false;
    node.revision += 1;
    applyLoad(node, report.load);
    this.#rooms.replace(node, report.rooms);
    this.#noteHeard(node, nowMs);
    this.#judge(node, nowMs);
    return true;
  }

  /** `goneAtMs`: now, when the kernel of the node's machine closed the link because the process has ended. */
  linkDown(nodeId: string, goneAtMs?: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || !node.isLinked) return;
    this.#silences.linkDown(nodeId, goneAtMs);
    node.isLinked = false;
    node.revision += 1;
    if (node.liveness === 'alive') node.liveness = 'suspect';
    this.#planVersion += 1;
  }

  /** Sets or lifts the drain command. Returns false when neither the node nor a stored command for it exists. */
  drain(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return this.#changeAhead(nodeId, { drainReason: reason });
    node.drainReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /** Sets or lifts the cordon command, with the same result as `drain`. */
  cordon(nodeId: string, reason: string | undefined): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return this.#changeAhead(nodeId, { cordonReason: reason });
    node.cordonReason = reason;
    node.revision += 1;
    this.#planVersion += 1;
    return true;
  }

  /** Commands take effect when the node registers. Those for more than `nodesMax` nodes are dropped. */
  setCommandsAhead(nodeId: string, commands: NodeCommands): void {
    const { drainReason, cordonReason } = commands;
    if (this.#nodes.has(nodeId)) {
      if (drainReason !== undefined) this.drain(nodeId, drainReason);
      if (cordonReason !== undefined) this.cordon(nodeId, cordonReason);
    } else if (this.#commandsAhead.has(nodeId) || this.#commandsAhead.size < this.#nodesMax)
      this.#commandsAhead.set(nodeId, { ...this.#commandsAhead.get(nodeId), ...commands });
  }

  get commandsAhead(): ReadonlyMap<string, NodeCommands> {
    return this.#commandsAhead;
  }

  /** Shuts a node out: it counts as dead from now on, whatever it reports. Returns whether the fleet knew the node. */
  exclude(nodeId: string): boolean {
    this.#planVersion += 1; // the plan names shut-out nodes, known or not
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    node.isLinked = false;
    this.#rooms.drop(node);
    this.#setLiveness(node, 'dead');
    return true;
  }

  pathsChanged(): void {
    this.#planVersion += 1;
  }

  readmit(): void {
    this.#planVersion += 1;
  }

  /** Returns the nodes that became suspect, died, or were forgotten. `peersOf`: other machines' reports. */
  tick(
    nowMs: number,
    peersOf: (hostId: string) => Reachability = () => 'unknown',
  ): { suspect: string[]; died: string[]; forgotten: NodeRecord[] } {
    const change = { suspect: [] as string[], died: [] as string[], forgotten: [] as NodeRecord[] };
    const isCentreFault = isCrowdSilent(this.#nodes.values(), nowMs);
    for (const [nodeId, node] of this.#nodes) {
      const silentMs = nowMs - node.heardAtMs;
      this.#judge(node, nowMs);
      const verdict = node.liveness === 'dead' ? 'dead' : this.#silences.verdict(node, nowMs, isCentreFault, peersOf);
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
        this.#rooms.drop(node); // a report may have come in after the node's death
        this.#nodes.delete(nodeId);
        this.#silences.forget(nodeId);
        this.#keepCommands(node);
        this.#planVersion += 1;
        this.#membersVersion += 1;
        change.forgotten.push(node);
      }
    }
    return change;
  }

  /** Excuses the last `lagMs`, in which the centre itself did not run, for all nodes (`Silences.excuse`). */
  excuse(nowMs: number, lagMs: number): void {
    for (const [nodeId, node] of this.#nodes)
      node.heardAtMs = this.#silences.excuse(nodeId, { heardAtMs: node.heardAtMs, nowMs, lagMs });
  }

  /** An operator's order outlives a long repair. The autoscaler orders anew when its node comes back. */
  #keepCommands({ description: { nodeId }, drainReason, cordonReason }: NodeRecord): void {
    const isOperators = drainReason !== undefined && !drainReason.startsWith(AUTOSCALER_DRAIN);
    if (isOperators) this.setCommandsAhead(nodeId, { drainReason });
    if (cordonReason !== undefined) this.setCommandsAhead(nodeId, { cordonReason });
  }

  #changeAhead(nodeId: string, change: NodeCommands): boolean {
    const commandsBefore = this.#commandsAhead.get(nodeId);
    if (commandsBefore === undefined) return false;
    const commands = { ...commandsBefore, ...change };
    if (commands.drainReason === undefined && commands.cordonReason === undefined) this.#commandsAhead.delete(nodeId);
    else this.#commandsAhead.set(nodeId, commands);
    return true;
  }

  #noteHeard(node: NodeRecord, nowMs: number): void {
    node.heardAtMs = nowMs;
    this.#silences.noteReport(node.description.nodeId, nowMs);
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

/** The rates to other nodes come once a minute and hold until the next report of them. */
function applyLoad(node: NodeRecord, { sent, ...load }: ReportedLoad): void {
  node.load = load;
  node.sent = sent ?? node.sent;
}

function sameDigest(a: { count: number; hash: number }, b: { count: number; hash: number }): boolean {
  return a.count === b.count && a.hash === b.hash;
}
