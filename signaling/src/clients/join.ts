// A join, from the token to everything the client needs for media; and a resumed session, which finds everything where
// it was. Whatever is made on the way is taken back when a later step fails.

import { createHash } from 'node:crypto';
import {
  type Access,
  type ErrorCode,
  endpointFromWire,
  holdsFence,
  isLoopback,
  isSessionId,
  limits,
  MeridianError,
  newId,
  type Participant,
  participantFromWire,
  participantToWire,
  routerConstant,
  rpc,
  rtpCapabilitiesFromWire,
  type wire,
} from '@meridian/protocol';
import { type RenditionTypes, renditionTypesFor, tokenRightsInCommon, tokenRightsOf } from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Opener, Placed } from '../ports.ts';
import { offerToWire } from '../wire/control-wire.ts';
import type { Claim, ClientContext, LocalSession } from './context.ts';
import type { LocalRoom } from './local-room.ts';
import { personOf } from './person.ts';

/** A session that is in its room and at its media node, before the client knows. */
export interface JoinedSession {
  readonly sessionId: string;
  readonly resumeKey: string;
  readonly room: LocalRoom;
  readonly nodeId: string;
  /** By the media node's count: 0 when this connection attached the session. */
  readonly adoption: number;
  /** How often the session has been moved, by the media node's word; at least so often. */
  readonly home: number;
  /** Of the room, as the media node has it. */
  readonly fence: string;
  /** As its media node has it; the room's replica knows it as it is now. */
  readonly self: Participant;
  readonly sendTransport: wire.TransportInfo.$Properties | null | undefined;
  readonly recvTransport: wire.TransportInfo.$Properties | null | undefined;
  readonly subscriptions: readonly wire.Subscription.$Properties[];
  readonly failed: readonly wire.SubscriptionFailed.$Properties[];
  readonly manualSubscribe: boolean;
  /** The codec of a rendition that it can decode; undefined: of none. */
  readonly decodes: RenditionTypes;
  readonly placed: Placed | undefined;
  readonly resumed: boolean;
}

/** A hundred and ninety random bits: the only proof that a new socket belongs to an old session. */
const RESUME_KEY_BYTES = 24;
const NODES_TRIED_MAX = 2;
/** The node cannot take the session; another may. */
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

/** What the media node keeps instead of the key, and checks it against: SHA-256, hexadecimal. */
const resumeKeyHashOf = (resumeKey: string): string => createHash('sha256').update(resumeKey).digest('hex');

const protocolForm = /^[a-z0-9-]{1,16}$/;

/**
 * Throws PROTOCOL_UNSUPPORTED or REQUEST_INVALID for a Join that cannot be served, before anything is done for it, and
 * NOT_PERMITTED for a plain endpoint from a client of our own: anybody could make media nodes send to any address.
 * `opener`: undefined for a WebSocket.
 */
export function checkJoin(join: wire.Join.$Properties, opener: Opener | undefined): void {
  if (join.protocolVersion !== limits.protocolVersion)
    throw new MeridianError('PROTOCOL_UNSUPPORTED', `this instance speaks version ${limits.protocolVersion}`);
  if (join.routerVersion && join.routerVersion !== routerConstant.version)
    throw new MeridianError('PROTOCOL_UNSUPPORTED', `router constant ${routerConstant.version} is used here`);
  const isResumed = join.resume != null && isSessionId(join.resume.sessionId ?? '');
  checkEndpoints(join, { opener, isResumed });
  if (isResumed) return;
  if ((join.echoTimes?.length ?? 0) > bounds.echoTimesMax)
    throw new MeridianError('REQUEST_INVALID', 'too many echo times');
  rtpCapabilitiesFromWire(join.recvRtpCapabilities);
  if (opener !== undefined && !protocolForm.test(join.protocol || 'webrtc'))
    throw new MeridianError('REQUEST_INVALID', 'protocol: at most 16 of a to z, 0 to 9 and -');
}

/** A session that is resumed has its transports; what its Join says counts when it is moved. */
function checkEndpoints(
  join: wire.Join.$Properties,
  { opener, isResumed }: { opener: Opener | undefined; isResumed: boolean },
): void {
  const endpoints = [endpointFromWire(join.sendEndpoint, 'send'), endpointFromWire(join.recvEndpoint, 'receive')];
  if (opener === undefined && endpoints.some((endpoint) => endpoint?.kind === 'plain'))
    throw new MeridianError('NOT_PERMITTED', 'plain endpoints are for sessions that a gateway or recorder opens');
  // A gateway's viewer is in the roster alone: what it plays, a session of the gateway receives for all of them.
  if (opener === undefined && !isResumed && endpoints.every((endpoint) => endpoint === undefined))
    throw new MeridianError('REQUEST_INVALID', 'a session sends or receives: neither has an endpoint');
}

/** A new session. The room is in use (`room.use`) by the caller. Throws the code of whichever step failed. */
export async function joinAnew(
  context: ClientContext,
  room: LocalRoom,
  access: Access,
  join: wire.Join.$Properties,
  { clientIp, opener }: { clientIp: string; opener: Opener | undefined },
): Promise<JoinedSession> {
  const manualSubscribe = join.manualSubscribe === true || join.recvEndpoint == null;
  const sessionId = newId('PA_', (count) => context.rng.bytes(count));
  const resumeKey = Buffer.from(context.rng.bytes(RESUME_KEY_BYTES)).toString('base64url');
  const avoidNodeIds: string[] = [];
  const joinedWallMs = context.clock.wallMs();
  const fromCity = context.development ? (join.fromCity ?? '') : '';
  const echoTimes = context.timings.verified(join.echoTimes ?? [], { clientIp, fromCity });
  const priorSessionId = provenPrior(context, access, join);
  const staleUntilMs = context.clock.nowMs() + bounds.resolveForMs;
  let announced = false;
  let nodesTried = 0;
  let regionPin = holdsFence(access.fence, room.fence) ? room.fence : access.fence;
  for (;;) {
    let placed: Placed | undefined;
    let epochUsed = 0;
    try {
      placed = await context.centre.place({
        roomKey: room.roomKey,
        sessionId,
        person: personOf(room.roomKey, access.identity),
        clientIp,
        fromCity,
        echoTimes,
        avoidNodeIds,
        priorSessionId,
        regionPin,
        mode: access.mode,
        // Where its media comes from: WebRTC is the client's own (WHIP), all else is the opener's.
        openerId: opener !== undefined && (!hasWebRtc(join) || clientIp === '') ? opener.id : '',
        onHost: opener !== undefined && isOnHost(join),
        limits: context.limitsOf(room.roomKey),
      });
      await room.adopt(placed.lease);
      const self = participantOf(context, access, {
        sessionId,
        nodeId: placed.nodeId,
        joinedWallMs,
        kind: opener?.kind ?? access.kind,
        protocol: opener === undefined ? 'webrtc' : join.protocol || 'webrtc',
      });
      const { offers, fence, outside } = await room.join({
        participant: self,
        takeover: false,
        manualSubscribe,
        adoption: 0,
        fence: access.fence,
      });
      if (outside) throw new MeridianError('FENCED_OUT');
      announced = true;
      // With the rights that the room's policy gives it.
      const admitted = room.replica?.get(sessionId) ?? self;
      epochUsed = room.epoch;
      const subscriptions = offers.map((offer) => offerToWire(offer));
      const attached = await attach(context, room, {
        self: admitted,
        access,
        fence,
        join: { ...join, manualSubscribe },
        placed,
        subscriptions,
        resumeKey,
      });
      return {
        sessionId,
        resumeKey,
        room,
        nodeId: placed.nodeId,
        adoption: 0,
        home: 0,
        fence,
        self: admitted,
        sendTransport: attached.sendTransport,
        recvTransport: attached.recvTransport,
        subscriptions: attached.subscriptions,
        failed: attached.failed,
        manualSubscribe,
        decodes: renditionTypesFor(rtpCapabilitiesFromWire(join.recvRtpCapabilities)),
        placed,
        resumed: false,
      };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'FENCED_OUT') regionPin = room.fence; // the room's is narrower than the token's
      const made = placed && { room, sessionId, nodeId: placed.nodeId, adoption: 0 };
      if (placed !== undefined) context.centre.releaseDecision(placed.decisionId);
      const stale = code === 'EPOCH_STALE' || code === 'ROOM_OWNER_LOST';
      const again = stale
        ? context.clock.nowMs() < staleUntilMs
        : nodeRefusals.has(code) && ++nodesTried < NODES_TRIED_MAX;
      if (again && placed !== undefined) {
        context.log.info({ sessionId, nodeId: placed.nodeId, code }, 'placing the session again');
        if (stale) await ownerChanged(context, room, epochUsed, code);
        // Whoever placed it there does so no more; whoever does now may choose the same node.
        else if (code !== 'PLACEMENT_STALE') avoidNodeIds.push(placed.nodeId);
        // An answer that came too late may have left a session there.
        if (code === 'NODE_UNREACHABLE' && made !== undefined) detach(context, made, 'JOIN_FAILED');
        continue;
      }
      // The session may be there all the same: its answer came too late, or was too large for the link.
      if (announced && made !== undefined) detach(context, made, 'JOIN_FAILED');
      if (announced) undoInRoom(context, room, sessionId);
      throw error;
    }
  }
}

/** An endpoint of the client itself. */
const hasWebRtc = ({ sendEndpoint, recvEndpoint }: wire.Join.$Properties): boolean =>
  [sendEndpoint, recvEndpoint].some((endpoint) => endpoint != null && endpoint.plain == null);

/** A loopback address means something on one host alone: where the opener is, the media node is. */
export function isOnHost({ sendEndpoint, recvEndpoint }: wire.Join.$Properties): boolean {
  return [sendEndpoint, recvEndpoint].some(
    (endpoint) => endpoint?.plain != null && isLoopback(endpoint.plain.ip ?? ''),
  );
}

/** The session that the client has lost, when its receipt holds; else '': it joins like anybody. */
function provenPrior(
  { receipts, log }: ClientContext,
  { roomKey, identity }: Access,
  { priorSessionId, rejoinReceipt }: wire.Join.$Properties,
): string {
  const sessionId = priorSessionId ?? '';
  if (!isSessionId(sessionId)) return '';
  const isProven = receipts.isOfStay(rejoinReceipt ?? new Uint8Array(), { roomKey, sessionId, identity });
  if (!isProven)
    log.debug({ roomKey, priorSessionId: sessionId }, 'no receipt of the earlier session; joining as a new one');
  return isProven ? sessionId : '';
}

/**
 * The room got another owner under a join: the signaling node looks for it, and the join tries again after a moment. An
 * owner may change twice in a row (two owners of the time without the centre, then the one above both), so what counts
 * is the time and not the number.
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

/**
 * Takes up a session again for `claimant`, through whichever signaling node it was. RESUME_REFUSED when it is gone or
 * the key is not its key. Of several that take it up at once, through one signaling node or through many, the one that
 * the media node let in last has it; the others are superseded (SESSION_UNKNOWN). The claim is given back by the
 * caller.
 */
export async function resumeSession(
  context: ClientContext,
  room: LocalRoom,
  access: Access,
  resume: wire.Resume.$Properties,
  claimant: LocalSession,
): Promise<JoinedSession> {
  const sessionId = resume.sessionId ?? '';
  const resumeKey = resume.resumeKey ?? '';
  const refused = (why: string): MeridianError => new MeridianError('RESUME_REFUSED', why);
  if (!isSessionId(sessionId)) throw refused('no such session');
  const present = (await room.view()).participants.find((participant) => participant.sessionId === sessionId);
  if (present === undefined || present.identity !== access.identity) throw refused('no such session in this room');
  let adopted: wire.SessionAdopted;
  try {
    const request = {
      room: room.ref,
      sessionId,
      resumeKey,
      signalingId: context.selfId,
      signalingRegion: context.region,
    };
    adopted = await adopt(context, present.nodeId, request);
  } catch (error) {
    context.log.info({ sessionId, err: error }, 'the media node did not hand over the session');
    throw refused('the media node does not hold the session');
  }
  const adoption = adopted.session?.adoption ?? 0;
  claim(context, sessionId, { holder: claimant, room, adoption });
  const self: Participant = {
    ...present,
    signalingId: context.selfId,
    region: regionOf(context, present.nodeId),
    tokenRights: tokenRightsInCommon(present, access.rights),
  };
  const manualSubscribe = adopted.session?.manualSubscribe ?? false;
  const fence = adopted.session?.fence ?? '';
  try {
    await room.join({ participant: self, takeover: true, manualSubscribe, adoption, fence });
  } catch (error) {
    if (codeOf(error) === 'SESSION_UNKNOWN') throw superseded();
    const here = { room, sessionId, nodeId: present.nodeId, adoption };
    if (context.claims.get(sessionId)?.holder === claimant) detach(context, here, 'RESUME_REFUSED');
    throw error;
  }
  return {
    sessionId,
    resumeKey,
    room,
    nodeId: present.nodeId,
    adoption,
    home: adopted.session?.home ?? 0,
    fence,
    self: adopted.session?.participant == null ? self : participantFromWire(adopted.session.participant),
    sendTransport: adopted.sendTransport,
    recvTransport: adopted.recvTransport,
    subscriptions: adopted.subscriptions,
    failed: [],
    manualSubscribe,
    decodes: renditionTypesFor(rtpCapabilitiesFromWire(adopted.session?.recvRtpCapabilities)),
    placed: undefined,
    resumed: true,
  };
}

/**
 * Asks again, over the next link, when the link ends before the answer: who is refused here joins anew and loses media
 * that flows. A session that was adopted by an answer that was lost is adopted once more, which only counts on.
 */
async function adopt(
  { nodes }: ClientContext,
  nodeId: string,
  request: wire.AdoptSession.$Properties,
): Promise<wire.SessionAdopted> {
  try {
    return await nodes.call(nodeId, rpc.adoptSession, request);
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (cause?.code !== 'LINK_CLOSED') throw error;
    return nodes.call(nodeId, rpc.adoptSession, request);
  }
}

const superseded = (): MeridianError =>
  new MeridianError('SESSION_UNKNOWN', 'The session was resumed by another socket.');

/**
 * From here on the session is this connection's; an older one of this node ends without taking it along.
 * SESSION_UNKNOWN when this is the older.
 */
function claim(context: ClientContext, sessionId: string, own: Claim): void {
  const { claims, sessions } = context;
  const others = [claims.get(sessionId), sessions.get(sessionId)].filter((other) => other !== undefined);
  if (others.some((other) => other.adoption > own.adoption)) throw superseded();
  claims.get(sessionId)?.holder.supersede();
  claims.set(sessionId, own);
  sessions.get(sessionId)?.supersede();
}

function participantOf(
  context: ClientContext,
  access: Access,
  o: Pick<Participant, 'sessionId' | 'nodeId' | 'joinedWallMs' | 'kind' | 'protocol'>,
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

/** Where a participant's media is: what others are shown. The signaling node may be in another region. */
function regionOf(context: ClientContext, nodeId: string): string {
  return context.centre.fleet.get(nodeId)?.region ?? '';
}

interface Attaching {
  readonly self: Participant;
  readonly access: Access;
  readonly fence: string;
  readonly join: wire.Join.$Properties;
  readonly placed: Pick<Placed, 'nodeId' | 'decisionId'> & Partial<Pick<Placed, 'regionEpoch'>>;
  readonly subscriptions: readonly wire.TrackSubscription.$Properties[];
  readonly resumeKey: string;
  /** A second home of a session that is moved: how often that has been done, and how often the session was adopted. */
  readonly second?: { readonly home: number; readonly adoption: number };
}

/** Attaches a session to a media node. Throws the node's code. */
export function attach(context: ClientContext, room: LocalRoom, o: Attaching): Promise<wire.SessionAttached> {
  const { self, access, fence, join, placed, second } = o;
  return context.nodes.call(placed.nodeId, rpc.attachSession, {
    room: room.ref,
    session: {
      participant: participantToWire({ ...self, signalingId: context.selfId, tracks: [] }),
      signalingRegion: context.region,
      resumeKeyHash: resumeKeyHashOf(o.resumeKey),
      manualSubscribe: join.manualSubscribe === true,
      ...(second && { moving: true, ...second }),
      recvRtpCapabilities: join.recvRtpCapabilities ?? {},
      decisionId: placed.decisionId,
      regionEpoch: placed.regionEpoch ?? 0,
      tokenId: access.tokenId,
      tokenExpiresWallMs: access.expiresWallMs,
      fence,
    },
    sendEndpoint: join.sendEndpoint ?? null,
    recvEndpoint: join.recvEndpoint ?? null,
    subscriptions: [...o.subscriptions],
    limits: context.limitsOf(room.roomKey),
  });
}

function undoInRoom(context: ClientContext, room: LocalRoom, sessionId: string): void {
  room.use();
  room
    .withOwner((port) => port.leave(sessionId, 'JOIN_FAILED'))
    .catch(ignoringErrors(context.log, 'a failed join could not be taken back; it ends with this node'))
    .finally(() => room.leaveUse());
}

/**
 * Ends a session at its media node, unless another connection has adopted it since; a node that does not answer ends it
 * as an orphan.
 */
export function detach(
  context: ClientContext,
  held: Pick<JoinedSession, 'room' | 'sessionId' | 'nodeId' | 'adoption'>,
  reason: string,
): void {
  const { room, sessionId, nodeId, adoption } = held;
  context.nodes
    .call(nodeId, rpc.detachSession, { room: room.ref, sessionId, reason, adoption })
    .catch(ignoringErrors(context.log, 'a session could not be ended at its media node; it ends as an orphan'));
}
