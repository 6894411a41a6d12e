// The operator's own MaxMind file: a real file of that format, read by the real reader, used before all other sources.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGeo } from '../../src/adapters/geo/chain.ts';
import { startCentre, tempDir } from './support/centre.ts';
import { FakeNode, frankfurt, singapore } from './support/fake-node.ts';
import { type Value, writeMmdb } from './support/mmdb.ts';

const log = createLogger({ name: 'test', level: 'silent' });
let temp: ReturnType<typeof tempDir>;
let file: string;

/** A record as a city file of GeoIP2 or GeoLite2 holds it, with fields that this service does not read. */
const ulm: Value = {
  city: { geoname_id: 2820256, names: { de: 'Ulm', en: 'Ulm', 'zh-CN': '乌尔姆' } },
  continent: { code: 'EU', geoname_id: 6255148, names: { en: 'Europe' } },
  country: { geoname_id: 2921044, is_in_european_union: true, iso_code: 'DE', names: { en: 'Germany' } },
  location: { accuracy_radius: 20, latitude: 48.39841, longitude: 9.99155, time_zone: 'Europe/Berlin' },
  postal: { code: '89073' },
  subdivisions: [{ geoname_id: 2953481, iso_code: 'BW', names: { en: 'Baden-Wurttemberg' } }],
};
const networks: Record<string, Value> = {
  '134.60.0.0/16': ulm,
  '2001:7c0:3100::/40': ulm,
  // This record has no city and no radius, and both coordinates are negative.
  '8.8.8.0/24': {
    country: { iso_code: 'BR', names: { en: 'Brazil' } },
    location: { latitude: -10.5, longitude: -55.25 },
  },
  // This record has a country and nothing else.
  '9.9.9.0/24': { country: { iso_code: 'SG', names: { en: 'Singapore' } } },
  // Records with fields of wrong types, and a record that is none.
  '1.1.1.0/24': { location: 'somewhere', country: 7 },
  '11.0.0.0/8': 'no record at all',
};

beforeAll(() => {
  temp = tempDir();
  file = join(temp.dir, 'city.mmdb');
  writeMmdb(file, { databaseType: 'GeoLite2-City', networks });
});
afterAll(() => temp.remove());

describe('an address looked up in the file', () => {
  const known = {
    latitude: 48.3984,
    longitude: 9.9916,
    radiusKm: 20,
    source: 'maxmind',
    label: 'Ulm',
    countryCode: 'DE',
  };
  const brazil = {
    latitude: -10.5,
    longitude: -55.25,
    radiusKm: 100,
    source: 'maxmind',
    label: 'Brazil',
    countryCode: 'BR',
  };
  const rows = [
    { name: 'the first of an IPv4 network', ip: '134.60.0.0', want: known },
    { name: 'the last of that network', ip: '134.60.255.255', want: known },
    { name: 'just before that network', ip: '134.59.255.255', want: undefined },
    { name: 'just behind that network', ip: '134.61.0.0', want: undefined },
    { name: 'of an IPv6 network', ip: '2001:7c0:31ff::1', want: known },
    { name: 'beside the IPv6 network', ip: '2001:7c0:3200::1', want: undefined },
    { name: 'IPv4 written as IPv6', ip: '::ffff:134.60.1.1', want: known },
    { name: 'whose record has no city', ip: '8.8.8.8', want: brazil },
    { name: 'whose record has fields of wrong types', ip: '1.1.1.1', want: undefined },
    { name: 'whose record is a mere text', ip: '11.1.1.1', want: undefined },
    { name: 'that is not public', ip: '10.0.0.1', want: undefined },
  ];
  test.each(rows)('$name', async ({ ip, want }) => {
    const geo = await openGeo({ geoipLite: false, maxmindFile: file, cityFiles: [], countryFiles: [] }, log);
    expect(geo.sources[0]).toBe('maxmind');
    expect(geo.locate(ip)).toEqual(want);
  });

  test('with only a country is known by its country', async () => {
    const geo = await openGeo({ geoipLite: false, maxmindFile: file, cityFiles: [], countryFiles: [] }, log);
    expect(geo.locate('9.9.9.9')).toMatchObject({ source: 'maxmind', label: 'SG', countryCode: 'SG' });
  });
});

test('the next source is used for addresses that the file does not know', async () => {
  // Without `countryFiles`, the next source is the default file of countries.
  const geo = await openGeo({ geoipLite: false, maxmindFile: file, cityFiles: [] }, log);
  expect(geo.locate('91.23.45.67')).toMatchObject({ source: 'geo-whois-asn-country', countryCode: 'DE' });
  expect(geo.locate('134.60.1.1')?.source).toBe('maxmind');
});

test.each([
  { name: 'cut in the data', keep: (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1) },
  { name: 'without its first half', keep: (bytes: Buffer) => bytes.subarray(bytes.length >> 1) },
])('a file $name does no harm: the next source answers', async ({ keep }) => {
  const broken = join(temp.dir, 'broken.mmdb');
  writeFileSync(broken, keep(readFileSync(file)));
  const geo = await openGeo({ geoipLite: false, maxmindFile: broken, cityFiles: [] }, log);
  expect(geo.locate('91.23.45.67')).toMatchObject({ source: 'geo-whois-asn-country' });
});

test('a centre with a MaxMind file places by it, and names it as the source', async () => {
  const centre = await startCentre({ maxmindFile: file });
  const nodes = [
    await FakeNode.start(centre, { id: 'sfu-sgp-1', ...singapore }),
    await FakeNode.start(centre, { id: 'sfu-fra-1', ...frankfurt }),
    await FakeNode.start(centre, { id: 'sig-sgp', kind: 'signaling', ...singapore }),
  ] as const;
  try {
    const placed = await nodes[2].place({ clientIp: '134.60.1.1' });
    expect([placed.nodeId, placed.location?.source, placed.location?.label]).toEqual(['sfu-fra-1', 'maxmind', 'Ulm']);
    expect(placed.location?.radiusKm).toBe(20);
    expect(placed.reasons[0]).toBe('the address is known to maxmind');
  } finally {
    for (const node of nodes) node.close();
    await centre.close();
  }
});
