// The pushes, or the pulls, of all rooms at this gateway. They live as long as its process.
import { MeridianError, type RoomKey } from '@meridian/protocol';
import type { RedialStatus } from './redial.ts';

/** A show on several sites; each sends the programme once more. */
export const STREAMS_PER_ROOM_MAX = 10;
/** Of all rooms: half of what a gateway's network carries at 2 Mbit/s each. */
export const STREAMS_MAX = 200;

export interface RoomStreamStatus extends RedialStatus {
  readonly id: string;
  /** Without what is secret. */
  readonly url: string;
  /** Of media, in the last five seconds. */
  readonly bitrateKbps: number;
}

export interface RoomStream<Status extends RoomStreamStatus> {
  readonly id: string;
  /** What no other one of the room may have too. */
  readonly unique: readonly string[];
  readonly status: Status;
  /** Rejects with what prevents it; with `keep` that is tried again. */
  start(keep: boolean): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export class RoomStreams<Status extends RoomStreamStatus> {
  readonly #rooms = new Map<RoomKey, Map<string, RoomStream<Status>>>();
  #isClosed = false;

  get size(): number {
    return [...this.#rooms.values()].reduce((count, room) => count + room.size, 0);
  }

  /**
   * Starts one and keeps it. Rejects with REQUEST_INVALID for one too many of the room, or one that is there already;
   * OVERLOADED above STREAMS_MAX; what `start` rejects with.
   */
  async add(roomKey: RoomKey, stream: RoomStream<Status>, keep = false): Promise<Status> {
    const room = this.#rooms.get(roomKey) ?? new Map<string, RoomStream<Status>>();
    if (this.#isClosed || this.size >= STREAMS_MAX)
      throw new MeridianError('OVERLOADED', 'this gateway takes no more of them');
    const present = new Set([...room.values()].flatMap(({ unique }) => unique));
    if (stream.unique.some((one) => present.has(one)))
      throw new MeridianError('REQUEST_INVALID', 'the room has this URL or identity already');
    if (room.size >= STREAMS_PER_ROOM_MAX)
      throw new MeridianError('REQUEST_INVALID', `a room has at most ${STREAMS_PER_ROOM_MAX} of them`);
    this.#rooms.set(roomKey, room.set(stream.id, stream));
    try {
      await stream.start(keep);
    } catch (error) {
      this.remove(roomKey, stream.id);
      throw error;
    }
    return stream.status;
  }

  /** Undefined: the room has none of this id. */
  get(roomKey: RoomKey, id: string): Status | undefined {
    return this.#rooms.get(roomKey)?.get(id)?.status;
  }

  list(roomKey: RoomKey): Status[] {
    return [...(this.#rooms.get(roomKey)?.values() ?? [])].map(({ status }) => status);
  }

  /** Ends it. False: the room has none of this id. */
  remove(roomKey: RoomKey, id: string): boolean {
    const room = this.#rooms.get(roomKey);
    const stream = room?.get(id);
    if (room === undefined || stream === undefined) return false;
    room.delete(id);
    if (room.size === 0) this.#rooms.delete(roomKey);
    stream.close();
    return true;
  }

  /** Ends all and takes no more; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.end();
  }

  /** Ends all that are there. */
  end(): void {
    for (const [roomKey, room] of this.#rooms) for (const id of [...room.keys()]) this.remove(roomKey, id);
  }
}
