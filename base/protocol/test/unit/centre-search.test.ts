import { describe, expect, test } from 'vitest';
import { CentreSearch, centreFailedMs, centresMax } from '../../src/index.ts';

const [a, b, c] = ['wss://a:7000', 'wss://b:7000', 'wss://c:7000'];

function search(urls: string) {
  const time = { nowMs: 0 };
  return { time, centres: new CentreSearch(urls, () => time.nowMs) };
}

describe('the search for the leading centre', () => {
  test.each(['', ' ', ',', ', ,', Array.from({ length: centresMax + 1 }, (_, at) => `wss://${at}`).join(',')])(
    'needs at least one address, and not too many: %j is refused',
    (urls) => {
      expect(() => search(urls)).toThrow(RangeError);
    },
  );

  test('redials a single centre again and again', () => {
    const { centres } = search(a);
    expect([centres.next(), centres.next(), centres.next()]).toEqual([a, a, a]);
  });

  test('goes round the list in order', () => {
    const { centres } = search(`${a}, ${b},${b},${c}`);
    expect(Array.from({ length: 4 }, () => centres.next())).toEqual([a, b, c, a]);
  });

  test('dials a named centre, even when it is not on the list, and continues the list behind it', () => {
    const { centres } = search(`${a},${b},${c}`);
    centres.next();
    expect(centres.leaderIs(c)).toBe(true);
    expect(centres.next()).toBe(c);
    expect(centres.next()).toBe(a);
    expect(centres.leaderIs('wss://new:1')).toBe(true);
    expect(centres.next()).toBe('wss://new:1');
    expect(centres.next()).toBe(b);
  });

  test('does not return at once to a centre that has just failed when another names it, but does so later', () => {
    const { centres, time } = search(`${a},${b}`);
    centres.next();
    expect(centres.next()).toBe(b); // a was lost
    expect(centres.leaderIs(a)).toBe(false);
    time.nowMs = centreFailedMs - 1;
    expect(centres.leaderIs(a)).toBe(false);
    time.nowMs = centreFailedMs;
    expect(centres.leaderIs(a)).toBe(true);
    expect(centres.next()).toBe(a);
  });

  test('returns at once to a failed centre for a new term, once per term, since all centres may have died and it leads again', () => {
    const { centres } = search(`${a},${b}`);
    const newTermBackoff = centres.backoffMs;
    centres.next();
    centres.next(); // a was lost
    expect(centres.leaderIs(a, 8)).toBe(true);
    expect(centres.backoffMs.max).toBeLessThan(newTermBackoff.max);
    expect(centres.next()).toBe(a);
    expect(centres.backoffMs).toEqual(newTermBackoff);
    expect(centres.next()).toBe(b); // a was lost again
    expect(centres.leaderIs(a, 8)).toBe(false);
    expect(centres.leaderIs(a, 9)).toBe(true);
  });

  test('does not count a centre that names another as failed', () => {
    const { centres } = search(`${a},${b}`);
    centres.next();
    centres.leaderIs(b);
    expect(centres.next()).toBe(b);
    expect(centres.leaderIs(a)).toBe(true);
  });

  test.each([
    '',
    'ws://a:7000',
    'https://a',
    'wss://',
    'wss://a:1/path',
    'wss://user@a:1',
    'wss://a:1,wss://b:1',
    'wss://a b',
    `wss://${'a'.repeat(600)}`,
  ])('stays when the named text is not the address of a centre: %j', (url) => {
    const { centres } = search(`${a},${b}`);
    centres.next();
    expect(centres.leaderIs(url)).toBe(false);
    expect(centres.next()).toBe(b);
  });

  test('stays when a centre names itself', () => {
    const { centres } = search(`${a},${b}`);
    centres.next();
    expect(centres.leaderIs(a)).toBe(false);
  });
});
