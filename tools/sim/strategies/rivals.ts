// The rivals, written from their public descriptions. They see what their originals see (with the same database
// errors), run on the same machines with the same capacities, are charged at once (a favour: originals see load that is
// seconds old), and never move anybody; but `nearest-relay-moves`, which is given our moves.
import { distanceKm, type Point } from '@meridian/protocol';
import { BUSY_UTILISATION } from '@meridian/scheduler/core';
import { nearestIndex } from '../places.ts';
import type { Person, World } from '../world.ts';
import { Clients } from './clients.ts';
import { Placer } from './placer.ts';
import { planRoutes } from './route-trace.ts';
import type { Routes } from './routes.ts';
import { hostsOf, type LiveRoom, type Move, type Running, type Seat, type Setting, type Strategy } from './strategy.ts';
import { WatchedRooms } from './watched-rooms.ts';

const DIRECT = -1;
/** All of them are full: a move there fails. */
const NO_HOST = -1;
const direct = (): number => DIRECT;

/** Region whose city is nearest to where the database puts the person. */
const regionOf = (world: World, person: Person): number =>
  world.cityRegion[nearestIndex(person.answer, world.cities)] ?? 0;

/** A full mesh, where everybody stays where `pick` put them. */
const picking = (pick: (person: Person, members: readonly number[]) => number): Running => ({
  via: direct,
  join: (room, person) => pick(person, hostsOf(room)),
});

/** Any host of the client's region by chance: what a DNS round robin per region does. */
export const randomInRegion: Strategy = {
  name: 'random-in-region',
  says: 'any host of the region of the address, by chance',
  source: 'the plainest regional deployment: round robin inside the region of the address',
  start: ({ world, fleet, rng }) =>
    picking((person) => {
      const region = regionOf(world, person);
      const hosts = fleet.among((host) => world.hosts[host]?.region === region);
      return hosts[rng.int(hosts.length)] ?? 0;
    }),
};

/**
 * The nearest city for everybody, by the same timings that `ours` gets (the strongest reading: by the address alone a
 * quarter of all users would be more than 10 ms off); in the city the host that holds the room, else the least used.
 */
class Nearest implements Running {
  readonly #o: Setting;
  readonly #clients: Clients;
  readonly #routes: Routes;
  readonly #rooms: WatchedRooms | undefined;
  /** Hosts of each city. */
  readonly #hostsIn: readonly (readonly number[])[];

  constructor(o: Setting, { isRelayed, hasMoves }: { isRelayed: boolean; hasMoves: boolean }) {
    const { world, mode, rng } = o;
    this.#o = o;
    this.#routes = planRoutes(world, isRelayed);
    this.#hostsIn = hostsByCity(world);
    // For its index of the fleet alone: nobody is placed by it.
    const placer = new Placer({ world, delays: this.#routes.delays, mode, rng });
    this.#clients = new Clients(world, placer.placementIndex);
    if (!hasMoves) return;
    this.#rooms = new WatchedRooms({
      ...o,
      clients: this.#clients,
      sites: (nowMs) => ({ ...placer.sites(nowMs), isOpen: (city) => this.#isOpen(city) }),
      hostFor: ({ room, hosts }) => this.#oneOf(hosts, hostsOf(room)),
    });
  }

  via(from: number, to: number): number {
    return this.#routes.via(from, to);
  }

  advance(nowMs: number): boolean {
    return this.#routes.advance(nowMs);
  }

  join(room: LiveRoom, person: Person): number {
    const { fleet } = this.#o;
    const session = this.#clients.arrive(person);
    const { order, timed } = this.#clients.belief(session);
    const city = order.find((site) => timed.has(site) && this.#hasRoom(site));
    const hosts = city === undefined ? fleet.among(() => true) : (this.#hostsIn[city] ?? []);
    // Every host is full: the simulation goes on with the least used one, as with ours.
    const free = this.#oneOf(hosts, hostsOf(room));
    const host = free === NO_HOST ? fleet.leastUsed(hosts) : free;
    this.#rooms?.joined(room, session, host);
    return host;
  }

  leave(room: LiveRoom, seat: Seat): void {
    this.#rooms?.left(room, seat);
  }

  look(room: LiveRoom, nowMs: number): readonly Move[] {
    return this.#rooms?.look(room, nowMs) ?? [];
  }

  #isOpen(city: number): boolean {
    const { fleet } = this.#o;
    return (this.#hostsIn[city] ?? []).some((host) => fleet.utilisation(host) < BUSY_UTILISATION);
  }

  #hasRoom(city: number): boolean {
    const { fleet } = this.#o;
    return (this.#hostsIn[city] ?? []).some((host) => !fleet.isFull(host));
  }

  #oneOf(hosts: readonly number[], members: readonly number[]): number {
    const { fleet } = this.#o;
    const open = hosts.filter((host) => !fleet.isFull(host));
    if (open.length === 0) return NO_HOST;
    return open.find((host) => members.includes(host)) ?? fleet.leastUsed(open);
  }
}

const nearest = (name: string, how: string, o: { isRelayed: boolean; hasMoves: boolean }): Strategy => ({
  name,
  says: `everybody in the city that answered soonest of those they timed; ${how}`,
  source: 'multi-point nearest, as clouds describe their access: each participant at the nearest city that answered',
  start: (setting) => new Nearest(setting, o),
});

export const nearestDirect = nearest('nearest-direct', 'hosts send to one another directly', {
  isRelayed: false,
  hasMoves: false,
});
export const nearestRelay = nearest('nearest-relay', 'one relay between hosts where it is shorter', {
  isRelayed: true,
  hasMoves: false,
});
export const nearestRelayMoves = nearest('nearest-relay-moves', 'the same relays, and the moves of ours', {
  isRelayed: true,
  hasMoves: true,
});

function hostsByCity(world: World): number[][] {
  const hosts = world.cities.map((): number[] => []);
  for (const [host, { city }] of world.hosts.entries()) hosts[city]?.push(host);
  return hosts;
}

/** LiveKit's `sysload_limit` default. */
const LIVEKIT_LOAD_MAX = 0.9;

/**
 * LiveKit's open-source server, node selector `regionaware` (livekit/livekit, pkg/routing/selector/regionaware.go):
 * nodes under the load limit, of those the region nearest to the *signaling node's* region (which is the first
 * participant's, by the address), in it the first after sorting by load. The whole room lives on that one node ("a room
 * must fit on a single node", distributed deployment page).
 */
export const livekitRegionaware: Strategy = {
  name: 'livekit-regionaware',
  says: 'as LiveKit: the whole room on one node, the least used of the place nearest to the address of who came first',
  source: 'livekit/livekit pkg/routing/selector/regionaware.go',
  start: ({ world, fleet }) =>
    picking((person, members) => {
      const [home] = members;
      if (home !== undefined) return home;
      const signalingCity = world.cities[nearestIndex(person.answer, world.cities)] ?? person.answer;
      const free = fleet.among((host) => fleet.utilisation(host) < LIVEKIT_LOAD_MAX);
      return fleet.leastUsed(nearestOf(world, free, signalingCity));
    }),
};

/** Hosts of the place nearest to `from`. */
function nearestOf(world: World, hosts: readonly number[], from: Point): number[] {
  const km = hosts.map((host) => distanceKm(from, world.hosts[host] ?? from));
  const least = Math.min(...km);
  return hosts.filter((_, index) => km[index] === least);
}

/** jicofo's `stress-threshold`: from here on a bridge is overloaded. */
const JICOFO_STRESS_MAX = 0.8;

/**
 * Jitsi's conference focus with `RegionBasedBridgeSelectionStrategy` (jitsi/jicofo, jicofo-selector, the cases in its
 * class comment; no region groups, which is the default): bridges of the participant's region that are in the
 * conference and not overloaded, then not overloaded in the region, then overloaded ones of the region, conference
 * first; without any in the region, of the conference, then any. Always the least stressed. Bridges of a conference
 * form a full mesh.
 */
const jicofo = (
  name: string,
  how: string,
  nearTo: (world: World, person: Person) => (host: number) => boolean,
): Strategy => ({
  name,
  says: `as Jitsi: the least used bridge of the own region${how}, one of the conference before others while it is calm`,
  source: 'jitsi/jicofo RegionBasedBridgeSelectionStrategy.kt',
  start: ({ world, fleet }) =>
    picking((person, members) => {
      const all = [...world.hosts.keys()];
      const here = new Set(all.filter(nearTo(world, person)));
      const isHere = (host: number): boolean => here.has(host);
      const isCalm = (host: number): boolean => fleet.utilisation(host) < JICOFO_STRESS_MAX;
      const isMember = (host: number): boolean => members.includes(host);
      const cases = [
        all.filter((host) => isCalm(host) && isMember(host) && isHere(host)),
        all.filter((host) => isCalm(host) && isHere(host)),
        all.filter((host) => isMember(host) && isHere(host)),
        all.filter(isHere),
        all.filter((host) => isCalm(host) && isMember(host)),
      ];
      return fleet.leastUsed(cases.find((hosts) => hosts.length > 0) ?? all);
    }),
});

export const jicofoRegion = jicofo('jicofo-region', '', (world, person) => {
  const region = regionOf(world, person);
  return (host) => world.hosts[host]?.region === region;
});

/** As finely as an operator can draw regions: by the address again. */
export const jicofoCity = jicofo('jicofo-city', ', which is a city', (world, person) => {
  const city = nearestIndex(person.answer, world.cities);
  return (host) => world.hosts[host]?.city === city;
});

/** edumeet's `LOAD_THRESHOLD` and the reach within which the room's nodes are kept. */
const EDUMEET_LOAD_MAX = 0.85;
const EDUMEET_REACH_KM = 2000;

/**
 * edumeet's room server (edumeet/edumeet-room-server, src/loadbalancing: StickyStrategy, then GeoStrategy): the room's
 * own media nodes under the load threshold and within 2,000 km of the client's address, nearest first; else the nearest
 * node under the threshold. Pipes between the nodes of a room: a full mesh.
 */
export const edumeetGeo: Strategy = {
  name: 'edumeet-geo',
  says: `as edumeet: the nearest of the room's nodes within ${EDUMEET_REACH_KM} km, else the nearest node, by the address`,
  source: 'edumeet/edumeet-room-server src/loadbalancing/{StickyStrategy,GeoStrategy}.ts',
  start: ({ world, fleet }) =>
    picking((person, members) => {
      const km = (host: number): number => distanceKm(person.answer, world.hosts[host] ?? person.answer);
      const isFree = (host: number): boolean => fleet.utilisation(host) < EDUMEET_LOAD_MAX;
      const sticky = members
        .filter((host) => isFree(host) && km(host) <= EDUMEET_REACH_KM)
        .sort((a, b) => km(a) - km(b));
      if (sticky[0] !== undefined) return sticky[0];
      return fleet.leastUsed(nearestOf(world, fleet.among(isFree), person.answer));
    }),
};
