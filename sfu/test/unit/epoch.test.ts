import { describe, expect, test } from 'vitest';
import { EpochMemory, judgeLease } from '../../src/core/index.ts';

const lease = (ownerId: string, epoch: number) => ({ ownerId, epoch });

describe('a claimed room lease', () => {
  const rows: [
    name: string,
    seen: ReturnType<typeof lease> | undefined,
    claimed: ReturnType<typeof lease>,
    want: string,
  ][] = [
    ['without an owner is malformed', undefined, lease('', 1), 'REQUEST_INVALID'],
    ['of epoch 0 is malformed', undefined, lease('a', 0), 'REQUEST_INVALID'],
    ['of a fractional epoch is malformed', undefined, lease('a', 1.5), 'REQUEST_INVALID'],
    ['whose epoch is not a number is malformed', undefined, lease('a', Number.NaN), 'REQUEST_INVALID'],
    ['of a lower epoch is stale', lease('a', 3), lease('b', 2), 'EPOCH_STALE'],
    ['of the same owner but a lower epoch is stale', lease('a', 3), lease('a', 2), 'EPOCH_STALE'],
    ['of a second owner in the same epoch is refused', lease('a', 3), lease('b', 3), 'EPOCH_STALE'],
    ['is accepted when none was seen before', undefined, lease('a', 1), 'changed'],
    ['of a higher epoch is accepted, whoever owned the room', lease('a', 3), lease('b', 4), 'changed'],
    ['equal to the seen one changes nothing', lease('a', 3), lease('a', 3), 'same'],
  ];
  test.each(rows)('%s', (_name, seen, claimed, want) => {
    const verdict = judgeLease(seen, claimed);
    expect(verdict.ok ? (verdict.changed ? 'changed' : 'same') : verdict.code).toBe(want);
  });
});

describe('the lease of a room that has ended here', () => {
  test('is remembered for `keepMs`, and not longer', () => {
    const memory = new EpochMemory({ keepMs: 100, roomsMax: 10 });
    memory.remember('t/r', lease('a', 7), 1000);
    expect(memory.recall('t/r', 1100)).toEqual(lease('a', 7));
    expect(memory.recall('t/r', 1101)).toBeUndefined();
    expect(memory.size).toBe(0);
  });
  test('is not displaced by leases of rooms that were only named, and is replaced by a higher one', () => {
    const memory = new EpochMemory({ keepMs: 100, roomsMax: 2 });
    memory.remember('t/was', lease('a', 5), 0);
    for (let index = 0; index < 10; index += 1) memory.rememberNamed(`t/${index}`, lease('evil', 1), 0);
    expect(memory.recall('t/was', 0)).toEqual(lease('a', 5));
    expect(memory.size).toBe(3);
    memory.rememberNamed('t/was', lease('b', 6), 0);
    expect(memory.recall('t/was', 0)).toEqual(lease('b', 6));
    expect(memory.size).toBe(3);
  });
  test('replaces the lease that was only named before the room was here', () => {
    const memory = new EpochMemory({ keepMs: 100, roomsMax: 2 });
    memory.rememberNamed('t/r', lease('a', 5), 0);
    memory.remember('t/r', lease('b', 7), 50);
    expect(memory.recall('t/r', 60)).toEqual(lease('b', 7));
    expect(memory.recall('t/r', 150)).toEqual(lease('b', 7));
    expect(memory.recall('t/r', 151)).toBeUndefined();
  });
  test('is forgotten, oldest first, when there are too many', () => {
    const memory = new EpochMemory({ keepMs: 100, roomsMax: 2 });
    for (const [index, key] of ['t/1', 't/2', 't/1', 't/3'].entries()) memory.remember(key, lease('a', index + 1), 0);
    expect([memory.recall('t/1', 0)?.epoch, memory.recall('t/2', 0), memory.recall('t/3', 0)?.epoch]).toEqual([
      3,
      undefined,
      4,
    ]);
  });
});
