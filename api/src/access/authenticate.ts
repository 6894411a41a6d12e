// Who calls: a bearer token, signed with an API key of a tenant or with the operator's.
import { createSecretKey } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { Problem } from '../http/problems.ts';
import type { ApiKeys } from './keys.ts';
import type { Revocations } from './revocations.ts';
import { allScopes, type Principal, scopesOfClaims } from './scopes.ts';

const TOKEN_CHARACTERS_MAX = 8192;
/** From `iat` or `nbf` (else from now) to `exp`. */
const TOKEN_S_MAX = 600;
const CLOCK_TOLERANCE_S = 5;

export interface AuthenticateOptions {
  readonly keys: ApiKeys;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly operatorKey: { readonly key: string; readonly secret: string } | undefined;
  readonly clock: Clock;
}

export class Authenticator {
  readonly #o: AuthenticateOptions;

  constructor(o: AuthenticateOptions) {
    this.#o = o;
  }

  /**
   * `longestS`: what the token may live. Rejects with TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_TOO_LONG or
   * TOKEN_REVOKED.
   */
  async authenticate({ headers }: Pick<FastifyRequest, 'headers'>, longestS = TOKEN_S_MAX): Promise<Principal> {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw new Problem('TOKEN_MISSING');
    if (token.length > TOKEN_CHARACTERS_MAX) throw new Problem('TOKEN_INVALID');
    const issuer = issuerOf(token);
    const { operatorKey } = this.#o;
    if (operatorKey !== undefined && issuer === operatorKey.key) {
      await this.#verified(token, issuer, operatorKey.secret, longestS);
      return { kind: 'operator', id: issuer, tenant: '', scopes: new Set(allScopes) };
    }
    const key = await this.#o.keys.find(issuer);
    if (key === undefined) throw new Problem('TOKEN_INVALID', 'no such API key');
    const claims = await this.#verified(token, issuer, key.secret, longestS);
    const { id, tenant, limits } = key;
    if (await this.#o.revocations.isRevoked(tenant, idsOf(claims), (claims.iat ?? claims.nbf ?? 0) * 1000))
      throw new Problem('TOKEN_REVOKED');
    const perSecond = limits.apiPerSecond > 0 ? { perSecond: limits.apiPerSecond } : {};
    return { kind: 'key', id, tenant, ...scopesOfClaims(claims, key.scopes), ...perSecond };
  }

  async #verified(token: string, issuer: string, secret: string, longestS: number): Promise<JWTPayload> {
    const nowS = Math.floor(this.#o.clock.wallMs() / 1000);
    try {
      const { payload } = await jwtVerify(token, createSecretKey(Buffer.from(secret)), {
        algorithms: ['HS256'],
        issuer,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(nowS * 1000),
      });
      const fromS = Math.max(payload.iat ?? 0, payload.nbf ?? 0) || nowS;
      if ((payload.exp ?? 0) - Math.min(fromS, nowS) > longestS + CLOCK_TOLERANCE_S)
        throw new Problem('TOKEN_TOO_LONG');
      return payload;
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem(error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', undefined, {
        cause: error,
      });
    }
  }
}

/** By which it can be revoked. */
const idsOf = ({ jti, via }: JWTPayload): string[] => [jti, via].filter((id) => typeof id === 'string');

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw new Problem('TOKEN_INVALID', undefined, { cause });
  }
}
