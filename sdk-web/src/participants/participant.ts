// One person (or program) in the room, ourselves or another.
import type { ParticipantRow } from '../core/roster.ts';
import type { TrackPublication } from '../tracks/publication.ts';
import type { ConnectionQuality, ParticipantPermissions, TrackSource } from '../types.ts';

export abstract class Participant {
  #row: ParticipantRow;
  #isSpeaking = false;
  #audioLevel = 0;

  protected constructor(row: ParticipantRow) {
    this.#row = row;
  }

  abstract get isLocal(): boolean;
  /** Tracks by track id. */
  abstract get trackPublications(): ReadonlyMap<string, TrackPublication>;

  get identity(): string {
    return this.#row.identity;
  }
  /** This stay in the room; another one after leaving and coming back. */
  get sessionId(): string {
    return this.#row.sessionId;
  }
  get name(): string {
    return this.#row.name;
  }
  get metadata(): string {
    return this.#row.metadata;
  }
  get permissions(): ParticipantPermissions {
    return this.#row.permissions;
  }
  get joinedAt(): Date {
    return new Date(this.#row.joinedWallMs);
  }
  get connectionQuality(): ConnectionQuality {
    return this.#row.quality;
  }
  /** The media node this participant is attached to. */
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
  /** 0 silence … 1 loudest. */
  get audioLevel(): number {
    return this.#audioLevel;
  }
  get isCameraEnabled(): boolean {
    return this.#sends('camera');
  }
  get isMicrophoneEnabled(): boolean {
    return this.#sends('microphone');
  }
  get isScreenShareEnabled(): boolean {
    return this.#sends('screen_share');
  }

  /** The publication of that source, the newest when there are several. */
  getTrackPublication(source: TrackSource): TrackPublication | undefined {
    return [...this.trackPublications.values()].findLast((publication) => publication.source === source);
  }

  /** @internal */
  get row(): ParticipantRow {
    return this.#row;
  }
  /** @internal */
  update(row: ParticipantRow): void {
    this.#row = row;
  }
  /** @internal */
  setSpeaking(isSpeaking: boolean, audioLevel: number): void {
    this.#isSpeaking = isSpeaking;
    this.#audioLevel = audioLevel;
  }

  #sends(source: TrackSource): boolean {
    const publication = this.getTrackPublication(source);
    return publication !== undefined && !publication.isMuted;
  }
}
