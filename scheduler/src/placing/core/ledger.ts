// Charges of the centre to nodes. A decision is charged when it is made (assumed), counts as a real session when a
// report of its node shows it (confirmed), lapses when no report does in time (expired), and goes when the session goes
// (released). The signaling node that asked for it may take it back only before it is confirmed: afterwards the node
// holds the session. Case 1, the session never came: expire(). Case 2, seen: the node's list or its confirmation names
// the decision or the session; from then on the session is counted by the list, so it is charged once. Case 3, seen and
// gone again from the list: released by the report. Case 4, asked twice for a session: the newer charge replaces the
// older unconfirmed charge. Case 5, the centre restarted: nodes' lists bring confirmed charges that this ledger never
// made; they are adopted. Changed in place (up to 200,000 charges), deterministic, checked by validate(). Made for
// speed: a charge is a single entry, linked into its node's list and the list of assumed charges, and it points to its
// room and its node's tally, so only ids are ever looked up. Assumed charges all have the same lifetime, so their list
// is in the order of expiry.
import { assert } from '@meridian/protocol';
import { type RoomCharges, RoomSeats, type Seats, type TenantSeats } from './seats.ts';

export interface Charge {
  readonly decisionId: string;
  readonly nodeId: string;
  readonly roomKey: string;
  readonly sessionId: string; // '' when adopted from a list that names the decision only
  // believed round trip of the session to the node; unknown for adopted charges
  readonly accessRttMs?: number | undefined;
  readonly state: 'assumed' | 'confirmed';
  readonly expiresAtMs: number; // of an assumed charge; Infinity once confirmed
}

export type AssumedCharge = Charge & { readonly state: 'assumed' };

/** Every decision and session that a node lists now, and decisions that it has confirmed since its last report. */
export interface HeldByNode {
  readonly decisions: ReadonlyMap<string, string>; // decision id -> room key
  readonly sessionIds: ReadonlySet<string>;
  readonly confirmedDecisionIds: readonly string[];
}

/** Limit of charges: twenty times the placements of 1,000 nodes in a surge. Above it nothing more is placed. */
export const CHARGES_MAX = 200_000;

/** Count of a node's assumed charges, not in its reports yet; read only. Valid until `keepTallies` omits the node. */
export interface Tally {
  readonly assumed: number;
}

interface NodeCharges {
  version: number;
  assumed: number;
  size: number;
  first: Entry | undefined;
  last: Entry | undefined;
}

interface Entry {
  charge: Charge;
  readonly node: NodeCharges;
  readonly room: RoomCharges;
  readonly seats: Seats;
  before: Entry | undefined; // previous charge in the node's list
  after: Entry | undefined;
  older: Entry | undefined; // previous charge in the list of assumed charges, which is in the order of expiry
  newer: Entry | undefined;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #nodes = new Map<string, NodeCharges>();
  readonly #assumedBySession = new Map<string, Entry>();
  readonly #rooms = new RoomSeats();
  readonly #chargesMax: number;
  #changes = 0;
  #oldest: Entry | undefined; // of the assumed charges
  #newest: Entry | undefined;

  constructor(o: { chargesMax?: number } = {}) {
    this.#chargesMax = o.chargesMax ?? CHARGES_MAX;
  }

  get size(): number {
    return this.#entries.size;
  }

  assumedOn(nodeId: string): number {
    return this.#nodes.get(nodeId)?.assumed ?? 0;
  }

  tallyOf(nodeId: string): Tally {
    return this.#nodeOf(nodeId);
  }

  /** Returns a number that changes with every change of the node's charges; 0 before any charge. */
  versionOf(nodeId: string): number {
    return this.#nodes.get(nodeId)?.version ?? 0;
  }

  /** Forgets the tallies of nodes without charges outside this set. */
  keepTallies(nodeIds: ReadonlySet<string>): void {
    for (const [nodeId, { size }] of this.#nodes) if (size === 0 && !nodeIds.has(nodeId)) this.#nodes.delete(nodeId);
  }

  seatsOf(roomKey: string): readonly Readonly<Seats>[] | undefined {
    return this.#rooms.seatsOf(roomKey);
  }

  seatsOfTenant(tenant: string): Readonly<TenantSeats> | undefined {
    return this.#rooms.seatsOfTenant(tenant);
  }

  get(decisionId: string): Charge | undefined {
    return this.#entries.get(decisionId)?.charge;
  }

  /** Returns the charges of a node, or all, in order of creation. */
  list(nodeId?: string): Charge[] {
    if (nodeId === undefined) return Array.from(this.#entries.values(), ({ charge }) => charge);
    const found: Charge[] = [];
    for (let entry = this.#nodes.get(nodeId)?.first; entry !== undefined; entry = entry.after) found.push(entry.charge);
    return found;
  }

  /** Adds an assumed charge. `ok` false, without effect: the ledger is full. `dropped`: the charge that it replaced. */
  assume(charge: AssumedCharge | Omit<Charge, 'state'>): { ok: boolean; dropped?: Charge } {
    const older = this.#assumedBySession.get(charge.sessionId);
    if (older === undefined && this.#entries.size >= this.#chargesMax) return FULL;
    if (older?.charge.decisionId === charge.decisionId) failDuplicate(charge);
    if (older !== undefined) this.#remove(older);
    this.#put('state' in charge ? charge : { ...charge, state: 'assumed' });
    return older === undefined ? CHARGED : { ok: true, dropped: older.charge };
  }

  /**
   * Takes back an assumed charge of a session that will not come; undefined when there is none. A confirmed charge goes
   * only by the node's report: a signaling node may give up, and an owner's answer be lost, while the session lives
   * there.
   */
  release(decisionId: string): Charge | undefined {
    const entry = this.#entries.get(decisionId);
    if (entry?.charge.state !== 'assumed') return undefined;
    this.#remove(entry);
    return entry.charge;
  }

  /** Assumed charges live equally long, so the oldest lapse first; one that outlived a restart may go a little late. */
  expire(nowMs: number): Charge[] {
    const lapsed: Charge[] = [];
    for (let entry = this.#oldest; entry !== undefined; entry = this.#oldest) {
      if (entry.charge.expiresAtMs > nowMs) break;
      lapsed.push(entry.charge);
      this.#remove(entry);
    }
    return lapsed;
  }

  /**
   * Corrects a node's charges by its list. `isWhole`: all listed decisions are charged, so a repeat changes nothing.
   */
  reported(nodeId: string, held: HeldByNode): { confirmed: Charge[]; released: Charge[]; isWhole: boolean } {
    const confirmed: Charge[] = [];
    const released: Charge[] = [];
    let isWhole = true;
    const confirmedNow = new Set(held.confirmedDecisionIds);
    // Confirmed charges move to the end of the list, so the walk stops at the earlier end.
    const last = this.#nodes.get(nodeId)?.last;
    let nextEntry = last === undefined ? undefined : this.#nodes.get(nodeId)?.first;
    while (nextEntry !== undefined) {
      const entry = nextEntry;
      nextEntry = entry === last ? undefined : entry.after;
      const { charge } = entry;
      const isHeld = held.decisions.has(charge.decisionId) || held.sessionIds.has(charge.sessionId);
      if (charge.state === 'assumed' && isHeld) confirmed.push(this.#confirm(entry));
      // The decision was confirmed in this report or before and is not on the list: its session has ended.
      else if (!isHeld && (charge.state === 'confirmed' || confirmedNow.has(charge.decisionId))) {
        this.#remove(entry);
        released.push(charge);
      }
    }
    for (const [decisionId, roomKey] of held.decisions) {
      // A charge of a different node under the same id stays: a decision places a session on a single node.
      const knownEntry = this.#entries.get(decisionId);
      if (knownEntry?.charge.nodeId === nodeId) continue;
      const adopted = knownEntry === undefined ? this.#adopt({ decisionId, nodeId, roomKey }) : undefined;
      if (adopted === undefined) isWhole = false;
      else confirmed.push(adopted);
    }
    return { confirmed, released, isWhole };
  }

  /** A dead node's confirmed charges come back with its next registration; assumed ones lapse by themselves. */
  nodeGone(nodeId: string): Charge[] {
    const goneCharges: Charge[] = [];
    let nextEntry = this.#nodes.get(nodeId)?.first;
    while (nextEntry !== undefined) {
      const entry = nextEntry;
      nextEntry = entry.after;
      if (entry.charge.state !== 'confirmed') continue;
      this.#remove(entry);
      goneCharges.push(entry.charge);
    }
    return goneCharges;
  }

  /** Restores a charge from the copy; for a session the last restored charge stands. */
  restore(charge: Charge): void {
    const older = this.#assumedBySession.get(charge.sessionId);
    if (older !== undefined) this.#remove(older);
    if (!this.#entries.has(charge.decisionId) && this.#entries.size < this.#chargesMax) this.#put(charge);
  }

  validate(): void {
    const expected = this.list().filter((charge) => charge.state === 'assumed').length;
    let [assumed, ofNodes] = [0, 0];
    for (const [nodeId, node] of this.#nodes) {
      const charges = this.list(nodeId);
      const assumedCount = charges.filter((charge) => charge.state === 'assumed').length;
      assert(
        node.assumed === assumedCount,
        `the counter of ${nodeId} says ${node.assumed} assumed charges, there are ${assumedCount}`,
      );
      assert(node.size === charges.length, `${nodeId} has as many charges as its list`);
      assumed += assumedCount;
      ofNodes += node.size;
    }
    assert(assumed === expected, `counters say ${assumed} assumed charges, there are ${expected}`);
    assert(ofNodes === this.#entries.size, 'every charge is found by its node');
    assert(this.#assumedBySession.size === expected, 'every assumed charge is found by its session');
    let inOrder = 0;
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) inOrder += 1;
    assert(inOrder === expected, 'every assumed charge has its turn to lapse');
    assert(this.#rooms.count() === this.#entries.size, 'every charge has its seat in its room');
  }

  #confirm(entry: Entry): Charge {
    this.#remove(entry);
    const confirmed: Charge = { ...entry.charge, state: 'confirmed', expiresAtMs: Number.POSITIVE_INFINITY };
    this.#put(confirmed);
    return confirmed;
  }

  #adopt(o: { decisionId: string; nodeId: string; roomKey: string }): Charge | undefined {
    if (this.#entries.size >= this.#chargesMax) return undefined;
    const charge: Charge = { ...o, sessionId: '', state: 'confirmed', expiresAtMs: Number.POSITIVE_INFINITY };
    this.#put(charge);
    return charge;
  }

  #put(charge: Charge): void {
    const node = this.#nodeOf(charge.nodeId);
    const room = this.#rooms.room(charge.roomKey);
    const seats = this.#rooms.addSession(room, charge.nodeId, charge.accessRttMs);
    const isAssumed = charge.state === 'assumed';
    const older = isAssumed ? this.#newest : undefined;
    const entry: Entry = {
      charge,
      node,
      room,
      seats,
      before: node.last,
      after: undefined,
      older,
      newer: undefined,
    };
    const sizeBefore = this.#entries.size;
    this.#entries.set(charge.decisionId, entry);
    if (this.#entries.size === sizeBefore) failDuplicate(charge);
    if (node.last === undefined) node.first = entry;
    else node.last.after = entry;
    node.last = entry;
    node.size += 1;
    node.version = ++this.#changes;
    if (!isAssumed) return;
    this.#assumedBySession.set(charge.sessionId, entry);
    node.assumed += 1;
    if (older === undefined) this.#oldest = entry;
    else older.newer = entry;
    this.#newest = entry;
  }

  #remove(entry: Entry): void {
    const { charge, node, room, seats, before: previousInNode, after: nextInNode, older, newer } = entry;
    this.#entries.delete(charge.decisionId);
    this.#rooms.removeSession(room, seats, charge.accessRttMs);
    if (previousInNode === undefined) node.first = nextInNode;
    else previousInNode.after = nextInNode;
    if (nextInNode === undefined) node.last = previousInNode;
    else nextInNode.before = previousInNode;
    node.size -= 1;
    node.version = ++this.#changes;
    if (charge.state !== 'assumed') return;
    if (this.#assumedBySession.get(charge.sessionId) === entry) this.#assumedBySession.delete(charge.sessionId);
    node.assumed -= 1;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  #nodeOf(nodeId: string): NodeCharges {
    let node = this.#nodes.get(nodeId);
    if (node === undefined) {
      node = { version: 0, assumed: 0, size: 0, first: undefined, last: undefined };
      this.#nodes.set(nodeId, node);
    }
    return node;
  }
}

function failDuplicate({ decisionId }: Pick<Charge, 'decisionId'>): never {
  assert(false, `decision ${decisionId} is charged already`);
}

const CHARGED = { ok: true } as const;
const FULL = { ok: false } as const;
