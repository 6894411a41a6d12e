// What is remembered of rooms beside their lease: the mode that an administrator gave, and what has been moved already,
// so that "at most once" holds over a restart. It is in the copy. Without a mode it goes when the room has ended, also
// while nobody led (rehoming.ts); with one it stays until the mode is taken back, and of a room in which nobody is then
// until the next term.
import { isRoomMode } from '@meridian/protocol';
import type { RoomMode } from '../view.ts';

/** A move that is made once in a room's life, from its first request until the fleet shows it. */
export interface RoomMoving {
  /** Whose one re-homing it is; '': the room as a whole, in mode `single`. */
  readonly sessionId: string;
  /** Where to. */
  readonly siteKey: string;
}

export interface RoomRecord {
  readonly roomKey: string;
  /** Given by an administrator; undefined: by the request, the tenant, the service. */
  readonly mode: RoomMode | undefined;
  /** Not everybody is where a changed mode, or `moving`, puts them. */
  readonly isConverging: boolean;
  /** Its one move, begun and not seen yet: whoever leads goes on with it. */
  readonly moving: RoomMoving | undefined;
  /** Who had the one re-homing; '': nobody yet. */
  readonly rehomedSessionId: string;
  /** In mode `single` the room has moved as a whole. */
  readonly hasMoved: boolean;
  /** Whose wrong first ingress was corrected, the last ones. */
  readonly corrected: readonly string[];
}

/** As many as leases are remembered. */
export const ROOM_RECORDS_MAX = 100_000;
const CORRECTED_MAX = 64;

export class RoomBook {
  readonly #records = new Map<string, RoomRecord>();
  readonly #most: number;

  constructor(o: { most?: number } = {}) {
    this.#most = o.most ?? ROOM_RECORDS_MAX;
  }

  get size(): number {
    return this.#records.size;
  }

  get(roomKey: string): RoomRecord | undefined {
    return this.#records.get(roomKey);
  }

  list(): RoomRecord[] {
    return [...this.#records.values()];
  }

  /** Changes a record, made when there is none. Undefined: there are too many, and nothing changed. */
  change(roomKey: string, change: Partial<Omit<RoomRecord, 'roomKey'>>): RoomRecord | undefined {
    const before = this.#records.get(roomKey);
    if (before === undefined && this.#records.size >= this.#most) return undefined;
    const record = { ...(before ?? blank(roomKey)), ...change };
    this.#records.set(roomKey, record);
    return record;
  }

  /** One more whose ingress was corrected. */
  correct(roomKey: string, sessionId: string): RoomRecord | undefined {
    const corrected = [...(this.#records.get(roomKey)?.corrected ?? []), sessionId].slice(-CORRECTED_MAX);
    return this.change(roomKey, { corrected });
  }

  drop(roomKey: string): boolean {
    return this.#records.delete(roomKey);
  }

  restore(record: RoomRecord): void {
    if (this.#records.size < this.#most) this.#records.set(record.roomKey, record);
  }
}

/** A record as it was written; undefined: it cannot be read. */
export function roomRecordFrom(roomKey: string, value: unknown): RoomRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mode, isConverging, moving, rehomedSessionId, hasMoved, corrected } = value as Record<string, unknown>;
  if (mode !== undefined && !isRoomMode(mode)) return undefined;
  const names = Array.isArray(corrected) ? corrected.filter((id): id is string => typeof id === 'string') : [];
  return {
    roomKey,
    mode,
    isConverging: isConverging === true,
    moving: movingFrom(moving),
    rehomedSessionId: typeof rehomedSessionId === 'string' ? rehomedSessionId : '',
    hasMoved: hasMoved === true,
    corrected: names.slice(-CORRECTED_MAX),
  };
}

function movingFrom(value: unknown): RoomMoving | undefined {
  const { sessionId, siteKey } = (value ?? {}) as Record<string, unknown>;
  return typeof sessionId === 'string' && typeof siteKey === 'string' ? { sessionId, siteKey } : undefined;
}

function blank(roomKey: string): RoomRecord {
  const nothing = { mode: undefined, isConverging: false, moving: undefined, rehomedSessionId: '', hasMoved: false };
  return { roomKey, ...nothing, corrected: [] };
}
