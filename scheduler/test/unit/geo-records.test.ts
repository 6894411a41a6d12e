import { expect, test } from 'vitest';
import { countryOnly, dbipPlace, geoipLitePlace, maxmindPlace } from '../../src/adapters/geo/records.ts';

const germany = { latitude: 50.8, longitude: 9.7, radiusKm: 430, label: 'DE', countryCode: 'DE' };

test.each([
  { name: 'nothing', read: dbipPlace, record: null, expect: undefined },
  { name: 'text', read: dbipPlace, record: 'DE', expect: undefined },
  { name: 'no coordinates and no country', read: dbipPlace, record: { city: 'X' }, expect: undefined },
  {
    name: 'coordinates off the globe, but a country',
    read: dbipPlace,
    record: { latitude: 91, longitude: 0, country_code: 'DE' },
    expect: { ...germany, source: 'dbip-city' },
  },
  {
    name: '0, 0 for unknown',
    read: dbipPlace,
    record: { latitude: 0, longitude: 0, country_code: 'DE' },
    expect: { ...germany, source: 'dbip-city' },
  },
  {
    name: 'a country that is none',
    read: dbipPlace,
    record: { latitude: 0, longitude: 0, country_code: 'ZZ' },
    expect: undefined,
  },
  {
    name: 'a region without city',
    read: dbipPlace,
    record: { latitude: 50.5, longitude: 9.5, country_code: 'DE', state1: 'Hesse', city: '' },
    expect: { latitude: 50.5, longitude: 9.5, radiusKm: 300, source: 'dbip-city', label: 'Hesse', countryCode: 'DE' },
  },
  {
    name: 'a flat city record',
    read: dbipPlace,
    record: { latitude: 1.3169699907302856, longitude: 103.84400177001953, country_code: 'SG', city: 'Novena' },
    expect: {
      latitude: 1.317,
      longitude: 103.844,
      radiusKm: 100,
      source: 'dbip-city',
      label: 'Novena',
      countryCode: 'SG',
    },
  },
  { name: 'nothing', read: maxmindPlace, record: {}, expect: undefined },
  {
    name: 'a country only',
    read: maxmindPlace,
    record: { country: { iso_code: 'DE' } },
    expect: { ...germany, source: 'maxmind' },
  },
  {
    name: 'a nested city record',
    read: maxmindPlace,
    record: {
      location: { latitude: 50.1, longitude: 8.6, accuracy_radius: 20 },
      city: { names: { en: 'Frankfurt am Main' } },
      country: { iso_code: 'DE' },
    },
    expect: {
      latitude: 50.1,
      longitude: 8.6,
      radiusKm: 20,
      source: 'maxmind',
      label: 'Frankfurt am Main',
      countryCode: 'DE',
    },
  },
  {
    name: 'a nested record without city and radius',
    read: maxmindPlace,
    record: { location: { latitude: 50.1, longitude: 8.6 }, country: { iso_code: 'DE', names: { en: 'Germany' } } },
    expect: { latitude: 50.1, longitude: 8.6, radiusKm: 100, source: 'maxmind', label: 'Germany', countryCode: 'DE' },
  },
  { name: 'no country', read: countryOnly, record: {}, expect: undefined },
  {
    name: 'a country',
    read: countryOnly,
    record: { country_code: 'DE' },
    expect: { ...germany, source: 'geo-whois-asn-country' },
  },
  { name: 'null', read: geoipLitePlace, record: null, expect: undefined },
  {
    name: 'll that is no pair',
    read: geoipLitePlace,
    record: { ll: 'x', country: 'DE' },
    expect: { ...germany, source: 'geoip-lite' },
  },
  {
    name: 'a full record',
    read: geoipLitePlace,
    record: { ll: [50.1, 8.6], area: 5, city: 'Frankfurt', country: 'DE' },
    expect: {
      latitude: 50.1,
      longitude: 8.6,
      radiusKm: 5,
      source: 'geoip-lite',
      label: 'Frankfurt',
      countryCode: 'DE',
    },
  },
])('$read.name reads $name', (row) => expect(row.read(row.record)).toEqual(row.expect));
