// Joins a session, from the token to all that the client needs for media. A failed step undoes the earlier ones.

import {
  type Access,
  crowdProtocol,
  type ErrorCode,
  fenceContains,
  isInFence,
  isLoopback,
  isSessionId,
  knownClientProtocol,
  limits,
  MeridianError,
  mayReceive,
  newId,
  type Participant,
  type wire,
} from '@meridian/protocol';
import { type RenditionTypes, tokenRightsOf } from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Opener, Placement, PlaceRequest, TrackOffer } from '../ports.ts';
import { offerToWire } from '../wire/control-wire.ts';
import { attach, detach, mayBeOnOtherHost } from './attaching.ts';
import type { ClientContext, JoinStep } from './context.ts';
import type { LocalRoom } from './local-room.ts';
import { personOf } from './person.ts';
import { canOpenAhead, openAhead, type TransportsAhead } from './transports-ahead.ts';
import type { WarmPlace, WarmUp } from './warm.ts';

/** Part of a placement that a session keeps; the optional fields are for the answer to its Join. */
export type SessionPlacement = Pick<Placement, 'decisionId' | 'location'> &
  Partial<Pick<Placement, 'reasons' | 'provisional' | 'mode'>>;

/** Session that is in its room and at its media node, before the client is informed. */
export interface JoinedSession {
  readonly sessionId: string;
  readonly resumeKey: string;
  readonly room: LocalRoom;
  readonly nodeId: string;
  /** Adoption count of the media node: 0 when this connection attached the session. */
  readonly adoption: number;
  /** Number of moves of the session between media nodes, as far as this media node knows. */
  readonly moveCount: number;
  /** Fence of the room, as the media node has it. */
  readonly fence: string;
  /** Participant as its media node has it; the room's replica has the latest. */
  readonly self: Participant;
  /** The media node may be on another host than the opener, so it got the endpoints' address `elsewhere`. */
  readonly isOnOtherHost: boolean;
  readonly sendTransport: wire.TransportInfo.$Properties | null | undefined;
  readonly recvTransport: wire.TransportInfo.$Properties | null | undefined;
  readonly subscriptions: readonly wire.Subscription.$Properties[];
  readonly failed: readonly wire.SubscriptionFailed.$Properties[];
  readonly manualSubscribe: boolean;
  /** Codecs of renditions that the client can decode. */
  readonly decodes: RenditionTypes;
  readonly placed: SessionPlacement | undefined;
  readonly resumed: boolean;
  /** The client has no place in the roster. Without media (`nodeId` '') its `sessionId` is '' too. */
  readonly isCrowd: boolean;
  /** Id of the decision that placed the session; '': placed without the centre. */
  readonly decisionId: string;
  /** Signaling node that had the session before; '': none. */
  readonly fromSignalingId: string;
  /** Lost session that this one replaces, proven by a receipt; '': none. */
  readonly priorSessionId: string;
}

/** 192 random bits: the only proof that a new socket belongs to an old session. */
const RESUME_KEY_BYTES = 24;
const NODES_TRIED_MAX = 2;
/** Refusals of a node after which another node may take the session. */
const nodeRefusals = new Set<ErrorCode | undefined>([
  'NODE_UNREACHABLE',
  'NODE_DRAINING',
  'NODE_LOST',
  'WORKER_DIED',
  'NO_CAPACITY',
  'SHUTTING_DOWN',
  'NOT_REGISTERED',
  'ROUTER_VERSION',
  'PLACEMENT_STALE',
  'FENCED_OUT',
  'ENDPOINT_UNSUPPORTED',
]);

/** Constants of all attempts of a join. */
interface JoinConstants {
  readonly context: ClientContext;
  readonly room: LocalRoom;
  readonly access: Access;
  readonly join: wire.Join.$Properties;
  readonly opener: Opener | undefined;
  readonly clientIp: string;
  readonly fromCity: string;
  readonly echoTimes: wire.EchoTime.$Properties[];
  readonly priorSessionId: string;
  readonly sessionId: string;
  readonly resumeKey: string;
  readonly joinedWallMs: number;
  readonly manualSubscribe: boolean;
  readonly isCrowd: boolean;
  /** Place with connected transports, of an earlier Warm. */
  readonly warm: WarmPlace | undefined;
}

/** Rejection of `joinAnew` when the owner finds no part on the stage of this show for the newcomer. */
export const belongsToCrowd = new Error('belongs to the crowd');

/** Constraints of the next attempt's place. */
interface PlaceConstraints {
  readonly avoidNodeIds: string[];
  regionPin: string;
}

/** Progress of an attempt, which a failure has to undo. */
interface AttemptProgress {
  placed: Placement | undefined;
  /** Epoch under which the owner admitted the session; 0: not admitted. */
  epochUsed: number;
  /** The owner has admitted the session, in this attempt or an earlier one. */
  isAnnounced: boolean;
  /** Media node at which the crowd holds a place for the viewer; '': none. */
  crowdNodeId: string;
  /** Transports that the media node makes while the owner decides. */
  ahead: TransportsAhead | undefined;
}

/**
 * Joins a new session; for a viewer that the crowd has admitted (`isCrowd`), only its media. The caller keeps the room
 * in use (`room.use`). Throws the code of the failed step, or `belongsToCrowd`.
 */
export async function joinAnew(
  context: ClientContext,
  room: LocalRoom,
  access: Access,
  join: wire.Join.$Properties,
  {
    clientIp,
    opener,
    isCrowd = false,
    warm: warmUp,
  }: { clientIp: string; opener: Opener | undefined; isCrowd?: boolean; warm?: WarmUp | undefined },
): Promise<JoinedSession> {
  const fromCity = context.development ? (join.fromCity ?? '') : '';
  const warm = join.warm === true ? await warmUp?.take(access, join) : undefined;
  const joining: JoinConstants = {
    context,
    room,
    access,
    join,
    opener,
    clientIp,
    fromCity,
    echoTimes: context.timings.verified(join.echoTimes ?? [], { clientIp, fromCity }),
    priorSessionId: provenPriorSessionId(context, access, join),
    sessionId: warm?.sessionId ?? newId('PA_', (count) => context.rng.bytes(count)),
    resumeKey: Buffer.from(context.rng.bytes(RESUME_KEY_BYTES)).toString('base64url'),
    joinedWallMs: context.clock.wallMs(),
    manualSubscribe: join.manualSubscribe === true || join.recvEndpoint == null,
    isCrowd,
    warm,
  };
  const staleUntilMs = context.clock.nowMs() + bounds.resolveForMs;
  const constraints: PlaceConstraints = {
    avoidNodeIds: opener === undefined || !join.silentNodeId ? [] : [join.silentNodeId],
    regionPin: fenceContains(access.fence, room.fence) ? room.fence : access.fence,
  };
  let isAnnounced = false;
  let nodesTried = 0;
  for (;;) {
    const progress: AttemptProgress = {
      placed: undefined,
      epochUsed: 0,
      isAnnounced,
      crowdNodeId: '',
      ahead: undefined,
    };
    try {
      return await attempt(joining, constraints, progress);
    } catch (error) {
      const code = codeOf(error);
      const { placed } = progress;
      isAnnounced = progress.isAnnounced;
      progress.ahead?.drop();
      if (placed !== undefined) context.centre.releaseDecision(placed.decisionId);
      if (progress.crowdNodeId !== '') room.crowd.freeNode(progress.crowdNodeId);
      const isStale = code === 'EPOCH_STALE' || code === 'ROOM_OWNER_LOST';
      const mayRetry = isStale
        ? context.clock.nowMs() < staleUntilMs
        : nodeRefusals.has(code) && ++nodesTried < NODES_TRIED_MAX;
      if (!mayRetry || placed === undefined) {
        if (isAnnounced) undoJoin(joining, placed);
        else if (isCrowd && placed !== undefined) detachFailed(joining, placed);
        throw error;
      }
      context.log.info({ sessionId: joining.sessionId, nodeId: placed.nodeId, code }, 'placing the session again');
      if (isStale) await ownerChanged(context, room, progress.epochUsed, code);
      else constrainPlace(joining, constraints, { nodeId: placed.nodeId, code });
    }
  }
}

/** Places the session, announces it to the owner and attaches it to its media node. Records its progress. */
async function attempt(
  joining: JoinConstants,
  constraints: PlaceConstraints,
  progress: AttemptProgress,
): Promise<JoinedSession> {
  const { context, room, access, join, opener, sessionId, resumeKey, manualSubscribe } = joining;
  const timed = <T>(step: JoinStep, work: Promise<T>): Promise<T> => timedStep(context, step, work);
  const placed =
    joining.warm?.reservation() ?? (await timed('place', context.centre.place(placeRequestOf(joining, constraints))));
  progress.placed = placed;
  await room.adopt(placed.lease);
  const rosterParticipant = participantOf(context, access, {
    sessionId,
    nodeId: placed.nodeId,
    joinedWallMs: joining.joinedWallMs,
    kind: opener?.kind ?? access.kind,
    protocol: opener === undefined ? 'webrtc' : join.protocol || 'webrtc',
    clientProtocol: knownClientProtocol(join.clientProtocol),
  });
  const self = joining.isCrowd ? asCrowdViewer(rosterParticipant) : rosterParticipant;
  const isWarm = joining.warm?.nodeId === placed.nodeId;
  // An owner here decides before the media node could begin.
  if (!isWarm && opener === undefined && room.ownerId !== context.selfId && canOpenAhead(join))
    progress.ahead = openAhead(context, { roomKey: room.roomKey, sessionId, nodeId: placed.nodeId, join });
  const { offers, fence } = await timed(
    'owner',
    joining.isCrowd ? offersForCrowd(joining, placed, progress) : announce(joining, self, progress),
  );
  progress.epochUsed = room.epoch;
  const admitted = room.replica?.get(sessionId) ?? self;
  const isOnOtherHost = mayBeOnOtherHost(context, opener, placed.nodeId);
  const attachNow = () =>
    attach(context, room, {
      self: admitted,
      access,
      fence,
      join: { ...join, manualSubscribe },
      isOnOtherHost,
      placed,
      subscriptions: offers.map((offer) => offerToWire(offer)),
      resumeKey,
      warm: isWarm || progress.ahead !== undefined,
    });
  const { ahead } = progress;
  const attached = await timed('media', ahead === undefined ? attachNow() : ahead.settled.then(attachNow));
  joining.warm?.attached(placed.nodeId);
  return {
    sessionId,
    resumeKey,
    room,
    nodeId: placed.nodeId,
    adoption: 0,
    moveCount: 0,
    fence,
    self: admitted,
    isOnOtherHost: isOnOtherHost,
    sendTransport: attached.sendTransport,
    recvTransport: attached.recvTransport,
    subscriptions: attached.subscriptions,
    failed: attached.failed,
    manualSubscribe,
    decodes: context.abilities.decodes(join.recvRtpCapabilities),
    placed,
    resumed: false,
    isCrowd: joining.isCrowd,
    decisionId: placed.decisionId,
    fromSignalingId: '',
    priorSessionId: joining.priorSessionId,
  };
}

/** Records how long the step takes; a failed step is not recorded. */
export async function timedStep<T>(
  { clock, counters }: Pick<ClientContext, 'clock' | 'counters'>,
  step: JoinStep,
  work: Promise<T>,
): Promise<T> {
  const startedMs = clock.nowMs();
  const result = await work;
  counters.joinStep(step, clock.nowMs() - startedMs);
  return result;
}

async function announce(
  { room, access, manualSubscribe }: JoinConstants,
  participant: Participant,
  progress: AttemptProgress,
): Promise<{ offers: readonly TrackOffer[]; fence: string }> {
  const { offers, fence, outside, toCrowd } = await room.join({
    participant,
    takeover: false,
    manualSubscribe,
    adoption: 0,
    fence: access.fence,
  });
  if (toCrowd) throw belongsToCrowd;
  if (outside) throw new MeridianError('FENCED_OUT');
  progress.isAnnounced = true;
  return { offers, fence };
}

/** Fetches tracks for a viewer of the crowd: the owner knows only its node. */
async function offersForCrowd(
  { context, room, access, manualSubscribe }: JoinConstants,
  { nodeId }: Placement,
  progress: AttemptProgress,
): Promise<{ offers: readonly TrackOffer[]; fence: string }> {
  if (!fenceContains(access.fence, room.fence)) throw new MeridianError('FENCE_CONFLICT');
  if (!isInFence(room.fence, regionOf(context, nodeId))) throw new MeridianError('FENCED_OUT');
  progress.crowdNodeId = nodeId;
  await room.crowd.takeNode(nodeId);
  const trackIds = manualSubscribe ? [] : tracksFor(room, access.identity);
  const { offers } = await room.offers(nodeId, trackIds);
  return { offers, fence: room.fence };
}

function tracksFor({ replica }: LocalRoom, identity: string): string[] {
  return (replica?.participants() ?? [])
    .flatMap((publisher) =>
      publisher.tracks.filter(
        ({ derivedFrom, source }) => derivedFrom === undefined && mayReceive(publisher, source, identity),
      ),
    )
    .map(({ trackId }) => trackId)
    .slice(0, limits.subscriptionsPerParticipantMax);
}

function placeRequestOf(joining: JoinConstants, { avoidNodeIds, regionPin }: PlaceConstraints): PlaceRequest {
  const { context, room, access, join, opener, clientIp } = joining;
  return {
    roomKey: room.roomKey,
    sessionId: joining.sessionId,
    person: personOf(room.roomKey, access.identity),
    clientIp,
    fromCity: joining.fromCity,
    echoTimes: joining.echoTimes,
    avoidNodeIds,
    priorSessionId: joining.priorSessionId,
    regionPin,
    mode: access.mode,
    // WebRTC media comes from the client itself (WHIP), any other media from the opener.
    openerId: opener !== undefined && (!hasWebRtc(join) || clientIp === '') ? opener.id : '',
    onHost: opener !== undefined && isOnHost(join),
    limits: context.limitsOf(room.roomKey),
    preferNodeId: joining.warm?.nodeId ?? '',
  };
}

/** Constrains the next attempt's place after a refusal of this node. */
function constrainPlace(
  { context, room, sessionId }: JoinConstants,
  constraints: PlaceConstraints,
  { nodeId, code }: { nodeId: string; code: ErrorCode | undefined },
): void {
  // The room's fence excludes regions that the token allows.
  if (code === 'FENCED_OUT') constraints.regionPin = room.fence;
  // The instance that placed the session no longer places; its successor may choose the same node.
  if (code !== 'PLACEMENT_STALE') constraints.avoidNodeIds.push(nodeId);
  // After a late answer the node may have the session.
  if (code === 'NODE_UNREACHABLE') detach(context, { room, sessionId, nodeId, adoption: 0 }, 'JOIN_FAILED');
}

/** Undoes an attempt: the media node may have the session if its answer was late or too large for the link. */
function undoJoin(joining: JoinConstants, placed: Placement | undefined): void {
  const { context, room, sessionId } = joining;
  if (placed !== undefined) detachFailed(joining, placed);
  undoInRoom(context, room, sessionId);
}

const detachFailed = ({ context, room, sessionId }: JoinConstants, { nodeId }: Placement): void =>
  detach(context, { room, sessionId, nodeId, adoption: 0 }, 'JOIN_FAILED');

/** Returns the session that the client has lost, if its receipt is valid; else ''. */
function provenPriorSessionId(
  { receipts, log }: ClientContext,
  { roomKey, identity }: Access,
  { priorSessionId, rejoinReceipt }: wire.Join.$Properties,
): string {
  const sessionId = priorSessionId ?? '';
  if (!isSessionId(sessionId)) return '';
  const isProven = receipts.isOfStay(rejoinReceipt ?? new Uint8Array(), { roomKey, sessionId, identity });
  if (!isProven)
    log.debug({ roomKey, priorSessionId: sessionId }, 'no valid receipt of the earlier session; joining as a new one');
  return isProven ? sessionId : '';
}

/** Returns whether the client has an endpoint of its own. */
const hasWebRtc = ({ sendEndpoint, recvEndpoint }: wire.Join.$Properties): boolean =>
  [sendEndpoint, recvEndpoint].some((endpoint) => endpoint != null && endpoint.plain == null);

/** Returns whether only the opener's host can serve: a loopback address has no alternative for other hosts. */
const isOnHost = (join: wire.Join.$Properties): boolean => onLoopback(join).some(({ elsewhere }) => elsewhere == null);

/** Returns whether the session cannot change hosts. Openers can move their receivers, not senders on loopback. */
export const staysOnHost = (join: wire.Join.$Properties): boolean =>
  isOnHost(join) || onLoopback({ sendEndpoint: join.sendEndpoint ?? null }).length > 0;

const onLoopback = ({ sendEndpoint, recvEndpoint }: wire.Join.$Properties): wire.Endpoint.$Properties[] =>
  [sendEndpoint, recvEndpoint]
    .filter((endpoint) => endpoint != null)
    .filter(({ plain }) => plain != null && isLoopback(plain.ip ?? ''));

/**
 * Waits for the room's new owner after a change during the join. The owner may change twice in a row, as when the
 * centre returns and chooses between two provisional owners, so a time bounds the retries, not a number.
 */
async function ownerChanged(
  context: ClientContext,
  room: LocalRoom,
  epochUsed: number,
  code: ErrorCode | undefined,
): Promise<void> {
  if (epochUsed === 0) room.ownerGone(room.epoch);
  else if (code === 'EPOCH_STALE') room.epochRefused(epochUsed);
  else room.ownerGone(epochUsed);
  await new Promise<void>((resolve) => {
    context.clock.after(bounds.resolveEveryMs * (0.5 + context.rng.next()), resolve);
  });
}

function participantOf(
  context: ClientContext,
  access: Access,
  o: Pick<Participant, 'sessionId' | 'nodeId' | 'joinedWallMs' | 'kind' | 'protocol' | 'clientProtocol'>,
): Participant {
  const { identity, name, metadata, attributes, rights } = access;
  return {
    ...o,
    identity,
    name,
    metadata,
    attributes,
    ...rights,
    tokenRights: tokenRightsOf(rights),
    signalingId: context.selfId,
    region: regionOf(context, o.nodeId),
    quality: 'unknown',
    role: '',
    handRaisedWallMs: 0,
    subscribers: undefined,
    tracks: [],
  };
}

/** Returns a viewer of the crowd as its media node has it: it may receive, and post if its token says so. */
function asCrowdViewer(participant: Participant): Participant {
  const { publishSources, canSubscribe, canPublishData } = participant;
  const rights = { canPublish: false, publishSources, canSubscribe, canPublishData, admin: false };
  return Object.assign({}, participant, rights, {
    hidden: true,
    protocol: crowdProtocol,
    tokenRights: tokenRightsOf(rights),
  });
}

/** Returns the session of an admitted viewer with signaling alone. */
export function joinedWithoutMedia(
  context: ClientContext,
  room: LocalRoom,
  access: Access,
  join: wire.Join.$Properties,
): JoinedSession {
  const joinedWallMs = context.clock.wallMs();
  const self = participantOf(context, access, {
    sessionId: '',
    nodeId: '',
    joinedWallMs,
    kind: 'standard',
    protocol: crowdProtocol,
    clientProtocol: 0,
  });
  return {
    sessionId: '',
    resumeKey: '',
    room,
    nodeId: '',
    adoption: 0,
    moveCount: 0,
    fence: room.fence,
    self: asCrowdViewer(Object.assign({}, self, { canSubscribe: false })),
    isOnOtherHost: false,
    sendTransport: undefined,
    recvTransport: undefined,
    subscriptions: [],
    failed: [],
    manualSubscribe: true,
    decodes: context.abilities.decodes(join.recvRtpCapabilities),
    placed: undefined,
    resumed: false,
    isCrowd: true,
    decisionId: '',
    fromSignalingId: '',
    priorSessionId: '',
  };
}

/** Returns the region of a participant's media, which others see; the signaling node may be in another region. */
export function regionOf(context: ClientContext, nodeId: string): string {
  return context.centre.fleet.get(nodeId)?.region ?? '';
}

function undoInRoom(context: ClientContext, room: LocalRoom, sessionId: string): void {
  room.use();
  room
    .withOwner((port) => port.leave(sessionId, 'JOIN_FAILED'))
    .catch(ignoringErrors(context.log, 'a failed join could not be taken back; it ends with this node'))
    .finally(() => room.leaveUse());
}
