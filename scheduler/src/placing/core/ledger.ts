// What the centre has charged to nodes. A decision is charged when it is made (assumed), counts as a real session when
// a report of its node shows it (confirmed), lapses when no report does in time (expired), and goes when the session
// goes (released). The signaling node that asked for it may take it back before it is confirmed, and no longer: then
// the node holds the session.
// Case 1, the session never came: expire().
// Case 2, seen: the node's list or its confirmation names the decision or the session; from then on the session is
// counted by the list, so it is charged once.
// Case 3, seen and gone again from the list: released by the report.
// Case 4, asked twice for one session: the newer charge replaces the older one that was not confirmed.
// Case 5, the centre restarted: nodes' lists bring confirmed charges that this ledger never made; they are adopted.
// No clock: times are arguments. Changed in place (up to 200,000 charges), deterministic, checked by validate().
// Made for speed: a charge is one entry, strung into the list of its node and into that of assumed charges, and it
// knows its room and its node's tally, so that only its ids are ever looked up. Assumed charges all have the same time,
// so their list is the order of their lapsing.
import { assert } from '@meridian/protocol';
import { type OfRoom, RoomSeats, type Seats, type TenantSeats } from './seats.ts';

export interface Charge {
  readonly decisionId: string;
  readonly nodeId: string;
  readonly roomKey: string;
  readonly sessionId: string; // '' when adopted from a list that names the decision only
  // believed round trip of the session to the node; of adopted ones it is not known
  readonly accessRttMs?: number | undefined;
  readonly state: 'assumed' | 'confirmed';
  readonly expiresAtMs: number; // of an assumed charge; Infinity once confirmed
}

export type AssumedCharge = Charge & { readonly state: 'assumed' };

/**
 * What a node's present list says: every decision and session it holds, and decisions it has confirmed since its last
 * report.
 */
export interface HeldByNode {
  readonly decisions: ReadonlyMap<string, string>; // decision id -> room key
  readonly sessionIds: ReadonlySet<string>;
  readonly confirmedDecisionIds: readonly string[];
}

/**
 * Twenty times what 1,000 nodes place within one confirmation time in a surge; above it nothing more is charged, so
 * nothing is placed.
 */
export const CHARGES_MAX = 200_000;

/**
 * What counts on top of what a node shows; the ledger's own, read only. Good until the node is left out of
 * `keepTallies`.
 */
export interface Tally {
  readonly assumed: number;
}

interface OfNode {
  version: number;
  assumed: number;
  size: number;
  first: Entry | undefined;
  last: Entry | undefined;
}

interface Entry {
  charge: Charge;
  readonly node: OfNode;
  readonly room: OfRoom;
  readonly seats: Seats;
  before: Entry | undefined; // of its node
  after: Entry | undefined;
  older: Entry | undefined; // of assumed ones
  newer: Entry | undefined;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #nodes = new Map<string, OfNode>();
  readonly #assumedBySession = new Map<string, Entry>();
  readonly #rooms = new RoomSeats();
  readonly #chargesMax: number;
  #changes = 0;
  #oldest: Entry | undefined; // of assumed ones
  #newest: Entry | undefined;

  constructor(o: { chargesMax?: number } = {}) {
    this.#chargesMax = o.chargesMax ?? CHARGES_MAX;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Charges that count on top of what the node shows. */
  assumedOn(nodeId: string): number {
    return this.#nodes.get(nodeId)?.assumed ?? 0;
  }

  /** The same, to be read again and again. */
  tallyOf(nodeId: string): Tally {
    return this.#nodeOf(nodeId);
  }

  /** Another one after every change of the node's charges; 0: it has had none. */
  versionOf(nodeId: string): number {
    return this.#nodes.get(nodeId)?.version ?? 0;
  }

  /** Forgets the tallies of nodes that have no charges and are not among these. */
  keepTallies(nodeIds: ReadonlySet<string>): void {
    for (const [nodeId, { size }] of this.#nodes) if (size === 0 && !nodeIds.has(nodeId)) this.#nodes.delete(nodeId);
  }

  /** Sessions charged for a room, by node; undefined: none. */
  seatsOf(roomKey: string): readonly Readonly<Seats>[] | undefined {
    return this.#rooms.of(roomKey);
  }

  /** What is charged for all rooms of a tenant; undefined: nothing. */
  ofTenant(tenant: string): Readonly<TenantSeats> | undefined {
    return this.#rooms.ofTenant(tenant);
  }

  get(decisionId: string): Charge | undefined {
    return this.#entries.get(decisionId)?.charge;
  }

  /** Charges of a node, or all, in order of their making. */
  list(nodeId?: string): Charge[] {
    if (nodeId === undefined) return Array.from(this.#entries.values(), ({ charge }) => charge);
    const found: Charge[] = [];
    for (let entry = this.#nodes.get(nodeId)?.first; entry !== undefined; entry = entry.after) found.push(entry.charge);
    return found;
  }

  /**
   * Charges a decision at once. Not ok, and nothing changed, when the ledger is full. `dropped` names the charge it
   * replaced.
   */
  assume(charge: AssumedCharge | Omit<Charge, 'state'>): { ok: boolean; dropped?: Charge } {
    const older = this.#assumedBySession.get(charge.sessionId);
    if (older === undefined && this.#entries.size >= this.#chargesMax) return FULL;
    if (older?.charge.decisionId === charge.decisionId) twice(charge);
    if (older !== undefined) this.#remove(older);
    this.#put('state' in charge ? charge : { ...charge, state: 'assumed' });
    return older === undefined ? TAKEN : { ok: true, dropped: older.charge };
  }

  /**
   * Takes back an assumed charge of a session that will not come; undefined when there is none. What its node has
   * confirmed goes by the node's word alone: a signaling node may give up, and an owner's answer be lost, while the
   * session lives there.
   */
  release(decisionId: string): Charge | undefined {
    const entry = this.#entries.get(decisionId);
    if (entry?.charge.state !== 'assumed') return undefined;
    this.#remove(entry);
    return entry.charge;
  }

  /**
   * Drops assumed charges whose time has passed and returns them. All have the same time, so the oldest lapse first and
   * the search ends with the first that has not; one that outlived a restart may go a little later than it could.
   */
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
   * Corrects a node's charges by what it shows. Returns what became confirmed or was adopted, and what was released.
   * `isWhole`: every decision that it shows is charged to it now, so that the same again would change nothing.
   */
  reported(nodeId: string, held: HeldByNode): { confirmed: Charge[]; released: Charge[]; isWhole: boolean } {
    const confirmed: Charge[] = [];
    const released: Charge[] = [];
    let isWhole = true;
    const confirmedNow = new Set(held.confirmedDecisionIds);
    // Confirmed charges go to the end of the list: it ends where it ended before.
    const last = this.#nodes.get(nodeId)?.last;
    let next = last === undefined ? undefined : this.#nodes.get(nodeId)?.first;
    while (next !== undefined) {
      const entry = next;
      next = entry === last ? undefined : entry.after;
      const { charge } = entry;
      const isHeld = held.decisions.has(charge.decisionId) || held.sessionIds.has(charge.sessionId);
      if (charge.state === 'assumed' && isHeld) confirmed.push(this.#confirm(entry));
      // Confirmed in this very report or before, and not on the list: it came and went.
      else if (!isHeld && (charge.state === 'confirmed' || confirmedNow.has(charge.decisionId))) {
        this.#remove(entry);
        released.push(charge);
      }
    }
    for (const [decisionId, roomKey] of held.decisions) {
      // Another node's charge under the same id stays: one decision places one session on one node.
      const known = this.#entries.get(decisionId);
      if (known?.charge.nodeId === nodeId) continue;
      const adopted = known === undefined ? this.#adopt({ decisionId, nodeId, roomKey }) : undefined;
      if (adopted === undefined) isWhole = false;
      else confirmed.push(adopted);
    }
    return { confirmed, released, isWhole };
  }

  /**
   * The node is dead: its confirmed charges go, they come back with its next registration. Assumed ones lapse by
   * themselves.
   */
  nodeGone(nodeId: string): Charge[] {
    const gone: Charge[] = [];
    let next = this.#nodes.get(nodeId)?.first;
    while (next !== undefined) {
      const entry = next;
      next = entry.after;
      if (entry.charge.state !== 'confirmed') continue;
      this.#remove(entry);
      gone.push(entry.charge);
    }
    return gone;
  }

  /** Restores a charge that outlived the centre's restart in the copy; of a session's the last one stands. */
  restore(charge: Charge): void {
    const older = this.#assumedBySession.get(charge.sessionId);
    if (older !== undefined) this.#remove(older);
    if (!this.#entries.has(charge.decisionId) && this.#entries.size < this.#chargesMax) this.#put(charge);
  }

  /** Throws when the indices disagree with the charges. */
  validate(): void {
    const expected = this.list().filter((charge) => charge.state === 'assumed').length;
    let [assumed, ofNodes] = [0, 0];
    for (const [nodeId, node] of this.#nodes) {
      const charges = this.list(nodeId);
      const own = charges.filter((charge) => charge.state === 'assumed').length;
      assert(node.assumed === own, `the counter of ${nodeId} says ${node.assumed} assumed charges, there are ${own}`);
      assert(node.size === charges.length, `${nodeId} has as many charges as its list`);
      assumed += own;
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
    const before = this.#entries.size;
    this.#entries.set(charge.decisionId, entry);
    if (this.#entries.size === before) twice(charge);
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
    const { charge, node, room, seats, before, after, older, newer } = entry;
    this.#entries.delete(charge.decisionId);
    this.#rooms.removeSession(room, seats, charge.accessRttMs);
    if (before === undefined) node.first = after;
    else before.after = after;
    if (after === undefined) node.last = before;
    else after.before = before;
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

  #nodeOf(nodeId: string): OfNode {
    let node = this.#nodes.get(nodeId);
    if (node === undefined) {
      node = { version: 0, assumed: 0, size: 0, first: undefined, last: undefined };
      this.#nodes.set(nodeId, node);
    }
    return node;
  }
}

function twice({ decisionId }: Pick<Charge, 'decisionId'>): never {
  assert(false, `decision ${decisionId} is charged already`);
}

const TAKEN = { ok: true } as const;
const FULL = { ok: false } as const;
