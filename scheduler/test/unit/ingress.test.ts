import { InvariantError, limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { accessBelief, boldMs, echoSites, hopefulMs, type IngressMap } from '../../src/locating/core/ingress/index.ts';

/** Sites along the equator, a degree of longitude (111 km) being 2 ms of round trip. */
const map = (longitudes: readonly number[]): IngressMap => ({
  sites: longitudes.map((longitude) => ({ latitude: 0, longitude })),
  rttMs: Float64Array.from(longitudes.flatMap((a) => longitudes.map((b) => 2 * Math.abs(a - b)))),
});
const client = (longitude: number, radiusKm = 0) => ({ latitude: 0, longitude, radiusKm });

describe('belief of a round trip', () => {
  test('without timings follows geography, with a wider deviation when the database is unsure', () => {
    const sure = accessBelief(map([0, 40]), client(0), []);
    expect([...sure.meanMs].map(Math.round)).toEqual([14, 83]); // 14 + 0.0155 × 4,448
    expect([...sure.floorMs]).toEqual([0, 0]);
    expect(accessBelief(map([0, 40]), client(0, 500), []).sdMs[0]).toBeGreaterThan(sure.sdMs[0] ?? Infinity);
  });

  test('is the last timing for a timed site', () => {
    const belief = accessBelief(map([0, 40]), client(0), [
      { site: 0, rttMs: 90 },
      { site: 0, rttMs: 30 },
    ]);
    expect([belief.meanMs[0], belief.sdMs[0], belief.floorMs[0]]).toEqual([30, 1, 30]);
  });

  test('learns much about other sites from a near timed site, and hardly anything from a far one', () => {
    const near = accessBelief(map([0, 40]), client(-60), [{ site: 0, rttMs: 4 }]);
    expect(Math.abs((near.meanMs[1] ?? 0) - 80)).toBeLessThan(2); // geography alone says 187
    expect(near.floorMs[1]).toBe(76);
    const far = accessBelief(map([0, 40]), client(-60), [{ site: 0, rttMs: 200 }]);
    expect(far.sdMs[1]).toBeGreaterThan(30);
  });

  test('finds a client that the database puts into a wrong country, by the lower bounds that timings leave', () => {
    // The database says 0; the client is at 100. Sites 0, 10 and 60 were timed: 200, 180, 80.
    const belief = accessBelief(map([0, 10, 60, 100, -100]), client(0), [
      { site: 0, rttMs: 200 },
      { site: 1, rttMs: 180 },
      { site: 2, rttMs: 80 },
    ]);
    expect(belief.floorMs[3]).toBe(0);
    expect(belief.floorMs[4]).toBeGreaterThan(200);
    expect(hopefulMs(belief, 3)).toBeLessThan(hopefulMs(belief, 4));
    expect(boldMs(belief, 3)).toBeLessThan(belief.meanMs[3] ?? 0);
  });

  test('an unknown round trip between sites is left out, a map of the wrong size is an error', () => {
    const holed = { ...map([0, 40]), rttMs: new Float64Array(4).fill(Number.NaN) };
    const timed = accessBelief(holed, client(0), [{ site: 0, rttMs: 5 }]);
    expect(timed.meanMs[1]).toBe(accessBelief(holed, client(0), []).meanMs[1]);
    expect(() => accessBelief({ ...holed, rttMs: new Float64Array(3) }, client(0), [])).toThrow(InvariantError);
  });
});

describe('sites to time', () => {
  const sites = map([0, 10, 20, 30, 40, 50, 60, 70]);
  const offered = (longitude: number, timed: number[], turn: number): number[] => {
    const trips = timed.map((site) => ({ site, rttMs: 2 * Math.abs(site * 10 - longitude) }));
    return echoSites(sites, accessBelief(sites, client(0), trips), new Set(timed), turn);
  };

  test('are none in a fleet without sites, and all sites when there are fewer than five', () => {
    expect(echoSites(map([]), accessBelief(map([]), client(0), []), new Set(), 0)).toEqual([]);
    expect(echoSites(map([0, 9]), accessBelief(map([0, 9]), client(0), []), new Set(), 0)).toEqual([0, 1]);
  });

  test('are four sites by belief and an exploring site, which changes each time', () => {
    expect(offered(0, [], 0).slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(offered(0, [], 0)).toHaveLength(limits.echoSitesMax);
    expect(offered(0, [], 0)[4]).not.toBe(offered(0, [], 1)[4]);
  });

  test('are, after timings, the best timed site again and sites that no timing contradicts', () => {
    const laterSites = offered(70, [0, 1, 2, 3, 4], 1);
    expect(laterSites).toContain(7);
    expect(laterSites.filter((site) => site < 5).length).toBeLessThanOrEqual(1);
    expect(new Set(laterSites).size).toBe(laterSites.length);
  });
});
