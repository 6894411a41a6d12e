// What a settled room is worth by its mode, and where a changed mode puts people.
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { gatheringHost, isFar } from '../../../src/core/moves/gather.ts';
import {
  betterIngress,
  ROOM_TIMINGS,
  settlementOf,
  timingsWanted,
  WRONG_INGRESS_MS,
} from '../../../src/core/moves/settle.ts';
import { settledRoom } from '../../../src/core/moves/settled-view.ts';
import { bestRehoming, type RoomMember, rehomingsWorthTiming, type SettledRoom } from '../../../src/core/rehome.ts';
import { line, member } from '../support/settled-rooms.ts';

const room = (members: RoomMember[], overrides: Partial<SettledRoom> = {}): SettledRoom => ({
  members,
  paths: line(3, 20),
  isOpen: () => true,
  ...overrides,
});
const apart = (a: number, b: number): boolean => a === b;
const far = [member(0, [10, 20, 90]), member(2, [90, 20, 10])];

describe('a settled room', () => {
  test('of mode relay has one re-homing, and asks for what that needs', () => {
    const blind = far.map((one) => ({ ...one, isTimed: (host: number) => host === one.host }));
    expect(timingsWanted('relay', room(blind), apart)).toEqual(rehomingsWorthTiming(room(blind), apart));
    expect(settlementOf('relay', room(blind))).toEqual({ kind: 'stay' });
    expect(settlementOf('relay', room(far))).toEqual({ kind: 'member', move: bestRehoming(room(far)) });
  });

  test('of mode direct stays, whatever it would gain, and asks for nothing', () => {
    expect(timingsWanted('direct', room(far), apart)).toEqual([]);
    expect(settlementOf('direct', room(far))).toEqual({ kind: 'stay' });
  });

  test('of mode single moves as a whole, to where everybody has timed', () => {
    const three = [0, 0, 0].map((host) => member(host, [60, 10, 10]));
    expect(settlementOf('single', room(three))).toEqual({ kind: 'room', host: 1, gainMs: 50 });
    const doubtful = three.with(1, member(0, [60, 10, 10], { isTimed: (host) => host !== 1 }));
    expect(settlementOf('single', room(doubtful))).toMatchObject({ host: 2 });
    expect(settlementOf('single', room(three, { isOpen: () => false }))).toEqual({ kind: 'stay' });
  });

  test('of mode single asks everybody for the best sites of all, one host a site, open ones, and nobody for what is timed', () => {
    const hosts = 6;
    const untimed = { isTimed: (host: number) => host === 4 };
    const two = [member(0, [50, 9, 8, 7, 6, 5], untimed), member(0, [50, 9, 8, 7, 6, 5], untimed)];
    const view = room(two, { paths: line(hosts, 1), isOpen: (host) => host !== 5 });
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

describe('a wrong first ingress', () => {
  const times = (rows: Record<string, number>) => new Map(Object.entries(rows));
  test.each([
    { name: 'nothing timed', times: {}, want: undefined },
    { name: 'the present one not timed', times: { b: 1 }, want: undefined },
    { name: 'better, but not by enough', times: { a: 30, b: 30 - WRONG_INGRESS_MS }, want: undefined },
    { name: 'better by enough', times: { a: 30, b: 29 - WRONG_INGRESS_MS }, want: { site: 'b', gainMs: 11 } },
    { name: 'the best of several', times: { a: 90, b: 40, c: 20, d: 30 }, want: { site: 'c', gainMs: 70 } },
    { name: 'a shut one is passed over', times: { a: 90, shut: 1, b: 40 }, want: { site: 'b', gainMs: 50 } },
  ])('$name', (row) => {
    expect(betterIngress('a', times(row.times as Record<string, number>), (site) => site !== 'shut')).toEqual(row.want);
  });
});

describe('a changed mode', () => {
  test('gathers at a host that has the room, unless another is much better for all', () => {
    const open = () => true;
    expect(gatheringHost([member(0, [10, 5, 50]), member(2, [28, 5, 10])], 3, open)).toBe(0);
    expect(gatheringHost([member(0, [60, 5, 99]), member(2, [99, 5, 60])], 3, open)).toBe(1);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, (host) => host === 2)).toBe(2);
    expect(gatheringHost([member(0, [60, 5, 99])], 3, () => false)).toBeUndefined();
  });

  test.each([
    { name: 'at the nearest', member: member(0, [5, 50, 50]), want: false },
    { name: 'nearly as near', member: member(0, [13, 5, 50]), want: false },
    { name: 'far', member: member(0, [14, 5, 50]), want: true },
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
  ] as { name: string; member: RoomMember; want: boolean; shut?: number }[])('spreads who is far: $name', (row) => {
    expect(isFar(row.member, 3, (host) => host !== row.shut)).toBe(row.want);
  });
});

test('nobody is ever sent outside the fence, for 300 random rooms', () => {
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
      return { site, belief, regionPin: rng.int(2) === 0 ? regionOf(site) : '', mayMove: true };
    });
    const view = settledRoom(facts, { paths: line(sites, 15), regionOf, isOpen: () => true });
    const fenced = (index: number, host: number): boolean => {
      const pin = facts[index]?.regionPin ?? '';
      return pin !== '' && regionOf(host) !== pin;
    };
    for (const { member: index, host } of timingsWanted('relay', view, apart))
      expect(fenced(index, host), seed).toBe(false);
    const { kind, ...settled } = settlementOf('relay', view);
    if (kind === 'member' && 'move' in settled)
      expect(fenced(settled.move.member, settled.move.host), seed).toBe(false);
    const whole = settlementOf('single', view);
    if (whole.kind === 'room') for (const index of facts.keys()) expect(fenced(index, whole.host), seed).toBe(false);
  }
});
