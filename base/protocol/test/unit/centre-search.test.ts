import { describe, expect, test } from 'vitest';
import { CentreSearch, centreFailedMs, centresMax } from '../../src/index.ts';

const [a, b, c] = ['wss://a:7000', 'wss://b:7000', 'wss://c:7000'];

function search(urls: string) {
  const time = { nowMs: 0 };
  return { time, centres: new CentreSearch(urls, () => time.nowMs) };
}

describe('the search for the centre that leads', () => {
  test.each(['', ' ', ',', ', ,', Array.from({ length: centresMax + 1 }, (_, at) => `wss://${at}`).join(',')])(
    'needs one address, and not too many: %j is refused',
    (urls) => {
      expect(() => search(urls)).toThrow(RangeError);
    },
  );

  test('dials the only one again and again', () => {
    const { centres } = search(a);
    expect([centres.next(), centres.next(), centres.next()]).toEqual([a, a, a]);
  });

  test('goes round the list, each once', () => {
    const { centres } = search(`${a}, ${b},${b},${c}`);
    expect(Array.from({ length: 4 }, () => centres.next())).toEqual([a, b, c, a]);
  });

  test('dials the centre that is named, also when that is not on the list, and the list goes on behind it', () => {
    const { centres } = search(`${a},${b},${c}`);
    centres.next();
    expect(centres.leaderIs(c)).toBe(true);
    expect(centres.next()).toBe(c);
    expect(centres.next()).toBe(a);
    expect(centres.leaderIs('wss://new:1')).toBe(true);
    expect(centres.next()).toBe('wss://new:1');
    expect(centres.next()).toBe(b);
  });

  test('does not go back, on the word of another, to the one that has just failed, but later it does', () => {
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

  test('goes back to it for a new term at once, for each term once: all centres may have died, and this one leads again', () => {
    const { centres } = search(`${a},${b}`);
    const soon = centres.backoffMs;
    centres.next();
    centres.next(); // a was lost
    expect(centres.leaderIs(a, 8)).toBe(true);
    expect(centres.backoffMs.max).toBeLessThan(soon.max);
    expect(centres.next()).toBe(a);
    expect(centres.backoffMs).toEqual(soon);
    expect(centres.next()).toBe(b); // and was lost again
    expect(centres.leaderIs(a, 8)).toBe(false);
    expect(centres.leaderIs(a, 9)).toBe(true);
  });

  test('a centre that names another has not failed', () => {
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
  ])('stays where it is when what is named is no address of a centre: %j', (url) => {
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
