import { expect, it } from 'vitest';
import { progressLine, size } from '../../src/core/progress.ts';

const half = { phase: 'sending', bytes: 599_999_999, bytesTotal: 1_200_000_000, knownBytes: 0 } as const;

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_345, '12 kB'],
  [1_000_000, '1.0 MB'],
  [137_438_953_472, '137 GB'],
  [2e15, '2000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

it('a line shows the progress of a file, and 100 % only at its end', () => {
  expect(progressLine('talk.mp4', half)).toBe('talk.mp4 is sent: 49 % of 1.2 GB');
  const known = Object.assign({}, half, { knownBytes: 300_000_000 });
  expect(progressLine('talk.mp4', known)).toBe('talk.mp4 is sent: 49 % of 1.2 GB, 300 MB of it known');
  const checked = Object.assign({}, half, { phase: 'checking' as const });
  expect(progressLine('talk.mp4', checked)).toBe('talk.mp4 is checked: 1.2 GB');
  const read = { phase: 'reading' as const, bytes: 0, bytesTotal: 0, knownBytes: 0 };
  expect(progressLine('empty', read)).toBe('empty is read: 100 % of 0 B');
});

it('a line contains no control characters of the name of a file', () => {
  expect(progressLine('a\u001b[2J\n.mp4', half)).toBe('a·[2J·.mp4 is sent: 49 % of 1.2 GB');
});
