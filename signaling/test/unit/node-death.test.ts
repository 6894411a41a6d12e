import { expect, it } from 'vitest';
import { isProcessGone, isRefusing } from '../../src/core/index.ts';

it.each([
  [true, 0, false],
  [true, 1, false], // a listener may be on its way
  [true, 2, true],
  [true, 9, true],
  [false, 9, false], // it said goodbye, or was not heard: it may come back as it was
])(
  'a link that ended as a process leaves it (%s) and %i refused dials: the process has gone is %s',
  (endedAsProcess, refusals, expected) => {
    expect(isProcessGone({ endedAsProcess, refusals })).toBe(expected);
  },
);

it('nothing is where two dials in a row are refused, whether or not a node was', () => {
  expect([0, 1, 2, 3].map((refusals) => isRefusing({ refusals }))).toEqual([false, false, true, true]);
});
