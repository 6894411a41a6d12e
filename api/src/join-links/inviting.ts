// A person in a room hands out a link to it. Its proof is the token with which it joined; that opens nothing else here.
import { createSecretKey } from 'node:crypto';
import { type Access, accessOf, fenceOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { ApiKeys, KnownKey } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import { Tries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';
import { invitedGrants, type JoinLink, LINK_MS_USUAL } from './core/link.ts';
import type { JoinLinks, NewLink } from './join-links.ts';

const TOKEN_CHARACTERS_MAX = 8192;
const CLOCK_TOLERANCE_S = 5;
/** Of one person in one room: the page asks once per meeting. */
const invitations = { perSecond: 1 / 30, burst: 10 };

export interface InvitingOptions {
  readonly links: JoinLinks;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly clock: Clock;
}

export class Inviting {
  readonly #o: InvitingOptions;
  readonly #tries = new Tries(invitations);

  constructor(o: InvitingOptions) {
    this.#o = o;
  }

  /**
   * What a participant may hand out now: a link of its own rights but to control the room, for a day. Rejects with
   * TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REVOKED, NOT_PERMITTED or RATE_LIMITED.
   */
  async invitation({ headers }: Pick<FastifyRequest, 'headers'>): Promise<NewLink> {
    const { access, video } = await this.#participant(headers.authorization);
    const { tenant, room, identity, via, rights } = access;
    const parent = via === '' ? undefined : await this.#o.links.get(tenant, via);
    if (!rights.admin && parent?.canInvite !== true) throw new Problem('NOT_PERMITTED');
    const { clock } = this.#o;
    const retryAfterMs = this.#tries.take(`${access.roomKey} ${identity}`, clock.nowMs());
    if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
    return {
      tenant,
      room,
      title: parent?.title ?? '',
      grants: invitedGrants(video),
      // Whoever was let in past the lobby cannot let others past it.
      lobby: access.lobby || parent?.lobby === true,
      expiresMs: endOf(clock.wallMs(), rights.admin ? undefined : parent),
    };
  }

  async #participant(authorization = ''): Promise<{ access: Access; video: Readonly<Record<string, unknown>> }> {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new Problem('TOKEN_MISSING');
    if (token.length > TOKEN_CHARACTERS_MAX) throw new Problem('TOKEN_INVALID');
    const key = await this.#o.keys.find(issuerOf(token));
    if (key === undefined) throw new Problem('TOKEN_INVALID');
    const claims = await this.#verified(token, key);
    const result = accessOf(claims, { tenant: key.tenant, tenantFence: fenceOf(key.regions.split(',')) ?? '' });
    if (!result.ok) throw new Problem('TOKEN_INVALID');
    const { tokenId, via } = result.access;
    const ids = [tokenId, via].filter((id) => id !== '');
    if (await this.#o.revocations.isRevoked(key.tenant, ids, (claims.iat ?? 0) * 1000))
      throw new Problem('TOKEN_REVOKED');
    return { access: result.access, video: claims['video'] as Record<string, unknown> };
  }

  async #verified(token: string, { id, secret }: KnownKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, createSecretKey(Buffer.from(secret)), {
        algorithms: ['HS256'],
        issuer: id,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#o.clock.wallMs()),
      });
      return payload;
    } catch (cause) {
      throw new Problem(cause instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', undefined, { cause });
    }
  }
}

/** A guest's guests are out when the guest's own link ends. */
const endOf = (nowMs: number, parent: JoinLink | undefined): number =>
  Math.min(nowMs + LINK_MS_USUAL, parent?.expiresMs ?? Number.POSITIVE_INFINITY);

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw new Problem('TOKEN_INVALID', undefined, { cause });
  }
}
