// Which signaling node a session belongs to, and what becomes of sessions whose signaling node has gone.
import { createHash, timingSafeEqual } from 'node:crypto';
import { limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { judgeOrphan, judgeUnnamed } from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { RoomRef } from './shapes.ts';

export interface SignalingNodesPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  linked(signalingId: string): boolean;
  /** By the plan; '' when it does not know the signaling node. */
  incarnationOf(signalingId: string): string;
  onAbandoned(session: Session): void;
}

export class SignalingNodes {
  readonly #ports: SignalingNodesPorts;
  /** When a signaling node last spoke for a session; one that is not here yet counts from when it is first missed. */
  readonly #namedAtMs = new WeakMap<Session, number>();
  /**
   * Of linked signaling nodes, by the plan while their link lived: a machine without power says nothing, and once its
   * link is missed the plan may name the next process already.
   */
  readonly #incarnations = new Map<string, string>();

  constructor(ports: SignalingNodesPorts) {
    this.#ports = ports;
  }

  /**
   * A session that this signaling node speaks for; NOT_PERMITTED when another one does. Asking for it ends its being an
   * orphan.
   */
  session(signalingId: string, ref: RoomRef, sessionId: string): Session {
    this.#ports.rooms.obey(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (session.signalingId !== signalingId)
      throw new MeridianError('NOT_PERMITTED', `the session belongs to ${session.signalingId}`);
    this.#reclaim(session);
    return session;
  }

  /**
   * Hands a session over to another signaling node that knows its resume key. RESUME_REFUSED, SESSION_UNKNOWN,
   * EPOCH_STALE.
   */
  adopt(signalingNode: { id: string; region: string }, ref: RoomRef, sessionId: string, resumeKey: string): Session {
    this.#ports.rooms.obey(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (!resumeKeyHolds(session.info.resumeKeyHash, resumeKey)) throw new MeridianError('RESUME_REFUSED');
    this.#reclaim(session);
    session.moveTo(signalingNode);
    return session;
  }

  /** A link to a signaling node is up. */
  found(signalingId: string): void {
    this.#incarnations.set(signalingId, this.#ports.incarnationOf(signalingId));
  }

  /**
   * The link to a signaling node is gone: its sessions wait for it, or for another signaling node, for orphanSessionMs.
   */
  lost(signalingId: string): void {
    const signalingIncarnationThen = this.#incarnations.get(signalingId) ?? '';
    this.#incarnations.delete(signalingId);
    for (const session of this.#ports.rooms.sessions.values()) {
      if (session.signalingId !== signalingId || session.orphan !== undefined) continue;
      this.#named(session);
      this.#orphan(session, signalingIncarnationThen);
    }
  }

  /**
   * All the sessions that a signaling node speaks for here. A session that is named is no orphan: a signaling node
   * that came back and is lost again later leaves them their whole time. Of those it does not name, one that no
   * signaling node has spoken for too long and that has no media is reaped.
   */
  holds(signalingId: string, sessionIds: ReadonlySet<string>): void {
    this.found(signalingId); // a plan that knew its process too late for the link knows it now
    for (const session of [...this.#ports.rooms.sessions.values()]) {
      if (session.signalingId !== signalingId) continue;
      if (sessionIds.has(session.sessionId)) this.#reclaim(session);
      else if (session.orphan === undefined && this.#isReaped(session))
        this.#abandon(session, 'its signaling node does not name the session');
    }
  }

  #orphan(session: Session, signalingIncarnationThen: string): void {
    const { signalingId } = session;
    session.orphan = this.#ports.clock.after(limits.orphanSessionMs, () => {
      session.orphan = undefined;
      const signalingIncarnationNow = this.#ports.incarnationOf(signalingId);
      const view = {
        signalingLinked: this.#ports.linked(signalingId),
        signalingIncarnationThen,
        signalingIncarnationNow,
      };
      if (judgeOrphan(view) === 'kept' || session.closed) return;
      if (this.#isReaped(session)) this.#abandon(session, 'no signaling node adopted the session');
      else this.#orphan(session, signalingIncarnationThen);
    });
  }

  #isReaped(session: Session): boolean {
    const nowMs = this.#ports.clock.nowMs();
    const namedAtMs = this.#namedAtMs.get(session) ?? nowMs;
    this.#namedAtMs.set(session, namedAtMs);
    return judgeUnnamed({ unnamedMs: nowMs - namedAtMs, hasMedia: session.hasMedia }, limits) === 'reaped';
  }

  #abandon(session: Session, why: string): void {
    this.#ports.log.info({ ...session.at, signalingId: session.signalingId }, why);
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

/** The hash is SHA-256, as hex or base64url; compared in constant time. An empty hash fits no key. */
export function resumeKeyHolds(hash: string, key: string): boolean {
  const expected = Buffer.from(hash, /^[0-9a-f]{64}$/i.test(hash) ? 'hex' : 'base64url');
  const given = createHash('sha256').update(key, 'utf8').digest();
  return expected.length === given.length && timingSafeEqual(expected, given);
}
