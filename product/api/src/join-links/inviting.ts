// A participant makes a link to the room. The join token, which is otherwise not accepted here, is the proof.
import type { FastifyRequest } from 'fastify';
import { Participants, type ParticipantsOptions } from '../access/participants.ts';
import { Tries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { invitedGrants, type JoinLink, LINK_MS_USUAL } from './core/link.ts';
import type { JoinLinks, NewLink } from './join-links.ts';

/** Limit of invitations; the page requests one per meeting. */
const invitations = { perSecond: 1 / 30, burst: 10 };

export interface InvitingOptions extends ParticipantsOptions {
  readonly links: JoinLinks;
  readonly rooms: Pick<Rooms, 'keepsOut'>;
}

export class GuestInvitations {
  readonly #o: InvitingOptions;
  readonly #participants: Participants;
  readonly #invitationTries = new Tries(invitations);

  constructor(o: InvitingOptions) {
    this.#o = o;
    this.#participants = new Participants(o);
  }

  /**
   * Returns a link with the participant's rights, except control of the room, for a day. Rejects with TOKEN_MISSING,
   * TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_REVOKED, NOT_PERMITTED or RATE_LIMITED.
   */
  async invitation(request: Pick<FastifyRequest, 'headers'>): Promise<NewLink> {
    const { access, apiKey, video } = await this.#participants.of(request);
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
}

/** Returns when the link ends: guests invited by a guest leave when that guest's own link ends. */
const endOf = (nowMs: number, parent: JoinLink | undefined): number =>
  Math.min(nowMs + LINK_MS_USUAL, parent?.expiresMs ?? Number.POSITIVE_INFINITY);
