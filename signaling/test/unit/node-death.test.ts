import { expect, it } from 'vitest';
import { isProcessGone, isRefusing } from '../../src/core/index.ts';

it.each([
  [true, 0, false],
  [true, 1, false], // a listener may be starting
  [true, 2, true],
  [true, 9, true],
  [false, 9, false], // the link ended otherwise, and the node may come back as it was
])(
  'a link that ended as a process ends it (%s) and %i refused dials: the process has gone is %s',
  (endedAsProcess, refusals, expected) => {
    expect(isProcessGone({ endedAsProcess, refusals })).toBe(expected);
  },
);

it('an address with two refused dials in a row is empty, whether or not a node was there', () => {
  expect([0, 1, 2, 3].map((refusals) => isRefusing({ refusals }))).toEqual([false, false, true, true]);
});
