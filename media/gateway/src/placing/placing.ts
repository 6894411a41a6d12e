// Sends clients to the gateway near them: where they are says the centre, which gateways there are says its plan.
import { Locations, locateBy } from '@meridian/node-shell';
import { type ControlLink, errorInfoOf, MeridianError, type Point, textHash, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type Gateway, nearestGateway, originGateway } from '../core/nearest.ts';
import { VIEWERS_MS } from '../draining.ts';
import { plannedGateways } from './planned-gateways.ts';

export interface PlacingOptions {
  /** To the centre that leads, where this gateway is registered. */
  readonly centre: () => ControlLink | undefined;
  /** This gateway, read anew each time. With `lacks`, clients come to it only where there is no other. */
  readonly self: Omit<Gateway, 'state'>;
  /** Clients may name the city that they pretend to be in. */
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PlacedClient {
  /** '': not known. */
  readonly clientIp: string;
  /** The city that it names, '': none. */
  readonly from: string;
}
/** All clients of it come to the same gateway of a site. */
export interface PlacedRoom {
  readonly apiKey: string;
  readonly room: string;
  /** Regions that its media may touch; '': all. */
  readonly fence: string;
}
/** What of a room is played. */
export interface PlacedProgramme extends PlacedRoom {
  readonly picture: string;
  readonly without: string;
}

export class Placing {
  readonly #o: PlacingOptions;
  readonly #locations: Locations;
  #planned: readonly Gateway[] = [];
  #drainingSinceMs: number | undefined;

  constructor(o: PlacingOptions) {
    this.#o = o;
    this.#locations = new Locations({ nowMs: () => o.clock.nowMs(), locate: locateBy(o.centre) });
  }

  /** The centre empties this gateway. */
  get isDraining(): boolean {
    return this.#drainingSinceMs !== undefined;
  }
  /**
   * Whether a client without a connection is to be sent to another gateway now: while this one drains, more and more
   * of them are. `client`: any string that stays the same for it, such as its address.
   */
  sendsAway(client: string): boolean {
    if (this.#drainingSinceMs === undefined) return false;
    return this.#o.clock.nowMs() - this.#drainingSinceMs >= (textHash(client) / 2 ** 32) * VIEWERS_MS;
  }
  get selfId(): string {
    return this.#o.self.nodeId;
  }

  /** From now on clients are sent to the gateways of this plan. */
  follow(plan: Pick<wire.Plan, 'nodes' | 'deniedIds'>): void {
    const planned = plannedGateways(plan);
    this.#planned = planned;
    const isDraining = planned.some(({ nodeId, state }) => nodeId === this.selfId && state === 'draining');
    if (isDraining) this.#drainingSinceMs ??= this.#o.clock.nowMs();
    else this.#drainingSinceMs = undefined;
  }

  /**
   * The gateway near the client; this one when the client's place is not known, or the centre does not say so within a
   * second. Rejects with FENCED_OUT when none is inside the room's fence, and in development with CITY_UNKNOWN.
   */
  async nearest(client: PlacedClient, room: PlacedRoom): Promise<Gateway> {
    return this.#nearest(client, room, this.#gateways);
  }

  /** As `nearest`, when this gateway has no capacity: another one, unless there is none or all the others drain. */
  async elsewhere(client: PlacedClient, room: PlacedRoom): Promise<Gateway> {
    return this.#nearest(client, room, this.#withSelfLast(this.#gateways));
  }

  /** The one gateway whose HLS of the programme all viewers play. Throws FENCED_OUT when none is inside the fence. */
  origin(programme: PlacedProgramme): Gateway {
    const { fence } = programme;
    const programmeKey = programmeKeyOf(programme);
    return found(originGateway(this.#gateways, { self: this.#self, fence, programmeKey }));
  }

  /** Where the client is, or this gateway when that is not known. Rejects in development with CITY_UNKNOWN. */
  async locationOf(client: PlacedClient): Promise<Point> {
    return (await this.#locationOf(client)) ?? this.#self;
  }

  async #nearest(
    client: PlacedClient,
    { apiKey, room, fence }: PlacedRoom,
    gateways: readonly Gateway[],
  ): Promise<Gateway> {
    const location = await this.#locationOf(client);
    const roomKey = JSON.stringify([apiKey, room]);
    return found(nearestGateway(gateways, { self: this.#self, fence, location, roomKey }));
  }

  /** The node as it is now: what it lacks may come. */
  get #self(): Gateway {
    return { ...this.#o.self, state: 'alive' };
  }

  get #gateways(): readonly Gateway[] {
    return (this.#o.self.lacks ?? []).length > 0 ? this.#withSelfLast(this.#planned) : this.#planned;
  }

  #withSelfLast(gateways: readonly Gateway[]): readonly Gateway[] {
    return [...gateways.filter(({ nodeId }) => nodeId !== this.selfId), { ...this.#self, state: 'draining' }];
  }

  async #locationOf({ clientIp, from }: PlacedClient): Promise<Point | undefined> {
    const fromCity = this.#o.development ? from : '';
    if (clientIp === '' && fromCity === '') return undefined;
    try {
      return await this.#locations.of(clientIp, fromCity);
    } catch (error) {
      if (errorInfoOf(error).code === 'CITY_UNKNOWN') throw new MeridianError('CITY_UNKNOWN');
      this.#o.log.debug({ err: error }, 'the centre did not locate a client, which stays here');
      return undefined;
    }
  }
}

/** What tells a programme from all others of the cloud. */
export const programmeKeyOf = ({ apiKey, room, fence, picture, without }: PlacedProgramme): string =>
  JSON.stringify([apiKey, room, picture, without, fence]);

function found(gateway: Gateway | undefined): Gateway {
  if (gateway === undefined)
    throw new MeridianError('FENCED_OUT', 'no gateway is in the regions that the room may use');
  return gateway;
}
