// Converts the SDK's objects to the plain values that components show.
import type { Participant, Placement, RemoteTrackPublication, Room, Track } from '@meridian/sdk-web';
import { type Hosting, recordingOf } from '../core/hosting.ts';
import {
  type HeldReason,
  heldReasons,
  type MediaSource,
  type ParticipantModel,
  type PlacementModel,
} from '../core/model.ts';

const sources = new WeakMap<Track, MediaSource>();
let sourceCount = 0;

/** Returns the same source for the same track, so that React keeps the element and the picture never turns black. */
function sourceOf(track: Track): MediaSource {
  const known = sources.get(track);
  if (known !== undefined) return known;
  sourceCount++;
  const source: MediaSource = {
    id: `track-${sourceCount}`,
    attach: (element) => void track.attach(element),
    create: () => track.attach(),
    detach: (element) => void track.detach(element),
  };
  sources.set(track, source);
  return source;
}

/** Returns everyone in the room, oneself included, without hidden participants. */
export function rosterOf(room: Room): ParticipantModel[] {
  const breakOuts = new Set(room.breakOuts.map(({ name }) => name));
  return [room.localParticipant, ...room.remoteParticipants.values()]
    .filter((one) => one.isLocal || !one.permissions.hidden)
    .map((one) => participantOf(one, breakOuts));
}

/** Returns whether a participant only watches, by a gateway or by WebRTC. Oneself never counts as a viewer. */
export const isViewer = ({ isLocal, permissions }: Pick<Participant, 'isLocal' | 'permissions'>): boolean =>
  !isLocal && !permissions.canPublish;

/** Attribute that the SDK sets for a participant in a break-out of this room. */
const breakOutAttribute = 'breakout';

function participantOf(one: Participant, breakOuts: ReadonlySet<string>): ParticipantModel {
  const breakOut = one.attributes[breakOutAttribute] ?? '';
  const camera = picture(one, 'camera');
  const screen = picture(one, 'screen_share');
  const [cameraHeld, screenHeld] = [heldReason(one, 'camera'), heldReason(one, 'screen_share')];
  return {
    sessionId: one.sessionId,
    identity: one.identity,
    name: one.name === '' ? one.identity : one.name,
    local: one.isLocal,
    admin: one.permissions.admin,
    role: one.role,
    canPublish: one.permissions.canPublish,
    canWrite: one.permissions.canPublishData,
    handRaisedAtMs: one.handRaisedAtMs,
    ...(one.kind === 'gateway' ? { protocol: one.protocol } : {}),
    ...(isViewer(one) ? { viewer: true as const } : {}),
    ...(breakOuts.has(breakOut) ? { breakOut } : {}),
    microphoneOn: one.isMicrophoneEnabled,
    cameraOn: one.isCameraEnabled,
    sending: one.isCameraEnabled || one.isMicrophoneEnabled || one.isScreenShareEnabled,
    ...(camera === undefined ? {} : { camera }),
    ...(screen === undefined ? {} : { screen }),
    ...(cameraHeld === undefined ? {} : { cameraHeld }),
    ...(screenHeld === undefined ? {} : { screenHeld }),
    sounds: one.isLocal ? [] : soundsOf(one),
    speaking: one.isSpeaking,
    quality: one.connectionQuality,
    nodeId: one.nodeId,
    region: one.region,
    joinedWallMs: one.joinedAt.getTime(),
  };
}

function picture(one: Participant, source: 'camera' | 'screen_share'): MediaSource | undefined {
  const publication = one.getTrackPublication(source);
  if (publication?.track === undefined || publication.isMuted) return undefined;
  return sourceOf(publication.track);
}

function heldReason(one: Participant, source: 'camera' | 'screen_share'): HeldReason | undefined {
  // own publications have no reason
  const publication = one.getTrackPublication(source) as Partial<RemoteTrackPublication> | undefined;
  if (publication === undefined || publication.isMuted) return undefined;
  if (one.isStreamStopped) return 'stopped';
  return heldReasons.find((reason) => reason === publication.pausedReason);
}

function soundsOf(one: Participant): MediaSource[] {
  return (['microphone', 'screen_share_audio'] as const).flatMap((source) => {
    const track = one.getTrackPublication(source)?.track;
    return track === undefined ? [] : [sourceOf(track)];
  });
}

/** Returns the room's policy as hosts see it. */
export const hostingOf = (room: Room): Hosting => ({
  locked: room.isLocked,
  lobby: room.hasLobby,
  spotlight: room.spotlight,
  recording: recordingOf(room.recordings, room.localParticipant.identity),
  endsAtMs: room.endsAtMs,
  waiters: room.waiters,
  waiting: room.waiterCount,
  breakOuts: room.breakOuts,
});

export function placementOf(placement: Placement): PlacementModel {
  const { decisionId, nodeId, hostId, region, city, signalingId, signalingRegion, ownerId, roomEpoch } = placement;
  const { locationSource, locationRadiusKm, locationLabel, reasons, provisional, mode } = placement;
  return {
    decisionId,
    nodeId,
    hostId,
    region,
    city,
    signalingId,
    signalingRegion,
    ownerId,
    roomEpoch,
    locationSource,
    locationRadiusKm,
    locationLabel,
    reasons,
    provisional,
    mode,
  };
}
