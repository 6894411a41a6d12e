// POST /dev/token: a token for whoever sits at this machine. Development only; the checks against others are in app.ts and config.ts.
import { isDisplayName, isIdentity, isRoomName, limits } from '@meridian/protocol';
import { SignJWT } from 'jose';

export interface TokenRequest {
  room: string;
  identity: string;
  name: string;
}

export const TOKEN_LIFETIME_S = 6 * 3600;

/** JSON schema of the body; names are checked by the protocol's own rules in `tokenRequestProblem`. */
export const tokenRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['room', 'identity', 'name'],
  properties: {
    room: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
    identity: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
    name: { type: 'string', minLength: 1, maxLength: limits.nameLengthMax },
  },
} as const;

/** What is wrong with a request that has the right shape; undefined when nothing is. */
export function tokenRequestProblem(request: TokenRequest): string | undefined {
  if (!isRoomName(request.room)) return 'room: no control characters, "/" or surrounding blanks';
  if (!isIdentity(request.identity)) return 'identity: no control characters, "/" or surrounding blanks';
  if (!isDisplayName(request.name)) return 'name: no control characters or characters that turn the direction of text';
  return undefined;
}

/** A token with LiveKit's claims, for six hours, with every right in its room. */
export async function signDevToken(o: {
  key: string;
  secret: string;
  request: TokenRequest;
  nowMs: number;
}): Promise<string> {
  const nowS = Math.floor(o.nowMs / 1000);
  const video = {
    room: o.request.room,
    roomJoin: true,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
    roomAdmin: true,
    canUpdateOwnMetadata: true,
  };
  return await new SignJWT({ name: o.request.name, video })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(o.key)
    .setSubject(o.request.identity)
    .setNotBefore(nowS - 5)
    .setExpirationTime(nowS + TOKEN_LIFETIME_S)
    .sign(new TextEncoder().encode(o.secret));
}
