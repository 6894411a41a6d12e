// Routes of the simulator: those of the production planner, which sees the world by reports of probes.
import { seededRng } from '@meridian/runtime';
import { DIRECT } from '@meridian/scheduler/core';
import { describe, expect, test } from 'vitest';
import { builtInGeography } from '../../sim/geography.ts';
import { ProbeNoise, ROUND_TRIP_DEVIATION } from '../../sim/probe-noise.ts';
import { routeFigures } from '../../sim/route-figures.ts';
import { planRoutes } from '../../sim/strategies/route-trace.ts';
import { hostIdOf, type Routes, SimRoutes, warmRoutes } from '../../sim/strategies/routes.ts';
import { linkMs, makeWorld, type World, type WorldOptions } from '../../sim/world.ts';

const places = Array.from({ length: 20 }, (_, index) => ({
  label: `S${index}`,
  latitude: (index % 5) * 20 - 40,
  longitude: index * 18 - 180,
  people: 1 + (index % 7),
}));
const options = { nodes: 24, cities: 12, rooms: 4, size: 4, users: 400 };
const world = makeWorld(
  builtInGeography(places, seededRng('places')),
  { ...options, geoErrors: true },
  seededRng('world'),
);
const pairsOf = ({ hosts }: World): (readonly [number, number])[] =>
  [...hosts.keys()].flatMap((from) => [...hosts.keys()].filter((to) => to !== from).map((to) => [from, to] as const));
const pairs = pairsOf(world);
const viasOf = (routes: Routes): number[] => pairs.map(([from, to]) => routes.via(from, to));
const newRoutes = (seed = 'routes'): SimRoutes => new SimRoutes(world, { mayRelay: true, rng: seededRng(seed) });
const hourMs = 3_600_000;

describe('before any report', () => {
  test('all paths are direct, and no round trip is known', () => {
    expect(viasOf(newRoutes()).every((via) => via === DIRECT)).toBe(true);
    expect(newRoutes().delays.rttMs(hostIdOf(0), hostIdOf(5))).toBeNaN();
  });
});

describe('after the warm-up', () => {
  const routes = warmRoutes(world, true);
  const believedMs = (from: number, to: number): number => routes.delays.rttMs(hostIdOf(from), hostIdOf(to));

  test('over a fifth of the paths use relays, and most paths are the best ones by the reports', () => {
    const relayed = viasOf(routes).filter((via) => via !== DIRECT).length / pairs.length;
    expect(relayed).toBeGreaterThan(0.2);
    const agreeing = pairs.filter(([from, to]) => routes.table.pair(from, to).best.via === routes.via(from, to));
    expect(agreeing.length / pairs.length).toBeGreaterThan(0.6);
  });

  test('believed round trips differ from the true ones, mostly by less than 5 ms', () => {
    const errors = pairs.map(([from, to]) => Math.abs(believedMs(from, to) - 2 * linkMs(world, from, to)));
    expect(errors.filter((ms) => ms < 1e-9)).toEqual([]);
    expect(errors.filter((ms) => ms < 5).length / errors.length).toBeGreaterThan(0.8);
  });

  test('the delays for rooms are half the believed round trips for placement, plus 2 ms', () => {
    for (const [from, to] of pairs) {
      const both =
        routes.delays.delayMs(hostIdOf(from), hostIdOf(to)) + routes.delays.delayMs(hostIdOf(to), hostIdOf(from));
      expect(routes.paths.delayMs[from * options.nodes + to]).toBeCloseTo(both / 2 + 2, 9);
    }
  });

  test('the same world has the same routes for every caller, and other noise gives others', () => {
    expect(viasOf(planRoutes(world, true))).toEqual(viasOf(routes));
    const other = newRoutes('other');
    other.warmUp();
    expect(viasOf(other)).not.toEqual(viasOf(routes));
  });

  test('a pair outside the budget stays direct', () => {
    expect(viasOf(planRoutes(world, false)).every((via) => via === DIRECT)).toBe(true);
    const relayed = pairs
      .map(([from, to]) => from * options.nodes + to)
      .filter((_, at) => viasOf(routes)[at] !== DIRECT);
    const admitted = new Set(relayed.slice(0, 10));
    const withinBudget = planRoutes(world, true, admitted);
    for (const [from, to] of pairs)
      if (!admitted.has(from * options.nodes + to)) expect(withinBudget.via(from, to)).toBe(DIRECT);
    expect(viasOf(withinBudget).filter((via) => via !== DIRECT).length).toBeGreaterThan(5);
  });
});

describe('routes that were planned for one world', () => {
  const geography = builtInGeography(places, seededRng('places'));
  const base: WorldOptions = { ...options, geoErrors: true };
  const similarWorld = (o: Partial<WorldOptions>, seed = 'world', of = geography): World =>
    makeWorld(of, { ...base, ...o }, seededRng(seed), world);

  test('hold in a world of other people, rooms and capacities, which would plan the same', () => {
    for (const o of [{ size: 2 }, { rooms: 9 }, { utilisation: 0.9 }, { users: 800 }]) {
      const otherWorld = similarWorld(o);
      expect(otherWorld.links).toBe(world.links);
      const alone = makeWorld(geography, { ...base, ...o }, seededRng('world'));
      expect(alone.links).not.toBe(world.links);
      expect(viasOf(planRoutes(otherWorld, true))).toEqual(viasOf(planRoutes(alone, true)));
    }
  });

  test('do not hold with other noise, hosts, cities or distances, which have links of their own', () => {
    const slower = { ...geography, rttMs: geography.rttMs.map((rttMs) => rttMs + 1) };
    const others = [
      similarWorld({}, 'other'),
      similarWorld({ nodes: 23 }),
      similarWorld({ cities: 11 }),
      similarWorld({}, 'world', slower),
    ];
    for (const other of others) expect(other.links).not.toBe(world.links);
  });

  test('a world with other hosts under the same links is an error', () => {
    planRoutes(world, true);
    expect(() => planRoutes({ ...world, hosts: world.hosts.slice(1) }, true)).toThrow('the same hosts');
  });
});

describe('over time', () => {
  test('batches run once when they are due, and report whether a path has changed', () => {
    const [steps, leap] = [newRoutes(), newRoutes()];
    for (const routes of [steps, leap]) expect(routes.advance(0)).toBe(true); // the warm-up
    expect(steps.advance(499)).toBe(false); // no batch was due
    const changed: boolean[] = [];
    for (let nowMs = 60_000; nowMs <= hourMs; nowMs += 60_000) {
      const before = viasOf(steps);
      const isChanged = steps.advance(nowMs);
      if (!isChanged) expect(viasOf(steps)).toEqual(before);
      changed.push(isChanged);
    }
    expect(new Set(changed)).toEqual(new Set([true, false]));
    leap.advance(hourMs);
    expect(viasOf(leap)).toEqual(viasOf(steps));
    expect(steps.paths).not.toBe(planRoutes(world, true).paths);
  });

  test('paths cost at most 0.25 ms more than the best ones, and change less than twice an hour', () => {
    const { excessMsMean, excessCostMsMean, relayedPairsShare, flipsPerPairHour } = routeFigures(world);
    expect(excessCostMsMean).toBeGreaterThan(0);
    expect(excessCostMsMean).toBeLessThan(0.25);
    expect(excessMsMean).toBeGreaterThan(0);
    expect(flipsPerPairHour).toBeLessThan(2);
    expect(flipsPerPairHour).toBeGreaterThan(0);
    expect(relayedPairsShare).toBeGreaterThan(0.2);
  });
});

test('noise of probes has a mean deviation of 1 ms, and a level less than two deviations above the mean', () => {
  const noise = new ProbeNoise(119, seededRng('noise'));
  const meanOf = (values: Float64Array): number => values.reduce((sum, ms) => sum + ms, 0) / values.length;
  expect(meanOf(noise.jitterMs)).toBeCloseTo(1, 1);
  // The level rises at once and falls slowly, so it lies above the mean by less than twice the deviation of a round
  // trip.
  expect(meanOf(noise.rttMs)).toBeGreaterThan(0);
  expect(meanOf(noise.rttMs)).toBeLessThan(2 * ROUND_TRIP_DEVIATION);
  expect(Math.min(...noise.onewayChangeMs)).toBeGreaterThanOrEqual(0);
});
