// Handles checked requests of a joined client: answers with a message or Ack, or throws the client's code.
import type { Claims } from '@meridian/node-shell';
import {
  areAttributes,
  attributesWith,
  type ClientBody,
  characterCount,
  type ErrorCode,
  isErrorCode,
  isIdentity,
  isPollId,
  isPostId,
  isTrackId,
  limits,
  MeridianError,
  mayPublish,
  note,
  type Participant,
  participantBytes,
  partsOfRoomKey,
  reactionsFromWire,
  rosterMimeType,
  rpc,
  rtpParametersFromWire,
  subscribersFromWire,
  type Track,
  trackFromWire,
  trackToWire,
  wire,
} from '@meridian/protocol';
import {
  breakOutEntry,
  isBreakOutMark,
  isLeading,
  needKey,
  ownRenditions,
  publishedRenditions,
  sentPostFromWire,
} from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ServerMessage } from '../ports.ts';
import { actFromWire } from '../wire/act-wire.ts';
import { pageFromWire } from '../wire/crowd-wire.ts';
import { cleanedName } from '../wire/names.ts';
import { atHomes } from './at-homes.ts';
import { atNode } from './at-node.ts';
import type { LocalSession } from './context.ts';
import { iceServersFor } from './ice-servers.ts';

type Handled = Exclude<ClientBody, 'warm' | 'join' | 'leave' | 'ping'>;
type Handler = (client: LocalSession, frame: wire.ClientFrame) => Promise<ServerMessage> | ServerMessage;
export type LaneName = 'publish' | 'subscribe' | 'other';

/** Lane of each request: requests of a lane run one after the other; `none`: the request runs at once. */
export const laneOf: { readonly [body in Handled]: LaneName | 'none' } = {
  publish: 'publish',
  unpublish: 'publish',
  setTrackMuted: 'publish',
  updateSubscription: 'subscribe',
  subscriptionsReady: 'none',
  trackMoveDone: 'subscribe',
  sendData: 'none',
  restartIce: 'other',
  connectTransport: 'other',
  kick: 'other',
  muteParticipant: 'other',
  updateSelf: 'other',
  updateRoom: 'other',
  stats: 'none',
  moveReady: 'publish', // after earlier publications
  echoTimes: 'none',
  act: 'other',
  sendPost: 'other',
  sendReactions: 'none',
  sendVote: 'other',
  raiseHand: 'other',
  crowdPage: 'other',
  askBreakOutToken: 'none',
  setSubscribers: 'other', // as updateSelf, which also sends the whole participant to the owner
  renditionRefused: 'none',
  askTrackStats: 'other',
  explainPlacement: 'none', // may wait for an absent centre, and no request has to wait for it
};

const SOURCES_MAX = 8;
const ack: ServerMessage = { ack: {} };
const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', what);
const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Charges a change that all clients of the room receive to the client's rate of data (talk.ts). RATE_LIMITED. */
function takeBytesToAll(client: LocalSession, bytes: number): void {
  const others = (client.room.replica?.participants() ?? []).length - 1;
  const retryAfterMs = client.talk.takeData(bytes, Math.max(1, others));
  if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', 'too many bytes of changes', { retryAfterMs });
}

/** Asks the session's node; during a move, if it does not know the transport, the other home. */
async function atTransportNode<A>(client: LocalSession, ask: (nodeId: string) => Promise<A>): Promise<A> {
  try {
    return await ask(client.nodeId);
  } catch (error) {
    const other = client.move?.otherNodeId;
    if (other === undefined || codeOf(error) !== 'TRANSPORT_UNKNOWN') throw error;
    return ask(other);
  }
}

export const requests: { readonly [body in Handled]: Handler } = {
  publish: async (client, frame) => ({ published: { track: trackToWire(await publish(client, frame.publish ?? {})) } }),

  unpublish: async (client, frame) => {
    const trackId = ownTrack(client, frame.unpublish?.trackId).trackId;
    const { room, sessionId } = client;
    const ended = withOwnRenditions(client, trackId);
    await room.withOwner((port) => port.unpublish(sessionId, trackId, 'UNPUBLISHED'));
    const close = (id: string): Promise<unknown> =>
      atHomes(client, rpc.closeTrack, (ref) => ({ room: ref, sessionId, trackId: id, reason: 'UNPUBLISHED' }));
    await Promise.all(ended.map(close));
    return ack;
  },

  setTrackMuted: async (client, frame) => {
    const { trackId } = ownTrack(client, frame.setTrackMuted?.trackId);
    const muted = frame.setTrackMuted?.muted ?? false;
    const { room, sessionId } = client;
    const pause = (id: string): Promise<unknown> =>
      atHomes(client, rpc.pauseTrack, (ref) => ({ room: ref, sessionId, trackId: id, paused: muted }));
    await Promise.all(withOwnRenditions(client, trackId).map(pause));
    await room.withOwner((port) => port.mute(sessionId, trackId, muted));
    return ack;
  },

  updateSubscription: async (client, frame) => {
    await client.subscriptions?.update(frame.updateSubscription ?? {});
    return ack;
  },

  subscriptionsReady: async (client, frame) => {
    const consumerIds = frame.subscriptionsReady?.consumerIds ?? [];
    if (consumerIds.length > limits.subscriptionsPerParticipantMax) throw invalid('too many consumers');
    const { sessionId } = client;
    await atHomes(client, rpc.resumeConsumers, (ref) => ({ room: ref, sessionId, consumerIds }));
    return ack;
  },

  trackMoveDone: async (client, frame) => {
    const { sessionId } = client;
    const asked = frame.trackMoveDone ?? {};
    const done = { ...asked, trackId: client.subscriptions?.idAtNode(asked.trackId ?? '') ?? '' };
    await atHomes(client, rpc.trackMoveCommit, (ref) => ({ room: ref, sessionId, done }));
    return ack;
  },

  sendData: (client, frame) => {
    sendData(client, frame.sendData ?? {});
    return ack;
  },

  restartIce: async (client, frame) => {
    const { context, room, sessionId } = client;
    const transportId = frame.restartIce?.transportId ?? '';
    const restarted = await atTransportNode(client, (at) =>
      atNode(context, room, at, rpc.restartTransport, (ref) => ({ room: ref, sessionId, transportId })),
    );
    return { iceRestarted: Object.assign({}, restarted, { iceServers: iceServersFor(client) }) };
  },

  connectTransport: async (client, frame) => {
    const { context, room, sessionId } = client;
    const connect = frame.connectTransport ?? {};
    await atTransportNode(client, (at) =>
      atNode(context, room, at, rpc.connectTransport, (ref) => ({ room: ref, sessionId, connect })),
    );
    return ack;
  },

  kick: async (client, frame) => {
    const { sessionId = '', reason = '' } = frame.kick ?? {};
    const { identity } = participantOf(client, sessionId);
    return act(client, { remove: { identity, reason } });
  },

  muteParticipant: async (client, frame) => {
    const { sessionId = '', trackId = '' } = frame.muteParticipant ?? {};
    return act(client, { mute: { identity: participantOf(client, sessionId).identity, trackId } });
  },

  updateSelf: async (client, frame) => {
    if (!client.access?.rights.canUpdateOwnMetadata && !marksBreakOut(client, frame.updateSelf ?? {}))
      throw new MeridianError('NOT_PERMITTED');
    const { metadata, attributes: changes } = frame.updateSelf ?? {};
    const name = cleanedName(frame.updateSelf?.name, 'name');
    if (metadata != null && bytesOf(metadata) > limits.metadataBytesMax)
      throw invalid(`metadata: at most ${limits.metadataBytesMax} bytes`);
    const self = selfOf(client);
    const attributes = attributesWith(self.attributes, changes ?? {});
    if (!areAttributes(attributes))
      throw invalid(`attributes: at most ${limits.attributesMax}, of ${limits.attributesBytesMax} bytes, with keys`);
    const changed = { ...self, name: name ?? self.name, metadata: metadata ?? self.metadata, attributes };
    takeBytesToAll(client, participantBytes(changed));
    await client.room.withOwner((port) => port.update(changed));
    return ack;
  },

  updateRoom: async (client, frame) => {
    const { metadata = '', expectedVersion = null } = frame.updateRoom ?? {};
    return act(client, { metadata: { metadata, expectedVersion } });
  },

  stats: (client, frame) => {
    if (client.nodeId === '') return ack; // no media to measure
    const { rttMs, outboundLoss, inboundLoss, jitterMs, freezeMs, periodMs, sinceJoin } = frame.stats ?? {};
    client.context.timings.takeNodeRtt(client, rttMs ?? 0);
    client.measured({
      rttMs: rttMs || client.rttMs,
      outboundLoss: outboundLoss ?? 0,
      inboundLoss: inboundLoss ?? 0,
      jitterMs: jitterMs ?? 0,
      freezeMs: freezeMs ?? 0,
      periodMs: periodMs ?? 0,
    });
    if (frame.stats != null) client.record?.reported(frame.stats);
    if (sinceJoin) client.stayReported(sinceJoin);
    return ack;
  },

  echoTimes: (client, frame) => {
    if (client.nodeId === '') return ack;
    client.context.timings.takeEchoTimes(client, frame.echoTimes?.times ?? []);
    return ack;
  },

  explainPlacement: async (client, frame) => ({
    placementExplained: await client.context.placementExplainer.explain(
      client,
      frame.explainPlacement?.decisionId ?? '',
    ),
  }),

  setSubscribers: async (client, frame) => {
    const wanted = frame.setSubscribers?.subscribers;
    if ((wanted?.allowed?.length ?? 0) > limits.allowedSubscribersMax)
      throw invalid(`subscribers: at most ${limits.allowedSubscribersMax}`);
    const subscribers = subscribersFromWire(wanted);
    for (const { identity, sources } of subscribers ?? [])
      if (!isIdentity(identity) || sources.length > SOURCES_MAX) throw invalid('subscribers: not an identity');
    const changed = { ...selfOf(client), subscribers };
    // The media node keeps the participant for the room's next owner.
    if (participantBytes({ ...changed, tracks: [] }) > limits.participantBytesMax)
      throw invalid(`subscribers: the whole participant has at most ${limits.participantBytesMax} bytes`);
    takeBytesToAll(client, participantBytes(changed));
    await client.room.withOwner((port) => port.update(changed));
    return ack;
  },

  act: (client, frame) => act(client, frame.act ?? {}),

  sendPost: async (client, frame) => {
    const post = frame.sendPost ?? {};
    sentPostFromWire(post); // checked here, so that a malformed post costs the owner nothing
    assertMayPost(client);
    const { identity, name } = client;
    const sender = { sessionId: client.isCrowd ? '' : client.sessionId, identity, name };
    return { postAccepted: await client.room.withOwner((port) => port.post(sender, post)) };
  },
  sendReactions: (client, frame) => {
    const counts = client.talk.takeReactions(reactionsFromWire(frame.sendReactions?.counts));
    client.room.posts.react(counts);
    return ack;
  },
  sendVote: async (client, frame) => {
    assertMayPost(client);
    const vote = frame.sendVote ?? {};
    const { postId, pollId } = vote;
    if (isPostId(postId ?? '') === isPollId(pollId ?? '')) throw invalid('one post_id of a question, or one poll_id');
    if ((vote.options ?? []).length > limits.pollOptionsMax) throw invalid('options: too many');
    await client.room.withOwner((port) => port.vote(client.identity, vote));
    return ack;
  },
  raiseHand: async (client, frame) => {
    if (!client.isCrowd) throw invalid('raise_hand: for the crowd of a show only; others use an act');
    await client.room.crowd.hand(client, frame.raiseHand?.raised === true);
    return ack;
  },
  crowdPage: async (client, frame) => {
    if (!isLeading(selfOf(client))) throw new MeridianError('NOT_PERMITTED');
    const { context, room } = client;
    return { crowdPeople: await context.crowdPeople(room, pageFromWire(frame.crowdPage)) };
  },

  askBreakOutToken: async (client, frame) => ({
    breakOutToken: await breakOutToken(client, frame.askBreakOutToken?.breakOutId ?? ''),
  }),

  renditionRefused: (client, frame) => {
    const { mimeType, code } = frame.renditionRefused ?? {};
    const track = ownTrack(client, frame.renditionRefused?.trackId);
    if (track.derivedFrom !== undefined) throw new MeridianError('TRACK_UNKNOWN');
    if (!isErrorCode(code ?? '')) throw invalid('code: no error code');
    const need = { trackId: track.trackId, mimeType: checkedMimeType(mimeType ?? '') };
    client.room.tellOwner((port) => port.renditionRefused(client.sessionId, need, code as ErrorCode));
    return ack;
  },

  askTrackStats: async (client) => {
    const { context, room, sessionId, nodeId } = client;
    const ownTrackStats = await atNode(context, room, nodeId, rpc.trackStats, (ref) => ({ room: ref, sessionId }));
    return { ownTrackStats };
  },

  moveReady: (client, frame) => {
    const { moveId = '', ok = false, code = '' } = frame.moveReady ?? {};
    if (client.move === undefined) throw new MeridianError('OUT_OF_ORDER', 'no move is under way');
    client.move.ready({ moveId: moveId ?? '', ok: ok ?? false, code: code ?? '' });
    return ack;
  },
};

/** Throws NOT_PERMITTED for a viewer of the crowd by its token alone; for participants the owner decides. */
function assertMayPost(client: LocalSession): void {
  if (client.isCrowd && !client.access?.rights.canPublishData) throw new MeridianError('NOT_PERMITTED');
}

function marksBreakOut(client: LocalSession, change: wire.UpdateSelf.$Properties): boolean {
  const { room, context } = client;
  const breakOutContext = { room: partsOfRoomKey(room.roomKey)?.room ?? '', nowWallMs: context.clock.wallMs() };
  return isBreakOutMark(change, { breakOuts: room.replica?.info.breakOuts ?? [] }, selfOf(client), breakOutContext);
}

/** Makes a token to join a break-out now. BREAK_OUT_CLOSED, NOT_PERMITTED; as `Tokens.mint`. */
async function breakOutToken(client: LocalSession, breakOutId: string): Promise<wire.BreakOutToken.$Properties> {
  const { context, room, origin, access } = client;
  const self = selfOf(client);
  const info = room.replica?.info;
  const nowWallMs = context.clock.wallMs();
  const main = partsOfRoomKey(room.roomKey)?.room ?? '';
  const entry = breakOutEntry({ breakOuts: info?.breakOuts ?? [] }, self, { room: main, breakOutId, nowWallMs });
  if (!entry.ok) throw new MeridianError(entry.code);
  if (origin === undefined) throw new MeridianError('SESSION_UNKNOWN');
  const { endsWallMs } = entry.breakOut;
  const leftMs = endsWallMs === 0 ? bounds.breakOutTokenMs : endsWallMs - nowWallMs;
  const claims: Claims = {
    kind: 'standard',
    identity: self.identity,
    name: self.name,
    metadata: self.metadata,
    attributes: self.attributes,
    room: entry.room,
    canPublish: self.canPublish,
    publishSources: self.publishSources,
    canSubscribe: self.canSubscribe,
    canPublishData: self.canPublishData,
    admin: self.admin,
    canUpdateOwnMetadata: access?.rights.canUpdateOwnMetadata === true,
    hidden: false,
    fence: room.fence,
    origin,
    lifetimeMs: Math.min(leftMs, bounds.breakOutTokenMs),
  };
  const fullToken = await context.mintToken(origin, claims);
  const isShortEnough = fullToken.length <= limits.tokenBytesMax;
  const token = isShortEnough
    ? fullToken
    : await context.mintToken(origin, Object.assign({}, claims, { attributes: {} }));
  return { token, room: entry.room };
}

/** Passes an act to the owner, which checks it. */
async function act(client: LocalSession, roomAct: wire.RoomAct.$Properties): Promise<ServerMessage> {
  actFromWire(roomAct); // checked here, so that a malformed act costs the owner nothing
  takeBytesToAll(client, wire.RoomAct.encode(roomAct).len);
  const { recordingId } = await client.room.withOwner((port) => port.act(client.sessionId, roomAct));
  return { ack: { recordingId } };
}

function participantOf(client: LocalSession, sessionId: string | null | undefined): Participant {
  const participant = client.room.replica?.get(sessionId ?? '');
  if (participant === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
  return participant;
}

function selfOf(client: LocalSession): Participant {
  const self = client.room.replica?.get(client.sessionId);
  if (self === undefined) throw new MeridianError('SESSION_UNKNOWN');
  return self;
}

function ownTrack(client: LocalSession, trackId: string | null | undefined): Track {
  const track = selfOf(client).tracks.find((candidate) => candidate.trackId === trackId);
  if (track === undefined) throw new MeridianError('TRACK_UNKNOWN');
  return track;
}

/** Returns a track of the client and its own renditions of it. */
export const withOwnRenditions = (client: LocalSession, trackId: string): string[] => [
  trackId,
  ...ownRenditions(client.room.replica?.get(client.sessionId), trackId).map((rendition) => rendition.trackId),
];

function checkedMimeType(mimeType: string): string {
  if (mimeType.length > limits.mimeTypeLengthMax)
    throw invalid(`mime type: at most ${limits.mimeTypeLengthMax} characters`);
  return mimeType;
}

/** Produces a track at the media node, then announces it, so that a client that learns of it can pull it. */
async function publish(client: LocalSession, message: wire.Publish.$Properties): Promise<Track> {
  if (message.moveId) return publishAtNewNode(client, message);
  const { context, room, sessionId, nodeId } = client;
  const track = trackFromWire(message.track ?? {});
  const sent = { ...track, name: cleanedName(track.name, 'track name') ?? '', nodeId };
  if (!isTrackId(sent.trackId)) throw invalid('track_id is not of the form TR_…');
  checkedMimeType(sent.mimeType);
  if (!mayPublish(selfOf(client), sent))
    throw new MeridianError('NOT_PERMITTED', `no track of the source ${sent.source} may be published`);
  if (sent.layers.length > limits.encodingsMax) throw invalid(`layers: at most ${limits.encodingsMax}`);
  const [codec] = rtpParametersFromWire(message.rtpParameters).codecs;
  const mimeType = codec === undefined ? '' : rosterMimeType(codec);
  const self = selfOf(client);
  const { derivedFrom } = sent;
  if (self.hidden && derivedFrom === undefined)
    throw new MeridianError('NOT_PERMITTED', 'a hidden participant publishes nothing but renditions');
  const asked = derivedFrom === undefined ? sent : checkedRendition(client, self, { ...sent, derivedFrom, mimeType });
  if (room.replica?.track(asked.trackId) !== undefined) throw new MeridianError('TRACK_EXISTS');
  if (self.tracks.length >= limits.tracksPerParticipantMax) throw new MeridianError('TRACK_LIMIT');
  const produced = await atNode(context, room, nodeId, rpc.produce, (ref) => ({
    room: ref,
    sessionId,
    track: trackToWire(asked),
    rtpParameters: message.rtpParameters ?? {},
  }));
  const made = { ...trackFromWire(produced.track ?? trackToWire(asked)), trackId: asked.trackId, nodeId };
  try {
    await room.withOwner((port) => port.publish(sessionId, made));
  } catch (error) {
    atNode(context, room, nodeId, rpc.closeTrack, (ref) => ({
      room: ref,
      sessionId,
      trackId: asked.trackId,
      reason: 'REFUSED',
    })).catch(ignoringErrors(context.log, 'a refused track could not be closed; it ends with its session'));
    throw error;
  }
  return made;
}

/**
 * Checks a rendition. Only a gateway may publish a rendition of another participant's track, since clients receive it
 * without asking. A rendition of an own track is muted as its original is.
 */
function checkedRendition(
  client: LocalSession,
  self: Participant,
  rendition: Track & { readonly derivedFrom: string },
): Track {
  const participants = client.room.replica?.participants() ?? [];
  const { track: original, publisher } = client.room.replica?.track(rendition.derivedFrom) ?? {};
  if (original === undefined) throw new MeridianError('TRACK_UNKNOWN', 'the original of the rendition is unknown');
  const isOwn = publisher?.sessionId === self.sessionId;
  if (!isOwn && self.kind !== 'gateway')
    throw new MeridianError('NOT_PERMITTED', 'renditions are published by the publisher of the track and by gateways');
  if (original.derivedFrom !== undefined || original.kind !== rendition.kind)
    throw invalid('a rendition needs an original of its kind');
  const { byPublishers, byOthers } = publishedRenditions(participants);
  const key = needKey({ trackId: original.trackId, mimeType: rendition.mimeType });
  if (byPublishers.has(key) || byOthers.has(key))
    throw new MeridianError('TRACK_EXISTS', 'there is a rendition of this track in this codec');
  return isOwn ? { ...rendition, muted: original.muted } : rendition;
}

/** Publishes a moving session's track at its new node too, from which no node pulls before the move is settled. */
async function publishAtNewNode(client: LocalSession, message: wire.Publish.$Properties): Promise<Track> {
  const { context, room, sessionId, move } = client;
  if (move === undefined || move.state !== 'asking' || move.order.moveId !== message.moveId)
    throw new MeridianError('OUT_OF_ORDER', 'no such move is under way');
  const known = ownTrack(client, message.track?.trackId);
  const { toNodeId } = move.order;
  rtpParametersFromWire(message.rtpParameters);
  const produced = await atNode(context, room, toNodeId, rpc.produce, (ref) => ({
    room: ref,
    sessionId,
    track: trackToWire({ ...known, nodeId: toNodeId }),
    rtpParameters: message.rtpParameters ?? {},
  }));
  move.published(known.trackId);
  return { ...trackFromWire(produced.track ?? trackToWire(known)), trackId: known.trackId, nodeId: toNodeId };
}

/** Sends data to the nodes with receivers; each forwards it to the signaling nodes of its sessions. */
function sendData(client: LocalSession, message: wire.SendData.$Properties): void {
  const { context, room, sessionId, nodeId, identity } = client;
  const payload = message.payload ?? new Uint8Array();
  const lossy = message.lossy ?? false;
  const topic = message.topic ?? '';
  const destinations = message.destinationSessionIds ?? [];
  const bytesMax = lossy && !client.talk.hasChannels ? limits.lossyDataBytesMax : limits.dataBytesMax;
  if (payload.byteLength > bytesMax) throw new MeridianError('DATA_TOO_LARGE', `data: at most ${bytesMax} bytes`);
  if (characterCount(topic) > limits.topicLengthMax)
    throw invalid(`topic: at most ${limits.topicLengthMax} characters`);
  if (destinations.length > limits.destinationsMax) throw invalid(`destinations: at most ${limits.destinationsMax}`);
  const receivers = (room.replica?.participants() ?? []).filter(
    (participant) =>
      participant.sessionId !== sessionId &&
      (destinations.length === 0 || destinations.includes(participant.sessionId)),
  );
  if (receivers.length === 0) return;
  const retryAfterMs = client.talk.takeData(payload.byteLength + bytesOf(topic), receivers.length);
  if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', 'too many bytes of data', { retryAfterMs });
  // The own node serves its sessions anyway and forwards the message to the nodes named here.
  const otherNodeIds = new Set(receivers.map((participant) => participant.nodeId));
  otherNodeIds.delete(nodeId);
  const sent = context.nodes.post(nodeId, note.roomData, {
    roomKey: room.roomKey,
    data: { sessionId, identity, payload, topic, lossy, wallMs: context.clock.wallMs() },
    destinationSessionIds: destinations,
    targetNodeIds: [...otherNodeIds],
  });
  if (!sent && !lossy)
    throw new MeridianError('BACKPRESSURE', 'the media node does not take data now', { retryAfterMs: 500 });
}
