// Converts wire messages to and from the strict shapes of media/shapes.ts; no other file of the service knows both.
import { isIP } from 'node:net';
import {
  endpointFromWire,
  endpointToWire,
  isControlUrl,
  isFence,
  isIdentity,
  isRoomKey,
  isSessionId,
  kindToWire,
  layerKindToWire,
  limits,
  MeridianError,
  type Participant,
  participantBytes,
  participantFromWire,
  participantToWire,
  partsOfRoomKey,
  policyFromWire,
  type RoomInfo,
  type RoomPolicy,
  roomInfoFromWire,
  rtpCapabilitiesFromWire,
  rtpParametersFromWire,
  rtpParametersToWire,
  type Track,
  trackFromWire,
  trackToWire,
  type wire,
} from '@meridian/protocol';
import { flowsOfPeer, type PathEnd, type PipeEnd } from './core/index.ts';
import type { IceParameters, TransportDescription } from './engine.ts';
import type {
  AttachRequest,
  ChannelMessageShape,
  ConsumerPreferences,
  ConsumerState,
  DataMessageShape,
  GrantShape,
  PublishLimit,
  PulledTrack,
  RoomRef,
  SessionShape,
  SubscribeResult,
  SubscriptionView,
  TrackRequest,
  Transports,
} from './media/shapes.ts';
import type { WarmRequest } from './media/warm-transports.ts';

/** Key size of SipHash. */
const pathKeyBytes = 16;

type Maybe<T> = T | null | undefined;
const invalid = (what: string): never => {
  throw new MeridianError('REQUEST_INVALID', what);
};
const checkedText = (value: Maybe<string>, max: number, what: string): string =>
  (value ?? '').length <= max ? (value ?? '') : invalid(`${what} is longer than ${max}`);

export function roomKeyFrom(key: Maybe<string>): string {
  return key != null && isRoomKey(key) ? key : invalid('not a room key');
}
export const fenceFrom = (fence: Maybe<string>): string =>
  isFence(fence ?? '') ? (fence ?? '') : invalid('not a fence');
export function roomFrom(ref: Maybe<wire.RoomRef.$Properties>): RoomRef {
  return { roomKey: roomKeyFrom(ref?.roomKey), ownerId: ref?.ownerId ?? '', epoch: ref?.epoch ?? 0 };
}

export function trackFrom(info: Maybe<wire.TrackInfo.$Properties>): Track {
  const track = trackFromWire(info ?? {});
  checkedText(track.name, limits.nameLengthMax, 'the track name');
  checkedText(track.mimeType, limits.mimeTypeLengthMax, 'the mime type');
  checkedText(track.nodeId, 64, 'the node id');
  checkedText(track.derivedFrom, 64, 'the id of the original');
  return { ...track, layers: track.layers.slice(0, 8) };
}

export function roomInfoFrom(wireInfo: Maybe<wire.RoomInfo.$Properties>): RoomInfo {
  const info = roomInfoFromWire(wireInfo);
  if (!Number.isSafeInteger(info.version) || info.version < 1)
    invalid('a version of the room is a whole number from 1');
  if (Buffer.byteLength(info.metadata) > limits.roomMetadataBytesMax)
    invalid(`metadata of the room: at most ${limits.roomMetadataBytesMax} bytes`);
  return info;
}

/** Leaves out members, bans and spotlights above the limit of a policy. */
export function policyFrom(wirePolicy: Maybe<wire.RoomPolicy.$Properties>): RoomPolicy {
  const policy = policyFromWire(wirePolicy);
  if (!Number.isSafeInteger(policy.version)) invalid('a version of the policy is a whole number');
  if (Buffer.byteLength(policy.metadata) > limits.roomMetadataBytesMax)
    invalid(`metadata of the room: at most ${limits.roomMetadataBytesMax} bytes`);
  const identities = [...policy.members, ...policy.bans, ...policy.removed].map(({ identity }) => identity);
  if (![...identities, ...policy.spotlight].every(isIdentity)) invalid('not an identity');
  return policy;
}

export function participantFrom(info: Maybe<wire.ParticipantInfo.$Properties>): Participant {
  const participant = participantFromWire({ ...info, tracks: [] });
  if (!isSessionId(participant.sessionId)) invalid('not a session id');
  if (!isIdentity(participant.identity)) invalid('not an identity');
  if (participantBytes(participant) > limits.participantBytesMax)
    invalid(`the participant takes more than ${limits.participantBytesMax} bytes`);
  return participant;
}
export function sessionFrom(session: Maybe<wire.SessionInfo.$Properties>): SessionShape {
  return {
    participant: participantFrom(session?.participant),
    signalingRegion: session?.signalingRegion ?? '',
    resumeKeyHash: checkedText(session?.resumeKeyHash, 128, 'the resume key hash'),
    manualSubscribe: session?.manualSubscribe ?? false,
    capabilities: rtpCapabilitiesFromWire(session?.recvRtpCapabilities),
    decisionId: checkedText(session?.decisionId, 64, 'the decision id'),
    tokenId: checkedText(session?.tokenId, 128, 'the token id'),
    tokenExpiresWallMs: session?.tokenExpiresWallMs ?? 0,
    // counted by this node; only a session that moves here brings its count along
    adoption: session?.moving ? (session.adoption ?? 0) : 0,
    home: session?.home ?? 0,
    moving: session?.moving ?? false,
    fence: fenceFrom(session?.fence),
  };
}
/** Omits the receive capabilities: a reader of a roster does not need 5 kB of codecs per participant. */
export function sessionTo(session: SessionShape): wire.SessionInfo.$Properties {
  const { capabilities: _capabilities, participant, ...rest } = session;
  return { ...rest, participant: participantToWire(participant) };
}

function grantFrom(grant: Maybe<wire.Grant.$Properties>): GrantShape | undefined {
  if (!grant?.claim?.length || !grant.signature?.length || !grant.certificatePem) return undefined;
  return {
    claim: grant.claim,
    signature: grant.signature,
    certificatePem: checkedText(grant.certificatePem, 8192, 'the certificate'),
  };
}
/** An address is of the carrier that the owner names, and of no other. */
function carrierUrlFrom({ carrierNodeId, carrierUrl }: wire.TrackSubscription.$Properties): string | undefined {
  if (!carrierUrl || !carrierNodeId) return undefined;
  if (!isControlUrl(carrierUrl)) invalid('the address of a carrier is a host and a port');
  return carrierUrl;
}
export function trackRequestFrom(request: wire.TrackSubscription.$Properties): TrackRequest {
  return {
    trackId: request.trackId ?? '',
    carrierNodeId: request.carrierNodeId || request.originNodeId || '',
    carrierUrl: carrierUrlFrom(request),
    grant: grantFrom(request.grant),
    paused: request.paused ?? false,
    spatialLayer: request.spatialLayer ?? undefined,
    temporalLayer: request.temporalLayer ?? undefined,
    publisherSessionId: request.publisherSessionId ?? '',
  };
}
export function trackRequestsFrom(requests: Maybe<wire.TrackSubscription.$Properties[]>): TrackRequest[] {
  if ((requests?.length ?? 0) > limits.subscriptionsPerParticipantMax) invalid('too many subscriptions');
  return (requests ?? []).map(trackRequestFrom);
}
export function attachFrom(message: wire.AttachSession.$Properties): AttachRequest {
  const send = endpointFromWire(message.sendEndpoint, 'send');
  const recv = endpointFromWire(message.recvEndpoint, 'receive');
  const session = sessionFrom(message.session);
  // A gateway's viewers have sessions without media, which the node reports to a new owner like other sessions.
  if (send === undefined && recv === undefined && session.participant.kind !== 'gateway')
    invalid('a session sends or receives: neither has an endpoint');
  return {
    room: roomFrom(message.room),
    session,
    send,
    recv,
    trackRequests: trackRequestsFrom(message.subscriptions),
    publishLimit: publishLimitFrom(message.limits),
    warm: message.warm ?? false,
  };
}
export function warmFrom(message: wire.WarmUp.$Properties): WarmRequest {
  const sessionId = message.sessionId ?? '';
  if (!isSessionId(sessionId)) invalid('not a session id');
  const roomKey = roomKeyFrom(message.roomKey);
  return {
    sessionId,
    roomKey,
    tenant: partsOfRoomKey(roomKey)?.tenant ?? '',
    client: checkedText(message.client, 64, 'the key of the address'),
    send: endpointFromWire(message.sendEndpoint, 'send'),
    recv: endpointFromWire(message.recvEndpoint, 'receive'),
    livesMs: message.livesMs ?? 0,
    capabilities:
      message.recvRtpCapabilities == null ? undefined : rtpCapabilitiesFromWire(message.recvRtpCapabilities),
  };
}
export function publishLimitFrom(wireLimits: Maybe<wire.TenantLimits.$Properties>): PublishLimit {
  const { publishBps, version } = { publishBps: wireLimits?.publishBps ?? 0, version: wireLimits?.version ?? 0 };
  return Number.isFinite(publishBps) && publishBps >= 0 ? { publishBps, version } : invalid('not a limit of a tenant');
}
export function consumerPreferencesFrom(update: Maybe<wire.UpdateSubscription.$Properties>): {
  trackId: string;
  subscribed: boolean;
  preferences: ConsumerPreferences;
} {
  const priority = update?.priority ?? 0;
  if (priority > 255) invalid('priorities are 1 to 255');
  return {
    trackId: update?.trackId ?? '',
    subscribed: update?.subscribed ?? false,
    preferences: {
      paused: update?.paused ?? false,
      spatialLayer: update?.spatialLayer ?? undefined,
      temporalLayer: update?.temporalLayer ?? undefined,
      priority,
    },
  };
}

export const iceTo = (ice: IceParameters): wire.IceParameters.$Properties => ({ ...ice });
function transportTo(transport: TransportDescription | undefined): wire.TransportInfo.$Properties | null {
  if (transport === undefined) return null;
  const { id } = transport;
  if (transport.kind === 'plain') return { id, plain: endpointToWire(transport).plain ?? null };
  return {
    id,
    iceParameters: iceTo(transport.iceParameters),
    iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate })),
    dtlsParameters: {
      role: transport.dtlsRole,
      fingerprints: transport.fingerprints.map((fingerprint) => ({ ...fingerprint })),
    },
    sctp: transport.sctp ?? null,
  };
}
export const transportsTo = (
  transports: Transports,
): Pick<wire.SessionAttached.$Properties, 'sendTransport' | 'recvTransport'> => ({
  sendTransport: transportTo(transports.send),
  recvTransport: transportTo(transports.recv),
});
export const subscriptionTo = (view: SubscriptionView): wire.Subscription.$Properties => ({
  ...view,
  kind: kindToWire(view.kind),
  layerKind: layerKindToWire(view.layerKind),
  rtpParameters: rtpParametersToWire(view.rtpParameters),
});
export const subscribedTo = (result: SubscribeResult): wire.TracksSubscribed.$Properties => ({
  subscriptions: result.subscriptions.map(subscriptionTo),
  failed: result.failed.map((failed) => ({ ...failed })),
});
export const consumerStateTo = (state: ConsumerState): wire.SubscriptionState.$Properties => ({
  consumerId: state.consumerId,
  trackId: state.trackId,
  producerPaused: state.producerPaused,
  ...(state.layers === undefined ? {} : { spatialLayer: state.layers.spatialLayer }),
  ...(state.layers?.temporalLayer === undefined ? {} : { temporalLayer: state.layers.temporalLayer }),
  score: state.score,
  pausedReason: state.paused ? 'subscriber' : state.producerPaused ? 'publisher' : (state.holdReason ?? ''),
});

export function pipeEndFrom(end: wire.PipeOpen.$Properties | wire.PipeOpened.$Properties): PipeEnd {
  const { incarnation, ip, port, srtp } = end;
  if (!incarnation || !ip || !port || port > 65_535 || !srtp?.cryptoSuite || !srtp.keyBase64) {
    throw new MeridianError('PIPE_FAILED', 'the other end of the pipe is not described');
  }
  const path = pathFrom(end.path);
  return { incarnation, ip, port, cryptoSuite: srtp.cryptoSuite, keyBase64: srtp.keyBase64, ...(path && { path }) };
}
/** Returns undefined for an incomplete path too: the pipe then goes direct. */
function pathFrom(path: Maybe<wire.PathEnd.$Properties>): PathEnd | undefined {
  const { ip, port, key, flow } = path ?? {};
  if (!ip || isIP(ip) === 0 || !port || port > 65_535 || key?.length !== pathKeyBytes) return undefined;
  if ((flow ?? 0) >= flowsOfPeer) return undefined;
  return { ip, port, keyHex: Buffer.from(key).toString('hex'), flow: flow ?? 0 };
}
export const pipeEndTo = (end: PipeEnd): wire.PipeOpened.$Properties => ({
  incarnation: end.incarnation,
  ip: end.ip,
  port: end.port,
  srtp: { cryptoSuite: end.cryptoSuite, keyBase64: end.keyBase64 },
  path:
    end.path === undefined
      ? null
      : { ip: end.path.ip, port: end.path.port, key: Buffer.from(end.path.keyHex, 'hex'), flow: end.path.flow },
});
export function pullFrom(message: wire.Pull.$Properties): {
  roomKey: string;
  trackId: string;
  grant: GrantShape | undefined;
} {
  return { roomKey: roomKeyFrom(message.roomKey), trackId: message.trackId ?? '', grant: grantFrom(message.grant) };
}
export const pulledTo = (roomKey: string, pulled: PulledTrack): wire.Pulled.$Properties => ({
  roomKey,
  track: trackToWire(pulled.track),
  rtpParameters: rtpParametersToWire(pulled.rtpParameters),
  paused: pulled.paused,
  publisherSessionId: pulled.publisherSessionId,
  trackEpoch: pulled.trackEpoch,
  shared: pulled.shared,
});
export const pulledFrom = (message: wire.Pulled.$Properties): PulledTrack => ({
  track: trackFrom(message.track),
  rtpParameters: rtpParametersFromWire(message.rtpParameters),
  paused: message.paused ?? false,
  publisherSessionId: message.publisherSessionId ?? '',
  trackEpoch: message.trackEpoch ?? 0,
  shared: message.shared ?? false,
});

export function dataFrom(message: wire.RoomData.$Properties): { data: DataMessageShape; targetNodeIds: string[] } {
  const { data } = message;
  return {
    data: {
      roomKey: roomKeyFrom(message.roomKey),
      originNodeId: '', // never from the message: `DataRelay` enters the node of the link
      sessionId: data?.sessionId ?? '',
      identity: data?.identity ?? '',
      payload: data?.payload ?? new Uint8Array(),
      topic: data?.topic ?? '',
      lossy: data?.lossy ?? false,
      wallMs: data?.wallMs ?? 0,
      destinationSessionIds: message.destinationSessionIds ?? [],
    },
    targetNodeIds: (message.targetNodeIds ?? []).slice(0, limits.destinationsMax),
  };
}
export const channelFrom = (message: wire.ChannelMessage.$Properties): ChannelMessageShape => ({
  roomKey: roomKeyFrom(message.roomKey),
  sessionId: message.sessionId ?? '',
  label: message.label ?? '',
  payload: message.payload ?? new Uint8Array(),
});
export const dataTo = (shape: DataMessageShape): wire.RoomData.$Properties => {
  const { roomKey, originNodeId, destinationSessionIds, ...data } = shape;
  return { roomKey, originNodeId, data, destinationSessionIds: [...destinationSessionIds] };
};
