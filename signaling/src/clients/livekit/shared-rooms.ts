// Shared views of rooms for LiveKit clients: for participants, and for a crowd, which gets other frames (crowd.ts).
import type { wire } from '@meridian/protocol';
import { SharedRoom, ShownRoom } from '../../core/livekit/index.ts';

export interface RoomPlace {
  readonly room: ShownRoom;
  /** Leaves; the room ends with its last client. Idempotent. */
  leave(): void;
}

export class SharedRooms {
  readonly #rooms = new Map<string, { readonly shared: SharedRoom; readonly clients: Set<ShownRoom> }>();

  get size(): number {
    return this.#rooms.size;
  }

  /** `roomKey`: with its tenant. Throws REQUEST_INVALID when a track of the roster has no kind. */
  enter(roomKey: string, joined: wire.Joined.$Properties): RoomPlace {
    const key = `${roomKey} ${joined.isCrowd === true ? 'crowd' : 'roster'}`;
    const entry = this.#rooms.get(key) ?? { shared: new SharedRoom(joined), clients: new Set() };
    const room = new ShownRoom(entry.shared, joined);
    entry.clients.add(room);
    this.#rooms.set(key, entry);
    const leave = (): void => {
      entry.clients.delete(room);
      if (entry.clients.size === 0 && this.#rooms.get(key) === entry) this.#rooms.delete(key);
    };
    return { room, leave };
  }
}
