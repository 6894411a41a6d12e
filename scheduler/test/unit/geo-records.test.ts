import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { countryOnly, dbipPlace, geoipLitePlace, maxmindPlace, systemMatcher } from '../../src/adapters/geo/records.ts';
import { schedulerConfig } from '../../src/config.ts';

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
    name: 'an invalid country',
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

test.each([
  { listed: 'T-Mobile', organisation: 'T-Mobile USA, Inc.', is: true },
  { listed: 'T-Mobile', organisation: 'T MOBILE POLSKA', is: true },
  { listed: 'T-Mobile', organisation: 'TMobile', is: false },
  { listed: 'T-Mobile', organisation: 'Mobile T', is: false },
  { listed: 'T-Mobile', organisation: 'T and Mobile', is: false },
  { listed: 'T-Mobile', organisation: 'AT-Mobile', is: false },
  { listed: 'reliance jio', organisation: 'Reliance Jio Infocomm Limited', is: true },
  { listed: 'Reliance Jio', organisation: 'Reliance Jiofiber', is: false },
  { listed: 'Reliance Jio', organisation: 'Reliance', is: false },
  { listed: ' Jio! ', organisation: 'Reliance-Jio', is: true },
  { listed: 'Te\u0301le\u0301com', organisation: 'Orange T\u00e9l\u00e9com', is: true },
  { listed: '---', organisation: '---', is: false },
  { listed: 'as64500', organisation: '', is: true },
  { listed: 'AS6450', organisation: '', is: false },
])('a listed name "$listed" matches a system of "$organisation": $is', ({ listed, organisation, is }) => {
  expect(systemMatcher([listed])({ asn: 64500, organisation })).toBe(is);
  expect(systemMatcher(['unrelated', listed])({ asn: 64500, organisation })).toBe(is);
});

test.each([
  { name: 'words and numbers', listed: ['T-Mobile', 'AS64500', '3 Italia', 'Ростелеком'], isTaken: true },
  { name: 'a number alone', listed: ['mobile', '64500'], isTaken: false },
  { name: 'no letter at all', listed: ['--'], isTaken: false },
  { name: 'nothing', listed: [''], isTaken: false },
])('a configuration with mobile networks named by $name is accepted: $isTaken', ({ listed, isTaken }) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-networks-'));
  const file = join(folder, 'config.json');
  const secrets = { clusterToken: 't'.repeat(32), clusterSecret: 's'.repeat(32) };
  writeFileSync(file, JSON.stringify({ ...secrets, geoMobileNetworks: listed }));
  const load = () => loadConfig(schedulerConfig, { argv: ['--config', file], env: {} }).geoMobileNetworks;
  try {
    if (isTaken) expect(load()).toEqual(listed);
    else expect(load).toThrow(ConfigError);
    if (!isTaken) expect(load).toThrow(/geoMobileNetworks\[\d\]/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
