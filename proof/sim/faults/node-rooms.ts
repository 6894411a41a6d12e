// Rooms and sessions of a media node of the model. As in the real node, a session may be moving in (before clients
// know) or departing (when its home is already elsewhere). The node's list has neither, but both count in its load and
// in its decisions.
import { limits, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { EpochMemory, judgeLease, judgeOrphan, judgeUnclaimed, type OwnerLease } from '../../../sfu/src/core/index.ts';

export interface AttachAsk {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
  readonly sessionId: string; // '' = the request shows only the lease
  readonly decisionId: string;
  readonly adopt: boolean;
  readonly isMoving?: boolean; // a second home, until `settle`
  readonly onlyAt?: string; // incarnation that the request is for
}
export interface SessionAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  /** Whether the session has moved, and shall depart only when no session here needs its tracks. */
  readonly gently?: boolean;
}
export type AnswerCode = 'OK' | 'EPOCH_STALE' | 'SESSION_UNKNOWN' | 'NO_CAPACITY' | 'RATE_LIMITED';

export interface HeldSession {
  readonly decisionId: string;
  /** Time at which the session got its home here or began to move in, by the world's clock as all times here. */
  sinceMs: number;
  signalingId: string;
  readonly state: 'moving' | 'home' | 'departing';
  /** Time at which the link of its signaling node broke; undefined while there is a link. */
  orphanedAtMs: number | undefined;
  /** Time at which its signaling node last named it. */
  namedAtMs: number;
}
export interface Room {
  readonly lease: OwnerLease;
  readonly sessions: ReadonlyMap<string, HeldSession>;
  /** Report about the room for the centre; undefined after a change. */
  reported: wire.RoomHeld.$Properties | undefined;
}

/** Mutable `HeldSession`, for the class that keeps the counters. */
interface MutableSession extends HeldSession {
  state: HeldSession['state'];
}
interface MutableRoom extends Room {
  lease: OwnerLease;
  readonly sessions: Map<string, MutableSession>;
}

export interface NodeRoomsPorts {
  readonly clock: Clock;
  readonly worldClock: Pick<Clock, 'nowMs'>;
  readonly sessionsMax: number;
  obeyed(roomKey: string, lease: OwnerLease): void;
  confirm(decisionId: string): void;
}

export class NodeRooms {
  readonly #rooms = new Map<string, MutableRoom>();
  readonly #decisions = new Map<string, number>();
  #count = 0;
  #homes = 0;
  changedAtMs = 0;
  /** Time at which another owner or epoch was last obeyed. */
  obeyedAtMs = 0;
  readonly #ports: NodeRoomsPorts;
  readonly #epochs = new EpochMemory();

  constructor(ports: NodeRoomsPorts) {
    this.#ports = ports;
  }

  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms;
  }

  /** Number of sessions with transports here. */
  get count(): number {
    return this.#count;
  }

  get homes(): number {
    return this.#homes;
  }

  leaseOf(roomKey: string): OwnerLease | undefined {
    return this.#rooms.get(roomKey)?.lease ?? this.#epochs.recall(roomKey, this.#ports.clock.nowMs());
  }

  held(roomKey: string, sessionId: string): HeldSession | undefined {
    return this.#rooms.get(roomKey)?.sessions.get(sessionId);
  }

  all(): (readonly [string, string, HeldSession])[] {
    return this.#sessionsOf();
  }

  #sessionsOf(signalingId?: string): (readonly [string, string, MutableSession])[] {
    const sessionsFound: (readonly [string, string, MutableSession])[] = [];
    for (const [roomKey, { sessions }] of this.#rooms)
      for (const [sessionId, held] of sessions)
        if (signalingId === undefined || held.signalingId === signalingId)
          sessionsFound.push([roomKey, sessionId, held]);
    return sessionsFound;
  }

  /** Returns the number of sessions under this decision; '' stands for sessions without a decision. */
  underDecision(decisionId: string): number {
    return this.#decisions.get(decisionId) ?? 0;
  }

  /** Attaches a session; the caller has verified the lease with the centre. */
  attach(signalingId: string, ask: AttachAsk): AnswerCode {
    const { roomKey, ownerId, epoch, sessionId, decisionId } = ask;
    const verdict = judgeLease(this.leaseOf(roomKey), { ownerId, epoch });
    if (!verdict.ok) return 'EPOCH_STALE';
    const room = this.#rooms.get(roomKey);
    if (verdict.changed) this.obeyedAtMs = this.#nowMs;
    this.#ports.obeyed(roomKey, verdict.lease);
    if (room !== undefined) {
      room.lease = verdict.lease;
      room.reported = undefined;
    }
    // The epoch is remembered even if the request is refused for another reason.
    else this.#epochs.rememberNamed(roomKey, verdict.lease, this.#ports.clock.nowMs());
    if (sessionId === '') return 'OK';
    const held = room?.sessions.get(sessionId);
    if (held !== undefined && ask.isMoving !== true) {
      held.signalingId = signalingId;
      held.orphanedAtMs = undefined;
      held.namedAtMs = this.#nowMs;
      return 'OK';
    }
    if (ask.adopt) return 'SESSION_UNKNOWN';
    // A departing session is replaced by its returning person.
    if (held === undefined && this.#count >= this.#ports.sessionsMax) return 'NO_CAPACITY';
    const heldRoom = room ?? { lease: verdict.lease, sessions: new Map<string, MutableSession>(), reported: undefined };
    this.#rooms.set(roomKey, heldRoom);
    this.changedAtMs = this.#nowMs;
    const state = ask.isMoving === true ? 'moving' : 'home';
    const times = { sinceMs: this.changedAtMs, namedAtMs: this.changedAtMs, orphanedAtMs: undefined };
    if (held !== undefined) this.#tally(heldRoom, held, -1);
    const now: MutableSession = { decisionId, signalingId, state, ...times };
    heldRoom.sessions.set(sessionId, now);
    this.#tally(heldRoom, now, 1);
    this.#ports.confirm(decisionId);
    return 'OK';
  }

  /** Makes this the home of a session that was moving in. Idempotent. */
  settle(signalingId: string, { roomKey, sessionId }: SessionAsk): AnswerCode {
    const room = this.#rooms.get(roomKey);
    const held = room?.sessions.get(sessionId);
    if (room === undefined || held?.signalingId !== signalingId) return 'SESSION_UNKNOWN';
    if (held.state === 'moving') {
      this.#setState(room, held, 'home');
      this.changedAtMs = this.#nowMs;
      held.sinceMs = this.changedAtMs;
    }
    return 'OK';
  }

  /**
   * Detaches a session, if it belongs to this signaling node. Calls `onDone` when it is gone: at once, or after
   * `departsMs` if `gently`.
   */
  detach(
    signalingId: string,
    { roomKey, sessionId, gently = false }: SessionAsk,
    departsMs: number,
    onDone: () => void,
  ): void {
    const room = this.#rooms.get(roomKey);
    const held = room?.sessions.get(sessionId);
    if (room === undefined || held?.signalingId !== signalingId || !gently) {
      if (held?.signalingId === signalingId) this.#end(roomKey, sessionId, held);
      onDone();
      return;
    }
    this.#setState(room, held, 'departing');
    this.changedAtMs = this.#nowMs;
    this.#ports.clock.after(departsMs, () => {
      this.#end(roomKey, sessionId, held);
      onDone();
    });
  }

  orphan(
    signalingId: string,
    incarnationThen: string,
    now: () => { signalingLinked: boolean; signalingIncarnationNow: string },
  ): void {
    const atMs = this.#nowMs;
    for (const [, , held] of this.#sessionsOf(signalingId)) held.orphanedAtMs ??= atMs;
    this.#ports.clock.after(limits.orphanSessionMs, () => {
      const isKept = judgeOrphan({ ...now(), signalingIncarnationThen: incarnationThen }) === 'kept';
      for (const [roomKey, sessionId, held] of this.#sessionsOf(signalingId)) {
        if (held.orphanedAtMs !== atMs) continue;
        held.orphanedAtMs = undefined;
        if (!isKept) this.#end(roomKey, sessionId, held);
      }
    });
  }

  /**
   * Renews the sessions that their signaling node names. Removes those that it has not named for a while: their clients
   * have closed, so no media flows.
   */
  renewNamed(signalingId: string, sessionIds: ReadonlySet<string>): void {
    const nowMs = this.#nowMs;
    for (const [roomKey, sessionId, held] of this.#sessionsOf(signalingId)) {
      const view = { unclaimedMs: nowMs - held.namedAtMs, hasMedia: false };
      if (sessionIds.has(sessionId)) {
        held.namedAtMs = nowMs;
        held.orphanedAtMs = undefined;
      } else if (held.orphanedAtMs === undefined && judgeUnclaimed(view, limits) === 'reaped')
        this.#end(roomKey, sessionId, held);
    }
  }

  get #nowMs(): number {
    return this.#ports.worldClock.nowMs();
  }

  #setState(room: MutableRoom, held: MutableSession, state: HeldSession['state']): void {
    this.#tally(room, held, -1);
    held.state = state;
    this.#tally(room, held, 1);
  }

  #tally(room: Room, { decisionId, state }: HeldSession, delta: 1 | -1): void {
    room.reported = undefined;
    this.#count += delta;
    if (state === 'home') this.#homes += delta;
    const under = this.underDecision(decisionId) + delta;
    if (under > 0) this.#decisions.set(decisionId, under);
    else this.#decisions.delete(decisionId);
  }

  #end(roomKey: string, sessionId: string, held: MutableSession): void {
    const room = this.#rooms.get(roomKey);
    if (room === undefined || room.sessions.get(sessionId) !== held) return;
    room.sessions.delete(sessionId);
    this.#tally(room, held, -1);
    this.changedAtMs = this.#nowMs;
    if (room.sessions.size > 0) return;
    this.#rooms.delete(roomKey);
    this.#epochs.remember(roomKey, room.lease, this.#ports.clock.nowMs());
  }
}
