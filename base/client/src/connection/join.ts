// The one request between an open socket and everything that media needs.
import { limits, type wire } from '@meridian/protocol';
import { MeridianClientError } from '../errors.ts';
import type { TokenSource } from '../types.ts';
import type { EchoTime } from './site-timing.ts';
import type { SignalSocket } from './socket.ts';

/** Everything of a Join that does not depend on the socket. Without an endpoint nothing goes in that direction. */
export type JoinParts = Pick<
  wire.Join.$Properties,
  | 'sdk'
  | 'routerVersion'
  | 'recvRtpCapabilities'
  | 'sendEndpoint'
  | 'recvEndpoint'
  | 'manualSubscribe'
  | 'fromCity'
  | 'protocol'
  | 'silentNodeId'
  | 'crowd'
>;
/** What proves that an earlier session was ours: to go on with it, and to come back when it is lost. */
export interface Session {
  readonly id: string;
  readonly resumeKey: string;
  readonly rejoinReceipt: Uint8Array;
}

/** The signaling node's own limits of a join are below this. */
export const joinDeadlineMs = 6000;

/**
 * Joins, or resumes `session`. Rejects with the service's error, REQUEST_TIMEOUT, SOCKET_LOST, or INTERNAL for an
 * answer of another kind.
 */
export async function requestJoin(
  socket: SignalSocket,
  o: {
    token: string;
    parts: JoinParts;
    session: Session | undefined;
    /** The session that this one stands in for. */
    prior: Session | undefined;
    echoTimes: readonly EchoTime[];
  },
): Promise<wire.Joined> {
  const resume = o.session && { sessionId: o.session.id, resumeKey: o.session.resumeKey };
  const join = {
    protocolVersion: limits.protocolVersion,
    token: o.token,
    echoTimes: [...o.echoTimes],
    ...o.parts,
    ...(o.prior && { priorSessionId: o.prior.id, rejoinReceipt: o.prior.rejoinReceipt }),
    ...(resume ? { resume } : {}),
  };
  const answer = await socket.request({ join }, joinDeadlineMs);
  if (answer.joined == null) throw new MeridianClientError('INTERNAL', 'the answer to Join is not Joined');
  return answer.joined as wire.Joined;
}

/** The token to join with now. Rejects with TOKEN_MISSING, and with whatever the page's own function rejects with. */
export async function readToken(source: TokenSource): Promise<string> {
  const token = typeof source === 'string' ? source : await source();
  if (typeof token !== 'string' || token.length === 0 || token.length > limits.tokenBytesMax) {
    throw new MeridianClientError('TOKEN_MISSING');
  }
  return token;
}
