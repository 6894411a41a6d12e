// Directs clients to the gateway near them, by the centre's location of the client and its plan of gateways.
import { Locations, locateBy } from '@meridian/node-shell';
import { type ControlLink, errorInfoOf, MeridianError, type Point, textHash, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type Gateway, nearestGateway, originGateway } from '../core/nearest.ts';
import { VIEWERS_DRAIN_MS } from '../draining.ts';
import { plannedGateways } from './planned-gateways.ts';

export interface PlacingOptions {
  readonly centre: () => ControlLink | undefined;
  /** This gateway, read at each use. With `lacks`, it gets clients only if no other gateway exists. */
  readonly self: Omit<Gateway, 'state'>;
  /** True if clients may name a city in which they are to be placed. */
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PlacedClient {
  readonly clientIp: string;
  /** City named by the client; `''` for none. */
  readonly from: string;
}
/** Room whose clients within a site share a gateway. */
export interface PlacedRoom {
  readonly apiKey: string;
  readonly room: string;
  /** Regions that its media may touch; `''` for all. */
  readonly fence: string;
}
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

  get isDraining(): boolean {
    return this.#drainingSinceMs !== undefined;
  }
  /**
   * Returns whether a client without a connection is redirected now: a draining gateway redirects more and more
   * clients. `client` is a stable string, such as an address.
   */
  redirectsAway(client: string): boolean {
    if (this.#drainingSinceMs === undefined) return false;
    return this.#o.clock.nowMs() - this.#drainingSinceMs >= (textHash(client) / 2 ** 32) * VIEWERS_DRAIN_MS;
  }
  get selfId(): string {
    return this.#o.self.nodeId;
  }

  follow(plan: Pick<wire.Plan, 'nodes' | 'deniedIds'>): void {
    const planned = plannedGateways(plan);
    this.#planned = planned;
    const isDraining = planned.some(({ nodeId, state }) => nodeId === this.selfId && state === 'draining');
    if (isDraining) this.#drainingSinceMs ??= this.#o.clock.nowMs();
    else this.#drainingSinceMs = undefined;
  }

  /**
   * Returns the gateway near the client, or this one if the centre does not locate the client within a second. Rejects
   * with FENCED_OUT without a gateway inside the room's fence, and in development with CITY_UNKNOWN.
   */
  async nearest(client: PlacedClient, room: PlacedRoom): Promise<Gateway> {
    return this.#nearest(client, room, this.#gateways);
  }

  /** Returns another gateway than this one, if any that does not drain. Rejects as `nearest` does. */
  async otherGateway(client: PlacedClient, room: PlacedRoom): Promise<Gateway> {
    return this.#nearest(client, room, this.#withSelfLast(this.#gateways));
  }

  /** Returns the gateway that makes the programme's HLS. Throws FENCED_OUT without one inside the fence. */
  origin(programme: PlacedProgramme): Gateway {
    const { fence } = programme;
    const programmeKey = programmeKeyOf(programme);
    return demandFound(originGateway(this.#gateways, { self: this.#self, fence, programmeKey }));
  }

  /** Returns the client's location, or this gateway's if unknown. Rejects in development with CITY_UNKNOWN. */
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
    return demandFound(nearestGateway(gateways, { self: this.#self, fence, location, roomKey }));
  }

  /** Reads `lacks` anew, because encoders may be installed later. */
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
      return await this.#locations.locationOf(clientIp, fromCity);
    } catch (error) {
      if (errorInfoOf(error).code === 'CITY_UNKNOWN') throw new MeridianError('CITY_UNKNOWN');
      this.#o.log.debug({ err: error }, 'the centre did not locate a client, which stays here');
      return undefined;
    }
  }
}

export const programmeKeyOf = ({ apiKey, room, fence, picture, without }: PlacedProgramme): string =>
  JSON.stringify([apiKey, room, picture, without, fence]);

function demandFound(gateway: Gateway | undefined): Gateway {
  if (gateway === undefined)
    throw new MeridianError('FENCED_OUT', 'no gateway is in the regions that the room may use');
  return gateway;
}
