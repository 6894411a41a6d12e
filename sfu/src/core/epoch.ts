// A room's lease (owner and epoch), as one media node has seen it. A claim with a lower epoch is refused, and a claim
// of a second owner with the same epoch. After the room has ended here, its epoch is remembered for the lifetime of a
// grant, so that a replayed grant of an older epoch stays invalid, but not longer: otherwise a centre that lost its
// store could never lease the room again.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface SeenLease {
  readonly ownerId: string;
  readonly epoch: number;
}
export type EpochVerdict =
  | { readonly ok: true; readonly lease: SeenLease; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string };

/** Judges a claimed lease by the lease seen so far. Refuses an empty owner or an epoch below 1 with REQUEST_INVALID. */
export function judgeLease(seen: SeenLease | undefined, claimed: SeenLease): EpochVerdict {
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
  word: SeenLease | undefined,
  claimed: SeenLease,
): 'holds' | 'differs' | 'ahead' | 'unknown' {
  if (word === undefined) return 'unknown';
  if (claimed.epoch > word.epoch) return 'ahead';
  return claimed.epoch === word.epoch && claimed.ownerId === word.ownerId ? 'holds' : 'differs';
}

interface RememberedLease {
  readonly lease: SeenLease;
  readonly goneAtMs: number;
}

/**
 * Leases of rooms that are not on this node. Rooms that only a request has named are stored apart, so that they do not
 * displace rooms that have been on this node.
 */
export class EpochMemory {
  readonly #departed = new Map<string, RememberedLease>();
  readonly #named = new Map<string, RememberedLease>();
  readonly #keepMs: number;
  readonly #roomsMax: number;

  constructor(o: { keepMs?: number; roomsMax?: number } = {}) {
    this.#keepMs = o.keepMs ?? limits.grantLifetimeMs + limits.grantClockSkewMs;
    this.#roomsMax = o.roomsMax ?? limits.roomsPerNodeMax;
  }

  get size(): number {
    return this.#departed.size + this.#named.size;
  }

  remember(roomKey: string, lease: SeenLease, nowMs: number): void {
    this.#put(this.#departed, roomKey, { lease, goneAtMs: nowMs });
  }

  /** Remembers a lease that was accepted for a room that is not on this node. */
  rememberNamed(roomKey: string, lease: SeenLease, nowMs: number): void {
    const kind = this.#recallFrom(this.#departed, roomKey, nowMs) === undefined ? this.#named : this.#departed;
    this.#put(kind, roomKey, { lease, goneAtMs: nowMs });
  }

  recall(roomKey: string, nowMs: number): SeenLease | undefined {
    const left = this.#recallFrom(this.#departed, roomKey, nowMs);
    const named = this.#recallFrom(this.#named, roomKey, nowMs);
    return (named?.epoch ?? 0) > (left?.epoch ?? 0) ? named : left;
  }

  #put(kind: Map<string, RememberedLease>, roomKey: string, left: RememberedLease): void {
    kind.delete(roomKey); // the insertion order is the order of forgetting
    kind.set(roomKey, left);
    for (const oldest of kind.keys()) {
      if (kind.size <= this.#roomsMax) break;
      kind.delete(oldest);
    }
  }

  #recallFrom(kind: Map<string, RememberedLease>, roomKey: string, nowMs: number): SeenLease | undefined {
    const entry = kind.get(roomKey);
    if (entry === undefined) return undefined;
    if (nowMs - entry.goneAtMs <= this.#keepMs) return entry.lease;
    kind.delete(roomKey);
    return undefined;
  }
}
