// Which node owns a room. The first signaling node to ask becomes owner; each grant of a room that has no live lease
// raises the epoch by one, so that nodes can refuse an owner that was replaced. Epochs never go backwards: not over a
// restart of the centre (they are restored from the copy, and the largest that a media node has seen counts) and not
// when a room is forgotten (the floor rises to what was forgotten).
// Case 1, renewed in time: epoch stays.
// Case 2, lapsed, released, or its owner's link is down: free, the next to ask gets epoch + 1.
// Case 3, free but not taken, and the same owner renews with the same epoch: it goes on as if nothing had happened. A
// store may be lost altogether: what is granted is above the range of all earlier terms of a centre, which the nodes
// remember.
// Case 4, an epoch was used without the centre, or a node refuses it: the asker names it, and the room gets an epoch
// above it.
// What to believe: a media node's word makes the next epoch higher and does nothing else; it names no owner and touches
// no lease. A signaling node speaks for itself only, and not against an owner that is here and renews. No node lifts an
// epoch by more than limits.epochJumpMax at once.
// No clock: times are arguments. Changed in place, deterministic.
import { limits, roomEpochFloor } from '@meridian/protocol';

export interface Lease {
  readonly roomKey: string;
  readonly epoch: number; // 0 = never granted as far as is known here: only heard of
  readonly ownerId: string; // '' = released: no node may go on with this epoch
  readonly expiresAtMs: number; // 0 = free at once
  readonly seenEpoch: number; // the highest that a media node names: what is granted next is above it
}

/** Rooms whose epoch is remembered one by one. Beyond, the oldest free one is forgotten and raises the floor. */
export const LEASES_MAX = 100_000;
/** A larger reported epoch is damage, not one of ours; it is ignored, so there is always room to count on. */
export const EPOCH_MAX = 2 ** 40;

/** How true the order is in which rooms are forgotten, when there are too many of them. */
const ORDER_MS = 1000;

export interface Acquired {
  readonly lease: Lease;
  readonly created: boolean;
  readonly raised?: boolean;
  readonly forgotten?: Lease;
}

export interface Renewed {
  readonly kept: Lease[];
  readonly lostRoomKeys: string[];
  readonly forgotten: Lease[];
}

export interface Claimed {
  readonly changed: boolean;
  readonly forgotten?: Lease;
}

const UNCHANGED: Claimed = { changed: false };

export class Leases {
  readonly #leases = new Map<string, Lease>(); // in order of the last grant
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #leasesMax: number;
  readonly #lifeMs: number;
  #floor = 0;
  /**
   * Below it are the epochs of earlier terms, of which any may have been granted. A node that holds a room under one
   * holds it rightly.
   */
  #termFloor = 0;

  constructor(o: { leasesMax?: number; lifeMs?: number } = {}) {
    this.#leasesMax = o.leasesMax ?? LEASES_MAX;
    this.#lifeMs = o.lifeMs ?? limits.roomLeaseMs;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Rooms never heard of start above this epoch. */
  get floor(): number {
    return this.#floor;
  }

  list(): Lease[] {
    return [...this.#leases.values()];
  }

  get(roomKey: string): Lease | undefined {
    return this.#leases.get(roomKey);
  }

  /** The highest epoch of the room that a node has named and that was believed. */
  highest(roomKey: string): number {
    const present = this.#leases.get(roomKey);
    return Math.max(present?.epoch ?? 0, present?.seenEpoch ?? 0, this.#floor, this.#termFloor);
  }

  /** Whether an epoch that a node names is one that could be: not damage, and not farther above than lies may reach. */
  isCredible(roomKey: string, epoch: number): boolean {
    if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > EPOCH_MAX) return false;
    return epoch <= this.highest(roomKey) + limits.epochJumpMax;
  }

  isLive(lease: Lease, nowMs: number): boolean {
    return lease.ownerId !== '' && lease.expiresAtMs > nowMs;
  }

  /**
   * The room's live lease, of whatever owner, or a new one for `ownerId` under the next epoch, always above `above`:
   * that epoch was taken without the centre, or a node refuses it. A live lease that is not above it is `raised` for
   * its owner, which hears of it from the asker, or by its next renewal.
   */
  acquire(roomKey: string, ownerId: string, nowMs: number, above = 0): Acquired {
    const present = this.#leases.get(roomKey);
    if (present !== undefined && this.isLive(present, nowMs)) {
      const expiresAtMs = nowMs + this.#lifeMs;
      if (present.epoch <= above) {
        const epoch = Math.max(this.highest(roomKey), above) + 1;
        return { lease: this.#put({ ...present, epoch, expiresAtMs }), created: false, raised: true };
      }
      if (present.ownerId !== ownerId) return { lease: present, created: false };
      return { lease: this.#extend(present, expiresAtMs), created: false };
    }
    const forgotten = present === undefined ? this.#makeRoom(nowMs) : undefined;
    const epoch = Math.max(this.highest(roomKey), above) + 1;
    const lease = this.#put({ roomKey, ownerId, epoch, expiresAtMs: nowMs + this.#lifeMs, seenEpoch: 0 });
    return forgotten === undefined ? { lease, created: true } : { lease, created: true, forgotten };
  }

  /** Extends what `ownerId` holds under exactly these epochs, also when it had lapsed and was not taken meanwhile. */
  renew(ownerId: string, requests: readonly { roomKey: string; epoch: number }[], nowMs: number): Renewed {
    const kept: Lease[] = [];
    const lostRoomKeys: string[] = [];
    const forgotten: Lease[] = [];
    for (const request of requests) {
      // After a loss of memory the first renewal of a room is believed like an owner's report.
      if ((this.#leases.get(request.roomKey)?.epoch ?? 0) === 0) {
        const claimed = this.claim({ ...request, ownerId, ownerIsHere: false }, nowMs);
        if (claimed.forgotten !== undefined) forgotten.push(claimed.forgotten);
      }
      const present = this.#leases.get(request.roomKey);
      if (present?.ownerId === ownerId && present.epoch === request.epoch) {
        kept.push(this.#put({ ...present, expiresAtMs: nowMs + this.#lifeMs }));
      } else lostRoomKeys.push(request.roomKey);
    }
    return { kept, lostRoomKeys, forgotten };
  }

  /** The owner gives the room back. False when another node owns it or the epoch is not the present one. */
  release(roomKey: string, ownerId: string, epoch: number): boolean {
    const present = this.#leases.get(roomKey);
    if (present?.ownerId !== ownerId || present.epoch !== epoch) return false;
    this.#put({ ...present, ownerId: '', expiresAtMs: 0 });
    return true;
  }

  /**
   * The owner's link is down: its rooms are free at once for others; it may still go on with those that were not taken.
   */
  ownerDown(ownerId: string): Lease[] {
    return this.#ofOwner(ownerId).map((lease) => this.#put({ ...lease, expiresAtMs: 0 }));
  }

  /** A new process runs under the owner's id: it knows nothing of its rooms, except those it names. */
  ownerRestarted(ownerId: string, heldRoomKeys: ReadonlySet<string>): Lease[] {
    const lost = this.#ofOwner(ownerId).filter((lease) => !heldRoomKeys.has(lease.roomKey));
    return lost.map((lease) => this.#put({ ...lease, ownerId: '', expiresAtMs: 0 }));
  }

  /**
   * A signaling node says that it owns the room under this epoch. It renews by saying so what is its own; a higher
   * epoch than ours is the truth when we have lost our memory, and gets one lease time. `ownerIsHere`: the owner by our
   * book has its link open; while its lease lives, no node's word takes it away.
   */
  claim(o: { roomKey: string; epoch: number; ownerId: string; ownerIsHere: boolean }, nowMs: number): Claimed {
    const { roomKey, epoch, ownerId } = o;
    if (!this.isCredible(roomKey, epoch)) return UNCHANGED;
    const present = this.#leases.get(roomKey);
    const expiresAtMs = nowMs + this.#lifeMs;
    if (present?.ownerId === ownerId && present.epoch === epoch) {
      this.#put({ ...present, expiresAtMs });
      return { changed: true };
    }
    if (present !== undefined && present.ownerId !== ownerId && o.ownerIsHere && this.isLive(present, nowMs))
      return UNCHANGED;
    // Below the floor it may be a room that was forgotten: the floor already stands for it.
    if (epoch <= (present?.epoch ?? 0) || (present === undefined && epoch < this.#floor)) return UNCHANGED;
    const forgotten = present === undefined ? this.#makeRoom(nowMs) : undefined;
    this.#put({ roomKey, epoch, ownerId, expiresAtMs, seenEpoch: present?.seenEpoch ?? 0 });
    return forgotten === undefined ? { changed: true } : { changed: true, forgotten };
  }

  /**
   * A media node has obeyed this epoch of the room: the next grant is above it. True when that is news. Nothing is
   * forgotten for it.
   */
  seen(roomKey: string, epoch: number): boolean {
    if (!this.isCredible(roomKey, epoch) || epoch <= this.highest(roomKey)) return false;
    const present = this.#leases.get(roomKey);
    if (present === undefined && this.#leases.size >= this.#leasesMax) return false;
    // In place: what a node says does not make the room younger than others.
    const lease = present ?? { roomKey, epoch: 0, ownerId: '', expiresAtMs: 0 };
    this.#leases.set(roomKey, { ...lease, seenEpoch: epoch });
    return true;
  }

  /** Restores what the copy holds; its owner gets one lease time to come back. */
  restore(o: { roomKey: string; epoch: number; ownerId: string }, nowMs: number): void {
    if (o.epoch <= (this.#leases.get(o.roomKey)?.epoch ?? 0)) return;
    const seenEpoch = this.#leases.get(o.roomKey)?.seenEpoch ?? 0;
    this.#put({ ...o, expiresAtMs: o.ownerId === '' ? 0 : nowMs + this.#lifeMs, seenEpoch });
  }

  /**
   * The centre leads under this term: what it grants from now on is above everything that was granted under lower ones.
   * Idempotent.
   */
  inTerm(term: number): void {
    this.#termFloor = Math.max(this.#termFloor, roomEpochFloor(term));
  }

  raiseFloor(epoch: number): void {
    this.#floor = Math.max(this.#floor, epoch);
  }

  /**
   * Forgets the free room whose last grant is oldest; with none free, the oldest of all (its owner loses it at the next
   * renewal).
   */
  #makeRoom(nowMs: number): Lease | undefined {
    if (this.#leases.size < this.#leasesMax) return undefined;
    let oldest: Lease | undefined;
    for (const lease of this.#leases.values()) {
      oldest ??= lease;
      if (this.isLive(lease, nowMs)) continue;
      oldest = lease;
      break;
    }
    if (oldest === undefined) return undefined;
    this.#remove(oldest);
    this.raiseFloor(Math.max(oldest.epoch, oldest.seenEpoch));
    return oldest;
  }

  #ofOwner(ownerId: string): Lease[] {
    const keys = [...(this.#byOwner.get(ownerId) ?? [])];
    return keys.map((key) => this.#leases.get(key)).filter((lease) => lease !== undefined);
  }

  /**
   * The same owner asks again, as it does for every one of its participants. The order of grants need not be truer than
   * a second.
   */
  #extend({ roomKey, epoch, ownerId, seenEpoch, expiresAtMs: before }: Lease, expiresAtMs: number): Lease {
    const lease: Lease = { roomKey, epoch, ownerId, expiresAtMs, seenEpoch };
    if (expiresAtMs - before >= ORDER_MS) return this.#put(lease);
    this.#leases.set(roomKey, lease);
    return lease;
  }

  #put(lease: Lease): Lease {
    const before = this.#leases.get(lease.roomKey);
    if (before !== undefined) this.#remove(before);
    this.#leases.set(lease.roomKey, lease);
    if (lease.ownerId !== '') {
      const owned = this.#byOwner.get(lease.ownerId) ?? new Set<string>();
      this.#byOwner.set(lease.ownerId, owned.add(lease.roomKey));
    }
    return lease;
  }

  #remove(lease: Lease): void {
    this.#leases.delete(lease.roomKey);
    const owned = this.#byOwner.get(lease.ownerId);
    owned?.delete(lease.roomKey);
    if (owned?.size === 0) this.#byOwner.delete(lease.ownerId);
  }
}
