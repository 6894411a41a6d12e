import { describe, expect, test } from 'vitest';
import type { RoomMember } from '../../../src/moving/core/gains.ts';
import { gatheringHost, isFar } from '../../../src/moving/core/gather.ts';
import { member } from '../support/rooms.ts';

describe('a changed mode', () => {
  test('gathers at a host that has the room, unless another is much better for all', () => {
    const open = () => true;
    expect(gatheringHost([member(0, [10, 5, 50]), member(2, [28, 5, 10])], 3, open, true)).toBe(0);
    expect(gatheringHost([member(0, [60, 5, 99]), member(2, [99, 5, 60])], 3, open, true)).toBe(1);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, (host) => host === 2, false)).toBe(2);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, () => false, false)).toBeUndefined();
    const guessed = member(2, [99, 5, 60], { isTimed: (host) => host !== 1 });
    expect(gatheringHost([member(0, [60, 5, 99]), guessed], 3, open, true)).toBe(0);
    expect(gatheringHost([member(0, [60, 5, 99]), guessed], 3, (host) => host === 1, true)).toBe(1);
  });

  test('leaves all members at the full host where they are together already, unless it is drained', () => {
    const isOpen = (host: number) => host !== 0;
    const together = [member(0, [60, 50, 99]), member(0, [60, 50, 99])];
    expect(gatheringHost(together, 3, isOpen, true)).toBe(0);
    expect(gatheringHost(together, 3, isOpen, false)).toBe(1);
    // A full host has no room for the others.
    expect(
      gatheringHost(
        [0, 0, 2].map((host) => member(host, [60, 50, 60])),
        3,
        isOpen,
        true,
      ),
    ).toBe(2);
  });

  test.each([
    { name: 'at the nearest', member: member(0, [5, 50, 50]), want: false },
    { name: 'nearly as near', member: member(0, [13, 5, 50]), want: false },
    { name: 'far', member: member(0, [16, 5, 50]), want: true },
    {
      name: 'what was timed counts, a guess does not',
      member: member(0, [14, 5, 20], { isTimed: (host) => host !== 1 }),
      want: false,
    },
    {
      name: 'its own was not timed, another is much nearer',
      member: member(0, [40, 5, 20], { isTimed: (host) => host === 2 }),
      want: true,
    },
    { name: 'the near one is shut', member: member(0, [40, 5, 45]), want: false, shut: 1 },
    { name: 'its own is shut, and near', member: member(1, [40, 5, 45]), want: false, shut: 1 },
  ] as { name: string; member: RoomMember; want: boolean; shut?: number }[])(
    'spreads members that are far: $name',
    (row) => {
      expect(isFar(row.member, 3, (host) => host !== row.shut)).toBe(row.want);
    },
  );
});
