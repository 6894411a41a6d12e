// What a LiveKit client hears of changes of the roster, in order: participants, what happened to its own tracks,
// connections, speakers, the room.
import type { ConnectionQualityInfo, ParticipantInfo, Room, SignalResponse } from '@livekit/protocol';
import type { Participant, RoomDifference, RoomState, Speaker, Track } from '@meridian/protocol';
import type { OwnMutes } from './own-mutes.ts';
import { connectionQualityOf, participantGone, speakerChanges } from './participants.ts';
import { responseOf } from './responses.ts';

/** Taken together: of one participant that changed the client hears once. */
interface Changes {
  /** By sid; undefined: as it is now. A session never comes back, so the order of their first changes is right. */
  readonly participants: Map<string, ParticipantInfo | undefined>;
  readonly ofOwnTracks: SignalResponse[];
  readonly qualities: ConnectionQualityInfo[];
  speakers: readonly Speaker[] | undefined;
  isRoomChanged: boolean;
}

interface Gone {
  readonly participant: Participant;
  readonly reason: string;
}

/**
 * A socket is known to be dead after ten seconds, in which few leave. Of more, those that left first are forgotten: the
 * client shows them until it joins anew.
 */
const goneKeptMax = 64;
/** Of one that does not speak. */
const silentDbov = -127;

export interface RoomNewsOptions {
  readonly selfSid: string;
  readonly mutes: OwnMutes;
  infoOf(participant: Participant, version: number): ParticipantInfo;
  room(): Room;
}

export class RoomNews {
  readonly #o: RoomNewsOptions;
  #version = 0;
  #speakers: readonly Speaker[] = [];
  /** Own tracks that the client knows to be received. */
  readonly #received = new Set<string>();
  /** Those that left last, by sid: the client may not have got that. */
  readonly #gone = new Map<string, Gone>();

  constructor(o: RoomNewsOptions) {
    this.#o = o;
  }

  /** One for all participants: it rises for each of them. */
  nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  first(state: RoomState): SignalResponse[] {
    const changes = noChanges();
    for (const { sessionId, quality } of state.participants()) this.#quality(changes, sessionId, quality);
    if (state.speakers.length > 0) changes.speakers = state.speakers;
    return this.#tell(changes, state);
  }

  of(differences: readonly RoomDifference[], state: RoomState): SignalResponse[] {
    const changes = noChanges();
    for (const one of differences) this.#note(changes, one);
    return this.#tell(changes, state);
  }

  /** All of it, and what has changed since the last time, for a client that may have missed any of that. */
  again(differences: readonly RoomDifference[], state: RoomState): SignalResponse[] {
    const { selfSid } = this.#o;
    const changes = noChanges();
    for (const one of differences) this.#note(changes, one);
    for (const { participant, reason } of [...this.#gone.values()]) this.#left(changes, participant, reason);
    // Clients know participants by identity: of one that came back, its end would end what is there now.
    for (const [sid, { participant }] of this.#gone)
      if (state.byIdentity(participant.identity) !== undefined) changes.participants.delete(sid);
    for (const one of state.participants()) {
      this.#participant(changes, one);
      this.#quality(changes, one.sessionId, one.quality);
    }
    for (const { trackId, muted, derivedFrom } of state.get(selfSid)?.tracks ?? [])
      if (muted && derivedFrom === undefined) changes.ofOwnTracks.push(responseOf('mute', { sid: trackId, muted }));
    this.#speakers = state.participants().map(({ sessionId }) => ({ sessionId, levelDbov: silentDbov }));
    changes.speakers = state.speakers;
    changes.isRoomChanged = true;
    return this.#tell(changes, state);
  }

  #note(changes: Changes, one: RoomDifference): void {
    switch (one.type) {
      case 'participantJoined':
        this.#participant(changes, one.participant);
        this.#quality(changes, one.participant.sessionId, one.participant.quality);
        changes.isRoomChanged = true;
        return;
      case 'participantLeft':
        // Of its own end the client hears by LeaveRequest.
        if (one.participant.sessionId !== this.#o.selfSid) this.#left(changes, one.participant, one.reason);
        changes.isRoomChanged = true;
        return;
      case 'participantChanged':
        this.#participant(changes, one.participant);
        return;
      case 'trackPublished':
      case 'trackUnpublished':
      case 'trackMuted':
        if (one.participant.sessionId === this.#o.selfSid) this.#ownTrack(changes, one.type, one.track);
        else this.#participant(changes, one.participant);
        changes.isRoomChanged ||= one.type !== 'trackMuted';
        return;
      case 'qualityChanged':
        this.#quality(changes, one.participant.sessionId, one.participant.quality);
        return;
      case 'speakersChanged':
        changes.speakers = one.speakers;
        return;
      case 'roomChanged':
        changes.isRoomChanged = true;
        return;
      case 'policyChanged': // never shown to clients
        return;
    }
  }

  #participant(changes: Changes, { sessionId }: Participant): void {
    changes.participants.set(sessionId, undefined);
  }

  #left(changes: Changes, participant: Participant, reason: string): void {
    this.#gone.delete(participant.sessionId);
    this.#gone.set(participant.sessionId, { participant, reason });
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > goneKeptMax && oldest !== undefined) this.#gone.delete(oldest);
    changes.participants.set(
      participant.sessionId,
      participantGone(participant, { version: this.nextVersion(), reason }),
    );
  }

  #ownTrack(changes: Changes, type: 'trackPublished' | 'trackUnpublished' | 'trackMuted', track: Track): void {
    const { trackId, muted, derivedFrom } = track;
    if (derivedFrom !== undefined) return;
    const { mutes } = this.#o;
    if (type === 'trackMuted' && mutes.shown(trackId, muted))
      changes.ofOwnTracks.push(responseOf('mute', { sid: trackId, muted }));
    if (type !== 'trackUnpublished') return;
    mutes.forget(trackId);
    this.#received.delete(trackId);
    changes.ofOwnTracks.push(responseOf('trackUnpublished', { trackSid: trackId }));
  }

  #quality(changes: Changes, sid: string, quality: Participant['quality']): void {
    const info = connectionQualityOf(sid, quality);
    if (info !== undefined) changes.qualities.push(info);
  }

  #tell(changes: Changes, state: RoomState): SignalResponse[] {
    const participants = [...changes.participants].flatMap(([sid, gone]) => {
      const present = state.get(sid);
      return gone ?? (present === undefined ? [] : this.#o.infoOf(present, this.nextVersion()));
    });
    const speakers = changes.speakers === undefined ? [] : speakerChanges(this.#speakers, changes.speakers);
    this.#speakers = changes.speakers ?? this.#speakers;
    return [
      ...(participants.length === 0 ? [] : [responseOf('update', { participants })]),
      ...changes.ofOwnTracks,
      ...this.#nowReceived(state),
      ...(changes.qualities.length === 0 ? [] : [responseOf('connectionQuality', { updates: changes.qualities })]),
      ...(speakers.length === 0 ? [] : [responseOf('speakersChanged', { speakers })]),
      ...(changes.isRoomChanged ? [responseOf('roomUpdate', { room: this.#o.room() })] : []),
    ];
  }

  /**
   * Programs wait with what they have to say until their track is received (`wait_for_subscription` of the agents).
   * Which session receives what is known at media nodes; here it is as good that another one is there that may receive.
   */
  #nowReceived(state: RoomState): SignalResponse[] {
    const { selfSid } = this.#o;
    const own = state.get(selfSid)?.tracks ?? [];
    const waiting = own.filter(({ trackId, derivedFrom }) => derivedFrom === undefined && !this.#received.has(trackId));
    if (waiting.length === 0) return [];
    if (!state.participants().some(({ sessionId, canSubscribe }) => sessionId !== selfSid && canSubscribe)) return [];
    for (const { trackId } of waiting) this.#received.add(trackId);
    return waiting.map(({ trackId }) => responseOf('trackSubscribed', { trackSid: trackId }));
  }
}

const noChanges = (): Changes => ({
  participants: new Map(),
  ofOwnTracks: [],
  qualities: [],
  speakers: undefined,
  isRoomChanged: false,
});
