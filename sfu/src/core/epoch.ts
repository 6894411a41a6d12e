// A room's lease (owner and epoch), as one media node has seen it. A claim with a lower epoch is refused, and a claim
// of a second owner with the same epoch. After the room has ended here, its epoch is remembered for the lifetime of a
// grant, so that a replayed grant of an older epoch stays invalid, but not longer: otherwise a centre that lost its
// store could never lease the room again.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface OwnerLease {
  readonly ownerId: string;
  readonly epoch: number;
}
export type EpochVerdict =
  | { readonly ok: true; readonly lease: OwnerLease; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string };

/** Judges a claimed lease by the lease seen so far. Refuses an empty owner or an epoch below 1 with REQUEST_INVALID. */
export function judgeLease(seen: OwnerLease | undefined, claimed: OwnerLease): EpochVerdict {
  if (!Number.isSafeInteger(claimed.epoch) || claimed.epoch < 1) {
    return { ok: false, code: 'REQUEST_INVALID', reason: 'a room epoch is a whole number from 1' };
  }
  if (claimed.ownerId === '') return { ok: false, code: 'REQUEST_INVALID', reason: 'the room has no owner' };
  if (seen === undefined || claimed.epoch > seen.epoch) return { ok: true, lease: claimed, changed: true };
  if (claimed.epoch < seen.epoch) {
    return { ok: false, code: 'EPOCH_STALE', reason: `epoch ${claimed.epoch} is older than ${seen.epoch}` };
  }
  if (claimed.ownerId !== seen.ownerId) {
    return { ok: false, code: 'EPOCH_STALE', reason: `epoch ${seen.epoch} belongs to ${seen.ownerId}` };
  }
  return { ok: true, lease: seen, changed: false };
}

/**
 * Compares a claimed lease with the centre's answer. Returns `ahead` when the claimed epoch is above the answer's; the
 * centre may have granted the claimed lease after its answer.
 */
export function compareWithCentre(
  centreLease: OwnerLease | undefined,
  claimed: OwnerLease,
): 'holds' | 'differs' | 'ahead' | 'unknown' {
  if (centreLease === undefined) return 'unknown';
  if (claimed.epoch > centreLease.epoch) return 'ahead';
  return claimed.epoch === centreLease.epoch && claimed.ownerId === centreLease.ownerId ? 'holds' : 'differs';
}

interface RememberedLease {
  readonly lease: OwnerLease;
  readonly goneAtMs: number;
}

/**
 * Leases of rooms that are not on this node. Rooms that only a request has named are stored apart, so that they do not
 * displace rooms that have been on this node.
 */
export class EpochMemory {
  readonly #departed = new Map<string, RememberedLease>();
  readonly #named = new Map<string, RememberedLease>();
  readonly #lifetimeMs: number;
  readonly #roomsMax: number;

  constructor(o: { keepMs?: number; roomsMax?: number } = {}) {
    this.#lifetimeMs = o.keepMs ?? limits.grantLifetimeMs + limits.grantClockSkewMs;
    this.#roomsMax = o.roomsMax ?? limits.roomsPerNodeMax;
  }

  get size(): number {
    return this.#departed.size + this.#named.size;
  }

  remember(roomKey: string, lease: OwnerLease, nowMs: number): void {
    this.#put(this.#departed, roomKey, { lease, goneAtMs: nowMs });
  }

  /** Remembers a lease that was accepted for a room that is not on this node. */
  rememberNamed(roomKey: string, lease: OwnerLease, nowMs: number): void {
    const leases = this.#recallFrom(this.#departed, roomKey, nowMs) === undefined ? this.#named : this.#departed;
    this.#put(leases, roomKey, { lease, goneAtMs: nowMs });
  }

  recall(roomKey: string, nowMs: number): OwnerLease | undefined {
    const departedLease = this.#recallFrom(this.#departed, roomKey, nowMs);
    const named = this.#recallFrom(this.#named, roomKey, nowMs);
    return (named?.epoch ?? 0) > (departedLease?.epoch ?? 0) ? named : departedLease;
  }

  #put(kind: Map<string, RememberedLease>, roomKey: string, entry: RememberedLease): void {
    kind.delete(roomKey); // the insertion order is the order of forgetting
    kind.set(roomKey, entry);
    for (const oldest of kind.keys()) {
      if (kind.size <= this.#roomsMax) break;
      kind.delete(oldest);
    }
  }

  #recallFrom(leases: Map<string, RememberedLease>, roomKey: string, nowMs: number): OwnerLease | undefined {
    const entry = leases.get(roomKey);
    if (entry === undefined) return undefined;
    if (nowMs - entry.goneAtMs <= this.#lifetimeMs) return entry.lease;
    leases.delete(roomKey);
    return undefined;
  }
}
