// The roster of a room at its owner: each method returns its changes, applied and numbered, or a refusal code.
//
// Case 1: of two sessions with the same identity the newer wins; the older leaves first, so no client sees both.
// Case 2: a session taken over by another signaling node keeps its place and tracks; only its signaling node changes.
//         The media node counts adoptions: by that count it and the owner choose the same winner, in any order.
// Case 3: a new owner rebuilds the roster from snapshots of the media nodes. A track or session in two of them counts
//         once.
import {
  assert,
  type ErrorCode,
  emptyRetainedRoom,
  limits,
  mayPublish,
  type Participant,
  type ParticipantMutableKey,
  participantBytes,
  participantMutableKeys,
  participantsDiffer,
  participantWith,
  type Quality,
  type RetainedRoom,
  type RoomChange,
  type RoomDifference,
  type RoomInfo,
  type RoomPolicy,
  RoomState,
  type RosterEvent,
  type Speaker,
  shownEvent,
  type Track,
} from '@meridian/protocol';
import { participantUnder } from './policy.ts';
import { ownRenditions } from './rendition-needs.ts';

/** Events for followers, and the differences they made. */
export interface RoomChanges {
  readonly events: readonly RosterEvent[];
  readonly differences: readonly RoomDifference[];
}
export type RosterResult = ({ readonly ok: true } & RoomChanges) | { readonly ok: false; readonly code: ErrorCode };

const refuse = (code: ErrorCode): RosterResult => ({ ok: false, code });
const unchanged: RosterResult = { ok: true, events: [], differences: [] };

export class Roster extends RoomState {
  readonly #adoptions = new Map<string, number>(); // session id -> latest adoption seen; only for present sessions
  readonly #bytesOf = new Map<string, number>(); // session id -> bytes in a snapshot on the wire
  #bytes = 0;

  /**
   * Rebuilds the roster from the media nodes' sessions under a new epoch. For each identity the latest session stays;
   * the others are returned. `adoptions`: the media nodes' adoption counts. The copy has info and policy.
   */
  static rebuilt(
    epoch: number,
    sessions: readonly Participant[],
    adoptions: ReadonlyMap<string, number> = new Map(),
    copy: Pick<RetainedRoom, 'info' | 'policy'> = emptyRetainedRoom,
  ): { roster: Roster; evicted: Participant[] } {
    const roster = new Roster(epoch, copy);
    const evicted: Participant[] = [];
    const oldestFirst = [...sessions].sort(
      (a, b) => a.joinedWallMs - b.joinedWallMs || (a.sessionId < b.sessionId ? -1 : 1),
    );
    for (const participant of oldestFirst) {
      if (roster.get(participant.sessionId) !== undefined) continue;
      const sameIdentity = roster.byIdentity(participant.identity);
      if (sameIdentity !== undefined) {
        roster.drop(sameIdentity);
        evicted.push(sameIdentity);
      }
      const own = participant.tracks.filter(
        (track, index, all) =>
          roster.publisherOf(track.trackId) === undefined &&
          all.findIndex((other) => other.trackId === track.trackId) === index,
      );
      roster.put({ ...participant, tracks: own });
      roster.#adoptions.set(participant.sessionId, adoptions.get(participant.sessionId) ?? 0);
    }
    return { roster, evicted };
  }

  /** Bytes of the participants in a snapshot on the wire. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Admits a participant; an older session of its identity leaves. ROOM_FULL; TRACK_EXISTS when a takeover brings
   * another session's track; SESSION_UNKNOWN after a later adoption of the session.
   */
  admit(participant: Participant, o: { takeover: boolean; adoption?: number | undefined }): RosterResult {
    const { sessionId } = participant;
    if (o.adoption !== undefined && o.adoption < (this.#adoptions.get(sessionId) ?? 0))
      return refuse('SESSION_UNKNOWN');
    const result = this.#admit(participant, o);
    if (result.ok && o.adoption !== undefined) this.#adoptions.set(sessionId, o.adoption);
    return result;
  }

  #admit(participant: Participant, o: { takeover: boolean }): RosterResult {
    const present = this.get(participant.sessionId);
    if (present !== undefined && present.identity !== participant.identity) return refuse('SESSION_UNKNOWN');
    if (
      participant.tracks.some(
        (track) => (this.publisherOf(track.trackId) ?? participant.sessionId) !== participant.sessionId,
      )
    )
      return refuse('TRACK_EXISTS');
    if (present !== undefined) {
      const known = new Set(present.tracks.map((track) => track.trackId));
      const brought = participant.tracks
        .filter((track) => !known.has(track.trackId))
        .slice(0, limits.tracksPerParticipantMax - known.size);
      const changed = participantsDiffer(present, participant, participantMutableKeys);
      return this.#commit([
        ...(changed
          ? [{ type: 'participantChanged', participant: { ...participant, quality: present.quality } } as const]
          : []),
        ...brought.map((track): RoomChange => ({ type: 'trackPublished', sessionId: participant.sessionId, track })),
      ]);
    }
    const older = this.byIdentity(participant.identity);
    // A returning session does not replace a newer one of its identity.
    if (older !== undefined && o.takeover && older.joinedWallMs > participant.joinedWallMs)
      return refuse('RESUME_REFUSED');
    if (older === undefined && this.size >= limits.participantsPerRoomMax) return refuse('ROOM_FULL');
    const freed = older === undefined ? 0 : this.#countedBytes(older);
    if (!o.takeover && this.#exceedsBudget(participantBytes(participant) - freed)) return refuse('ROOM_FULL');
    const left: RoomChange[] =
      older === undefined
        ? []
        : [{ type: 'participantLeft', sessionId: older.sessionId, reason: 'DUPLICATE_IDENTITY' }];
    return this.#commit([...left, { type: 'participantJoined', participant }]);
  }

  /** Removes a participant. SESSION_UNKNOWN, also when `signalingId` is not (or no longer) its signaling node. */
  leave(sessionId: string, reason: string, signalingId?: string): RosterResult {
    const participant = this.get(sessionId);
    if (participant === undefined || (signalingId !== undefined && participant.signalingId !== signalingId))
      return refuse('SESSION_UNKNOWN');
    return this.#commit([{ type: 'participantLeft', sessionId, reason }]);
  }

  /** Adds a track; idempotent. PARTICIPANT_UNKNOWN, NOT_PERMITTED, TRACK_LIMIT, TRACK_EXISTS, ROOM_FULL. */
  publish(sessionId: string, track: Track): RosterResult {
    const participant = this.get(sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    if (!mayPublish(participant, track)) return refuse('NOT_PERMITTED');
    const publisher = this.publisherOf(track.trackId);
    if (publisher !== undefined) return publisher === sessionId ? unchanged : refuse('TRACK_EXISTS');
    if (participant.tracks.length >= limits.tracksPerParticipantMax) return refuse('TRACK_LIMIT');
    const after = { ...participant, tracks: [...participant.tracks, track] };
    if (this.#exceedsBudget(participantBytes(after) - this.#countedBytes(participant))) return refuse('ROOM_FULL');
    return this.#commit([{ type: 'trackPublished', sessionId, track }]);
  }

  /** Ends a track with its publisher's renditions. TRACK_UNKNOWN, also for another participant's track. */
  unpublish(sessionId: string, trackId: string, reason: string): RosterResult {
    const found = this.track(trackId);
    if (found?.publisher.sessionId !== sessionId) return refuse('TRACK_UNKNOWN');
    return this.#commit(
      [found.track, ...ownRenditions(found.publisher, trackId)].map((track) => ({
        type: 'trackUnpublished',
        sessionId,
        trackId: track.trackId,
        reason,
      })),
    );
  }

  /** Mutes or unmutes a track with its publisher's renditions. TRACK_UNKNOWN. */
  mute(sessionId: string, trackId: string, muted: boolean): RosterResult {
    const found = this.track(trackId);
    if (found?.publisher.sessionId !== sessionId) return refuse('TRACK_UNKNOWN');
    const changed = [found.track, ...ownRenditions(found.publisher, trackId)].filter((track) => track.muted !== muted);
    return this.#commit(changed.map((track) => ({ type: 'trackMuted', sessionId, trackId: track.trackId, muted })));
  }

  /** Applies `changed`, only its `participantMutableKeys`. PARTICIPANT_UNKNOWN; REQUEST_INVALID over the budget. */
  update(changed: Pick<Participant, 'sessionId' | ParticipantMutableKey>): RosterResult {
    const participant = this.get(changed.sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    const after = participantWith(participant, changed, participantMutableKeys);
    if (!participantsDiffer(participant, after, participantMutableKeys)) return unchanged;
    if (this.#exceedsBudget(participantBytes(after) - this.#countedBytes(participant)))
      return refuse('REQUEST_INVALID');
    return this.#commit([{ type: 'participantChanged', participant: after }]);
  }

  /** Changes the room's info. REQUEST_INVALID for too long metadata; VERSION_CONFLICT by `expectedVersion`. */
  updateRoom(changes: Partial<Omit<RoomInfo, 'version'>>, expectedVersion?: number): RosterResult {
    const after = { ...this.info, ...changes };
    if (Buffer.byteLength(after.metadata) > limits.roomMetadataBytesMax) return refuse('REQUEST_INVALID');
    if (JSON.stringify(after) === JSON.stringify(this.info)) return unchanged;
    if (expectedVersion !== undefined && expectedVersion !== this.info.version) return refuse('VERSION_CONFLICT');
    return this.#commit([{ type: 'roomChanged', info: { ...after, version: this.info.version + 1 } }]);
  }

  /** Applies a policy with the roles and rights that it gives, even beyond the byte budget. */
  applyPolicy(policy: RoomPolicy): RoomChanges {
    const under = this.participants().map((before) => ({ before, after: participantUnder(policy, before) }));
    const changed = under.filter(({ before, after }) => participantsDiffer(before, after, participantMutableKeys));
    return this.#apply([
      { type: 'policyChanged', policy },
      ...changed.map(({ after }): RoomChange => ({ type: 'participantChanged', participant: after })),
    ]);
  }

  quality(sessionId: string, quality: Quality): RosterResult {
    const participant = this.get(sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    if (participant.quality === quality) return unchanged;
    return this.#commit([{ type: 'qualityChanged', sessionId, quality }]);
  }

  /** Sets the active speakers, without those outside the room. */
  setSpeakers(speakers: readonly Speaker[]): RosterResult {
    const present = speakers
      .filter((speaker) => this.get(speaker.sessionId) !== undefined)
      .slice(0, limits.speakersMax);
    return this.#commit([{ type: 'speakersChanged', speakers: present }]);
  }

  override validate(): void {
    super.validate();
    const bytes = this.participants().map(participantBytes);
    assert(this.#bytes === bytes.reduce((sum, one) => sum + one, 0), 'bytes are those of the participants');
  }

  protected override put(participant: Participant): Participant {
    const { sessionId } = participant;
    const before = this.get(sessionId);
    const keys = Object.keys(participant) as (keyof Participant)[];
    // A changed quality is not counted: it is frequent, counting means encoding, and the largest quality is assumed.
    if (keys.some((key) => key !== 'quality' && before?.[key] !== participant[key]))
      this.#count(sessionId, participantBytes(participant));
    return super.put(participant);
  }

  protected override drop(participant: Participant): void {
    super.drop(participant);
    this.#adoptions.delete(participant.sessionId);
    this.#count(participant.sessionId, 0);
  }

  #count(sessionId: string, bytes: number): void {
    this.#bytes += bytes - (this.#bytesOf.get(sessionId) ?? 0);
    if (bytes === 0) this.#bytesOf.delete(sessionId);
    else this.#bytesOf.set(sessionId, bytes);
  }

  #countedBytes({ sessionId }: Participant): number {
    return this.#bytesOf.get(sessionId) ?? 0;
  }

  /** Returns whether the added bytes exceed the room's budget; a change without growth never does. */
  #exceedsBudget(addedBytes: number): boolean {
    return addedBytes > 0 && this.#bytes + addedBytes > limits.rosterBytesMax;
  }

  #commit(changes: readonly RoomChange[]): RosterResult {
    return { ok: true, ...this.#apply(changes) };
  }

  #apply(changes: readonly RoomChange[]): RoomChanges {
    const events: RosterEvent[] = [];
    const differences: RoomDifference[] = [];
    for (const change of changes) {
      const event = { seq: this.seq + 1, change };
      const made = this.apply(event);
      events.push(shownEvent(event, made));
      differences.push(...made);
    }
    return { events, differences };
  }
}
