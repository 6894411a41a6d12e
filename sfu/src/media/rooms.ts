import { MeridianError, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { EpochMemory, judgeLease, type OwnerLease } from '../core/index.ts';
import { Room } from './room.ts';
import type { Session } from './session.ts';
import type { Outbox, RoomRef } from './shapes.ts';

export class Rooms {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #outbox: Outbox;
  readonly #rooms = new Map<string, Room>();
  readonly #epochs = new EpochMemory();
  readonly sessions = new Map<string, Session>();

  constructor(o: { clock: Clock; log: Logger; outbox: Outbox }) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#outbox = o.outbox;
  }

  get size(): number {
    return this.#rooms.size;
  }
  all(): Room[] {
    return [...this.#rooms.values()];
  }
  get(roomKey: string): Room | undefined {
    return this.#rooms.get(roomKey);
  }

  /** Returns the lease with the highest epoch seen of a room, remembered for a while after the room ended here. */
  leaseOf(roomKey: string): OwnerLease | undefined {
    return this.#rooms.get(roomKey)?.members.lease ?? this.#epochs.recall(roomKey, this.#clock.nowMs());
  }

  /** Accepts the claimed lease or throws EPOCH_STALE / REQUEST_INVALID. A higher epoch replaces the lease at once. */
  acceptLease(ref: RoomRef): void {
    const verdict = judgeLease(this.leaseOf(ref.roomKey), ref);
    if (!verdict.ok) throw new MeridianError(verdict.code, verdict.reason);
    this.storeLease(ref.roomKey, verdict.lease);
  }

  /**
   * Stores an accepted lease, also of a room that is not on this node, so that an older owner's lease stays invalid
   * after a failed request.
   */
  storeLease(roomKey: string, lease: OwnerLease): void {
    const room = this.#rooms.get(roomKey);
    if (room === undefined) {
      this.#epochs.rememberNamed(roomKey, lease, this.#clock.nowMs());
      return;
    }
    const previousEpoch = room.members.lease.epoch;
    room.members.lease = { ownerId: lease.ownerId, epoch: lease.epoch };
    if (lease.epoch !== previousEpoch && room.members.sessions.size > 0) this.#requestCopy(room);
  }

  /** Adds a session to a room. For the first session, asks the owner for its copy of the room. Throws ROOM_FULL. */
  addSession(room: Room, session: Session): void {
    const { sessionId } = session;
    const added = room.members.addSession(sessionId, session);
    if (!added.ok) throw new MeridianError(added.code);
    this.sessions.set(sessionId, session);
    if (room.members.sessions.size === 1) this.#requestCopy(room);
  }

  /** Creates the room unless it exists. Throws FENCE_CONFLICT, and like `acceptLease`. */
  ensure(ref: RoomRef, fence: string): Room {
    this.acceptLease(ref);
    const existingRoom = this.#rooms.get(ref.roomKey);
    if (existingRoom !== undefined && existingRoom.fence !== fence)
      throw new MeridianError('FENCE_CONFLICT', 'the room is on this node under another fence');
    if (existingRoom !== undefined) return existingRoom;
    const room = new Room(
      ref.roomKey,
      { ownerId: ref.ownerId, epoch: ref.epoch },
      { fence, outbox: this.#outbox, log: this.#log },
    );
    this.#rooms.set(ref.roomKey, room);
    return room;
  }

  /** Asks the owner for its copy of the room. An owner without a link sends the copy when the link is up. */
  #requestCopy(room: Room): void {
    this.#outbox.retainedRoomRequest(room.ownerId, room.key);
  }

  /** Drops an empty room; its epoch is remembered. */
  dropIfEmpty(room: Room): void {
    if (!room.empty || this.#rooms.get(room.key) !== room) return;
    this.#rooms.delete(room.key);
    this.#epochs.remember(room.key, room.members.lease, this.#clock.nowMs());
    room.close();
  }

  /** Throws SESSION_UNKNOWN. */
  session(roomKey: string, sessionId: string): Session {
    const session = this.sessions.get(sessionId);
    if (session === undefined || session.roomKey !== roomKey) throw new MeridianError('SESSION_UNKNOWN');
    return session;
  }

  heldRooms(): wire.RoomHeld.$Properties[] {
    return this.all()
      .filter(({ members }) => members.sessions.size > 0)
      .map(({ key, members }) => ({
        roomKey: key,
        fence: members.fence,
        epoch: members.lease.epoch,
        ownerId: members.lease.ownerId,
        sessionIds: [...members.sessions.values()].flatMap(({ sessionId, media }) => (media.isHome ? [sessionId] : [])),
        decisionIds: [...members.sessions.values()].flatMap(({ media }) => media.info.decisionId || []),
      }));
  }
}
