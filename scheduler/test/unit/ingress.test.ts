import { InvariantError } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  accessBelief,
  BUSY_UTILISATION,
  boldMs,
  ECHO_SITES,
  echoSites,
  type FirstPick,
  firstPick,
  hopefulMs,
  type IngressMap,
  NEARLY_AS_NEAR_MS,
} from '../../src/core/ingress/index.ts';
import { roomPaths } from '../../src/core/rehome.ts';
import { rolls } from './fixtures.ts';

/** Sites along the equator, a degree of longitude (111 km) being 2 ms of round trip. */
const map = (longitudes: readonly number[]): IngressMap => ({
  sites: longitudes.map((longitude) => ({ latitude: 0, longitude })),
  rttMs: Float64Array.from(longitudes.flatMap((a) => longitudes.map((b) => 2 * Math.abs(a - b)))),
});
const client = (longitude: number, radiusKm = 0) => ({ latitude: 0, longitude, radiusKm });

describe('belief of a round trip', () => {
  test('without timings geography speaks, less surely when the database is unsure', () => {
    const sure = accessBelief(map([0, 40]), client(0), []);
    expect([...sure.meanMs].map(Math.round)).toEqual([14, 83]); // 14 + 0.0155 × 4,448
    expect([...sure.floorMs]).toEqual([0, 0]);
    expect(accessBelief(map([0, 40]), client(0, 500), []).sdMs[0]).toBeGreaterThan(sure.sdMs[0] ?? Infinity);
  });

  test('a timed site has its own figure, the last one', () => {
    const belief = accessBelief(map([0, 40]), client(0), [
      { site: 0, rttMs: 90 },
      { site: 0, rttMs: 30 },
    ]);
    expect([belief.meanMs[0], belief.sdMs[0], belief.floorMs[0]]).toEqual([30, 1, 30]);
  });

  test('a near timed site tells the others what it sees itself, a far one hardly anything', () => {
    const near = accessBelief(map([0, 40]), client(-60), [{ site: 0, rttMs: 4 }]);
    expect(Math.abs((near.meanMs[1] ?? 0) - 80)).toBeLessThan(2); // geography alone says 187
    expect(near.floorMs[1]).toBe(76);
    const far = accessBelief(map([0, 40]), client(-60), [{ site: 0, rttMs: 200 }]);
    expect(far.sdMs[1]).toBeGreaterThan(30);
  });

  test('a client that the database puts into a wrong country is found by its floor', () => {
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

  test('a round trip between sites that is not known is left out, a map that does not fit is a mistake', () => {
    const holed = { ...map([0, 40]), rttMs: new Float64Array(4).fill(Number.NaN) };
    const told = accessBelief(holed, client(0), [{ site: 0, rttMs: 5 }]);
    expect(told.meanMs[1]).toBe(accessBelief(holed, client(0), []).meanMs[1]);
    expect(() => accessBelief({ ...holed, rttMs: new Float64Array(3) }, client(0), [])).toThrow(InvariantError);
  });
});

describe('sites to time', () => {
  const sites = map([0, 10, 20, 30, 40, 50, 60, 70]);
  const offered = (longitude: number, timed: number[], turn: number): number[] => {
    const trips = timed.map((site) => ({ site, rttMs: 2 * Math.abs(site * 10 - longitude) }));
    return echoSites(sites, accessBelief(sites, client(0), trips), new Set(timed), turn);
  };

  test('no site, none; fewer than five, all of them', () => {
    expect(echoSites(map([]), accessBelief(map([]), client(0), []), new Set(), 0)).toEqual([]);
    expect(echoSites(map([0, 9]), accessBelief(map([0, 9]), client(0), []), new Set(), 0)).toEqual([0, 1]);
  });

  test('four by belief and one that explores, another one next time', () => {
    expect(offered(0, [], 0).slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(offered(0, [], 0)).toHaveLength(ECHO_SITES);
    expect(offered(0, [], 0)[4]).not.toBe(offered(0, [], 1)[4]);
  });

  test('later the best timed one again and what no timing speaks against', () => {
    const again = offered(70, [0, 1, 2, 3, 4], 1);
    expect(again).toContain(7);
    expect(again.filter((site) => site < 5).length).toBeLessThanOrEqual(1);
    expect(new Set(again).size).toBe(again.length);
  });
});

describe('the first host', () => {
  // Two hosts a site: 0 and 1 at site 0, 2 and 3 at site 1, 4 and 5 at site 2. Sites are 50 ms of path apart.
  const paths = roomPaths(
    6,
    Float64Array.from({ length: 36 }, (_, at) => 50 * Math.abs((Math.floor(at / 6) >> 1) - ((at % 6) >> 1))),
  );
  const pick = (
    rttMs: readonly number[],
    wish: Partial<FirstPick> & { used?: Record<number, number>; closed?: number[] } = {},
  ) => {
    const hosts = Array.from({ length: 6 }, (_, host) => ({
      site: host >> 1,
      utilisation: wish.used?.[host] ?? 0,
      isOpen: !(wish.closed ?? []).includes(host),
    }));
    const meanMs = Float64Array.from(rttMs);
    const belief = { meanMs, sdMs: new Float64Array(3), floorMs: meanMs };
    return firstPick({ belief, timed: new Set([0, 1, 2]), hosts, paths, members: [], ...wish }, rolls(0, 0));
  };

  test.each([
    { name: 'no open host, none', rtt: [9, 9, 9], wish: { closed: [0, 1, 2, 3, 4, 5] }, expect: undefined },
    { name: 'the nearest', rtt: [30, 9, 60], wish: {}, expect: 2 },
    { name: 'the next nearest when that site is closed', rtt: [30, 9, 60], wish: { closed: [2, 3] }, expect: 0 },
    { name: 'a timed one, although a guess is lower', rtt: [30, 9, 60], wish: { timed: new Set([0]) }, expect: 0 },
    {
      name: 'by guesses when no open site was timed',
      rtt: [30, 9, 60],
      wish: { timed: new Set([1]), closed: [2, 3] },
      expect: 0,
    },
    { name: 'the less used of its site', rtt: [30, 9, 60], wish: { used: { 2: 0.4, 3: 0.3 } }, expect: 3 },
    {
      name: 'the host of the room, though more used',
      rtt: [30, 9, 60],
      wish: { used: { 3: 0.4 }, members: [{ host: 3, accessRttMs: 9 }] },
      expect: 3,
    },
    {
      name: 'not the host of the room when it is busy',
      rtt: [30, 9, 60],
      wish: { used: { 3: BUSY_UTILISATION }, members: [{ host: 3, accessRttMs: 9 }] },
      expect: 2,
    },
    { name: 'a busy site while the next is too far', rtt: [30, 9, 60], wish: { used: { 2: 0.8, 3: 0.8 } }, expect: 2 },
    {
      name: 'nearly as near, instead of busy',
      rtt: [9 + NEARLY_AS_NEAR_MS, 9, 60],
      wish: { used: { 2: 0.8, 3: 0.8 } },
      expect: 0,
    },
    {
      name: "nearly as near, for the room's sake",
      rtt: [9 + NEARLY_AS_NEAR_MS, 9, 60],
      wish: { members: [{ host: 0, accessRttMs: 9 }] },
      expect: 0,
    },
    {
      name: "not farther than that, for the room's sake",
      rtt: [9.1 + NEARLY_AS_NEAR_MS, 9, 60],
      wish: { members: [{ host: 0, accessRttMs: 9 }] },
      expect: 2,
    },
  ])('$name', (row) => expect(pick(row.rtt, row.wish)).toBe(row.expect));
});
