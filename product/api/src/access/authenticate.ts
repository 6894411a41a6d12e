// Authenticates a caller: by a token signed with a tenant's API key or the operator's key, or by a user's cookie.
import { createSecretKey } from 'node:crypto';
import { namedKeyOf, signedClaims } from '@meridian/node-shell';
import { ClaimReader, checkTokenTimes, limits, tokenExpired } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { Problem, tokenProblem } from '../http/problems.ts';
import { allScopes, type Principal, scopesOfClaims, scopesOfUser, type UserRole } from './core/scopes.ts';
import type { ApiKeys } from './keys.ts';
import type { Revocations } from './revocations.ts';
import { checkOrigin, cookieOf } from './session-cookie.ts';

/** Longest lifetime of a token, from `iat` or `nbf` (without them, from now) to `exp`. */
const TOKEN_S_MAX = 600;

export interface KnownSessions {
  /** Records that the session is used. Resolves with undefined for an unknown or ended session. */
  use(secret: string): Promise<{ readonly session: { readonly id: string }; readonly user: SignedInUser } | undefined>;
}

interface SignedInUser {
  readonly id: string;
  readonly tenant: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

export interface AuthenticateOptions {
  readonly keys: ApiKeys;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly sessions: KnownSessions;
  readonly operatorKey: { readonly key: string; readonly secret: string } | undefined;
  /** Tenant whose users can be operators; undefined for none. */
  readonly operatorTenant?: string | undefined;
  /** Origin of the page. A cookie changes data only in requests from this origin. */
  readonly publicUrl: string;
  readonly clock: Clock;
}

type CredentialRequest = Pick<FastifyRequest, 'headers' | 'method' | 'cookies'>;

export class Authenticator {
  readonly #o: AuthenticateOptions;

  constructor(o: AuthenticateOptions) {
    this.#o = o;
  }

  /**
   * Authenticates by a token (of at most `longestS`), else by the cookie. Rejects with TOKEN_MISSING, TOKEN_INVALID,
   * TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_TOO_LONG or TOKEN_REVOKED; for a cookie with SESSION_ENDED or
   * ORIGIN_REFUSED.
   */
  async authenticate(request: CredentialRequest, longestS = TOKEN_S_MAX): Promise<Principal> {
    const { headers } = request;
    const cookie = headers.authorization === undefined ? cookieOf(request, 'session') : undefined;
    if (cookie !== undefined) return this.#signedIn(request, cookie);
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    try {
      return await this.#byToken(token, longestS);
    } catch (error) {
      throw tokenProblem(error);
    }
  }

  async #byToken(token: string, longestS: number): Promise<Principal> {
    const issuer = namedKeyOf(token);
    const { operatorKey } = this.#o;
    if (operatorKey !== undefined && issuer === operatorKey.key) {
      const operator: Principal = { kind: 'operator', id: issuer, tenant: '', scopes: new Set(allScopes) };
      await this.#verifiedClaims(token, operator, operatorKey.secret, longestS);
      return operator;
    }
    const key = await this.#o.keys.find(issuer);
    if (key === undefined) throw new Problem('TOKEN_INVALID', 'claim "iss": there is no API key of this name');
    const { id, tenant, regions: fence, limits } = key;
    const keyPrincipal: Principal = { kind: 'key', id, tenant, scopes: new Set(), fence };
    const claims = await this.#verifiedClaims(token, keyPrincipal, key.secret, longestS);
    const { jti, via, issuedWallMs } = claims;
    if (await this.#o.revocations.isRevoked(tenant, [jti, via].filter(Boolean), issuedWallMs))
      throw new Problem('TOKEN_REVOKED', undefined, { principals: [keyPrincipal] });
    const perSecond = limits.apiPerSecond > 0 ? { perSecond: limits.apiPerSecond } : {};
    return { ...keyPrincipal, ...scopesOfClaims(claims.reader, key.scopes), ...perSecond, ...(via !== '' && { via }) };
  }

  async #signedIn(request: CredentialRequest, cookie: string): Promise<Principal> {
    if (request.method !== 'GET' && request.method !== 'HEAD') checkOrigin(request, this.#o.publicUrl);
    const found = await this.#o.sessions.use(cookie);
    if (found === undefined) throw new Problem('SESSION_ENDED');
    const { id, tenant, email, name, role } = found.user;
    const session = found.session.id;
    const scopes = new Set(scopesOfUser(found.user, this.#o.operatorTenant));
    return { kind: 'user', id, tenant, scopes, user: { email, name, role }, session };
  }

  async #verifiedClaims(token: string, principal: Principal, secret: string, longestS: number): Promise<Verified> {
    const nowMs = this.#o.clock.wallMs();
    const claims = new ClaimReader(await signedClaims(token, createSecretKey(Buffer.from(secret))));
    const { endWallMs, isOver } = checkTokenTimes(claims, nowMs);
    if (isOver) throw tokenProblem(tokenExpired(endWallMs, nowMs), [principal]);
    const [issuedMs, startMs] = [claims.wallMs('iat'), claims.wallMs('nbf')];
    const fromMs = Math.max(issuedMs ?? 0, startMs ?? 0) || nowMs;
    if (endWallMs - Math.min(fromMs, nowMs) > longestS * 1000 + limits.clockLeewayMs)
      throw new Problem('TOKEN_TOO_LONG', undefined, { principals: [principal] });
    const [jti, via] = [claims.revocableId('jti'), claims.revocableId('via')];
    return { reader: claims, jti, via, issuedWallMs: issuedMs ?? startMs ?? 0 };
  }
}

interface Verified {
  readonly reader: ClaimReader;
  readonly jti: string;
  readonly via: string;
  readonly issuedWallMs: number;
}
