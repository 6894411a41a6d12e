import { ANYWHERE_KM } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  CLAIM_LIFE_MS,
  CLAIMS_MIN,
  ClaimBook,
  claimsFromJson,
  errorOf,
  FAILED_MIN,
} from '../../../src/locating/core/access/index.ts';
import { frankfurt, singapore } from '../fixtures.ts';

const place = { ...frankfurt, radiusKm: 50 };
const right = { atLeastKm: 0, errorKm: 0 };
const wrong = { atLeastKm: 700, errorKm: 1000 };
/** Records votes of prefixes with right places, and of prefixes with wrong ones. */
function recordVotes(book: ClaimBook, key: string, counts: { right: number; wrong: number }, atMs = 0): void {
  for (let index = 0; index < counts.right; index += 1) book.vote(key, { voter: `right ${index}`, ...right, atMs });
  for (let index = 0; index < counts.wrong; index += 1) book.vote(key, { voter: `wrong ${index}`, ...wrong, atMs });
}

describe('a timing shows how far a client is from a claimed place when', () => {
  test.each([
    { name: 'the place is beside the site', at: frankfurt, rttMs: 5, atLeastKm: 0 },
    { name: 'the timing is slow enough for the place', at: singapore, rttMs: 110, atLeastKm: 0 },
    { name: 'light could not have come from there', at: singapore, rttMs: 20, atLeastKm: 8_260 },
  ])('$name: at least $atLeastKm km off', ({ at, rttMs, atLeastKm }) => {
    const error = errorOf(place, [at], [{ site: 0, rttMs }]);
    expect(Math.round(error.atLeastKm / 10) * 10).toBe(atLeastKm);
    expect(error.errorKm > 0).toBe(atLeastKm > 0);
  });
});

describe('the radius of places that a database claims', () => {
  test.each([
    { name: 'there is no vote', counts: { right: 0, wrong: 0 }, radiusKm: undefined },
    { name: 'there are too few votes', counts: { right: 0, wrong: CLAIMS_MIN - 1 }, radiusKm: undefined },
    { name: 'two of many were elsewhere', counts: { right: 60, wrong: FAILED_MIN - 1 }, radiusKm: undefined },
    { name: '3 of 12 were elsewhere', counts: { right: 9, wrong: 3 }, radiusKm: 502 }, // √(0.75·50² + 0.25·1000²)
    { name: 'half were elsewhere', counts: { right: 6, wrong: 6 }, radiusKm: 708 },
    { name: 'all were elsewhere', counts: { right: 0, wrong: 8 }, radiusKm: 1000 },
  ])('becomes $radiusKm when $name', ({ counts, radiusKm }) => {
    const book = new ClaimBook();
    recordVotes(book, 'AS1', counts);
    expect(book.widening(['AS1'], place, 1)?.radiusKm).toBe(radiusKm);
  });

  test('stays when it has room for the error', () => {
    const book = new ClaimBook();
    recordVotes(book, 'AS1', { right: 4, wrong: 8 });
    expect(book.widening(['AS1'], { ...place, radiusKm: 701 }, 1)).toBeUndefined();
    expect(book.widening(['AS1'], { ...place, radiusKm: ANYWHERE_KM }, 1)).toBeUndefined();
  });

  test('is the claimed radius again after the votes expire, after a repair, and when many places are right', () => {
    const book = new ClaimBook();
    recordVotes(book, 'AS1', { right: 0, wrong: 8 });
    expect(book.widening(['AS1'], place, CLAIM_LIFE_MS - 1)?.disproofCount).toBe(8);
    expect(book.widening(['AS1'], place, CLAIM_LIFE_MS)).toBeUndefined();
    const sameAgain = (atMs: number): void => {
      for (let index = 0; index < 8; index += 1) book.vote('AS1', { voter: `wrong ${index}`, ...right, atMs });
    };
    sameAgain(3600_000); // a session without contradiction, an hour later
    expect(book.widening(['AS1'], place, 3600_001)?.disproofCount).toBe(8);
    sameAgain(24 * 3600_000);
    expect(book.widening(['AS1'], place, 24 * 3600_000)).toBeUndefined();
    expect(book.doubts).toBe(false);
  });

  test('follows the votes of the newest 64 prefixes, one of each prefix', () => {
    const book = new ClaimBook();
    recordVotes(book, 'AS1', { right: 0, wrong: 8 });
    recordVotes(book, 'AS1', { right: 62, wrong: 0 });
    expect(book.widening(['AS1'], place, 1)).toBeUndefined();
    for (let index = 0; index < 20; index += 1) book.vote('AS2', { voter: 'one', ...wrong, atMs: index });
    expect(book.widening(['AS2'], place, 30)).toBeUndefined();
  });
});

test('a saved record of votes is read back equal, and unreadable text gives no record', () => {
  const book = new ClaimBook();
  recordVotes(book, 'AS1', { right: 4, wrong: 8 });
  const record = book.vote('AS1', { voter: 'last', ...wrong, atMs: 5 });
  const read = claimsFromJson(JSON.parse(JSON.stringify(record)));
  expect(read).toEqual(record);
  const other = new ClaimBook();
  if (read !== undefined) other.restore(read);
  expect(other.widening(['AS1'], place, 6)).toEqual(book.widening(['AS1'], place, 6));
  for (const value of [null, 3, {}, { key: 3, claims: [] }, { key: 'x' }])
    expect(claimsFromJson(value)).toBeUndefined();
  expect(claimsFromJson({ key: 'x', claims: [{ voter: 'a' }, null, 3] })?.claims).toEqual([]);
});
