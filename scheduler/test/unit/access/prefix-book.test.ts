import { ANYWHERE_KM } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  estimatesOf,
  networkKeysOf,
  notDisproved,
  PrefixBook,
  recordFromJson,
  recordToJson,
  VOTE_LIFE_MS,
} from '../../../src/locating/core/access/index.ts';

const key = '198.18.0.0/24';
const vote = (voter: string, rttMs: number, atMs = 0, isProven = true) => ({ voter, rttMs, atMs, isProven });
const book = (...votes: readonly (readonly [voter: string, rttMs: number, atMs?: number])[]) => {
  const made = new PrefixBook();
  for (const [voter, rttMs, atMs] of votes) made.vote(key, 'eu/a', vote(voter, rttMs, atMs));
  return made;
};
const estimateOf = (made: PrefixBook, voter: string, nowMs = 0) => estimatesOf(made.get(key), voter, nowMs)[0]?.rttMs;

describe('the estimate of a site, by votes of addresses', () => {
  test.each([
    { name: 'there are no votes', votes: [], voter: 'me', expect: undefined },
    { name: 'one other address has voted', votes: [['a', 10]], voter: 'me', expect: undefined },
    {
      name: 'one other has voted three times',
      votes: [
        ['a', 10],
        ['a', 11],
        ['a', 12],
      ],
      voter: 'me',
      expect: undefined,
    },
    {
      name: 'three others have voted',
      votes: [
        ['a', 10],
        ['b', 12],
        ['c', 90],
      ],
      voter: 'me',
      expect: 12,
    },
    {
      name: 'four others have voted',
      votes: [
        ['a', 10],
        ['b', 12],
        ['c', 14],
        ['d', 90],
      ],
      voter: 'me',
      expect: 13,
    },
    {
      name: 'I and three others have voted',
      votes: [
        ['me', 50],
        ['a', 10],
        ['b', 12],
        ['c', 90],
      ],
      voter: 'me',
      expect: 50,
    },
    {
      name: 'I have voted twice',
      votes: [
        ['me', 50],
        ['me', 51],
      ],
      voter: 'me',
      expect: 51,
    },
    { name: 'my vote is too old', votes: [['me', 50, -VOTE_LIFE_MS]], voter: 'me', expect: undefined },
    {
      name: 'one of three votes is too old',
      votes: [
        ['a', 10, -VOTE_LIFE_MS],
        ['b', 12],
        ['c', 14],
      ],
      voter: 'me',
      expect: undefined,
    },
  ] as const)('$name: $expect', ({ votes, voter, expect: expected }) => {
    expect(estimateOf(book(...votes), voter)).toBe(expected);
  });

  test('a single liar among three moves the estimate no further than to another honest figure, for 200 random triples', () => {
    for (let round = 0; round < 200; round += 1) {
      const rng = seededRng(`liar ${round}`);
      const honest = [10 + rng.int(20), 10 + rng.int(20)] as const;
      const lieMs = rng.next() * 2000;
      const estimate = estimateOf(book(['a', honest[0]], ['liar', lieMs], ['b', honest[1]]), 'me') ?? Number.NaN;
      expect(estimate, `round ${round}`).toBeGreaterThanOrEqual(Math.min(...honest));
      expect(estimate, `round ${round}`).toBeLessThanOrEqual(Math.max(...honest));
    }
  });
});

test("clients' own figures neither count for others nor displace votes; a client's own figure counts for itself", () => {
  const made = book(['a', 10], ['b', 12], ['c', 90]);
  for (let index = 0; index < 20; index += 1) made.vote(key, 'eu/a', vote(`liar${index}`, 1, 0, false));
  expect(estimateOf(made, 'me')).toBe(12);
  expect(estimateOf(made, 'liar19')).toBe(1);
  expect(estimateOf(made, 'liar11')).toBe(12); // the oldest words go
  expect(estimateOf(new PrefixBook(), 'liar1')).toBeUndefined();
});

test('a /56 has one vote, however many /64s it has, and cannot displace the votes of others', () => {
  const link = (home: number, at: number): string => `2a01:4f8:77:${(home * 256 + at).toString(16)}::/64`;
  const three = book([link(1, 1), 500], [link(1, 2), 500], [link(1, 3), 500]);
  expect(estimateOf(three, link(9, 0))).toBeUndefined();
  const made = book([link(2, 0), 10], [link(3, 0), 12]);
  for (let at = 0; at < 200; at += 1) made.vote(key, 'eu/a', vote(link(1, at), 500));
  expect(estimateOf(made, link(9, 0))).toBe(12);
});

test('a record has at most eight votes for a site and sixteen sites of a voter, and the oldest vote goes', () => {
  const made = new PrefixBook();
  for (let index = 0; index < 20; index += 1) made.vote(key, 'eu/a', vote(`v${index}`, index));
  expect(
    made
      .get(key)
      ?.sites.get('eu/a')
      ?.map(({ rttMs }) => rttMs),
  ).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
  for (let site = 0; site < 20; site += 1) made.vote(key, `s${site}`, vote('v', site));
  const newest = Array.from({ length: 16 }, (_, site) => `s${site + 4}`);
  expect([...(made.get(key)?.sites.keys() ?? [])]).toEqual(['eu/a', ...newest]);
});

test('a saved record is restored equal, without invalid votes, and invalid text gives no record', () => {
  const made = book(['a', 10, 5], ['b', 12, 6]);
  const record = made.get(key);
  if (record === undefined) throw new Error('voted');
  const restored = recordFromJson(JSON.parse(JSON.stringify(recordToJson(record))));
  expect(restored).toEqual({ ...record, version: 1 });
  for (const invalid of [
    undefined,
    null,
    7,
    {},
    { key },
    { key: 7, sites: [] },
    { key, sites: [['a']] },
    { key, sites: [7] },
  ]) {
    expect(recordFromJson(invalid)).toBeUndefined();
  }
  const holed = recordFromJson({
    key,
    sites: [['a', [{ voter: 'x', rttMs: null, atMs: 1 }, vote('y', 2, 3)]]],
  });
  expect(holed?.sites.get('a')).toEqual([vote('y', 2, 3)]);
});

test.each([
  { ip: '', expect: undefined },
  { ip: 'nonsense', expect: undefined },
  { ip: '127.0.0.1', expect: undefined },
  { ip: '10.1.2.3', expect: undefined },
  { ip: '8.8.4.4', expect: { address: '8.8.4.4', voter: '8.8.4.4', prefix: '8.8.4.0/24', network: '8.8.0.0/16' } },
  {
    ip: '::ffff:8.8.4.4',
    expect: { address: '8.8.4.4', voter: '8.8.4.4', prefix: '8.8.4.0/24', network: '8.8.0.0/16' },
  },
  {
    ip: '2A00:1450:4001::1',
    expect: {
      address: '2a00:1450:4001:0:0:0:0:1',
      voter: '2a00:1450:4001:0::/64',
      prefix: '2a00:1450:4001::/48',
      network: '2a00:1450::/32',
    },
  },
])('the keys of the networks of $ip', (row) => expect(networkKeysOf(row.ip)).toEqual(row.expect));

const sites = [
  { latitude: 0, longitude: 0 },
  { latitude: 0, longitude: 90 },
]; // 10,008 km apart: 100 ms of light
test.each([
  { name: 'nothing was timed', timed: [], radiusKm: 50, expect: 50 },
  { name: 'a far site was timed as slow as light allows', timed: [{ site: 1, rttMs: 100 }], radiusKm: 50, expect: 50 },
  {
    name: 'a far site was timed faster than light',
    timed: [{ site: 1, rttMs: 99 }],
    radiusKm: 50,
    expect: ANYWHERE_KM,
  },
  { name: 'faster, but within the radius', timed: [{ site: 1, rttMs: 99 }], radiusKm: 200, expect: 200 },
  { name: 'a site that is gone was timed', timed: [{ site: 7, rttMs: 1 }], radiusKm: 50, expect: 50 },
])('a place where $name has a radius of $expect km', ({ timed, radiusKm, expect: expected }) => {
  expect(notDisproved({ latitude: 0, longitude: 0, radiusKm }, sites, timed).radiusKm).toBe(expected);
});
