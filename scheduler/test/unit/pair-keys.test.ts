import { expect, test } from 'vitest';
import { PAIR_KEY_BYTES, PairKeys } from '../../src/routing/pair-keys.ts';

const secret = 'a cluster secret of at least 32 characters';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('both hosts of a pair, and a restarted centre, derive the same key', () => {
  const key = new PairKeys(secret).key('a', 'b', 20_000);
  expect(key).toHaveLength(PAIR_KEY_BYTES);
  expect(hex(new PairKeys(secret).key('b', 'a', 20_000))).toBe(hex(key));
});

test.each([
  { name: 'another pair', of: [secret, 'a', 'c', 20_000] as const },
  { name: 'a pair that reads alike when joined', of: [secret, 'a","b', '', 20_000] as const },
  { name: 'the next day', of: [secret, 'a', 'b', 20_001] as const },
  { name: 'another cluster', of: [`${secret}!`, 'a', 'b', 20_000] as const },
])('$name has another key', ({ of: [its, a, b, day] }) => {
  const keys = new PairKeys(its);
  expect(hex(keys.key(a, b, day))).not.toBe(hex(new PairKeys(secret).key('a', 'b', 20_000)));
});

test('a key that was cached on one day is not returned for another day', () => {
  const keys = new PairKeys(secret);
  const [today, tomorrow, again] = [20_000, 20_001, 20_000].map((day) => hex(keys.key('a', 'b', day)));
  expect([today === tomorrow, today === again]).toEqual([false, true]);
});

test('the day of a key is the UTC day', () => {
  expect([PairKeys.dayOf(0), PairKeys.dayOf(86_399_999), PairKeys.dayOf(86_400_000)]).toEqual([0, 0, 1]);
});
