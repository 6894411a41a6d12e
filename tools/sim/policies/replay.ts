// The world of a trace: its nodes where they stand, its people where the database said, its rooms when they were.
import { distanceKm, type Point } from '@meridian/protocol';
import { type Rng, seededRng } from '@meridian/runtime';
import { type Meeting, WARM_UP_MS } from '../arrivals.ts';
import {
  FIBRE_KM_PER_MS,
  INTRA_CITY_RTT_MS,
  isFasterThanLight,
  MODEL_BASE_MS,
  modelRttMs,
  STRETCH_MEDIAN,
} from '../geography.ts';
import { regionsOf } from '../places.ts';
import { type Host, newLinks, type Person, type Room, timingsOf, type World } from '../world.ts';
import { staysOf, type Trace, type TraceSession } from './trace.ts';

export interface Replay {
  readonly world: World;
  readonly meetings: readonly Meeting[];
  readonly people: number;
  /** What was assumed, in English. */
  readonly notes: readonly string[];
}

/** Of a node without a limit: more than a trace has. */
const UNLIMITED = 1_000_000;
/** Nearer nodes say nothing of the stretch: what is measured there is the way to the network. */
const STRETCH_KM_MIN = 500;
/** The 90th percentile of measured pairs (`geography.ts`). */
const STRETCH_MAX = 3.3;

/** The same trace makes the same world. */
export function replayOf(trace: Trace, seed: string): Replay {
  const rng = seededRng(`replay ${seed}`);
  const { cities, cityOf } = citiesOf(trace.nodes);
  const { cityRttMs, modelled } = betweenCities(trace, cities, cityOf);
  const hosts = trace.nodes.map(({ sessionsMax }, index): Host => {
    const city = cityOf[index] ?? -1;
    return { ...pointOf(cities[city]), city, capacity: sessionsMax === 0 ? UNLIMITED : sessionsMax };
  });
  const accessMs = accessOf(trace, cities);
  const rooms: Room[] = [];
  const meetings: Meeting[] = [];
  let id = 0;
  for (const sessions of trace.rooms) {
    const { room, meeting } = roomOf(sessions, { trace, accessMs, nextId: () => id++ });
    rooms.push(room);
    meetings.push(meeting);
  }
  const world = worldOf({ cities, cityRttMs, hosts, rooms }, rng);
  const pairs = (cities.length * (cities.length - 1)) / 2;
  const notes = [
    `${modelled} of ${pairs} round trips between cities come from a model by distance, the others are measured now.`,
    'Nodes and links are those of now, the whole time; round trips of people follow from places and what was measured.',
  ];
  return { world, meetings, people: id, notes };
}

/** Nodes of the same region and city stand where the first of them does. */
function citiesOf(nodes: Trace['nodes']): { cities: Point[]; cityOf: number[] } {
  const cities: Point[] = [];
  const known = new Map<string, number>();
  const cityOf = nodes.map((node) => {
    const key = JSON.stringify([node.region, node.city]);
    const city = known.get(key) ?? cities.push(pointOf(node)) - 1;
    known.set(key, city);
    return city;
  });
  return { cities, cityOf };
}

/** The least of what is measured between their nodes; a value faster than light is not used. */
function betweenCities(
  { links }: Trace,
  cities: readonly Point[],
  cityOf: readonly number[],
): { cityRttMs: Float64Array; modelled: number } {
  const count = cities.length;
  const cityRttMs = new Float64Array(count ** 2).fill(Number.POSITIVE_INFINITY);
  for (const { from, to, rttMs } of links) {
    const [a, b] = [cityOf[from] ?? 0, cityOf[to] ?? 0];
    if (isFasterThanLight(cities[a], cities[b], rttMs)) continue;
    const leastMs = Math.min(rttMs, cityRttMs[a * count + b] ?? rttMs);
    cityRttMs[a * count + b] = leastMs;
    cityRttMs[b * count + a] = leastMs;
  }
  let modelled = 0;
  for (const [a, from] of cities.entries()) {
    for (const [b, to] of cities.entries()) {
      if (a === b) cityRttMs[a * count + b] = INTRA_CITY_RTT_MS;
      if (cityRttMs[a * count + b] !== Number.POSITIVE_INFINITY) continue;
      cityRttMs[a * count + b] = modelRttMs(from, to);
      if (a < b) modelled += 1;
    }
  }
  return { cityRttMs, modelled };
}

interface Way {
  readonly stretch: number;
  /** Besides the model: the way to the network. */
  readonly moreMs: number;
}

/** Round trips to all cities, by place. */
function accessOf({ nodes, places, rooms }: Trace, cities: readonly Point[]): Float64Array[] {
  const measured = places.map((): Way[] => []);
  for (const { place, node, rttMs } of rooms.flat()) {
    const [from, to] = [places[place], nodes[node]];
    if (from !== undefined && to !== undefined && rttMs !== undefined) measured[place]?.push(wayOf(from, to, rttMs));
  }
  return places.map((place, index) => {
    const ways = measured[index] ?? [];
    const stretch = median(ways.map((way) => way.stretch)) ?? STRETCH_MEDIAN;
    const moreMs = median(ways.map((way) => way.moreMs)) ?? 0;
    return Float64Array.from(cities, (city) => modelRttMs(place, city, stretch) + moreMs);
  });
}

/** Never faster than light in fibre. */
function wayOf(from: Point, to: Point, rttMs: number): Way {
  const km = distanceKm(from, to);
  const straightMs = (2 * km) / FIBRE_KM_PER_MS;
  const fitting = Math.min(STRETCH_MAX, Math.max(1, (rttMs - MODEL_BASE_MS) / straightMs));
  const stretch = km < STRETCH_KM_MIN ? STRETCH_MEDIAN : fitting;
  return { stretch, moreMs: Math.max(0, rttMs - modelRttMs(from, to, stretch)) };
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** A person is where their first session was. */
function roomOf(
  sessions: readonly TraceSession[],
  o: { readonly trace: Trace; readonly accessMs: readonly Float64Array[]; readonly nextId: () => number },
): { room: Room; meeting: Meeting } {
  const indexOf = new Map<number, number>();
  const people: Person[] = [];
  const inOrder = [...sessions].sort((a, b) => a.fromS - b.fromS);
  for (const { person, place } of inOrder) {
    if (indexOf.has(person)) continue;
    indexOf.set(person, people.length);
    const answer = { ...pointOf(o.trace.places[place]), radiusKm: 0 };
    people.push({ id: o.nextId(), site: place, answer, trueRttMs: o.accessMs[place] ?? new Float64Array(0) });
  }
  const stays = staysOf(sessions).map(({ person, fromMs, toMs }) => {
    return { person: indexOf.get(person) ?? -1, fromMs: WARM_UP_MS + fromMs, toMs: WARM_UP_MS + toMs };
  });
  const startMs = Math.min(...stays.map(({ fromMs }) => fromMs));
  const endMs = Math.max(...stays.map(({ toMs }) => toMs));
  return { room: { kind: 'global', people }, meeting: { startMs, endMs, stays } };
}

/** Routes are planned once: how links varied at that time is not known. */
function worldOf(made: Pick<World, 'cities' | 'cityRttMs' | 'hosts' | 'rooms'>, rng: Rng): World {
  const { cities, cityRttMs, hosts } = made;
  const sites = cities.map((city, index) => ({ ...city, label: `city ${index}`, people: 1 }));
  const links = newLinks(rng.fork('links'), hosts.length);
  return {
    ...made,
    geography: { source: 'a trace', sites, rttMs: cityRttMs, notes: [] },
    citySites: [...cities.keys()],
    cityRegion: regionsOf(cities),
    links: { ...links, settledAtMs: 0 },
    timeMs: timingsOf(rng.fork('timings')),
  };
}

const pointOf = (point: Point | undefined): Point => ({
  latitude: point?.latitude ?? Number.NaN,
  longitude: point?.longitude ?? Number.NaN,
});
