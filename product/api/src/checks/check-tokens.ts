// Tokens with which a person checks the connection before a meeting. A signaling node accepts them only for a check
// (`TokenKey.forCheck`).
import { createSecretKey } from 'node:crypto';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { ApiKeys } from '../access/keys.ts';
import { SharedTries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';

/** Limits of checks. An office starts twenty together; each network keeps three a day when others flood the service. */
const checkTries = {
  ofAddress: { perSecond: 0.1, burst: 20 },
  ofAll: { perSecond: 2, burst: 200 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};
/**
 * Lifetime of a token. A check takes at most 20 s; the rest is time for the browser's questions about camera and
 * microphone.
 */
const TOKEN_S = 300;
/** Room name in the token, which may not be empty; no client enters this room. */
const ROOM = 'check';

export interface CheckTokensOptions {
  readonly db: Database;
  readonly keys: Pick<ApiKeys, 'signing'>;
  /** Tenant of anonymous callers; '' for none; undefined for the service's only tenant, if it has just one. */
  readonly checkTenant: string | undefined;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface CheckTokenRequest {
  readonly tenant: string;
  readonly regions: readonly string[];
  /** Id by which the token can be revoked, of a link or a user; '' for none. */
  readonly via: string;
  readonly countedBy: string;
  readonly clientIp: string;
}

export interface CheckToken {
  readonly token: string;
  readonly expiresMs: number;
}

export class CheckTokens {
  readonly #o: CheckTokensOptions;
  readonly #tries = new SharedTries(checkTries);

  constructor(o: CheckTokensOptions) {
    this.#o = o;
  }

  /** Returns the tenant of anonymous callers. Rejects with CHECK_NOT_OFFERED. */
  async anonymousTenant(): Promise<string> {
    const { db, checkTenant } = this.#o;
    const found = await db
      .selectFrom('tenants')
      .select('id')
      .$if(checkTenant !== undefined, (query) => query.where('id', '=', checkTenant ?? ''))
      .limit(2)
      .execute();
    const [tenant, ...otherTenants] = found;
    if (tenant === undefined || otherTenants.length > 0) throw new Problem('CHECK_NOT_OFFERED');
    return tenant.id;
  }

  /** Rejects with RATE_LIMITED, or with CHECK_NOT_OFFERED while the tenant is being erased. */
  async make({ tenant, regions, via, countedBy, clientIp }: CheckTokenRequest): Promise<CheckToken> {
    const { keys, clock, rng } = this.#o;
    const { retryAfterMs } = this.#tries.take(countedBy, clientIp, clock.nowMs());
    if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
    const key = await keys.signing(tenant);
    if (key === undefined) throw new Problem('CHECK_NOT_OFFERED');
    const nowS = Math.floor(clock.wallMs() / 1000);
    const random = (): string => Buffer.from(rng.bytes(15)).toString('base64url');
    const video: Record<string, unknown> = { room: ROOM, check: true };
    if (regions.length > 0) video['regions'] = regions;
    const claims: Record<string, unknown> = { video };
    if (via !== '') claims['via'] = via;
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(key.id)
      .setSubject(`check-${random()}`)
      .setJti(`TK_${random()}`)
      .setIssuedAt(nowS)
      .setNotBefore(nowS)
      .setExpirationTime(nowS + TOKEN_S)
      .sign(createSecretKey(Buffer.from(key.secret)));
    return { token, expiresMs: (nowS + TOKEN_S) * 1000 };
  }
}
