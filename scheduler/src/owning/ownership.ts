// Ownership of rooms by signaling nodes: leases (core/leases.ts), written to the copy before any node learns them.
import { limits, MeridianError, nodeKind } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { checkRoomKey } from '../base/checks.ts';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { NodeDescription, RoomHeld } from '../fleet/core/node.ts';
import type { Lease, Leases } from './core/leases.ts';

export interface LeaseAnswer {
  readonly lease: Lease;
  readonly expiresInMs: number;
  readonly created: boolean; // whether this call granted the lease
  readonly nodeIds: readonly string[]; // media nodes that hold the room
}

export interface LeaseCopy {
  /** Resolves when the epoch is safe, or after a short time in any case. Never rejects. */
  saveLease(lease: Omit<Lease, 'seenEpoch'>): Promise<void>;
  dropLease(roomKey: string, floor: number): void;
  mayAnnounce(roomKey: string): boolean;
}

export interface OwnershipOptions {
  readonly leases: Leases;
  readonly fleet: Fleet;
  readonly copy: LeaseCopy;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** Set for a region's instance: the leader grants the leases of rooms, and this feed of them is read instead. */
  readonly leaderData?: { knownLease(roomKey: string): LeaseAnswer | undefined } | undefined;
}

export class Ownership {
  readonly #o: OwnershipOptions;
  /** Writes of leases under way, by room key: later askers wait for the same write. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(o: OwnershipOptions) {
    this.#o = o;
  }

  /** Grants the room to the asker when it has no owner. A new epoch is in the copy before any node learns it. */
  async acquire(roomKey: string, signalingId: string, above = 0): Promise<LeaseAnswer> {
    const { lease, created, written } = this.#acquireNow(roomKey, signalingId, above, this.#o.clock.nowMs());
    if (written !== undefined) await written;
    return this.#answerIfWritten(lease, created, this.#o.clock.nowMs());
  }

  #acquireNow(roomKey: string, signalingId: string, above: number, nowMs: number) {
    const { leases, copy, log, metrics, leaderData: leaderLeases } = this.#o;
    if (leaderLeases !== undefined) throw new MeridianError('NOT_LEADER', "rooms are the leader's");
    // The key of a room with a lease was checked at its first grant.
    if (leases.get(roomKey) === undefined) checkRoomKey(roomKey);
    if (above !== 0 && !leases.isCredible(roomKey, above))
      throw new MeridianError('REQUEST_INVALID', 'the field `above` is no epoch of this room');
    const { lease, created, raised, forgotten } = leases.acquire(roomKey, signalingId, nowMs, above);
    if (forgotten !== undefined) copy.dropLease(forgotten.roomKey, leases.floor);
    if (created) {
      metrics.leasesGranted.inc();
      log.info({ roomKey, ownerId: signalingId, epoch: lease.epoch }, 'room lease granted');
    } else if (raised === true) {
      log.info({ roomKey, ownerId: lease.ownerId, epoch: lease.epoch, above }, 'room lease raised');
    }
    const written = created || raised === true ? this.#write(lease) : this.#writing.get(roomKey);
    return { lease, created, written };
  }

  #answerIfWritten(lease: Lease, created: boolean, nowMs: number): LeaseAnswer {
    if (!this.#o.copy.mayAnnounce(lease.roomKey))
      throw new MeridianError('NOT_LEADER', 'the lease could not be written down in time');
    return this.#answer(lease, created, nowMs);
  }

  /** Returns the lease at once, except a new grant, which is written first. Undefined: only the leader knows it. */
  forPlacing(roomKey: string, signalingId: string): LeaseAnswer | undefined | Promise<LeaseAnswer> {
    if (this.#o.leaderData !== undefined) return this.knownLease(roomKey);
    const { clock } = this.#o;
    const nowMs = clock.nowMs();
    const { lease, created, written } = this.#acquireNow(roomKey, signalingId, 0, nowMs);
    if (written === undefined) return this.#answerIfWritten(lease, created, nowMs);
    return written.then(() => this.#answerIfWritten(lease, created, clock.nowMs()));
  }

  /** Renews leases under exactly these epochs, and returns the rooms that the node has lost. */
  renewAll(requests: readonly { roomKey: string; epoch: number }[], signalingId: string) {
    if (requests.length > limits.roomsPerNodeMax) throw new MeridianError('REQUEST_INVALID', 'too many leases at once');
    for (const request of requests) checkRoomKey(request.roomKey);
    if (this.#o.leaderData !== undefined) throw new MeridianError('NOT_LEADER', "rooms are the leader's");
    const { leases, copy, clock } = this.#o;
    const { kept, lostRoomKeys, forgotten } = leases.renew(signalingId, requests, clock.nowMs());
    for (const { roomKey } of forgotten) copy.dropLease(roomKey, leases.floor);
    return { leases: kept.map((lease) => this.#answer(lease, false, clock.nowMs())), lostRoomKeys };
  }

  /** Renews a lease; EPOCH_STALE when another owner or epoch has taken its place. */
  renew(roomKey: string, epoch: number, signalingId: string): LeaseAnswer {
    const [lease] = this.renewAll([{ roomKey, epoch }], signalingId).leases;
    if (lease === undefined) throw new MeridianError('EPOCH_STALE');
    return lease;
  }

  /** Releases a room; a call by a node that does not own it under this epoch changes nothing. */
  async release(roomKey: string, epoch: number, signalingId: string): Promise<void> {
    checkRoomKey(roomKey);
    if (!this.#o.leases.release(roomKey, signalingId, epoch)) return;
    const lease = this.#o.leases.get(roomKey);
    if (lease !== undefined) await this.#write(lease);
  }

  /**
   * Takes a node's report of its rooms: a signaling node speaks for itself, and is not believed against an owner that
   * is linked and renews; a media node only raises the next epoch. So no lying or broken media node chooses, ends or
   * shortens the ownership of a room.
   */
  observe(speaker: NodeDescription, rooms: readonly RoomHeld[]): void {
    const { leases, fleet, copy, clock } = this.#o;
    for (const { roomKey, epoch, ownerId } of rooms) {
      if (speaker.kind === nodeKind.media) leases.noteSeenEpoch(roomKey, epoch);
      if (speaker.kind !== nodeKind.signaling || ownerId !== speaker.nodeId) continue;
      const leaseBefore = leases.get(roomKey);
      const isOwnerLinked = fleet.get(leaseBefore?.ownerId ?? '')?.isLinked ?? false;
      const { forgotten } = leases.claim({ roomKey, epoch, ownerId, isOwnerLinked }, clock.nowMs());
      if (forgotten !== undefined) copy.dropLease(forgotten.roomKey, leases.floor);
      const lease = leases.get(roomKey);
      const isNews = lease?.epoch !== leaseBefore?.epoch || lease?.ownerId !== leaseBefore?.ownerId;
      if (lease !== undefined && isNews) void this.#write(lease);
    }
  }

  /** Frees the rooms of an owner whose link is down. Returns their number. */
  down(ownerId: string): number {
    return this.#o.leases.ownerDown(ownerId).length;
  }

  /** Releases the rooms that a new process under the owner's id does not name. */
  restarted(ownerId: string, rooms: readonly RoomHeld[]): void {
    const heldRoomKeys = new Set(rooms.filter((room) => room.ownerId === ownerId).map((room) => room.roomKey));
    for (const lease of this.#o.leases.ownerRestarted(ownerId, heldRoomKeys)) void this.#write(lease);
  }

  async #write(lease: Lease): Promise<void> {
    const written = this.#o.copy.saveLease(lease);
    this.#writing.set(lease.roomKey, written);
    await written;
    if (this.#writing.get(lease.roomKey) === written) this.#writing.delete(lease.roomKey);
  }

  /** Returns the lease for a media node that knows an owner from another node; undefined: unknown, or only reported. */
  knownLease(roomKey: string): LeaseAnswer | undefined {
    checkRoomKey(roomKey);
    if (this.#o.leaderData !== undefined) return this.#o.leaderData.knownLease(roomKey);
    const lease = this.#o.leases.get(roomKey);
    return lease === undefined || lease.epoch === 0 ? undefined : this.#answer(lease, false, this.#o.clock.nowMs());
  }

  /** Whether the room has an owner now; false for an invalid key. */
  isOwned(roomKey: string): boolean {
    const { leases, leaderData: leaderLeases, clock } = this.#o;
    if (leaderLeases !== undefined) return (leaderLeases.knownLease(roomKey)?.expiresInMs ?? 0) > 0;
    const lease = leases.get(roomKey);
    return lease !== undefined && leases.isLive(lease, clock.nowMs());
  }

  #answer(lease: Lease, created: boolean, nowMs: number): LeaseAnswer {
    const expiresInMs = Math.max(0, Math.round(lease.expiresAtMs - nowMs));
    return { lease, expiresInMs, created, nodeIds: this.#o.fleet.holdersOf(lease.roomKey, nodeKind.media) };
  }
}
