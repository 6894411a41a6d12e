// Wire shapes to ours and back. Everything optional on the wire becomes definite here; nothing past this file sees a wire type of the roster.
import {
  kindFromWire,
  kindToWire,
  layerKindFromWire,
  layerKindToWire,
  limits,
  qualityFromWire,
  type RtpParameters,
  rtpParametersFromWire,
  sourceFromWire,
  sourceToWire,
  type wire,
} from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import type { ParticipantRow, RosterEvent, RosterSnapshot, SpeakerRow, TrackRow } from '../core/roster.ts';
import type { Placement, PlacementExplanation, PlacementOption } from '../types.ts';

/** One track as we receive it. */
export interface SubscriptionRow {
  readonly consumerId: string;
  readonly trackId: string;
  readonly publisherSessionId: string;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: RtpParameters;
  readonly producerPaused: boolean;
  readonly trackEpoch: number;
}
export interface TransportRow {
  readonly id: string;
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

export function trackRow(track: wire.TrackInfo.$Properties | null | undefined): TrackRow {
  return {
    trackId: track?.trackId ?? '',
    kind: kindFromWire(track?.kind),
    source: sourceFromWire(track?.source),
    name: track?.name ?? '',
    muted: track?.muted ?? false,
    mimeType: track?.mimeType ?? '',
    layerKind: layerKindFromWire(track?.layerKind),
    layers: (track?.layers ?? []).map((layer) => ({
      spatialLayer: layer.spatialLayer ?? 0,
      width: layer.width ?? 0,
      height: layer.height ?? 0,
    })),
    nodeId: track?.nodeId ?? '',
    width: track?.width ?? 0,
    height: track?.height ?? 0,
  };
}

export function trackInfo(row: TrackRow, maxBitrateBps: readonly number[]): wire.TrackInfo.$Properties {
  return {
    trackId: row.trackId,
    kind: kindToWire(row.kind),
    source: sourceToWire(row.source),
    name: row.name,
    muted: row.muted,
    mimeType: row.mimeType,
    layerKind: layerKindToWire(row.layerKind),
    layers: row.layers.map((layer, index) => ({ ...layer, maxBitrateBps: maxBitrateBps[index] ?? 0 })),
    width: row.width,
    height: row.height,
  };
}

export function participantRow(info: wire.ParticipantInfo.$Properties | null | undefined): ParticipantRow {
  const tracks = (info?.tracks ?? []).map((track) => trackRow(track));
  return {
    sessionId: info?.sessionId ?? '',
    identity: info?.identity ?? '',
    name: info?.name ?? '',
    metadata: info?.metadata ?? '',
    nodeId: info?.nodeId ?? '',
    signalingId: info?.signalingId ?? '',
    region: info?.region ?? '',
    joinedWallMs: info?.joinedWallMs ?? 0,
    quality: qualityFromWire(info?.quality),
    permissions: {
      canPublish: info?.canPublish ?? false,
      canSubscribe: info?.canSubscribe ?? false,
      canPublishData: info?.canPublishData ?? false,
      admin: info?.admin ?? false,
      hidden: info?.hidden ?? false,
    },
    tracks: new Map(tracks.map((track) => [track.trackId, track])),
  };
}

const speakerRows = (speakers: wire.Speaker.$Properties[] | null | undefined): SpeakerRow[] =>
  (speakers ?? [])
    .slice(0, limits.speakersMax)
    .map((one) => ({ sessionId: one.sessionId ?? '', levelDbov: one.levelDbov ?? -127 }));

/** A roster event; undefined for one that this version does not know. */
export function rosterEvent(event: wire.RoomEvent.$Properties): { seq: number; event: RosterEvent } | undefined {
  const seq = event.seq ?? 0;
  const at = (body: RosterEvent): { seq: number; event: RosterEvent } => ({ seq, event: body });
  if (event.participantJoined)
    return at({ type: 'participantJoined', participant: participantRow(event.participantJoined.participant) });
  if (event.participantChanged)
    return at({ type: 'participantChanged', participant: participantRow(event.participantChanged.participant) });
  if (event.participantLeft) {
    const { sessionId, reason } = event.participantLeft;
    return at({ type: 'participantLeft', sessionId: sessionId ?? '', reason: reason ?? '' });
  }
  if (event.trackPublished) {
    return at({
      type: 'trackPublished',
      sessionId: event.trackPublished.sessionId ?? '',
      track: trackRow(event.trackPublished.track),
    });
  }
  if (event.trackUnpublished) {
    const { sessionId, trackId, reason } = event.trackUnpublished;
    return at({ type: 'trackUnpublished', sessionId: sessionId ?? '', trackId: trackId ?? '', reason: reason ?? '' });
  }
  if (event.trackMuted) {
    const { sessionId, trackId, muted } = event.trackMuted;
    return at({ type: 'trackMuted', sessionId: sessionId ?? '', trackId: trackId ?? '', muted: muted ?? false });
  }
  if (event.speakersChanged)
    return at({ type: 'speakersChanged', speakers: speakerRows(event.speakersChanged.speakers) });
  if (event.qualityChanged) {
    const { sessionId, quality } = event.qualityChanged;
    return at({ type: 'qualityChanged', sessionId: sessionId ?? '', quality: qualityFromWire(quality) });
  }
  return undefined;
}

/** The roster in Joined; ourselves are always in it. */
export function snapshotOfJoined(joined: wire.Joined.$Properties): RosterSnapshot {
  const self = participantRow(joined.self);
  const others = (joined.participants ?? [])
    .map((info) => participantRow(info))
    .filter((row) => row.sessionId !== self.sessionId);
  return {
    selfSessionId: joined.sessionId ?? self.sessionId,
    epoch: joined.placement?.roomEpoch ?? 0,
    seq: joined.rosterSeq ?? 0,
    participants: [self, ...others],
    speakers: speakerRows(joined.speakers),
  };
}

export function snapshotOfRoster(snapshot: wire.RosterSnapshot.$Properties, selfSessionId: string): RosterSnapshot {
  return {
    selfSessionId,
    epoch: snapshot.roomEpoch ?? 0,
    seq: snapshot.rosterSeq ?? 0,
    participants: (snapshot.participants ?? []).map((info) => participantRow(info)),
    speakers: speakerRows(snapshot.speakers),
  };
}

/** Throws REQUEST_INVALID when the RTP parameters are not usable. */
export function subscriptionRow(subscription: wire.Subscription.$Properties): SubscriptionRow {
  return {
    consumerId: subscription.consumerId ?? '',
    trackId: subscription.trackId ?? '',
    publisherSessionId: subscription.publisherSessionId ?? '',
    kind: kindFromWire(subscription.kind),
    rtpParameters: rtpParametersFromWire(subscription.rtpParameters),
    producerPaused: subscription.producerPaused ?? false,
    trackEpoch: subscription.trackEpoch ?? 0,
  };
}

export function iceParametersOf(ice: wire.IceParameters.$Properties | null | undefined): types.IceParameters {
  return {
    usernameFragment: ice?.usernameFragment ?? '',
    password: ice?.password ?? '',
    iceLite: ice?.iceLite ?? true,
  };
}

export function transportRow(transport: wire.TransportInfo.$Properties | null | undefined): TransportRow {
  const dtls = transport?.dtlsParameters;
  return {
    id: transport?.id ?? '',
    iceParameters: iceParametersOf(transport?.iceParameters),
    iceCandidates: (transport?.iceCandidates ?? []).map((candidate) => ({
      foundation: candidate.foundation ?? '',
      priority: candidate.priority ?? 0,
      address: candidate.address ?? '',
      ip: candidate.address ?? '',
      protocol: candidate.protocol === 'tcp' ? 'tcp' : 'udp',
      port: candidate.port ?? 0,
      type: 'host',
      ...(candidate.protocol === 'tcp' ? { tcpType: 'passive' as const } : {}),
    })),
    dtlsParameters: {
      role: dtls?.role === 'client' || dtls?.role === 'server' ? dtls.role : 'auto',
      fingerprints: (dtls?.fingerprints ?? []).map((entry) => ({
        algorithm: (entry.algorithm ?? 'sha-256') as types.FingerprintAlgorithm,
        value: entry.value ?? '',
      })),
    },
  };
}

/** A resumed session is where it was: its answer names no decision, so the known one stays; the signaling side is the new one. */
export function placementOf(joined: wire.Joined.$Properties, before: Placement | undefined): Placement {
  const placement = placementRow(joined);
  if (before === undefined || placement.decisionId !== '' || placement.nodeId !== before.nodeId) return placement;
  const { signalingId, signalingRegion, ownerId, roomEpoch, serverJoinMs } = placement;
  return { ...before, signalingId, signalingRegion, ownerId, roomEpoch, serverJoinMs };
}

/** After a move: the same session at another media node. What was said of its join says nothing of that. */
export function placementAt(before: Placement, node: wire.Place.$Properties, decisionId: string): Placement {
  const { nodeId, hostId, region, city, latitude, longitude } = node;
  return {
    ...before,
    decisionId,
    nodeId: nodeId ?? '',
    hostId: hostId ?? '',
    region: region ?? '',
    city: city ?? '',
    latitude: latitude ?? 0,
    longitude: longitude ?? 0,
    reasons: [],
  };
}

function placementRow(joined: wire.Joined.$Properties): Placement {
  const placement = joined.placement;
  const node = placement?.node;
  return {
    decisionId: placement?.decisionId ?? '',
    nodeId: node?.nodeId ?? '',
    hostId: node?.hostId ?? '',
    region: node?.region ?? '',
    city: node?.city ?? '',
    latitude: node?.latitude ?? 0,
    longitude: node?.longitude ?? 0,
    signalingId: placement?.signalingId ?? '',
    signalingRegion: placement?.signalingRegion ?? '',
    ownerId: placement?.ownerId ?? '',
    roomEpoch: placement?.roomEpoch ?? 0,
    locationSource: placement?.locationSource ?? '',
    locationRadiusKm: placement?.locationRadiusKm ?? 0,
    locationLabel: placement?.locationLabel ?? '',
    reasons: placement?.reasons ?? [],
    provisional: placement?.provisional ?? false,
    mode: placement?.mode ?? '',
    serverJoinMs: joined.serverJoinMs ?? 0,
  };
}

export function explanationOf(
  decisionId: string,
  explained: wire.PlacementExplained.$Properties | null | undefined,
): PlacementExplanation {
  return {
    decisionId,
    reasons: (explained?.reasons ?? []).slice(0, reasonsMax),
    options: (explained?.options ?? []).slice(0, optionsMax).map(optionRow),
  };
}

const reasonsMax = 32; // the service gives six or so
const optionsMax = 8; // the service names five
const partsMax = 8;

function optionRow(option: wire.PlacementOption.$Properties): PlacementOption {
  const { nodeId, region, city, points, parts, filter } = option;
  return {
    nodeId: nodeId ?? '',
    region: region ?? '',
    city: city ?? '',
    points: points ?? 0,
    parts: (parts ?? []).slice(0, partsMax).map((part) => ({
      name: part.name ?? '',
      points: part.points ?? 0,
      pointsMax: part.pointsMax ?? 0,
      reason: part.reason ?? '',
    })),
    refusedBy: filter ?? '',
  };
}
