// Client tokens, by jose: HS256 and nothing else, signed with the secret of the API key in `iss`, which also names the
// tenant.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Access, accessOf, assert, type ErrorCode, fenceOf, limits, MeridianError } from '@meridian/protocol';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';

export interface ApiKey {
  readonly key: string;
  readonly secret: string;
  readonly tenant: string;
  /** Regions that media of its rooms may touch; absent: anywhere. */
  readonly regions?: readonly string[];
}
export interface Verified {
  readonly access: Access;
  readonly expired: boolean;
  /** The API key that signed it. */
  readonly apiKey: string;
}
/** What a node lets somebody do who came to it by another protocol. */
export interface Claims {
  readonly identity: string;
  readonly name: string;
  readonly room: string;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly hidden: boolean;
  /** May remove and mute others; default: not. */
  readonly admin?: boolean;
  /** May change its name, metadata and attributes; default: not. */
  readonly canUpdateOwnMetadata?: boolean;
  /** Regions that the room's media may touch (`Access.fence`); absent or '': all that the API key's may. */
  readonly fence?: string;
  readonly lifetimeMs: number;
}
export interface VerifyOptions {
  allowExpired: boolean;
}

/** Clocks of those who sign and of those who check differ a little; more would be a longer life for every token. */
const CLOCK_TOLERANCE_S = 2;

export class Tokens {
  readonly #keys: ReadonlyMap<string, { secret: KeyObject; tenant: string; fence: string }>;
  readonly #wallMs: () => number;

  constructor(keys: readonly ApiKey[], wallMs: () => number) {
    this.#keys = new Map(
      keys.map(({ key, secret, tenant, regions }) => {
        const fence = regions === undefined ? '' : fenceOf(regions);
        assert(fence !== undefined, 'the regions of an API key were checked with the configuration');
        return [key, { secret: createSecretKey(Buffer.from(secret)), tenant, fence }];
      }),
    );
    this.#wallMs = wallMs;
  }

  /**
   * What the token allows. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID,
   * TOKEN_ROOM_MISMATCH, NOT_PERMITTED or FENCE_CONFLICT.
   */
  async verify(token: string, o: VerifyOptions): Promise<Verified> {
    if (token === '') throw new MeridianError('TOKEN_MISSING');
    if (token.length > limits.tokenBytesMax)
      throw new MeridianError('TOKEN_INVALID', `at most ${limits.tokenBytesMax} bytes`);
    const issuer = issuerOf(token);
    const key = this.#keys.get(issuer);
    if (key === undefined) throw new MeridianError('TOKEN_INVALID', 'no such API key');
    const { claims, expired } = await this.#claims(token, issuer, key.secret);
    if (expired && !o.allowExpired) throw new MeridianError('TOKEN_EXPIRED');
    const result = accessOf(claims, {
      tenant: key.tenant,
      tenantFence: key.fence,
    });
    if (!result.ok) throw new MeridianError(result.code);
    return { access: result.access, expired, apiKey: issuer };
  }

  /** A token for a session that a gateway opens for somebody. Throws TOKEN_INVALID for an unknown API key. */
  async mint(apiKey: string, claims: Claims): Promise<string> {
    const key = this.#keys.get(apiKey);
    if (key === undefined) throw new MeridianError('TOKEN_INVALID', 'no such API key');
    const { identity, name, lifetimeMs, room, canPublish, canSubscribe, hidden, fence = '', admin } = claims;
    const { canUpdateOwnMetadata } = claims;
    const regions = fence === '' ? {} : { regions: fence.split(',') };
    const video = {
      room,
      roomJoin: true,
      canPublish,
      canSubscribe,
      canPublishData: false,
      hidden,
      ...regions,
      ...(admin && { roomAdmin: true }),
      ...(canUpdateOwnMetadata && { canUpdateOwnMetadata }),
    };
    const nowS = Math.floor(this.#wallMs() / 1000);
    return await new SignJWT({ name, kind: 'gateway', video })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(apiKey)
      .setSubject(identity)
      .setExpirationTime(nowS + Math.ceil(lifetimeMs / 1000))
      .sign(key.secret);
  }

  async #claims(token: string, issuer: string, secret: KeyObject): Promise<{ claims: unknown; expired: boolean }> {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        issuer,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#wallMs()),
      });
      return { claims: payload, expired: false };
    } catch (error) {
      // jose checks the signature before any claim, and `nbf` before `exp`: an expired token is otherwise good.
      if (error instanceof errors.JWTExpired) return { claims: error.payload, expired: true };
      throw new MeridianError(codeOf(error), undefined, { cause: error });
    }
  }
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw new MeridianError('TOKEN_INVALID', undefined, { cause });
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed'
    ? 'TOKEN_NOT_YET_VALID'
    : 'TOKEN_INVALID';
}
