// Pushes, or pulls, of all rooms at this gateway, for the life of the process.
import { MeridianError, PlaceShares, type RoomKey } from '@meridian/protocol';
import { holderOfRoom } from '../holder.ts';
import type { RedialStatus } from './redial.ts';

/** Enough for a show on several sites; each push sends the programme once more. */
export const STREAMS_PER_ROOM_MAX = 10;
/** Bound of all rooms: half of a gateway's network at 2 Mbit/s each. */
export const STREAMS_MAX = 400;

export interface RoomStreamStatus extends RedialStatus {
  readonly id: string;
  readonly url: string;
  /** Media bitrate of the last five seconds. */
  readonly bitrateKbps: number;
}

export interface RoomStream<Status extends RoomStreamStatus> {
  readonly id: string;
  /** Values that no other stream of the room may share. */
  readonly unique: readonly string[];
  readonly status: Status;
  /** Rejects if the start fails; with `keep` it retries instead. */
  start(keep: boolean): Promise<void>;
  close(): void;
}

export class RoomStreams<Status extends RoomStreamStatus> {
  readonly #rooms = new Map<RoomKey, Map<string, RoomStream<Status>>>();
  readonly #shares = new PlaceShares({ total: STREAMS_MAX });
  readonly #leaves = new Map<RoomStream<Status>, () => void>();
  #isClosed = false;

  get size(): number {
    return [...this.#rooms.values()].reduce((count, room) => count + room.size, 0);
  }

  /**
   * Starts and keeps a stream. Rejects with REQUEST_INVALID for a duplicate or beyond the room's bound, and as
   * `PlaceShares.enter` and `start` do.
   */
  async add(roomKey: RoomKey, stream: RoomStream<Status>, keep = false): Promise<Status> {
    const room = this.#rooms.get(roomKey) ?? new Map<string, RoomStream<Status>>();
    if (this.#isClosed) throw new MeridianError('OVERLOADED', 'this gateway takes no more pushes or pulls');
    const present = new Set([...room.values()].flatMap(({ unique }) => unique));
    if (stream.unique.some((one) => present.has(one)))
      throw new MeridianError('REQUEST_INVALID', 'the room has this URL or identity already');
    if (room.size >= STREAMS_PER_ROOM_MAX)
      throw new MeridianError('REQUEST_INVALID', `a room has up to ${STREAMS_PER_ROOM_MAX} pushes, and as many pulls`);
    this.#leaves.set(stream, this.#shares.enter(holderOfRoom(roomKey)));
    this.#rooms.set(roomKey, room.set(stream.id, stream));
    try {
      await stream.start(keep);
    } catch (error) {
      this.remove(roomKey, stream.id);
      throw error;
    }
    return stream.status;
  }

  get(roomKey: RoomKey, id: string): Status | undefined {
    return this.#rooms.get(roomKey)?.get(id)?.status;
  }

  list(roomKey: RoomKey): Status[] {
    return [...(this.#rooms.get(roomKey)?.values() ?? [])].map(({ status }) => status);
  }

  remove(roomKey: RoomKey, id: string): boolean {
    const room = this.#rooms.get(roomKey);
    const stream = room?.get(id);
    if (room === undefined || stream === undefined) return false;
    room.delete(id);
    this.#leaves.get(stream)?.();
    this.#leaves.delete(stream);
    if (room.size === 0) this.#rooms.delete(roomKey);
    stream.close();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.end();
  }

  end(): void {
    for (const [roomKey, room] of this.#rooms) for (const id of [...room.keys()]) this.remove(roomKey, id);
  }
}
