import { describe, expect, it } from 'vitest';
import { type Gateway, nearestGateway, originGateway } from '../../src/core/nearest.ts';
import { plannedGateways, rtmpAddress } from '../../src/placing/planned-gateways.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const mainz = { latitude: 50, longitude: 8.27 }; // 30 km from Frankfurt.
const cologne = { latitude: 50.94, longitude: 6.96 }; // 150 km from Frankfurt.
const singapore = { latitude: 1.35, longitude: 103.82 };
const paris = { latitude: 48.86, longitude: 2.35 };

const gateway = (nodeId: string, o: Partial<Gateway> = {}): Gateway => ({
  nodeId,
  state: 'alive',
  region: 'fra',
  publicUrl: `http://${nodeId}`,
  rtmpUrl: `rtmp://${nodeId}:1935`,
  ...frankfurt,
  ...o,
});
const self = gateway('self');
const far = gateway('far', singapore);
const idsFor = (
  gateways: readonly Gateway[],
  location: Gateway | typeof paris | undefined,
  { own = self, fence = '' } = {},
): string[] => {
  const rooms = Array.from({ length: 200 }, (_, index) => `room-${index}`);
  const of = (roomKey: string) => nearestGateway(gateways, { self: own, fence, location, roomKey })?.nodeId ?? 'none';
  return [...new Set(rooms.map(of))].sort();
};
const originIds = (gateways: readonly Gateway[], { own = self, fence = '' } = {}): string[] => {
  const keys = Array.from({ length: 200 }, (_, index) => `programme-${index}`);
  const of = (programmeKey: string) => originGateway(gateways, { self: own, fence, programmeKey })?.nodeId ?? 'none';
  return [...new Set(keys.map(of))].sort();
};

describe('a client stays at the gateway that it asks', () => {
  it.each<[string, Gateway[], typeof paris | undefined]>([
    ['when its location is unknown', [self, far], undefined],
    ['when there is no gateway', [], singapore],
    ['when it is alone', [self], singapore],
    ['when others speak another scheme', [self, gateway('far', { ...singapore, publicUrl: 'https://far' })], singapore],
    ['when the others are dead', [self, gateway('far', { ...singapore, state: 'dead' })], singapore],
    ['when the others drain', [self, gateway('far', { ...singapore, state: 'draining' })], singapore],
    ['when the plan does not know it yet, and it is near', [far], paris],
    ['when it is the nearest', [self, far], paris],
  ])('%s', (_what, gateways, location) => expect(idsFor(gateways, location)).toEqual(['self']));
});

describe('a client is sent', () => {
  it('to the nearest gateway, even if its report is late', () => {
    const late = gateway('far', { ...singapore, state: 'suspect' });
    expect(idsFor([self, gateway('cologne', cologne), late], singapore)).toEqual(['far']);
  });
  it('away from a draining gateway, even without a known location', () => {
    const drains = { ...self, state: 'draining' };
    expect(idsFor([drains, far, gateway('cologne', cologne)], undefined)).toEqual(['cologne']);
  });
  it('to the gateway of the nearest site that its room selects, and to no gateway of another site', () => {
    const site = [self, gateway('same'), gateway('mainz', mainz), gateway('cologne', cologne)];
    expect(idsFor(site, frankfurt)).toEqual(['mainz', 'same', 'self']);
    expect(idsFor(site, mainz)).toEqual(['mainz', 'same', 'self']);
  });
  it('to one of two equally distant sites, whatever the order of the plan', () => {
    const [east, west] = [
      gateway('east', { latitude: 0, longitude: 10 }),
      gateway('west', { latitude: 0, longitude: -10 }),
    ];
    const between = { latitude: 0, longitude: 0 };
    expect(idsFor([self, west, east], between)).toEqual(idsFor([east, west, self], between));
    expect(idsFor([self, west, east], between)).toHaveLength(1);
  });
});

describe('the rooms of a site', () => {
  const site = ['a', 'b', 'c'].map((nodeId) => gateway(nodeId));
  const rooms = Array.from({ length: 3000 }, (_, index) => `room-${index}`);
  const of = (gateways: readonly Gateway[], roomKey: string): string =>
    nearestGateway(gateways, { self: site[0] as Gateway, fence: '', location: frankfurt, roomKey })?.nodeId ?? '';

  it('are spread about evenly', () => {
    for (const { nodeId } of site) {
      const share = rooms.filter((room) => of(site, room) === nodeId).length / rooms.length;
      expect(share).toBeGreaterThan(0.28);
      expect(share).toBeLessThan(0.39);
    }
  });
  it('stay where they are when another gateway comes or goes, except its own', () => {
    const fewer = site.slice(0, 2);
    for (const room of rooms) if (of(site, room) !== 'c') expect(of(fewer, room)).toBe(of(site, room));
  });
});

describe('a fence', () => {
  const sgp = gateway('sgp', { ...singapore, region: 'sgp' });
  const nowhere = gateway('nowhere', { region: '' });
  it.each<[string, Gateway[], typeof paris | undefined, string, string[]]>([
    ['keeps near gateways out', [self, sgp], paris, 'sgp', ['sgp']],
    [
      'keeps out the gateway that is asked, although the client’s location is unknown',
      [self, sgp],
      undefined,
      'sgp',
      ['sgp'],
    ],
    ['lets in all of its regions', [self, sgp], paris, 'fra,sgp', ['self']],
    ['keeps out gateways without a region', [self, nowhere], paris, 'sgp', ['none']],
    ['leaves no gateway if none is in it', [self, sgp], paris, 'nyc', ['none']],
    ['prefers a draining gateway in it to one outside', [self, { ...sgp, state: 'draining' }], paris, 'sgp', ['sgp']],
  ])('%s', (_what, gateways, location, fence, ids) => {
    expect(idsFor(gateways, location, { fence })).toEqual(ids);
  });
  it('keeps streams of programmes inside too', () => {
    expect(originIds([self, sgp, nowhere], { fence: 'sgp' })).toEqual(['sgp']);
    expect(originIds([self, sgp], { fence: 'nyc' })).toEqual(['none']);
  });
});

describe('the stream of a programme', () => {
  const late = gateway('late', { state: 'suspect' });
  const drains = gateway('drains', { state: 'draining' });
  const dead = gateway('dead', { state: 'dead' });
  it.each<[string, Gateway[], string[]]>([
    ['is made by any gateway that serves, near or far', [self, far, late, drains, dead], ['far', 'self']],
    ['is made by a gateway that is late when none serves', [{ ...self, state: 'draining' }, late, drains], ['late']],
    ['is made by a draining gateway when there is no other', [{ ...self, state: 'dead' }, drains, dead], ['drains']],
    ['is made by the gateway that is asked when there is no plan', [], ['self']],
    ['is made by the gateway that is asked when it is dead in the plan', [{ ...self, state: 'dead' }], ['self']],
    ['is made by no gateway of another scheme', [self, gateway('other', { publicUrl: 'https://other' })], ['self']],
  ])('%s', (_what, gateways, ids) => expect(originIds(gateways)).toEqual(ids));
  it('is made by the same gateway in the view of every gateway that knows the same gateways', () => {
    const all = ['a', 'b', 'c'].map((nodeId) => gateway(nodeId));
    for (let index = 0; index < 50; index += 1) {
      const programmeKey = `programme-${index}`;
      const by = all.map((own) => originGateway(all, { self: own, fence: '', programmeKey })?.nodeId);
      expect(new Set(by).size).toBe(1);
    }
  });
});

describe('in the list of planned gateways', () => {
  const address = (o = {}) => ({ purpose: 'rtmp', protocol: 'tcp', ip: '10.0.0.1', announced: 'h', port: 1935, ...o });
  const planned = (o = {}) => ({ kind: 'gateway', nodeId: 'gw', state: 'alive', publicUrl: 'http://h:80', ...o });
  const urls = (node: object, deniedIds: string[] = []) =>
    plannedGateways({ nodes: [{ addresses: [address()], ...planned(node) }] as never, deniedIds }).map(
      ({ publicUrl, rtmpUrl }) => [publicUrl, rtmpUrl],
    );

  it.each<[string, object]>([
    ['nodes of another kind', { kind: 'signaling' }],
    ['gateways without an address for HTTP', { publicUrl: '' }],
    ['gateways with a malformed address for HTTP', { publicUrl: 'http://' }],
    ['gateways with an address of another protocol', { publicUrl: 'ftp://h' }],
    ['gateways without an address for RTMP', { addresses: [] }],
    ['gateways with a malformed address for RTMP', { addresses: [address({ announced: 'a b/c' })] }],
    ['gateways with an invalid port', { addresses: [address({ port: 70_000 })] }],
  ])('%s are left out', (_what, node) => expect(urls(node)).toEqual([]));
  it('denied gateways are left out', () => {
    expect(urls({}, ['gw'])).toEqual([]);
    expect(urls({}, ['other'])).toEqual([['http://h', 'rtmp://h:1935']]);
  });
  it('only the origin of an address counts', () => {
    expect(urls({ publicUrl: 'https://H:444/a?b\r\nc' })).toEqual([['https://h:444', 'rtmp://h:1935']]);
  });
  it.each([
    ['rtmp://host', 'rtmp://host:1935'],
    ['rtmp://host:1936', 'rtmp://host:1936'],
    ['rtmps://host', 'rtmps://host:443'],
    ['rtmp://[2001:db8::1]:1935', 'rtmp://[2001:db8::1]:1935'],
  ])('%s is read back as %s', (rtmpUrl, back) => {
    expect(urls({ addresses: [rtmpAddress(rtmpUrl, '10.0.0.1')] })).toEqual([['http://h', back]]);
  });
  it('RTMP by TLS is listed beside RTMP, in any order', () => {
    const addresses = ['rtmps://h:1936', 'rtmp://h'].map((url) => rtmpAddress(url, '10.0.0.1'));
    for (const order of [addresses, addresses.toReversed()])
      expect(plannedGateways({ nodes: [{ ...planned(), addresses: order }] as never, deniedIds: [] })).toMatchObject([
        { rtmpUrl: 'rtmp://h:1935', rtmpsUrl: 'rtmps://h:1936' },
      ]);
  });
});
