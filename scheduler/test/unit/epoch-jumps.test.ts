import { limits, roomEpochFloor } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { EPOCH_JUMP_AT_ONCE, EpochJumps } from '../../src/leading/core/epoch-jumps.ts';
import { Leadership } from '../../src/leading/core/leadership.ts';

describe('a node’s report of a term raises the epoch', () => {
  test.each([
    { heard: 8, to: 8 },
    { heard: 7, to: 7 },
    { heard: 3, to: 7 },
    { heard: 7 + EPOCH_JUMP_AT_ONCE, to: 7 + EPOCH_JUMP_AT_ONCE },
    { heard: 7 + EPOCH_JUMP_AT_ONCE + 1, to: 7 + EPOCH_JUMP_AT_ONCE },
    { heard: 7 + limits.epochJumpMax, to: 7 + EPOCH_JUMP_AT_ONCE },
    { heard: 7 + limits.epochJumpMax + 1, to: 7 },
    { heard: 2 ** 60, to: 7 },
    { heard: Number.NaN, to: 7 },
    { heard: 8.5, to: 7 },
    { heard: -1, to: 7 },
  ])('from 7, by a report of $heard, to $to', ({ heard, to }) => {
    expect(new EpochJumps().raise(7, heard, 0)).toBe(to);
  });

  test('by a bounded number an hour, however many reports come, so that the epoch ranges of terms stay apart', () => {
    const jumps = new EpochJumps();
    let epoch = 1;
    const hours = 24;
    for (let atMs = 0; atMs <= hours * 3600_000; atMs += 60_000)
      for (let word = 0; word < 5; word += 1) epoch = jumps.raise(epoch, epoch + limits.epochJumpMax, atMs);
    expect(epoch).toBeGreaterThan(hours * EPOCH_JUMP_AT_ONCE * 0.99);
    expect(epoch).toBeLessThanOrEqual((hours + 1) * EPOCH_JUMP_AT_ONCE + 1);
    expect(roomEpochFloor(epoch + 1)).toBeGreaterThan(roomEpochFloor(epoch));
  });

  test('of a leader step by step above a high epoch, but not without end for made-up reports of its own epoch', () => {
    const leadership = new Leadership({ act: () => undefined });
    leadership.tick(0);
    leadership.takeAnswered({ what: 'taken', fence: 7 }, 0, 1);
    let [nowMs, raises] = [1, 0];
    for (let word = 0; word < 3 * EPOCH_JUMP_AT_ONCE; word += 1) {
      nowMs += 1;
      const before = leadership.epoch;
      if (leadership.noteEpoch(before, false, nowMs)) leadership.renewAnswered(before + 1, nowMs, nowMs);
      if (leadership.epoch > before) raises += 1;
    }
    expect(raises).toBeGreaterThanOrEqual(EPOCH_JUMP_AT_ONCE);
    expect(raises).toBeLessThan(EPOCH_JUMP_AT_ONCE * 1.1);
  });
});
