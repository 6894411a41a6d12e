// The world of the simulated day: machines of the simulator, with the names under which services know them. Pure: the
// same options make the same world.
import type { Point } from '@meridian/protocol';
import { cities as knownCities } from '@meridian/protocol/cities';
import { seededRng } from '@meridian/runtime';
import { builtInGeography, type Geography } from '../../sim/geography.ts';
import { linkMs, makeWorld, type RoomKind, type World } from '../../sim/world.ts';

export interface FedHost extends Point {
  readonly hostId: string;
  readonly nodeId: string;
  /** Index into `cities`. */
  readonly city: number;
  readonly sessionsMax: number;
}

export interface FedCity extends Point {
  readonly name: string;
  readonly region: string;
}

export interface FedWorld {
  readonly source: string;
  readonly cities: readonly FedCity[];
  readonly hosts: readonly FedHost[];
  /** Round trip between two hosts, in ms. */
  hostRttMs(a: number, b: number): number;
}

interface FedWorldOptions {
  readonly users: number;
  readonly nodes: number;
  readonly seed: string;
}

/** Of 100 rooms so many have this size: most calls are small, most people sit in large ones. An assumption. */
const SIZES = [
  { size: 2, rooms: 30 },
  { size: 3, rooms: 20 },
  { size: 5, rooms: 20 },
  { size: 8, rooms: 12 },
  { size: 15, rooms: 10 },
  { size: 30, rooms: 5 },
  { size: 50, rooms: 3 },
] as const;
/** Rooms across regions are many here, so that routes are used. */
const MIX: ReadonlyMap<RoomKind, number> = new Map([
  ['domestic', 50],
  ['regional', 25],
  ['global', 25],
]);
const CITIES_MAX = 40;
/** A neighbourhood is never used up by its rooms. */
const USERS_PER_SEAT = 10;

/** How many rooms of each size hold so many people: as the shares say, then rooms of two for those left over. */
function roomsBySize(users: number): { size: number; rooms: number }[] {
  const shares = SIZES.reduce((sum, { rooms }) => sum + rooms, 0);
  const mean = SIZES.reduce((sum, { size, rooms }) => sum + size * rooms, 0) / shares;
  const counts = SIZES.map(({ size, rooms }) => ({ size, rooms: Math.floor((users / mean) * (rooms / shares)) }));
  const seated = counts.reduce((sum, { size, rooms }) => sum + size * rooms, 0);
  return counts.map(({ size, rooms }, index) => ({
    size,
    rooms: index === 0 ? rooms + Math.ceil((users - seated) / size) : rooms,
  }));
}

/** Machines have seats for `users` people, or one more, and to spare. */
export function makeFedWorld({ users, nodes, seed }: FedWorldOptions): FedWorld {
  const geography = modelled(seed);
  const cityCount = Math.min(CITIES_MAX, nodes, geography.sites.length);
  const parts: World[] = [];
  for (const { size, rooms } of roomsBySize(users)) {
    if (rooms === 0) continue;
    const o = { nodes, cities: cityCount, rooms, size, mix: MIX, geoErrors: false };
    parts.push(makeWorld(geography, { ...o, users: rooms * size * USERS_PER_SEAT }, seededRng(`${seed} ${size}`)));
  }
  const first = parts[0];
  if (first === undefined) throw new Error('a world without rooms');
  const cities = citiesOf(first);
  return {
    source: geography.source,
    cities,
    hosts: hostsOf(parts, cities),
    hostRttMs: (a, b) => 2 * linkMs(first, a, b),
  };
}

function modelled(seed: string): Geography {
  const places = knownCities.map(({ nameEn, ...point }) => ({ ...pointOf(point), label: nameEn, people: 1 }));
  return builtInGeography(places, seededRng(`${seed} geography`));
}

const pointOf = ({ latitude, longitude }: Point): Point => ({ latitude, longitude });
/** As nodes name their city: the id where we know it, else its name as an id. */
const idOf = (label: string): string =>
  knownCities.find(({ nameEn }) => nameEn === label)?.id ??
  label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);

function citiesOf(world: World): FedCity[] {
  const names = world.citySites.map((site) => idOf(world.geography.sites[site]?.label ?? ''));
  return world.cities.map((city, index): FedCity => {
    // A region is named after its first city.
    const centre = world.cityRegion.indexOf(world.cityRegion[index] ?? 0);
    return { ...pointOf(city), name: names[index] ?? '', region: `${names[centre]}-region` };
  });
}

/** The hosts of all parts are the same; their seats add up. */
function hostsOf(parts: readonly World[], cities: readonly FedCity[]): FedHost[] {
  const inCity = cities.map(() => 0);
  return (parts[0]?.hosts ?? []).map((host, index): FedHost => {
    inCity[host.city] = (inCity[host.city] ?? 0) + 1;
    const name = `${cities[host.city]?.name}-${inCity[host.city]}`;
    const sessionsMax = parts.reduce((sum, { hosts }) => sum + (hosts[index]?.capacity ?? 0), 0);
    return { ...pointOf(host), city: host.city, hostId: `host-${name}`, nodeId: `sfu-${name}`, sessionsMax };
  });
}
