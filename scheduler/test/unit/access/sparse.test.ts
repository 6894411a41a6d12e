// Effect of few sessions of a prefix on the next session, and how little any one of them can do to it.
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { uncontradicted, VOTE_LIFE_MS } from '../../../src/locating/core/access/index.ts';
import { centre, client, keyOf, longitudes, session, times, trueMs } from './equator.ts';

describe('three sessions of different people of one prefix', () => {
  test.each([0, 40, 80, 120, 150])('lead the next client to their longitude %i, where a database says 0', (truth) => {
    const made = centre();
    for (const host of [1, 2, 3]) session(made, `9.9.9.${host}`, 0, truth);
    expect(trueMs(truth, made.sentTo(client('9.9.9.4', 0)).longitude)).toBeLessThanOrEqual(23);
  });

  test('get different sites to time, not the same five', () => {
    const made = centre();
    const [first = [], second = []] = [1, 2].map((host) => session(made, `9.9.9.${host}`, 0, 60));
    expect(second.filter((site) => !first.includes(site)).length).toBeGreaterThanOrEqual(3);
    expect(second).toHaveLength(5);
  });

  test('time the geographically nearest site until two customers have timed it, and no third customer does', () => {
    const made = centre();
    const asked = [1, 2, 3].map((host) => session(made, `9.9.9.${host}`, 0, 100));
    expect(asked.map((sites) => sites.includes(keyOf(0)))).toEqual([true, true, false]);
  });

  test.each([
    { name: 'one', hosts: [1], believedMs: 100 },
    { name: 'two', hosts: [1, 2], believedMs: 60 },
  ])('with figures of $name at a site that the network has timed: the belief is $believedMs ms', (row) => {
    const made = centre();
    for (const prefix of [1, 2, 3]) made.access.learn({ ...client(`9.9.${prefix}.1`, 0), times: times({ 20: 100 }) });
    for (const host of [1, 2, 3]) made.access.learn({ ...client(`9.9.9.${host}`, 0), times: times({ 0: 10 + host }) });
    for (const host of row.hosts)
      made.access.learn({ ...client(`9.9.9.${host}`, 0), times: times({ 20: 60, [20 + 10 * host]: 70 }) });
    const { meanMs } = made.access.believe(client('9.9.9.99', 0));
    expect(meanMs[2]).toBe(row.believedMs);
    expect(meanMs[3]).toBe(70); // unknown to the network
  });

  test.each([
    { name: 'two addresses', ips: ['9.9.9.1', '9.9.9.2', '9.9.9.2'], next: '9.9.9.4' },
    {
      name: 'three links of two homes',
      ips: ['10::/', '11::/', '2000::/'].map((at) => `2a01:4f8:77:${at.slice(0, -3)}::1`),
      next: '2a01:4f8:77:ff00::9',
    },
    { name: 'another prefix of the network', ips: ['9.9.9.1', '9.9.9.2', '9.9.9.3'], next: '9.9.8.4' },
  ])('must be three customers in the prefix: $name teach nothing', ({ ips, next }) => {
    const made = centre();
    for (const ip of ips) session(made, ip, 0, 60);
    expect(made.sentTo(client(next, 0))).toEqual({ longitude: 0, timed: 0 });
  });

  test('own figures of clients do not count as the third', () => {
    const made = centre();
    for (const host of [1, 2]) session(made, `9.9.9.${host}`, 0, 60);
    for (let host = 20; host < 30; host += 1) made.access.learnClaims(client(`9.9.9.${host}`, 0), times({ 90: 200 }));
    expect(made.sentTo(client('9.9.9.4', 0)).timed).toBe(0);
  });

  test('are forgotten after days', () => {
    const made = centre();
    for (const host of [1, 2, 3]) session(made, `9.9.9.${host}`, 0, 60);
    expect(made.sentTo(client('9.9.9.4', 0)).timed).toBeGreaterThan(5);
    made.clock.advance(VOTE_LIFE_MS);
    expect(made.sentTo(client('9.9.9.4', 0)).timed).toBe(0);
  });
});

describe('when one of the three customers is slow on purpose', () => {
  test('the next client is sent no farther than the best site that both others timed, for 200 random lies', () => {
    for (let round = 0; round < 200; round += 1) {
      const rng = seededRng(`slow ${round}`);
      const [truth, said] = [rng.int(151), rng.int(151)];
      const made = centre();
      const honest: string[] = [];
      const liarIndex = rng.int(3);
      for (let host = 0; host < 3; host += 1) {
        const ip = `9.9.9.${host + 1}`;
        if (host !== liarIndex) honest.push(...session(made, ip, said, truth));
        else {
          const lies = longitudes.filter(() => rng.next() < 0.5);
          const figures = lies.map((at): [number, number] => [at, trueMs(truth, at) + rng.next() * 1500]);
          made.access.learn({ ...client(ip, said), times: times(Object.fromEntries(figures)) });
        }
      }
      const bestMs = Math.min(...honest.map((site) => trueMs(truth, Number(site.slice(3)))));
      const { longitude } = made.sentTo(client('9.9.9.4', said));
      expect(trueMs(truth, longitude), `round ${round}`).toBeLessThanOrEqual(bestMs);
    }
  });

  test('the others still time the geographically nearest site', () => {
    const made = centre();
    const slow = Object.fromEntries(longitudes.map((at) => [at, trueMs(20, at) + (at < 50 ? 900 : 0)]));
    made.access.learn({ ...client('9.9.9.1', 20), times: times(slow) });
    expect(session(made, '9.9.9.2', 20, 20)).toContain(keyOf(20));
    session(made, '9.9.9.3', 20, 20);
    expect(made.sentTo(client('9.9.9.4', 20)).longitude).toBe(20);
  });

  test('the figures of two prefixes do not move other prefixes of the network', () => {
    const made = centre();
    for (const prefix of [1, 2]) for (const host of [1, 2, 3]) session(made, `9.9.${prefix}.${host}`, 0, 100);
    expect(made.sentTo(client('9.9.77.1', 0)).timed).toBe(0);
  });
});

describe('when one of the three customers has forged a receipt', () => {
  test.each([60, 100, 150])('for 1 ms at longitude %i, light contradicts it by the figures of the two others', (at) => {
    const made = centre();
    for (const host of [1, 2]) session(made, `9.9.9.${host}`, 0, 0);
    made.access.learn({ ...client('9.9.9.3', 0), times: times({ [at]: 1 }) });
    expect(made.sentTo(client('9.9.9.4', 0)).longitude).toBe(0);
  });

  const sites = longitudes.map((longitude) => ({ latitude: 0, longitude }));
  const figure = (site: number, ...figuresMs: number[]) => ({ site, rttMs: Math.min(...figuresMs), figuresMs });
  test.each([
    { name: 'a site that no other site contradicts stands', thin: [figure(6, 1)], agreed: [], stands: [6] },
    { name: 'one against one: neither site stands', thin: [figure(6, 1), figure(0, 3)], agreed: [], stands: [] },
    { name: 'one against two: the two stand', thin: [figure(6, 1), figure(0, 3, 4)], agreed: [], stands: [0] },
    {
      name: 'a customer against two falls, even with an honest figure of another at its site',
      thin: [figure(6, 1, 123), figure(0, 3, 4)],
      agreed: [],
      stands: [0],
    },
    { name: 'two against two: neither site stands', thin: [figure(6, 1, 2), figure(0, 3, 4)], agreed: [], stands: [] },
    { name: 'two fall against an agreed site', thin: [figure(6, 1, 2)], agreed: [{ site: 0, rttMs: 3 }], stands: [] },
    { name: 'a place between both is possible', thin: [figure(6, 40), figure(0, 30)], agreed: [], stands: [6, 0] },
    { name: 'a site that is gone contradicts none', thin: [figure(-1, 1), figure(0, 3)], agreed: [], stands: [-1, 0] },
  ])('$name', ({ thin, agreed, stands }) => {
    expect(uncontradicted(thin, agreed, sites).map(({ site }) => site)).toEqual(stands);
  });
});
