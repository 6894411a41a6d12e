// Databases of autonomous systems: real files of MaxMind's format, read by the real reader, watched like location
// databases.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGeo } from '../../src/adapters/geo/chain.ts';
import { startCentre, tempDir } from './support/centre.ts';
import { type Value, writeMmdb } from './support/mmdb.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const system = (number: Value): Value => ({
  autonomous_system_number: number,
  autonomous_system_organization: 'Example',
});
let temp: ReturnType<typeof tempDir>;
let file: string;

beforeEach(() => {
  temp = tempDir();
  file = join(temp.dir, 'asn.mmdb');
  const networks = {
    '9.0.0.0/8': system(64500),
    '2001:4860::/32': system(4_294_967_295),
    '8.8.8.0/24': system(64501),
    '1.1.1.0/24': system(0),
    '1.1.2.0/24': system('64500'),
    '1.1.3.0/24': 'no record',
  };
  writeMmdb(file, { databaseType: 'GeoLite2-ASN', networks });
});
afterEach(() => temp.remove());

const openWith = (asnFiles: readonly string[]) => openGeo({ cityFiles: [], countryFiles: [], asnFiles }, log);

test.each([
  { name: 'the first address of a network', ip: '9.0.0.0', expect: 64500 },
  { name: 'the last address of that network', ip: '9.255.255.255', expect: 64500 },
  { name: 'IPv6, of the highest system number', ip: '2001:4860::1', expect: 4_294_967_295 },
  { name: 'IPv4 written as IPv6', ip: '::ffff:8.8.8.8', expect: 64501 },
  { name: 'that the file does not know', ip: '7.7.7.7', expect: undefined },
  { name: 'with a record without a system', ip: '1.1.1.1', expect: undefined },
  { name: 'with a system number that is a text', ip: '1.1.2.1', expect: undefined },
  { name: 'with an invalid record', ip: '1.1.3.1', expect: undefined },
  { name: 'that is not public', ip: '10.0.0.1', expect: undefined },
  { name: 'that is no address', ip: 'x', expect: undefined },
])('the autonomous system of an address ($name) is $expect', async ({ ip, expect: asn }) => {
  const geo = await openWith([file]);
  expect(geo.asnOf?.(ip)).toBe(asn);
  expect(geo.status()).toMatchObject([{ source: 'asn', isInUse: true, problem: null }]);
});

test('a changed file is loaded; a broken file and a file of another kind are reported while the old one stays', async () => {
  const geo = await openWith([file]);
  const pollThrice = async (): Promise<void> => {
    for (let look = 0; look < 3; look += 1) await geo.poll();
  };
  writeMmdb(file, {
    databaseType: 'GeoLite2-ASN',
    networks: { '9.0.0.0/8': system(7), '2001:4860::/32': system(8), '8.8.8.0/24': system(9) },
  });
  await pollThrice();
  expect(geo.asnOf?.('9.9.9.9')).toBe(7);
  writeFileSync(file, 'half a file');
  await pollThrice();
  expect([geo.asnOf?.('9.9.9.9'), geo.status()[0]?.problem]).not.toContain(null);
  const places = { '9.0.0.0/8': { location: { latitude: 1, longitude: 2 } } };
  writeMmdb(file, { databaseType: 'GeoLite2-City', networks: places });
  await pollThrice();
  expect([geo.asnOf?.('9.9.9.9'), geo.status()[0]?.refusals]).toEqual([7, 2]);
});

test.each([
  { name: 'is known by its listed number', ip: '9.9.9.9', listed: ['AS64500'], radiusKm: 300 },
  { name: 'is known by a listed word of its name', ip: '9.9.9.9', listed: ['example'], radiusKm: 300 },
  { name: 'is not known by part of a word', ip: '9.9.9.9', listed: ['exam', '64500'], radiusKm: 100 },
  { name: 'is not known when no network is listed', ip: '9.9.9.9', listed: [], radiusKm: 100 },
  { name: 'is known by a record that marks it', ip: '9.10.0.1', listed: [], radiusKm: 300 },
])('a mobile network $name: its places have a radius of $radiusKm km', async ({ ip, listed, radiusKm }) => {
  const city = join(temp.dir, 'city.mmdb');
  const place = { city: 'Nairobi', country_code: 'KE', latitude: -1.28, longitude: 36.82 };
  const networks = { '9.9.0.0/16': place, '9.10.0.0/16': { ...place, connection_type: 'Cellular' } };
  writeMmdb(city, { databaseType: 'DBIP-City', networks });
  const geo = await openGeo({ cityFiles: [city], countryFiles: [], asnFiles: [file], mobileNetworks: listed }, log);
  expect(geo.locate(ip)).toMatchObject({ label: 'Nairobi', radiusKm });
});

test('a centre opens the database of systems that its configuration names, and shows its status', async () => {
  const centre = await startCentre({ geoAsnFiles: [file] });
  try {
    expect(await (await fetch(`${centre.httpUrl}/healthz`)).json()).toMatchObject({ ok: true });
    expect(await centre.metrics.registry.metrics()).toMatch(/geo_in_use\{[^}]*source="asn"[^}]*\} 1/);
  } finally {
    await centre.close();
  }
});

test('without a database of systems no system is known, and no problem is reported', async () => {
  const geo = await openWith([]);
  expect([geo.asnOf?.('9.9.9.9'), geo.status()]).toEqual([undefined, []]);
});
