import { describe, expect, it } from 'vitest';
import { configFilesOf, serviceOf, servicesAmong, unitOf, userOf } from '../../src/core/services.ts';
import { addressesOf, domainOf, durationMs, hostIdOf, mediaNodesOf, placeOf } from '../../src/options.ts';

describe('words that cannot be meant', () => {
  const rows: readonly (readonly [name: string, run: () => unknown, says: RegExp])[] = [
    ['a region with a slash', () => placeOf({ region: 'a/b' }), /--region a\/b/],
    ['a region that is no city, without a place', () => placeOf({ region: 'eu-1' }), /--region eu-1/],
    ['a city that is not in the list', () => placeOf({ region: 'eu-1', city: 'Atlantis' }), /--city Atlantis/],
    ['a latitude beyond the pole', () => placeOf({ region: 'x', at: '91,0' }), /--at 91,0/],
    ['a place of one number', () => placeOf({ region: 'x', at: '50.1' }), /--at 50.1/],
    ['a place of three numbers', () => placeOf({ region: 'x', at: '1,2,3' }), /--at 1,2,3/],
    ['a place in words', () => placeOf({ region: 'x', at: 'here' }), /--at here/],
    ['a domain without a dot', () => domainOf('meet'), /--domain meet/],
    ['a domain with a scheme', () => domainOf('https://meet.example.org'), /--domain https/],
    ['an address as a domain', () => domainOf('203.0.113.11'), /--domain 203/],
    ['a domain with a port', () => domainOf('meet.example.org:8443'), /--domain meet/],
    ['an address that is none', () => addressesOf({ address: '1.2.3' }, undefined), /--address 1.2.3/],
    ['a public name', () => addressesOf({ publicAddress: 'a.org' }, '10.0.0.1'), /--public-address a.org/],
    ['no address at all', () => addressesOf({}, undefined), /--address \(none\)/],
    ['65 media nodes', () => mediaNodesOf('65', 2), /--media-nodes 65/],
    ['half a media node', () => mediaNodesOf('0.5', 2), /--media-nodes 0.5/],
    ['a time without a unit', () => durationMs('24'), /--valid 24/],
    ['eight days', () => durationMs('8d'), /--valid 8d/],
    ['no time', () => durationMs('0h'), /--valid 0h/],
    ['a host id with a blank', () => hostIdOf('a b'), /--host a b/],
  ];
  it.each(rows)('%s', (_name, run, says) => {
    expect(run).toThrow(says);
    expect(run).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', cure: expect.stringMatching(/^give /) }));
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

it('one core is left to the other services, where there are two', () => {
  expect([1, 2, 8, 100].map((cores) => mediaNodesOf(undefined, cores))).toEqual([1, 1, 7, 64]);
});

it('a service has its file, unit and user by its name', () => {
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
