import { distanceKm, isPoint } from '@meridian/protocol';
import { cities, cityOf } from '@meridian/protocol/cities';
import { describe, expect, test } from 'vitest';
import { isPublic, parseAddress } from '../../src/base/core/ip.ts';
import { countryCodes, countryPlace } from '../../src/locating/core/countries.ts';

describe('cities', () => {
  test('are at least sixty, each with a unique id, both names and a place on Earth', () => {
    expect(cities.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cities.map((city) => city.id)).size).toBe(cities.length);
    for (const city of cities) {
      expect(city.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(city.nameZh).toMatch(/^\p{Script=Han}+$/u);
      expect(city.nameEn.length).toBeGreaterThan(2);
      expect(isPoint(city)).toBe(true);
      expect(countryPlace(city.countryCode)).toBeDefined();
    }
  });

  test('lie within their countries’ radius around the middle', () => {
    // Only Hawaii is far from the middle of its country's population.
    const outside = cities.filter((city) => {
      const country = countryPlace(city.countryCode);
      return country !== undefined && distanceKm(city, country) > country.radiusKm;
    });
    expect(outside.map((city) => city.id)).toEqual(['honolulu']);
  });

  test.each([
    { text: '', expect: undefined },
    { text: 'atlantis', expect: undefined },
    { text: '__proto__', expect: undefined },
    { text: ' Frankfurt ', expect: 'frankfurt' },
    { text: 'New York', expect: 'new-york' },
    { text: 'sao_paulo', expect: 'sao-paulo' },
  ])('"$text" is $expect', (row) => expect(cityOf(row.text)?.id).toBe(row.expect));
});

test('every country has a place on Earth and a positive radius', () => {
  expect(countryCodes.length).toBeGreaterThan(245);
  for (const code of countryCodes) {
    expect(code).toMatch(/^[A-Z]{2}$/);
    const place = countryPlace(code);
    expect(place !== undefined && isPoint(place) && place.radiusKm >= 3 && place.radiusKm <= 6000).toBe(true);
  }
  expect(countryPlace('XX')).toBeUndefined();
});

describe('client addresses', () => {
  test.each([
    '',
    ' ',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.-4',
    '01a.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::1',
    '::1.2.3',
    '::1.2.3.400',
    '1:2:3:4:5:6:7:8::',
  ])('"%s" is no address', (text) => expect(parseAddress(text)).toBeUndefined());

  test.each([
    { text: '8.8.8.8', family: 4, as: '8.8.8.8', isPublic: true },
    { text: ' 8.8.8.8 ', family: 4, as: '8.8.8.8', isPublic: true },
    { text: '::ffff:8.8.8.8', family: 4, as: '8.8.8.8', isPublic: true },
    { text: '::ffff:0808:0808', family: 4, as: '8.8.8.8', isPublic: true },
    { text: '0.0.0.0', family: 4, as: '0.0.0.0', isPublic: false },
    { text: '10.255.0.1', family: 4, as: '10.255.0.1', isPublic: false },
    { text: '11.0.0.1', family: 4, as: '11.0.0.1', isPublic: true },
    { text: '100.63.255.255', family: 4, as: '100.63.255.255', isPublic: true },
    { text: '100.64.0.1', family: 4, as: '100.64.0.1', isPublic: false },
    { text: '127.0.1.1', family: 4, as: '127.0.1.1', isPublic: false },
    { text: '169.254.1.1', family: 4, as: '169.254.1.1', isPublic: false },
    { text: '172.15.255.255', family: 4, as: '172.15.255.255', isPublic: true },
    { text: '172.31.255.255', family: 4, as: '172.31.255.255', isPublic: false },
    { text: '172.32.0.0', family: 4, as: '172.32.0.0', isPublic: true },
    { text: '192.168.1.1', family: 4, as: '192.168.1.1', isPublic: false },
    { text: '223.255.255.255', family: 4, as: '223.255.255.255', isPublic: true },
    { text: '224.0.0.1', family: 4, as: '224.0.0.1', isPublic: false },
    { text: '255.255.255.255', family: 4, as: '255.255.255.255', isPublic: false },
    { text: '::', family: 6, as: '0:0:0:0:0:0:0:0', isPublic: false },
    { text: '::1', family: 6, as: '0:0:0:0:0:0:0:1', isPublic: false },
    { text: 'fe80::1%eth0', family: 6, as: 'fe80:0:0:0:0:0:0:1', isPublic: false },
    { text: 'fd00::1', family: 6, as: 'fd00:0:0:0:0:0:0:1', isPublic: false },
    { text: 'ff02::1', family: 6, as: 'ff02:0:0:0:0:0:0:1', isPublic: false },
    { text: '2001:db8::1', family: 6, as: '2001:db8:0:0:0:0:0:1', isPublic: false },
    { text: '2002:808:808::1', family: 6, as: '2002:808:808:0:0:0:0:1', isPublic: false },
    { text: '[2001:4860:4860::8888]', family: 6, as: '2001:4860:4860:0:0:0:0:8888', isPublic: true },
    { text: '2A01:4F8::1', family: 6, as: '2a01:4f8:0:0:0:0:0:1', isPublic: true },
    { text: '1:2:3:4:5:6:7::', family: 6, as: '1:2:3:4:5:6:7:0', isPublic: false },
  ])('$text is $as, public: $isPublic', (row) => {
    const address = parseAddress(row.text);
    expect(address).toEqual({ family: row.family, text: row.as });
    expect(address !== undefined && isPublic(address)).toBe(row.isPublic);
  });
});
