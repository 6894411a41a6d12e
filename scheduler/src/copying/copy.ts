// The centre's copy, so that a restart loses nothing: room leases with their epochs, the epoch floor, unconfirmed
// charges, node descriptions, drains and cordons, shut-out nodes, room modes and recent moves, measurements of
// prefixes, bookings, the load of two days, and the mark that all of this was once complete. Everything else comes back
// when nodes register. Charges come by the thousand and live for seconds, so they have no entry each: those made and
// dropped within a turn go out as a single page (placing/core/charge-pages.ts). An answer still waits until the page
// with its charge is written.
import { limits } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Denial, Denied } from '../fleet/core/denied.ts';
import type { Fleet, NodeCommands } from '../fleet/core/fleet.ts';
import type { NodeDescription } from '../fleet/core/node.ts';
import { VOTE_LIFE_MS } from '../locating/core/access/index.ts';
import { type RoomBook, type RoomRecord, roomRecordFrom } from '../moving/core/room-book.ts';
import type { Lease, Leases } from '../owning/core/leases.ts';
import type { Booking } from '../placing/core/bookings.ts';
import { ChargePages, isPage, PAGE_PREFIX } from '../placing/core/charge-pages.ts';
import type { Charge, Ledger } from '../placing/core/ledger.ts';
import { HISTORY_MINUTES, type HistoryHour } from '../scaling/core/history.ts';
import type { Store } from './store.ts';

/** Longest wait of an answer for the store. A loss after that is mended by nodes, which report the epochs they saw. */
const WAIT_MS_MAX = 250;
/**
 * Time for which charges gather for a page while others are being written, or there are very many pages: a hundredth of
 * an answer's longest wait. A lone charge does not wait. Databases call it group commit (PostgreSQL: commit_delay and
 * commit_siblings).
 */
const GATHER_MS = 2;
const SETTLED_KEY = 'settled';
/** Key prefix of the entries of shut-out nodes; the node id follows. */
export const DENIAL_PREFIX = 'deny/';
/** Limit of failed writes that are retried; beyond it, the oldest is given up. */
const RETRIES_MAX = 10_000;

export interface CopyContent {
  readonly leases: { roomKey: string; epoch: number; ownerId: string }[];
  readonly floor: number;
  readonly charges: Charge[];
  readonly nodes: NodeDescription[];
  readonly drains: { nodeId: string; reason: string }[];
  readonly cordons: { nodeId: string; reason: string }[];
  readonly rooms: RoomRecord[];
  readonly denials: Denial[];
  readonly access: unknown[];
  readonly bookings: Booking[];
  readonly loads: unknown[];
  /** Whether all nodes once had time to register with a centre over this store, so that its content is complete. */
  readonly isSettled: boolean;
}

export interface Restorable {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly denied: Denied;
  readonly rooms: RoomBook;
}

/** Restores the content into the parts. Owners and nodes get their usual time to come back. */
export function restoreInto(centre: Restorable, content: CopyContent, nowMs: number): void {
  const { leases, nodes } = content;
  centre.leases.raiseFloor(content.floor);
  for (const lease of leases) centre.leases.restore(lease, nowMs);
  // The ledger expects charges in the order of their expiry.
  const charges = [...content.charges].sort((a, b) => a.expiresAtMs - b.expiresAtMs);
  for (const charge of charges) centre.ledger.restore(charge);
  for (const denial of content.denials) centre.denied.add(denial);
  for (const node of nodes) if (!centre.denied.has(node.nodeId)) centre.fleet.restore(node, nowMs);
  for (const drain of content.drains) centre.fleet.setCommandsAhead(drain.nodeId, { drainReason: drain.reason });
  for (const cordon of content.cordons) centre.fleet.setCommandsAhead(cordon.nodeId, { cordonReason: cordon.reason });
  for (const room of content.rooms) centre.rooms.restore(room);
}

/** Key prefixes of learnt, measured or charged data, which comes back with clients and nodes. */
const dispensable: readonly string[] = ['access/', 'load/', PAGE_PREFIX];

/** Returns undefined for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface PendingWrite {
  readonly value: string | undefined; // undefined: remove
  readonly ttlMs: number | undefined;
}

export class Copy {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onFailure: () => void;
  readonly #isShared: boolean;
  readonly #retries = new Map<string, PendingWrite>();
  /** The newest pending write of every key, so that an older write that fails late is not retried over it. */
  readonly #newest = new Map<string, PendingWrite>();
  readonly #pages: ChargePages;
  /** Write of this turn's pages: all charges of the turn wait for it. */
  #turnWrite: Promise<void> | undefined;
  #chargesInFlight = 0;
  #isFailing = false;

  /** `isShared`: another centre may continue from this copy at any moment. */
  constructor(o: { store: Store; clock: Clock; log: Logger; onFailure: () => void; isShared?: boolean }) {
    this.#isShared = o.isShared ?? false;
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#onFailure = o.onFailure;
    this.#pages = new ChargePages({ lifeMs: limits.decisionConfirmMs, storeExpires: o.store.expiresEntries === true });
  }

  /** Returns everything written before; times are converted to this process's monotonic clock. */
  async load(): Promise<CopyContent> {
    const content: CopyContent = {
      leases: [],
      floor: 0,
      charges: [],
      nodes: [],
      drains: [],
      cordons: [],
      denials: [],
      rooms: [],
      access: [],
      bookings: [],
      loads: [],
      isSettled: false,
    };
    let [floor, unreadable] = [0, 0];
    let isSettled = false;
    for (const [key, text] of await this.#store.load()) {
      const id = key.slice(key.indexOf('/') + 1);
      const value = parseJson(text);
      if (value === undefined || (key.startsWith(PAGE_PREFIX) && !isPage(value))) {
        // A centre that leads without a lease, a denial or the floor does harm: rooms get two owners, shut-out nodes
        // come back. The content of the other entries comes back by itself.
        if (!dispensable.some((prefix) => key.startsWith(prefix)))
          throw new Error(`the entry ${key} of the copy cannot be read`);
        unreadable += 1;
        continue;
      }
      if (key.startsWith('lease/'))
        content.leases.push({ roomKey: id, ...(value as { epoch: number; ownerId: string }) });
      else if (key.startsWith(PAGE_PREFIX)) this.#pages.read(key, value, this.#clock.nowMs(), this.#clock.wallMs());
      else if (key.startsWith('node/')) content.nodes.push(value as NodeDescription);
      else if (key.startsWith('drain/')) content.drains.push({ nodeId: id, reason: value as string });
      else if (key.startsWith('cordon/')) content.cordons.push({ nodeId: id, reason: value as string });
      else if (key.startsWith('room/')) {
        const record = roomRecordFrom(id, value);
        if (record !== undefined) content.rooms.push(record);
      } else if (key.startsWith(DENIAL_PREFIX)) content.denials.push(value as Denial);
      else if (key.startsWith('access/')) content.access.push(value);
      else if (key.startsWith('booking/')) content.bookings.push(value as Booking);
      else if (key.startsWith('load/')) content.loads.push(value);
      else if (key === 'floor') floor = value as number;
      else if (key === SETTLED_KEY) isSettled = true;
    }
    if (unreadable > 0) this.#log.error({ unreadable }, 'entries of the copy could not be read and were left out');
    return { ...content, floor, isSettled, charges: this.#pages.liveCharges() };
  }

  /** Resolves when the epoch is safe, or after a short time in any case. Never rejects. */
  saveLease(lease: Omit<Lease, 'seenEpoch'>): Promise<void> {
    return this.#withTimeLimit(this.#write(`lease/${lease.roomKey}`, { epoch: lease.epoch, ownerId: lease.ownerId }));
  }

  /**
   * Whether the lease may go out. A lone centre also announces leases that its store did not accept, and mends a loss
   * from nodes' reports; beside other centres, the next leader could grant the same epoch to another owner.
   */
  mayAnnounce(roomKey: string): boolean {
    if (!this.#isShared || (this.#newest.size === 0 && this.#retries.size === 0)) return true;
    const key = `lease/${roomKey}`;
    return !(this.#newest.has(key) || this.#retries.has(key));
  }

  /** Drops a forgotten room; the floor keeps its epoch. */
  dropLease(roomKey: string, floor: number): void {
    void this.#write('floor', floor);
    void this.#write(`lease/${roomKey}`, undefined);
  }

  /** Saves an assumed charge, with the promises of saveLease. All charges of a turn share a promise. */
  saveCharge(charge: Charge): Promise<void> {
    this.#pages.addMade(charge);
    this.#turnWrite ??= this.#withTimeLimit(this.#writePages());
    return this.#turnWrite;
  }

  /** Writes the drop with the next write or by `retry`. A charge that a centre reads before that lapses by itself. */
  dropCharge(decisionId: string): void {
    this.#pages.addDropped(decisionId);
  }

  /** Records that the fleet has had its time to come back, so the next centre need not wait for unknown nodes. */
  saveSettled(): void {
    void this.#write(SETTLED_KEY, true);
  }

  saveNode(description: NodeDescription): void {
    void this.#write(`node/${description.nodeId}`, description);
  }

  /** `keptCommands`: the commands that outlive the node. */
  dropNode(nodeId: string, keptCommands: NodeCommands = {}): void {
    void this.#write(`node/${nodeId}`, undefined);
    if (keptCommands.drainReason === undefined) void this.#write(`drain/${nodeId}`, undefined);
    if (keptCommands.cordonReason === undefined) void this.#write(`cordon/${nodeId}`, undefined);
  }

  saveAccess(key: string, record: unknown, lifeMs = VOTE_LIFE_MS): void {
    void this.#write(`access/${key}`, record, lifeMs);
  }

  /** Drops a record that the book has forgotten, so that the store never holds many more than the book. */
  dropAccess(key: string): void {
    void this.#write(`access/${key}`, undefined);
  }

  saveLoad(hour: HistoryHour): void {
    void this.#write(`load/${hour.region} ${hour.hour}`, hour, (HISTORY_MINUTES + 60) * 60_000);
  }

  /** Saves or removes (undefined) a booking, with the promise of saveDrain. */
  saveBooking(id: string, booking: Booking | undefined): Promise<void> {
    const leftMs = booking === undefined ? undefined : Math.max(1, booking.endsAtMs - this.#clock.wallMs());
    return this.#write(`booking/${id}`, booking, leftMs);
  }

  /** Resolves when it is written, or has failed and will be retried, however long the store takes. */
  saveDrain(nodeId: string, reason: string | undefined): Promise<void> {
    return this.#write(`drain/${nodeId}`, reason);
  }

  saveCordon(nodeId: string, reason: string | undefined): Promise<void> {
    return this.#write(`cordon/${nodeId}`, reason);
  }

  /** Saves or removes (undefined) a room's record, with the promise of saveDrain. */
  saveRoom(roomKey: string, record: RoomRecord | undefined): Promise<void> {
    return this.#write(`room/${roomKey}`, record);
  }

  saveDenial(nodeId: string, denial: Denial | undefined): Promise<void> {
    return this.#write(`${DENIAL_PREFIX}${nodeId}`, denial);
  }

  /** Retries failed writes, and writes recent drops; called every second or so. */
  retry(): void {
    if (this.#pages.hasPending) this.#turnWrite ??= this.#withTimeLimit(this.#writePages());
    const writes = [...this.#retries];
    this.#retries.clear();
    for (const [key, write] of writes) void this.#send(key, write);
    this.#removePages();
  }

  #withTimeLimit(written: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(WAIT_MS_MAX, resolve);
      written.finally(() => timer.cancel()).then(resolve, reject);
    });
  }

  async #writePages(): Promise<void> {
    // Joins that the gate lets in by this turn are decided first, so that their charges are in the page.
    await Promise.resolve();
    await Promise.resolve();
    if (this.#pages.isCrowded || this.#chargesInFlight > 0)
      await new Promise<void>((resolve) => this.#clock.after(GATHER_MS, resolve));
    this.#turnWrite = undefined;
    const pages = this.#pages.toWrite(this.#clock.nowMs(), this.#clock.wallMs());
    let charges = 0;
    const written: Promise<void>[] = [];
    for (const { key, page, ttlMs } of pages) {
      charges += page.made.length;
      written.push(this.#write(key, page, ttlMs));
    }
    this.#removePages();
    this.#chargesInFlight += charges;
    try {
      await (written.length === 1 ? written[0] : Promise.all(written));
    } finally {
      this.#chargesInFlight -= charges;
    }
  }

  #removePages(): void {
    for (const key of this.#pages.expiredKeys(this.#clock.nowMs())) void this.#write(key, undefined);
  }

  #write(key: string, value: unknown, ttlMs?: number): Promise<void> {
    // A waiting write under the same key is older than this write.
    this.#retries.delete(key);
    return this.#send(key, { value: value === undefined ? undefined : JSON.stringify(value), ttlMs });
  }

  async #send(key: string, write: PendingWrite): Promise<void> {
    this.#newest.set(key, write);
    try {
      if (write.value === undefined) await this.#store.remove(key);
      else await this.#store.put(key, write.value, write.ttlMs === undefined ? undefined : { ttlMs: write.ttlMs });
      if (this.#isFailing) this.#log.info('the copy is written again');
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#log.error({ err: error }, 'the copy cannot be written; going on, and trying again');
      this.#isFailing = true;
      this.#onFailure();
      if (this.#newest.get(key) === write) this.#retries.set(key, write);
      const [oldest] = this.#retries.keys();
      if (this.#retries.size > RETRIES_MAX && oldest !== undefined) this.#retries.delete(oldest);
    } finally {
      if (this.#newest.get(key) === write) this.#newest.delete(key);
    }
  }
}
