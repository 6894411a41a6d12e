// Client tokens, by jose: HS256 and nothing else, signed with the secret of the API key in `iss`, which also names the
// tenant.
import {
  type Access,
  type Attributes,
  accessOf,
  type ErrorCode,
  isBreakOutRoom,
  limits,
  MeridianError,
  type TrackSource,
  tokenScopes,
} from '@meridian/protocol';
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { KeySource, TenantKey } from './api-keys.ts';
import type { TokenOrigin } from './core/revocation-list.ts';

export interface Verified {
  readonly access: Access;
  readonly expired: boolean;
  /** The API key that signed it. */
  readonly apiKey: string;
  /** Of that key: they bound what its tokens may do. */
  readonly scopes: readonly string[];
  /** By what the token, and whatever came of it, can be revoked. */
  readonly origin: TokenOrigin;
}
/** What a node lets a participant do that came to it by another protocol. */
export interface Claims {
  readonly identity: string;
  readonly name: string;
  readonly room: string;
  readonly canPublish: boolean;
  /** With `canPublish`: tracks of these alone; absent: of all. */
  readonly publishSources?: readonly TrackSource[] | undefined;
  readonly canSubscribe: boolean;
  readonly hidden: boolean;
  /** Default: `gateway`. */
  readonly kind?: 'standard';
  /** Default: not. */
  readonly canPublishData?: boolean;
  readonly metadata?: string;
  readonly attributes?: Attributes;
  /** May remove and mute others; default: not. */
  readonly admin?: boolean;
  /** May change its name, metadata and attributes; default: not. */
  readonly canUpdateOwnMetadata?: boolean;
  /** Regions that the room's media may touch (`Access.fence`); absent or '': all that the API key's may. */
  readonly fence?: string;
  /** Of the token by which the participant came: what is minted for it is revoked with that one. */
  readonly origin?: MintOrigin;
  readonly lifetimeMs: number;
}
/** `TokenOrigin` as far as it is not said by the API key. */
export type MintOrigin = Pick<TokenOrigin, 'tokenId' | 'via' | 'issuedWallMs'>;
/** Of a session that no token was given for. */
export const noOrigin: MintOrigin = { tokenId: '', via: '', issuedWallMs: undefined };
/** A token of no room: what it allows is for the caller to read from its claims. */
export interface Signed {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly tenant: string;
  readonly expiresWallMs: number;
  /** Of its API key: they bound what it may claim. */
  readonly scopes: readonly string[];
  /** Of its API key: regions that what it opens may touch; '': all. */
  readonly fence: string;
  readonly origin: TokenOrigin;
}
export interface VerifyOptions {
  allowExpired: boolean;
  /**
   * Another node shows it on its link: it has verified what its client showed, and what it mints itself (a hidden
   * viewer for a programme) is not for the key's scopes to bound. Default: a client shows it.
   */
  byNode?: boolean;
  /** For a check of the connection, which enters no room of the tenant (`TokenKey.forCheck`). Default: to join. */
  forCheck?: boolean;
}

/** Clocks of the hosts that sign and that check differ a little; more would be a longer life for every token. */
const CLOCK_TOLERANCE_S = 2;

export class Tokens {
  readonly #keys: Pick<KeySource, 'get'>;
  readonly #wallMs: () => number;
  readonly #isRevoked: (origin: TokenOrigin) => boolean;

  constructor(
    keys: Pick<KeySource, 'get'>,
    wallMs: () => number,
    isRevoked: (origin: TokenOrigin) => boolean = () => false,
  ) {
    this.#keys = keys;
    this.#wallMs = wallMs;
    this.#isRevoked = isRevoked;
  }

  /**
   * What the token allows. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_REVOKED,
   * TOKEN_ROOM_MISMATCH, NOT_PERMITTED (also for claims beyond its API key's scopes) or FENCE_CONFLICT; API_UNREACHABLE
   * or OVERLOADED when its API key is not known here and cannot be asked for now.
   */
  async verify(token: string, o: VerifyOptions): Promise<Verified> {
    const { key, claims, expired } = await this.#open(token, ['exp', 'sub']);
    const issuer = key.key;
    if (expired && !o.allowExpired) throw new MeridianError('TOKEN_EXPIRED');
    const scopes = o.byNode === true ? tokenScopes : key.scopes;
    const { forCheck = false } = o;
    const result = accessOf(claims, { tenant: key.tenant, tenantFence: key.fence, scopes, forCheck });
    if (!result.ok) throw new MeridianError(result.code);
    const { access } = result;
    const { tenant, tokenId, via } = access;
    const origin = { tenant, apiKey: issuer, tokenId, via, issuedWallMs: issuedWallMsOf(claims) };
    if (this.#isRevoked(origin)) throw new MeridianError('TOKEN_REVOKED');
    return { access, expired, apiKey: issuer, scopes, origin };
  }

  /**
   * A token of another kind than a room's. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID,
   * TOKEN_REVOKED; API_UNREACHABLE or OVERLOADED as `verify`.
   */
  async signed(token: string): Promise<Signed> {
    const { key, claims, expired } = await this.#open(token, ['exp']);
    if (expired) throw new MeridianError('TOKEN_EXPIRED');
    const { jti: tokenId = '', via = '', exp = 0 } = claims;
    if (!isRevocable(tokenId) || !isRevocable(via)) throw new MeridianError('TOKEN_INVALID');
    const origin = { tenant: key.tenant, apiKey: key.key, tokenId, via, issuedWallMs: issuedWallMsOf(claims) };
    if (this.#isRevoked(origin)) throw new MeridianError('TOKEN_REVOKED');
    const { tenant, fence, scopes } = key;
    return { claims, tenant, expiresWallMs: exp * 1000, scopes, fence, origin };
  }

  /** A token for a session that a node opens for a participant, or has it open. Rejects as `KeySource.get`. */
  async mint(apiKey: string, claims: Claims): Promise<string> {
    const key = await this.#keys.get(apiKey);
    const { identity, name, lifetimeMs, room, canPublish, canSubscribe, hidden, fence = '', admin } = claims;
    const { canUpdateOwnMetadata, origin = noOrigin, kind = 'gateway', canPublishData = false } = claims;
    const { metadata, attributes, publishSources } = claims;
    const { tokenId, via, issuedWallMs } = origin;
    const regions = fence === '' ? {} : { regions: fence.split(',') };
    const video = {
      room,
      roomJoin: true,
      canPublish,
      canSubscribe,
      canPublishData,
      hidden,
      ...(isBreakOutRoom(room) && { breakOut: true }),
      ...(publishSources && { canPublishSources: publishSources }),
      ...regions,
      ...(admin && { roomAdmin: true }),
      ...(canUpdateOwnMetadata && { canUpdateOwnMetadata }),
    };
    const nowS = Math.floor(this.#wallMs() / 1000);
    const made = { ...(tokenId !== '' && { jti: tokenId }), ...(via !== '' && { via }) };
    // Not younger than what it was made from, so that it is revoked with that.
    const iat = issuedWallMs === undefined ? {} : { iat: Math.floor(issuedWallMs / 1000) };
    return await new SignJWT({ name, metadata, attributes, kind, video, ...made, ...iat })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(apiKey)
      .setSubject(identity)
      .setExpirationTime(nowS + Math.ceil(lifetimeMs / 1000))
      .sign(key.secret);
  }

  /**
   * The token of a participant that is in its room, expired or not, with what the participant says of itself now, if
   * that fits, and a later end. Its rights stay, and it is revoked with the one that it comes from. Throws as `verify`.
   */
  async renew(
    token: string,
    about: Pick<Claims, 'name' | 'metadata' | 'attributes'>,
    lifetimeMs: number,
  ): Promise<string> {
    await this.verify(token, { allowExpired: true });
    const { key, claims } = await this.#open(token, []);
    const { name, metadata, attributes } = about;
    const exp = Math.floor((this.#wallMs() + lifetimeMs) / 1000);
    const signed = (changes: JWTPayload): Promise<string> =>
      new SignJWT({ ...claims, ...changes, exp }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key.secret);
    const whole = await signed({ name, metadata, attributes });
    return whole.length <= limits.tokenBytesMax ? whole : await signed({});
  }

  /** The API key that signed it, and its claims. */
  async #open(token: string, requiredClaims: string[]): Promise<Opened> {
    if (token === '') throw new MeridianError('TOKEN_MISSING');
    if (token.length > limits.tokenBytesMax)
      throw new MeridianError('TOKEN_INVALID', `at most ${limits.tokenBytesMax} bytes`);
    const issuer = issuerOf(token);
    if (issuer === undefined) throw new MeridianError('TOKEN_INVALID');
    const key = await this.#keys.get(issuer);
    const { claims, expired } = await this.#claims(token, key, requiredClaims);
    return { key, claims, expired };
  }

  async #claims(token: string, key: TenantKey, requiredClaims: string[]): Promise<Omit<Opened, 'key'>> {
    try {
      const { payload } = await jwtVerify(token, key.secret, {
        algorithms: ['HS256'],
        issuer: key.key,
        requiredClaims,
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

interface Opened {
  readonly key: TenantKey;
  readonly claims: JWTPayload;
  readonly expired: boolean;
}

const isRevocable = (id: unknown): id is string => typeof id === 'string' && id.length <= limits.revocableIdMax;

function issuedWallMsOf({ iat, nbf }: JWTPayload): number | undefined {
  const issuedS = iat ?? nbf;
  return issuedS === undefined ? undefined : issuedS * 1000;
}

/** When a token that was verified ends. */
export const tokenEndWallMs = (token: string): number => (decodeJwt(token).exp ?? 0) * 1000;

/** The API key that the token names, whoever made it; undefined: none, or it is no token. */
export function issuerOf(token: string): string | undefined {
  try {
    const iss: unknown = decodeJwt(token).iss;
    return typeof iss === 'string' && iss.length <= limits.revocableIdMax ? iss : undefined;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed'
    ? 'TOKEN_NOT_YET_VALID'
    : 'TOKEN_INVALID';
}
