// People in rooms, by the token with which they joined. Elsewhere such a token opens nothing here.
import { createSecretKey } from 'node:crypto';
import { type TenantKey, Tokens } from '@meridian/node-shell';
import type { Access } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { Problem, tokenProblem } from '../http/problems.ts';
import type { ApiKeys } from './keys.ts';
import type { Revocations } from './revocations.ts';

export interface ParticipantsOptions {
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly clock: Clock;
}

export interface TokenBearer {
  readonly access: Access;
  readonly apiKey: string;
  /** Claim `video` of the token. */
  readonly video: Readonly<Record<string, unknown>>;
}

export class Participants {
  readonly #o: ParticipantsOptions;
  /** Verifies tokens without revocations, which `of` reads from the database. */
  readonly #tokens: Tokens;

  constructor(o: ParticipantsOptions) {
    this.#o = o;
    const get = async (id: string): Promise<TenantKey> => {
      const key = await o.keys.find(id);
      if (key === undefined) throw new Problem('TOKEN_INVALID', 'claim "iss": there is no API key of this name');
      const { tenant, scopes, regions: fence } = key;
      return { key: id, secret: createSecretKey(Buffer.from(key.secret)), tenant, fence, scopes };
    };
    this.#tokens = new Tokens({ get }, () => o.clock.wallMs());
  }

  /**
   * Returns the bearer of a token that may join a room, however long it is valid. Rejects with TOKEN_MISSING,
   * TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_REVOKED or NOT_PERMITTED.
   */
  async of({ headers }: Pick<FastifyRequest, 'headers'>): Promise<TokenBearer> {
    const token = bearerTokenOf({ headers });
    const { access, origin } = await this.#tokens.verify(token, { allowExpired: false }).catch(refuse);
    const ids = [origin.tokenId, origin.via].filter(Boolean);
    if (await this.#o.revocations.isRevoked(origin.tenant, ids, origin.issuedWallMs ?? 0))
      throw new Problem('TOKEN_REVOKED');
    return { access, apiKey: origin.apiKey, video: videoOf(token) };
  }
}

/** Returns whether the token of a request claims the right to join a room; it is not verified. */
export function claimsToJoin(request: Pick<FastifyRequest, 'headers'>): boolean {
  try {
    return videoOf(bearerTokenOf(request))['roomJoin'] === true;
  } catch {
    return false; // what no token is, `Authenticator` refuses with its reason
  }
}

const bearerTokenOf = ({ headers: { authorization = '' } }: Pick<FastifyRequest, 'headers'>): string =>
  /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';

const videoOf = (token: string): Readonly<Record<string, unknown>> =>
  decodeJwt<{ readonly video?: Readonly<Record<string, unknown>> | null }>(token).video ?? {};

function refuse(cause: unknown): never {
  throw tokenProblem(cause);
}
