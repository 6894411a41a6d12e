// Resumes a session for its client, with all its state.
import {
  type Access,
  isSessionId,
  MeridianError,
  type Participant,
  participantFromWire,
  rpc,
  rtpCapabilitiesFromWire,
  type wire,
} from '@meridian/protocol';
import { renditionTypesFor, tokenRightsInCommon } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { detach, mayBeOnOtherHost } from './attaching.ts';
import type { Claim, ClientContext, LocalSession } from './context.ts';
import { type JoinedSession, regionOf } from './join.ts';
import type { LocalRoom } from './local-room.ts';

/**
 * Resumes a session for `claimant`, whichever signaling node had it. RESUME_REFUSED for an ended session or a wrong
 * key. Of several concurrent resumes, through any signaling nodes, the last one at the media node wins; the others are
 * superseded (SESSION_UNKNOWN). The caller releases the claim.
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
    const heldHere = { room, sessionId, nodeId: present.nodeId, adoption };
    if (context.claims.get(sessionId)?.holder === claimant) detach(context, heldHere, 'RESUME_REFUSED');
    throw error;
  }
  return {
    sessionId,
    resumeKey,
    room,
    nodeId: present.nodeId,
    adoption,
    moveCount: adopted.session?.home ?? 0,
    fence,
    self: adopted.session?.participant == null ? self : participantFromWire(adopted.session.participant),
    isOnOtherHost: mayBeOnOtherHost(context, claimant.opener, present.nodeId),
    sendTransport: adopted.sendTransport,
    recvTransport: adopted.recvTransport,
    subscriptions: adopted.subscriptions,
    failed: [],
    manualSubscribe,
    decodes: renditionTypesFor(rtpCapabilitiesFromWire(adopted.session?.recvRtpCapabilities)),
    placed: undefined,
    resumed: true,
    isCrowd: false,
    decisionId: adopted.session?.decisionId ?? '',
    fromSignalingId: present.signalingId,
    priorSessionId: '',
  };
}

/**
 * Adopts the session at its media node, once more if the link ends before the answer: a refused client would join anew
 * and lose flowing media. A second adoption after a lost answer only raises the count.
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

/** Claims the session, and ends older connections here without ending it. SESSION_UNKNOWN if this one is older. */
function claim(context: ClientContext, sessionId: string, newClaim: Claim): void {
  const { claims, sessions } = context;
  const others = [claims.get(sessionId), sessions.get(sessionId)].filter((other) => other !== undefined);
  if (others.some((other) => other.adoption > newClaim.adoption)) throw superseded();
  claims.get(sessionId)?.holder.supersede();
  claims.set(sessionId, newClaim);
  sessions.get(sessionId)?.supersede();
}
