// The world that feeds the console: machines, people and rooms of the simulator, with the names and addresses under
// which services know them. Pure: the same options make the same world.
import { distanceKm, type Point } from '@meridian/protocol';
import { cities as knownCities } from '@meridian/protocol/cities';
import { type Rng, seededRng } from '@meridian/runtime';
import type { Value } from '../../../scheduler/test/service/support/mmdb.ts';
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

/** Where people live; each place has addresses of its own, which the centre's location file knows. */
export interface FedPlace extends Point {
  readonly label: string;
  readonly countryCode: string;
}

export interface FedRoom {
  readonly kind: RoomKind;
  /** Of each participant, an index into `places`. */
  readonly people: readonly number[];
}

export interface FedWorld {
  readonly source: string;
  readonly cities: readonly FedCity[];
  readonly hosts: readonly FedHost[];
  readonly places: readonly FedPlace[];
  readonly rooms: readonly FedRoom[];
  /** Round trip of a place to a city, in ms. */
  accessRttMs(place: number, city: number): number;
  /** Round trip between two hosts, in ms. */
  hostRttMs(a: number, b: number): number;
}

export interface FedWorldOptions {
  readonly users: number;
  readonly nodes: number;
  readonly seed: string;
  /** As `npm run sim -- --rtt` reads it; absent: the model. */
  readonly geography?: Geography;
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
export function roomsBySize(users: number): { size: number; rooms: number }[] {
  const shares = SIZES.reduce((sum, { rooms }) => sum + rooms, 0);
  const mean = SIZES.reduce((sum, { size, rooms }) => sum + size * rooms, 0) / shares;
  const counts = SIZES.map(({ size, rooms }) => ({ size, rooms: Math.floor((users / mean) * (rooms / shares)) }));
  const seated = counts.reduce((sum, { size, rooms }) => sum + size * rooms, 0);
  return counts.map(({ size, rooms }, index) => ({
    size,
    rooms: index === 0 ? rooms + Math.ceil((users - seated) / size) : rooms,
  }));
}

/** Rooms hold `users` people, or one more. */
export function makeFedWorld({ users, nodes, seed, geography = modelled(seed) }: FedWorldOptions): FedWorld {
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
    places: geography.sites.map((site) => ({ ...pointOf(site), label: site.label, countryCode: countryOf(site) })),
    rooms: parts.flatMap(({ rooms }) =>
      rooms.map(({ kind, people }): FedRoom => ({ kind, people: people.map(({ site }) => site) })),
    ),
    accessRttMs: (place, city) =>
      geography.rttMs[place * geography.sites.length + (first.citySites[city] ?? 0)] ?? Number.NaN,
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

/** Of the nearest city that we know; data sets say names at most. */
function countryOf(place: Point): string {
  const nearest = knownCities.reduce((best, city) => (distanceKm(place, city) < distanceKm(place, best) ? city : best));
  return nearest.countryCode;
}

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

const FIRST_NETWORK = 20;
/** An address of a place: each has a /16 of its own from 20.0.0.0 on. */
export function addressOf(place: number, rng: Rng): string {
  return `${FIRST_NETWORK + (place >> 8)}.${place & 255}.${rng.int(256)}.${1 + rng.int(254)}`;
}

/** What the location file says of these addresses, in the shape of MaxMind's city files. */
export function locationRecords(places: readonly FedPlace[]): Record<string, Value> {
  return Object.fromEntries(
    places.map(({ label, countryCode, latitude, longitude }, place): [string, Value] => [
      `${FIRST_NETWORK + (place >> 8)}.${place & 255}.0.0/16`,
      {
        city: { names: { en: label } },
        country: { iso_code: countryCode, names: { en: countryCode } },
        location: { accuracy_radius: 20, latitude, longitude },
      },
    ]),
  );
}
