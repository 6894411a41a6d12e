import { expect, it } from 'vitest';
import { isReceiving, judgeUnclaimed, type Reception, receptionAfter, silenceMs } from '../../src/core/index.ts';

/** Folds looks at the received bytes, each at its time. */
const looks = (rows: readonly [atMs: number, bytes: number][]): Reception =>
  rows.reduce<Reception | undefined>(
    (before, [atMs, bytes]) => receptionAfter(before, bytes, atMs),
    undefined,
  ) as Reception;

it.each<[string, [atMs: number, bytes: number][], boolean]>([
  ['nothing has ever come', [[0, 0]], false],
  [
    'nothing has ever come, for long',
    [
      [0, 0],
      [silenceMs * 4, 0],
    ],
    false,
  ],
  ['something has come', [[0, 40]], true],
  [
    'the last came just now',
    [
      [0, 40],
      [silenceMs - 1, 40],
    ],
    true,
  ],
  [
    'the last came too long ago',
    [
      [0, 40],
      [silenceMs, 40],
    ],
    false,
  ],
  [
    'a report every few seconds',
    [
      [0, 40],
      [5000, 80],
      [10_000, 120],
      [15_000, 160],
      [20_000, 200],
    ],
    true,
  ],
  [
    'a node that looks seldom, and finds more each time',
    [
      [0, 40],
      [silenceMs * 4, 80],
      [silenceMs * 8, 120],
    ],
    true,
  ],
  [
    'one that comes back',
    [
      [0, 40],
      [silenceMs * 2, 40],
      [silenceMs * 3, 41],
    ],
    true,
  ],
])('a client counts as sending when %s: %s', (_name, rows, expected) => {
  expect(isReceiving(looks(rows))).toBe(expected);
});

it('a client that only sends receiver reports is kept without a signaling node, a silent one is not', () => {
  const limitsMs = { sessionLeaseMs: 30_000, sessionUnclaimedMsMax: 600_000 };
  const reports = Array.from({ length: 20 }, (_, index): [number, number] => [index * 5000, index * 40]);
  const silent = reports.map(([atMs]): [number, number] => [atMs, 40]);
  const judge = (heard: Reception) => judgeUnclaimed({ unclaimedMs: 60_000, hasMedia: isReceiving(heard) }, limitsMs);
  expect([judge(looks(reports)), judge(looks(silent))]).toEqual(['kept', 'reaped']);
});
