import { describe, expect, test } from 'vitest';
import { Throttle } from '../../src/connection/throttle.ts';

const never = (): number => 0; // below every probability above 0
const always = (): number => 1;

describe('the throttle', () => {
  test('holds nothing back before the first refusal, nor while at least half of the attempts are accepted', () => {
    const throttle = new Throttle(0);
    for (let index = 0; index < 50; index += 1) {
      expect(throttle.attempt(index, never)).toBe(true);
      if (index % 2 === 0) throttle.accepted(index);
    }
  });

  test.each([
    [1, 0, 0],
    [3, 0, 0],
    [4, 0, 1 / 5],
    [10, 2, 3 / 11],
    [10, 5, 0],
  ])('with %i attempts and %i accepted holds the next back with probability %f', (requests, accepts, expected) => {
    const throttle = new Throttle(0);
    for (let index = 0; index < requests; index += 1) throttle.attempt(0, always);
    for (let index = 0; index < accepts; index += 1) throttle.accepted(0);
    expect(throttle.rejectProbability(0)).toBeCloseTo(expected);
    expect(throttle.attempt(0, always)).toBe(true);
  });

  test('counts attempts that it holds back, and forgets after two minutes', () => {
    const throttle = new Throttle(0);
    for (let index = 0; index < 4; index += 1) throttle.attempt(0, always);
    expect(throttle.attempt(0, never)).toBe(false);
    expect(throttle.rejectProbability(0)).toBeCloseTo(1 / 3);
    expect(throttle.rejectProbability(120_000)).toBe(0);
  });
});

test('the throttle allows three attempts after a refusal, then one in forty seconds and a tenth of the accepted number', () => {
  const throttle = new Throttle(0);
  expect([0, 0, 0].map(() => throttle.spend(0))).toEqual([0, 0, 0]);
  expect(throttle.spend(0)).toBe(40_000);
  expect(throttle.spend(40_000)).toBe(40_000);
  for (let index = 0; index < 20; index += 1) throttle.accepted(80_000);
  expect(throttle.spend(80_000)).toBe(0);
});
