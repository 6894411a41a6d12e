// What must never be true of the simulated world, and what must be true when it has healed. docs/fault-simulator.md lists every rule by its
// name. A rule about one event is checked in that step; rules about whole books are checked every SCAN_MS and at the end.
import { limits } from '@meridian/protocol';
import type { Centre } from '../../../scheduler/src/centre.ts';
import type { Charge } from '../../../scheduler/src/core/ledger.ts';
import { provesAbsence, SESSION_LEASE_MS } from '../../../scheduler/src/core/session-leases.ts';
import type { Placed } from '../../../scheduler/src/placing.ts';
import type { RoomLeaseSeen } from '../../../sfu/src/core/index.ts';
import type { Door } from './door.ts';
import type { MediaNode } from './media-node.ts';
import type { Person } from './people.ts';
import type { SimStore } from './store.ts';

export const SCAN_MS = 250;
/** Two reports and the way: after it the centre's list is what the node holds. */
const REPORTED_MS = 3500;
/** What has left a node's list is charged until its lease lapses, and a report says so. */
const REAPED_MS = SESSION_LEASE_MS + 1500;
/** A node that nobody harms is never dead; what was harmed has this long to recover. */
const UNHARMED_MS = 8000;
/** A charge lapses with the first tick or decision after its time. */
const LAPSE_SLACK_MS = 1000;

export interface Violation {
  readonly rule: string;
  readonly text: string;
  readonly atMs: number;
}

/** Of the world, what is judged. */
export interface JudgedWorld {
  readonly clock: { nowMs(): number };
  readonly size: { readonly seatedWithinMs: number };
  readonly nodes: ReadonlyMap<string, MediaNode>;
  readonly doors: ReadonlyMap<string, Door>;
  readonly people: readonly Person[];
  readonly centre: Centre | undefined;
  readonly centreNowMs: number;
  readonly timing: { detected(nodeId: string): void };
  note(text: () => string): void;
  centreIsWell(sinceMs: number): boolean;
  isUnharmed(node: MediaNode, forMs: number): boolean;
  memoryIsWhole(): boolean;
}

export class Judge {
  readonly #world: JudgedWorld;
  readonly #owners = new Map<string, string>(); // room/epoch -> owner obeyed
  readonly #obeyed = new Map<string, { epoch: number; atMs: number }>(); // node incarnation/room
  #granted = new Map<string, { epoch: number; ownerId: string }>(); // of the present centre
  /** Charges that their node does not list. By charge, not by decision: one that a late list brought back for a moment is another one. */
  #absentSinceMs = new WeakMap<Charge, number>();
  readonly expectedDenied = new Map<string, number>(); // since
  readonly expectedDrained = new Map<string, number>();
  violation: Violation | undefined;
  /** The store has lost writes: also that somebody was let in again may be forgotten. */
  #hasStoreLost = false;
  decisions = 0;
  refusals = 0;

  constructor(world: JudgedWorld) {
    this.#world = world;
  }

  get #nowMs(): number {
    return this.#world.clock.nowMs();
  }

  fail(rule: string, text: string): void {
    if (this.violation !== undefined) return;
    this.violation = { rule, text, atMs: this.#nowMs };
    this.#world.note(() => `VIOLATION ${rule}: ${text}`);
  }

  /** A new centre's process: it is watched from its first word on. */
  watch(centre: Centre): void {
    this.#granted = new Map();
    this.#absentSinceMs = new WeakMap();
    const { placing, ownership, fleet, ledger } = centre;
    const reported = ledger.reported.bind(ledger);
    ledger.reported = (nodeId, held) => {
      const answer = reported(nodeId, held);
      for (const charge of answer.released) this.#reaped(nodeId, charge);
      return answer;
    };
    const tick = fleet.tick.bind(fleet);
    fleet.tick = (...args) => {
      const change = tick(...args);
      for (const nodeId of change.died) {
        this.#world.timing.detected(nodeId);
        this.#world.note(() => `${nodeId} is dead for the centre`);
      }
      return change;
    };
    const decide = placing.decide.bind(placing);
    placing.decide = (...args) => {
      const answer = decide(...args);
      this.#decided(centre, answer);
      return answer;
    };
    const renewAll = ownership.renewAll.bind(ownership);
    ownership.renewAll = (wishes, ownerId) => {
      const answer = renewAll(wishes, ownerId);
      for (const { lease } of answer.leases) {
        const book = centre.leases.get(lease.roomKey);
        const wish = wishes.find((one) => one.roomKey === lease.roomKey);
        if (book?.ownerId !== ownerId || book.epoch !== wish?.epoch)
          this.fail(
            'renewed-as-granted',
            `${ownerId} renewed ${lease.roomKey} under ${wish?.epoch}, granted is ${book?.epoch}`,
          );
      }
      return answer;
    };
  }

  /** A media node obeys an owner. */
  obeyed(node: MediaNode, roomKey: string, { ownerId, epoch }: RoomLeaseSeen): void {
    const key = `${roomKey} ${epoch}`;
    this.#world.note(() => `${node.spec.nodeId} obeys ${ownerId} in ${roomKey} under ${epoch}`);
    const before = this.#owners.get(key);
    if (before !== undefined && before !== ownerId)
      this.fail(
        'one-owner-per-epoch',
        `${roomKey} epoch ${epoch}: ${node.spec.nodeId} obeys ${ownerId}, another obeyed ${before}`,
      );
    this.#owners.set(key, ownerId);
    const seenKey = `${node.incarnation} ${roomKey}`;
    const seen = this.#obeyed.get(seenKey);
    if (seen !== undefined && seen.epoch > epoch)
      this.fail('epoch-never-back', `${node.spec.nodeId} obeyed epoch ${epoch} of ${roomKey} after ${seen.epoch}`);
    if (seen?.epoch !== epoch) this.#obeyed.set(seenKey, { epoch, atMs: this.#nowMs });
  }

  /** A centre starts from this store: what an administrator said before must be in force, unless the store had trouble since. */
  commandsSurvive(store: SimStore, troubleAtMs: number): void {
    const atMs = Math.max(troubleAtMs, store.lostAtMs);
    this.#hasStoreLost = Number.isFinite(atMs);
    for (const expected of [this.expectedDenied, this.expectedDrained]) {
      const prefix = expected === this.expectedDenied ? 'deny/' : 'drain/';
      for (const [nodeId, sinceMs] of [...expected]) {
        if (sinceMs - 10_000 < atMs && !store.has(`${prefix}${nodeId}`)) expected.delete(nodeId);
      }
    }
  }

  /** Every SCAN_MS. */
  scan(): void {
    const { centre } = this.#world;
    if (centre === undefined) return;
    if (!this.#world.centreIsWell(LAPSE_SLACK_MS)) return;
    this.#scanCharges(centre);
    this.#scanLeases(centre);
    this.#scanCommands(centre);
    this.#scanNodes(centre);
  }

  /** After healing and a time of quiet. */
  atEnd(): void {
    const { centre } = this.#world;
    if (centre === undefined) {
      this.fail('centre-back', 'there is no centre');
      return;
    }
    this.scan();
    this.#everybodySeated();
    this.#everyRoomOwned(centre);
    this.#booksAreTruth(centre);
  }

  #decided(centre: Centre, { decision, want, decisionId }: Placed): void {
    this.decisions += 1;
    if (!decision.ok) {
      this.refusals += 1;
      return;
    }
    const { nodeId } = decision;
    const wrong = (text: string): void =>
      this.fail('decision-names-fit-node', `${decisionId} names ${nodeId}: ${text}`);
    const node = centre.fleet.get(nodeId);
    if (node === undefined) {
      wrong('unknown');
      return;
    }
    if (node.liveness === 'dead') wrong('dead');
    if (!node.isLinked) wrong('not linked');
    if (this.expectedDenied.has(nodeId)) wrong('denied');
    if (this.expectedDrained.has(nodeId)) wrong('draining');
    if (node.drainReason !== undefined || node.state !== 'serving') wrong('not serving');
    if (node.distrust !== undefined) wrong('distrusted');
    if (node.liveness !== 'alive' && decision.mode !== 'panic')
      this.fail('panic-is-said', `${nodeId} is ${node.liveness}`);
    if (want.avoidNodeIds.includes(nodeId)) wrong('avoided');
    const charge = centre.ledger.get(decisionId);
    if (charge?.nodeId !== nodeId || charge.sessionId !== want.sessionId) this.fail('charged-at-once', decisionId);
    this.#withinCapacity(centre, nodeId);
  }

  /** Everybody who is at the node, or was sent there and has not come: the truth, whatever the centre's counters say. */
  #withinCapacity(centre: Centre, nodeId: string): void {
    const node = this.#world.nodes.get(nodeId);
    if (node === undefined || node.lie !== undefined || !this.#world.memoryIsWhole()) return;
    let sessions = node.sessionCount;
    for (const charge of centre.ledger.list(nodeId)) {
      if (charge.state === 'assumed' && !node.holds(charge.roomKey, charge.sessionId)) sessions += 1;
    }
    const placedAlone = node.placedAlone;
    if (sessions - placedAlone > node.spec.sessionsMax)
      this.fail('within-capacity', `${nodeId} carries ${node.spec.sessionsMax}, has and is sent ${sessions}`);
  }

  #scanCharges(centre: Centre): void {
    try {
      centre.ledger.validate();
    } catch (error) {
      this.fail('ledger-is-whole', String(error));
    }
    const nowMs = this.#world.centreNowMs;
    const assumedOf = new Map<string, string>();
    for (const charge of centre.ledger.list()) {
      const { decisionId, nodeId, roomKey, sessionId } = charge;
      const node = centre.fleet.get(nodeId);
      if (charge.state === 'assumed') {
        if (nowMs - charge.expiresAtMs > LAPSE_SLACK_MS)
          this.fail('charges-end', `${decisionId} on ${nodeId} is past its time`);
        if (charge.expiresAtMs - nowMs > limits.decisionConfirmMs + 1)
          this.fail('charges-end', `${decisionId} lives too long`);
        const other = assumedOf.get(sessionId);
        if (other !== undefined) this.fail('charged-once', `${sessionId} is charged by ${other} and ${decisionId}`);
        assumedOf.set(sessionId, decisionId);
        // A session that came while the centre did not answer may be charged once more, until its node's next report.
        const isOld = charge.expiresAtMs - nowMs < limits.decisionConfirmMs - REPORTED_MS;
        if (isOld && node?.rooms.get(roomKey)?.sessionIds.includes(sessionId) === true)
          this.fail('charged-once', `${decisionId}: ${nodeId} lists ${sessionId}, and it is assumed too`);
      } else if (node === undefined || node.liveness === 'dead')
        this.fail('charges-end', `${decisionId} of the dead ${nodeId}`);
      else if (
        node.rooms.get(roomKey)?.decisionIds.includes(decisionId) === true ||
        node.rooms.get(roomKey)?.sessionIds.includes(sessionId) === true
      )
        this.#absentSinceMs.delete(charge);
      else {
        const sinceMs = this.#absentSinceMs.get(charge) ?? nowMs;
        this.#absentSinceMs.set(charge, sinceMs);
        const there = this.#world.nodes.get(nodeId);
        const isHeard = there !== undefined && this.#world.isUnharmed(there, REAPED_MS);
        if (nowMs - sinceMs > REAPED_MS && isHeard && provesAbsence(node, false))
          this.fail('charges-end', `${decisionId} is confirmed and has left the list of ${nodeId}`);
      }
    }
  }

  /** A charge is taken back because its session is gone: it must be. */
  #reaped(nodeId: string, { decisionId, roomKey, sessionId }: Charge): void {
    const node = this.#world.nodes.get(nodeId);
    // Who lies about its list and its load alike cannot be seen through.
    if (node?.process.isAlive !== true || node.lie?.loadFactor === 0) return;
    if (node.holdsDecision(decisionId) || (sessionId !== '' && node.holds(roomKey, sessionId)))
      this.fail('no-live-session-reaped', `${decisionId} lives at ${nodeId}, and its charge is taken back`);
  }

  #scanLeases(centre: Centre): void {
    for (const { roomKey, epoch, ownerId } of centre.leases.list()) {
      const before = this.#granted.get(roomKey);
      if (before !== undefined && before.epoch > epoch)
        this.fail('grants-never-back', `${roomKey} was under ${before.epoch}, is under ${epoch}`);
      if (
        before !== undefined &&
        before.epoch === epoch &&
        before.ownerId !== ownerId &&
        before.ownerId !== '' &&
        ownerId !== ''
      )
        this.fail('grants-never-back', `${roomKey} epoch ${epoch} went from ${before.ownerId} to ${ownerId}`);
      if (before?.epoch !== epoch || before.ownerId !== ownerId) this.#granted.set(roomKey, { epoch, ownerId });
    }
  }

  #scanCommands(centre: Centre): void {
    for (const nodeId of this.expectedDenied.keys()) {
      if (!centre.denied.has(nodeId)) this.fail('deny-holds', `${nodeId} is let in again`);
      if (centre.fleet.get(nodeId)?.isLinked === true) this.fail('deny-holds', `${nodeId} is linked`);
    }
    for (const nodeId of this.expectedDrained.keys()) {
      const node = centre.fleet.get(nodeId);
      if (node !== undefined && node.drainReason === undefined)
        this.fail('drain-holds', `the drain of ${nodeId} is forgotten`);
    }
  }

  #scanNodes(centre: Centre): void {
    for (const node of this.#world.nodes.values()) {
      const { nodeId } = node.spec;
      const record = centre.fleet.get(nodeId);
      if (!this.#world.isUnharmed(node, UNHARMED_MS) || this.#isShutOut(centre, nodeId)) continue;
      if (record === undefined) this.fail('no-false-death', `${nodeId} is unknown`);
      else if (record.liveness === 'dead') this.fail('no-false-death', `${nodeId} is dead for the centre`);
      else if (!record.isLinked) this.fail('no-false-death', `${nodeId} is not linked`);
      else if (record.description.incarnation !== node.incarnation) this.fail('incarnation-is-present', nodeId);
      else this.#scanRooms(centre, node);
    }
  }

  #scanRooms(centre: Centre, node: MediaNode): void {
    const record = centre.fleet.get(node.spec.nodeId);
    const nowMs = this.#nowMs;
    for (const [roomKey, room] of node.rooms) {
      const obeyed = this.#obeyed.get(`${node.incarnation} ${roomKey}`);
      if (obeyed === undefined || nowMs - obeyed.atMs < REPORTED_MS) continue;
      if (centre.leases.highest(roomKey) < obeyed.epoch)
        this.fail(
          'next-epoch-above',
          `${node.spec.nodeId} obeys epoch ${obeyed.epoch} of ${roomKey}, the centre knows ${centre.leases.highest(roomKey)}`,
        );
      const listed = new Set(record?.rooms.get(roomKey)?.sessionIds);
      for (const [sessionId, { sinceMs }] of room.sessions) {
        if (nowMs - sinceMs >= REPORTED_MS && !listed.has(sessionId))
          this.fail('no-live-session-reaped', `${sessionId} at ${node.spec.nodeId} is not on the centre's list`);
      }
    }
  }

  #isShutOut(centre: Centre, nodeId: string): boolean {
    return this.expectedDenied.has(nodeId) || (this.#hasStoreLost && centre.denied.has(nodeId));
  }

  #everybodySeated(): void {
    for (const person of this.#world.people) {
      if (!person.wants) continue;
      if (!person.isSeated) {
        if (this.#nowMs - (person.waitingSinceMs ?? this.#nowMs) > this.#world.size.seatedWithinMs)
          this.fail(
            'everybody-is-placed',
            `person ${person.index} waits for ${person.roomKey} since ${person.waitingSinceMs}`,
          );
        continue;
      }
      const node = this.#world.nodes.get(person.nodeId);
      if (node === undefined || !node.holds(person.roomKey, person.sessionId))
        this.fail(
          'no-live-session-reaped',
          `${person.sessionId} of person ${person.index} is gone from ${person.nodeId}`,
        );
    }
  }

  #everyRoomOwned(centre: Centre): void {
    const rooms = new Set(this.#world.people.filter((one) => one.wants && one.isSeated).map((one) => one.roomKey));
    for (const roomKey of rooms) {
      const lease = centre.leases.get(roomKey);
      if (lease === undefined || !centre.leases.isLive(lease, this.#world.centreNowMs)) {
        this.fail('everybody-has-an-owner', `${roomKey} has none`);
        continue;
      }
      const owner = this.#world.doors.get(lease.ownerId);
      if (owner?.owned.get(roomKey)?.epoch !== lease.epoch)
        this.fail(
          'everybody-has-an-owner',
          `${lease.ownerId} does not know that it owns ${roomKey} under ${lease.epoch}`,
        );
      for (const door of this.#world.doors.values()) {
        if (door !== owner && door.owned.has(roomKey))
          this.fail('everybody-has-an-owner', `${door.spec.nodeId} owns ${roomKey} too`);
      }
    }
  }

  #booksAreTruth(centre: Centre): void {
    for (const node of this.#world.nodes.values()) {
      const { nodeId } = node.spec;
      if (this.#isShutOut(centre, nodeId)) continue;
      const record = centre.fleet.get(nodeId);
      if (record?.liveness !== 'alive' || !record.isLinked)
        this.fail('fleet-converges', `${nodeId} is ${record?.liveness}`);
      if (record?.distrust !== undefined) this.fail('suspects-recover', `${nodeId}: ${record.distrust}`);
      const quietMs = this.#nowMs - node.changedAtMs;
      if (quietMs < REPORTED_MS || record === undefined) continue;
      if (record.listed.count !== node.sessionCount)
        this.fail('books-are-truth', `${nodeId} holds ${node.sessionCount}, the centre lists ${record.listed.count}`);
      if (quietMs < REPORTED_MS + REAPED_MS) continue;
      const confirmed = centre.ledger.list(nodeId).filter((charge) => charge.state === 'confirmed');
      const charged = new Set(confirmed.map((charge) => charge.decisionId));
      for (const { decisionId, roomKey, sessionId } of confirmed) {
        if (!node.holdsDecision(decisionId) && !node.holds(roomKey, sessionId))
          this.fail('books-are-truth', `${decisionId} is charged to ${nodeId}, which does not hold it`);
      }
      for (const decisionId of node.decisionIds()) {
        if (!charged.has(decisionId))
          this.fail('books-are-truth', `${nodeId} holds ${decisionId}, which is not charged`);
      }
    }
  }
}
