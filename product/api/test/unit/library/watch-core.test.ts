import type { wire } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstHourOf, hourOf, startsOfLastHour } from '../../../src/library/core/demand.ts';
import { validWatchesOf, watchOf } from '../../../src/library/core/watches.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const nowMs = 1_800_000_000_000;
const validReport: wire.LibraryWatch.$Properties = {
  id: 'w'.repeat(22),
  seq: 1,
  tenant: 'acme',
  contentId: 'up_1',
  itemId: 'LI_1',
  viewer: 'ann',
  startedWallMs: nowMs - 60_000,
  lastWallMs: nowMs - 1000,
  qualities: [{ name: '720p', watchedMs: 10.4 }],
};
const readReport = (o: wire.LibraryWatch.$Properties) => watchOf(Object.assign({}, validReport, o), nowMs);

describe('a report is dropped if it', () => {
  it.each<[string, wire.LibraryWatch.$Properties]>([
    ['has an id that is too short', { id: 'w'.repeat(21) }],
    ['has an id of other characters', { id: `${'w'.repeat(21)}'` }],
    ['names no tenant', { tenant: '' }],
    ['names a tenant with a slash', { tenant: 'a/b' }],
    ['has no content', { contentId: '' }],
    ['has a content that leaves its folder', { contentId: 'up_../x' }],
    ['has an invalid item', { itemId: "LI_'" }],
    ['has a viewer with a line break', { viewer: 'ann\n' }],
    ['has a viewer with NUL', { viewer: 'ann\0' }],
    ['has a viewer of 129 characters', { viewer: 'a'.repeat(129) }],
    ['came from a cache that is not a host', { cache: 'a b' }],
    ['has no start', { startedWallMs: Number.NaN }],
    ['has an infinite end', { lastWallMs: Number.POSITIVE_INFINITY }],
    ['begins after its end', { startedWallMs: nowMs }],
    ['is longer than a day', { startedWallMs: nowMs - 1000 - DAY_MS - 1 }],
    ['is older than two days', { startedWallMs: nowMs - 2 * DAY_MS - 2, lastWallMs: nowMs - 2 * DAY_MS - 1 }],
    ['begins before 1970', { startedWallMs: -1, lastWallMs: 1 }],
    ['has a negative stalled time', { stalledMs: -1 }],
    ['has no start-up time', { startupMs: Number.NaN }],
    ['plays for more than a day', { watchedMs: DAY_MS + 1 }],
    ['has a position beyond any file', { positionMs: 1e9 + 1 }],
    ['stalls more often than ten times a second', { stalls: 864_001 }],
    ['has a fraction of a seek', { seeks: 0.5 }],
    ['has a number beyond 32 bits', { seq: 2 ** 32 }],
    ['has nine qualities', { qualities: Array.from({ length: 9 }, () => ({ name: '720p', watchedMs: 1 })) }],
    ['has a quality without a name', { qualities: [{ name: '', watchedMs: 1 }] }],
    ['has a quality with a path', { qualities: [{ name: '../x', watchedMs: 1 }] }],
    ['has a quality without a watched time', { qualities: [{ name: '720p', watchedMs: Number.NaN }] }],
  ])('%s', (_, wrong) => {
    expect(readReport(wrong)).toBeUndefined();
    expect(readReport({})).toBeDefined();
  });
});

describe('a playback', () => {
  it("is rounded to milliseconds, and has 0 or '' for missing values", () => {
    expect(watchOf(validReport, nowMs)).toEqual({
      tenant: 'acme',
      id: 'w'.repeat(22),
      seq: 1,
      content: 'up_1',
      item: 'LI_1',
      viewer: 'ann',
      startedMs: nowMs - 60_000,
      lastMs: nowMs - 1000,
      startupMs: 0,
      watchedMs: 0,
      positionMs: 0,
      stalls: 0,
      stalledMs: 0,
      seeks: 0,
      switches: 0,
      qualities: [{ name: '720p', watchedMs: 10 }],
      hasEnded: false,
      cache: '',
    });
  });

  it('from a node whose clock is ahead is moved to the present, with its length', () => {
    const ahead = readReport({ startedWallMs: nowMs + 40_000, lastWallMs: nowMs + 100_000 });
    expect([ahead?.startedMs, ahead?.lastMs]).toEqual([nowMs - 60_000, nowMs]);
  });

  it('that comes several times in a batch counts by its highest number, in any order', () => {
    const reports = [2, 3, 1].map((seq) => Object.assign({}, validReport, { seq }));
    const otherTenantReport = Object.assign({}, validReport, { tenant: 'globex', seq: 1 });
    const rows = validWatchesOf([otherTenantReport, ...reports, Object.assign({}, validReport, { id: '' })], nowMs);
    expect(rows.map(({ tenant, seq }) => [tenant, seq])).toEqual([
      ['acme', 3],
      ['globex', 1],
    ]);
  });
});

describe('demand', () => {
  const at = (minutes: number) => hourOf(nowMs) + minutes * 60_000;
  const hours = (now: number, before = 0, earlier = 0) =>
    [now, before, earlier].map((starts, back) => ({ hourMs: hourOf(nowMs) - back * HOUR_MS, starts }));

  it.each([
    ['of nothing is none', [], 30, 0],
    ['of only this hour is that of the last hour', hours(10), 30, 10],
    ['of the previous hour is split by the minutes of this hour', hours(0, 60), 15, 45],
    ['at the start of an hour is that of the previous hour', hours(0, 60, 20), 0, 60],
    ['of three hours ago is forgotten', [{ hourMs: at(-180), starts: 9 }], 59, 0],
    ['of a future hour is none', [{ hourMs: at(60), starts: 9 }], 0, 0],
  ])('%s', (_, counts, minutes, expected) => expect(startsOfLastHour(counts, at(minutes))).toBe(expected));

  it('does not jump when an hour begins', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (now, before) => {
        const end = startsOfLastHour(hours(now, before), at(60) - 1);
        const begin = startsOfLastHour(hours(now, before), at(60));
        expect(Math.abs(end - begin)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is computed from the counts of two hours', () => {
    expect(firstHourOf(at(59))).toBe(at(-60));
  });
});
