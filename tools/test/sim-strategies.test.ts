// The comparison is fair: every strategy has the same machines with the same capacities, is offered the same cities to
// time, finds the same figures, and never sees the truth.
import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { ARRIVAL_DEFAULTS, meetingsOf } from '../sim/arrivals.ts';
import { builtInGeography } from '../sim/geography.ts';
import { strategies } from '../sim/strategies/index.ts';
import { Placer } from '../sim/strategies/placer.ts';
import { planRoutes } from '../sim/strategies/route-trace.ts';
import type { LiveRoom, Move, Running, Seat, Strategy } from '../sim/strategies/strategy.ts';
import { runStrategy } from '../sim/timeline.ts';
import { makeWorld, type Person, type World } from '../sim/world.ts';

const places = Array.from({ length: 30 }, (_, index) => ({
  label: `S${index}`,
  latitude: (index % 5) * 20 - 40,
  longitude: index * 12 - 180,
  people: 1 + (index % 7),
}));
const options = { nodes: 30, cities: 15, rooms: 30, size: 4, users: 1200, mix: new Map([['global', 1]] as const) };
const world = makeWorld(
  builtInGeography(places, seededRng('places')),
  { ...options, geoErrors: true },
  seededRng('world'),
);
/** Just enough seats, not the same everywhere. */
const tight: World = {
  ...world,
  hosts: world.hosts.map((host, index) => ({ ...host, capacity: index % 2 === 0 ? 7 : 3 })),
};
const named = (name: string): Strategy => {
  const found = strategies.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no strategy ${name}`);
  return found;
};

/** The world as a strategy may see it: looking at the truth is a mistake, and what is timed is written down. */
function watched(from: World) {
  const timed = new Map<number, [city: number, rttMs: number][]>();
  const truth = new Map<number, Person>();
  const blind = (person: Person): Person => {
    truth.set(person.id, person);
    return Object.defineProperty({ ...person }, 'trueRttMs', {
      get: () => {
        throw new Error('a strategy looked at the truth');
      },
    });
  };
  const rooms = from.rooms.map((room) => ({ ...room, people: room.people.map(blind) }));
  const timeMs: World['timeMs'] = (person, city, neighbour) => {
    const real = truth.get(person.id);
    if (real === undefined) throw new Error('no person of this world');
    const rttMs = from.timeMs(real, city, neighbour);
    timed.set(person.id, [...(timed.get(person.id) ?? []), [city, rttMs]]);
    return rttMs;
  };
  return { world: { ...from, rooms, timeMs } satisfies World, timed };
}

function placedBy(name: string, from: World) {
  const seen = watched(from);
  const o = { ...ARRIVAL_DEFAULTS, arrivals: 'together' as const, meetingMedianMin: 10 };
  const meetings = meetingsOf(from.rooms.length, options.size, o, seededRng('meetings'));
  const base = { meetings, rng: seededRng(name), mode: 'relay' as const };
  const strategy = named(name);
  // What it decides it decides on a world without the truth; how long it took is judged on the other.
  const blind: Strategy = {
    ...strategy,
    start: (setting) => onBlind(strategy.start({ ...setting, world: seen.world })),
  };
  const people = new Map(seen.world.rooms.flatMap((room) => room.people).map((person) => [person.id, person]));
  const { rooms, fleet, peakUtilisation } = runStrategy(blind, { world: from, ...base });
  return { ...seen, fleet, peakUtilisation, placed: rooms };

  function onBlind(running: Running): Running {
    const unseeing = (person: Person): Person => people.get(person.id) ?? person;
    const rooms = new Map<number, LiveRoom>();
    const blinded = (room: LiveRoom): LiveRoom => {
      const seats = room.seats.map((seat) => ({ ...seat, person: unseeing(seat.person) }));
      rooms.set(room.index, { index: room.index, version: room.version, seats });
      return rooms.get(room.index) ?? room;
    };
    const seatOf = (seat: Seat): Seat => ({ ...seat, person: unseeing(seat.person) });
    const sighted = (room: LiveRoom, moves: readonly Move[]): Move[] =>
      moves.flatMap(({ seat: { person }, to }) => {
        const seat = room.seats.find((one) => one.person.id === person.id);
        return seat === undefined ? [] : [{ seat, to }];
      });
    return {
      join: (room, person, nowMs) => running.join(blinded(room), unseeing(person), nowMs),
      leave: (room, seat, nowMs) => running.leave?.(blinded(room), seatOf(seat), nowMs),
      look: (room, nowMs) => sighted(room, running.look?.(blinded(room), nowMs) ?? []),
      switched: (room, seat, host, nowMs) => running.switched?.(blinded(room), seatOf(seat), host, nowMs),
      advance: (nowMs) => running.advance?.(nowMs) ?? false,
      via: (a, b) => running.via(a, b),
    };
  }
}

test.each(strategies)(
  '$name places all on hosts of this world, by the same timings as ours, without the truth',
  ({ name }) => {
    const { placed, fleet, timed } = placedBy(name, world);
    for (const { hosts, firstHosts, room } of placed) {
      expect(room.people).toHaveLength(options.size);
      expect(hosts).toHaveLength(options.size);
      for (const host of [...hosts, ...firstHosts]) expect(world.hosts[host]).toBeDefined();
    }
    expect(fleet.sessions.reduce((sum, count) => sum + count, 0)).toBe(options.rooms * options.size);
    const { timed: first } = placedBy('ours', world);
    for (const { id } of world.rooms.flatMap(({ people }) => people))
      expect(timed.get(id)?.slice(0, 5)).toEqual(first.get(id)?.slice(0, 5));
  },
);

test('our placement has the hosts of the world with their capacities, in their cities', () => {
  const { delays } = planRoutes(tight, true);
  const placer = new Placer({ world: tight, delays, mode: 'relay', rng: seededRng('placer') });
  const ours = placer.placementIndex.nodes(0).map(({ capacity }) => capacity.sessions);
  expect(ours).toEqual(tight.hosts.map(({ capacity }) => capacity));
  expect(placer.placementIndex.sites.map(({ hosts }) => hosts.length)).toEqual(
    tight.cities.map((_, city) => tight.hosts.filter((host) => host.city === city).length),
  );
});

test.each(strategies)('$name fills no host beyond its seats while another has some', ({ name }) => {
  for (const utilisation of placedBy(name, tight).peakUtilisation) expect(utilisation).toBeLessThanOrEqual(1);
});
