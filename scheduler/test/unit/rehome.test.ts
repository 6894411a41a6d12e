import { InvariantError } from '@meridian/protocol';
import { type Rng, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  bestRehoming,
  bestRoomMove,
  feltMs,
  meanDelayMs,
  REHOMING_GAIN_MS_MIN,
  type RoomMember,
  rehomingsWorthTiming,
  roomPaths,
  type SettledRoom,
  TIMINGS_MAX,
} from '../../src/core/rehome.ts';
import { line, member } from './support/settled-rooms.ts';

const room = (members: RoomMember[], paths = line(3, 20), overrides: Partial<SettledRoom> = {}): SettledRoom => ({
  members,
  paths,
  isOpen: () => true,
  ...overrides,
});

describe('delay of a room', () => {
  test.each([
    { name: 'nobody', members: [], expect: 0 },
    { name: 'one alone hears nobody', members: [member(0, [8, 0, 0])], expect: 0 },
    {
      name: 'two at one host: both halves and one SFU',
      members: [member(0, [8, 0, 0]), member(0, [4, 0, 0])],
      expect: 4 + 2 + 1,
    },
    {
      name: 'two apart: halves, the path, two SFUs',
      members: [member(0, [8, 0, 0]), member(1, [0, 4, 0])],
      expect: 4 + 2 + 20 + 2,
    },
  ])('$name', (row) => expect(meanDelayMs(row.members, line(3, 20))).toBe(row.expect));

  test('a path counts with the mean of its two directions', () => {
    expect([...roomPaths(2, Float64Array.from([0, 10, 30, 0])).delayMs]).toEqual([1, 22, 22, 1]);
    expect(() => roomPaths(2, new Float64Array(3))).toThrow(InvariantError);
  });

  test('above the line every ms counts nearly three times', () => {
    expect([0, 140, 141, 160].map(feltMs)).toEqual([0, 140, 142.75, 195]);
  });
});

describe('the one re-homing', () => {
  // at the middle host both have 20 ms instead of 10 and 40 ms of path
  const far = [member(0, [10, 20, 90]), member(2, [90, 20, 10])];
  test.each([
    { name: 'nobody to move', members: [], expect: undefined },
    { name: 'one alone stays', members: [member(0, [50, 1, 1])], expect: undefined },
    // together at the middle after one move: 10/2 + 20/2 + 22 -> from 5 + 5 + 42 = 52 to 37
    { name: 'one of two goes to the middle', members: far, expect: { member: 0, host: 1, gainMs: 15 } },
    {
      name: 'who may not move is left, the other goes',
      members: [{ ...(far[0] as RoomMember), mayMove: false }, far[1] as RoomMember],
      expect: { member: 1, host: 1, gainMs: 15 },
    },
    { name: 'no gain, no move', members: [member(0, [10, 90, 90]), member(0, [10, 90, 90])], expect: undefined },
  ])('$name', (row) => expect(bestRehoming(room(row.members))).toEqual(row.expect));

  test('nobody goes to a closed host, or to one that was not timed', () => {
    expect(bestRehoming(room(far, line(3, 20), { isOpen: (host) => host !== 1 }))).toMatchObject({
      host: 2,
      gainMs: 1,
    });
    const blind = far.map((one) => ({ ...one, isTimed: (host: number) => host === one.host }));
    expect(bestRehoming(room(blind))).toBeUndefined();
  });

  test('a gain below the least stays, the least moves', () => {
    const pairOf = (gainMs: number) =>
      room([member(0, [10, 10 - 2 * gainMs, 90]), member(0, [10, 90, 90], { mayMove: false })], line(3, -1));
    // The path between hosts 0 and 1 takes −1 + 2 − 1 = 0 ms more than one host, so only access counts.
    expect(bestRehoming(pairOf(REHOMING_GAIN_MS_MIN - 0.01))).toBeUndefined();
    expect(bestRehoming(pairOf(REHOMING_GAIN_MS_MIN))).toMatchObject({ member: 0, host: 1 });
  });

  test('is the best of all single moves, and its gain is what the room gains, for 300 random rooms', () => {
    for (let round = 0; round < 300; round += 1) {
      const random = randomRoom(seededRng(`rehome ${round}`));
      const before = felt(random);
      const gains = random.members.flatMap((one, index) =>
        Array.from({ length: random.paths.hosts }, (_, host) => {
          const members = random.members.with(index, { ...one, host });
          const isAllowed = one.mayMove && random.isOpen(host) && one.isTimed(host) && host !== one.host;
          return isAllowed ? before - felt({ ...random, members }) : Number.NEGATIVE_INFINITY;
        }),
      );
      const best = Math.max(...gains);
      const move = bestRehoming(random);
      if (best < REHOMING_GAIN_MS_MIN) expect(move, `round ${round}`).toBeUndefined();
      else expect(move?.gainMs, `round ${round}`).toBeCloseTo(best, 9);
    }
  });
});

describe('what is timed before a move', () => {
  test('hopes that may be the best, the highest first, one host a site, never what is timed', () => {
    const hope = member(0, [10, 60, 90, 90], {
      hopeRttMs: Float64Array.from([10, 2, 4, 90]),
      isTimed: (host) => host === 0,
    });
    const still = member(1, [60, 10, 60, 60], { mayMove: false });
    const rehomings = (isSameSite: (a: number, b: number) => boolean) =>
      rehomingsWorthTiming(room([hope, still], line(4, 20)), isSameSite).map((rehoming) => [
        rehoming.member,
        rehoming.host,
      ]);
    expect(rehomings((a, b) => a === b)).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(rehomings(() => true)).toEqual([[0, 1]]);
  });

  test('not more than the bound', () => {
    const hopeful = Array.from({ length: 40 }, () =>
      member(0, Array(9).fill(80), { hopeRttMs: new Float64Array(9), isTimed: () => false }),
    );
    expect(rehomingsWorthTiming(room(hopeful, line(9, 1)), (a, b) => a === b)).toHaveLength(TIMINGS_MAX);
  });
});

describe('the move of a whole room', () => {
  const at = (...rtts: number[][]) => room(rtts.map((rttMs) => member(0, rttMs)));
  test.each([
    { name: 'an empty room stays', room: at(), expect: undefined },
    {
      name: 'a mean gain just under 15 ms stays',
      room: at([50, 35.1, 90], [50, 35, 90], [50, 35, 90]),
      expect: undefined,
    },
    {
      name: 'a mean gain of 15 ms for three moves',
      room: at([50, 35, 90], [50, 35, 90], [50, 35, 90]),
      expect: { host: 1, gainMs: 15 },
    },
    {
      name: 'two winners of four are too few',
      room: at([90, 5, 90], [90, 5, 90], [10, 20, 90], [10, 20, 90]),
      expect: undefined,
    },
    { name: 'the better of two', room: at([90, 50, 10], [90, 50, 10], [90, 50, 10]), expect: { host: 2, gainMs: 80 } },
  ])('$name', (row) => expect(bestRoomMove(row.room)).toEqual(row.expect));

  test('a room of which somebody must stay does not move, nor to a closed host', () => {
    const move = at([90, 5, 90], [90, 5, 90]);
    expect(bestRoomMove(move)?.host).toBe(1);
    expect(bestRoomMove({ ...move, isOpen: () => false })).toBeUndefined();
    expect(
      bestRoomMove({ ...move, members: [...move.members, member(0, [9, 9, 9], { mayMove: false })] }),
    ).toBeUndefined();
  });
});

function randomRoom(rng: Rng): SettledRoom {
  const hosts = 1 + rng.int(6);
  const closed = rng.int(hosts + 2);
  const members = Array.from({ length: rng.int(7) }, () => {
    const dark = rng.int(hosts + 2);
    const rttMs = Array.from({ length: hosts }, () => rng.int(200));
    return member(rng.int(hosts), rttMs, { mayMove: rng.int(5) > 0, isTimed: (host) => host !== dark });
  });
  return room(
    members,
    roomPaths(
      hosts,
      Float64Array.from({ length: hosts * hosts }, () => rng.int(120)),
    ),
    { isOpen: (host) => host !== closed },
  );
}

/** Felt mean by definition: pair by pair. */
function felt({ members, paths }: SettledRoom): number {
  let [sum, pairs] = [0, 0];
  for (const [index, a] of members.entries()) {
    for (const b of members.slice(0, index)) {
      const access = ((a.accessRttMs[a.host] ?? 0) + (b.accessRttMs[b.host] ?? 0)) / 2;
      sum += feltMs(access + (paths.delayMs[a.host * paths.hosts + b.host] ?? 0));
      pairs += 1;
    }
  }
  return pairs === 0 ? 0 : sum / pairs;
}
