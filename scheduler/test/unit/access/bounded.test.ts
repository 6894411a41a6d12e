// Bounds over all records of the book, whatever votes come, and the records that stay.
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  AGREEING_VOTES,
  estimatesOf,
  PREFIXES_MAX,
  PrefixBook,
  recordFromJson,
  VOTE_LIFE_MS,
  VOTES_IN_ALL_MAX,
} from '../../../src/locating/core/access/index.ts';

const keyOf = (index: number): string => `198.${index >> 8}.${index & 255}.0/24`;
const vote = (voter: string, atMs = 0, isProven = true) => ({ voter, rttMs: 10, atMs, isProven });

/** Records a measurement of three customers, each at a single site. */
function measure(book: PrefixBook, index: number, atMs = 0): void {
  for (let host = 1; host <= AGREEING_VOTES; host += 1)
    book.vote(keyOf(index), 'near', vote(`m${index}.${host}`, atMs));
}

/** Records a customer at sixteen sites, its bound. */
function single(book: PrefixBook, index: number, atMs = 0, isProven = true): void {
  for (let site = 0; site < 16; site += 1) book.vote(keyOf(index), `s${site}`, vote(`single ${index}`, atMs, isProven));
}

const isKept = (book: PrefixBook, index: number): boolean => (book.get(keyOf(index))?.votes ?? 0) > 0;
const votesIn = (book: PrefixBook, keys: Iterable<string>): number => {
  let sum = 0;
  for (const key of keys) for (const votes of book.get(key)?.sites.values() ?? []) sum += votes.length;
  return sum;
};

test('full records of the largest number of prefixes are cut to the book’s bound of votes, and the oldest go', () => {
  const forgotten: string[] = [];
  const book = new PrefixBook({ onForgotten: (key) => forgotten.push(key) });
  const perRecord = 224;
  const fitting = Math.floor(VOTES_IN_ALL_MAX / perRecord);
  // so the bounds of single records alone are not enough
  expect(PREFIXES_MAX * perRecord).toBeGreaterThan(10 * VOTES_IN_ALL_MAX);
  const count = fitting + 200;
  for (let index = 0; index < count; index += 1) {
    const sites = Array.from({ length: 64 }, (_, site) => [
      `s${site}`,
      [0, 1, 2].map((one) => vote(`v${one}`)).concat(site < 32 ? [vote('w', 0, false)] : []),
    ]);
    const record = recordFromJson({ key: keyOf(index), sites });
    if (record === undefined) throw new Error('readable');
    expect(record.votes).toBe(perRecord);
    book.restore(record, 0);
    expect(book.votes).toBeLessThanOrEqual(VOTES_IN_ALL_MAX);
  }
  expect(book.size).toBe(fitting);
  expect(
    votesIn(
      book,
      Array.from({ length: count }, (_, index) => keyOf(index)),
    ),
  ).toBe(book.votes);
  expect(forgotten).toEqual(Array.from({ length: 200 }, (_, index) => keyOf(index)));
});

describe.each([
  { bound: 'votes', o: { votesMax: 1000 } },
  { bound: 'records', o: { prefixesMax: 100 } },
])('at the bound of $bound', ({ o }) => {
  const isHeld = (book: PrefixBook): boolean =>
    book.votes <= (o.votesMax ?? Number.POSITIVE_INFINITY) && book.size <= (o.prefixesMax ?? PREFIXES_MAX);

  test('prefixes with one customer displace each other, and no prefix with three measured customers', () => {
    const book = new PrefixBook(o);
    for (let index = 0; index < 40; index += 1) measure(book, index);
    for (let index = 1000; index < 3000; index += 1) {
      single(book, index, 0, index % 2 === 0);
      expect(isHeld(book)).toBe(true);
    }
    for (let index = 0; index < 40; index += 1)
      expect(estimatesOf(book.get(keyOf(index)), 'newcomer', 0), `prefix ${index}`).toEqual([
        { siteKey: 'near', rttMs: 10 },
      ]);
    expect(isKept(book, 2999)).toBe(true);
    expect(isKept(book, 1000)).toBe(false);
  });

  test('a new prefix can become a measured prefix, however many measured prefixes there are', () => {
    const book = new PrefixBook(o);
    for (let index = 0; index < 1000; index += 1) {
      measure(book, index);
      expect(isHeld(book)).toBe(true);
    }
    for (let host = 1; host <= AGREEING_VOTES; host += 1) {
      book.vote(keyOf(5000), 'near', vote(`m${host}`));
      for (let index = 0; index < 5; index += 1) measure(book, 6000 + 10 * host + index);
    }
    expect(estimatesOf(book.get(keyOf(5000)), 'newcomer', 0)).toHaveLength(1);
    expect(isKept(book, 0)).toBe(false);
    expect(isKept(book, 999)).toBe(true);
  });

  test('four fifths are for the newest measured prefixes; older measured prefixes compete with the rest', () => {
    const book = new PrefixBook(o);
    const fitting = o.prefixesMax ?? Math.floor(o.votesMax / AGREEING_VOTES);
    for (let index = 0; index < fitting; index += 1) measure(book, index);
    expect(isKept(book, 0)).toBe(true);
    for (let index = 1000; index < 1200; index += 1) single(book, index);
    const isEachKept = Array.from({ length: fitting }, (_, index) => isKept(book, index));
    expect(isEachKept).toEqual(isEachKept.map((_, index) => index >= fitting - Math.floor(0.8 * fitting)));
  });

  test('prefixes with only expired votes go before any prefix with a living vote', () => {
    const book = new PrefixBook(o);
    const fitting = o.prefixesMax ?? Math.floor(o.votesMax / AGREEING_VOTES);
    const share = Math.floor(0.8 * fitting);
    for (let index = 0; index < share; index += 1) measure(book, index);
    single(book, 2000, VOTE_LIFE_MS);
    for (let index = 1000; index < 1000 + share; index += 1) measure(book, index, VOTE_LIFE_MS);
    for (let index = 0; index < share; index += 1) expect(isKept(book, index)).toBe(false);
    expect(isKept(book, 2000)).toBe(true);
  });
});

test('a forgotten record is emptied, and so shows its holders that it changed', () => {
  const book = new PrefixBook({ prefixesMax: 10 });
  const record = book.vote(keyOf(0), 'near', vote('a'));
  const { version } = record;
  for (let index = 1; index <= 10; index += 1) book.vote(keyOf(index), 'near', vote('a'));
  expect(book.get(keyOf(0))).toBeUndefined();
  expect(record).toMatchObject({ votes: 0, sites: new Map() });
  expect(record.version).toBeGreaterThan(version);
  expect(book.size).toBe(10);
});

test('a book counts its votes correctly, in 20 random histories', () => {
  for (let round = 0; round < 20; round += 1) {
    const rng = seededRng(`book ${round}`);
    const book = new PrefixBook({ prefixesMax: 30, votesMax: 400 });
    const keys = Array.from({ length: 60 }, (_, index) => keyOf(index));
    for (let step = 0; step < 3000; step += 1) {
      const key = keyOf(rng.int(60));
      const atMs = step * 10 * 60_000; // twenty days
      book.vote(key, `s${rng.int(40)}`, vote(`v${rng.int(rng.int(2) === 0 ? 3 : 40)}`, atMs, rng.int(4) > 0));
      if (book.votes > 400 || book.size > 30) expect.fail(`round ${round}, turn ${step}`);
    }
    expect(book.votes, `round ${round}`).toBe(votesIn(book, keys));
    expect(book.size, `round ${round}`).toBe(keys.filter((key) => book.get(key) !== undefined).length);
    expect(book.votes, `round ${round}`).toBeGreaterThan(100);
  }
});
