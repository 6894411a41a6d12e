// What the centre has charged to nodes. A decision is charged when it is made (assumed), counts as a real session when a report of its
// node shows it (confirmed), lapses when no report does in time (expired), and goes when the session goes (released).
// Case 1, nobody came: expire(). Case 2, seen: the node's list or its confirmation names the decision or the session; from then on the
// session is counted by the list, so it is charged once. Case 3, seen and gone again from the list: released by the report.
// Case 4, asked twice for one session: the newer charge replaces the older one that was not confirmed.
// Case 5, the centre restarted: nodes' lists bring confirmed charges that this ledger never made; they are adopted.
// No clock: times are arguments. Changed in place (up to 200,000 charges), deterministic, checked by validate().
import { assert } from '@meridian/protocol';

export interface Charge {
  readonly decisionId: string;
  readonly nodeId: string;
  readonly roomKey: string;
  readonly sessionId: string; // '' when adopted from a list that names the decision only
  readonly accessRttMs?: number; // believed round trip of the session to the node; of adopted ones it is not known
  readonly state: 'assumed' | 'confirmed';
  readonly expiresAtMs: number; // of an assumed charge; Infinity once confirmed
}

/** Sessions of one room on one node. */
export interface Seats {
  sessions: number;
  timed: number; // sessions whose round trip is believed to be known
  accessRttMs: number; // their sum
}

/** What a node's present list says: every decision and session it holds, and decisions it has confirmed since its last report. */
export interface HeldByNode {
  readonly decisions: ReadonlyMap<string, string>; // decision id -> room key
  readonly sessionIds: ReadonlySet<string>;
  readonly confirmedDecisionIds: readonly string[];
}

/** Twenty times what 1,000 nodes place within one confirmation time in a surge; above it nothing more is charged, so nothing is placed. */
export const CHARGES_MAX = 200_000;

export class Ledger {
  readonly #charges = new Map<string, Charge>();
  readonly #byNode = new Map<string, Map<string, Charge>>();
  readonly #assumedOfNode = new Map<string, number>();
  readonly #assumedBySession = new Map<string, string>(); // session id -> decision id
  readonly #seatsOfRoom = new Map<string, Map<string, Seats>>(); // room key -> node id -> who is charged there
  readonly #chargesMax: number;

  constructor(o: { chargesMax?: number } = {}) {
    this.#chargesMax = o.chargesMax ?? CHARGES_MAX;
  }

  get size(): number {
    return this.#charges.size;
  }

  /** Charges that count on top of what the node shows. */
  assumedOn(nodeId: string): number {
    return this.#assumedOfNode.get(nodeId) ?? 0;
  }

  /** Who is charged for a room, by node; undefined: nobody. */
  seatsOf(roomKey: string): ReadonlyMap<string, Readonly<Seats>> | undefined {
    return this.#seatsOfRoom.get(roomKey);
  }

  get(decisionId: string): Charge | undefined {
    return this.#charges.get(decisionId);
  }

  /** Charges of a node, or all, in order of their making. */
  list(nodeId?: string): Charge[] {
    return nodeId === undefined ? [...this.#charges.values()] : [...(this.#byNode.get(nodeId)?.values() ?? [])];
  }

  /** Charges a decision at once. False, and nothing changed, when the ledger is full. `dropped` names the charge it replaced. */
  assume(charge: Omit<Charge, 'state'>): { ok: boolean; dropped?: Charge } {
    assert(!this.#charges.has(charge.decisionId), `decision ${charge.decisionId} is charged already`);
    const older = this.#assumedBySession.get(charge.sessionId);
    if (older === undefined && this.#charges.size >= this.#chargesMax) return { ok: false };
    const dropped = older === undefined ? undefined : this.release(older);
    this.#put({ ...charge, state: 'assumed' });
    return dropped === undefined ? { ok: true } : { ok: true, dropped };
  }

  /** Takes back a charge; undefined when there is none. */
  release(decisionId: string): Charge | undefined {
    const charge = this.#charges.get(decisionId);
    if (charge !== undefined) this.#remove(charge);
    return charge;
  }

  /**
   * Drops assumed charges whose time has passed and returns them. All have the same time, so the oldest lapse first and the search ends with
   * the first that has not; one that outlived a restart may go a little later than it could.
   */
  expire(nowMs: number): Charge[] {
    const lapsed: Charge[] = [];
    for (const decisionId of this.#assumedBySession.values()) {
      const charge = this.#charges.get(decisionId);
      assert(charge !== undefined, `charge ${decisionId} is found by its session`);
      if (charge.expiresAtMs > nowMs) break;
      lapsed.push(charge);
    }
    for (const charge of lapsed) this.#remove(charge);
    return lapsed;
  }

  /** Corrects a node's charges by what it shows. Returns what became confirmed or was adopted, and what was released. */
  reported(nodeId: string, held: HeldByNode): { confirmed: Charge[]; released: Charge[] } {
    const confirmed: Charge[] = [];
    const released: Charge[] = [];
    const confirmedNow = new Set(held.confirmedDecisionIds);
    for (const charge of this.list(nodeId)) {
      const isHeld = held.decisions.has(charge.decisionId) || held.sessionIds.has(charge.sessionId);
      if (charge.state === 'assumed' && isHeld) confirmed.push(this.#confirm(charge));
      // Confirmed in this very report or before, and not on the list: it came and went.
      else if (!isHeld && (charge.state === 'confirmed' || confirmedNow.has(charge.decisionId))) {
        this.#remove(charge);
        released.push(charge);
      }
    }
    for (const [decisionId, roomKey] of held.decisions) {
      const adopted = this.#adopt({ decisionId, nodeId, roomKey });
      if (adopted !== undefined) confirmed.push(adopted);
    }
    return { confirmed, released };
  }

  /** The node is dead: its confirmed charges go, they come back with its next registration. Assumed ones lapse by themselves. */
  nodeGone(nodeId: string): Charge[] {
    const gone = this.list(nodeId).filter((charge) => charge.state === 'confirmed');
    for (const charge of gone) this.#remove(charge);
    return gone;
  }

  /** Restores a charge that outlived the centre's restart in the copy. */
  restore(charge: Charge): void {
    if (!this.#charges.has(charge.decisionId) && this.#charges.size < this.#chargesMax) this.#put(charge);
  }

  /** Throws when the indices disagree with the charges. */
  validate(): void {
    let assumed = 0;
    for (const count of this.#assumedOfNode.values()) {
      assert(count > 0, 'a node without assumed charges has no counter');
      assumed += count;
    }
    const expected = [...this.#charges.values()].filter((charge) => charge.state === 'assumed').length;
    assert(assumed === expected, `counters say ${assumed} assumed charges, there are ${expected}`);
    assert(this.#assumedBySession.size === expected, 'every assumed charge is found by its session');
    const byNode = [...this.#byNode.values()].reduce((sum, charges) => sum + charges.size, 0);
    assert(byNode === this.#charges.size, 'every charge is found by its node');
    let seated = 0;
    for (const seats of this.#seatsOfRoom.values()) {
      assert(seats.size > 0, 'a room without charges has no seats');
      for (const { sessions } of seats.values()) seated += sessions;
    }
    assert(seated === this.#charges.size, 'every charge has its seat in its room');
  }

  #confirm(charge: Charge): Charge {
    this.#remove(charge);
    const confirmed: Charge = { ...charge, state: 'confirmed', expiresAtMs: Number.POSITIVE_INFINITY };
    this.#put(confirmed);
    return confirmed;
  }

  #adopt(o: { decisionId: string; nodeId: string; roomKey: string }): Charge | undefined {
    const known = this.#charges.get(o.decisionId);
    // Another node's charge under the same id stays: one decision places one session on one node.
    if (known !== undefined || this.#charges.size >= this.#chargesMax) return undefined;
    const charge: Charge = {
      ...o,
      sessionId: '',
      state: 'confirmed',
      expiresAtMs: Number.POSITIVE_INFINITY,
    };
    this.#put(charge);
    return charge;
  }

  #put(charge: Charge): void {
    this.#charges.set(charge.decisionId, charge);
    const ofNode = this.#byNode.get(charge.nodeId) ?? new Map<string, Charge>();
    this.#byNode.set(charge.nodeId, ofNode.set(charge.decisionId, charge));
    this.#seat(charge, 1);
    if (charge.state !== 'assumed') return;
    this.#assumedBySession.set(charge.sessionId, charge.decisionId);
    this.#assumedOfNode.set(charge.nodeId, this.assumedOn(charge.nodeId) + 1);
  }

  #remove(charge: Charge): void {
    this.#charges.delete(charge.decisionId);
    const ofNode = this.#byNode.get(charge.nodeId);
    ofNode?.delete(charge.decisionId);
    if (ofNode?.size === 0) this.#byNode.delete(charge.nodeId);
    this.#seat(charge, -1);
    if (charge.state !== 'assumed') return;
    this.#assumedBySession.delete(charge.sessionId);
    const left = this.assumedOn(charge.nodeId) - 1;
    if (left > 0) this.#assumedOfNode.set(charge.nodeId, left);
    else this.#assumedOfNode.delete(charge.nodeId);
  }

  #seat({ roomKey, nodeId, accessRttMs }: Charge, count: 1 | -1): void {
    let ofRoom = this.#seatsOfRoom.get(roomKey);
    if (ofRoom === undefined) {
      ofRoom = new Map();
      this.#seatsOfRoom.set(roomKey, ofRoom);
    }
    const seats = ofRoom.get(nodeId) ?? { sessions: 0, timed: 0, accessRttMs: 0 };
    seats.sessions += count;
    if (accessRttMs !== undefined) {
      seats.timed += count;
      seats.accessRttMs += count * accessRttMs;
    }
    if (seats.sessions > 0) ofRoom.set(nodeId, seats);
    else ofRoom.delete(nodeId);
    if (ofRoom.size === 0) this.#seatsOfRoom.delete(roomKey);
  }
}
