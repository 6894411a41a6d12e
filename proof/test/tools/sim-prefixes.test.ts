// `ingressOver10MsShareAfter3` of the simulator: production's beliefs about a newcomer whose neighbours had sessions,
// and the newcomer's host.
import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { ARRIVAL_DEFAULTS, meetingsOf } from '../../sim/arrivals.ts';
import { builtInGeography } from '../../sim/geography.ts';
import { ingressOverShareAfter } from '../../sim/judge.ts';
import { Clients } from '../../sim/strategies/clients.ts';
import { ours } from '../../sim/strategies/ours.ts';
import { Placer } from '../../sim/strategies/placer.ts';
import { planRoutes } from '../../sim/strategies/route-trace.ts';
import type { Strategy } from '../../sim/strategies/strategy.ts';
import { runStrategy } from '../../sim/timeline.ts';
import { makeWorld, type Person, type World } from '../../sim/world.ts';

const placesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    label: `S${index}`,
    latitude: (index % 5) * 20 - 40,
    longitude: index * (360 / count) - 180,
    people: 1 + (index % 7),
  }));
const world = makeWorld(
  builtInGeography(placesOf(30), seededRng('places')),
  { nodes: 30, cities: 20, rooms: 20, size: 4, users: 800, geoErrors: true },
  seededRng('world'),
);
/** Runs a strategy through short meetings: learning of prefixes does not depend on time. */
const played = (strategy: Strategy, from: World) => {
  const o = { ...ARRIVAL_DEFAULTS, arrivals: 'together' as const, meetingMedianMin: 3 };
  const size = from.rooms[0]?.people.length ?? 0;
  const meetings = meetingsOf(from.rooms.length, size, o, seededRng('meetings'));
  return runStrategy(strategy, { world: from, meetings, rng: seededRng('run') });
};
const prefixes = () => {
  const placer = new Placer({ world, delays: planRoutes(world, true).delays, rng: seededRng('placer') });
  return new Clients(world, placer.placementIndex);
};
const misplaced = world.rooms
  .flatMap(({ people }) => people)
  .map(
    (person): Person => ({
      ...person,
      answer: { latitude: -person.answer.latitude, longitude: person.answer.longitude > 0 ? -170 : 170, radiusKm: 20 },
    }),
  );

test.each([0, 1, 2])(
  'after %i sessions of neighbours the centre knows no round trip for a person, since it waits for three sessions',
  (sessions) => {
    const fresh = prefixes();
    for (const person of misplaced) expect(fresh.beliefAfter(person, sessions).timed.size).toBe(0);
  },
);

test('after three sessions of neighbours the centre knows round trips of a person to over five sites; before any, none', () => {
  const emptyPrefixes = prefixes();
  const [one, other] = misplaced as [Person, Person];
  const { timed, meanMs } = emptyPrefixes.beliefAfter(one, 3);
  expect(timed.size).toBeGreaterThan(5);
  for (const city of timed) {
    const figures = [1, 2, 3].map((neighbour) => world.timeMs(one, city, neighbour));
    expect(figures.some((ms) => Math.abs(ms - (meanMs[city] ?? Number.NaN)) < 1e-9)).toBe(true);
    expect(meanMs[city]).not.toBe(world.timeMs(one, city)); // the person itself has measured nothing
  }
  expect(emptyPrefixes.beliefAfter(other, 0).timed.size).toBe(0);
});

test('people are placed anew by round trips of neighbours on empty hosts, and the load of the judged run stays', () => {
  const run = played(ours, world);
  const before = [...run.fleet.sessions];
  const hosts = run.running.firstHostsAfter?.(3) ?? [];
  expect(hosts.map((room) => room.length)).toEqual(world.rooms.map(({ people }) => people.length));
  expect([...run.fleet.sessions]).toEqual(before);
  const byPlace = ingressOverShareAfter(run, world, 0) ?? Number.NaN;
  expect(ingressOverShareAfter(run, world, 3)).toBeLessThan(byPlace / 5);
});

test('twelve sessions give round trips to over twice as many sites as three, and forty give no fewer', () => {
  const wide = makeWorld(
    builtInGeography(placesOf(60), seededRng('places')),
    { nodes: 48, cities: 48, rooms: 8, size: 5, users: 800, geoErrors: true },
    seededRng('wide'),
  );
  const placer = new Placer({ world: wide, delays: planRoutes(wide, true).delays, rng: seededRng('p') });
  for (const { people } of wide.rooms) {
    const [person] = people as [Person];
    const knownCounts = [3, 12, 40].map(
      (sessions) => new Clients(wide, placer.placementIndex).beliefAfter(person, sessions).timed.size,
    );
    const [three = 0, twelve = 0, forty = 0] = knownCounts;
    expect(twelve).toBeGreaterThan(2 * three);
    expect(forty).toBeGreaterThanOrEqual(twelve);
  }
  const run = played(ours, wide);
  const after = (sessions: number): number => ingressOverShareAfter(run, wide, sessions) ?? Number.NaN;
  for (const sessions of [12, 40]) expect(after(sessions)).toBeLessThanOrEqual(after(3));
});
