import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { ARRIVAL_DEFAULTS, meetingsOf } from '../../sim/arrivals.ts';
import { builtInGeography } from '../../sim/geography.ts';
import { ours } from '../../sim/strategies/ours.ts';
import { Placer } from '../../sim/strategies/placer.ts';
import { planRoutes } from '../../sim/strategies/route-trace.ts';
import type { LiveRoom, Move, Running, Seat, Strategy } from '../../sim/strategies/strategy.ts';
import { runStrategy } from '../../sim/timeline.ts';
import { makeWorld, type Person, type World } from '../../sim/world.ts';

const places = Array.from({ length: 30 }, (_, index) => ({
  label: `S${index}`,
  latitude: (index % 5) * 20 - 40,
  longitude: index * 12 - 180,
  people: 1 + (index % 7),
}));
const options = { nodes: 30, cities: 15, rooms: 30, size: 4, users: 1200 };
const world = makeWorld(
  builtInGeography(places, seededRng('places')),
  { ...options, geoErrors: true },
  seededRng('world'),
);
const scarceWorld: World = {
  ...world,
  hosts: world.hosts.map((host, index) => ({ ...host, capacity: index % 2 === 0 ? 7 : 3 })),
};

/** Returns the world as a strategy may see it: reading the truth throws. */
function withoutTruth(from: World) {
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
    return from.timeMs(real, city, neighbour);
  };
  return { ...from, rooms, timeMs } satisfies World;
}

function placedOn(from: World) {
  const seen = withoutTruth(from);
  const o = { ...ARRIVAL_DEFAULTS, arrivals: 'together' as const, meetingMedianMin: 10 };
  const meetings = meetingsOf(from.rooms.length, options.size, o, seededRng('meetings'));
  const base = { meetings, rng: seededRng('ours') };
  // The strategy decides on a world without the truth; the judge uses the other.
  const blind: Strategy = {
    ...ours,
    start: (setting) => onBlind(ours.start({ ...setting, world: seen })),
  };
  const people = new Map(seen.rooms.flatMap((room) => room.people).map((person) => [person.id, person]));
  const { rooms, fleet, peakUtilisation } = runStrategy(blind, { world: from, ...base });
  return { fleet, peakUtilisation, placed: rooms };

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

test('everybody is placed on hosts of this world, without the truth', () => {
  const { placed, fleet } = placedOn(world);
  for (const { hosts, firstHosts, room } of placed) {
    expect(room.people).toHaveLength(options.size);
    expect(hosts).toHaveLength(options.size);
    for (const host of [...hosts, ...firstHosts]) expect(world.hosts[host]).toBeDefined();
  }
  expect(fleet.sessions.reduce((sum, count) => sum + count, 0)).toBe(options.rooms * options.size);
});

test('our placement has the hosts of the world with their capacities, in their cities', () => {
  const { delays } = planRoutes(scarceWorld, true);
  const placer = new Placer({ world: scarceWorld, delays, rng: seededRng('placer') });
  const ours = placer.placementIndex.nodes(0).map(({ capacity }) => capacity.sessions);
  expect(ours).toEqual(scarceWorld.hosts.map(({ capacity }) => capacity));
  expect(placer.placementIndex.sites.map(({ hosts }) => hosts.length)).toEqual(
    scarceWorld.cities.map((_, city) => scarceWorld.hosts.filter((host) => host.city === city).length),
  );
});

test('no host gets more sessions than seats while another host has free seats', () => {
  for (const utilisation of placedOn(scarceWorld).peakUtilisation) expect(utilisation).toBeLessThanOrEqual(1);
});
