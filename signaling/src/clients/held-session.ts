// The admitted session of a connection, with its subscriptions, record and places, until its release.
import {
  type Access,
  type ErrorCode,
  type Participant,
  participantKeptKeys,
  participantsDiffer,
  participantToWire,
  type Rights,
  type RoomDifference,
  rpc,
  type wire,
} from '@meridian/protocol';
import { asShown } from '../core/index.ts';
import { ignoringErrors } from '../failures.ts';
import { leaveRoom } from './admission.ts';
import { atHomes } from './at-homes.ts';
import type { LocalSession } from './context.ts';
import { reasonOf } from './crowd.ts';
import type { JoinedSession } from './join.ts';
import type { JoinMedia } from './join-media.ts';
import type { SessionMove } from './session-move.ts';
import type { SessionRecord } from './session-record.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Ending } from './talk.ts';

/** Reasons for leaving after which the client does not come back. */
const finalReasons = [
  'KICKED',
  'DUPLICATE_IDENTITY',
  'ROOM_ENDED',
  'RECORDING_ENDED',
  'RECORDING_ELSEWHERE',
  'STAGE_LEFT',
] as const;
/** Keys of a participant that the client receives by `RightsChanged`. */
const rightKeys = ['role', 'canPublish', 'publishSources', 'canSubscribe', 'canPublishData', 'admin'] as const;

const none: readonly never[] = [];

export class HeldSession {
  readonly holder: LocalSession;
  joined: JoinedSession;
  readonly access: Access;
  readonly #media: JoinMedia;
  move: SessionMove | undefined;
  subscriptions: Subscriptions | undefined;
  record: SessionRecord | undefined;
  /** Whether the client has a transport to receive by. */
  readonly #hasRecvTransport: boolean;
  /** Reason for the session's end, if known before the end. */
  leaveReason: string | undefined;
  /** Participant as last sent to its media node and its client. */
  #lastSent: Participant | undefined;
  /** `admitted`: not yet joined. `in`: the session belongs to this connection, whose end counts as a leave. */
  #phase: 'admitted' | 'in' | 'over' = 'admitted';

  constructor(holder: LocalSession, joined: JoinedSession, access: Access, media: JoinMedia) {
    this.holder = holder;
    this.joined = joined;
    this.access = access;
    this.#media = media;
    this.#hasRecvTransport = joined.recvTransport != null;
  }

  /** Media part of the Join: another media node needs it when the session moves. */
  get media(): wire.Join.$Properties {
    return this.#media.read();
  }

  get self(): Participant | undefined {
    return this.joined.room.replica?.get(this.joined.sessionId);
  }

  /** Returns the rights of the roster, which the room's policy has limited. */
  get rights(): Rights {
    const { canPublish, publishSources, canSubscribe, canPublishData, admin } = this.self ?? this.joined.self;
    const { canUpdateOwnMetadata, hidden } = this.access.rights;
    return { canPublish, publishSources, canSubscribe, canPublishData, admin, canUpdateOwnMetadata, hidden };
  }

  /**
   * Returns why the roster lacks the session: SESSION_UNKNOWN if another signaling node has the session, one of
   * `finalReasons`, or a code after which the client joins anew. Undefined if the roster has the session.
   */
  lostReason(differences: readonly RoomDifference[] | undefined): ErrorCode | undefined {
    const { self, joined, access, holder } = this;
    if (self !== undefined) return self.signalingId === holder.context.selfId ? undefined : 'SESSION_UNKNOWN';
    if (joined.room.replica?.byIdentity(access.identity) !== undefined) return 'DUPLICATE_IDENTITY';
    const reason = reasonOf(differences, joined.sessionId);
    return finalReasons.find((one) => one === reason) ?? 'ROOM_OWNER_LOST';
  }

  /** Gives the session to this connection; its earlier connection here ends without ending the session. */
  activate(): void {
    const { joined, holder } = this;
    const { room, sessionId, nodeId, isCrowd } = joined;
    const { context } = holder;
    this.#phase = 'in';
    this.#log(joined.resumed ? 'participant resumed' : 'participant joined', 'a viewer of the crowd joined');
    if (nodeId === '') {
      room.crowd.add(holder);
      return;
    }
    const other = context.sessions.get(sessionId);
    context.sessions.set(sessionId, holder);
    if (other !== holder) other?.supersede();
    context.nodes.hold(nodeId, `session ${sessionId}`);
    const subscriptions = new Subscriptions({
      sessionId,
      identity: this.access.identity,
      nodeId,
      room,
      context,
      automatic: !joined.manualSubscribe,
      allowed: this.rights.canSubscribe && this.#hasRecvTransport,
      decodes: joined.decodes,
      send: (frame) => holder.send(frame),
    });
    this.subscriptions = subscriptions;
    if (isCrowd) room.crowd.add(holder);
    else room.add(holder);
    this.#lastSent = joined.self;
    if (!isCrowd) this.record = context.qualityRounds.begin(holder, joined);
    this.#followSelf();
    subscriptions.recordSubscribed(joined.subscriptions.map((subscription) => subscription.trackId ?? ''));
    subscriptions.failedAtJoin(joined.failed);
    const { placed } = joined;
    // The client has the rest; it is most of what a silent session would keep.
    this.joined = {
      ...joined,
      placed: placed && { decisionId: placed.decisionId, location: placed.location },
      sendTransport: undefined,
      recvTransport: undefined,
      subscriptions: none,
      failed: none,
    };
  }

  onRoster(differences: readonly RoomDifference[] | undefined): void {
    this.#followSelf();
    this.subscriptions?.onRoster(differences);
  }

  adopt(nodeId: string): void {
    const { sessionId } = this.joined;
    const { nodes } = this.holder.context;
    nodes.hold(nodeId, `session ${sessionId}`);
    nodes.release(this.joined.nodeId, `session ${sessionId}`);
    this.joined = { ...this.joined, nodeId, moveCount: this.joined.moveCount + 1 };
    if (this.move !== undefined) this.record?.moved(this.move.order);
    this.subscriptions?.moved(true);
  }

  /** Leaves the room, unless another connection of this node has resumed the session. */
  leave(ending: Ending | undefined): Promise<void> | undefined {
    const { claims, sessions } = this.holder.context;
    const { sessionId } = this.joined;
    this.leaveReason ??= ending?.code === undefined || ending.code === 'INTERNAL' ? 'LEFT' : ending.code;
    const holder = claims.get(sessionId)?.holder ?? sessions.get(sessionId) ?? this.holder;
    return holder === this.holder ? leaveRoom(this.holder.context, this.joined, this.leaveReason) : undefined;
  }

  /** Idempotent. */
  close(ending: Ending | undefined): void {
    if (this.#phase === 'over') return;
    const { holder } = this;
    const { room, sessionId, nodeId, isCrowd, self } = this.joined;
    const { clock, sessions, nodes, stayQualities, qualityRounds } = holder.context;
    const reason = this.leaveReason ?? ending?.code ?? 'LEFT';
    const durationMs = Math.max(0, clock.wallMs() - self.joinedWallMs);
    const message = continuesAfter(reason) ? 'participant let go' : 'participant left';
    if (this.#phase === 'in') this.#log(message, 'a viewer of the crowd left', { reason, durationMs });
    this.#phase = 'over';
    this.move?.cancel(ending?.code ?? 'SESSION_UNKNOWN');
    this.subscriptions?.close();
    if (isCrowd) room.crowd.remove(holder);
    if (nodeId === '') return;
    if (isCrowd) room.crowd.freeNode(nodeId);
    stayQualities.over(sessionId);
    qualityRounds.over(holder, continuesAfter(reason) ? undefined : reason);
    if (sessions.get(sessionId) === holder) sessions.delete(sessionId);
    if (!sessions.has(sessionId)) nodes.release(nodeId, `session ${sessionId}`);
    if (!isCrowd) room.remove(holder);
  }

  /** Follows the own participant: its media node gets the changes, and the client its changed rights. */
  #followSelf(): void {
    const { self, holder, joined } = this;
    const lastSent = this.#lastSent;
    if (lastSent === undefined || self === undefined || self === lastSent) return;
    this.#lastSent = self;
    this.joined = { ...this.joined, self };
    if (!participantsDiffer(lastSent, self, participantKeptKeys)) return;
    const { sessionId } = joined;
    const participant = participantToWire({ ...self, tracks: [] });
    atHomes(holder, rpc.updateSession, (ref) => ({ room: ref, sessionId, participant })).catch(
      ignoringErrors(
        holder.context.log,
        'a change could not be kept at the media node; the next owner may not know it',
      ),
    );
    if (!participantsDiffer(lastSent, self, rightKeys)) return;
    this.subscriptions?.allow(self.canSubscribe && this.#hasRecvTransport);
    holder.sendMessage({ rightsChanged: { self: participantToWire(asShown(self)) } });
  }

  #log(what: string, ofCrowd: string, more: object = {}): void {
    const { room, sessionId, nodeId, self, placed, isCrowd } = this.joined;
    const { roomKey } = room;
    const { log, selfId } = this.holder.context;
    const decision = placed && { decisionId: placed.decisionId };
    const fields = { roomKey, identity: self.identity, sessionId, nodeId, signalingId: selfId, ...decision, ...more };
    if (isCrowd) log.debug(fields, ofCrowd);
    else log.info(fields, what);
  }
}

/** Returns whether the session continues: another connection has it, or it waits at its media node. */
const continuesAfter = (reason: string): boolean => reason === 'SESSION_UNKNOWN' || reason === 'SHUTTING_DOWN';
