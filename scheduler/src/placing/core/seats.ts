// Who is charged for which room, by node. Changed in place by the ledger alone.
import { assert } from '@meridian/protocol';

/** Sessions of one room on one node. */
export interface Seats {
  readonly nodeId: string;
  sessions: number;
  timed: number; // sessions whose round trip is believed to be known
  accessRttMs: number; // their sum
}

/** A room lies on few nodes: a list is searched sooner than a map. */
export interface OfRoom {
  readonly roomKey: string;
  readonly seats: Seats[];
}

export class RoomSeats {
  readonly #rooms = new Map<string, OfRoom>();

  /** Undefined: nobody is charged for the room. */
  of(roomKey: string): readonly Readonly<Seats>[] | undefined {
    return this.#rooms.get(roomKey)?.seats;
  }

  room(roomKey: string): OfRoom {
    let room = this.#rooms.get(roomKey);
    if (room === undefined) {
      room = { roomKey, seats: [] };
      this.#rooms.set(roomKey, room);
    }
    return room;
  }

  /** Seats one more session. */
  take({ seats }: OfRoom, nodeId: string, accessRttMs: number | undefined): Seats {
    let found: Seats | undefined;
    for (const one of seats) if (one.nodeId === nodeId) found = one;
    if (found === undefined) {
      found = { nodeId, sessions: 0, timed: 0, accessRttMs: 0 };
      seats.push(found);
    }
    found.sessions += 1;
    if (accessRttMs !== undefined) {
      found.timed += 1;
      found.accessRttMs += accessRttMs;
    }
    return found;
  }

  /** One session leaves; the last of a room takes the room with it. */
  leave({ roomKey, seats }: OfRoom, from: Seats, accessRttMs: number | undefined): void {
    from.sessions -= 1;
    if (accessRttMs !== undefined) {
      from.timed -= 1;
      from.accessRttMs -= accessRttMs;
    }
    if (from.sessions > 0) return;
    seats.splice(seats.indexOf(from), 1);
    if (seats.length === 0) this.#rooms.delete(roomKey);
  }

  /** Sessions in all. Throws when a place is kept for nobody. */
  count(): number {
    let seated = 0;
    for (const { seats } of this.#rooms.values()) {
      assert(seats.length > 0, 'a room without charges has no seats');
      for (const { sessions } of seats) {
        assert(sessions > 0, 'nobody sits where nobody is charged');
        seated += sessions;
      }
    }
    return seated;
  }
}
