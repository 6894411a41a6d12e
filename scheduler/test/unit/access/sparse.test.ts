// What few sessions of a prefix teach the next one, and how little one of them can do to it. Sites lie along the equator; a client's true
// round trip is 2 ms a degree and 3 ms (light alone takes 1.1).
import { ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../../runtime/test/support/log.ts';
import { Access, type Client } from '../../../src/access.ts';
import { Copy } from '../../../src/copy.ts';
import { standing, VOTE_LIFE_MS } from '../../../src/core/access/index.ts';
import { Board } from '../../../src/core/board.ts';
import { Fleet } from '../../../src/core/fleet.ts';
import { Ledger } from '../../../src/core/ledger.ts';
import { YoungRooms } from '../../../src/core/young-rooms.ts';
import { description, noLoad } from '../fixtures.ts';

const longitudes = Array.from({ length: 16 }, (_, index) => index * 10);
const keyOf = (longitude: number): string => `r/c${String(longitude).padStart(3, '0')}`;
const trueMs = (from: number, to: number): number => 3 + 2 * Math.abs(from - to);

function centre() {
  const clock = new ManualClock();
  const { log } = collectingLog();
  const fleet = new Fleet();
  for (const longitude of longitudes) {
    const nodeId = `n${String(longitude).padStart(3, '0')}`;
    const place = { region: 'r', city: keyOf(longitude).slice(2), latitude: 0, longitude };
    fleet.register({ description: description({ nodeId, hostId: nodeId, ...place }), rooms: [], load: noLoad }, 0);
  }
  const lonOf = (hostId: string): number => Number(hostId.slice(1));
  const rttMs = (a: string, b: string): number => 2 * Math.abs(lonOf(a) - lonOf(b));
  const delays = { version: 1, delayMs: (a: string, b: string) => rttMs(a, b) / 2, rttMs };
  const board = new Board({ fleet, ledger: new Ledger(), young: new YoungRooms(), delays });
  board.refresh(0);
  const none = async () => undefined;
  const store = { load: async () => [], put: none, remove: none, close: none };
  const access = new Access({ board, clock, log, copy: new Copy({ store, clock, log, onFailure: () => undefined }) });
  /** By belief: where a newcomer is sent first, and what was timed. */
  const sentTo = (client: Client) => {
    const { order, timed } = access.believe(client);
    return { longitude: longitudes[order[0] ?? -1] ?? Number.NaN, timed: timed.size };
  };
  return { access, clock, sentTo };
}

/** The database says `said`. */
const client = (ip: string, said: number): Client => ({
  ip,
  location: { latitude: 0, longitude: said, radiusKm: 20, source: 'test', label: '', countryCode: '' },
  times: [],
});
const times = (figures: Readonly<Record<number, number>>) =>
  Object.entries(figures).map(([longitude, rttMs]) => ({ siteKey: keyOf(Number(longitude)), rttMs }));
type Centre = ReturnType<typeof centre>;

/** A session that is honest: it times what it is asked for. */
function session({ access }: Centre, ip: string, said: number, truth: number): string[] {
  const asked = access.sitesToTime(client(ip, said));
  const found = asked.map((siteKey) => ({ siteKey, rttMs: trueMs(truth, Number(siteKey.slice(3))) }));
  access.learn({ ...client(ip, said), times: found });
  return asked;
}

describe('three sessions of different people of one prefix', () => {
  test.each([0, 40, 80, 120, 150])('show the next one where they are: at %i, where a database says 0', (truth) => {
    const made = centre();
    for (const host of [1, 2, 3]) session(made, `9.9.9.${host}`, 0, truth);
    expect(trueMs(truth, made.sentTo(client('9.9.9.4', 0)).longitude)).toBeLessThanOrEqual(23);
  });

  test('are not asked for the same five sites', () => {
    const made = centre();
    const [first = [], second = []] = [1, 2].map((host) => session(made, `9.9.9.${host}`, 0, 60));
    expect(second.filter((site) => !first.includes(site)).length).toBeGreaterThanOrEqual(3);
    expect(second).toHaveLength(5);
  });

  test.each([
    { name: 'two addresses', ips: ['9.9.9.1', '9.9.9.2', '9.9.9.2'], next: '9.9.9.4' },
    {
      name: 'three links of two homes',
      ips: ['10::/', '11::/', '2000::/'].map((at) => `2a01:4f8:77:${at.slice(0, -3)}::1`),
      next: '2a01:4f8:77:ff00::9',
    },
    { name: 'another prefix of the network', ips: ['9.9.9.1', '9.9.9.2', '9.9.9.3'], next: '9.9.8.4' },
  ])('it takes three customers, and its own prefix: $name teach nothing', ({ ips, next }) => {
    const made = centre();
    for (const ip of ips) session(made, ip, 0, 60);
    expect(made.sentTo(client(next, 0))).toEqual({ longitude: 0, timed: 0 });
  });

  test('words of others make no third', () => {
    const made = centre();
    for (const host of [1, 2]) session(made, `9.9.9.${host}`, 0, 60);
    for (let host = 20; host < 30; host += 1) made.access.hear(client(`9.9.9.${host}`, 0), times({ 90: 200 }));
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

describe('one of the three is slow on purpose', () => {
  test('the next one is sent no farther than what both others were measured at, for 200 random lies', () => {
    for (let round = 0; round < 200; round += 1) {
      const rng = seededRng(`slow ${round}`);
      const [truth, said] = [rng.int(151), rng.int(151)];
      const made = centre();
      const honest: string[] = [];
      const turn = rng.int(3);
      for (let host = 0; host < 3; host += 1) {
        const ip = `9.9.9.${host + 1}`;
        if (host !== turn) honest.push(...session(made, ip, said, truth));
        else {
          const lies = longitudes.filter(() => rng.next() < 0.5);
          const figures = lies.map((at): [number, number] => [at, trueMs(truth, at) + rng.next() * 1500]);
          made.access.learn({ ...client(ip, said), times: times(Object.fromEntries(figures)) });
        }
      }
      const best = Math.min(...honest.map((site) => trueMs(truth, Number(site.slice(3)))));
      const { longitude } = made.sentTo(client('9.9.9.4', said));
      expect(trueMs(truth, longitude), `round ${round}`).toBeLessThanOrEqual(best);
    }
  });

  test('it does not keep the others from timing what is nearest by its place', () => {
    const made = centre();
    const slow = Object.fromEntries(longitudes.map((at) => [at, trueMs(20, at) + (at < 50 ? 900 : 0)]));
    made.access.learn({ ...client('9.9.9.1', 20), times: times(slow) });
    expect(session(made, '9.9.9.2', 20, 20)).toContain(keyOf(20));
    session(made, '9.9.9.3', 20, 20);
    expect(made.sentTo(client('9.9.9.4', 20)).longitude).toBe(20);
  });

  test('two of the network do not move its other prefixes, whatever their own say', () => {
    const made = centre();
    for (const prefix of [1, 2]) for (const host of [1, 2, 3]) session(made, `9.9.${prefix}.${host}`, 0, 100);
    expect(made.sentTo(client('9.9.77.1', 0)).timed).toBe(0);
  });
});

describe('one of the three has forged a receipt', () => {
  test.each([60, 100, 150])('of 1 ms at %i: light speaks against it, by what the two others were measured at', (at) => {
    const made = centre();
    for (const host of [1, 2]) session(made, `9.9.9.${host}`, 0, 0);
    made.access.learn({ ...client('9.9.9.3', 0), times: times({ [at]: 1 }) });
    expect(made.sentTo(client('9.9.9.4', 0)).longitude).toBe(0);
  });

  const sites = longitudes.map((longitude) => ({ latitude: 0, longitude }));
  const figure = (site: number, ...figuresMs: number[]) => ({ site, rttMs: Math.min(...figuresMs), figuresMs });
  test.each([
    { name: 'nothing speaks against it', thin: [figure(6, 1)], agreed: [], stands: [6] },
    { name: 'one against one: neither stands', thin: [figure(6, 1), figure(0, 3)], agreed: [], stands: [] },
    { name: 'one against two', thin: [figure(6, 1), figure(0, 3, 4)], agreed: [], stands: [0] },
    {
      name: 'one against two, who was there with an honest one',
      thin: [figure(6, 1, 123), figure(0, 3, 4)],
      agreed: [],
      stands: [0],
    },
    { name: 'two against two: neither stands', thin: [figure(6, 1, 2), figure(0, 3, 4)], agreed: [], stands: [] },
    { name: 'two against those who agree', thin: [figure(6, 1, 2)], agreed: [{ site: 0, rttMs: 3 }], stands: [] },
    { name: 'a place between both', thin: [figure(6, 40), figure(0, 30)], agreed: [], stands: [6, 0] },
    { name: 'a site that is gone', thin: [figure(-1, 1), figure(0, 3)], agreed: [], stands: [-1, 0] },
  ])('$name', ({ thin, agreed, stands }) => {
    expect(standing(thin, agreed, sites).map(({ site }) => site)).toEqual(stands);
  });
});
