// The scheduling centre itself: the pure parts of core/ joined by one clock, one random source and one copy. Requests arrive here in domain
// words, from adapters; nothing here knows sockets or protobuf.
import { limits, MeridianError, newId } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { Access } from './access.ts';
import { type Copy, restoreInto } from './copy.ts';
import { Unserved } from './core/autoscale/unserved.ts';
import { Board } from './core/board.ts';
import { DecisionLog, type DecisionRecord } from './core/decision-log.ts';
import { Denied } from './core/denied.ts';
import { Fleet } from './core/fleet.ts';
import { Leases } from './core/leases.ts';
import { type HeldByNode, Ledger } from './core/ledger.ts';
import { PeerHearing } from './core/liveness.ts';
import type { NodeDescription, NodeRecord, NodeReport, RoomHeld } from './core/node.ts';
import { type Plan, planFor } from './core/plan.ts';
import type { Load, RoomMode } from './core/view.ts';
import { YoungRooms } from './core/young-rooms.ts';
import { type Locator, nearestDoors } from './locate.ts';
import type { CentreMetrics } from './metrics.ts';
import { type LeaseAnswer, Ownership } from './ownership.ts';
import { type PlaceAsk, Placing } from './placing.ts';
import { Routing, type RoutingOptions } from './routing.ts';
import { WarmUp } from './warm-up.ts';

export interface PlaceAnswer {
  readonly record: DecisionRecord;
  readonly lease: LeaseAnswer | undefined; // of a placement that was made
  readonly retryAfterMs: number;
  readonly chargeExpiresInMs: number;
}

/** How long a refused client waits, plus up to half as much again by chance, so that they do not all come back together. */
const RETRY_AFTER_MS = { NO_NODE: 1000, NO_CAPACITY: 3000 } as const;

/** The timer ticks four times a second: after this without one the process did not run (a blocked event loop, a stopped machine). */
const STALL_MS = 1000;

export interface CentreOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  readonly copy: Copy;
  readonly locator: Locator;
  readonly routing?: Pick<RoutingOptions, 'isPlacePretended' | 'relayBudgetShare'>;
  /** How rooms are placed whose request names no mode. */
  readonly mode?: RoomMode;
  /** Of this term of leading; absent: a new one. */
  readonly incarnation?: string;
}

/** Time moves on at most this often before decisions: liveness and lapsed charges are not asked for by each of thousands a second. */
const TICK_BEFORE_MS = 20;

export class Centre {
  readonly incarnation: string;
  readonly fleet = new Fleet();
  readonly ledger = new Ledger();
  readonly leases = new Leases();
  readonly denied = new Denied();
  readonly unserved = new Unserved();
  readonly ownership: Ownership;
  readonly young = new YoungRooms();
  readonly board: Board;
  readonly access: Access;
  readonly placing: Placing;
  readonly routing: Routing;
  readonly warmUp: WarmUp;
  /** What machines say of one another. */
  readonly peers = new PeerHearing();
  #tickedAtMs = Number.POSITIVE_INFINITY;
  readonly #o: CentreOptions;

  constructor(o: CentreOptions) {
    const { fleet, ledger, leases } = this;
    this.#o = o;
    this.incarnation = o.incarnation ?? newId('DE_', (count) => o.rng.bytes(count)).replace('DE_', 'CE_');
    this.ownership = new Ownership({ ...o, leases, fleet });
    this.warmUp = new WarmUp(o);
    this.routing = new Routing({ ...o, ...o.routing, fleet });
    const { young } = this;
    this.board = new Board({ fleet, ledger, young, delays: this.routing });
    const { board } = this;
    this.access = new Access({ ...o, board });
    const { access } = this;
    const mode = o.mode ?? 'relay';
    this.placing = new Placing({ ...o, fleet, ledger, young, board, access, mode, decisions: new DecisionLog() });
  }

  /** Takes over what the copy holds. Call once, before the first link. */
  async restore(): Promise<void> {
    const content = await this.#o.copy.load();
    restoreInto(this, content, this.#o.clock.nowMs());
    this.routing.fleetChanged();
    this.access.restore(content.access);
    const { leases, charges, nodes, drains } = content;
    const counts = { leases: leases.length, charges: charges.length, nodes: nodes.length, drains: drains.length };
    this.#o.log.info(counts, 'restored from the copy');
  }

  /** Nodes can reach the centre from now on: the first placements wait for those that the copy remembers. */
  listening(): void {
    const media = this.fleet.list().filter(({ description, drainReason }) => {
      return description.kind === 'sfu' && drainReason === undefined;
    });
    this.warmUp.start(media.filter((node) => !node.isLinked).map((node) => node.description.nodeId));
  }

  /** Takes a node in, or again. Throws RATE_LIMITED when there are too many. */
  register(o: { description: NodeDescription; rooms: readonly RoomHeld[]; load: Load }): {
    isDraining: boolean;
    plan: Plan;
  } {
    const { nodeId, kind, incarnation } = o.description;
    if (this.denied.has(nodeId)) throw new MeridianError('NODE_DENIED');
    const taken = this.fleet.register(o, this.#o.clock.nowMs());
    if (!taken.ok) throw new MeridianError('RATE_LIMITED', 'the centre holds as many nodes as it can');
    if (kind === 'signaling' && taken.isRestart) this.ownership.restarted(nodeId, o.rooms);
    this.ownership.observe(o.description, o.rooms);
    this.#correctCharges(nodeId, []);
    this.warmUp.arrived(nodeId);
    this.routing.fleetChanged();
    this.#o.copy.saveNode(o.description);
    const fields = { nodeId, kind, incarnation, newIncarnation: taken.isRestart, rooms: o.rooms.length };
    this.#o.log.info(fields, 'registered');
    return { isDraining: this.#node(nodeId).drainReason !== undefined, plan: this.plan(nodeId) };
  }

  /** Merges a report; true when the node's full list is wanted. Unknown nodes and old incarnations are counted and ignored. */
  report(nodeId: string, report: NodeReport, confirmedDecisionIds: readonly string[]): boolean {
    const result = this.fleet.report(nodeId, report, this.#o.clock.nowMs());
    if (result === 'ignored') {
      this.#o.metrics.reportsIgnored.inc();
      return false;
    }
    this.ownership.observe(this.#node(nodeId).description, report.roomsChanged);
    this.#correctCharges(nodeId, confirmedDecisionIds);
    return result.wantsFull;
  }

  fullReport(nodeId: string, report: { incarnation: string; rooms: readonly RoomHeld[]; load: Load }): void {
    if (!this.fleet.fullReport(nodeId, report, this.#o.clock.nowMs())) return;
    this.ownership.observe(this.#node(nodeId).description, report.rooms);
    this.#correctCharges(nodeId, []);
  }

  /** `hasEnded`: the kernel of the node's machine closed the link, because the process is gone. */
  linkDown(nodeId: string, hasEnded = false): void {
    this.fleet.linkDown(nodeId, hasEnded ? this.#o.clock.nowMs() : undefined);
    this.#o.log.info({ nodeId, freedRooms: this.ownership.down(nodeId) }, 'link down');
  }

  /** Decides, charges, and gets the room its owner. Resolves with a refusal when no node fits; throws REQUEST_INVALID, CITY_UNKNOWN. */
  async place(ask: PlaceAsk, signalingId: string): Promise<PlaceAnswer> {
    const waited = await this.warmUp.wait();
    this.#tickSoon();
    const { record, written } = this.placing.decide(ask, this.#node(signalingId).description, waited);
    const { decision } = record;
    const door = this.#node(signalingId).description;
    if (decision.ok) this.unserved.placed(ask.sessionId);
    else if (decision.code === 'NO_CAPACITY') this.unserved.refused(ask.sessionId, door.region, this.#o.clock.nowMs());
    if (!decision.ok) {
      const retryAfterMs = Math.round(RETRY_AFTER_MS[decision.code] * (1 + this.#o.rng.next() / 2));
      return { record, lease: undefined, retryAfterMs, chargeExpiresInMs: 0 };
    }
    const [lease] = await Promise.all([this.ownership.acquire(ask.roomKey, signalingId), written]);
    return { record, lease, retryAfterMs: 0, chargeExpiresInMs: limits.decisionConfirmMs };
  }

  /** Where a client is taken to be, and the doors near it, nearest first. */
  locate(o: { clientIp: string; fromCity: string }, signalingId: string) {
    const located = this.#o.locator.locate(o, this.#node(signalingId).description);
    return { ...located, signalingIds: nearestDoors(located.location, this.fleet.list()) };
  }

  /** Sets (reason) or lifts (undefined) the drain command; false when there is no such node. */
  async drain(nodeId: string, reason: string | undefined): Promise<boolean> {
    if (!this.fleet.drain(nodeId, reason)) return false;
    this.routing.fleetChanged();
    await this.#o.copy.saveDrain(nodeId, reason);
    this.#o.log.info({ nodeId, on: reason !== undefined, reason }, 'drain command');
    return true;
  }

  /**
   * Shuts a node out until `allow`: what it owned and was charged is free, the plan tells everybody. Known or not: its machine may be gone
   * and its certificate in other hands. Throws RATE_LIMITED. Returns whether the fleet knew it.
   */
  async deny(nodeId: string, reason: string): Promise<boolean> {
    const { log, copy, clock } = this.#o;
    const denial = this.denied.add({ nodeId, reason, sinceWallMs: clock.wallMs() });
    if (denial === undefined) throw new MeridianError('RATE_LIMITED', 'too many nodes are shut out');
    const wasKnown = this.fleet.exclude(nodeId);
    this.routing.fleetChanged();
    const freedRooms = this.ownership.down(nodeId);
    const charges = this.ledger.nodeGone(nodeId).length;
    log.warn({ nodeId, reason, wasKnown, freedRooms, charges }, 'node shut out');
    await copy.saveDenial(nodeId, denial);
    return wasKnown;
  }

  /** Lets a node in again; false when it was not shut out. */
  async allow(nodeId: string): Promise<boolean> {
    if (!this.denied.lift(nodeId)) return false;
    this.fleet.readmit();
    this.#o.log.warn({ nodeId }, 'node let in again');
    await this.#o.copy.saveDenial(nodeId, undefined);
    return true;
  }

  plan(receiverId: string): Plan {
    return planFor(receiverId, this.fleet.list(), this.fleet.planVersion, this.denied.ids, this.routing.wayOf);
  }

  #tickSoon(): void {
    const sinceMs = this.#o.clock.nowMs() - this.#tickedAtMs;
    // Before the first tick nothing was heard in time yet.
    if (sinceMs >= TICK_BEFORE_MS || sinceMs === Number.NEGATIVE_INFINITY) this.tick();
  }

  /** Moves time on: liveness, charges that lapse. Called before decisions and by a timer. */
  tick(): void {
    const { clock, log, copy, metrics } = this.#o;
    const nowMs = clock.nowMs();
    const lagMs = nowMs - this.#tickedAtMs;
    this.#tickedAtMs = nowMs;
    if (lagMs >= STALL_MS) {
      log.warn({ lagMs }, "the centre did not run; nobody's silence counts for that time");
      this.fleet.excuse(lagMs);
    }
    let here: ReadonlySet<string> | undefined;
    const isHere = (hostId: string): boolean => {
      here ??= this.#hostsHere();
      return here.has(hostId);
    };
    const { suspect, died, forgotten } = this.fleet.tick(nowMs, (hostId) => {
      return this.peers.heardByPeers(hostId, nowMs, isHere);
    });
    this.young.tick(nowMs);
    for (const nodeId of suspect) log.warn({ nodeId }, 'node suspect: not heard in time');
    for (const nodeId of died) {
      log.warn({ nodeId, charges: this.ledger.nodeGone(nodeId).length }, 'node dead');
    }
    for (const { description } of forgotten) {
      copy.dropNode(description.nodeId);
      this.peers.forget(description.hostId);
    }
    for (const { decisionId, nodeId } of this.ledger.expire(clock.nowMs())) {
      copy.dropCharge(decisionId);
      metrics.chargesLapsed.inc();
      log.info({ decisionId, nodeId }, 'charge lapsed: no node confirmed it');
    }
  }

  /** What a machine's probes of other machines came to: those that say nothing may be the only ones that hear a silent node. */
  probed(nodeId: string, samples: readonly { readonly toHostId: string; readonly lossFast: number }[]): void {
    const by = this.fleet.get(nodeId)?.description.hostId;
    const known = new Set(this.fleet.list().map(({ description }) => description.hostId));
    if (by === undefined) return;
    for (const { toHostId, lossFast } of samples) {
      if (known.has(toHostId)) this.peers.reported(by, toHostId, lossFast, this.#o.clock.nowMs());
    }
  }

  #hostsHere(): ReadonlySet<string> {
    const here = this.fleet.list().filter((node) => node.isLinked && node.liveness === 'alive');
    return new Set(here.map(({ description }) => description.hostId));
  }

  #correctCharges(nodeId: string, confirmedDecisionIds: readonly string[]): void {
    const node = this.#node(nodeId);
    if (node.description.kind !== 'sfu') return;
    const { confirmed, released } = this.ledger.reported(nodeId, heldBy(node, confirmedDecisionIds));
    for (const charge of [...confirmed, ...released]) this.#o.copy.dropCharge(charge.decisionId);
  }

  #node(nodeId: string): NodeRecord {
    const node = this.fleet.get(nodeId);
    if (node === undefined) throw new MeridianError('NOT_REGISTERED');
    return node;
  }
}

function heldBy(node: NodeRecord, confirmedDecisionIds: readonly string[]): HeldByNode {
  const decisions = new Map<string, string>();
  const sessionIds = new Set<string>();
  for (const room of node.rooms.values()) {
    for (const id of room.decisionIds) decisions.set(id, room.roomKey);
    for (const id of room.sessionIds) sessionIds.add(id);
  }
  return { decisions, sessionIds, confirmedDecisionIds };
}
