// Translates a frame into messages for all LiveKit clients of a room: participants, their tracks, connections,
// speakers, the room. A message for many clients is one object, so that it is encoded once (memoize.ts).
import type { ParticipantInfo, Room, SignalResponse } from '@livekit/protocol';
import type { Participant, RoomDifference, RoomState, Speaker, Track } from '@meridian/protocol';
import { encodedOnce, memoize } from './memoize.ts';
import { connectionQualityOf, departedParticipantInfo, speakerChanges } from './participants.ts';
import { responseOf } from './responses.ts';

export interface TrackChange {
  readonly publisherSid: string;
  readonly type: 'trackPublished' | 'trackUnpublished' | 'trackMuted';
  readonly track: Track;
}

export interface ChangedRoom {
  readonly version: number;
  readonly state: Pick<RoomState, 'get'>;
  readonly room: Room;
  infoOf(participant: Participant): ParticipantInfo;
}

/** Changes of a frame, combined: clients get a single message about a changed participant. */
export class RoomNews {
  readonly version: number;
  /** Participants by sid, in the order of their first change; a session that has left never comes back. */
  readonly participants = new Map<string, ParticipantInfo>();
  readonly departed: ParticipantInfo[] = [];
  /** Sids whose own clients get the update too: more than tracks changed, and the participant has not left. */
  readonly changedSids = new Set<string>();
  readonly tracks: TrackChange[] = [];
  /** New speakers; undefined if the frame does not change them. */
  speakers: readonly Speaker[] | undefined;
  readonly update: readonly SignalResponse[];
  readonly qualities: readonly SignalResponse[];
  readonly room: readonly SignalResponse[];
  /** Returns the message for a client that knows the speakers `before`. */
  readonly speakersSince: (before: readonly Speaker[]) => readonly SignalResponse[];
  readonly #room: ChangedRoom;
  #isRoomChanged = false;

  constructor(differences: readonly RoomDifference[], room: ChangedRoom) {
    this.#room = room;
    this.version = room.version;
    const measured = differences.flatMap((one) => this.#recordDifference(one) ?? []);
    this.update = updateOf([...this.participants.values()]).map(encodedOnce);
    this.qualities = qualitiesOf(measured).map(encodedOnce);
    this.room = this.#isRoomChanged ? [encodedOnce(responseOf('roomUpdate', { room: room.room }))] : [];
    const { speakers } = this;
    this.speakersSince = memoize((before) =>
      speakers === undefined ? [] : speakersChanged(before, speakers).map(encodedOnce),
    );
  }

  /** Notes a difference and returns the participant whose quality changed. */
  #recordDifference(one: RoomDifference): Participant | undefined {
    switch (one.type) {
      case 'participantJoined':
        this.#isRoomChanged = true;
        this.#changed(one.participant);
        return one.participant;
      case 'participantLeft':
        this.#isRoomChanged = true;
        this.#left(one.participant, one.reason);
        return undefined;
      case 'participantChanged':
        this.#changed(one.participant);
        return undefined;
      case 'trackPublished':
      case 'trackUnpublished':
      case 'trackMuted':
        this.#isRoomChanged ||= one.type !== 'trackMuted';
        this.tracks.push({ publisherSid: one.participant.sessionId, type: one.type, track: one.track });
        this.#recordState(one.participant);
        return undefined;
      case 'qualityChanged':
        return one.participant;
      case 'speakersChanged':
        this.speakers = one.speakers;
        return undefined;
      case 'roomChanged':
        this.#isRoomChanged = true;
        return undefined;
      case 'policyChanged': // never shown to clients
        return undefined;
    }
  }

  #changed(participant: Participant): void {
    this.changedSids.add(participant.sessionId);
    this.#recordState(participant);
  }

  #left(participant: Participant, reason: string): void {
    const info = departedParticipantInfo(participant, { version: this.version, reason });
    this.departed.push(info);
    this.participants.set(info.sid, info);
  }

  /** Notes a participant's state after the frame; if the participant is gone by then, its end follows. */
  #recordState({ sessionId }: Participant): void {
    const present = this.#room.state.get(sessionId);
    if (present !== undefined) this.participants.set(sessionId, this.#room.infoOf(present));
  }
}

export const updateOf = (participants: ParticipantInfo[]): SignalResponse[] =>
  participants.length === 0 ? [] : [responseOf('update', { participants })];

export function qualitiesOf(participants: readonly Participant[]): SignalResponse[] {
  const updates = participants.flatMap((one) => connectionQualityOf(one) ?? []);
  return updates.length === 0 ? [] : [responseOf('connectionQuality', { updates })];
}

export function speakersChanged(
  before: readonly Pick<Speaker, 'sessionId'>[],
  after: readonly Speaker[],
): SignalResponse[] {
  const speakers = speakerChanges(before, after);
  return speakers.length === 0 ? [] : [responseOf('speakersChanged', { speakers })];
}
