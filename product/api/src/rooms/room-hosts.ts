// Hosts in rooms: operations with `byHosts` take the token with which they joined, for things of their room alone.
import type { FastifyRequest } from 'fastify';
import type { Principal, Scope } from '../access/core/scopes.ts';
import { claimsToJoin, Participants, type ParticipantsOptions } from '../access/participants.ts';
import { Problem } from '../http/problems.ts';
import type { Rooms } from './rooms.ts';

export interface RoomHostsOptions extends ParticipantsOptions {
  readonly rooms: Pick<Rooms, 'isHost'>;
}

export class RoomHosts {
  readonly #o: RoomHostsOptions;
  readonly #participants: Participants;

  constructor(o: RoomHostsOptions) {
    this.#o = o;
    this.#participants = new Participants(o);
  }

  /**
   * Returns the host of a room with this scope there; undefined for a request without a token to join a room. Rejects
   * like `Participants.of`, also with NOT_PERMITTED for other people, and those whom the room keeps out.
   */
  async of(request: Pick<FastifyRequest, 'headers'>, scope: Scope): Promise<Principal | undefined> {
    if (!claimsToJoin(request)) return undefined;
    const { access } = await this.#participants.of(request);
    const { tenant, room, identity: id, via, fence } = access;
    const principal = { kind: 'participant', id, tenant, room, scopes: new Set<Scope>(), fence } as const;
    if (!(await this.#o.rooms.isHost(access, this.#o.clock.wallMs())))
      throw new Problem('NOT_PERMITTED', 'in a room only its hosts may do this', { principals: [principal] });
    return { ...principal, scopes: new Set([scope]), ...(via !== '' && { via }) };
  }
}
