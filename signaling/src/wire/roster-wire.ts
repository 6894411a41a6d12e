// Rooms between their wire form and ours.
import {
  kindFromWire,
  kindToWire,
  layerKindFromWire,
  layerKindToWire,
  qualityFromWire,
  qualityToWire,
  sourceFromWire,
  sourceToWire,
  type wire,
} from '@meridian/protocol';
import type { Participant, RosterChange, RosterEvent, RosterView, Speaker, Track } from '../core/index.ts';

/** Throws REQUEST_INVALID when the track has no kind. */
export function trackFromWire(track: wire.TrackInfo.$Properties): Track {
  return {
    trackId: track.trackId ?? '',
    kind: kindFromWire(track.kind),
    source: sourceFromWire(track.source),
    name: track.name ?? '',
    muted: track.muted ?? false,
    mimeType: track.mimeType ?? '',
    layerKind: layerKindFromWire(track.layerKind),
    layers: (track.layers ?? []).map((layer) => ({
      spatialLayer: layer.spatialLayer ?? 0,
      width: layer.width ?? 0,
      height: layer.height ?? 0,
      maxBitrateBps: layer.maxBitrateBps ?? 0,
    })),
    nodeId: track.nodeId ?? '',
    width: track.width ?? 0,
    height: track.height ?? 0,
  };
}

export function trackToWire(track: Track): wire.TrackInfo.$Properties {
  return {
    ...track,
    kind: kindToWire(track.kind),
    source: sourceToWire(track.source),
    layerKind: layerKindToWire(track.layerKind),
    layers: [...track.layers],
  };
}

export function participantFromWire(participant: wire.ParticipantInfo.$Properties): Participant {
  return {
    sessionId: participant.sessionId ?? '',
    identity: participant.identity ?? '',
    name: participant.name ?? '',
    metadata: participant.metadata ?? '',
    nodeId: participant.nodeId ?? '',
    signalingId: participant.signalingId ?? '',
    region: participant.region ?? '',
    joinedWallMs: participant.joinedWallMs ?? 0,
    quality: qualityFromWire(participant.quality),
    canPublish: participant.canPublish ?? false,
    canSubscribe: participant.canSubscribe ?? false,
    canPublishData: participant.canPublishData ?? false,
    admin: participant.admin ?? false,
    hidden: participant.hidden ?? false,
    tracks: (participant.tracks ?? []).map(trackFromWire),
  };
}

export function participantToWire(participant: Participant): wire.ParticipantInfo.$Properties {
  return { ...participant, quality: qualityToWire(participant.quality), tracks: participant.tracks.map(trackToWire) };
}

export const speakersFromWire = (speakers: wire.Speaker.$Properties[] | null | undefined): Speaker[] =>
  (speakers ?? []).map((speaker) => ({ sessionId: speaker.sessionId ?? '', levelDbov: speaker.levelDbov ?? -127 }));

export function viewFromWire(view: wire.RosterSnapshot.$Properties): RosterView {
  return {
    epoch: view.roomEpoch ?? 0,
    seq: view.rosterSeq ?? 0,
    participants: (view.participants ?? []).map(participantFromWire),
    speakers: speakersFromWire(view.speakers),
  };
}

export function viewToWire(view: RosterView): wire.RosterSnapshot.$Properties {
  return {
    roomEpoch: view.epoch,
    rosterSeq: view.seq,
    participants: view.participants.map(participantToWire),
    speakers: [...view.speakers],
  };
}

export function eventFromWire(event: wire.RoomEvent.$Properties): RosterEvent {
  return { seq: event.seq ?? 0, change: changeFromWire(event) };
}

function changeFromWire(event: wire.RoomEvent.$Properties): RosterChange {
  const sessionId = (message: { sessionId?: string | null }): string => message.sessionId ?? '';
  if (event.participantJoined)
    return { type: 'participantJoined', participant: participantFromWire(event.participantJoined.participant ?? {}) };
  if (event.participantLeft)
    return {
      type: 'participantLeft',
      sessionId: sessionId(event.participantLeft),
      reason: event.participantLeft.reason ?? '',
    };
  if (event.participantChanged)
    return { type: 'participantChanged', participant: participantFromWire(event.participantChanged.participant ?? {}) };
  if (event.trackPublished)
    return {
      type: 'trackPublished',
      sessionId: sessionId(event.trackPublished),
      track: trackFromWire(event.trackPublished.track ?? {}),
    };
  if (event.trackUnpublished) {
    const { trackId, reason } = event.trackUnpublished;
    return {
      type: 'trackUnpublished',
      sessionId: sessionId(event.trackUnpublished),
      trackId: trackId ?? '',
      reason: reason ?? '',
    };
  }
  if (event.trackMuted)
    return {
      type: 'trackMuted',
      sessionId: sessionId(event.trackMuted),
      trackId: event.trackMuted.trackId ?? '',
      muted: event.trackMuted.muted ?? false,
    };
  if (event.speakersChanged)
    return { type: 'speakersChanged', speakers: speakersFromWire(event.speakersChanged.speakers) };
  if (event.qualityChanged)
    return {
      type: 'qualityChanged',
      sessionId: sessionId(event.qualityChanged),
      quality: qualityFromWire(event.qualityChanged.quality),
    };
  return { type: 'unknown' };
}

export function eventToWire({ seq, change }: RosterEvent): wire.RoomEvent.$Properties {
  switch (change.type) {
    case 'participantJoined':
      return { seq, participantJoined: { participant: participantToWire(change.participant) } };
    case 'participantLeft':
      return { seq, participantLeft: { sessionId: change.sessionId, reason: change.reason } };
    case 'participantChanged':
      return { seq, participantChanged: { participant: participantToWire({ ...change.participant, tracks: [] }) } };
    case 'trackPublished':
      return { seq, trackPublished: { sessionId: change.sessionId, track: trackToWire(change.track) } };
    case 'trackUnpublished':
      return { seq, trackUnpublished: { sessionId: change.sessionId, trackId: change.trackId, reason: change.reason } };
    case 'trackMuted':
      return { seq, trackMuted: { sessionId: change.sessionId, trackId: change.trackId, muted: change.muted } };
    case 'speakersChanged':
      return { seq, speakersChanged: { speakers: [...change.speakers] } };
    case 'qualityChanged':
      return { seq, qualityChanged: { sessionId: change.sessionId, quality: qualityToWire(change.quality) } };
    case 'unknown':
      return { seq };
  }
}
