import { expect, it } from 'vitest';
import { isReceiving, judgeUnclaimed, nextReception, type Reception, silenceMs } from '../../src/core/index.ts';

/** Returns the reception after samples of the received bytes, each at its time. */
const receptionOf = (rows: readonly [atMs: number, bytes: number][]): Reception =>
  rows.reduce<Reception | undefined>(
    (before, [atMs, bytes]) => nextReception(before, bytes, atMs),
    undefined,
  ) as Reception;

it.each<[string, [atMs: number, bytes: number][], boolean]>([
  ['nothing has arrived at the first sample', [[0, 0]], false],
  [
    'nothing has arrived for long',
    [
      [0, 0],
      [silenceMs * 4, 0],
    ],
    false,
  ],
  ['something has arrived', [[0, 40]], true],
  [
    'the last bytes arrived lately',
    [
      [0, 40],
      [silenceMs - 1, 40],
    ],
    true,
  ],
  [
    'the last bytes arrived too long ago',
    [
      [0, 40],
      [silenceMs, 40],
    ],
    false,
  ],
  [
    'a report arrives every few seconds',
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
    'samples are rare, and each finds more bytes',
    [
      [0, 40],
      [silenceMs * 4, 80],
      [silenceMs * 8, 120],
    ],
    true,
  ],
  [
    'bytes arrive again after a silence',
    [
      [0, 40],
      [silenceMs * 2, 40],
      [silenceMs * 3, 41],
    ],
    true,
  ],
])('a client counts as sending, or does not, when %s', (_name, rows, expected) => {
  expect(isReceiving(receptionOf(rows))).toBe(expected);
});

it('a client that only sends receiver reports is kept without a signaling node, a silent one is not', () => {
  const limitsMs = { sessionLeaseMs: 30_000, sessionUnclaimedMsMax: 600_000 };
  const reports = Array.from({ length: 20 }, (_, index): [number, number] => [index * 5000, index * 40]);
  const silent = reports.map(([atMs]): [number, number] => [atMs, 40]);
  const judge = (heard: Reception) => judgeUnclaimed({ unclaimedMs: 60_000, hasMedia: isReceiving(heard) }, limitsMs);
  expect([judge(receptionOf(reports)), judge(receptionOf(silent))]).toEqual(['kept', 'reaped']);
});
