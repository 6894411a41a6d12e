import { describe, expect, test } from 'vitest';
import type { RoomMember } from '../../../src/moving/core/gains.ts';
import { gatheringHost, isFar } from '../../../src/moving/core/gather.ts';
import { member } from '../support/rooms.ts';

describe('a change of the room’s mode', () => {
  test('gathers members at a host that has the room, unless another host is much better for all', () => {
    const open = () => true;
    expect(gatheringHost([member(0, [10, 5, 50]), member(2, [28, 5, 10])], 3, open, true)).toBe(0);
    expect(gatheringHost([member(0, [60, 5, 99]), member(2, [99, 5, 60])], 3, open, true)).toBe(1);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, (host) => host === 2, false)).toBe(2);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, () => false, false)).toBeUndefined();
    const guessed = member(2, [99, 5, 60], { isTimed: (host) => host !== 1 });
    expect(gatheringHost([member(0, [60, 5, 99]), guessed], 3, open, true)).toBe(0);
    expect(gatheringHost([member(0, [60, 5, 99]), guessed], 3, (host) => host === 1, true)).toBe(1);
  });

  test('leaves all members at a full host where they already are together, unless the host is drained', () => {
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
    { name: 'not from the nearest host', member: member(0, [5, 50, 50]), want: false },
    { name: 'not from a host that is nearly as near', member: member(0, [13, 5, 50]), want: false },
    { name: 'from a far host', member: member(0, [16, 5, 50]), want: true },
    {
      name: 'not by a guess when other hosts were timed',
      member: member(0, [14, 5, 20], { isTimed: (host) => host !== 1 }),
      want: false,
    },
    {
      name: 'from an untimed host when a timed host is much nearer',
      member: member(0, [40, 5, 20], { isTimed: (host) => host === 2 }),
      want: true,
    },
    { name: 'not when the near host is closed', member: member(0, [40, 5, 45]), want: false, shut: 1 },
    { name: 'not from a near host that is closed', member: member(1, [40, 5, 45]), want: false, shut: 1 },
  ] as { name: string; member: RoomMember; want: boolean; shut?: number }[])(
    'moves a member to a near host: $name',
    (row) => {
      expect(isFar(row.member, 3, (host) => host !== row.shut)).toBe(row.want);
    },
  );
});
