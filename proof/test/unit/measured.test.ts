import { expect, test } from 'vitest';
import { markOld, recorded } from '../../support/measured.ts';

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
