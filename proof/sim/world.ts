// The simulated world of a run: machines in chosen cities, people by population, rooms, and the IP database's answer
// for each person. It does not change during a run.

import type { Point } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { type DatabaseAnswer, databaseAnswer } from './geo-errors.ts';
import { type Geography, gaussian, INTRA_CITY_RTT_MS } from './geography.ts';
import { chooseCities } from './places.ts';
import { ProbeNoise } from './probe-noise.ts';

export interface Host extends Point {
  readonly city: number;
  readonly capacity: number;
}

export interface Person {
  readonly id: number;
  readonly site: number;
  /** Answer of the IP database; the true place if errors are off. */
  readonly answer: DatabaseAnswer;
  /** True round trip to each city in ms. Only the judge and timings use it, never a strategy. */
  readonly trueRttMs: Float64Array;
}

export interface Room {
  readonly people: readonly Person[];
}

export interface Links {
  readonly rng: Rng;
  /** Returns the noise as probes report it; computed on first use. */
  readonly probeNoise: () => ProbeNoise;
  /** Time after which routes stay constant; undefined if planning goes on to the end. */
  readonly settledAtMs?: number;
}

export interface World {
  readonly geography: Geography;
  readonly cities: readonly Point[];
  readonly citySites: readonly number[];
  /** Exact round trips between cities. The centre sees only reports about links (strategies/routes.ts). */
  readonly cityRttMs: Float64Array;
  readonly hosts: readonly Host[];
  readonly rooms: readonly Room[];
  /** Object that all worlds with equal links share; results about routes are cached under it. */
  readonly links: Links;
  /**
   * Returns a participant's timing of a city: the true round trip plus up to some ms, the same at each call. Another
   * `neighbour` number gives the timing of another person at the same place.
   */
  readonly timeMs: (person: Person, city: number, neighbour?: number) => number;
}

export interface WorldOptions {
  readonly nodes: number;
  readonly cities: number;
  readonly rooms: number;
  readonly size: number;
  readonly users: number;
  readonly geoErrors: boolean;
  /** Seats as a share of the fleet's capacity; undefined for an operator with much spare capacity. */
  readonly utilisation?: number | undefined;
}

/** Capacity of a city, by default, as a multiple of the demand of people to whom it is nearest by round trip. */
const SPARE_FACTOR = 3;
/** Least capacity of a city, as a share of what it would have in an even distribution. */
const EVEN_SHARE_MIN = 0.5;
/** Least number of whole rooms that a machine carries, so that in small runs rounding does not make hosts full. */
const ROOMS_PER_HOST_MIN = 4;
/** Deviation of a timing. Its error is half-normal, since a timing is never too short. */
const TIMING_SD_MS = 0.5;

/**
 * Makes a world. Equal options, geographies and seeds make equal worlds. `similarWorld`: an earlier world, whose
 * `links`, with the cached results, are shared if they are equal.
 */
export function makeWorld(geography: Geography, o: WorldOptions, rng: Rng, similarWorld?: World): World {
  const { sites, rttMs } = geography;
  const citySites = chooseCities(sites, o.cities);
  const cities = citySites.map((site): Point => pointOf(sites[site]));
  const cityRttMs = new Float64Array(cities.length ** 2);
  for (const [i, a] of citySites.entries()) {
    for (const [j, b] of citySites.entries())
      cityRttMs[i * cities.length + j] = rttMs[a * sites.length + b] ?? Number.NaN;
  }
  const accessOf = sites.map((_, site) =>
    Float64Array.from(citySites, (city) => rttMs[site * sites.length + city] ?? Number.NaN),
  );
  const bySite = population(geography, o.users, rng.fork('population'));
  const rooms = makeRooms({ geography, accessOf, bySite, o, rng });
  const hosts = makeHosts({ geography, cities, accessOf, o });
  const timeMs = timingsOf(rng.fork('timings'));
  const links = newLinks(rng.fork('links'), hosts.length);
  const world = { geography, cities, citySites, cityRttMs, hosts, rooms, links, timeMs };
  return similarWorld !== undefined && hasSameLinks(similarWorld, world)
    ? { ...world, links: similarWorld.links }
    : world;
}

function timingsOf(timings: Rng): World['timeMs'] {
  return (person, city, neighbour = 0) => {
    const key = neighbour === 0 ? `${person.id}` : `${person.id}+${neighbour}`;
    return (person.trueRttMs[city] ?? Number.NaN) + TIMING_SD_MS * Math.abs(gaussian(timings.fork(`${key} ${city}`)));
  };
}

export function newLinks(rng: Rng, hosts: number): Links {
  let noise: ProbeNoise | undefined;
  const probeNoise = (): ProbeNoise => {
    noise ??= new ProbeNoise(hosts - 1, rng.fork('probe'));
    return noise;
  };
  return { rng, probeNoise };
}

/** Returns whether two worlds have hosts at the same places, with equal links and noise. Capacities may differ. */
export function hasSameLinks(a: World, b: World): boolean {
  const isSamePlace = (one: Point, other: Point | undefined): boolean =>
    one.latitude === other?.latitude && one.longitude === other.longitude;
  return (
    a.links.rng.fork('same').next() === b.links.rng.fork('same').next() &&
    a.hosts.length === b.hosts.length &&
    a.hosts.every(({ city }, index) => city === b.hosts[index]?.city) &&
    a.cities.length === b.cities.length &&
    a.cities.every((city, index) => isSamePlace(city, b.cities[index])) &&
    a.cityRttMs.every((rttMs, index) => Object.is(rttMs, b.cityRttMs[index]))
  );
}

export function linkMs(world: World, a: number, b: number): number {
  const cityA = world.hosts[a]?.city ?? 0;
  const cityB = world.hosts[b]?.city ?? 0;
  const rttMs =
    cityA === cityB ? INTRA_CITY_RTT_MS : (world.cityRttMs[cityA * world.cities.length + cityB] ?? Number.NaN);
  return rttMs / 2;
}

const pointOf = (point: Point | undefined): Point => {
  if (point === undefined) throw new Error('a chosen city must be a site');
  return { latitude: point.latitude, longitude: point.longitude };
};

/** Returns the number of people at each site, by `users` draws from the population. */
function population({ sites }: Geography, users: number, rng: Rng): Int32Array {
  const counts = new Int32Array(sites.length);
  const draw = sampler(sites.map((site) => site.people));
  for (let index = 0; index < users; index += 1) {
    const site = draw(rng.next());
    counts[site] = (counts[site] ?? 0) + 1;
  }
  return counts;
}

function sampler(weights: readonly number[]): (roll: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    sums.push(sum);
  }
  return (roll) => {
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > roll * sum) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

interface RoomsInput {
  readonly geography: Geography;
  readonly accessOf: readonly Float64Array[];
  readonly bySite: Int32Array;
  readonly o: WorldOptions;
  readonly rng: Rng;
}

function makeRooms({ geography, accessOf, bySite, o, rng }: RoomsInput): Room[] {
  const { sites } = geography;
  const drawSite = sampler(sites.map((site) => site.people));
  const remaining = Int32Array.from(bySite);
  let id = 0;
  const drawPerson = (site: number): Person => {
    remaining[site] = (remaining[site] ?? 0) - 1;
    const personRng = rng.fork(`person ${id}`);
    const truth = { ...pointOf(sites[site]), radiusKm: 0 };
    const anywhere = (): Point => pointOf(sites[drawSite(personRng.next())]);
    const answer = o.geoErrors ? databaseAnswer(truth, personRng, anywhere) : truth;
    return { id: id++, site, answer, trueRttMs: accessOf[site] ?? new Float64Array(0) };
  };
  return Array.from({ length: o.rooms }, (_, index): Room => {
    const roomRng = rng.fork(`room ${index}`);
    const people: Person[] = [];
    while (people.length < o.size) people.push(drawPerson(drawFrom(remaining, roomRng)));
    return { people };
  });
}

function drawFrom(left: Int32Array, rng: Rng): number {
  const sites = [...left.keys()].filter((site) => (left[site] ?? 0) > 0);
  return sites[sampler(sites.map((site) => left[site] ?? 0))(rng.next())] ?? 0;
}

interface HostsInput {
  readonly geography: Geography;
  readonly cities: readonly Point[];
  readonly accessOf: readonly Float64Array[];
  readonly o: WorldOptions;
}

/** Distributes machines evenly, with the remainder in the first cities. Their capacity follows demand. */
function makeHosts({ geography, cities, accessOf, o }: HostsInput): Host[] {
  const people = cities.map(() => 0);
  for (const [index, site] of geography.sites.entries()) {
    const rtts = accessOf[index] ?? new Float64Array(0);
    const city = rtts.indexOf(Math.min(...rtts));
    people[city] = (people[city] ?? 0) + site.people;
  }
  const all = people.reduce((sum, count) => sum + count, 0);
  const seats = o.rooms * o.size;
  const hosts: Host[] = [];
  for (const [city, point] of cities.entries()) {
    const machines = Math.floor(o.nodes / cities.length) + (city < o.nodes % cities.length ? 1 : 0);
    const demand = (people[city] ?? 0) / all;
    const share = Math.max(demand, EVEN_SHARE_MIN / cities.length);
    const spare = Math.max(ROOMS_PER_HOST_MIN * o.size, Math.ceil((SPARE_FACTOR * seats * share) / machines));
    for (let machine = 0; machine < machines; machine += 1) {
      const capacity = o.utilisation === undefined ? spare : (seats * demand) / o.utilisation / machines;
      hosts.push({ ...point, city, capacity });
    }
  }
  return o.utilisation === undefined ? hosts : wholeSeats(hosts, Math.round(seats / o.utilisation));
}

/** Rounds capacities down, to one at least, then adds what is missing to `sum` where rounding cut off most. */
function wholeSeats(hosts: readonly Host[], sum: number): Host[] {
  const wholeCapacities = hosts.map(({ capacity }) => Math.max(1, Math.floor(capacity)));
  const order = [...hosts.keys()].sort(
    (a, b) => ((hosts[b]?.capacity ?? 0) % 1) - ((hosts[a]?.capacity ?? 0) % 1) || a - b,
  );
  let remainingSeats = sum - wholeCapacities.reduce((all, seats) => all + seats, 0);
  for (let turn = 0; remainingSeats > 0; turn += 1, remainingSeats -= 1) {
    const host = order[turn % order.length] ?? 0;
    wholeCapacities[host] = (wholeCapacities[host] ?? 0) + 1;
  }
  return hosts.map((host, index) => ({ ...host, capacity: wholeCapacities[index] ?? 1 }));
}
