// The scheduling centre itself: the pure parts of core/ joined by one clock, one random source and one copy. Requests arrive here in domain
// words, from links.ts and http.ts; nothing here knows sockets or protobuf.
import { type ErrorCode, isSessionId, limits, MeridianError, newId, partsOf, routerConstant } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { seededRng } from '@meridian/runtime';
import { type Copy, restoreInto } from './copy.ts';
import { DecisionLog, type DecisionRecord } from './core/decision-log.ts';
import { type Explanation, explain, reasonsOf } from './core/explain.ts';
import { Fleet, type NodeDescription, type NodeRecord, type NodeReport, type RoomHeld } from './core/fleet.ts';
import { type Lease, Leases } from './core/leases.ts';
import { type HeldByNode, Ledger } from './core/ledger.ts';
import { place, placeSlice } from './core/place.ts';
import { type Plan, planFor } from './core/plan.ts';
import { policy } from './core/policy.ts';
import { Snapshots } from './core/snapshot.ts';
import type { Load, PlaceWish } from './core/view.ts';
import { type Locator, nearestDoors } from './locate.ts';
import type { CentreMetrics } from './metrics.ts';

export interface PlaceAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly fromCity: string;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string;
}
export interface PlaceAnswer {
  readonly record: DecisionRecord;
  readonly reasons: readonly string[];
  readonly lease: LeaseAnswer | undefined; // of a placement that was made
  readonly retryAfterMs: number;
  readonly chargeExpiresInMs: number;
}
export interface LeaseAnswer {
  readonly lease: Lease;
  readonly expiresInMs: number;
  readonly created: boolean;
  readonly nodeIds: readonly string[];
}

/** How long a refused client waits, plus up to half as much again by chance, so that they do not all come back together. */
const RETRY_AFTER_MS = { NO_NODE: 1000, NO_CAPACITY: 3000 } as const;
const AVOID_MAX = 64;

export class Centre {
  readonly incarnation: string;
  readonly fleet = new Fleet();
  readonly ledger = new Ledger();
  readonly leases = new Leases();
  readonly decisions = new DecisionLog();
  readonly #snapshots: Snapshots;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #log: Logger;
  readonly #metrics: CentreMetrics;
  readonly #copy: Copy;
  readonly #locator: Locator;

  constructor(o: { clock: Clock; rng: Rng; log: Logger; metrics: CentreMetrics; copy: Copy; locator: Locator }) {
    this.#clock = o.clock;
    this.#rng = o.rng;
    this.#log = o.log;
    this.#metrics = o.metrics;
    this.#copy = o.copy;
    this.#locator = o.locator;
    this.incarnation = newId('DE_', (count) => o.rng.bytes(count)).replace('DE_', 'CE_');
    this.#snapshots = new Snapshots({ fleet: this.fleet, ledger: this.ledger });
  }

  /** Takes over what the copy holds. Call once, before the first link. */
  async restore(): Promise<void> {
    const content = await this.#copy.load();
    restoreInto(this, content, this.#clock.nowMs());
    const { leases, charges, nodes, drains } = content;
    this.#log.info(
      { leases: leases.length, charges: charges.length, nodes: nodes.length, drains: drains.length },
      'restored from the copy',
    );
  }

  register(o: { description: NodeDescription; rooms: readonly RoomHeld[]; load: Load }): {
    isDraining: boolean;
    plan: Plan;
  } {
    const nowMs = this.#clock.nowMs();
    const { nodeId, kind } = o.description;
    const taken = this.fleet.register(o, nowMs);
    if (!taken.ok) throw new MeridianError('RATE_LIMITED', 'the centre holds as many nodes as it can');
    if (kind === 'signaling' && taken.isRestart) {
      const held = new Set(o.rooms.filter((room) => room.ownerId === nodeId).map((room) => room.roomKey));
      for (const lease of this.leases.ownerRestarted(nodeId, held)) void this.#copy.saveLease(lease);
    }
    this.#observeRooms(o.description, o.rooms);
    this.#correctCharges(nodeId, []);
    this.#copy.saveNode(o.description);
    const node = this.#node(nodeId);
    this.#log.info({ nodeId, kind, incarnation: o.description.incarnation, rooms: o.rooms.length }, 'registered');
    return { isDraining: node.drainReason !== undefined, plan: this.plan(nodeId) };
  }

  /** Merges a report; true when the node's full list is wanted. Unknown nodes and old incarnations are counted and ignored. */
  report(nodeId: string, report: NodeReport, confirmedDecisionIds: readonly string[]): boolean {
    const result = this.fleet.report(nodeId, report, this.#clock.nowMs());
    if (result === 'ignored') {
      this.#metrics.reportsIgnored.inc();
      return false;
    }
    this.#observeRooms(this.#node(nodeId).description, report.roomsChanged);
    this.#correctCharges(nodeId, confirmedDecisionIds);
    return result.wantsFull;
  }

  fullReport(nodeId: string, report: { incarnation: string; rooms: readonly RoomHeld[]; load: Load }): void {
    if (!this.fleet.fullReport(nodeId, report, this.#clock.nowMs())) return;
    this.#observeRooms(this.#node(nodeId).description, report.rooms);
    this.#correctCharges(nodeId, []);
  }

  linkDown(nodeId: string): void {
    this.fleet.linkDown(nodeId);
    const freed = this.leases.ownerDown(nodeId);
    this.#log.info({ nodeId, freedRooms: freed.length }, 'link down');
  }

  /** Decides, charges, and gets the room its owner. Resolves with a refusal when no node fits; throws REQUEST_INVALID, CITY_UNKNOWN. */
  async place(ask: PlaceAsk, signalingId: string): Promise<PlaceAnswer> {
    checkAsk(ask);
    const startedMs = this.#clock.nowMs();
    this.tick();
    const record = this.#decide(ask, signalingId);
    this.#metrics.decisionMs.observe(this.#clock.nowMs() - startedMs);
    const { decision } = record;
    const reasons = reasonsOf(record);
    if (!decision.ok) {
      const retryAfterMs = Math.round(RETRY_AFTER_MS[decision.code] * (1 + this.#rng.next() / 2));
      return { record, reasons, lease: undefined, retryAfterMs, chargeExpiresInMs: 0 };
    }
    const lease = await this.acquireLease(ask.roomKey, signalingId);
    return { record, reasons, lease, retryAfterMs: 0, chargeExpiresInMs: limits.decisionConfirmMs };
  }

  locate(o: { clientIp: string; fromCity: string }, signalingId: string) {
    const located = this.#locator.locate(o, this.#node(signalingId).description);
    return { ...located, signalingIds: nearestDoors(located.location, this.fleet.list()) };
  }

  /** Takes back a charge; only the instance that asked for it may. */
  releaseDecision(decisionId: string, signalingId: string): void {
    const record = this.decisions.get(decisionId);
    if (record !== undefined && record.signalingId !== signalingId) {
      throw new MeridianError('NOT_PERMITTED', 'the decision was made for another instance');
    }
    if (this.ledger.release(decisionId) !== undefined) this.#copy.dropCharge(decisionId);
  }

  /** The live lease of the room, granted to the asker when nobody owns it. A new epoch is in the copy before it is told to anybody. */
  async acquireLease(roomKey: string, signalingId: string): Promise<LeaseAnswer> {
    checkRoomKey(roomKey);
    const { lease, created, forgotten } = this.leases.acquire(roomKey, signalingId, this.#clock.nowMs());
    if (forgotten !== undefined) this.#copy.dropLease(forgotten.roomKey, this.leases.floor);
    if (created) {
      this.#metrics.leasesGranted.inc();
      this.#log.info({ roomKey, ownerId: signalingId, epoch: lease.epoch }, 'room lease granted');
      await this.#copy.saveLease(lease);
    }
    return this.#leaseAnswer(lease, created);
  }

  /** Renews under exactly these epochs; rooms that were lost meanwhile are named. */
  renewLeases(wishes: readonly { roomKey: string; epoch: number }[], signalingId: string) {
    if (wishes.length > limits.roomsPerNodeMax) throw new MeridianError('REQUEST_INVALID', 'too many leases at once');
    const { kept, lostRoomKeys } = this.leases.renew(signalingId, wishes, this.#clock.nowMs());
    return { leases: kept.map((lease) => this.#leaseAnswer(lease, false)), lostRoomKeys };
  }

  /** Renews one lease; EPOCH_STALE when another owner or epoch has taken its place. */
  renewLease(roomKey: string, epoch: number, signalingId: string): LeaseAnswer {
    checkRoomKey(roomKey);
    const [lease] = this.renewLeases([{ roomKey, epoch }], signalingId).leases;
    if (lease === undefined) throw new MeridianError('EPOCH_STALE');
    return lease;
  }

  /** Gives a room back; whoever does not own it under this epoch changes nothing. */
  async releaseLease(roomKey: string, epoch: number, signalingId: string): Promise<void> {
    checkRoomKey(roomKey);
    if (!this.leases.release(roomKey, signalingId, epoch)) return;
    const lease = this.leases.get(roomKey);
    if (lease !== undefined) await this.#copy.saveLease(lease);
  }

  /** Sets (reason) or lifts (undefined) the drain command; false when there is no such node. */
  drain(nodeId: string, reason: string | undefined): boolean {
    if (!this.fleet.drain(nodeId, reason)) return false;
    this.#copy.saveDrain(nodeId, reason);
    this.#log.info({ nodeId, on: reason !== undefined, reason }, 'drain command');
    return true;
  }

  plan(receiverId: string): Plan {
    return planFor(receiverId, this.fleet.list(), this.fleet.planVersion);
  }

  explain(decisionId: string): { record: DecisionRecord; explanation: Explanation } | undefined {
    const record = this.decisions.get(decisionId);
    if (record === undefined) return undefined;
    return { record, explanation: explain(record, policy, randOf(record.seed)) };
  }

  /** Moves time on: liveness, charges that lapse. Called before every decision and by a timer. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    const { suspect, died, forgotten } = this.fleet.tick(nowMs);
    for (const nodeId of suspect) this.#log.warn({ nodeId }, 'node suspect: not heard in time');
    for (const nodeId of died) {
      const lost = this.ledger.nodeGone(nodeId);
      this.#log.warn({ nodeId, charges: lost.length }, 'node dead');
    }
    for (const node of forgotten) this.#copy.dropNode(node.description.nodeId);
    for (const charge of this.ledger.expire(nowMs)) {
      this.#copy.dropCharge(charge.decisionId);
      this.#metrics.chargesLapsed.inc();
      this.#log.info({ decisionId: charge.decisionId, nodeId: charge.nodeId }, 'charge lapsed: no node confirmed it');
    }
  }

  #decide(ask: PlaceAsk, signalingId: string): DecisionRecord {
    const door = this.#node(signalingId).description;
    const { location, reason } = this.#locator.locate(ask, door);
    const want: PlaceWish = {
      roomKey: ask.roomKey,
      sessionId: ask.sessionId,
      location: { latitude: location.latitude, longitude: location.longitude },
      avoidNodeIds: ask.avoidNodeIds,
      regionPin: ask.regionPin,
      protocolVersion: door.versions.protocol,
      routerVersion: routerConstant.version,
    };
    const view = this.#snapshots.take(ask.roomKey, this.#clock.nowMs());
    const decisionId = newId('DE_', (count) => this.#rng.bytes(count));
    const record: DecisionRecord = {
      decisionId,
      madeAtWallMs: this.#clock.wallMs(),
      seed: decisionId,
      view: placeSlice(view, want, policy),
      want,
      decision: place(view, want, policy, randOf(decisionId)),
      location,
      locationReason: reason,
      signalingId,
    };
    const charged = this.#charge(record);
    this.decisions.add(charged);
    this.#count(charged);
    return charged;
  }

  /** The charge is made before anybody hears of the decision; when the ledger is full the decision becomes a refusal. */
  #charge(record: DecisionRecord): DecisionRecord {
    const { decision, decisionId, want } = record;
    if (!decision.ok) return record;
    const expiresAtMs = this.#clock.nowMs() + limits.decisionConfirmMs;
    const { nodeId } = decision;
    const { roomKey, sessionId } = want;
    const { ok, dropped } = this.ledger.assume({ decisionId, nodeId, roomKey, sessionId, expiresAtMs });
    if (!ok) throw new MeridianError('NO_CAPACITY', 'the ledger of charges is full');
    if (dropped !== undefined) this.#copy.dropCharge(dropped.decisionId);
    this.#copy.saveCharge({ decisionId, nodeId, roomKey, sessionId, expiresAtMs, state: 'assumed' });
    return record;
  }

  #count(record: DecisionRecord): void {
    const { decision } = record;
    this.#metrics.placements.inc({ outcome: decision.ok ? 'placed' : decision.code, mode: decision.mode });
    this.#metrics.located.inc({ source: record.location.source });
    for (const rejection of decision.rejections) this.#metrics.rejections.inc({ filter: rejection.filter });
    const to = decision.ok ? decision.nodeId : decision.code;
    this.#log.info(
      { decisionId: record.decisionId, roomKey: record.want.roomKey, sessionId: record.want.sessionId, to },
      'placed',
    );
  }

  #observeRooms(speaker: NodeDescription, rooms: readonly RoomHeld[]): void {
    for (const room of rooms) {
      const fromOwner = speaker.kind === 'signaling' && room.ownerId === speaker.nodeId;
      // A door may only speak for itself; media nodes pass on what their rooms' owners told them.
      if (!fromOwner && speaker.kind !== 'sfu') continue;
      const before = this.leases.get(room.roomKey)?.epoch;
      const changed = this.leases.observe({ ...room, fromOwner }, this.#clock.nowMs());
      const lease = this.leases.get(room.roomKey);
      if (changed && lease !== undefined && lease.epoch !== before) void this.#copy.saveLease(lease);
    }
  }

  #correctCharges(nodeId: string, confirmedDecisionIds: readonly string[]): void {
    const node = this.#node(nodeId);
    if (node.description.kind !== 'sfu') return;
    const held = heldBy(node, confirmedDecisionIds);
    const { confirmed, released } = this.ledger.reported(nodeId, held);
    for (const charge of [...confirmed, ...released]) this.#copy.dropCharge(charge.decisionId);
  }

  #leaseAnswer(lease: Lease, created: boolean): LeaseAnswer {
    const expiresInMs = Math.max(0, Math.round(lease.expiresAtMs - this.#clock.nowMs()));
    return { lease, expiresInMs, created, nodeIds: this.fleet.holdersOf(lease.roomKey, 'sfu') };
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

function randOf(seed: string): () => number {
  const rng = seededRng(seed);
  return () => rng.next();
}

function checkAsk(ask: PlaceAsk): void {
  checkRoomKey(ask.roomKey);
  if (!isSessionId(ask.sessionId)) throw invalid('session_id');
  if (ask.avoidNodeIds.length > AVOID_MAX) throw invalid('avoid_node_ids');
  if (ask.regionPin !== '' && !/^[A-Za-z0-9._-]{1,64}$/.test(ask.regionPin)) throw invalid('region_pin');
}

function checkRoomKey(roomKey: string): void {
  if (partsOf(roomKey) === undefined) throw invalid('room_key');
}

function invalid(field: string, code: ErrorCode = 'REQUEST_INVALID'): MeridianError {
  return new MeridianError(code, `field ${field} has a value that is not allowed`);
}
