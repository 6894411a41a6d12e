// The nodes of the fed world at a real centre: media nodes, edge probes, signaling nodes.
import type { wire } from '@meridian/protocol';
import { type Rng, seededRng } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { nearestIndex } from '../../sim/places.ts';
import { inLanes, MediaDouble, ProbeDouble } from './feed-nodes.ts';
import { SignalingDouble } from './signaling-double.ts';
import type { FedWorld } from './world.ts';

/** Each reads every plan of the centre, all in one process; cities are in order of how many people they bring near. */
const SIGNALING_MAX = 12;

export interface FedFleetOptions {
  readonly centre: CentreAddress;
  readonly world: FedWorld;
  readonly seed: string;
  onMove(move: wire.MoveSession): void;
  roomView(roomKey: string): wire.RoomView.$Properties;
}

export class FedFleet {
  /** By the world's hosts. */
  readonly media: MediaDouble[] = [];
  readonly signaling: SignalingDouble[] = [];
  readonly #o: FedFleetOptions;
  readonly #rng: Rng;
  readonly #probes: ProbeDouble[] = [];
  /** By place, the index of the nearest signaling node. */
  readonly #signalingOf: readonly number[];
  /** Loss by pair of sites. */
  readonly planted = new Map<string, number>();

  constructor(o: FedFleetOptions) {
    this.#o = o;
    this.#rng = seededRng(`${o.seed} fleet`);
    const sites = o.world.cities.slice(0, SIGNALING_MAX);
    this.#signalingOf = o.world.places.map((place) => nearestIndex(place, sites));
  }

  /** Starts all nodes, and resolves when the centre has them. */
  async register(): Promise<void> {
    const { centre, world, onMove, roomView } = this.#o;
    await inLanes(world.hosts, async (host, index) => {
      this.media[index] = await MediaDouble.start({ centre, world, host });
      const rng = this.#rng.fork(`probe ${index}`);
      this.#probes.push(await ProbeDouble.start({ centre, world, index, rng, planted: this.planted }));
    });
    await inLanes(world.cities.slice(0, SIGNALING_MAX), async (city, index) => {
      this.signaling[index] = await SignalingDouble.start({ centre, id: `sig-${city.name}`, city, onMove, roomView });
    });
  }

  hostOf(nodeId: string): number {
    return this.#o.world.hosts.findIndex((host) => host.nodeId === nodeId);
  }

  nodeIdOf(host: number): string {
    return this.#o.world.hosts[host]?.nodeId ?? '';
  }

  /** As the console names sites. */
  siteOf(host: number): string {
    const city = this.#o.world.cities[this.#o.world.hosts[host]?.city ?? -1];
    return `${city?.region}/${city?.name}`;
  }

  signalingOf(place: number): SignalingDouble {
    const double = this.signaling[this.#signalingOf[place] ?? -1];
    if (double === undefined) throw new Error('each place has a signaling node');
    return double;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const probe of this.#probes) probe.close();
    for (const media of this.media) media?.kill();
    await Promise.all(this.signaling.map((double) => double?.close()));
  }
}
