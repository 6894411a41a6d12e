// Who owns a room, as one media node has seen it. A lower epoch is refused, and of two owners with one epoch the second.
// A room that is gone leaves its epoch behind for as long as a grant may live: without that a replayed grant of an older
// epoch would be good again; kept for ever, a centre that lost its store could never lease the room anew.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface RoomLeaseSeen {
  readonly ownerId: string;
  readonly epoch: number;
}
export type EpochVerdict =
  | { readonly ok: true; readonly lease: RoomLeaseSeen; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string };

/** Judges a claimed lease against the highest seen. An empty owner or an epoch below 1 is malformed: REQUEST_INVALID. */
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

/** What the centre's word makes of a claimed lease. `ahead`: it claims more than the centre had granted when it spoke. */
export function judgeWord(
  word: RoomLeaseSeen | undefined,
  claimed: RoomLeaseSeen,
): 'holds' | 'differs' | 'ahead' | 'unknown' {
  if (word === undefined) return 'unknown';
  if (claimed.epoch > word.epoch) return 'ahead';
  return claimed.epoch === word.epoch && claimed.ownerId === word.ownerId ? 'holds' : 'differs';
}

/** Epochs of rooms that are gone, for `keepMs`; beyond `roomsMax` the oldest is forgotten. */
export class EpochMemory {
  readonly #left = new Map<string, { lease: RoomLeaseSeen; goneAtMs: number }>();
  readonly #keepMs: number;
  readonly #roomsMax: number;

  constructor(o: { keepMs?: number; roomsMax?: number } = {}) {
    this.#keepMs = o.keepMs ?? limits.grantLifetimeMs + limits.grantClockSkewMs;
    this.#roomsMax = o.roomsMax ?? limits.roomsPerNodeMax;
  }

  get size(): number {
    return this.#left.size;
  }

  remember(roomKey: string, lease: RoomLeaseSeen, nowMs: number): void {
    this.#left.delete(roomKey); // insertion order is the order of forgetting
    this.#left.set(roomKey, { lease, goneAtMs: nowMs });
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= this.#roomsMax) break;
      this.#left.delete(oldest);
    }
  }

  /** The room is here again and knows its epoch itself. */
  forget(roomKey: string): void {
    this.#left.delete(roomKey);
  }

  recall(roomKey: string, nowMs: number): RoomLeaseSeen | undefined {
    const entry = this.#left.get(roomKey);
    if (entry === undefined) return undefined;
    if (nowMs - entry.goneAtMs <= this.#keepMs) return entry.lease;
    this.#left.delete(roomKey);
    return undefined;
  }
}
