import { describe, expect, it } from 'vitest';
import {
  baseOfPlaylist,
  cacheOf,
  candidates,
  FAILED_MS,
  failedAt,
  fileBelow,
  isDue,
  listed,
  onlyPlace,
  placeListUrl,
  readPlaceList,
  urlAt,
} from '../../../src/library/core/places.ts';

const near = 'https://near.example.org/library/edge/lib-1/up_1/TOKEN';
const far = 'https://far.example.org:8443/library/edge/lib-1/up_1/TOKEN';
const node = 'https://lib.example.org/library/contents/TOKEN';
const bases = [near, far, node];
const none: ReadonlySet<string> = new Set();
const at = (nowMs: number) => listed(undefined, { bases, renewMs: 60_000 }, nowMs);

describe('the answer of a node', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'https://x'],
    ['an object without a list', { bases: 'https://x', renewMs: 1000 }],
    ['an empty list', { bases: [], renewMs: 1000 }],
    ['a list without valid URLs', { bases: [7, null, 'x', '/library', 'javascript:alert(1)', 'data:,x', 'ftp://x/y'] }],
    ['a list of URLs with a query or fragment', { bases: ['https://x/y?z', 'https://x/y#z'] }],
    ['a list with a URL of 5,000 characters', { bases: [`https://x/${'a'.repeat(5000)}`] }],
  ])('is rejected when it is %s', (_what, answer) => {
    expect(readPlaceList(answer)).toBeUndefined();
  });

  it('is parsed without invalid URLs and without trailing slashes, each base once', () => {
    const answer = { bases: [`${near}/`, 'nonsense', near, node], renewMs: 30_000, more: 1 };
    expect(readPlaceList(answer)).toEqual({ bases: [near, node], renewMs: 30_000 });
  });

  it('has at most eight bases', () => {
    const urls = Array.from({ length: 20 }, (_, one) => `https://e${one}.example.org/x`);
    expect(readPlaceList({ bases: urls, renewMs: 60_000 })?.bases).toEqual(urls.slice(0, 8));
  });

  it.each([
    [undefined, 60_000],
    [Number.NaN, 60_000],
    ['5', 60_000],
    [-1, 10_000],
    [0, 10_000],
    [1e12, 3_600_000],
    [90_000, 90_000],
  ])('is renewed after a bounded time: %s', (renewMs, bounded) => {
    expect(readPlaceList({ bases, renewMs })?.renewMs).toBe(bounded);
  });
});

describe('places', () => {
  it('are tried from the best to the node, each once per request', () => {
    expect(candidates(at(0), none, 0)).toEqual(bases);
    expect(candidates(at(0), new Set([near]), 0)).toEqual([far, node]);
    expect(candidates(at(0), new Set(bases), 0)).toEqual([]);
  });

  it('that failed are skipped for a minute, by all requests', () => {
    const places = failedAt(at(0), near, 1000);
    expect(candidates(places, none, 1000 + FAILED_MS - 1)).toEqual([far, node]);
    expect(candidates(places, none, 1000 + FAILED_MS)).toEqual(bases);
  });

  it('that failed stay skipped in a new list and under a new link, since failures are kept by server', () => {
    const places = failedAt(at(0), near, 1000);
    const renewed = bases.map((base) => base.replace('TOKEN', 'OTHER'));
    const renewedPlaces = listed(places, { bases: renewed, renewMs: 60_000 }, 2000);
    expect(candidates(renewedPlaces, none, 2000)).toEqual(renewed.slice(1));
  });

  it('are all tried again when a new list has only failed bases', () => {
    const places = failedAt(failedAt(failedAt(at(0), near, 1000), far, 1000), node, 1000);
    expect(candidates(places, none, 1000)).toEqual([]);
    expect(candidates(listed(places, { bases, renewMs: 60_000 }, 2000), none, 2000)).toEqual(bases);
  });

  it('are due for a new list when their renewal time has passed', () => {
    expect([isDue(at(500), 60_499), isDue(at(500), 60_500)]).toEqual([false, true]);
  });

  it('name the cache in use; undefined for the node itself', () => {
    const first = failedAt(at(0), near, 0);
    const used = [at(0), first, failedAt(first, far, 0)].map((places) => cacheOf(places, 0)?.host);
    expect(used).toEqual(['near.example.org', 'far.example.org:8443', undefined]);
    expect(cacheOf(listed(undefined, onlyPlace(node), 0), 0)).toBeUndefined();
    expect(placeListUrl('https://n/plays/t', first, 0)).toBe(
      'https://n/plays/t?at=https%3A%2F%2Ffar.example.org%3A8443',
    );
    expect(placeListUrl('https://n/plays/t', listed(undefined, onlyPlace(node), 0), 0)).toBe('https://n/plays/t');
  });

  it('tell the node not to redirect, unless it is the only base', () => {
    expect(urlAt(at(0), near, 'renditions/a.mp4')).toBe(`${near}/renditions/a.mp4`);
    expect(urlAt(at(0), node, 'renditions/a.mp4')).toBe(`${node}/renditions/a.mp4?edge=0`);
    expect(urlAt(listed(undefined, onlyPlace(node), 0), node, 'original')).toBe(`${node}/original`);
  });
});

describe('the name of a file', () => {
  it.each(['', 'data:,none', 'blob:https://x/1', 'https://x/master.m3u8', '/renditions/master.m3u8'])(
    'is undefined for the playlist %s',
    (url) => {
      expect(baseOfPlaylist(url)).toBeUndefined();
    },
  );

  it('is the path below the base, without a query', () => {
    expect(baseOfPlaylist(`${node}/renditions/master.m3u8`)).toBe(node);
    expect(fileBelow(node, `${node}/renditions/720p.m3u8?x=1#y`)).toBe('renditions/720p.m3u8');
    expect(fileBelow(node, `${node}x/renditions/720p.m3u8`)).toBeUndefined();
    expect(fileBelow(node, `${near}/renditions/720p.m3u8`)).toBeUndefined();
  });
});
