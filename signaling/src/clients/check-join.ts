// Checks whether a Join can be served.
import {
  endpointFromWire,
  isCheckNonce,
  isSessionId,
  limits,
  MeridianError,
  routerConstant,
  type wire,
} from '@meridian/protocol';
import { bounds } from '../limits.ts';
import type { Opener } from '../ports.ts';
import type { ReceiveAbilities } from './receive-abilities.ts';

const protocolForm = /^[a-z0-9-]{1,16}$/;

/**
 * Throws PROTOCOL_UNSUPPORTED or REQUEST_INVALID for a Join that cannot be served, and NOT_PERMITTED for a plain
 * endpoint from a client of our own, which could make media nodes send to any address. `opener`: undefined for a
 * WebSocket.
 */
export function checkJoin(
  join: wire.Join.$Properties,
  { opener, abilities }: { opener: Opener | undefined; abilities: ReceiveAbilities },
): void {
  if (join.protocolVersion !== limits.protocolVersion)
    throw new MeridianError('PROTOCOL_UNSUPPORTED', `this instance speaks version ${limits.protocolVersion}`);
  if (join.routerVersion && join.routerVersion !== routerConstant.version)
    throw new MeridianError('PROTOCOL_UNSUPPORTED', `router constant ${routerConstant.version} is used here`);
  const isResumed = join.resume != null && isSessionId(join.resume.sessionId ?? '');
  checkEndpoints(join, { opener, isResumed });
  if (join.check && (opener !== undefined || join.resume != null || !isCheckNonce(join.check)))
    throw new MeridianError('REQUEST_INVALID', 'check: 22 to 64 of A-Z a-z 0-9 - _, of a new session of a client');
  if (isResumed) return;
  if ((join.echoTimes?.length ?? 0) > bounds.echoTimesMax)
    throw new MeridianError('REQUEST_INVALID', 'too many echo times');
  abilities.decodes(join.recvRtpCapabilities);
  if (opener !== undefined && !protocolForm.test(join.protocol || 'webrtc'))
    throw new MeridianError('REQUEST_INVALID', 'protocol: at most 16 of a to z, 0 to 9 and -');
}

/** Checks the endpoints. A resumed session has its transports; the Join's endpoints serve a later move. */
function checkEndpoints(
  join: wire.Join.$Properties,
  { opener, isResumed }: { opener: Opener | undefined; isResumed: boolean },
): void {
  const endpoints = [endpointFromWire(join.sendEndpoint, 'send'), endpointFromWire(join.recvEndpoint, 'receive')];
  if (opener === undefined && endpoints.some((endpoint) => endpoint?.kind === 'plain'))
    throw new MeridianError('NOT_PERMITTED', 'plain endpoints are for sessions that a gateway or recorder opens');
  // A gateway's viewer is only in the roster, while a session of the gateway receives for all its viewers.
  if (
    opener === undefined &&
    !isResumed &&
    join.crowd !== true &&
    endpoints.every((endpoint) => endpoint === undefined)
  )
    throw new MeridianError('REQUEST_INVALID', 'a session sends or receives: neither has an endpoint');
}
