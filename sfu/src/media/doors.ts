// Which signalling instance a session belongs to, and what becomes of sessions whose door has gone.
import { createHash, timingSafeEqual } from 'node:crypto';
import { limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { judgeOrphan, judgeUnnamed } from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { RoomRef } from './shapes.ts';

export interface DoorPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  linked(doorId: string): boolean;
  /** By the plan; '' when it does not know the door. */
  incarnationOf(doorId: string): string;
  onAbandoned(session: Session): void;
}

export class Doors {
  readonly #ports: DoorPorts;
  /** When somebody last spoke for a session; one that is not here yet counts from when it is first missed. */
  readonly #namedAtMs = new WeakMap<Session, number>();

  constructor(ports: DoorPorts) {
    this.#ports = ports;
  }

  /** A session that this door speaks for; NOT_PERMITTED when another door does. Asking for it ends its being an orphan. */
  session(doorId: string, ref: RoomRef, sessionId: string): Session {
    this.#ports.rooms.obey(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (session.doorId !== doorId) throw new MeridianError('NOT_PERMITTED', `the session belongs to ${session.doorId}`);
    this.#reclaim(session);
    return session;
  }

  /** Hands a session over to another door that knows its resume key. RESUME_REFUSED, SESSION_UNKNOWN, EPOCH_STALE. */
  adopt(door: { id: string; region: string }, ref: RoomRef, sessionId: string, resumeKey: string): Session {
    this.#ports.rooms.obey(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (!resumeKeyHolds(session.info.resumeKeyHash, resumeKey)) throw new MeridianError('RESUME_REFUSED');
    this.#reclaim(session);
    session.moveTo(door);
    return session;
  }

  /** The link to a door is gone: its sessions wait for it, or for another door, for orphanSessionMs. */
  lost(doorId: string): void {
    const doorIncarnationThen = this.#ports.incarnationOf(doorId);
    for (const session of this.#ports.rooms.sessions.values()) {
      if (session.doorId !== doorId || session.orphan !== undefined) continue;
      this.#named(session);
      this.#orphan(session, doorIncarnationThen);
    }
  }

  /**
   * All the sessions that a door speaks for here. Who is named is no orphan: a door that came back and is lost again later leaves him his whole time.
   * Of those it does not name, who has had nobody for too long and has no media is reaped.
   */
  holds(doorId: string, sessionIds: ReadonlySet<string>): void {
    for (const session of [...this.#ports.rooms.sessions.values()]) {
      if (session.doorId !== doorId) continue;
      if (sessionIds.has(session.sessionId)) this.#reclaim(session);
      else if (session.orphan === undefined && this.#isReaped(session))
        this.#abandon(session, 'its door does not name the session');
    }
  }

  #orphan(session: Session, doorIncarnationThen: string): void {
    const { doorId } = session;
    session.orphan = this.#ports.clock.after(limits.orphanSessionMs, () => {
      session.orphan = undefined;
      const doorIncarnationNow = this.#ports.incarnationOf(doorId);
      const view = { doorLinked: this.#ports.linked(doorId), doorIncarnationThen, doorIncarnationNow };
      if (judgeOrphan(view) === 'kept' || session.closed) return;
      if (this.#isReaped(session)) this.#abandon(session, 'nobody came for the session');
      else this.#orphan(session, doorIncarnationThen);
    });
  }

  #isReaped(session: Session): boolean {
    const nowMs = this.#ports.clock.nowMs();
    const namedAtMs = this.#namedAtMs.get(session) ?? nowMs;
    this.#namedAtMs.set(session, namedAtMs);
    return judgeUnnamed({ unnamedMs: nowMs - namedAtMs, hasMedia: session.hasMedia }, limits) === 'reaped';
  }

  #abandon(session: Session, why: string): void {
    this.#ports.log.info({ ...session.at, doorId: session.doorId }, why);
    this.#ports.onAbandoned(session);
  }

  #named(session: Session): void {
    this.#namedAtMs.set(session, this.#ports.clock.nowMs());
  }

  #reclaim(session: Session): void {
    this.#named(session);
    session.orphan?.cancel();
    session.orphan = undefined;
  }
}

/** The hash is SHA-256, as hex or base64url; compared in constant time. An empty hash lets nobody in. */
export function resumeKeyHolds(hash: string, key: string): boolean {
  const expected = Buffer.from(hash, /^[0-9a-f]{64}$/i.test(hash) ? 'hex' : 'base64url');
  const given = createHash('sha256').update(key, 'utf8').digest();
  return expected.length === given.length && timingSafeEqual(expected, given);
}
