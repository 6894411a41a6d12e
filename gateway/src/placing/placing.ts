// Sends clients to the gateway near them: where they are says the centre, which gateways there are says its plan.
import { type ControlLink, call, errorInfoOf, MeridianError, type Point, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type Gateway, nearestGateway } from '../core/nearest.ts';
import { Locations } from './locations.ts';
import { plannedGateways } from './planned-gateways.ts';

/** Then a client stays where it is: it waits for this before it sees anything. */
const LOCATE_MS = 1000;

export interface PlacingOptions {
  /** To the centre that leads, where this gateway is registered. */
  readonly centre: () => ControlLink | undefined;
  /** This gateway. */
  readonly self: Omit<Gateway, 'state'>;
  /** Clients may name the city that they pretend to be in. */
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PlacedClient {
  readonly clientIp: string;
  /** The city that it names, '': none. */
  readonly from: string;
}
/** Whoever is in it comes to the same gateway of a site. */
export interface PlacedRoom {
  readonly apiKey: string;
  readonly room: string;
}

export class Placing {
  readonly #o: PlacingOptions;
  readonly #locations: Locations;
  readonly #self: Gateway;
  #gateways: readonly Gateway[] = [];

  constructor(o: PlacingOptions) {
    this.#o = o;
    this.#self = { ...o.self, state: 'alive' };
    this.#locations = new Locations({
      nowMs: () => o.clock.nowMs(),
      locate: (clientIp, fromCity) => this.#locate(clientIp, fromCity),
    });
  }

  get selfId(): string {
    return this.#self.nodeId;
  }

  /** From now on clients are sent to the gateways of this plan. */
  follow(plan: Pick<wire.Plan, 'nodes' | 'deniedIds'>): void {
    this.#gateways = plannedGateways(plan);
  }

  /**
   * The gateway near the client; this one when nobody knows where that is, or the centre does not say so within a
   * second. Rejects with CITY_UNKNOWN, in development.
   */
  async nearest({ clientIp, from }: PlacedClient, { apiKey, room }: PlacedRoom): Promise<Gateway> {
    const location = await this.#locationOf(clientIp, this.#o.development ? from : '');
    return nearestGateway(this.#gateways, { self: this.#self, location, roomKey: JSON.stringify([apiKey, room]) });
  }

  async #locationOf(clientIp: string, fromCity: string): Promise<Point | undefined> {
    try {
      return await this.#locations.of(clientIp, fromCity);
    } catch (error) {
      if (errorInfoOf(error).code === 'CITY_UNKNOWN') throw new MeridianError('CITY_UNKNOWN');
      this.#o.log.debug({ err: error }, 'the centre did not locate a client, which stays here');
      return undefined;
    }
  }

  async #locate(clientIp: string, fromCity: string): Promise<Point | undefined> {
    const link = this.#o.centre();
    if (link === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
    const { location } = await call(link, rpc.locate, { clientIp, fromCity }, { deadlineMs: LOCATE_MS });
    if (location == null || location.source === 'none') return undefined;
    return { latitude: location.latitude ?? 0, longitude: location.longitude ?? 0 };
  }
}
