// Room records beside the lease: the mode that an administrator gave, and the moves begun in the last hour, so that
// their bounds hold over a restart. The copy keeps them. A record without a mode is removed when the room has ended and
// its last move is at least ROOM_REST_MS ago, also while no centre led (room-watcher.ts). A record with a
// mode stays until the mode is taken back; if the room is empty then, until the next term.
import { isRoomMode } from '@meridian/protocol';
import type { RoomMode } from '../../placing/core/view.ts';
import { PAIRED_MEMBERS_MAX } from './gains.ts';
import { type BegunMove, HOUR_MS, MOVES_PER_HOUR_MAX } from './room-credit.ts';

export interface RoomRecord {
  readonly roomKey: string;
  /** Mode given by an administrator; undefined: the mode comes from the request, the tenant or the service. */
  readonly mode: RoomMode | undefined;
  /** Whether members still have to move to where a changed mode, or the move of the whole room, puts them. */
  readonly isConverging: boolean;
  /** Moves for the room's delay (room-credit.ts), the newest last. */
  readonly made: readonly BegunMove[];
}

export const ROOM_RECORDS_MAX = 100_000;
/** Four moves an hour of each member; a room larger than PAIRED_MEMBERS_MAX, or a whole room, makes one a minute. */
const MOVES_KEPT_MAX = MOVES_PER_HOUR_MAX * PAIRED_MEMBERS_MAX;

export class RoomBook {
  readonly #records = new Map<string, RoomRecord>();
  readonly #recordsMax: number;

  constructor(o: { most?: number } = {}) {
    this.#recordsMax = o.most ?? ROOM_RECORDS_MAX;
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

  /** Changes or creates a record. Returns undefined, without effect, when there are too many. */
  change(roomKey: string, change: Partial<Omit<RoomRecord, 'roomKey'>>): RoomRecord | undefined {
    const recordBefore = this.#records.get(roomKey);
    if (recordBefore === undefined && this.#records.size >= this.#recordsMax) return undefined;
    const record = { ...(recordBefore ?? blankRecord(roomKey)), ...change };
    this.#records.set(roomKey, record);
    return record;
  }

  /** Records begun moves of these people; moves older than an hour are forgotten. */
  recordMoves(
    roomKey: string,
    people: readonly string[],
    nowWallMs: number,
    change: Partial<Pick<RoomRecord, 'isConverging'>> = {},
  ): RoomRecord | undefined {
    const recentMoves = (this.#records.get(roomKey)?.made ?? []).filter(
      ({ atWallMs }) => nowWallMs - atWallMs < HOUR_MS,
    );
    const begunMoves = people.map((person) => ({ person, atWallMs: nowWallMs }));
    return this.change(roomKey, { ...change, made: [...recentMoves, ...begunMoves].slice(-MOVES_KEPT_MAX) });
  }

  drop(roomKey: string): boolean {
    return this.#records.delete(roomKey);
  }

  restore(record: RoomRecord): void {
    if (this.#records.size < this.#recordsMax) this.#records.set(record.roomKey, record);
  }
}

/** Parses a stored record; undefined when it is unreadable. */
export function roomRecordFrom(roomKey: string, value: unknown): RoomRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mode, isConverging, made } = value as Record<string, unknown>;
  if (mode !== undefined && !isRoomMode(mode)) return undefined;
  const moves = Array.isArray(made) ? made.flatMap(moveFrom) : [];
  return { roomKey, mode, isConverging: isConverging === true, made: moves.slice(-MOVES_KEPT_MAX) };
}

function moveFrom(value: unknown): BegunMove[] {
  const { person, atWallMs } = (value ?? {}) as Record<string, unknown>;
  return typeof person === 'string' && Number.isFinite(atWallMs) ? [{ person, atWallMs: Number(atWallMs) }] : [];
}

function blankRecord(roomKey: string): RoomRecord {
  return { roomKey, mode: undefined, isConverging: false, made: [] };
}
