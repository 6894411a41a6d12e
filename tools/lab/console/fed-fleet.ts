// The nodes of the fed world at a real centre: media nodes, edge probes, signaling nodes.
import type { wire } from '@meridian/protocol';
import { type Rng, seededRng, systemClock } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { nearestIndex } from '../../sim/places.ts';
import { FedPaths } from './fed-paths.ts';
import { inLanes, MediaDouble, ProbeDouble } from './feed-nodes.ts';
import { SignalingDouble } from './signaling-double.ts';
import type { FedCity, FedWorld } from './world.ts';

const clock = systemClock();
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
  /** By the world's hosts. */
  readonly #probes: ProbeDouble[] = [];
  readonly #signalingSites: readonly FedCity[];
  /** Starts of regions, so that each process of a node has a name of its own. */
  #starts = 1;
  /** By place, the index of the nearest signaling node that is not silent. */
  #signalingOf: readonly number[] = [];
  readonly paths: FedPaths;
  /** Hosts of silent regions. */
  readonly #silent = new Set<number>();
  readonly #silentRegions = new Set<string>();

  constructor(o: FedFleetOptions) {
    this.#o = o;
    this.#rng = seededRng(`${o.seed} fleet`);
    this.paths = new FedPaths(o.world.hosts.map(({ hostId }, host) => ({ hostId, site: this.siteOf(host) })));
    this.#signalingSites = o.world.cities.slice(0, SIGNALING_MAX);
    this.#findSignaling();
  }

  /** Starts all nodes, and resolves when the centre has them. */
  async register(): Promise<void> {
    const { centre, world } = this.#o;
    await inLanes(world.hosts, async (host, index) => {
      const onRoutes = (routes: wire.Routes): void => this.paths.take(index, routes, clock.nowMs());
      this.media[index] = await MediaDouble.start({ centre, world, host, onRoutes });
      await this.#startProbe(index);
    });
    await inLanes(this.#signalingSites, (_, index) => this.#startSignaling(index));
  }

  /** Hosts of a region, by the world's numbers. */
  hostsIn(region: string): number[] {
    return [...this.#o.world.hosts.keys()].filter((host) => this.#regionOf(host) === region);
  }

  /** All nodes of a region end at once, as its power does. Idempotent. */
  async silence(region: string): Promise<void> {
    this.#silentRegions.add(region);
    this.#findSignaling();
    for (const host of this.hostsIn(region)) {
      this.#silent.add(host);
      this.media[host]?.kill();
      this.#probes[host]?.close();
    }
    await Promise.all(this.#signalingIn(region).map((index) => this.signaling[index]?.close()));
  }

  /** Each of its nodes starts anew, with nothing in it. */
  async restore(region: string): Promise<void> {
    this.#starts += 1;
    await inLanes(this.hostsIn(region), async (host) => {
      this.#silent.delete(host);
      await this.media[host]?.revive();
      await this.#startProbe(host);
    });
    await inLanes(this.#signalingIn(region), (index) => this.#startSignaling(index));
    this.#silentRegions.delete(region);
    this.#findSignaling();
  }

  async #startProbe(index: number): Promise<void> {
    const { centre, world } = this.#o;
    const rng = this.#rng.fork(`probe ${index}`);
    const [paths, silent, incarnation] = [this.paths, this.#silent, `start-${this.#starts}`];
    this.#probes[index] = await ProbeDouble.start({ centre, world, index, rng, paths, silent, incarnation });
  }

  async #startSignaling(index: number): Promise<void> {
    const { centre, onMove, roomView } = this.#o;
    const city = this.#signalingSites[index];
    if (city === undefined) throw new Error('a signaling node stands in a city');
    const [id, incarnation, sent] = [`sig-${city.name}`, `start-${this.#starts}`, this.signaling[index]?.sent];
    const own = { id, incarnation, city, ...(sent !== undefined && { sent }) };
    this.signaling[index] = await SignalingDouble.start({ centre, ...own, onMove, roomView });
  }

  #findSignaling(): void {
    const living = this.#signalingSites.filter(({ region }) => !this.#silentRegions.has(region));
    this.#signalingOf = this.#o.world.places.map((place) => {
      const site = living[nearestIndex(place, living)];
      return site === undefined ? -1 : this.#signalingSites.indexOf(site);
    });
  }

  #signalingIn(region: string): number[] {
    return [...this.#signalingSites.keys()].filter((index) => this.#signalingSites[index]?.region === region);
  }

  #regionOf(host: number): string | undefined {
    return this.#o.world.cities[this.#o.world.hosts[host]?.city ?? -1]?.region;
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
