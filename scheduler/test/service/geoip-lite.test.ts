// The real package geoip-lite: its records as the last source, and its lazy loading.
import { Module } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { collectingLog } from '../../../base/runtime/test/support/log.ts';
import { openGeo } from '../../src/adapters/geo/chain.ts';

const { log, lines } = collectingLog();
const modules: Record<string, unknown> = Reflect.get(Module, '_cache');
const loaded = (): string[] => Object.keys(modules).filter((file) => file.includes('/geoip-lite/'));

// A different test file of this process may have loaded geoip-lite.
beforeAll(() => {
  for (const file of loaded()) Reflect.deleteProperty(modules, file);
});

describe('geoip-lite', () => {
  test('is the last source, and is loaded at the first address that no other source knows', async () => {
    const geo = await openGeo({}, log);
    expect(geo.sources.at(-1)).toBe('geoip-lite');
    expect(geo.locate('134.60.1.1')?.source).toBe('dbip-city');
    expect(geo.locate('10.0.0.1')).toBeUndefined();
    expect(loaded()).toEqual([]);
  });

  test('is left out when its data is missing, with a single warning', async () => {
    Reflect.set(globalThis, 'geodatadir', import.meta.dirname); // a data folder without its data
    const geo = await openGeo({ cityFiles: [], countryFiles: [] }, log);
    expect([geo.locate('134.60.1.1'), geo.locate('134.60.1.2')]).toEqual([undefined, undefined]);
    Reflect.deleteProperty(globalThis, 'geodatadir');
    expect(lines.filter(({ msg }) => msg === 'IP location source left out')).toHaveLength(1);
  });

  test('places addresses of both families, and has no place for unknown addresses', async () => {
    const geo = await openGeo({ cityFiles: [], countryFiles: [] }, log);
    expect(geo.sources).toEqual(['geoip-lite']);
    expect(geo.locate('134.60.1.1')).toEqual({
      latitude: 51.2993,
      longitude: 9.491,
      radiusKm: 200,
      source: 'geoip-lite',
      label: 'DE',
      countryCode: 'DE',
    });
    // The package itself reads this spelling of 134.60.1.1 as an address in Türkiye.
    expect(geo.locate('::ffff:863c:101')).toEqual(geo.locate('134.60.1.1'));
    expect(geo.locate('2406:3003:2001::1')).toMatchObject({ label: 'Singapore', radiusKm: 5, source: 'geoip-lite' });
    expect(geo.locate('1.1.1.1')).toBeUndefined();
    expect(loaded()).not.toEqual([]);
  });
});
