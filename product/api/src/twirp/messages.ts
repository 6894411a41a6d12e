import {
  Room as LiveKitRoom,
  ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  ParticipantPermission,
  TrackInfo,
  TrackSource,
  TrackType,
} from '@livekit/protocol';
import {
  type Participant,
  type ParticipantKind,
  type TrackSource as Source,
  type Track,
  trackSources,
} from '@meridian/protocol';
import type { Room } from '../rooms/rooms.ts';
import { tracksOf } from '../rooms/schemas.ts';

const sources: { readonly [source in Source]: TrackSource } = {
  unknown: TrackSource.UNKNOWN,
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
};
/** Converts a source of LiveKit; returns undefined for a source that does not exist here. */
export const sourceOf = (source: TrackSource): Source | undefined =>
  trackSources.find((ownSource) => sources[ownSource] === source);
const kinds: { readonly [kind in ParticipantKind]: ParticipantInfo_Kind } = {
  standard: ParticipantInfo_Kind.STANDARD,
  gateway: ParticipantInfo_Kind.INGRESS,
  recorder: ParticipantInfo_Kind.EGRESS,
  agent: ParticipantInfo_Kind.AGENT,
};

const secondsOf = (wallMs: number): bigint => BigInt(Math.floor(wallMs / 1000));

/** `emptyTimeout` applies until the first person joins, `departureTimeout` after the last one has left. */
export const liveKitRoom = (room: Room): LiveKitRoom =>
  new LiveKitRoom({
    sid: room.sid,
    name: room.name,
    emptyTimeout: room.idleMsMax / 1000,
    departureTimeout: Math.floor(room.policy.emptyTimeoutMs / 1000),
    maxParticipants: room.policy.capacity,
    creationTime: secondsOf(room.createdWallMs),
    creationTimeMs: BigInt(Math.floor(room.createdWallMs)),
    metadata: room.metadata,
    numParticipants: room.participants,
    numPublishers: room.publishers,
  });

export const liveKitTrack = (track: Track): TrackInfo =>
  new TrackInfo({
    sid: track.trackId,
    type: track.kind === 'audio' ? TrackType.AUDIO : TrackType.VIDEO,
    source: sources[track.source],
    name: track.name,
    muted: track.muted,
    mimeType: track.mimeType,
    width: track.width,
    height: track.height,
    simulcast: track.layerKind === 'simulcast',
  });

export function liveKitParticipant(participant: Participant): ParticipantInfo {
  const { canPublish, publishSources = [], canSubscribe, canPublishData, hidden, joinedWallMs } = participant;
  const tracks = tracksOf(participant);
  return new ParticipantInfo({
    sid: participant.sessionId,
    identity: participant.identity,
    name: participant.name,
    state: ParticipantInfo_State.ACTIVE,
    metadata: participant.metadata,
    attributes: { ...participant.attributes },
    joinedAt: secondsOf(joinedWallMs),
    joinedAtMs: BigInt(Math.floor(joinedWallMs)),
    permission: new ParticipantPermission({
      canPublish,
      canPublishSources: publishSources.map((source) => sources[source]),
      canSubscribe,
      canPublishData,
      hidden,
    }),
    region: participant.region,
    isPublisher: tracks.length > 0,
    kind: kinds[participant.kind],
    tracks: tracks.map(liveKitTrack),
  });
}
