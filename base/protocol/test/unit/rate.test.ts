import { describe, expect, it } from 'vitest';
import { AddressRates, type Bucket, fullBucket, takeTokens } from '../../src/rate.ts';

const limits = { perSecond: 10, burst: 3 };
/** Returns the results of taking a token at each time. */
function takeResults(timesMs: number[], begin: Bucket = fullBucket(limits, 0)): (boolean | number)[] {
  let bucket = begin;
  return timesMs.map((nowMs) => {
    const taken = takeTokens(bucket, limits, nowMs);
    bucket = taken.bucket;
    return taken.ok || taken.retryAfterMs;
  });
}

it.each<[string, number[], (boolean | number)[]]>([
  ['a bucket gives its burst at once, then the time until the next token', [0, 0, 0, 0], [true, true, true, 100]],
  ['a bucket gains a token every 100 ms', [0, 0, 0, 99, 100, 100, 200], [true, true, true, 1, true, 100, true]],
  ['a rested bucket never exceeds its burst', [0, 60_000, 60_000, 60_000, 60_000], [true, true, true, true, 100]],
  ['a clock that goes backwards refills nothing', [0, 0, 0, -5000, -5000, 100], [true, true, true, 100, 100, true]],
])('%s', (_name, timesMs, expected) => {
  expect(takeResults(timesMs)).toEqual(expected);
});

it('over a long time the bucket admits the burst and the rate, no more', () => {
  const times = Array.from({ length: 10_000 }, (_, index) => index); // a request every millisecond for ten seconds
  const through = takeResults(times).filter((result) => result === true).length;
  expect(through).toBeGreaterThanOrEqual(limits.burst + 99);
  expect(through).toBeLessThanOrEqual(limits.burst + 100);
});

it('a request with a cost takes that many tokens or none, and reports the time until there are enough', () => {
  const first = takeTokens(fullBucket(limits, 0), limits, 0, 2);
  expect([first.ok, first.bucket.tokens]).toEqual([true, 1]);
  const second = takeTokens(first.bucket, limits, 0, 3);
  expect([second.ok, second.bucket.tokens, second.retryAfterMs]).toEqual([false, 1, 200]);
  expect(takeTokens(second.bucket, limits, 200, 3).ok).toBe(true);
  expect(takeTokens(second.bucket, limits, 0, 0).ok).toBe(true);
});

describe('the rate of addresses', () => {
  const rates = () => new AddressRates({ ...limits, addressesMax: 2 });

  it('is counted for each address alone, and for an IPv6 /64 as a whole', () => {
    const addressRates = rates();
    for (let count = 0; count < 3; count += 1) expect(addressRates.take('2001:db8::1', 0)).toBe(0);
    expect(addressRates.take('2001:db8::ffff:1', 0)).toBe(100);
    expect(addressRates.take('203.0.113.7', 0)).toBe(0);
    expect(addressRates.take('2001:db8::1', 100)).toBe(0);
  });

  it('is forgotten for the address whose last request is the oldest', () => {
    const addressRates = rates();
    for (let count = 0; count < 3; count += 1) addressRates.take('10.0.0.1', 0);
    addressRates.take('10.0.0.2', 0);
    expect(addressRates.take('10.0.0.1', 0)).toBe(100);
    addressRates.take('10.0.0.3', 0);
    expect(addressRates.size).toBe(2);
    expect(addressRates.take('10.0.0.1', 0)).toBe(100);
    addressRates.take('10.0.0.2', 0);
    addressRates.take('10.0.0.3', 0);
    expect(addressRates.take('10.0.0.1', 0)).toBe(0);
  });

  it('lets an address owe up to a burst of tokens, which it pays back before it takes one', () => {
    const addressRates = rates();
    addressRates.charge('10.0.0.1', 0, 2);
    expect(addressRates.take('10.0.0.1', 0)).toBe(0);
    addressRates.charge('10.0.0.1', 0, 2);
    expect(addressRates.take('10.0.0.1', 0)).toBe(300);
    for (let count = 0; count < 10; count += 1) addressRates.charge('10.0.0.1', 0, 2);
    expect(addressRates.take('10.0.0.1', 0)).toBe((limits.burst + 1) * 100);
    expect(addressRates.take('10.0.0.2', 0)).toBe(0);
    expect(addressRates.take('10.0.0.1', 400)).toBe(0);
  });
});
