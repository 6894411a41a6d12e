import { type CodedFrame, Handover } from '@meridian/room-media/core';
import { expect, it } from 'vitest';

const STEP = 3000;
interface Numbered {
  readonly at: number;
  readonly frame: CodedFrame;
}

/** `from` is the timestamp of frame 0; another encoder has another. */
const picture = (at: number, from: number, isKey: boolean): Numbered => {
  const rtpTimestamp = (from + at * STEP) >>> 0;
  return { at, frame: { codec: 'vp8', ptsMs: 0, rtpTimestamp, isKey, size: undefined, data: new Uint8Array(1) } };
};

function rig(from = 0) {
  const [old, next] = [{ name: 'old' }, { name: 'next' }];
  const handover = new Handover<object, Numbered>(90_000);
  const state = { nowMs: 0 };
  const numbers = (frames: readonly Numbered[]): number[] => frames.map(({ at }) => at);
  handover.add(old);
  handover.add(next);
  return {
    old,
    next,
    handover,
    state,
    take: (source: object, ...ats: number[]) =>
      numbers(
        handover.take(
          source,
          ats.map((at) => picture(at, from, false)),
          state.nowMs,
        ),
      ),
    another: (source: object, at: number, isKey = false) =>
      numbers(handover.take(source, [picture(at, from + 2 ** 31, isKey)], state.nowMs)),
    end: (source: object) => numbers(handover.remove(source)),
    isReady: (source: object) => handover.isReady(source, state.nowMs),
  };
}

it.each([{ from: 0 }, { from: 2 ** 32 - 4 * STEP }])(
  'frames of a slower next path, from $from, continue behind the last frame of the old path',
  ({ from }) => {
    const { old, next, take, end, isReady } = rig(from);
    expect(take(old, 1, 2, 3, 4, 5)).toEqual([1, 2, 3, 4, 5]);
    expect([take(next, 3), isReady(next)]).toEqual([[], true]);
    expect(end(old)).toEqual([]);
    expect(take(next, 4, 5, 6, 7)).toEqual([6, 7]);
  },
);

it('frames of a faster next path wait, and continue when the old path ends', () => {
  const { old, next, take, end, isReady } = rig();
  expect(take(old, 1, 2)).toEqual([1, 2]);
  expect([take(next, 4, 5, 6), isReady(next)]).toEqual([[], false]);
  expect([take(old, 3), isReady(next)]).toEqual([[3], false]);
  expect([take(old, 4), isReady(next)]).toEqual([[4], true]);
  expect(end(old)).toEqual([5, 6]);
  expect(take(next, 7)).toEqual([7]);
});

it('a move that is given up leaves no trace: the old path continues', () => {
  const { old, next, take, end, isReady } = rig();
  expect([take(old, 1), take(next, 1, 2, 3)]).toEqual([[1], []]);
  expect(end(next)).toEqual([]);
  expect([take(old, 2, 3), take(next, 4), isReady(next)]).toEqual([[2, 3], [], false]);
});

it('an old path that has ended is not waited for', () => {
  const { old, next, take, end, isReady, state } = rig();
  take(old, 1);
  state.nowMs = 299;
  expect([take(next, 5), isReady(next)]).toEqual([[], false]);
  state.nowMs = 300;
  expect([isReady(next), end(old)]).toEqual([true, [5]]);
});

it('frames of another encoder are output at once; when that ends, the first encoder continues from a key frame on', () => {
  const { old, next, take, another, end, isReady, handover } = rig();
  take(old, 1);
  expect([another(next, 1, true), isReady(next)]).toEqual([[1], true]);
  expect([take(old, 2), another(next, 2)]).toEqual([[], [2]]);
  expect([end(next), handover.needsKey]).toEqual([[], true]);
  expect(take(old, 3)).toEqual([]);
  expect(handover.take(old, [picture(4, 0, true)], 0)).toHaveLength(1);
  expect([take(old, 5), handover.needsKey]).toEqual([[5], false]);
});

it('a bounded number of frames waits, then the old path is abandoned', () => {
  const { old, next, take, handover } = rig();
  take(old, 1);
  const ats = Array.from({ length: 50 }, (_, at) => at + 2);
  let given: number[] = [];
  for (let round = 0; round <= 600 && given.length === 0; round += 1) given = take(next, ats[round % 50] ?? 0);
  expect([given.length, handover.leader]).toEqual([601, next]);
});

it('a third path replaces the second as the next, and the second may still lead later', () => {
  const { old, next, take, end, isReady, handover } = rig();
  const third = { name: 'third' };
  take(old, 1);
  take(next, 1, 2);
  handover.add(third);
  expect([isReady(next), take(next, 3), take(third, 1, 2)]).toEqual([false, [], []]);
  expect([end(old), handover.leader]).toEqual([[2], third]);
  expect([end(third), handover.leader, handover.needsKey]).toEqual([[], next, true]);
  expect([end(next), handover.leader]).toEqual([[], undefined]);
});
