// The rivals, written from their public descriptions. They see what their originals see (with the same database
// errors), run on the same machines with the same capacities, are charged at once (a favour: originals see load that is
// seconds old), and never move anybody.
import { distanceKm, type Point } from '@meridian/protocol';
import { nearestIndex } from '../places.ts';
import type { Person, World } from '../world.ts';
import { Knowledge } from './knowledge.ts';
import { planRoutes } from './routes.ts';
import { type Fleet, placeOneByOne, type Running, type Strategy } from './strategy.ts';

const DIRECT = -1;
const direct = (): number => DIRECT;

/** Region whose city is nearest to where the database puts the person. */
const regionOf = (world: World, person: Person): number =>
  world.cityRegion[nearestIndex(person.answer, world.cities)] ?? 0;

/** Any host of the client's region by chance: what a DNS round robin per region does. */
export const randomInRegion: Strategy = {
  name: 'random-in-region',
  says: 'any host of the region of the address, by chance',
  source: 'the plainest regional deployment: round robin inside the region of the address',
  start: (world, fleet, rng) => ({
    via: direct,
    place: (room) =>
      placeOneByOne(room, fleet, (person) => {
        const region = regionOf(world, person);
        const hosts = fleet.among((host) => world.hosts[host]?.region === region);
        return hosts[rng.int(hosts.length)] ?? 0;
      }),
  }),
};

/**
 * The nearest city for everybody, by the same five timings that `ours` gets (the strongest reading: by the address
 * alone a quarter of all users would be more than 10 ms off); in the city the host that holds the room, else the least
 * used. Media in a full mesh.
 */
const nearest = (name: string, isRelayed: boolean): Strategy => ({
  name,
  says: `everybody in the city that answered soonest of those they timed; ${isRelayed ? 'one relay between hosts where it is shorter' : 'hosts send to one another directly'}`,
  source: 'multi-point nearest, as clouds describe their access: each participant at the nearest city that answered',
  start(world, fleet): Running {
    const routes = planRoutes(world, isRelayed);
    const knowledge = new Knowledge(world);
    return {
      via: (from, to) => routes.via(from, to),
      place: (room) =>
        placeOneByOne(room, fleet, (person, members) => {
          const known = knowledge.meet(person);
          knowledge.timeOffered(known, 0);
          const byTime = [...known.timed].sort((a, b) => a[1] - b[1]).map(([city]) => city);
          const city = byTime.find((candidate) => hostsIn(world, fleet, candidate).length > 0);
          const hosts = city === undefined ? fleet.among(() => true) : hostsIn(world, fleet, city);
          return hosts.find((host) => members.includes(host)) ?? fleet.leastUsed(hosts);
        }),
    };
  },
});

export const nearestDirect = nearest('nearest-direct', false);
export const nearestRelay = nearest('nearest-relay', true);

function hostsIn(world: World, fleet: Fleet, city: number): number[] {
  return [...world.hosts.keys()].filter((host) => world.hosts[host]?.city === city && !fleet.isFull(host));
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
  start: (world, fleet) => ({
    via: direct,
    place: (room) =>
      placeOneByOne(room, fleet, (person, members) => {
        const [home] = members;
        if (home !== undefined) return home;
        const signalingCity = world.cities[nearestIndex(person.answer, world.cities)] ?? person.answer;
        const free = fleet.among((host) => fleet.utilisation(host) < LIVEKIT_LOAD_MAX);
        return fleet.leastUsed(nearestOf(world, free, signalingCity));
      }),
  }),
};

/** Hosts of the place nearest to `from`. */
function nearestOf(world: World, hosts: readonly number[], from: Point): number[] {
  const km = (host: number): number => distanceKm(from, world.hosts[host] ?? from);
  const least = Math.min(...hosts.map(km));
  return hosts.filter((host) => km(host) === least);
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
export const jicofoRegion: Strategy = {
  name: 'jicofo-region',
  says: 'as Jitsi: the least used bridge of the own region, one of the conference before others while it is calm',
  source: 'jitsi/jicofo RegionBasedBridgeSelectionStrategy.kt',
  start: (world, fleet) => ({
    via: direct,
    place: (room) =>
      placeOneByOne(room, fleet, (person, members) => {
        const region = regionOf(world, person);
        const all = [...world.hosts.keys()];
        const isHere = (host: number): boolean => world.hosts[host]?.region === region;
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
  }),
};

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
  start: (world, fleet) => ({
    via: direct,
    place: (room) =>
      placeOneByOne(room, fleet, (person, members) => {
        const km = (host: number): number => distanceKm(person.answer, world.hosts[host] ?? person.answer);
        const isFree = (host: number): boolean => fleet.utilisation(host) < EDUMEET_LOAD_MAX;
        const sticky = members
          .filter((host) => isFree(host) && km(host) <= EDUMEET_REACH_KM)
          .sort((a, b) => km(a) - km(b));
        if (sticky[0] !== undefined) return sticky[0];
        return fleet.leastUsed(nearestOf(world, fleet.among(isFree), person.answer));
      }),
  }),
};
