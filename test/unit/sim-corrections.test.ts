// Corrections in the simulator: who is moved because their own timings show the first pick to be wrong, and that such
// moves are counted beside the room's re-homing.
import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { builtInGeography } from '../sim/geography.ts';
import { correctionsPerRoomUntimed, metricsOf, runStrategy } from '../sim/judge.ts';
import { Corrected } from '../sim/strategies/corrections.ts';
import { Knowledge } from '../sim/strategies/knowledge.ts';
import { ours } from '../sim/strategies/ours.ts';
import { edumeetGeo } from '../sim/strategies/rivals.ts';
import { Fleet, type Mode, type Strategy } from '../sim/strategies/strategy.ts';
import { makeWorld, type Person, type World } from '../sim/world.ts';

const places = Array.from({ length: 60 }, (_, index) => ({
  label: `S${index}`,
  latitude: (index % 5) * 20 - 40,
  longitude: index * 6 - 180,
  people: 1 + (index % 7),
}));
const mix = new Map([['global', 1]] as const);
const world: World = makeWorld(
  builtInGeography(places, seededRng('places')),
  { nodes: 96, cities: 48, rooms: 20, size: 4, users: 800, mix, geoErrors: false },
  seededRng('world'),
);
/** The same, but the database puts everybody on the other side of the world. */
const misplaced = ({ latitude, longitude, radiusKm }: Person['answer']): Person['answer'] => {
  return { latitude: -latitude, longitude: longitude > 0 ? longitude - 180 : longitude + 180, radiusKm };
};
const wrong: World = {
  ...world,
  rooms: world.rooms.map((room) => ({
    ...room,
    people: room.people.map((person) => ({ ...person, answer: misplaced(person.answer) })),
  })),
};
const run = (from: World, mode: Mode = 'relay', strategy: Strategy = ours) =>
  runStrategy(strategy, from, seededRng('run'), mode);

/** One person who has timed cities, in a room alone at a host of the one that they found `rank`-th best. */
function seated(rank: number) {
  const person = world.rooms[0]?.people[0] as Person;
  const known = new Knowledge(world).meet(person);
  const byTime = [...world.cities.keys()].sort((a, b) => world.timeMs(person, a) - world.timeMs(person, b));
  const hostsIn = (city: number): number[] =>
    [...world.hosts.keys()].filter((host) => world.hosts[host]?.city === city);
  const city = byTime[rank] ?? -1;
  const [from = -1] = hostsIn(city);
  const gainMs = world.timeMs(person, city) - world.timeMs(person, byTime[0] ?? -1);
  const fleet = new Fleet(world);
  fleet.charge(from);
  const room = new Corrected({ world, fleet, known: [known], hosts: [from] });
  return { known, fleet, room, from, byTime, best: byTime[0] ?? -1, hostsIn, gainMs };
}
/** Far enough down the list for more than 10 ms. */
const FAR = 40;

test('who has timed a city more than 10 ms nearer than their own is moved there, once, and both hosts know it', () => {
  const { known, fleet, room, from, best, byTime, hostsIn, gainMs } = seated(FAR);
  const timeMs = (city: number): number => world.timeMs(known.person, city);
  const middle = byTime[FAR / 2] ?? -1;
  const betterMs = timeMs(middle) - timeMs(best);
  expect(Math.min(gainMs - betterMs, betterMs)).toBeGreaterThan(10);
  expect([room.correct(), room.count]).toEqual([[], 0]); // has timed nothing but its own
  known.timed.set(middle, timeMs(middle));
  const [made] = room.correct();
  expect(made).toEqual({ member: 0, from, to: room.hosts[0] });
  expect(hostsIn(middle)).toContain(made?.to);
  expect([fleet.sessions[from], fleet.sessions[made?.to ?? -1], room.count]).toEqual([0, 1, 1]);
  // Whatever is found afterwards: once in a session.
  known.timed.set(best, timeMs(best));
  expect([room.correct(), room.count]).toEqual([[], 1]);
});

test('10 ms are not enough, nor is a city whose hosts are all busy', () => {
  const near = seated(FAR);
  const present = world.timeMs(near.known.person, world.hosts[near.from]?.city ?? -1);
  near.known.timed.set(near.best, present - 10);
  expect(near.room.correct()).toEqual([]);
  near.known.timed.set(near.best, present - 10.1);
  expect(near.room.correct()).toHaveLength(1);
  const busy = seated(FAR);
  busy.known.timed.set(busy.best, world.timeMs(busy.known.person, busy.best));
  for (const host of busy.hostsIn(busy.best)) busy.fleet.charge(host, world.hosts[host]?.capacity ?? 0);
  expect([busy.room.correct(), busy.room.count]).toEqual([[], 0]);
});

test('corrections of a run are the participants who end elsewhere without the one re-homing, and count in no other figure', () => {
  const corrected = run(wrong);
  let [corrections, moves] = [0, 0];
  for (const { placed } of corrected.rooms) {
    const moved = placed.hosts.filter((host, at) => host !== placed.firstHosts[at]).length;
    expect(placed.moves).toBeLessThanOrEqual(1);
    // Who was corrected may be the one that is re-homed, perhaps back to where they were.
    expect(Math.abs(moved - placed.corrections)).toBeLessThanOrEqual(placed.moves);
    corrections += placed.corrections;
    moves += placed.moves;
  }
  const { correctionsPerRoom, movesPerRoom } = metricsOf(corrected, wrong);
  const rooms = corrected.rooms.length;
  expect(corrections).toBeGreaterThan(0);
  expect(correctionsPerRoom).toBe(corrections / rooms);
  expect(movesPerRoom).toBe(moves / rooms);
});

test('people who have timed nothing are corrected more the wronger the database is, nobody in mode single, and no rival corrects', () => {
  const [right, worse] = [correctionsPerRoomUntimed(run(world)), correctionsPerRoomUntimed(run(wrong))];
  expect(worse).toBeGreaterThan(5 * (right ?? Number.NaN));
  // Each of a room at most once.
  expect(worse).toBeLessThanOrEqual(4);
  const single = run(wrong, 'single');
  expect([correctionsPerRoomUntimed(single), metricsOf(single, wrong).correctionsPerRoom]).toEqual([0, 0]);
  const rival = run(wrong, 'relay', edumeetGeo);
  expect([correctionsPerRoomUntimed(rival), metricsOf(rival, wrong).correctionsPerRoom]).toEqual([undefined, 0]);
});

test('counting the untimed leaves the run as it was', () => {
  const counted = run(wrong);
  const before = [...counted.fleet.sessions];
  const first = correctionsPerRoomUntimed(counted);
  expect([...counted.fleet.sessions]).toEqual(before);
  expect(correctionsPerRoomUntimed(counted)).toBe(first);
});
