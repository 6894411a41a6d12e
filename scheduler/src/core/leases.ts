// Who owns a room. The first signalling instance to ask becomes owner; each grant of a room that has no live lease raises the epoch by one,
// so that nodes can refuse an owner that was replaced. Epochs never go backwards: not over a restart of the centre (they are restored from
// the copy, and the largest that a node reports counts) and not when a room is forgotten (the floor rises to what was forgotten).
// Case 1, renewed in time: epoch stays. Case 2, lapsed, released, or its owner's link is down: free, the next to ask gets epoch + 1.
// Case 3, free but nobody took it, and the same owner renews with the same epoch: it goes on as if nothing had happened.
// Case 4, an epoch was used without the centre, or a node refuses it: whoever asks names it, and the room gets an epoch above it.
// No clock: times are arguments. Changed in place, deterministic.
import { limits } from '@meridian/protocol';

export interface Lease {
  readonly roomKey: string;
  readonly epoch: number;
  readonly ownerId: string; // '' = released: nobody may go on with this epoch
  readonly expiresAtMs: number; // 0 = free at once
}

/** Rooms whose epoch is remembered one by one. Beyond, the oldest free one is forgotten and raises the floor. */
export const LEASES_MAX = 100_000;
/** A larger reported epoch is damage, not one of ours; it is ignored, so there is always room to count on. */
export const EPOCH_MAX = 2 ** 40;

export interface Acquired {
  readonly lease: Lease;
  readonly created: boolean;
  readonly raised?: boolean;
  readonly forgotten?: Lease;
}

export interface Renewed {
  readonly kept: Lease[];
  readonly lostRoomKeys: string[];
}

export class Leases {
  readonly #leases = new Map<string, Lease>(); // in order of the last grant
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #leasesMax: number;
  readonly #lifeMs: number;
  #floor = 0;

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

  isLive(lease: Lease, nowMs: number): boolean {
    return lease.ownerId !== '' && lease.expiresAtMs > nowMs;
  }

  /**
   * The live lease whoever owns it, or a new one for `ownerId` under the next epoch, always above `above`: that epoch was taken without the
   * centre, or a node refuses it. A live lease that is not above it is `raised` for its owner, who hears of it from whoever asked, or by
   * its next renewal.
   */
  acquire(roomKey: string, ownerId: string, nowMs: number, above = 0): Acquired {
    const present = this.#leases.get(roomKey);
    if (present !== undefined && this.isLive(present, nowMs)) {
      const expiresAtMs = nowMs + this.#lifeMs;
      if (present.epoch <= above)
        return { lease: this.#put({ ...present, epoch: above + 1, expiresAtMs }), created: false, raised: true };
      if (present.ownerId !== ownerId) return { lease: present, created: false };
      return { lease: this.#put({ ...present, expiresAtMs }), created: false };
    }
    const forgotten = present === undefined ? this.#makeRoom(nowMs) : undefined;
    const epoch = Math.max(present?.epoch ?? 0, this.#floor, above) + 1;
    const lease = this.#put({ roomKey, ownerId, epoch, expiresAtMs: nowMs + this.#lifeMs });
    return forgotten === undefined ? { lease, created: true } : { lease, created: true, forgotten };
  }

  /** Extends what `ownerId` holds under exactly these epochs, also when it had lapsed and nobody else took it. */
  renew(ownerId: string, wishes: readonly { roomKey: string; epoch: number }[], nowMs: number): Renewed {
    const kept: Lease[] = [];
    const lostRoomKeys: string[] = [];
    for (const wish of wishes) {
      this.#adoptUnknown(ownerId, wish, nowMs);
      const present = this.#leases.get(wish.roomKey);
      if (present?.ownerId === ownerId && present.epoch === wish.epoch) {
        kept.push(this.#put({ ...present, expiresAtMs: nowMs + this.#lifeMs }));
      } else lostRoomKeys.push(wish.roomKey);
    }
    return { kept, lostRoomKeys };
  }

  /** The owner gives the room back. False when somebody else owns it or the epoch is not the present one. */
  release(roomKey: string, ownerId: string, epoch: number): boolean {
    const present = this.#leases.get(roomKey);
    if (present?.ownerId !== ownerId || present.epoch !== epoch) return false;
    this.#put({ ...present, ownerId: '', expiresAtMs: 0 });
    return true;
  }

  /** The owner's link is down: its rooms are free at once for others; it may still go on with those that nobody took. */
  ownerDown(ownerId: string): Lease[] {
    return this.#ofOwner(ownerId).map((lease) => this.#put({ ...lease, expiresAtMs: 0 }));
  }

  /** A new process runs under the owner's id: it knows nothing of its rooms, except those it names. */
  ownerRestarted(ownerId: string, heldRoomKeys: ReadonlySet<string>): Lease[] {
    const lost = this.#ofOwner(ownerId).filter((lease) => !heldRoomKeys.has(lease.roomKey));
    return lost.map((lease) => this.#put({ ...lease, ownerId: '', expiresAtMs: 0 }));
  }

  /**
   * A node says that it has seen this epoch of the room. A higher one than ours is the truth (we have lost our memory): the owner it names
   * gets one lease time to renew. True when that changed anything. `fromOwner`: the node speaking is that owner, and renews by saying so.
   */
  observe(o: { roomKey: string; epoch: number; ownerId: string; fromOwner: boolean }, nowMs: number): boolean {
    if (!Number.isSafeInteger(o.epoch) || o.epoch < 1 || o.epoch > EPOCH_MAX) return false;
    const present = this.#leases.get(o.roomKey);
    const expiresAtMs = nowMs + this.#lifeMs;
    if (present !== undefined && o.epoch === present.epoch) {
      if (!o.fromOwner || present.ownerId !== o.ownerId) return false;
      this.#put({ ...present, expiresAtMs });
      return true;
    }
    // Below the floor it may be a room that was forgotten: the floor already stands for it.
    if (o.epoch < (present?.epoch ?? 0) || (present === undefined && o.epoch < this.#floor)) return false;
    if (present === undefined) this.#makeRoom(nowMs);
    this.#put({ roomKey: o.roomKey, epoch: o.epoch, ownerId: o.ownerId, expiresAtMs });
    return true;
  }

  /** Restores what the copy holds; its owner gets one lease time to come back. */
  restore(o: { roomKey: string; epoch: number; ownerId: string }, nowMs: number): void {
    if (o.epoch <= (this.#leases.get(o.roomKey)?.epoch ?? 0)) return;
    this.#put({ ...o, expiresAtMs: o.ownerId === '' ? 0 : nowMs + this.#lifeMs });
  }

  raiseFloor(epoch: number): void {
    this.#floor = Math.max(this.#floor, epoch);
  }

  /** After a loss of memory the first renewal of a room is believed like an owner's report. */
  #adoptUnknown(ownerId: string, wish: { roomKey: string; epoch: number }, nowMs: number): void {
    if (this.#leases.has(wish.roomKey)) return;
    this.observe({ ...wish, ownerId, fromOwner: true }, nowMs);
  }

  /** Forgets the free room whose last grant is oldest; with none free, the oldest of all (its owner loses it at the next renewal). */
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
    this.raiseFloor(oldest.epoch);
    return oldest;
  }

  #ofOwner(ownerId: string): Lease[] {
    const keys = [...(this.#byOwner.get(ownerId) ?? [])];
    return keys.map((key) => this.#leases.get(key)).filter((lease) => lease !== undefined);
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
