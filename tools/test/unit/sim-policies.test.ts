// `npm run sim -- --suite policies`: a trace that cannot be played is refused with its field, and what the others say
// of places, round trips and prices is in their worlds.
import { distanceKm, type Point } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { modelRttMs } from '../../sim/geography.ts';
import { UsageError } from '../../sim/options.ts';
import { pricesOf } from '../../sim/policies/figures.ts';
import { replayOf } from '../../sim/policies/replay.ts';
import { policiesSuite } from '../../sim/policies/suite.ts';
import { checkedTrace, readTrace, staysOf, type Trace } from '../../sim/policies/trace.ts';
import { HOUR_S, nodes, session, trace } from '../support/policy-trace.ts';

const silent = (): void => undefined;
const withSession = (o: object): Trace =>
  trace({
    rooms: [
      [
        { ...session, ...o },
        { ...session, person: 1 },
      ],
    ],
  });

describe('a trace', () => {
  test.each<[string, unknown]>([
    ['all of it', null],
    ['nodes', { ...trace(), nodes: undefined }],
    ['nodes', trace({ nodes: nodes.slice(0, 1) })],
    ['nodes', trace({ nodes: Array.from({ length: 257 }, () => nodes[0]) as Trace['nodes'] })],
    ['nodes/0/latitude', trace({ nodes: nodes.map((node) => ({ ...node, latitude: 91 })) })],
    ['nodes/0/sessionsMax', trace({ nodes: nodes.map((node) => ({ ...node, sessionsMax: -1 })) })],
    ['links/0', trace({ links: [{ from: 0, to: 4, rttMs: 1 }] })],
    ['links/0/rttMs', trace({ links: [{ from: 0, to: 1, rttMs: 0 }] })],
    ['links/0/rttMs', trace({ links: [{ from: 0, to: 1, rttMs: Number.NaN }] })],
    ['places/0/longitude', trace({ places: [{ latitude: 0, longitude: -181 }] })],
    ['places/0/longitude', trace({ places: [{ latitude: 0, longitude: Number.POSITIVE_INFINITY }] })],
    ['share', trace({ share: 0 })],
    ['from', trace({ from: 'yesterday' })],
    ['to', trace({ to: '2026-11-27T01:00:00.001Z' })],
    ['rooms', trace({ rooms: [] })],
    ['rooms', trace({ rooms: [[session, { ...session, person: 1, fromS: 60, toS: 120 }]] })],
    ['rooms', trace({ rooms: Array.from({ length: 2001 }, () => Array.from({ length: 50 }, () => session)) })],
    ['rooms/0', trace({ rooms: [Array.from({ length: 51 }, (_, person) => ({ ...session, person }))] })],
    ['rooms/0/0/person', withSession({ person: -1 })],
    ['rooms/0/0/place', withSession({ place: 4 })],
    ['rooms/0/0/node', withSession({ node: 4 })],
    ['rooms/0/0/toS', withSession({ toS: 0 })],
    ['rooms/0/0/toS', withSession({ toS: HOUR_S + 1 })],
    ['rooms/0/0/fromS', withSession({ fromS: Number.NaN })],
    ['rooms/0/0/rttMs', withSession({ rttMs: -1 })],
    ['prices/currency', trace({ prices: { currency: 'money', nodeHours: [], traffic: [] } })],
  ])('with a bad %s is refused', (field, json) => {
    const check = (): unknown => checkedTrace(json);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(new RegExp(`^the trace: ${field} `));
  });

  test('that is no JSON is refused', () => {
    expect(() => readTrace('{')).toThrow(UsageError);
    expect(readTrace(JSON.stringify(trace()))).toEqual(trace());
  });

  test('has one stay of a person at a time', () => {
    const of = (person: number, fromS: number, toS: number) => ({ ...session, person, fromS, toS });
    expect(staysOf([of(0, 5, 9), of(1, 0, 10), of(0, 0, 6), of(0, 20, 30)])).toEqual([
      { person: 1, fromMs: 0, toMs: 10_000 },
      { person: 0, fromMs: 0, toMs: 9000 },
      { person: 0, fromMs: 20_000, toMs: 30_000 },
    ]);
  });
});

describe('its world', () => {
  const [lisbon, newYork] = nodes as unknown as readonly [Point, Point];
  const modelMs = modelRttMs(lisbon, newYork);

  test('has measured links, and those of a model where none is, or where light could not do it', () => {
    const links = [
      { from: 2, to: 0, rttMs: 160 },
      { from: 0, to: 1, rttMs: 5 },
    ];
    const twice = [...nodes, { ...nodes[3], nodeId: 'sfu-4' }] as Trace['nodes'];
    const { world, notes } = replayOf(trace({ links, nodes: twice }), '1');
    expect([...world.cityRttMs].slice(0, 3)).toEqual([1, modelMs, 160]);
    expect(world.cityRttMs[8]).toBe(160);
    expect(notes[0]).toMatch(/^5 of 6 round trips/);
    const unlimited = 1_000_000;
    expect(world.hosts.map(({ city, capacity }) => [city, capacity])).toEqual([
      [0, 500],
      [1, unlimited],
      [2, unlimited],
      [3, unlimited],
      [3, unlimited],
    ]);
  });

  test('has people as far as was measured from their place, never nearer than light allows', () => {
    /** To Lisbon and New York, from Lisbon. */
    const rttTo = (rttMs: number | undefined, node: number): number[] => {
      const rooms = [
        [
          { ...session, node, ...(rttMs && { rttMs }) },
          { ...session, person: 1, place: 1 },
        ],
      ];
      const [person] = replayOf(trace({ rooms }), '1').world.rooms[0]?.people ?? [];
      return [...(person?.trueRttMs ?? [])].slice(0, 2).map(Math.round);
    };
    const farMs = Math.round(modelMs);
    expect(rttTo(undefined, 0)).toEqual([2, farMs]);
    // A slow way to the network comes on top, everywhere alike.
    expect(rttTo(30, 0)).toEqual([30, farMs + 28]);
    // The whole way is slower, or faster.
    expect(rttTo(130, 1)).toEqual([2, 130]);
    expect(rttTo(70, 1)).toEqual([2, 70]);
    // More than a way can wind.
    expect(rttTo(400, 1)[1]).toBe(400);
    expect(rttTo(10, 1)[1]).toBe(Math.round(2 + (2 * distanceKm(lisbon, newYork)) / 200));
  });
});

describe('policies', () => {
  test('cost what their regions cost', () => {
    const prices: Trace['prices'] = {
      currency: 'EUR',
      nodeHours: [
        { price: 1 },
        { region: 'west', price: 2 },
        { kind: 'sfu', price: 3 },
        { kind: 'sfu', region: 'east', price: 4 },
        { kind: 'signaling', region: 'west', price: 5 },
      ],
      traffic: [
        { unit: 'GB', price: 0.1 },
        { region: 'east', unit: 'Mbps95', price: 328.725 },
      ],
    };
    const of = pricesOf({ nodes, prices });
    expect([0, 2, 3].map(of.nodeHour)).toEqual([3, 4, 3]);
    expect([0, 2, 3].map(of.gigabyte)).toEqual([0.1, 1, 0.1]);
    const bare = pricesOf({ nodes, prices: { currency: 'EUR', nodeHours: [], traffic: [] } });
    expect([bare.nodeHour(0), bare.gigabyte(0)]).toEqual([0, 0]);
  });
});

describe('the command', () => {
  const env = { MERIDIAN_API_KEY: 'operator', MERIDIAN_API_SECRET: 'operator-secret-operator-secret-op' };
  const url = 'https://meet.example.org';

  test.each([
    [{}, env, /either --trace FILE or --api URL/],
    [{ trace: 'a', api: url }, env, /either --trace/],
    [{ trace: '/nowhere/at/all' }, env, /\/nowhere\/at\/all cannot be read \(ENOENT\)/],
    [{ trace: 'a', publish: true as const }, env, /--publish goes with --api/],
    [{ trace: 'a', rooms: 5 }, env, /--rooms goes with --api/],
    [{ api: 'meet.example.org' }, env, /--api is the address/],
    [{ api: url }, {}, /MERIDIAN_API_KEY is not set/],
  ])('refuses %j', async (options, given, said) => {
    await expect(policiesSuite({ ...options, seed: '1' }, silent, given)).rejects.toThrow(said);
    await expect(policiesSuite({ ...options, seed: '1' }, silent, given)).rejects.toThrow(UsageError);
  });
});
