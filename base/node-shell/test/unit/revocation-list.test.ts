import { describe, expect, it } from 'vitest';
import { REVOCATIONS_MAX, RevocationList, type TokenOrigin } from '../../src/core/revocation-list.ts';

const nowMs = 1_000_000;
const laterMs = nowMs + 60_000;
const origin: TokenOrigin = { tenant: 'acme', apiKey: 'key', tokenId: 'jti', via: 'link', issuedWallMs: 900_000 };
interface Entry {
  tenant?: string;
  id: string;
  untilWallMs?: number;
  beforeWallMs?: number;
}
const entryOf = (entry: Entry) => ({ tenant: 'acme', untilWallMs: laterMs, beforeWallMs: 0, ...entry });
const message = (version: number, since: number, ...entries: Entry[]) => ({
  version,
  since,
  revoked: entries.map(entryOf),
});
function listOf(...entries: Entry[]): RevocationList {
  const list = new RevocationList();
  list.take(message(1, 0, ...entries), nowMs);
  return list;
}

describe('a token', () => {
  it.each<[string, Entry[], Partial<TokenOrigin>, boolean]>([
    ['by an empty list', [], {}, false],
    ['by its API key', [{ id: 'key' }], {}, true],
    ['by its jti', [{ id: 'jti' }], {}, true],
    ['by its via', [{ id: 'link' }], {}, true],
    ['by one of its sources', [{ id: 'item' }], { sources: ['maker', 'item'] }, true],
    ['without jti and via, by an entry without an id', [{ id: '' }], { tokenId: '', via: '' }, false],
    ['by an entry of another tenant', [{ tenant: 'other', id: 'key' }], {}, false],
    ['issued before', [{ id: 'link', beforeWallMs: 900_001 }], {}, true],
    ['issued at that moment', [{ id: 'link', beforeWallMs: 900_000 }], {}, false],
    ['of unknown age', [{ id: 'link', beforeWallMs: 1 }], { issuedWallMs: undefined }, true],
    ['by an entry that has ended', [{ id: 'link', untilWallMs: nowMs }], {}, false],
    ['by an entry without an end', [{ id: 'link', untilWallMs: 0 }], {}, true],
    ['by the wider of two entries', [{ id: 'link', beforeWallMs: 1 }, { id: 'link' }], {}, true],
    ['by the wider of two entries, which came first', [{ id: 'link' }, { id: 'link', beforeWallMs: 1 }], {}, true],
    ['by the longer of two entries', [{ id: 'link' }, { id: 'link', untilWallMs: nowMs + 1 }], {}, true],
  ])('is judged %s', (_what, entries, of, expected) => {
    expect(listOf(...entries).isRevoked({ ...origin, ...of }, nowMs + 2)).toBe(expected);
  });

  it('counts again when the entry ends', () => {
    const list = listOf({ id: 'link' });
    expect([list.isRevoked(origin, laterMs - 1), list.isRevoked(origin, laterMs)]).toEqual([true, false]);
  });
});

describe('a list', () => {
  it('follows the versions, and ignores repetitions', () => {
    const list = new RevocationList();
    expect(list.take(message(3, 0, { id: 'a' }), nowMs)).toEqual({ isGap: false, isChanged: true, forgotten: 0 });
    expect(list.take(message(4, 3, { id: 'b' }), nowMs)).toEqual({ isGap: false, isChanged: true, forgotten: 0 });
    expect(list.take(message(4, 3, { id: 'b' }), nowMs)).toEqual({ isGap: false, isChanged: false, forgotten: 0 });
    expect(list.take(message(3, 2), nowMs)).toEqual({ isGap: false, isChanged: false, forgotten: 0 });
    expect([list.version, list.size]).toEqual([4, 2]);
  });

  it('with a gap reports it, and still applies the message', () => {
    const list = listOf();
    expect(list.take(message(7, 5, { id: 'link' }), nowMs)).toEqual({ isGap: true, isChanged: true, forgotten: 0 });
    expect([list.version, list.isRevoked(origin, nowMs)]).toEqual([1, true]);
    expect(list.take(message(7, 1, { id: 'other' }, { id: 'link' }), nowMs)).toEqual({
      isGap: false,
      isChanged: true,
      forgotten: 0,
    });
    expect(list.version).toBe(7);
  });

  it('takes a lower version from an api whose store was restored, and keeps all its entries', () => {
    const list = listOf({ id: 'link' });
    list.take(message(9, 1), nowMs);
    list.take(message(2, 0, { id: 'other' }), nowMs);
    expect([list.version, list.isRevoked(origin, nowMs)]).toEqual([2, true]);
  });

  it('is unchanged after it was stored', () => {
    const list = listOf({ id: 'link', beforeWallMs: 5 }, { id: 'a key', untilWallMs: 0 }, { tenant: 'b', id: 'key' });
    const again = RevocationList.from(JSON.parse(JSON.stringify(list.stored())));
    expect(again.stored()).toEqual(list.stored());
    expect([again.version, again.size]).toEqual([1, 3]);
  });

  it('keeps a bounded number of entries, those that end last', () => {
    const list = new RevocationList();
    const many = Array.from({ length: REVOCATIONS_MAX }, (_, index) => ({
      id: `${index}`,
      untilWallMs: laterMs + index,
    }));
    list.take(message(1, 0, ...many), nowMs);
    list.take(message(2, 1, { id: 'link', untilWallMs: 0 }), nowMs);
    expect(list.size).toBe(REVOCATIONS_MAX);
    const of = (via: string) => list.isRevoked({ ...origin, via }, nowMs);
    expect([of('0'), of('1'), of('link')]).toEqual([false, true, true]);
  });

  it('filled by a tenant drops only entries of that tenant', () => {
    const list = listOf({ tenant: 'small', id: 'first', untilWallMs: nowMs + 2 });
    const many = Array.from({ length: REVOCATIONS_MAX }, (_, index) => ({ id: `${index}` }));
    list.take(message(2, 1, ...many), nowMs);
    const otherEntries = ['key', 'link'].map((id) => ({ tenant: 'other', id, untilWallMs: nowMs + 2 }));
    list.take(message(3, 2, ...otherEntries), nowMs);
    expect(list.size).toBe(REVOCATIONS_MAX);
    const isTokenRevoked = (tenant: string, via: string) => list.isRevoked({ ...origin, tenant, via }, nowMs);
    expect([
      isTokenRevoked('small', 'first'),
      isTokenRevoked('other', 'link'),
      isTokenRevoked('acme', '2'),
      isTokenRevoked('acme', '3'),
    ]).toEqual([true, true, false, true]);
  });

  it('that is full forgets entries of links first, and users and keys last', () => {
    const list = listOf({ id: 'user:ann', untilWallMs: nowMs + 2 }, { id: 'APIkey', untilWallMs: nowMs + 3 });
    const many = Array.from({ length: REVOCATIONS_MAX }, (_, index) => ({ id: `LG_${index}` }));
    expect(list.take(message(2, 1, ...many), nowMs).forgotten).toBe(2);
    const isTokenRevoked = (via: string) => list.isRevoked({ ...origin, via }, nowMs);
    expect(['user:ann', 'APIkey', 'LG_0', 'LG_1', 'LG_2'].map(isTokenRevoked)).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('drops expired entries', () => {
    const list = listOf({ id: 'a', untilWallMs: nowMs + 1 }, { id: 'b' });
    list.take(message(2, 1), nowMs + 1);
    expect(list.size).toBe(1);
  });
});
