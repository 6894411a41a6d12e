// The oracle against the definition and against integer programming, and a run that must notice when it is beaten.
import { type Rng, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { crossCheck, GAP_SHARE_MAX } from '../sim/cross-check.ts';
import { builtInGeography } from '../sim/geography.ts';
import { pairDelays, regretOf, roomsBeatingOracle, runStrategy, violationsOf } from '../sim/judge.ts';
import { cityDelays, Oracle } from '../sim/oracle.ts';
import { strategies } from '../sim/strategies/index.ts';
import { makeWorld, type Room, type World } from '../sim/world.ts';

function smallWorld(rng: Rng, o: { size: number; cities: number; rooms?: number }): World {
  const places = Array.from({ length: 12 }, (_, index) => ({
    label: `${index}`,
    latitude: rng.next() * 120 - 60,
    longitude: rng.next() * 360 - 180,
    people: 1 + rng.int(9),
  }));
  const { size, cities, rooms = 4 } = o;
  return makeWorld(
    builtInGeography(places, rng.fork('rtt')),
    {
      nodes: 2 * cities,
      cities,
      rooms,
      size,
      users: 40 * size * rooms,
      mix: new Map([['global', 1]]),
      geoErrors: true,
    },
    rng.fork('world'),
  );
}

/** Least total over all assignments, by counting through them. */
function byCounting(world: World, room: Room): number {
  const count = world.cities.length;
  const delays = cityDelays(world);
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < count ** room.people.length; code += 1) {
    const cities = room.people.map((_, p) => Math.floor(code / count ** p) % count);
    let total = 0;
    for (const [p, a] of cities.entries()) {
      total += ((cities.length - 1) * (room.people[p]?.trueRttMs[a] ?? 0)) / 2;
      for (const b of cities.slice(0, p)) total += delays[a * count + b] ?? 0;
    }
    least = Math.min(least, total);
  }
  return least;
}

describe('the oracle', () => {
  test('equals counting through all assignments, for 60 random worlds of 2 to 5 people', () => {
    for (let round = 0; round < 60; round += 1) {
      const rng = seededRng(`oracle ${round}`);
      const world = smallWorld(rng, { size: 2 + (round % 4), cities: 5, rooms: 2 });
      const oracle = new Oracle(world);
      for (const room of world.rooms) {
        const answer = oracle.solve(room);
        expect(answer.isExact).toBe(true);
        expect(answer.totalMs, `round ${round}`).toBeCloseTo(byCounting(world, room), 6);
        expect(oracle.solve(room, false).totalMs, `round ${round}`).toBeCloseTo(answer.totalMs, 6);
        expect(oracle.searchOnly(room)).toBeGreaterThanOrEqual(answer.totalMs - 1e-9);
      }
    }
  });

  test('its answer has the delay that the judge finds on hosts of those cities', () => {
    const world = smallWorld(seededRng('agreement'), { size: 4, cities: 6 });
    const delays = cityDelays(world);
    const count = world.cities.length;
    for (const room of world.rooms) {
      const { cities, totalMs } = new Oracle(world).solve(room);
      const hostOf = (city: number): number => world.hosts.findIndex((host) => host.city === city);
      const onewayMs = pairDelays(world, room, cities.map(hostOf), { via: bestRelay });
      expect(onewayMs.reduce((a, b) => a + b, 0)).toBeCloseTo(totalMs, 6);
    }
    function bestRelay(from: number, to: number): number {
      const [a, b] = [world.hosts[from]?.city ?? 0, world.hosts[to]?.city ?? 0];
      const wanted = (delays[a * count + b] ?? 0) - 2;
      const half = (x: number, y: number): number => (world.cityRttMs[x * count + y] ?? 0) / 2;
      if (Math.abs(half(a, b) - wanted) < 1e-9) return -1;
      const relay = [...world.cities.keys()].find(
        (city) => city !== a && city !== b && Math.abs(half(a, city) + 1 + half(city, b) - wanted) < 1e-9,
      );
      return world.hosts.findIndex((host) => host.city === relay);
    }
  });

  test('agrees with integer programming', async () => {
    const world = smallWorld(seededRng('highs'), { size: 4, cities: 7 });
    const check = await crossCheck(world, 4, () => undefined);
    expect(check.rooms).toBe(4);
    expect(check.gapShareMax).toBeLessThan(GAP_SHARE_MAX);
  });

  test('a large room gets a search with a lower bound, and says that it is not exact', () => {
    const world = smallWorld(seededRng('large'), { size: 9, cities: 6, rooms: 1 });
    const answer = new Oracle(world).solve(world.rooms[0] ?? { kind: 'global', people: [] });
    expect(answer.isExact).toBe(false);
    expect(answer.lowerBoundMs).toBeLessThanOrEqual(answer.totalMs);
    expect(answer.lowerBoundMs).toBeGreaterThan(0);
  });
});

describe('a run', () => {
  test('no strategy beats the oracle, in 12 random worlds and every mode', () => {
    for (let round = 0; round < 12; round += 1) {
      const rng = seededRng(`beat ${round}`);
      const world = smallWorld(rng, { size: 2 + (round % 4), cities: 6 });
      const answers = world.rooms.map((room) => new Oracle(world).solve(room));
      for (const strategy of strategies) {
        for (const mode of ['single', 'direct', 'relay'] as const) {
          const run = runStrategy(strategy, world, rng, mode);
          expect(roomsBeatingOracle(run, answers), `round ${round}, ${strategy.name} ${mode}`).toEqual([]);
          expect(regretOf(run, answers)).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });

  test('a strategy that is better than the best is noticed', () => {
    const world = smallWorld(seededRng('noticed'), { size: 3, cities: 5 });
    const answers = world.rooms.map((room) => new Oracle(world).solve(room));
    const run = runStrategy(strategies[0] ?? missing(), world, seededRng('x'), 'relay');
    const [first, ...rest] = answers;
    if (first === undefined) throw new Error('there are rooms');
    expect(violationsOf(run, answers)).toEqual([]);
    expect(roomsBeatingOracle(run, [{ ...first, totalMs: 1e6 }, ...rest])).toEqual([0]);
    expect(violationsOf(run, [{ ...first, totalMs: 1e6 }, ...rest])).toEqual([
      expect.stringMatching(/beats the oracle in 1 rooms, first in room 0/),
    ]);
  });

  test.each([
    { name: 'of which one is on no host', hosts: (all: number[]) => all.with(0, -1) },
    { name: 'of which one is on a host that there is not', hosts: (all: number[]) => all.with(2, 1000) },
    { name: 'of which one was not placed', hosts: (all: number[]) => all.slice(1) },
  ])('a room $name is named, with an oracle and without', ({ hosts }) => {
    const world = smallWorld(seededRng('nowhere'), { size: 3, cities: 5 });
    const answers = world.rooms.map((room) => new Oracle(world).solve(room));
    const strategy = strategies[0] ?? missing();
    const wrong: typeof strategy = {
      ...strategy,
      name: 'wrong',
      start: (...o) => {
        const running = strategy.start(...o);
        const place: typeof running.place = (room) => {
          const placed = running.place(room);
          return room === world.rooms[1] ? { ...placed, hosts: hosts([...placed.hosts]) } : placed;
        };
        return { place, via: (from, to) => running.via(from, to) };
      },
    };
    const run = runStrategy(wrong, world, seededRng('x'), 'relay');
    const said = /^wrong: 1 rooms have no finite delay, first room 1:/;
    expect(violationsOf(run, undefined)).toEqual([expect.stringMatching(said)]);
    expect(violationsOf(run, answers)[0]).toMatch(said);
  });

  test('an oracle without an answer is named too', () => {
    const world = smallWorld(seededRng('unanswered'), { size: 3, cities: 5 });
    const answers = world.rooms.map((room) => new Oracle(world).solve(room));
    const run = runStrategy(strategies[0] ?? missing(), world, seededRng('x'), 'relay');
    for (const none of [answers.slice(0, -1), answers.map((one) => ({ ...one, totalMs: Number.NaN }))])
      expect(violationsOf(run, none)).toEqual([expect.stringMatching(/have no finite delay/)]);
  });
});

function missing(): never {
  throw new Error('there are strategies');
}
