// Client tokens, by jose: only HS256, signed with the secret of the API key in `iss`, which also determines the tenant.
import type { KeyObject, webcrypto } from 'node:crypto';
import {
  type Access,
  type Attributes,
  accessOf,
  ClaimReader,
  characterCount,
  checkTokenTimes,
  isBreakOutRoom,
  limits,
  MeridianError,
  type TrackSource,
  tokenExpired,
  tokenScopes,
} from '@meridian/protocol';
import { compactVerify, decodeJwt, errors, type JWTPayload, SignJWT } from 'jose';
import type { KeySource, TenantKey } from './api-keys.ts';
import type { TokenOrigin } from './core/revocation-list.ts';

export interface Verified {
  readonly access: Access;
  readonly expired: boolean;
  readonly apiKey: string;
  readonly scopes: readonly string[];
  /** Parts by which the token, and whatever it opened, can be revoked. */
  readonly origin: TokenOrigin;
}
/** Rights of a participant that came to a node by another protocol. */
export interface Claims {
  readonly identity: string;
  readonly name: string;
  readonly room: string;
  readonly canPublish: boolean;
  /** Sources that `canPublish` allows; absent allows all. */
  readonly publishSources?: readonly TrackSource[] | undefined;
  readonly canSubscribe: boolean;
  readonly hidden: boolean;
  /** Kind of the participant; default `gateway`. */
  readonly kind?: 'standard';
  /** Right to publish data; default false. */
  readonly canPublishData?: boolean;
  readonly metadata?: string;
  readonly attributes?: Attributes;
  /** Right to remove and mute others; default false. */
  readonly admin?: boolean;
  /** Right to change its own name, metadata and attributes; default false. */
  readonly canUpdateOwnMetadata?: boolean;
  /** Regions that the room's media may touch (`Access.fence`); absent or '': all that the API key may use. */
  readonly fence?: string;
  /** Origin of the participant's own token: a token minted for it is revoked together with that one. */
  readonly origin?: MintOrigin;
  readonly lifetimeMs: number;
}
export type MintOrigin = Pick<TokenOrigin, 'tokenId' | 'via' | 'issuedWallMs'>;
/** Origin of a session without a token. */
export const noOrigin: MintOrigin = { tokenId: '', via: '', issuedWallMs: undefined };
/** Token outside any room, whose rights the caller reads from its claims. */
export interface Signed {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly tenant: string;
  readonly expiresWallMs: number;
  readonly scopes: readonly string[];
  /** Regions of its API key for whatever it opens; '': all. */
  readonly fence: string;
  readonly origin: TokenOrigin;
}
export interface VerifyOptions {
  allowExpired: boolean;
  /**
   * True when another node shows the token on its link: it has verified its client's token, and tokens that it mints
   * itself (a hidden viewer for a programme) are not bounded by the key's scopes. Default: a client shows it.
   */
  byNode?: boolean;
  /** True for a connection check, which enters no room of the tenant (`TokenKey.forCheck`). Default false. */
  forCheck?: boolean;
}

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
   * Returns the access of a token. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID,
   * TOKEN_REVOKED, NOT_PERMITTED (also for claims beyond its API key's scopes) or FENCE_CONFLICT;
   * API_UNREACHABLE or OVERLOADED when its API key is unknown and cannot be fetched at present.
   */
  async verify(token: string, o: VerifyOptions): Promise<Verified> {
    const { key, claims, expired } = await this.#open(token, o);
    const issuer = key.key;
    const scopes = o.byNode === true ? tokenScopes : key.scopes;
    const { forCheck = false } = o;
    const result = accessOf(claims, { tenant: key.tenant, tenantFence: key.fence, scopes, forCheck });
    if (!result.ok) throw new MeridianError(result.code, result.message);
    const { access } = result;
    const { tenant, tokenId, via } = access;
    const origin = { tenant, apiKey: issuer, tokenId, via, issuedWallMs: issuedWallMsOf(claims) };
    if (this.#isRevoked(origin)) throw new MeridianError('TOKEN_REVOKED');
    return { access, expired, apiKey: issuer, scopes, origin };
  }

  /**
   * Verifies a token outside any room. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID,
   * TOKEN_REVOKED; API_UNREACHABLE or OVERLOADED like `verify`.
   */
  async signed(token: string): Promise<Signed> {
    const { key, claims, endWallMs: expiresWallMs } = await this.#open(token, { allowExpired: false });
    const reader = new ClaimReader(claims);
    const [tokenId, via] = [reader.revocableId('jti'), reader.revocableId('via')];
    const sources = reader.revocableIds('sources');
    const origin = { tenant: key.tenant, apiKey: key.key, tokenId, via, sources, issuedWallMs: issuedWallMsOf(claims) };
    if (this.#isRevoked(origin)) throw new MeridianError('TOKEN_REVOKED');
    const { tenant, fence, scopes } = key;
    return { claims, tenant, expiresWallMs, scopes, fence, origin };
  }

  /** Mints a token for a session that a node opens for a participant. Rejects like `KeySource.get`. */
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
    const originClaims = { ...(tokenId !== '' && { jti: tokenId }), ...(via !== '' && { via }) };
    // Not younger than its origin, so that it is revoked together with that.
    const iat = issuedWallMs === undefined ? {} : { iat: Math.floor(issuedWallMs / 1000) };
    return await new SignJWT({ name, metadata, attributes, kind, video, ...originClaims, ...iat })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(apiKey)
      .setSubject(identity)
      .setExpirationTime(nowS + Math.ceil(lifetimeMs / 1000))
      .sign(key.secret);
  }

  /**
   * Renews the token of a participant in its room, expired or not, with a later end and the participant's present
   * metadata, if they fit. Its rights stay, and it is revoked with its origin. Throws like `verify`.
   */
  async renew(
    token: string,
    about: Pick<Claims, 'name' | 'metadata' | 'attributes'>,
    lifetimeMs: number,
  ): Promise<string> {
    await this.verify(token, { allowExpired: true });
    const { key, claims } = await this.#open(token, { allowExpired: true });
    const { name, metadata, attributes } = about;
    const exp = Math.floor((this.#wallMs() + lifetimeMs) / 1000);
    const signed = (changes: JWTPayload): Promise<string> =>
      new SignJWT({ ...claims, ...changes, exp }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key.secret);
    const whole = await signed({ name, metadata, attributes });
    return whole.length <= limits.tokenBytesMax ? whole : await signed({});
  }

  async #open(token: string, { allowExpired }: Pick<VerifyOptions, 'allowExpired'>): Promise<Opened> {
    const key = await this.#keys.get(namedKeyOf(token));
    const claims = await signedClaims(token, key.secret);
    const nowWallMs = this.#wallMs();
    const { endWallMs, isOver: expired } = checkTokenTimes(new ClaimReader(claims), nowWallMs);
    if (expired && !allowExpired) throw tokenExpired(endWallMs, nowWallMs);
    return { key, claims, endWallMs, expired };
  }
}

interface Opened {
  readonly key: TenantKey;
  readonly claims: JWTPayload;
  readonly endWallMs: number;
  readonly expired: boolean;
}

/** Returns the API key that a token names, without verification. Throws TOKEN_MISSING or TOKEN_INVALID. */
export function namedKeyOf(token: string): string {
  if (token === '') throw new MeridianError('TOKEN_MISSING');
  if (token.length > limits.tokenBytesMax)
    throw invalid(`the token: at most ${limits.tokenBytesMax} bytes; it has ${token.length}`);
  const claims = new ClaimReader(decoded(token));
  const rule = `the name of an API key, 1 to ${limits.revocableIdMax} characters`;
  const key = claims.text('iss', rule);
  if (key === undefined || key === '' || characterCount(key) > limits.revocableIdMax) throw claims.refusal('iss', rule);
  return key;
}

/** Returns the claims of a token that was signed with the secret; throws TOKEN_INVALID. Times are not checked. */
export async function signedClaims(token: string, secret: KeyObject): Promise<JWTPayload> {
  try {
    await compactVerify(token, verifyingKeyOf(secret), { algorithms: ['HS256'] });
  } catch (cause) {
    if (cause instanceof errors.JOSEAlgNotAllowed) throw invalid('header "alg": HS256; it is another', cause);
    if (cause instanceof errors.JWSSignatureVerificationFailed)
      throw invalid('the signature was not made with the secret of the API key in claim "iss"', cause);
    throw invalid(malformed, cause);
  }
  return decoded(token);
}

/** Imported keys by secret: jose would import a secret again for each token. */
const verifyingKeys = new WeakMap<KeyObject, webcrypto.CryptoKey>();

function verifyingKeyOf(secret: KeyObject): webcrypto.CryptoKey {
  const key = verifyingKeys.get(secret) ?? secret.toCryptoKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  verifyingKeys.set(secret, key);
  return key;
}

const malformed = 'the token is no JWT: three parts of base64url, the first two JSON objects';

function decoded(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (cause) {
    throw invalid(malformed, cause);
  }
}

const invalid = (message: string, cause?: unknown): MeridianError =>
  new MeridianError('TOKEN_INVALID', message, cause === undefined ? {} : { cause });

function issuedWallMsOf(claims: JWTPayload): number | undefined {
  const reader = new ClaimReader(claims);
  return reader.wallMs('iat') ?? reader.wallMs('nbf');
}

export const tokenEndWallMs = (token: string): number => (decodeJwt(token).exp ?? 0) * 1000;
