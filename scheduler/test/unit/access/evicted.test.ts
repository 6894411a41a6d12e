// Evictions from a full record, which no client can choose: a client's receipts are honest, but it may time whatever
// signaling nodes it likes.
import { describe, expect, test } from 'vitest';
import { AGREEING_VOTES, PrefixBook, VOTE_LIFE_MS } from '../../../src/locating/core/access/index.ts';
import { centre, client, keyOf, session, times, trueMs } from './equator.ts';

/** Longitudes of more sites than a record holds. */
const many = Array.from({ length: 90 }, (_, index) => index * 2 - 20);
const HERE = 0;

describe('one client with honest receipts that times far sites', () => {
  const farMost = (made: ReturnType<typeof centre>, record: string): number => {
    const sites = [...(made.access.book.get(record)?.sites ?? [])];
    const agreed = sites.filter(([, votes]) => votes.length >= AGREEING_VOTES).map(([key]) => Number(key.slice(3)));
    return Math.max(...agreed);
  };
  const attack = (made: ReturnType<typeof centre>, ip: string, keptLongitude: number, count: number): void => {
    // The attack refreshes the farthest agreed site, so that this site is the last to go.
    const found = [keptLongitude, ...many.slice(1 - count)].map((at) => [at, trueMs(HERE, at)]);
    made.access.learn({ ...client(ip, HERE), times: times(Object.fromEntries(found)) });
  };

  test.each([16, 64])('moves no other client of its network with %i sites', (count) => {
    const made = centre(many);
    for (let prefix = 1; prefix <= 40; prefix += 1) session(made, `9.9.${prefix}.1`, HERE, HERE);
    const before = made.sentTo(client('9.9.200.7', HERE));
    expect(before.timed).toBeGreaterThan(0);
    attack(made, '9.9.66.6', farMost(made, '9.9.0.0/16 0.0 0.0'), count);
    expect(made.sentTo(client('9.9.200.7', HERE)).longitude).toBe(before.longitude);
  });

  test.each([16, 64])('moves no other client of its prefix with %i sites', (count) => {
    const made = centre(many);
    const near = Object.fromEntries([0, 2, 4, 6, 8].map((at) => [at, trueMs(HERE, at)]));
    for (let host = 1; host <= 3; host += 1)
      made.access.learn({ ...client(`9.9.9.${host}`, HERE), times: times(near) });
    attack(made, '9.9.9.66', 8, count);
    expect(made.sentTo(client('9.9.9.200', HERE)).longitude).toBe(HERE);
  });

  test.each([16, 88])('moves no other client with its own figures about %i media nodes', (count) => {
    const made = centre(many);
    for (let host = 1; host <= 20; host += 1) session(made, `9.9.9.${host}`, HERE, HERE);
    const newcomer = client('9.9.9.200', HERE);
    const { meanMs, timed } = made.access.believe(newcomer);
    const words = many.slice(-count).map((at) => ({ siteKey: keyOf(at), rttMs: trueMs(HERE, at) }));
    expect(made.access.learnClaims(client('9.9.9.66', HERE), words)).toHaveLength(count);
    expect(made.access.believe(newcomer)).toMatchObject({ meanMs, timed });
  });
});

describe('a full record', () => {
  const key = '198.18.0.0/24';
  const vote = (voter: string, o: { atMs?: number; isProven?: boolean } = {}) => ({
    voter,
    rttMs: 10,
    atMs: 0,
    isProven: true,
    ...o,
  });
  const homeOf = (home: number, link: number): string => `2a01:4f8:77:${(home * 256 + link).toString(16)}::/64`;
  /** `customers` vote for each of these sites, other customers for every few sites. */
  const fill = (book: PrefixBook, from: number, to: number, customers: number, atMs = 0): void => {
    for (let site = from; site < to; site += 1)
      for (let customer = 0; customer < customers; customer += 1)
        book.vote(key, `s${site}`, vote(`v${Math.floor(site / 8)}_${customer}`, { atMs }));
  };
  const sitesOf = (book: PrefixBook): string[] => [...(book.get(key)?.sites.keys() ?? [])];

  test('drops the oldest of the sites with fewest customers; a new site with fewer than all goes itself', () => {
    const book = new PrefixBook();
    fill(book, 0, 62, 2);
    fill(book, 62, 64, 1);
    book.vote(key, 's0', vote('v0_0')); // young again
    book.vote(key, 'x', vote('newcomer'));
    expect(sitesOf(book)).toHaveLength(64);
    expect(sitesOf(book)).not.toContain('s62');
    for (const other of ['y', 'z']) book.vote(key, other, vote(`newcomer ${other}`));
    expect(sitesOf(book).filter((site) => ['s63', 'x', 'y', 'z'].includes(site))).toEqual(['y', 'z']);
    fill(book, 100, 102, 2);
    book.vote(key, 'w', vote('newcomer w'));
    expect(sitesOf(book)).not.toContain('w');
  });

  test("keeps measurements of signaling nodes before clients' own figures", () => {
    const book = new PrefixBook();
    fill(book, 0, 63, 1);
    book.vote(key, 'word', vote('liar', { isProven: false }));
    book.vote(key, 'another word', vote('liar', { isProven: false }));
    expect(sitesOf(book)).not.toContain('word');
    book.vote(key, 'measured', vote('newcomer'));
    expect(sitesOf(book)).not.toContain('another word');
    book.vote(key, 'a third word', vote('liar', { isProven: false }));
    expect(sitesOf(book)).toEqual([...Array.from({ length: 63 }, (_, site) => `s${site}`), 'measured']);
  });

  test('drops sites with only expired votes first', () => {
    const book = new PrefixBook();
    fill(book, 0, 63, 1, VOTE_LIFE_MS);
    fill(book, 63, 64, 3);
    book.vote(key, 'new', vote('newcomer', { atMs: VOTE_LIFE_MS }));
    expect(sitesOf(book)).not.toContain('s63');
    expect(sitesOf(book)).toContain('new');
  });

  test.each([
    { name: 'an address', voterOf: () => '198.18.0.7' },
    { name: 'a /56 with a /64 for every site', voterOf: (site: number) => homeOf(7, site) },
  ])("holds $name's votes for its newest 16 sites, and other customers' votes stay", ({ voterOf }) => {
    const book = new PrefixBook();
    book.vote(key, 's0', vote('another'));
    for (let site = 0; site < 40; site += 1) book.vote(key, `s${site}`, vote(voterOf(site)));
    expect(sitesOf(book)).toEqual(['s0', ...Array.from({ length: 16 }, (_, index) => `s${index + 24}`)]);
    expect(
      book
        .get(key)
        ?.sites.get('s0')
        ?.map(({ voter }) => voter),
    ).toEqual(['another']);
  });

  test('holds 192 measurements and 32 own claims, and three measurements for each of 64 sites, whatever comes later', () => {
    const book = new PrefixBook();
    const count = (isProven: boolean): number[] =>
      [...(book.get(key)?.sites.values() ?? [])].map(
        (votes) => votes.filter((one) => one.isProven === isProven).length,
      );
    const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0);
    fill(book, 0, 64, 8);
    for (let site = 0; site < 64; site += 1)
      for (let voter = 0; voter < 8; voter += 1)
        book.vote(key, `s${site}`, vote(`w${site}_${voter}`, { isProven: false }));
    expect(sum(count(true))).toBe(192);
    expect(sum(count(false))).toBe(32);
    for (let index = 0; index < 20; index += 1) book.vote(key, 's1', vote(`late${index}`));
    expect(sum(count(true))).toBe(192);
    expect(count(true)).toHaveLength(64);
    expect(Math.min(...count(true))).toBeGreaterThanOrEqual(3);
  });
});
