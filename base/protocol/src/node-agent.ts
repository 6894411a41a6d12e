// Protocol of every node with the scheduling centre: register on each new link, report every second, obey plans and
// drain commands, send the full list when the digest differs.
//
// - The centre restarts: the node registers again with all that it holds, and the centre rebuilds its state
//   (idempotent).
// - The node restarts with a new incarnation: the centre drops whatever the old one held and did not re-register.
// - The centre is gone: the node keeps its last plan; media is not affected.
// - The centre does not lead: the link stays open until it leads, or until it names a leader that can be dialled.
// - The process is about to end: all reports say so, and no centre has to remember it.
// - A replaced centre speaks: its epoch is lower than an obeyed epoch, so it is ignored.
import type { CentreSearch } from './centre-search.ts';
import { type ControlLink, call, note, onNote, post, rpc, serve } from './control.ts';
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

export type AgentState = 'disconnected' | 'registering' | 'serving' | 'draining';

/** Functions of the node, which return its present state synchronously. */
export interface AgentPorts {
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  /** Returns the rooms. An unchanged room must be the same object, so that its digest is not computed again. */
  rooms(): wire.RoomHeld.$Properties[];
  /**
   * Called with every plan newer than the last, and once per registration; always with all nodes and paths, even when
   * only changes were sent.
   */
  onPlan(plan: wire.Plan): void;
  onDrain(on: boolean, reason: string): void;
  onState?(state: AgentState): void;
  every(periodMs: number, fn: () => void): { cancel(): void };
  /** Returns the centre that last placed sessions for the node's region, where regions have their own centres. */
  region?(): { readonly epoch: number; readonly incarnation: string };
  /** Returns the fingerprints of the authorities that the node trusts; the signer of its certificate comes first. */
  authorities?(): readonly string[];
  wallMs?(): number;
  /** Learns the leader that a centre names and chooses the next address to dial; absent with a single centre. */
  centres?: Pick<CentreSearch, 'leaderIs'>;
}

/** Interval in which a waiting node asks whether the centre leads. */
const leaderPollMs = 1000;

/**
 * Returns the digest of what a node holds, which the centre compares with its own list: the sum of each id's FNV-1a, in
 * 32 bits. The order does not matter, and digests of two lists add up, so a changed list is not read anew.
 */
export function digestOf(ids: readonly string[]): number {
  let sum = 0;
  for (const id of ids) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
    sum = (sum + Math.imul(hash ^ 0x0a, 0x01000193)) >>> 0;
  }
  return sum;
}

export class NodeAgent {
  readonly #ports: AgentPorts;
  #link: ControlLink | undefined;
  #timer: { cancel(): void } | undefined;
  #state: AgentState = 'disconnected';
  #seq = 0;
  #planVersion = 0;
  /** Version of a plan of which further nodes follow; 0: none. */
  #partVersion = 0;
  #planCentre = '';
  readonly #planNodes = new Map<string, wire.NodeRef.$Properties>();
  readonly #planPaths = new Map<string, wire.PairPath.$Properties>();
  /** True after a plan whose base changes were missed: the next report requests the whole plan. */
  #wantsPlan = false;
  #isLeaving = false;
  #confirmed: string[] = [];
  /** Highest obeyed epoch and the incarnation of its centre; under the same epoch no other centre is obeyed. */
  #epoch = 0;
  #epochIncarnation = '';
  #wake: (() => void) | undefined;
  #sent = new Map<string, Fingerprint>(); // last reported state by room
  #sentAuthorities: readonly string[] = [];

  constructor(ports: AgentPorts) {
    this.#ports = ports;
  }

  get state(): AgentState {
    return this.#state;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get obeyed(): { readonly epoch: number; readonly incarnation: string } {
    return { epoch: this.#epoch, incarnation: this.#epochIncarnation };
  }

  get link(): ControlLink | undefined {
    return this.#link;
  }

  /** Takes a new link to the centre from the dialer's onLink; call `lost()` when it is gone. */
  attach(link: ControlLink): void {
    this.#link = link;
    onNote(link, note.plan, (plan) => this.#takePlan(plan));
    onNote(link, note.leading, () => this.#wake?.());
    serve(link, rpc.drain, (message) => {
      if (link !== this.#link || this.#timer === undefined) throw new MeridianError('NOT_REGISTERED');
      this.#setDrain(message.on, message.reason);
      return {};
    });
    serve(link, rpc.fullReport, () => ({
      incarnation: this.#ports.describe().incarnation ?? '',
      rooms: this.#ports.rooms(),
      load: this.#ports.load(),
    }));
    this.#setState('registering');
  }

  /**
   * Registers on the attached, open link once the centre leads; rejects when the centre refuses or names another
   * leader. The dialer retries by reconnecting.
   */
  async register(): Promise<void> {
    const link = this.#link;
    while (link !== undefined && link === this.#link) {
      try {
        await this.#registerOn(link);
        return;
      } catch (error) {
        if ((error as { code?: unknown } | null)?.code !== 'NOT_LEADER') throw error;
      }
      await this.#waitForLeader(link);
    }
  }

  async #registerOn(link: ControlLink): Promise<void> {
    const rooms = this.#ports.rooms();
    const authorities = this.#ports.authorities?.() ?? [];
    const answer = await call(link, rpc.register, {
      node: this.#ports.describe(),
      rooms,
      load: this.#ports.load(),
      planVersion: this.#planVersion,
      planDeltas: true,
      pathDeltas: true,
      centreEpoch: this.#epoch,
      centreIncarnation: this.#epochIncarnation,
      authorities: [...authorities],
      ...regionToWire(this.#ports.region?.()),
    });
    if (link !== this.#link) return;
    if (!this.obeys(answer.centreEpoch, answer.centreIncarnation))
      throw new MeridianError('EPOCH_STALE', 'this centre has been replaced by another');
    this.#sent = new Map(rooms.map((room) => [room.roomKey ?? '', fingerprintOf(room)]));
    this.#sentAuthorities = authorities;
    this.#timer?.cancel();
    this.#timer = this.#ports.every(answer.reportIntervalMs || limits.reportIntervalMs, () => this.report());
    this.#setDrain(answer.draining, answer.draining ? 'ordered by the centre' : '');
    // A registration does not say that the process ends, so the centre would send new sessions until the next report.
    if (this.#isLeaving) this.report();
    if (answer.plan) this.#takePlan(answer.plan as wire.Plan);
  }

  /** Returns whether to obey a centre: its epoch must be above the obeyed epoch, or equal and of the same centre. */
  obeys(epoch: number, incarnation: string): boolean {
    if (epoch < this.#epoch || (epoch > 0 && epoch === this.#epoch && incarnation !== this.#epochIncarnation))
      return false;
    this.#epoch = epoch;
    this.#epochIncarnation = incarnation;
    return true;
  }

  /** Resolves when this centre leads or the link is gone; rejects when another centre must be dialled. */
  async #waitForLeader(link: ControlLink): Promise<void> {
    while (link === this.#link) {
      const leader = await call(link, rpc.leader, {});
      if (leader.leading) {
        // To avoid a stampede, each node waits for its own part of the time that the centre names.
        const spreadMs = Math.min(leader.spreadMs, leaderPollMs);
        if (spreadMs > 0) await this.#pause(1 + (digestOf([this.#ports.describe().nodeId ?? '']) % spreadMs), false);
        return;
      }
      const isNewTerm = this.#epoch > 0 && leader.centreEpoch > this.#epoch;
      if (this.#ports.centres?.leaderIs(leader.url, isNewTerm ? leader.centreEpoch : 0) === true)
        throw new MeridianError('NOT_LEADER', `${leader.url} leads, by the centre's answer`);
      await this.#pause(leaderPollMs, true);
    }
  }

  #pause(ms: number, endsOnNote: boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.#wake = undefined;
        resolve();
      };
      const timer = this.#ports.every(ms, end);
      if (endsOnNote) this.#wake = end;
    });
  }

  /** Confirms in the next report that a decision has become a session. Beyond 10,000 the oldest is dropped. */
  confirm(decisionId: string): void {
    if (decisionId === '') return;
    this.#confirmed.push(decisionId);
    if (this.#confirmed.length > 10_000) this.#confirmed.shift();
  }

  report(): void {
    const link = this.#link;
    if (link === undefined || (this.#state !== 'serving' && this.#state !== 'draining')) return;
    const current = new Map<string, Fingerprint>();
    const roomsChanged: wire.RoomHeld.$Properties[] = [];
    let sessionCount = 0;
    let sessionHash = 0;
    let decisionHash = 0;
    for (const room of this.#ports.rooms()) {
      const roomKey = room.roomKey ?? '';
      const before = this.#sent.get(roomKey);
      const fingerprint = before?.room === room ? before : fingerprintOf(room);
      current.set(roomKey, fingerprint);
      if (before?.text !== fingerprint.text) roomsChanged.push(room);
      sessionCount += room.sessionIds?.length ?? 0;
      sessionHash = (sessionHash + fingerprint.sessionHash) >>> 0;
      decisionHash = (decisionHash + fingerprint.decisionHash) >>> 0;
    }
    const roomsGone: string[] = [];
    for (const key of this.#sent.keys()) if (!current.has(key)) roomsGone.push(key);
    const authorities = this.#ports.authorities?.() ?? [];
    const wallMs = this.#ports.wallMs?.();
    const sent = post(link, note.report, {
      incarnation: this.#ports.describe().incarnation ?? '',
      load: this.#ports.load(),
      seq: this.#seq + 1,
      sessionCount,
      sessionHash,
      decisionHash,
      roomsChanged,
      roomsGone,
      confirmedDecisionIds: this.#confirmed,
      state: this.#state,
      leaving: this.#isLeaving,
      planWanted: this.#wantsPlan,
      authorities: authorities === this.#sentAuthorities ? [] : [...authorities],
      ...(wallMs !== undefined && { wallMs }),
    });
    if (!sent) return; // above the back-pressure cap; the next report carries the same changes
    this.#seq += 1;
    this.#confirmed = [];
    this.#sent = current;
    this.#sentAuthorities = authorities;
  }

  /**
   * Announces the end of the process in every report, the first sent at once; no command ends that drain. The
   * announcement also reaches a centre that answers only later. Idempotent.
   */
  leave(reason: string): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    if (this.#timer !== undefined) this.#setState('draining');
    this.#ports.onDrain(true, reason);
    this.report();
  }

  #setDrain(on: boolean, reason: string): void {
    this.#setState(on || this.#isLeaving ? 'draining' : 'serving');
    if (!this.#isLeaving) this.#ports.onDrain(on, reason);
  }

  lost(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#link = undefined;
    this.#wake?.();
    this.#setState('disconnected');
  }

  #setState(state: AgentState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#ports.onState?.(state);
  }

  #takePlan(plan: wire.Plan): void {
    if (!this.obeys(plan.centreEpoch, plan.centreIncarnation)) return;
    const isSameCentre = plan.centreIncarnation === this.#planCentre;
    const isWhole = plan.since === 0;
    const isNextPart = isSameCentre && this.#partVersion > 0 && plan.since === this.#partVersion;
    // A whole plan that this node requested is applied even when its version is known.
    if (isSameCentre && !isNextPart && plan.version <= this.#planVersion && !(isWhole && this.#wantsPlan)) return;
    if (!isWhole && !isNextPart && (!isSameCentre || plan.since > this.#planVersion)) {
      this.#wantsPlan = true;
      return;
    }
    if (isWhole) this.#planNodes.clear();
    for (const nodeId of plan.goneNodeIds) this.#planNodes.delete(nodeId);
    for (const node of plan.nodes) this.#planNodes.set(node.nodeId ?? '', node);
    if (isWhole || !plan.pathChanges) this.#planPaths.clear();
    for (const path of plan.gonePaths) this.#planPaths.delete(pairOf(path));
    for (const path of plan.paths) this.#planPaths.set(pairOf(path), path);
    this.#planCentre = plan.centreIncarnation;
    if (!isSameCentre) this.#planVersion = 0;
    this.#partVersion = plan.more ? plan.version : 0;
    // Nodes that the rest names would count as gone.
    if (plan.more) return;
    this.#wantsPlan = false;
    this.#planVersion = plan.version;
    plan.since = 0;
    plan.nodes = [...this.#planNodes.values()];
    plan.goneNodeIds = [];
    plan.pathChanges = false;
    plan.paths = [...this.#planPaths.values()];
    plan.gonePaths = [];
    this.#ports.onPlan(plan);
  }
}

const pairOf = ({ a, b }: wire.PairPath.$Properties): string => `${a} ${b}`;

function regionToWire(region: { readonly epoch: number; readonly incarnation: string } | undefined) {
  return region === undefined ? {} : { regionEpoch: region.epoch, regionIncarnation: region.incarnation };
}

/** State of a room at its last report, to see whether it must be reported again, with its part of the digests. */
interface Fingerprint {
  readonly room: wire.RoomHeld.$Properties;
  readonly text: string;
  readonly sessionHash: number;
  readonly decisionHash: number;
}

function fingerprintOf(room: wire.RoomHeld.$Properties): Fingerprint {
  const sessionHash = digestOf(room.sessionIds ?? []);
  const decisionHash = digestOf(room.decisionIds ?? []);
  const text = `${room.epoch ?? 0}|${room.ownerId ?? ''}|${sessionHash}|${decisionHash}`;
  return { room, text, sessionHash, decisionHash };
}
