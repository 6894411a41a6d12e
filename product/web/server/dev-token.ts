// Claims of the tokens of POST /dev/token, for the user of this machine and guests of the local network. app.ts and
// guests.ts decide who gets a token.
import {
  cleanDisplayName,
  displayNameRule,
  identityFault,
  identityRule,
  isDisplayName,
  isIdentity,
  isRoomName,
  limits,
  roomNameFault,
  roomNameRule,
} from '@meridian/protocol';
import { SignJWT } from 'jose';

export interface TokenRequest {
  room: string;
  identity: string;
  name: string;
  /** Only watches: neither publishes nor moderates. */
  viewer?: boolean;
  /** Takes part, but moderates nothing. */
  guest?: boolean;
  check?: boolean;
}

export const TOKEN_LIFETIME_S = 6 * 3600;
export const GUEST_TOKEN_LIFETIME_S = 600;

/** JSON schema of the body; `tokenRequestProblem` checks names by the protocol's own rules. */
export const tokenRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['room', 'identity', 'name'],
  properties: {
    room: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
    identity: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
    name: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
    viewer: { type: 'boolean' },
    guest: { type: 'boolean' },
    check: { type: 'boolean' },
  },
} as const;

/** Returns what is wrong with a well-formed request; undefined if nothing. */
export function tokenRequestProblem(request: TokenRequest): string | undefined {
  if (!isRoomName(request.room)) return `room: ${roomNameRule}; ${roomNameFault(request.room)}`;
  if (!isIdentity(request.identity)) return `identity: ${identityRule}; ${identityFault(request.identity)}`;
  if (!isDisplayName(cleanDisplayName(request.name))) return `name: ${displayNameRule}`;
  return undefined;
}

interface Signing {
  key: string;
  secret: string;
  request: TokenRequest;
  nowMs: number;
}

/**
 * Signs a token with LiveKit's claims for six hours: every right in its room; for a guest only to take part, for a
 * viewer only to watch; for a check no room.
 */
export function signDevToken(o: Signing): Promise<string> {
  return sign(o, { roomAdmin: true, lifetimeS: TOKEN_LIFETIME_S });
}

/**
 * Signs a guest's token: without the right to moderate, and valid for minutes; the page requests another when needed.
 */
export function signGuestToken(o: Signing): Promise<string> {
  return sign(o, { roomAdmin: false, lifetimeS: GUEST_TOKEN_LIFETIME_S });
}

async function sign(o: Signing, { roomAdmin, lifetimeS }: { roomAdmin: boolean; lifetimeS: number }): Promise<string> {
  const nowS = Math.floor(o.nowMs / 1000);
  const takesPart = o.request.viewer !== true;
  const { room, check } = o.request;
  const joining = {
    room,
    roomJoin: true,
    canPublish: takesPart,
    canSubscribe: true,
    canPublishData: takesPart,
    roomAdmin: roomAdmin && takesPart && o.request.guest !== true,
    canUpdateOwnMetadata: takesPart,
  };
  const video = check === true ? { room, check } : joining;
  return await new SignJWT({ name: o.request.name, video })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(o.key)
    .setSubject(o.request.identity)
    .setNotBefore(nowS - 5)
    .setExpirationTime(nowS + lifetimeS)
    .sign(new TextEncoder().encode(o.secret));
}
