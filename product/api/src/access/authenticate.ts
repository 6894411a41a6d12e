// Authenticates a caller: by a token signed with a tenant's API key or the operator's key, or by a user's cookie.
import { createSecretKey } from 'node:crypto';
import { issuerOf } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { Problem } from '../http/problems.ts';
import { allScopes, type Principal, scopesOfClaims, scopesOfUser, type UserRole } from './core/scopes.ts';
import type { ApiKeys } from './keys.ts';
import type { Revocations } from './revocations.ts';
import { checkOrigin, cookieOf } from './session-cookie.ts';

const TOKEN_CHARACTERS_MAX = 8192;
/** Longest lifetime of a token, from `iat` or `nbf` (without them, from now) to `exp`. */
const TOKEN_S_MAX = 600;
const CLOCK_TOLERANCE_S = 5;

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
   * TOKEN_EXPIRED, TOKEN_TOO_LONG or TOKEN_REVOKED; for a cookie with SESSION_ENDED or ORIGIN_REFUSED.
   */
  async authenticate(request: CredentialRequest, longestS = TOKEN_S_MAX): Promise<Principal> {
    const { headers } = request;
    const cookie = headers.authorization === undefined ? cookieOf(request, 'session') : undefined;
    if (cookie !== undefined) return this.#signedIn(request, cookie);
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw new Problem('TOKEN_MISSING');
    if (token.length > TOKEN_CHARACTERS_MAX) throw new Problem('TOKEN_INVALID');
    const issuer = issuerOf(token);
    if (issuer === undefined) throw new Problem('TOKEN_INVALID');
    const { operatorKey } = this.#o;
    if (operatorKey !== undefined && issuer === operatorKey.key) {
      const operator: Principal = { kind: 'operator', id: issuer, tenant: '', scopes: new Set(allScopes) };
      await this.#verifiedClaims(token, operator, operatorKey.secret, longestS);
      return operator;
    }
    const key = await this.#o.keys.find(issuer);
    if (key === undefined) throw new Problem('TOKEN_INVALID', 'no such API key');
    const { id, tenant, regions: fence, limits } = key;
    const keyPrincipal: Principal = { kind: 'key', id, tenant, scopes: new Set(), fence };
    const claims = await this.#verifiedClaims(token, keyPrincipal, key.secret, longestS);
    const { jti = '', via = '' } = claims;
    // Revocations are by text, so an id of another type could not be revoked.
    if (typeof jti !== 'string' || typeof via !== 'string') throw new Problem('TOKEN_INVALID');
    if (await this.#o.revocations.isRevoked(tenant, [jti, via].filter(Boolean), (claims.iat ?? claims.nbf ?? 0) * 1000))
      throw new Problem('TOKEN_REVOKED', undefined, { principals: [keyPrincipal] });
    const perSecond = limits.apiPerSecond > 0 ? { perSecond: limits.apiPerSecond } : {};
    return { ...keyPrincipal, ...scopesOfClaims(claims, key.scopes), ...perSecond, ...(via !== '' && { via }) };
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

  async #verifiedClaims(token: string, principal: Principal, secret: string, longestS: number): Promise<JWTPayload> {
    const nowS = Math.floor(this.#o.clock.wallMs() / 1000);
    try {
      const { payload } = await jwtVerify(token, createSecretKey(Buffer.from(secret)), {
        algorithms: ['HS256'],
        issuer: principal.id,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(nowS * 1000),
      });
      const fromS = Math.max(payload.iat ?? 0, payload.nbf ?? 0) || nowS;
      if ((payload.exp ?? 0) - Math.min(fromS, nowS) > longestS + CLOCK_TOLERANCE_S)
        throw new Problem('TOKEN_TOO_LONG', undefined, { principals: [principal] });
      return payload;
    } catch (error) {
      if (error instanceof Problem) throw error;
      // jose checks the signature before the times, so the issuer of an expired token is verified.
      if (error instanceof errors.JWTExpired)
        throw new Problem('TOKEN_EXPIRED', undefined, { principals: [principal], cause: error });
      throw new Problem('TOKEN_INVALID', undefined, { cause: error });
    }
  }
}
