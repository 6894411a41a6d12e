// Owner of a room, as one media node has seen it. A lower epoch is refused; so is a second owner with the same epoch.
// The epoch of a room that is gone is remembered for the lifetime of a grant, so that a replayed grant of an older
// epoch stays invalid. It is not remembered for ever, or a centre that lost its store could never lease the room again.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface RoomLeaseSeen {
  readonly ownerId: string;
  readonly epoch: number;
}
export type EpochVerdict =
  | { readonly ok: true; readonly lease: RoomLeaseSeen; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string };

/** Judges a claimed lease by the lease seen so far. Refuses an empty owner or an epoch below 1 with REQUEST_INVALID. */
export function judgeLease(seen: RoomLeaseSeen | undefined, claimed: RoomLeaseSeen): EpochVerdict {
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
 * Compares a claimed lease with the centre's answer. Returns `ahead` when the claimed epoch is above the answer's: the
 * centre may have granted it since.
 */
export function judgeWord(
  word: RoomLeaseSeen | undefined,
  claimed: RoomLeaseSeen,
): 'holds' | 'differs' | 'ahead' | 'unknown' {
  if (word === undefined) return 'unknown';
  if (claimed.epoch > word.epoch) return 'ahead';
  return claimed.epoch === word.epoch && claimed.ownerId === word.ownerId ? 'holds' : 'differs';
}

interface Left {
  readonly lease: RoomLeaseSeen;
  readonly goneAtMs: number;
}

/**
 * Epochs of rooms that are not on this node. Rooms that a request only named are kept apart, so that they do not
 * displace rooms that were on this node.
 */
export class EpochMemory {
  readonly #left = new Map<string, Left>();
  readonly #named = new Map<string, Left>();
  readonly #keepMs: number;
  readonly #roomsMax: number;

  constructor(o: { keepMs?: number; roomsMax?: number } = {}) {
    this.#keepMs = o.keepMs ?? limits.grantLifetimeMs + limits.grantClockSkewMs;
    this.#roomsMax = o.roomsMax ?? limits.roomsPerNodeMax;
  }

  get size(): number {
    return this.#left.size + this.#named.size;
  }

  remember(roomKey: string, lease: RoomLeaseSeen, nowMs: number): void {
    this.#put(this.#left, roomKey, { lease, goneAtMs: nowMs });
  }

  /** Remembers a lease that was accepted for a room that is not on this node. */
  named(roomKey: string, lease: RoomLeaseSeen, nowMs: number): void {
    const kind = this.#recallFrom(this.#left, roomKey, nowMs) === undefined ? this.#named : this.#left;
    this.#put(kind, roomKey, { lease, goneAtMs: nowMs });
  }

  recall(roomKey: string, nowMs: number): RoomLeaseSeen | undefined {
    const left = this.#recallFrom(this.#left, roomKey, nowMs);
    const named = this.#recallFrom(this.#named, roomKey, nowMs);
    return (named?.epoch ?? 0) > (left?.epoch ?? 0) ? named : left;
  }

  #put(kind: Map<string, Left>, roomKey: string, left: Left): void {
    kind.delete(roomKey); // the insertion order is the order of forgetting
    kind.set(roomKey, left);
    for (const oldest of kind.keys()) {
      if (kind.size <= this.#roomsMax) break;
      kind.delete(oldest);
    }
  }

  #recallFrom(kind: Map<string, Left>, roomKey: string, nowMs: number): RoomLeaseSeen | undefined {
    const entry = kind.get(roomKey);
    if (entry === undefined) return undefined;
    if (nowMs - entry.goneAtMs <= this.#keepMs) return entry.lease;
    kind.delete(roomKey);
    return undefined;
  }
}
