// A participant makes a link to the room. The join token, which is otherwise not accepted here, is the proof.
import { createSecretKey } from 'node:crypto';
import { type TenantKey, Tokens } from '@meridian/node-shell';
import type { Access } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import { Tries } from '../access/tries.ts';
import { Problem, tokenProblem } from '../http/problems.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { invitedGrants, type JoinLink, LINK_MS_USUAL } from './core/link.ts';
import type { JoinLinks, NewLink } from './join-links.ts';

/** Limit of invitations; the page requests one per meeting. */
const invitations = { perSecond: 1 / 30, burst: 10 };

export interface InvitingOptions {
  readonly links: JoinLinks;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly rooms: Pick<Rooms, 'keepsOut'>;
  readonly clock: Clock;
}

interface Participant {
  readonly access: Access;
  readonly apiKey: string;
  readonly video: Readonly<Record<string, unknown>>;
}

export class GuestInvitations {
  readonly #o: InvitingOptions;
  /** Verifies tokens without revocations, which `invitation` reads from the database. */
  readonly #tokens: Tokens;
  readonly #invitationTries = new Tries(invitations);

  constructor(o: InvitingOptions) {
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
   * Returns a link with the participant's rights, except control of the room, for a day. Rejects with TOKEN_MISSING,
   * TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_REVOKED, NOT_PERMITTED or RATE_LIMITED.
   */
  async invitation({ headers }: Pick<FastifyRequest, 'headers'>): Promise<NewLink> {
    const { access, apiKey, video } = await this.#participant(headers.authorization);
    const { tenant, room, identity, via, rights } = access;
    const parent = via === '' ? undefined : await this.#o.links.get(tenant, via);
    if (!rights.admin && parent?.canInvite !== true) throw new Problem('NOT_PERMITTED');
    const { clock } = this.#o;
    const retryAfterMs = this.#invitationTries.take(`${access.roomKey} ${identity}`, clock.nowMs());
    if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
    if (await this.#o.rooms.keepsOut(tenant, room, identity, clock.wallMs())) throw new Problem('NOT_PERMITTED');
    const origin = parent && (await this.#o.links.otherMakerOf(parent.id));
    const createdBy = await this.#o.links.makerOf(tenant, { userId: identity, via });
    return {
      tenant,
      room,
      createdBy,
      maker: { apiKey: origin?.apiKey || apiKey, identity },
      title: parent?.title ?? '',
      grants: invitedGrants(video, access.fence),
      // A participant that a host admitted from the lobby may not let others bypass it.
      lobby: access.lobby || parent?.lobby === true,
      expiresMs: endOf(clock.wallMs(), rights.admin ? undefined : parent),
    };
  }

  async #participant(authorization = ''): Promise<Participant> {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    const { access, origin } = await this.#tokens.verify(token, { allowExpired: false }).catch(refuse);
    const ids = [origin.tokenId, origin.via].filter(Boolean);
    if (await this.#o.revocations.isRevoked(origin.tenant, ids, origin.issuedWallMs ?? 0))
      throw new Problem('TOKEN_REVOKED');
    return { access, apiKey: origin.apiKey, video: decodeJwt(token)['video'] as Record<string, unknown> };
  }
}

function refuse(cause: unknown): never {
  throw tokenProblem(cause);
}

/** Returns when the link ends: guests invited by a guest leave when that guest's own link ends. */
const endOf = (nowMs: number, parent: JoinLink | undefined): number =>
  Math.min(nowMs + LINK_MS_USUAL, parent?.expiresMs ?? Number.POSITIVE_INFINITY);
