import { InvariantError, limits } from '@meridian/protocol';
import { type Rng, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  GAIN_MEAN_MS_MIN,
  GAIN_OWN_MS_MIN,
  type Gain,
  gainsOf,
  PAIRED_MEMBERS_MAX,
  pairsChanged,
  ROOM_TIMINGS,
  type RoomMember,
  type RoomSnapshot,
  TIMINGS_MAX,
  timingsWanted,
} from '../../../src/moving/core/gains.ts';
import { roomSnapshot } from '../../../src/moving/core/room-snapshot.ts';
import { feltMs, roomPaths } from '../../../src/placing/core/felt-delay.ts';
import { line, member } from '../support/rooms.ts';

const room = (members: RoomMember[], paths = line(3, 20), overrides: Partial<RoomSnapshot> = {}): RoomSnapshot => ({
  members,
  paths,
  isOpen: () => true,
  ...overrides,
});
const apart = (a: number, b: number): boolean => a === b;
/** Two members: at the middle host each has 20 ms instead of 10 ms, and no path of 40 ms between them. */
const far = [member(0, [10, 20, 90]), member(2, [90, 20, 10])];
const blind = far.map((one) => ({ ...one, isTimed: (host: number) => host === one.host }));

describe('delay', () => {
  test('a path counts with the mean of its two directions', () => {
    expect([...roomPaths(2, Float64Array.from([0, 10, 30, 0])).delayMs]).toEqual([1, 22, 22, 1]);
    expect(() => roomPaths(2, new Float64Array(3))).toThrow(InvariantError);
  });

  test('above LATE_MS every ms counts nearly three times', () => {
    expect([0, 140, 141, 160].map(feltMs)).toEqual([0, 140, 142.75, 195]);
  });
});

describe('gains in mode relay', () => {
  test.each([
    { name: 'no members', members: [], expect: [] },
    { name: 'a lone member stays', members: [member(0, [50, 1, 1])], expect: [] },
    // together at the middle after one move: 10/2 + 20/2 + 22 -> from 5 + 5 + 42 = 52 to 37
    {
      name: 'each of two gains by a move to the middle',
      members: far,
      expect: [
        { members: [0], host: 1, sumMs: 15 },
        { members: [1], host: 1, sumMs: 15 },
      ],
    },
    { name: 'members at the best stay', members: [member(0, [10, 90, 90]), member(0, [10, 90, 90])], expect: [] },
  ])('$name', (row) => expect(gainsOf('relay', room(row.members))).toEqual(row.expect));

  test('exclude closed hosts, and moves to or from an untimed host', () => {
    expect(gainsOf('relay', room(far, line(3, 22), { isOpen: (host) => host !== 1 }))).toMatchObject([
      { host: 2, sumMs: 5 },
      { host: 0, sumMs: 5 },
    ]);
    expect(gainsOf('relay', room(blind))).toEqual([]);
    const unheard = far.map((one) => ({ ...one, isTimed: (host: number) => host !== one.host }));
    expect(gainsOf('relay', room(unheard))).toEqual([]);
  });

  test.each([
    { members: 2, least: GAIN_MEAN_MS_MIN },
    { members: 3, least: 3 * GAIN_MEAN_MS_MIN },
    { members: 5, least: 4 * GAIN_OWN_MS_MIN },
    { members: 30, least: 29 * GAIN_OWN_MS_MIN },
  ])('in a room of $members begin at the least gain, $least ms over all pairs', ({ members, least }) => {
    // The path between hosts 0 and 1 takes −1 + 2 − 1 = 0 ms more than one host, so only access counts.
    const gaining = (sumMs: number) => {
      const nearer = 100 - (2 * sumMs) / (members - 1);
      const others = Array.from({ length: members - 1 }, () => member(0, [100, 200, 200]));
      return gainsOf('relay', room([member(0, [100, nearer, 200]), ...others], line(3, -1)));
    };
    expect(gaining(least - 0.01)).toEqual([]);
    expect(gaining(least + 0.01)).toMatchObject([{ members: [0], host: 1 }]);
  });

  test('are each member’s best, and equal the difference of the room’s felt delay, for 300 random rooms', () => {
    for (let round = 0; round < 300; round += 1) {
      const random = randomRoom(seededRng(`gains ${round}`));
      const before = felt(random);
      const gains = gainsOf('relay', random);
      for (const [index, one] of random.members.entries()) {
        const own = Array.from({ length: random.paths.hosts }, (_, host) => {
          const members = random.members.with(index, { ...one, host });
          const isAllowed = random.isOpen(host) && one.isTimed(host) && one.isTimed(one.host) && host !== one.host;
          return isAllowed ? before - felt({ ...random, members }) : Number.NEGATIVE_INFINITY;
        });
        const count = random.members.length;
        const best = Math.max(...own);
        const gain = gains.find(({ members: [only, ...more] }) => only === index && more.length === 0);
        const least = Math.min((GAIN_MEAN_MS_MIN * count * (count - 1)) / 2, GAIN_OWN_MS_MIN * (count - 1));
        if (count < 2 || best < least) expect(gain, `round ${round}`).toBeUndefined();
        else expect(gain?.sumMs, `round ${round}`).toBeCloseTo(best, 9);
      }
    }
  });
});

describe('gains of several members at one host', () => {
  /** Together at host 0, though all are near host 1: a member that leaves the other loses as much as it wins. */
  const gathered = [member(0, [30, 10, 90]), member(0, [30, 10, 90])];

  test('are found when no member gains alone', () => {
    expect(gainsOf('relay', room(gathered))).toEqual([{ members: [0, 1], host: 1, sumMs: 20 }]);
    expect(pairsChanged(2, 2)).toBe(1);
    expect(pairsChanged(2, 5)).toBe(7);
  });

  test('count only members that have timed both hosts, and need open hosts at both ends', () => {
    const third = member(0, [30, 10, 90], { isTimed: (host) => host === 0 });
    expect(gainsOf('relay', room([...gathered, third]))).toEqual([]);
    const close = line(3, 3);
    expect(gainsOf('relay', room([...gathered, third], close))).toMatchObject([
      { members: [0] },
      { members: [1] },
      { members: [0, 1], host: 1 },
    ]);
    expect(gainsOf('relay', room(gathered, line(3, 20), { isOpen: (host) => host !== 1 }))).toEqual([]);
    expect(gainsOf('direct', room(gathered))).toHaveLength(2);
  });

  test('equal the room’s gain when all of them move, for 300 random rooms', () => {
    let groups = 0;
    for (let round = 0; round < 300; round += 1) {
      const random = randomRoom(seededRng(`groups ${round}`));
      for (const { members: movers, host, sumMs } of gainsOf('relay', random)) {
        if (movers.length > 1) groups += 1;
        const members = random.members.map((one, index) => (movers.includes(index) ? { ...one, host } : one));
        expect(felt(random) - felt({ ...random, members }), `round ${round}`).toBeCloseTo(sumMs, 9);
      }
    }
    expect(groups).toBeGreaterThan(20);
  });
});

describe('gains by a nearer ingress', () => {
  const nearer = (rttMs: number) => [member(0, [30, rttMs, 90]), member(0, [5, 90, 90])];
  test('are the only gains in mode direct, whatever the paths between the hosts', () => {
    expect(gainsOf('direct', room(nearer(19)))).toEqual([{ members: [0], host: 1, sumMs: 5.5 }]);
    expect(gainsOf('direct', room(nearer(21)))).toEqual([]);
    expect(gainsOf('direct', room(far))).toEqual([]);
    expect(gainsOf('relay', room(nearer(19)))).toEqual([]);
  });

  test('are the only gains of rooms above PAIRED_MEMBERS_MAX, whose members are asked for timings only in mode single', () => {
    const large = (own: RoomMember) => [
      own,
      ...Array.from({ length: PAIRED_MEMBERS_MAX }, () => member(2, [90, 90, 5])),
    ];
    const isolated = member(0, [5, 20, 90]);
    expect(gainsOf('relay', room(large(isolated).slice(0, PAIRED_MEMBERS_MAX)))).toMatchObject([{ host: 1 }]);
    expect(gainsOf('relay', room(large(isolated)))).toEqual([]);
    expect(gainsOf('relay', room(large(member(0, [25, 5, 90]))))).toMatchObject([{ members: [0], host: 1 }]);
    const dark = large({ ...isolated, isTimed: (host) => host === 0 });
    expect(timingsWanted('relay', room(dark), apart)).toEqual([]);
    expect(timingsWanted('relay', room(dark.slice(0, 3)), apart)).not.toEqual([]);
    expect(timingsWanted('direct', room(dark), apart)).toEqual([]);
  });
});

describe('the gain of a room of mode single', () => {
  const at = (...rtts: number[][]) => room(rtts.map((rttMs) => member(0, rttMs)));
  const whole = (host: number, sumMs: number): Gain[] => [{ members: [0, 1, 2], host, sumMs }];
  test.each([
    { name: 'an empty room stays', room: at(), expect: [] },
    { name: 'a mean gain just under 15 ms stays', room: at([50, 35.1, 90], [50, 35, 90], [50, 35, 90]), expect: [] },
    {
      name: 'a room of three moves for a mean gain of 15 ms',
      room: at([50, 35, 90], [50, 35, 90], [50, 35, 90]),
      expect: whole(1, 3 * 15),
    },
    {
      name: 'a room of four stays when only two gain',
      room: at([90, 5, 90], [90, 5, 90], [10, 20, 90], [10, 20, 90]),
      expect: [],
    },
    {
      name: 'a room moves to the better of two hosts',
      room: at([90, 50, 10], [90, 50, 10], [90, 50, 10]),
      expect: whole(2, 3 * 80),
    },
    { name: 'a split room stays', room: room([member(0, [90, 5, 90]), member(2, [90, 5, 90])]), expect: [] },
  ])('$name', (row) => expect(gainsOf('single', row.room)).toEqual(row.expect));

  test('leads from and to an open host that all members have timed', () => {
    const three = [0, 0, 0].map((host) => member(host, [60, 10, 12]));
    const doubtful = (dark: number) => three.with(1, member(0, [60, 10, 12], { isTimed: (host) => host !== dark }));
    expect(gainsOf('single', room(three))).toMatchObject(whole(1, 150));
    expect(gainsOf('single', room(doubtful(1)))).toMatchObject(whole(2, 144));
    expect(gainsOf('single', room(doubtful(0)))).toEqual([]);
    expect(gainsOf('single', room(three, line(3, 20), { isOpen: () => false }))).toEqual([]);
  });
});

describe('requested timings', () => {
  test('are for possible gains, the most hopeful first, of one host a site and never of a timed host', () => {
    const hope = member(0, [10, 60, 90, 90], {
      hopeRttMs: Float64Array.from([10, 2, 4, 90]),
      isTimed: (host) => host === 0,
    });
    const still = member(1, [60, 10, 60, 60]);
    const wanted = (isSameSite: (a: number, b: number) => boolean) =>
      timingsWanted('relay', room([hope, still], line(4, 20)), isSameSite);
    expect(wanted(apart)).toEqual([
      { member: 0, host: 1 },
      { member: 0, host: 2 },
    ]);
    expect(wanted(() => true)).toEqual([{ member: 0, host: 1 }]);
  });

  test('stay within the bounds for a participant and for a room', () => {
    const hopeful = (count: number) =>
      Array.from({ length: count }, () =>
        member(0, Array(9).fill(80), { hopeRttMs: new Float64Array(9), isTimed: () => false }),
      );
    expect(timingsWanted('relay', room(hopeful(30), line(9, 1)), apart)).toHaveLength(TIMINGS_MAX);
    expect(timingsWanted('relay', room(hopeful(2), line(9, 1)), apart)).toHaveLength(2 * limits.echoSitesMax);
    expect(timingsWanted('relay', room(hopeful(1), line(9, 1)), apart)).toEqual([]);
  });

  test('are a few sites for each participant in mode single, even in rooms above PAIRED_MEMBERS_MAX', () => {
    const count = 3 * PAIRED_MEMBERS_MAX;
    const dark = Array.from({ length: count }, () => member(0, Array(9).fill(50), { isTimed: () => false }));
    const wanted = timingsWanted('single', room(dark, line(9, 1)), apart);
    expect(wanted).toHaveLength(count * ROOM_TIMINGS);
    expect(new Set(wanted.map((timing) => timing.member)).size).toBe(count);
    const timed = dark.map((one) => ({ ...one, isTimed: () => true }));
    expect(timingsWanted('single', room(timed, line(9, 1)), apart)).toEqual([]);
  });

  test('are none in mode direct', () => expect(timingsWanted('direct', room(blind), apart)).toEqual([]));

  test('are in mode single, for each member, the untimed hosts of the open sites that are best for all', () => {
    const hosts = 6;
    const untimed = { isTimed: (host: number) => host === 4 };
    const two = [member(0, [50, 9, 8, 7, 6, 5], untimed), member(0, [50, 9, 8, 7, 6, 5], untimed)];
    const view = room(two, line(hosts, 1), { isOpen: (host) => host !== 5 });
    const isSameSite = (a: number, b: number): boolean => Math.floor(a / 2) === Math.floor(b / 2);
    expect(timingsWanted('single', view, isSameSite)).toEqual(
      [3, 1].flatMap((host) => [0, 1].map((index) => ({ member: index, host }))),
    );
    expect(timingsWanted('single', room([]), apart)).toEqual([]);
    expect(new Set(timingsWanted('single', view, apart).map(({ host }) => host)).size).toBeLessThanOrEqual(
      ROOM_TIMINGS,
    );
  });
});

test('no gain and no requested timing is outside the fence, for 300 random rooms', () => {
  let gained = 0;
  for (let round = 0; round < 300; round += 1) {
    const seed = `fence ${round}`;
    const rng = seededRng(seed);
    const sites = 2 + rng.int(8);
    const regionOf = (site: number): string => (site % 2 === 0 ? 'eu' : 'us');
    const facts = Array.from({ length: 2 + rng.int(4) }, () => {
      const site = rng.int(sites);
      const meanMs = Float64Array.from({ length: sites }, () => 1 + rng.int(200));
      const sdMs = Float64Array.from({ length: sites }, () => rng.int(20));
      const timed = new Set(Array.from({ length: sites }, (_, at) => at).filter(() => rng.int(3) > 0));
      const belief = { meanMs, sdMs, floorMs: new Float64Array(sites), order: [], timed };
      return { site, belief, regionPin: rng.int(2) === 0 ? regionOf(site) : '' };
    });
    const view = roomSnapshot(facts, { paths: line(sites, 15), regionOf, isOpen: () => true });
    const fenced = (index: number, host: number): boolean => {
      const pin = facts[index]?.regionPin ?? '';
      return pin !== '' && regionOf(host) !== pin;
    };
    for (const mode of ['relay', 'direct', 'single'] as const) {
      const gains = gainsOf(mode, view);
      gained += gains.length;
      for (const { members: movers, host } of gains) {
        expect(
          movers.filter((mover) => fenced(mover, host)),
          seed,
        ).toEqual([]);
      }
    }
    for (const { member: index, host } of timingsWanted('relay', view, apart))
      expect(fenced(index, host), seed).toBe(false);
  }
  expect(gained).toBeGreaterThan(300);
});

test.each(['', 'eu'])('a room’s snapshot has its members’ present beliefs, with the pin "%s"', (regionPin) => {
  const paths = line(2, 15);
  const seen = (meanMs: number) => {
    const belief = {
      meanMs: Float64Array.of(meanMs, 9),
      sdMs: Float64Array.of(1, 2),
      floorMs: new Float64Array(2),
      order: [0, 1],
      timed: new Set([0]),
    };
    const facts = [{ site: 0, belief, regionPin }];
    const [one] = roomSnapshot(facts, { paths, regionOf: () => 'eu', isOpen: () => true }).members;
    return [[...(one?.accessRttMs ?? [])], [...(one?.hopeRttMs ?? [])], [0, 1].map((site) => one?.isTimed(site))];
  };
  expect(seen(20)).toEqual([
    [20, 9],
    [17, 3],
    [true, false],
  ]);
  expect(seen(30)[0]).toEqual([30, 9]);
  expect(seen(30)[1]).toEqual([27, 3]);
});

function randomRoom(rng: Rng): RoomSnapshot {
  const hosts = 1 + rng.int(6);
  const closed = rng.int(hosts + 2);
  const members = Array.from({ length: rng.int(7) }, () => {
    const dark = rng.int(hosts + 2);
    const rttMs = Array.from({ length: hosts }, () => rng.int(200));
    return member(rng.int(hosts), rttMs, { isTimed: (host) => host !== dark });
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

/** Felt delay by definition, summed pair by pair. */
function felt({ members, paths }: RoomSnapshot): number {
  let sum = 0;
  for (const [index, a] of members.entries()) {
    for (const b of members.slice(0, index)) {
      const access = ((a.accessRttMs[a.host] ?? 0) + (b.accessRttMs[b.host] ?? 0)) / 2;
      sum += feltMs(access + (paths.delayMs[a.host * paths.hosts + b.host] ?? 0));
    }
  }
  return sum;
}
