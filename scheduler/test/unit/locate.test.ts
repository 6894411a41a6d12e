import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { siteKeyOf } from '../../src/fleet/core/node.ts';
import { Locator, signalingNodesToOffer } from '../../src/locating/locate.ts';
import { description, frankfurt, noLoad, singapore } from './fixtures.ts';

const place = {
  latitude: 1.3,
  longitude: 103.8,
  radiusKm: 100,
  source: 'dbip-city',
  label: 'Novena',
  countryCode: 'SG',
};
const geo = { locate: (ip: string) => (ip === '116.86.0.1' ? place : undefined) };
const { region } = description({});
const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });

describe('a client', () => {
  test.each([
    {
      name: 'of a known address',
      development: false,
      clientIp: '116.86.0.1',
      fromCity: '',
      source: 'dbip-city',
      reason: 'the address is known to dbip-city',
    },
    {
      name: 'without an address',
      development: false,
      clientIp: '',
      fromCity: '',
      source: 'none',
      reason: 'the address says nothing, so the place of its signaling node sig-fra stands in',
    },
    {
      name: 'that names a city, in production',
      development: false,
      clientIp: '116.86.0.1',
      fromCity: 'paris',
      source: 'dbip-city',
      reason: 'the address is known to dbip-city; the city it named was ignored (development only)',
    },
    {
      name: 'that names an unknown city, in production',
      development: false,
      clientIp: '',
      fromCity: 'atlantis',
      source: 'none',
      reason:
        'the address says nothing, so the place of its signaling node sig-fra stands in; the city it named was ignored (development only)',
    },
    {
      name: 'that names a city, in development',
      development: true,
      clientIp: '116.86.0.1',
      fromCity: 'paris',
      source: 'city',
      reason: 'the city was named by the client (development)',
    },
  ])('$name is placed by $source', (row) => {
    const locator = new Locator({ geo, developmentCities: row.development });
    const { location, reason } = locator.locate(row, signaling);
    expect([location.source, reason]).toEqual([row.source, row.reason]);
  });

  test('of unknown place is placed at its signaling node, somewhere on Earth', () => {
    const { location } = new Locator({ geo, developmentCities: false }).locate(
      { clientIp: '::1', fromCity: '' },
      signaling,
    );
    expect(location).toEqual({ ...frankfurt, radiusKm: 20_015, source: 'none', label: 'frankfurt', countryCode: '' });
  });

  test('that names an unknown city in development is refused with an error that repeats the name', () => {
    const locator = new Locator({ geo, developmentCities: true });
    const locate = () => locator.locate({ clientIp: '', fromCity: 'atlantis' }, signaling);
    expect(locate).toThrow(expect.objectContaining({ code: 'CITY_UNKNOWN' }));
  });
});

describe('the signaling nodes offered to a client', () => {
  const fleetOf = (signalingNodes: { nodeId: string; city: string; longitude: number; sessions?: number }[]) => {
    const fleet = new Fleet();
    for (const { sessions = 0, ...overrides } of signalingNodes) {
      const node = description({ ...overrides, kind: 'signaling', latitude: 50 });
      fleet.register({ description: node, rooms: [], load: { ...noLoad, sessions } }, 0);
    }
    fleet.register({ description: description({ nodeId: 'sfu' }), rooms: [], load: noLoad }, 0);
    return fleet;
  };

  test('are at most five: one of each city, the nearest first, then second nodes of the cities', () => {
    const cities = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((city, at) => ({
      nodeId: `${city}1`,
      city,
      longitude: at * 10,
    }));
    expect(signalingNodesToOffer([], { latitude: 50, longitude: 0 }, fleetOf(cities).list())).toEqual([
      'a1',
      'b1',
      'c1',
      'd1',
      'e1',
    ]);
    const two = [
      { nodeId: 'a1', city: 'a', longitude: 0, sessions: 9 },
      { nodeId: 'a2', city: 'a', longitude: 0, sessions: 3 },
      { nodeId: 'b1', city: 'b', longitude: 9 },
    ];
    expect(signalingNodesToOffer([], { latitude: 50, longitude: 0 }, fleetOf(two).list())).toEqual(['a2', 'b1', 'a1']);
  });

  test('leave out suspect nodes unless no other is left, and dead nodes in any case', () => {
    const fleet = fleetOf([
      { nodeId: 'a1', city: 'a', longitude: 0 },
      { nodeId: 'b1', city: 'b', longitude: 9 },
    ]);
    fleet.linkDown('a1');
    expect(signalingNodesToOffer([], singapore, fleet.list())).toEqual(['b1']);
    fleet.linkDown('b1');
    expect(signalingNodesToOffer([], { latitude: 50, longitude: 0 }, fleet.list())).toEqual(['a1', 'b1']);
    fleet.tick(10_000);
    expect(signalingNodesToOffer([], singapore, fleet.list())).toEqual([]);
  });

  test('are at most five: the least used node of each named site in order, then the nearest of the others', () => {
    const at = (city: string, longitude: number, sessions: number[]) =>
      sessions.map((count, index) => ({ nodeId: `${city}${index + 1}`, city, longitude, sessions: count }));
    const here = { latitude: 50, longitude: 0 };
    const offered = (siteKeys: string[], nodes: ReturnType<typeof at>) =>
      signalingNodesToOffer(siteKeys, here, fleetOf(nodes).list());
    const far = at('far', 90, [7, 2]);
    const [mid, near] = [at('mid', 50, [4]), at('near', 1, [5, 3])];
    const key = (city: string): string => siteKeyOf(region, city);
    expect(offered([key('far'), key('mid')], [...near, ...mid, ...far])).toEqual([
      'far2',
      'mid1',
      'near2',
      'near1',
      'far1',
    ]);
    // Sites without a signaling node, or in another region, are left out.
    expect(offered([key('none'), 'moon/mid', key('far')], [...near, ...far])).toEqual([
      'far2',
      'near2',
      'near1',
      'far1',
    ]);
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((city, index) => at(city, 80 - index, [0]));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'].map(key);
    expect(offered(keys, [...near, ...six])).toEqual(['a1', 'b1', 'c1', 'd1', 'e1']);
    expect(offered([key('a'), key('a')], six.slice(0, 1))).toEqual(['a1']);
    expect(offered([key('a')], [])).toEqual([]);
  });

  test('include no dead or silent node of a site while another node is alive', () => {
    const fleet = fleetOf([
      { nodeId: 'a1', city: 'a', longitude: 0 },
      { nodeId: 'b1', city: 'b', longitude: 9 },
    ]);
    const offered = () => signalingNodesToOffer([siteKeyOf(region, 'b')], { latitude: 50, longitude: 0 }, fleet.list());
    expect(offered()).toEqual(['b1', 'a1']);
    fleet.linkDown('b1');
    expect(offered()).toEqual(['a1']);
    fleet.linkDown('a1');
    expect(offered()).toEqual(['b1', 'a1']);
    fleet.tick(10_000);
    expect(offered()).toEqual([]);
  });
});
