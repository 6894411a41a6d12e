// The signaling node of each session, and the fate of sessions whose signaling node has gone.
import { createHash, timingSafeEqual } from 'node:crypto';
import { limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { judgeOrphan, judgeUnclaimed } from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { RoomRef } from './shapes.ts';

export interface SignalingNodesPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  linked(signalingId: string): boolean;
  /** Returns a signaling node's incarnation in the plan; '' when the plan does not list the node. */
  incarnationOf(signalingId: string): string;
  onAbandoned(session: Session): void;
}

export class SignalingNodes {
  readonly #ports: SignalingNodesPorts;
  /** Time when a signaling node last claimed the session; without a claim, the time of the first check without one. */
  readonly #claimedAtMs = new WeakMap<Session, number>();
  /**
   * Incarnations in the plan while the link is up. After a link has ended, the plan may list the node's next process.
   */
  readonly #incarnations = new Map<string, string>();

  constructor(ports: SignalingNodesPorts) {
    this.#ports = ports;
  }

  /** Returns a session of this signaling node and renews its claim. Throws NOT_PERMITTED for another node's session. */
  claimSession(signalingId: string, ref: RoomRef, sessionId: string): Session {
    this.#ports.rooms.acceptLease(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (session.signalingId !== signalingId)
      throw new MeridianError('NOT_PERMITTED', `the session belongs to ${session.signalingId}`);
    this.#reclaim(session);
    return session;
  }

  /** Assigns a session to another signaling node. Throws RESUME_REFUSED, SESSION_UNKNOWN or EPOCH_STALE. */
  adopt(signalingNode: { id: string; region: string }, ref: RoomRef, sessionId: string, resumeKey: string): Session {
    this.#ports.rooms.acceptLease(ref);
    const session = this.#ports.rooms.session(ref.roomKey, sessionId);
    if (!resumeKeyHolds(session.info.resumeKeyHash, resumeKey)) throw new MeridianError('RESUME_REFUSED');
    this.#reclaim(session);
    session.assignTo(signalingNode);
    return session;
  }

  found(signalingId: string): void {
    this.#incarnations.set(signalingId, this.#ports.incarnationOf(signalingId));
  }

  /** Makes the lost node's sessions orphans: each waits `orphanSessionMs` for it, or for another signaling node. */
  linkLost(signalingId: string): void {
    const signalingIncarnationThen = this.#incarnations.get(signalingId) ?? '';
    this.#incarnations.delete(signalingId);
    for (const session of this.#ports.rooms.sessions.values()) {
      if (session.signalingId !== signalingId || session.orphanTimer !== undefined) continue;
      this.#recordClaim(session);
      this.#startOrphanTimer(session, signalingIncarnationThen);
    }
  }

  /**
   * Applies a signaling node's complete list of its sessions. A listed session is no orphan. An unlisted session ends
   * after too long without a claim and without media (core/session-lease.ts).
   */
  applyClaims(signalingId: string, sessionIds: ReadonlySet<string>): void {
    this.found(signalingId); // when the link came up, the plan may not have listed the node's process yet
    for (const session of [...this.#ports.rooms.sessions.values()]) {
      if (session.signalingId !== signalingId) continue;
      if (sessionIds.has(session.sessionId)) this.#reclaim(session);
      else if (session.orphanTimer === undefined && this.#isReaped(session))
        this.#abandon(session, 'its signaling node does not name the session');
    }
  }

  #startOrphanTimer(session: Session, signalingIncarnationThen: string): void {
    const { signalingId } = session;
    session.orphanTimer = this.#ports.clock.after(limits.orphanSessionMs, () => {
      session.orphanTimer = undefined;
      const signalingIncarnationNow = this.#ports.incarnationOf(signalingId);
      const orphanView = {
        signalingLinked: this.#ports.linked(signalingId),
        signalingIncarnationThen,
        signalingIncarnationNow,
      };
      if (judgeOrphan(orphanView) === 'kept' || session.closed) return;
      if (this.#isReaped(session)) this.#abandon(session, 'no signaling node adopted the session');
      else this.#startOrphanTimer(session, signalingIncarnationThen);
    });
  }

  #isReaped(session: Session): boolean {
    const nowMs = this.#ports.clock.nowMs();
    const claimedAtMs = this.#claimedAtMs.get(session) ?? nowMs;
    this.#claimedAtMs.set(session, claimedAtMs);
    return judgeUnclaimed({ unclaimedMs: nowMs - claimedAtMs, hasMedia: session.hasMedia }, limits) === 'reaped';
  }

  #abandon(session: Session, why: string): void {
    this.#ports.log.info({ ...session.at, signalingId: session.signalingId }, why);
    this.#ports.onAbandoned(session);
  }

  #recordClaim(session: Session): void {
    this.#claimedAtMs.set(session, this.#ports.clock.nowMs());
  }

  #reclaim(session: Session): void {
    this.#recordClaim(session);
    session.orphanTimer?.cancel();
    session.orphanTimer = undefined;
  }
}

/** Compares a resume key with its SHA-256 hash (hex or base64url) in constant time. An empty hash fits no key. */
export function resumeKeyHolds(hash: string, key: string): boolean {
  const expected = Buffer.from(hash, /^[0-9a-f]{64}$/i.test(hash) ? 'hex' : 'base64url');
  const given = createHash('sha256').update(key, 'utf8').digest();
  return expected.length === given.length && timingSafeEqual(expected, given);
}
