import { describe, expect, test } from 'vitest';
import { ANYWHERE_KM, distanceKm, estimatedRttMs, guessedOnewayMs, isPoint } from '../../src/geo.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const singapore = { latitude: 1.35, longitude: 103.82 };

describe('distances', () => {
  test.each([
    { name: 'the same place', a: [50, 8], b: [50, 8], km: 0 },
    { name: 'antipodes', a: [0, 0], b: [0, 180], km: 20015.1 },
    { name: 'pole to pole', a: [90, 0], b: [-90, 77], km: 20015.1 },
    { name: 'across the date line', a: [0, 179.5], b: [0, -179.5], km: 111.2 },
    { name: 'one degree of latitude', a: [10, 20], b: [11, 20], km: 111.2 },
    { name: 'Frankfurt to Singapore', a: [50.11, 8.68], b: [1.35, 103.82], km: 10_260 },
  ])('$name are $km km', (row) => {
    const point = ([latitude = 0, longitude = 0]: number[]) => ({ latitude, longitude });
    expect(distanceKm(point(row.a), point(row.b))).toBeCloseTo(row.km, row.km > 10_000 && row.km < 20_000 ? -2 : 1);
  });

  test('no distance exceeds "anywhere", and the estimated round trip grows with it', () => {
    expect(distanceKm({ latitude: 12, longitude: 34 }, { latitude: -12, longitude: -146 })).toBeLessThan(
      ANYWHERE_KM + 1,
    );
    expect(estimatedRttMs(10_260)).toBeCloseTo(173, 0); // 14 + 0.0155 × 10260
  });

  test.each([
    { latitude: Number.NaN, longitude: 0, expect: false },
    { latitude: 90.1, longitude: 0, expect: false },
    { latitude: 0, longitude: -180.1, expect: false },
    { latitude: Number.POSITIVE_INFINITY, longitude: 0, expect: false },
    { latitude: -90, longitude: 180, expect: true },
  ])('isPoint($latitude, $longitude) is $expect', (row) => expect(isPoint(row)).toBe(row.expect));
});

describe('an estimated one-way delay between hosts', () => {
  test.each([
    { name: 'in one city takes half a millisecond', a: frankfurt, b: frankfurt, ms: 0.5 },
    // 1,000 km due north: 0.5 + 1000 / 200 × 1.98
    {
      name: 'of 1,000 km takes 10.4 ms',
      a: { latitude: 0, longitude: 0 },
      b: { latitude: 8.9932, longitude: 0 },
      ms: 10.4,
    },
    // (14 + 0.0155 × 10,261) / 2
    { name: 'from Frankfurt to Singapore takes 86.5 ms', a: frankfurt, b: singapore, ms: 86.5 },
  ])('$name', ({ a, b, ms }) => {
    expect(guessedOnewayMs(a, b)).toBeCloseTo(ms, 1);
  });

  test('is never shorter by a detour', () => {
    const places = [frankfurt, singapore, { latitude: 40.7, longitude: -74 }, { latitude: -33.9, longitude: 151.2 }];
    for (const a of places) {
      for (const b of places) {
        for (const via of places) {
          if (via === a || via === b) continue;
          expect(guessedOnewayMs(a, via) + guessedOnewayMs(via, b)).toBeGreaterThanOrEqual(guessedOnewayMs(a, b));
        }
      }
    }
  });
});
