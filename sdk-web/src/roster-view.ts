// Keeps the RemoteParticipants and their publications in step with the roster, and emits the changes.

import { type Emitter, Roster, type RosterDifference, type RosterSnapshot } from '@meridian/client';
import {
  changedAttributes,
  limits,
  type RoomInfo,
  type RosterEvent,
  type Participant as Row,
  type Speaker,
  type Track,
  type Viewers,
} from '@meridian/protocol';
import type { RoomEventMap } from './events.ts';
import type { LocalParticipant } from './participants/local-participant.ts';
import { type Participant, permissionsOf } from './participants/participant.ts';
import { RemoteParticipant } from './participants/remote-participant.ts';
import { RemoteTrackPublication, type SubscriptionControl } from './tracks/remote-publication.ts';
import type { BreakOut, RoomRecording } from './types.ts';

export interface RosterViewPorts {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly local: LocalParticipant;
  readonly control: SubscriptionControl;
  autoSubscribe(): boolean;
  onLeft(sessionId: string): void;
  /** Called when a publication has appeared, for which a subscription may wait. */
  onPublished(trackId: string): void;
  /** Called before a publication is removed, so that its subscription goes first. */
  beforeUnpublish(trackId: string): void;
  ownTrackRemoved(trackId: string, reason: string): void;
  ownTrackMuted(trackId: string, muted: boolean): void;
}
interface FoundPublication {
  readonly publication: RemoteTrackPublication;
  readonly participant: RemoteParticipant;
}

export class RosterView {
  readonly #ports: RosterViewPorts;
  readonly #byIdentity = new Map<string, RemoteParticipant>();
  readonly #bySession = new Map<string, RemoteParticipant>();
  readonly #byTrack = new Map<string, FoundPublication>();
  #roster = new Roster();
  #speakers: readonly Participant[] = [];

  constructor(ports: RosterViewPorts) {
    this.#ports = ports;
  }

  get participants(): ReadonlyMap<string, RemoteParticipant> {
    return this.#byIdentity;
  }
  get speakers(): readonly Participant[] {
    return this.#speakers;
  }
  get recordings(): readonly RoomRecording[] {
    return this.#roster.info.recordings.map(
      ({ recordingId, identity, state, sinceWallMs, byIdentity, expectedWallMs, failure, mode, layout, later }) => ({
        recordingId,
        identity,
        state,
        sinceMs: sinceWallMs,
        byIdentity,
        expectedAtMs: expectedWallMs,
        failure,
        mode: mode === '' ? 'tracks' : mode,
        layout,
        composed: mode === 'composed' && state === 'running' ? (later ? 'later' : 'live') : undefined,
      }),
    );
  }
  get breakOuts(): readonly BreakOut[] {
    return this.#roster.info.breakOuts.map(({ breakOutId, name, identities, endsWallMs }) => ({
      breakOutId,
      name,
      identities,
      endsAtMs: endsWallMs,
    }));
  }
  get roster(): Roster {
    return this.#roster;
  }

  bySession(sessionId: string): RemoteParticipant | undefined {
    return this.#bySession.get(sessionId);
  }
  find(trackId: string): FoundPublication | undefined {
    return this.#byTrack.get(trackId);
  }

  /** Replaces the roster. `announce` false: emits no event for participants that were present at our join. */
  replace(snapshot: RosterSnapshot, announce: boolean): void {
    const differences = this.#roster.replace(snapshot);
    const self = this.#roster.get(snapshot.selfSessionId);
    if (self !== undefined) this.#ports.local.update(self);
    this.#applyAll(differences, announce);
  }

  apply(epoch: number, events: readonly RosterEvent[]): void {
    this.#applyAll(this.#roster.apply(epoch, events), true);
  }

  updateViewers(viewers: Viewers): void {
    this.#applyAll(this.#roster.watched(viewers), true);
  }

  clear(): void {
    for (const participant of [...this.#bySession.values()]) this.#remove(participant);
    this.#roster = new Roster();
    this.#speakers = [];
  }

  #applyAll(differences: readonly RosterDifference[], announce: boolean): void {
    for (const difference of differences) this.#applyDifference(difference, announce);
  }

  #applyDifference(change: RosterDifference, announce: boolean): void {
    const selfSessionId = this.#roster.selfSessionId;
    switch (change.type) {
      case 'participantJoined':
        if (change.participant.sessionId !== selfSessionId) this.#joined(change.participant, announce);
        return;
      case 'participantLeft':
        this.#left(change.participant.sessionId);
        return;
      case 'participantChanged':
        this.#changed(change.participant, change.previous);
        return;
      case 'trackPublished':
        if (change.participant.sessionId !== selfSessionId)
          this.#published(change.participant.sessionId, change.track, announce);
        return;
      case 'trackUnpublished':
        if (change.participant.sessionId === selfSessionId)
          this.#ports.ownTrackRemoved(change.track.trackId, change.reason);
        else this.#unpublished(change.track.trackId);
        return;
      case 'trackMuted':
        if (change.participant.sessionId === selfSessionId)
          this.#ports.ownTrackMuted(change.track.trackId, change.track.muted);
        else this.#muted(change.track);
        return;
      case 'qualityChanged':
        this.#quality(change.participant);
        return;
      case 'speakersChanged':
        this.#updateSpeakers(change.speakers);
        return;
      case 'roomChanged':
        if (announce) this.#roomChanged(change.info, change.previous);
        return;
      case 'viewersChanged':
        if (announce) this.#ports.events.emit('viewersChanged', change.viewers);
        return;
    }
  }

  #roomChanged(info: RoomInfo, previous: RoomInfo): void {
    const { events } = this.#ports;
    if (info.metadata !== previous.metadata) events.emit('roomMetadataChanged', info.metadata);
    const emittedFields = ({ sid, locked, lobby, spotlight, endsWallMs, recordings, kind }: RoomInfo): string =>
      JSON.stringify([sid, locked, lobby, spotlight, endsWallMs, recordings, kind]);
    if (emittedFields(info) !== emittedFields(previous)) events.emit('roomInfoChanged');
    if (JSON.stringify(info.breakOuts) !== JSON.stringify(previous.breakOuts))
      events.emit('breakOutsChanged', this.breakOuts);
  }

  #participant(sessionId: string): Participant | undefined {
    return sessionId === this.#roster.selfSessionId ? this.#ports.local : this.#bySession.get(sessionId);
  }

  #joined(row: Row, announce: boolean): void {
    const participant = new RemoteParticipant(row);
    this.#bySession.set(row.sessionId, participant);
    this.#byIdentity.set(row.identity, participant);
    if (announce) this.#ports.events.emit('participantConnected', participant);
    for (const track of row.tracks) this.#published(row.sessionId, track, announce);
  }

  #left(sessionId: string): void {
    const participant = this.#bySession.get(sessionId);
    if (participant === undefined) return;
    this.#remove(participant);
    this.#ports.events.emit('participantDisconnected', participant);
  }

  #remove(participant: RemoteParticipant): void {
    for (const trackId of [...participant.trackPublications.keys()]) this.#unpublished(trackId);
    this.#bySession.delete(participant.sessionId);
    this.#ports.onLeft(participant.sessionId);
    if (this.#byIdentity.get(participant.identity) === participant) this.#byIdentity.delete(participant.identity);
    const speakers = this.#speakers.filter((speaker) => speaker !== participant);
    if (speakers.length === this.#speakers.length) return;
    this.#speakers = speakers;
    this.#ports.events.emit('activeSpeakersChanged', speakers);
  }

  #changed(row: Row, previous: Row): void {
    const participant = this.#participant(row.sessionId);
    if (participant === undefined) return;
    participant.update(row);
    const { events } = this.#ports;
    if (row.name !== previous.name) events.emit('participantNameChanged', row.name, participant);
    if (row.role !== previous.role) events.emit('participantRoleChanged', row.role, participant);
    const isRaised = row.handRaisedWallMs > 0;
    if (isRaised !== previous.handRaisedWallMs > 0) events.emit('participantHandChanged', isRaised, participant);
    if (row.metadata !== previous.metadata) events.emit('participantMetadataChanged', previous.metadata, participant);
    const attributes = changedAttributes(previous.attributes, row.attributes);
    if (attributes !== undefined) events.emit('participantAttributesChanged', attributes, participant);
    const permissions = permissionsOf(row);
    if (JSON.stringify(permissions) !== JSON.stringify(permissionsOf(previous))) {
      events.emit('participantPermissionsChanged', permissions, participant);
    }
  }

  #published(sessionId: string, row: Track, announce: boolean): void {
    const participant = this.#bySession.get(sessionId);
    if (participant === undefined) return;
    const subscribed = this.#ports.autoSubscribe();
    const publication = new RemoteTrackPublication({ row, control: this.#ports.control, subscribed });
    participant.addPublication(publication);
    this.#byTrack.set(row.trackId, { publication, participant });
    if (announce) this.#ports.events.emit('trackPublished', publication, participant);
    this.#ports.onPublished(row.trackId);
  }

  #unpublished(trackId: string): void {
    const found = this.#byTrack.get(trackId);
    if (found === undefined) return;
    this.#ports.beforeUnpublish(trackId);
    this.#byTrack.delete(trackId);
    found.participant.removePublication(trackId);
    found.publication.close();
    this.#ports.events.emit('trackUnpublished', found.publication, found.participant);
  }

  #muted(row: Track): void {
    const found = this.#byTrack.get(row.trackId);
    if (found === undefined) return;
    found.publication.update(row);
    found.publication.track?.setMutedState(row.muted);
    this.#ports.events.emit(row.muted ? 'trackMuted' : 'trackUnmuted', found.publication, found.participant);
  }

  #quality(row: Row): void {
    const participant = this.#participant(row.sessionId);
    if (participant === undefined) return;
    participant.update(row);
    this.#ports.events.emit('connectionQualityChanged', row.quality, participant);
  }

  #updateSpeakers(rows: readonly Speaker[]): void {
    const speaking = rows.slice(0, limits.speakersMax).flatMap((row) => {
      const participant = this.#participant(row.sessionId);
      return participant === undefined ? [] : [{ participant, level: levelOf(row.levelDbov) }];
    });
    const speakers = speaking.map((one) => one.participant);
    for (const silent of this.#speakers) if (!speakers.includes(silent)) silent.setSpeaking(false, 0);
    for (const { participant, level } of speaking) participant.setSpeaking(true, level);
    if (speakers.length === 0 && this.#speakers.length === 0) return;
    this.#speakers = speakers;
    this.#ports.events.emit('activeSpeakersChanged', speakers);
  }
}

/** Converts dBov (0 loudest … −127 silence) to a share of full scale. */
const levelOf = (levelDbov: number): number => Math.min(1, 10 ** (levelDbov / 20));
