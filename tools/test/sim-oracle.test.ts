// The oracle against the definition and against integer programming, and a run that must notice when it is beaten.
import { type Rng, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { ARRIVAL_DEFAULTS, meetingsOf } from '../sim/arrivals.ts';
import { Best } from '../sim/best.ts';
import { crossCheck, GAP_SHARE_MAX } from '../sim/cross-check.ts';
import { pairDelays } from '../sim/delays.ts';
import { builtInGeography } from '../sim/geography.ts';
import { regretsOf, roomsBeatingOracle, violationsOf } from '../sim/judge.ts';
import { cityDelays, Oracle } from '../sim/oracle.ts';
import { strategies } from '../sim/strategies/index.ts';
import type { Mode, Strategy } from '../sim/strategies/strategy.ts';
import { runStrategy } from '../sim/timeline.ts';
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
      const onewayMs = pairDelays(world, room.people, cities.map(hostOf), { via: bestRelay });
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
      const best = new Best(world);
      for (const strategy of strategies) {
        for (const mode of ['single', 'direct', 'relay'] as const) {
          const run = ran(strategy, world, { best, mode, seed: `beat ${round}` });
          expect(roomsBeatingOracle(run), `round ${round}, ${strategy.name} ${mode}`).toEqual([]);
          expect(regretsOf(run).regretMean).toBeGreaterThanOrEqual(-1e-9);
          expect(violationsOf(run, true)).toEqual([]);
        }
      }
    }
  });

  test('a strategy that is better than the best is noticed, in rooms that are solved exactly', () => {
    const world = smallWorld(seededRng('noticed'), { size: 3, cities: 5 });
    const best = new Best(world);
    const doubled = (room: number, present: readonly number[]) => (room === 2 ? 100 : 1) * best.totalMs(room, present);
    const strategy = strategies[0] ?? missing();
    expect(violationsOf(ran(strategy, world, { best }), true)).toEqual([]);
    const run = ran(strategy, world, { best: { totalMs: doubled } });
    expect(roomsBeatingOracle(run)).toEqual([2]);
    expect(violationsOf(run, true)).toEqual([expect.stringMatching(/beats the oracle in 1 rooms, first in room 2/)]);
    const [room] = run.rooms;
    const large = { ...room, room: { people: Array.from({ length: 7 }, () => room?.room.people[0]) } };
    const all = { used: 1, best: 2 };
    expect(roomsBeatingOracle({ ...run, rooms: [{ ...large, tally: { ...room?.tally, all } }] } as never)).toEqual([]);
  });

  test('of the people present the best is remembered, whatever their order', () => {
    const world = smallWorld(seededRng('present'), { size: 4, cities: 5 });
    const best = new Best(world);
    const [room = { kind: 'global' as const, people: [] }] = world.rooms;
    for (const present of [
      [0, 1],
      [1, 3, 2],
      [3, 2, 1, 0],
    ]) {
      const people = room.people.filter((_, index) => present.includes(index));
      expect(best.totalMs(0, present)).toBeCloseTo(byCounting(world, { ...room, people }), 6);
      expect(best.totalMs(0, [...present].reverse())).toBe(best.totalMs(0, present));
    }
  });

  test.each([
    { name: 'of which one is on no host', host: -1 },
    { name: 'of which one is on a host that there is not', host: 1000 },
  ])('a room $name is named, with an oracle and without', ({ host }) => {
    const world = smallWorld(seededRng('nowhere'), { size: 3, cities: 5 });
    const lost = world.rooms[1]?.people[2];
    const wrong: Strategy = {
      name: 'wrong',
      says: '',
      start: () => ({ via: () => -1, join: (_, person) => (person === lost ? host : 0) }),
    };
    const said = /^wrong: 1 rooms have no finite delay, first room 1:/;
    expect(violationsOf(ran(wrong, world, {}), false)).toEqual([expect.stringMatching(said)]);
    expect(violationsOf(ran(wrong, world, { best: new Best(world) }), true)[0]).toMatch(said);
  });

  test('an oracle without an answer is named too', () => {
    const world = smallWorld(seededRng('unanswered'), { size: 3, cities: 5 });
    const run = ran(strategies[0] ?? missing(), world, { best: { totalMs: () => Number.NaN } });
    expect(violationsOf(run, true)).toEqual([expect.stringMatching(/have no finite delay/)]);
    expect(violationsOf(run, false)).toEqual([]);
  });
});

interface RanOptions {
  readonly best?: Pick<Best, 'totalMs'>;
  readonly mode?: Mode;
  readonly seed?: string;
}

/** Through short meetings: looks once a second take their time. */
function ran(strategy: Strategy, world: World, { best, mode = 'relay', seed = 'x' }: RanOptions) {
  const rng = seededRng(seed);
  const size = world.rooms[0]?.people.length ?? 0;
  const o = { ...ARRIVAL_DEFAULTS, meetingMedianMin: 3 };
  const meetings = meetingsOf(world.rooms.length, size, o, rng);
  return runStrategy(strategy, { world, meetings, rng, mode, best });
}

function missing(): never {
  throw new Error('there are strategies');
}
