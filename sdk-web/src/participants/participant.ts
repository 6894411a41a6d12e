// A person or program in the room: ourselves, or a remote participant.

import { type ParticipantKind, type Participant as Row, streamState } from '@meridian/protocol';
import type { TrackPublication } from '../tracks/publication.ts';
import type { ConnectionQuality, ParticipantPermissions, RoomRole, TrackSource } from '../types.ts';

export abstract class Participant {
  #row: Row;
  #isSpeaking = false;
  #audioLevel = 0;

  /** @internal */
  protected constructor(row: Row) {
    this.#row = row;
  }

  abstract get isLocal(): boolean;
  /** Publications by track id. */
  abstract get trackPublications(): ReadonlyMap<string, TrackPublication>;

  get identity(): string {
    return this.#row.identity;
  }
  /** Id of this stay in the room; a later stay has another. */
  get sessionId(): string {
    return this.#row.sessionId;
  }
  /** @internal Protocol between SDKs (`clientProtocols`). */
  get clientProtocol(): number {
    return this.#row.clientProtocol;
  }
  get name(): string {
    return this.#row.name;
  }
  get metadata(): string {
    return this.#row.metadata;
  }
  /** Texts of the application by key, from the token and from `localParticipant.setAttributes()`. */
  get attributes(): Readonly<Record<string, string>> {
    return this.#row.attributes;
  }
  /** True for a participant behind a gateway whose media has stopped: its encoder has gone, or is silent. */
  get isStreamStopped(): boolean {
    return this.kind === 'gateway' && this.attributes[streamState.attribute] === streamState.stopped;
  }
  /** `standard` for a person, else the kind of program. */
  get kind(): ParticipantKind {
    return this.#row.kind;
  }
  /** `webrtc`, or the protocol of a participant behind a gateway, such as `rtmp`. */
  get protocol(): string {
    return this.#row.protocol;
  }
  /** Role from the room's policy; '': the role of the token. */
  get role(): RoomRole | '' {
    return this.#row.role;
  }
  /** Time at which the hand was raised, by the service's wall clock, milliseconds since 1970; 0: the hand is down. */
  get handRaisedAtMs(): number {
    return this.#row.handRaisedWallMs;
  }
  get permissions(): ParticipantPermissions {
    return permissionsOf(this.#row);
  }
  get joinedAt(): Date {
    return new Date(this.#row.joinedWallMs);
  }
  get connectionQuality(): ConnectionQuality {
    return this.#row.quality;
  }
  get nodeId(): string {
    return this.#row.nodeId;
  }
  get signalingId(): string {
    return this.#row.signalingId;
  }
  get region(): string {
    return this.#row.region;
  }
  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }
  /** Level of the audio, from 0 (silence) to 1 (loudest). */
  get audioLevel(): number {
    return this.#audioLevel;
  }
  get isCameraEnabled(): boolean {
    return this.#isSending('camera');
  }
  get isMicrophoneEnabled(): boolean {
    return this.#isSending('microphone');
  }
  get isScreenShareEnabled(): boolean {
    return this.#isSending('screen_share');
  }

  /** Returns the publication of that source, the newest if there are several. */
  getTrackPublication(source: TrackSource): TrackPublication | undefined {
    return [...this.trackPublications.values()].findLast((publication) => publication.source === source);
  }

  /** @internal */
  get row(): Row {
    return this.#row;
  }
  /** @internal */
  update(row: Row): void {
    this.#row = row;
  }
  /** @internal */
  setSpeaking(isSpeaking: boolean, audioLevel: number): void {
    this.#isSpeaking = isSpeaking;
    this.#audioLevel = audioLevel;
  }

  #isSending(source: TrackSource): boolean {
    const publication = this.getTrackPublication(source);
    return publication !== undefined && !publication.isMuted;
  }
}

/** @internal */
export const permissionsOf = ({
  canPublish,
  canSubscribe,
  canPublishData,
  admin,
  hidden,
}: Row): ParticipantPermissions => ({ canPublish, canSubscribe, canPublishData, admin, hidden });
