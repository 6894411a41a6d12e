import { describe, expect, it } from 'vitest';
import { configFilesOf, serviceOf, servicesAmong, unitOf, userOf } from '../../src/core/services.ts';
import { addressesOf, checkTls, domainOf, durationMs, hostIdOf, mediaNodesOf, placeOf } from '../../src/options.ts';

const tls = (text: string) =>
  addressesOf({ address: ['10.0.0.2'], publicAddress: ['203.0.113.2'], tlsAddress: text }, {});

describe('invalid options', () => {
  const rows: readonly (readonly [name: string, run: () => unknown, says: RegExp])[] = [
    ['a region with a slash', () => placeOf({ region: 'a/b' }), /--region a\/b/],
    ['a region that is not a city, without a place', () => placeOf({ region: 'eu-1' }), /--region eu-1/],
    ['a city that is not in the list', () => placeOf({ region: 'eu-1', city: 'Atlantis' }), /--city Atlantis/],
    ['a latitude beyond the pole', () => placeOf({ region: 'x', at: '91,0' }), /--at 91,0/],
    ['a place of one number', () => placeOf({ region: 'x', at: '50.1' }), /--at 50.1/],
    ['a place of three numbers', () => placeOf({ region: 'x', at: '1,2,3' }), /--at 1,2,3/],
    ['a place in words', () => placeOf({ region: 'x', at: 'here' }), /--at here/],
    ['a domain without a dot', () => domainOf('meet'), /--domain meet/],
    ['a domain with a scheme', () => domainOf('https://meet.example.org'), /--domain https/],
    ['an address as a domain', () => domainOf('203.0.113.11'), /--domain 203/],
    ['a domain with a port', () => domainOf('meet.example.org:8443'), /--domain meet/],
    ['an invalid address', () => addressesOf({ address: ['1.2.3'] }, {}), /--address 1.2.3/],
    ['a name as address', () => addressesOf({ publicAddress: ['a.org'] }, { 4: '10.0.0.1' }), /--public-address a.org/],
    ['no address at all', () => addressesOf({}, {}), /--address \(none\)/],
    ['the address of all interfaces', () => addressesOf({ address: ['::'] }, {}), /--address ::/],
    ['an address with a zone', () => addressesOf({ address: ['fe80::1%eth0'] }, {}), /--address fe80::1%eth0/],
    ['a name as private address', () => addressesOf({ privateAddress: 'a' }, { 4: '10.0.0.1' }), /--private-address a/],
    ['two addresses of IPv4', () => addressesOf({ address: ['10.0.0.1', '10.0.0.2'] }, {}), /--address 10\.0\.0\.2/],
    [
      'two public addresses of IPv6',
      () => addressesOf({ publicAddress: ['2001:db8::1', '2001:db8::2'] }, { 6: 'fd00::1' }),
      /--public-address 2001:db8::2/,
    ],
    [
      'a public address of a family that the machine does not have',
      () => addressesOf({ address: ['10.0.0.1'], publicAddress: ['2001:db8::1'] }, { 4: '10.0.0.1' }),
      /--public-address 2001:db8::1/,
    ],
    ["no address of the centre's family", () => addressesOf({}, { 6: 'fd00::1' }, '10.0.0.9'), /--address \(none\)/],
    [
      'a host of IPv6 alone where the centre has IPv4',
      () => addressesOf({ address: ['2001:db8::1'] }, {}, '10.0.0.9'),
      /--address 2001:db8::1/,
    ],
    [
      'a private address of another family than the centre',
      () => addressesOf({ address: ['10.0.0.1'], privateAddress: 'fd00::1' }, {}, '10.0.0.9'),
      /--address fd00::1/,
    ],
    ['an invalid TLS address', () => tls('10.0.0.300'), /--tls-address 10\.0\.0\.300/],
    ['a TLS address of two families', () => tls('10.0.0.3=2001:db8::3'), /--tls-address 10\.0\.0\.3=/],
    ['three TLS addresses', () => tls('10.0.0.3=203.0.113.3=203.0.113.4'), /--tls-address 10\.0\.0\.3=/],
    ["the host's own address, which nginx has, as a TLS address", () => tls('10.0.0.2'), /--tls-address 10\.0\.0\.2/],
    ['the public address of nginx', () => tls('10.0.0.3=203.0.113.2'), /--tls-address 10\.0\.0\.3=203\.0\.113\.2/],
    ['a TLS address without media nodes', () => checkTls(tls('10.0.0.3'), 0), /--tls-address 10\.0\.0\.3/],
    ['65 media nodes', () => mediaNodesOf('65', 2), /--media-nodes 65/],
    ['half a media node', () => mediaNodesOf('0.5', 2), /--media-nodes 0.5/],
    ['a time without a unit', () => durationMs('24'), /--valid 24/],
    ['a time of eight days', () => durationMs('8d'), /--valid 8d/],
    ['a time of 0', () => durationMs('0h'), /--valid 0h/],
    ['a host id with a space', () => hostIdOf('a b'), /--host a b/],
  ];
  it.each(rows)('are refused: %s', (_name, run, says) => {
    expect(run).toThrow(says);
    expect(run).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', cure: expect.stringMatching(/^give /) }));
  });
});

describe('the addresses of a host', () => {
  const v4 = { local: '10.0.0.2', public: '203.0.113.2' };
  const v6 = { local: '2001:db8::2', public: '2001:db8::2' };
  const machineAddresses = { 4: '10.0.0.2', 6: '2001:db8::2' };
  it.each<[string, Parameters<typeof addressesOf>, object]>([
    ['IPv4 where the machine has it', [{}, machineAddresses], { local: '10.0.0.2', public: '10.0.0.2' }],
    ['IPv6 where the machine has no IPv4', [{}, { 6: '2001:db8::2' }], v6],
    ["of the centre's family", [{}, machineAddresses, '2001:db8::1'], v6],
    ['behind NAT', [{ publicAddress: ['203.0.113.2'] }, machineAddresses], v4],
    [
      "a cloud's virtual machine: IPv4 behind NAT, IPv6 of its own",
      [{ publicAddress: ['2001:DB8::0:2', '203.0.113.2'] }, machineAddresses],
      Object.assign({}, v4, { second: v6 }),
    ],
    [
      'both, by local addresses',
      [{ address: ['2001:db8::2', '10.0.0.2'], publicAddress: ['203.0.113.2'] }, {}],
      Object.assign({}, v4, { second: v6 }),
    ],
    [
      'both, where the centre has IPv6',
      [{ publicAddress: ['2001:db8::2', '203.0.113.2'] }, machineAddresses, '2001:db8::1'],
      Object.assign({}, v6, { second: v4 }),
    ],
    [
      'IPv6, and IPv4 in the network that all hosts share',
      [{ address: ['2001:db8::2'], privateAddress: '10.0.0.2' }, {}, '10.0.0.9'],
      Object.assign({}, v6, { private: '10.0.0.2' }),
    ],
    [
      'IPv6 for a centre by name, which has no known family',
      [{ address: ['2001:db8::2'] }, {}, 'centre.example.org'],
      v6,
    ],
    [
      'with an address for media at port 443, behind NAT',
      [{ publicAddress: ['203.0.113.2'], tlsAddress: '10.0.0.3=203.0.113.3' }, machineAddresses],
      Object.assign({}, v4, { tls: { local: '10.0.0.3', public: '203.0.113.3' } }),
    ],
  ])('%s', (_name, [options, own, centre], addresses) => {
    expect(addressesOf(options, own, centre)).toEqual(addresses);
  });
});

it('a place follows from the region, the city or degrees', () => {
  expect(placeOf({ region: 'frankfurt' })).toEqual({
    region: 'frankfurt',
    city: 'Frankfurt',
    latitude: 50.11,
    longitude: 8.68,
  });
  expect(placeOf({ region: 'eu-1', city: 'new york' })).toMatchObject({ region: 'eu-1', city: 'New York' });
  expect(placeOf({ region: 'eu-1', city: 'Hagen', at: '51.36,-7.47' })).toEqual({
    region: 'eu-1',
    city: 'Hagen',
    latitude: 51.36,
    longitude: -7.47,
  });
});

it('media nodes leave one core of several to the other services, and are at most 64', () => {
  expect([1, 2, 8, 100].map((cores) => mediaNodesOf(undefined, cores))).toEqual([1, 1, 7, 64]);
});

it('the name of a service gives its file, unit and user', () => {
  const folders = { etc: '/etc/meridian', state: '/var/lib/meridian' };
  expect(
    servicesAmong(['web.yaml', 'host.yaml', 'sfu-10.yaml', 'sfu-2.yaml', 'scheduler.yaml', 'sfu-0.yaml', 'notes']),
  ).toEqual([
    { name: 'scheduler', kind: 'scheduler', number: 1 },
    { name: 'sfu-2', kind: 'sfu', number: 2 },
    { name: 'sfu-10', kind: 'sfu', number: 10 },
    { name: 'web', kind: 'web', number: 1 },
  ]);
  const [second, page] = [serviceOf('sfu-2'), serviceOf('web')];
  if (second === undefined || page === undefined) throw new Error('there is no such service');
  expect([unitOf(second), userOf(second), configFilesOf(second, folders)]).toEqual([
    'meridian-sfu@2.service',
    'meridian-sfu',
    ['/etc/meridian/host.yaml', '/etc/meridian/sfu-2.yaml'],
  ]);
  expect([unitOf(page), configFilesOf(page, folders)]).toEqual(['meridian-web.service', ['/etc/meridian/web.yaml']]);
  expect(['sfu', 'sfu-01', 'sfu-100', 'redis', '../web'].map(serviceOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
