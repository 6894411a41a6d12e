// Leases of room ownership. The first signaling node to ask becomes owner; each grant of a room without a live lease
// raises the epoch by one, so that nodes can refuse a replaced owner. Epochs never go backwards: not over a restart of
// the centre (epochs are restored from the copy, and the largest that a media node has seen counts) and not when a room
// is forgotten (the floor rises to the forgotten epoch). Case 1, renewed in time: the epoch stays. Case 2, lapsed,
// released, or its owner's link is down: free, the next to ask gets epoch + 1. Case 3, free but not taken, and the same
// owner renews with the same epoch: the lease continues as if nothing had happened. When the store is lost altogether,
// new grants are above the range of all earlier terms of a centre, which the nodes remember. Case 4, an epoch was used
// without the centre, or a node refuses it: the asker names it, and the room gets an epoch above it. Trust: a media
// node's report only raises the next epoch; it names no owner and touches no lease. A signaling node speaks for itself
// only, and not against an owner that is linked and renews. No node raises an epoch by more than limits.epochJumpMax at
// once.
import { limits, roomEpochFloor } from '@meridian/protocol';

export interface Lease {
  readonly roomKey: string;
  readonly epoch: number; // 0 = no known grant, only reports
  readonly ownerId: string; // '' = released: no node may continue with this epoch
  readonly expiresAtMs: number; // 0 = free at once
  readonly seenEpoch: number; // highest epoch that a media node has named; the next grant is above it
}

/** Limit of rooms with a stored epoch. Beyond it, the oldest free room is forgotten and raises the floor. */
export const LEASES_MAX = 100_000;
/** A larger reported epoch is damage and is ignored, so there is always room to count on. */
export const EPOCH_MAX = 2 ** 40;

const REORDER_MS = 1000;

/** Result of `acquire`. `created`: a new grant; `raised`: a live lease with a higher epoch; `forgotten`: evicted. */
export interface Acquired {
  readonly lease: Lease;
  readonly created: boolean;
  readonly raised?: boolean;
  readonly forgotten?: Lease;
}

/** Result of `renew`: renewed leases, rooms that the node has lost, and leases that were evicted for lack of room. */
export interface Renewed {
  readonly kept: Lease[];
  readonly lostRoomKeys: string[];
  readonly forgotten: Lease[];
}

/** Result of `claim`. `changed`: the claim was believed; `forgotten`: a lease that was evicted for lack of room. */
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
  /** Epoch floor of this term. Below it may be grants of earlier terms, under which a node may rightly hold a room. */
  #termFloor = 0;

  constructor(o: { leasesMax?: number; lifeMs?: number } = {}) {
    this.#leasesMax = o.leasesMax ?? LEASES_MAX;
    this.#lifeMs = o.lifeMs ?? limits.roomLeaseMs;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Epoch above which a room without a stored lease starts. */
  get floor(): number {
    return this.#floor;
  }

  list(): Lease[] {
    return [...this.#leases.values()];
  }

  get(roomKey: string): Lease | undefined {
    return this.#leases.get(roomKey);
  }

  highest(roomKey: string): number {
    const present = this.#leases.get(roomKey);
    return Math.max(present?.epoch ?? 0, present?.seenEpoch ?? 0, this.#floor, this.#termFloor);
  }

  /** Whether a reported epoch is possible: no damage, and no farther above the highest than one report may raise it. */
  isCredible(roomKey: string, epoch: number): boolean {
    if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > EPOCH_MAX) return false;
    return epoch <= this.highest(roomKey) + limits.epochJumpMax;
  }

  isLive(lease: Lease, nowMs: number): boolean {
    return lease.ownerId !== '' && lease.expiresAtMs > nowMs;
  }

  /**
   * Returns the room's live lease, of whatever owner, or a new lease for `ownerId` under the next epoch, always above
   * `above`: an epoch that was taken without the centre, or that a node refuses. A live lease at or below `above` is
   * `raised` for its owner, which learns it from the asker, or by its next renewal.
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
    const forgotten = present === undefined ? this.#evictIfFull(nowMs) : undefined;
    const epoch = Math.max(this.highest(roomKey), above) + 1;
    const lease = this.#put({ roomKey, ownerId, epoch, expiresAtMs: nowMs + this.#lifeMs, seenEpoch: 0 });
    return forgotten === undefined ? { lease, created: true } : { lease, created: true, forgotten };
  }

  /** Extends the leases of `ownerId` under exactly these epochs, also a lapsed lease that was not taken meanwhile. */
  renew(ownerId: string, requests: readonly { roomKey: string; epoch: number }[], nowMs: number): Renewed {
    const keptLeases: Lease[] = [];
    const lostRoomKeys: string[] = [];
    const forgotten: Lease[] = [];
    for (const request of requests) {
      // After a loss of memory the first renewal of a room is believed like an owner's report.
      if ((this.#leases.get(request.roomKey)?.epoch ?? 0) === 0) {
        const claimed = this.claim({ ...request, ownerId, isOwnerLinked: false }, nowMs);
        if (claimed.forgotten !== undefined) forgotten.push(claimed.forgotten);
      }
      const present = this.#leases.get(request.roomKey);
      if (present?.ownerId === ownerId && present.epoch === request.epoch) {
        keptLeases.push(this.#put({ ...present, expiresAtMs: nowMs + this.#lifeMs }));
      } else lostRoomKeys.push(request.roomKey);
    }
    return { kept: keptLeases, lostRoomKeys, forgotten };
  }

  /** Releases the room. False when another node owns it or the epoch is not the present epoch. */
  release(roomKey: string, ownerId: string, epoch: number): boolean {
    const present = this.#leases.get(roomKey);
    if (present?.ownerId !== ownerId || present.epoch !== epoch) return false;
    this.#put({ ...present, ownerId: '', expiresAtMs: 0 });
    return true;
  }

  /** Frees the rooms of an owner whose link is down; the owner may continue with those that were not taken. */
  ownerDown(ownerId: string): Lease[] {
    return this.#ofOwner(ownerId).map((lease) => this.#put({ ...lease, expiresAtMs: 0 }));
  }

  /** Releases the rooms that a new process under the owner's id does not name. */
  ownerRestarted(ownerId: string, heldRoomKeys: ReadonlySet<string>): Lease[] {
    const lost = this.#ofOwner(ownerId).filter((lease) => !heldRoomKeys.has(lease.roomKey));
    return lost.map((lease) => this.#put({ ...lease, ownerId: '', expiresAtMs: 0 }));
  }

  /**
   * Takes a signaling node's claim to own the room under this epoch. The claim renews the node's own lease; an epoch
   * above the stored epoch is believed, because the centre has lost its memory, and gets the time of a lease.
   * While the stored owner's link is open and its lease lives, no node's claim takes the room away.
   */
  claim(o: { roomKey: string; epoch: number; ownerId: string; isOwnerLinked: boolean }, nowMs: number): Claimed {
    const { roomKey, epoch, ownerId } = o;
    if (!this.isCredible(roomKey, epoch)) return UNCHANGED;
    const present = this.#leases.get(roomKey);
    const expiresAtMs = nowMs + this.#lifeMs;
    if (present?.ownerId === ownerId && present.epoch === epoch) {
      this.#put({ ...present, expiresAtMs });
      return { changed: true };
    }
    if (present !== undefined && present.ownerId !== ownerId && o.isOwnerLinked && this.isLive(present, nowMs))
      return UNCHANGED;
    // An epoch below the floor may belong to a forgotten room, for which the floor already stands.
    if (epoch <= (present?.epoch ?? 0) || (present === undefined && epoch < this.#floor)) return UNCHANGED;
    const forgotten = present === undefined ? this.#evictIfFull(nowMs) : undefined;
    this.#put({ roomKey, epoch, ownerId, expiresAtMs, seenEpoch: present?.seenEpoch ?? 0 });
    return forgotten === undefined ? { changed: true } : { changed: true, forgotten };
  }

  /** Makes the next grant higher than an epoch that a media node has obeyed. Returns whether this is news. */
  noteSeenEpoch(roomKey: string, epoch: number): boolean {
    if (!this.isCredible(roomKey, epoch) || epoch <= this.highest(roomKey)) return false;
    const present = this.#leases.get(roomKey);
    if (present === undefined && this.#leases.size >= this.#leasesMax) return false;
    // Changed in place, because a report does not make the room younger than others.
    const lease = present ?? { roomKey, epoch: 0, ownerId: '', expiresAtMs: 0 };
    this.#leases.set(roomKey, { ...lease, seenEpoch: epoch });
    return true;
  }

  /** Restores a lease from the copy; its owner gets the time of a lease to come back. */
  restore(o: { roomKey: string; epoch: number; ownerId: string }, nowMs: number): void {
    if (o.epoch <= (this.#leases.get(o.roomKey)?.epoch ?? 0)) return;
    const seenEpoch = this.#leases.get(o.roomKey)?.seenEpoch ?? 0;
    this.#put({ ...o, expiresAtMs: o.ownerId === '' ? 0 : nowMs + this.#lifeMs, seenEpoch });
  }

  /** Starts this term of the centre: later grants are above all grants of earlier terms. Idempotent. */
  startTerm(term: number): void {
    this.#termFloor = Math.max(this.#termFloor, roomEpochFloor(term));
  }

  raiseFloor(epoch: number): void {
    this.#floor = Math.max(this.#floor, epoch);
  }

  /** Forgets the free room whose last grant is oldest; with none free, the oldest, whose owner loses it at renewal. */
  #evictIfFull(nowMs: number): Lease | undefined {
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

  /** Extends a lease. The owner asks for each participant, so the order of grants changes at most once a second. */
  #extend({ roomKey, epoch, ownerId, seenEpoch, expiresAtMs: expiryBefore }: Lease, expiresAtMs: number): Lease {
    const lease: Lease = { roomKey, epoch, ownerId, expiresAtMs, seenEpoch };
    if (expiresAtMs - expiryBefore >= REORDER_MS) return this.#put(lease);
    this.#leases.set(roomKey, lease);
    return lease;
  }

  #put(lease: Lease): Lease {
    const leaseBefore = this.#leases.get(lease.roomKey);
    if (leaseBefore !== undefined) this.#remove(leaseBefore);
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
