// Sends the Join, the only request between an open socket and media.
import { limits, type wire } from '@meridian/protocol';
import { MeridianClientError } from '../errors.ts';
import type { TokenSource } from '../types.ts';
import type { EchoTime } from './site-timing.ts';
import type { SignalSocket } from './socket.ts';

/** Parts of a Join that do not depend on the socket. Without an endpoint nothing is sent in that direction. */
export type JoinParts = Pick<
  wire.Join.$Properties,
  | 'sdk'
  | 'clientProtocol'
  | 'routerVersion'
  | 'recvRtpCapabilities'
  | 'sendEndpoint'
  | 'recvEndpoint'
  | 'manualSubscribe'
  | 'fromCity'
  | 'protocol'
  | 'silentNodeId'
  | 'crowd'
  | 'warm'
>;
/** Proof of an earlier session, to resume or to replace it. */
export interface Session {
  readonly id: string;
  readonly resumeKey: string;
  readonly rejoinReceipt: Uint8Array;
}

/** Longer than the signaling node's own limits of a join. */
export const joinDeadlineMs = 6000;

/** Joins, or resumes `session`. Rejects with the service's error, REQUEST_TIMEOUT, SOCKET_LOST or INTERNAL. */
export async function requestJoin(
  socket: SignalSocket,
  o: {
    token: string;
    parts: JoinParts;
    session: Session | undefined;
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

/** Returns a token. Rejects with TOKEN_MISSING, or with the error of the page's function. */
export async function readToken(source: TokenSource): Promise<string> {
  const token = typeof source === 'string' ? source : await source();
  if (typeof token !== 'string' || token.length === 0 || token.length > limits.tokenBytesMax) {
    throw new MeridianClientError('TOKEN_MISSING');
  }
  return token;
}
