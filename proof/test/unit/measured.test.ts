import { expect, test } from 'vitest';
import { markOld, recorded } from '../../support/measured.ts';
import { missesOf } from '../../support/result.ts';

const result = { params: {}, metrics: { rttMs: 3 }, missed: [] };
const page = (commit: string): string =>
  recorded('# Measured\n', 'join', result, `2026-11-24, commit ${commit}, 2 × CPU`);
const line = (text: string): string => text.split('\n').find((each) => each.startsWith('2026')) ?? '';

test.each([
  { ago: 300, want: '2026-11-24, commit abc1234, 2 × CPU', old: [] },
  { ago: 301, want: '2026-11-24, commit abc1234 (OLD: 301 commits ago), 2 × CPU', old: ['join'] },
  { ago: undefined, want: '2026-11-24, commit abc1234 (OLD: unknown commits ago), 2 × CPU', old: ['join'] },
])('a table of $ago commits ago is marked correctly, and once', ({ ago, want, old }) => {
  const markedOnce = markOld(page('abc1234'), () => ago);
  expect([line(markedOnce.text), markedOnce.old]).toEqual([want, old]);
  expect(markOld(markedOnce.text, () => ago)).toEqual(markedOnce);
  expect(line(markOld(markedOnce.text, () => 1).text)).toBe('2026-11-24, commit abc1234, 2 × CPU');
});

test('a table says of each aim what it is beside, and whether it is met; a figure that is missing is not', () => {
  const aims = [
    { figure: 'upload', value: 0.7, aim: 0.7, should: 'least', peer: 'nginx', limit: 'the disc' },
    { figure: 'read', value: 0.69, aim: 0.7, should: 'least', peer: 'nginx' },
    { figure: 'burst', value: 0.31, aim: 0.3, should: 'most', peer: 'Janus', limit: 'the floor' },
    { figure: 'paced', value: Number.NaN, aim: 0.3, should: 'most' },
  ] as const;
  const text = recorded('# Measured\n', 'bytes', Object.assign({}, result, { aims }), 'here');
  expect(text.split('\n').filter((each) => each.includes(' | ≥ ') || each.includes(' | ≤ '))).toEqual([
    '| upload | 0.70 | ≥ 0.70 | nginx | the disc | yes |',
    '| read | 0.69 | ≥ 0.70 | nginx | – | **no** |',
    '| burst | 0.31 | ≤ 0.30 | Janus | the floor | **no** |',
    '| paced | – | ≤ 0.30 | – | – | **no** |',
  ]);
  expect(missesOf(aims)).toEqual(['read: 0.69, aim 0.70', 'burst: 0.31, aim 0.30', 'paced: –, aim 0.30']);
});
