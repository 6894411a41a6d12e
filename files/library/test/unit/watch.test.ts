import { describe, expect, it } from 'vitest';
import { readWatch } from '../../src/core/watch.ts';
import { reportBody } from '../support/watch.ts';

const text = (change: object = {}): string => JSON.stringify(reportBody(change));
const why = (body: string): string => {
  const read = readWatch(body);
  return read.ok ? 'it is taken' : read.why;
};

it.each([
  ['nothing', ''],
  ['no JSON', '{"watch":'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"watch"'],
])('a report is refused: %s', (_what, body) => {
  expect(why(body)).toBe('it is no JSON object');
});

const quality = (name: unknown, watchedMs: unknown): object => ({ name, watchedMs });
describe('refuses a report with', () => {
  it.each([
    ['watch', [undefined, '', 7, 'a'.repeat(21), 'a'.repeat(23), `${'a'.repeat(21)}=`, `${'a'.repeat(22)}\n`]],
    ['seq', [undefined, -1, 1.5, 2 ** 32, '1', null]],
    ['agoMs', [undefined, -1, 86_400_001, '1', null]],
    ['startupMs', [undefined, -1, 61_601, null]],
    ['watchedMs', [undefined, -1, 61_601, '1']],
    ['stalledMs', [undefined, -1, 61_601, true]],
    ['stalls', [undefined, -1, 0.5, 864_001]],
    ['seeks', [undefined, -1, 0.5, 864_001]],
    ['switches', [undefined, -1, 0.5, 864_001]],
    ['positionMs', [undefined, -1, 1_000_000_001]],
    ['ended', [undefined, 0, 'false', null]],
    ['cache', [7, null, 'https://edge', 'a b', 'a'.repeat(254)]],
    [
      'qualities',
      [
        ...[undefined, null, {}, 'none', [null], ['360p'], [quality('', 1)], [quality(7, 1)], [quality('360 p', 1)]],
        ...[[quality('a'.repeat(33), 1)], [quality('360p', -1)], [quality('360p', '1')], [quality('360p', undefined)]],
        [quality('360p', 1), quality('360p', 1)],
        [quality('360p', 40_000), quality('720p', 20_000)],
        Array.from({ length: 9 }, (_, at) => quality(`q${at}`, 1)),
      ],
    ],
  ] as const)('a wrong %s', (field, values) => {
    for (const value of values) expect([value, why(text({ [field]: value }))]).toEqual([value, field]);
  });

  it('a number that JSON has and a double has not', () => {
    expect(why(text().replace('"positionMs":5000', '"positionMs":1e999'))).toBe('positionMs');
    expect(why(text().replace('"agoMs":60000', '"agoMs":1e999'))).toBe('agoMs');
  });
});

describe('takes', () => {
  it('a report, and ignores unknown fields', () => {
    expect(readWatch(text({ more: 1, cache: 'edge-1.example.org:8443' }))).toEqual({
      ok: true,
      watch: {
        id: 'AAAAAAAAAAAAAAAAAAAAA0',
        seq: 1,
        agoMs: 60_000,
        startupMs: 300,
        watchedMs: 50_000,
        stalls: 1,
        stalledMs: 700,
        seeks: 2,
        switches: 3,
        qualities: [
          { name: '360p', watchedMs: 20_000 },
          { name: '720p', watchedMs: 30_000 },
        ],
        positionMs: 5000,
        hasEnded: false,
        cache: 'edge-1.example.org:8443',
      },
    });
  });

  it.each([
    ['all zero', { agoMs: 0, startupMs: 0, watchedMs: 0, stalledMs: 0, positionMs: 0, qualities: [] }],
    ['a day', { agoMs: 86_400_000, watchedMs: 86_400_000 }],
    ['the largest numbers', { seq: 2 ** 32 - 1, stalls: 864_000, seeks: 864_000, positionMs: 1_000_000_000 }],
    ['without a cache', { cache: '' }],
  ])('%s', (_what, change) => {
    expect(why(text(change))).toBe('it is taken');
  });

  it('times slightly beyond the playback by the media clock, cut to its length', () => {
    const longer = { startupMs: 61_000, watchedMs: 61_500, stalledMs: 61_600 };
    const qualities = [quality('360p', 40_000), quality('720p', 21_500)];
    const read = readWatch(text(Object.assign(longer, { qualities })));
    expect(read).toMatchObject({
      watch: { startupMs: 60_000, watchedMs: 60_000, stalledMs: 60_000 },
    });
    expect(read).toMatchObject({
      watch: { qualities: [quality('360p', 40_000), quality('720p', 20_000)] },
    });
  });
});
