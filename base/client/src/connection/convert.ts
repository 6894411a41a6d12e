// Converts wire shapes to ours and back. Optional fields of the wire become definite; no other file sees a wire type of
// the roster.
import {
  kindFromWire,
  limits,
  participantFromWire,
  type RtpParameters,
  roomInfoFromWire,
  rtpParametersFromWire,
  speakersFromWire,
  viewersFromWire,
  type wire,
} from '@meridian/protocol';
import type { RosterSnapshot } from '../core/roster.ts';
import type {
  CrowdHands,
  CrowdPeople,
  Lobby,
  Placement,
  PlacementExplanation,
  PlacementOption,
  Waiting,
} from '../types.ts';

export interface SubscriptionRow {
  readonly consumerId: string;
  readonly trackId: string;
  readonly publisherSessionId: string;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: RtpParameters;
  readonly producerPaused: boolean;
  readonly trackEpoch: number;
}

export function snapshotOfJoined(joined: wire.Joined.$Properties): RosterSnapshot {
  const self = participantFromWire(joined.self ?? {});
  const others = (joined.participants ?? []).map(participantFromWire).filter((one) => one.sessionId !== self.sessionId);
  return {
    selfSessionId: joined.sessionId ?? self.sessionId,
    epoch: joined.placement?.roomEpoch ?? 0,
    seq: joined.rosterSeq ?? 0,
    participants: [self, ...others],
    speakers: speakersFromWire(joined.speakers),
    info: roomInfoFromWire(joined.roomInfo),
    viewers: viewersFromWire(joined.viewers),
  };
}

/** Throws REQUEST_INVALID when the RTP parameters are unusable. */
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

/** An unknown reason of a later version counts as `lobby`: a host has to admit us. */
export const waitingOf = ({ reason, hosts }: wire.Waiting.$Properties): Waiting => ({
  reason: reason === 'no_host' || reason === 'removed' ? reason : 'lobby',
  hosts: hosts ?? 0,
});

export const lobbyOf = ({ waiters, more }: wire.Lobby.$Properties): Lobby => ({
  waiters: (waiters ?? []).slice(0, limits.waitersShownMax).map((waiter) => ({
    waitId: waiter.waitId ?? '',
    identity: waiter.identity ?? '',
    name: waiter.name ?? '',
    sinceWallMs: waiter.sinceWallMs ?? 0,
    removed: waiter.removed ?? false,
  })),
  more: more ?? 0,
});

export const crowdHandsOf = ({ hands, more }: wire.CrowdHands.$Properties): CrowdHands => ({
  hands: (hands ?? []).slice(0, limits.waitersShownMax).map(({ identity, name, sinceWallMs }) => ({
    identity: identity ?? '',
    name: name ?? '',
    sinceWallMs: sinceWallMs ?? 0,
  })),
  more: more ?? 0,
});

export const crowdPeopleOf = (answer: wire.CrowdPeople.$Properties | null | undefined): CrowdPeople => ({
  people: (answer?.people ?? []).map(({ identity, name, joinedWallMs }) => ({
    identity: identity ?? '',
    name: name ?? '',
    joinedWallMs: joinedWallMs ?? 0,
  })),
  total: answer?.total ?? 0,
  next: answer?.next ?? '',
});

/** Returns the placement after a join; after a resume, the known placement at the new signaling node. */
export function placementOf(joined: wire.Joined.$Properties, before: Placement | undefined): Placement {
  const placement = placementRow(joined);
  if (before === undefined || placement.decisionId !== '' || placement.nodeId !== before.nodeId) return placement;
  const { signalingId, signalingRegion, ownerId, roomEpoch, serverJoinMs } = placement;
  return { ...before, signalingId, signalingRegion, ownerId, roomEpoch, serverJoinMs };
}

/** Returns the placement after a move to another media node. The explanation of the join does not apply to it. */
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

const reasonsMax = 32; // the service sends about six
const optionsMax = 8; // the service sends five
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
