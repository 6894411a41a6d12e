import { describe, expect, test } from 'vitest';
import {
  BOOKED_ROOMS_MAX,
  bookedRecordingsOf,
  KeptSlots,
  keepSlots,
  nothingKept,
  type RecordBooking,
} from '../../../src/recording/core/kept-slots.ts';
import { KEPT, NO_SLOTS, planQueue } from '../../../src/recording/core/plan-queue.ts';
import { type Recorder, type RecordingAsk, recordingKeyOf } from '../../../src/recording/core/types.ts';
import { frankfurt, singapore } from '../fixtures.ts';

const AHEAD_MS = 600_000;
const START_MS = 1_000_000;
const END_MS = 2_000_000;
const booking = (id: string, o: Partial<RecordBooking> = {}): RecordBooking => ({
  id,
  region: 'eu',
  roomKey: `t/${id}`,
  recordSlots: 4,
  startsAtMs: START_MS,
  endsAtMs: END_MS,
  ...o,
});
const recorder = (nodeId: string, o: Partial<Recorder> = {}): Recorder => ({
  nodeId,
  hostId: `host-${nodeId}`,
  region: 'eu',
  slots: 10,
  freeSlots: 10,
  ...frankfurt,
  ...o,
});
const far = recorder('far', { region: 'ap', ...singapore });
const none = new Map<string, number>();
const places: Readonly<Record<string, { latitude: number; longitude: number }>> = { eu: frankfurt, ap: singapore };
const keep = (bookings: readonly RecordBooking[], recorders: readonly Recorder[], taken = none): KeptSlots =>
  keepSlots(bookedRecordingsOf(bookings, START_MS, AHEAD_MS), recorders, taken, (region) => places[region]);
const rows = (kept: KeptSlots): string[] =>
  kept.list().map(({ roomKey, recorderId, slots }) => `${roomKey} ${recorderId} ${slots}`);

describe('bookings that are due', () => {
  test.each([
    { name: 'before the ten minutes', atMs: START_MS - AHEAD_MS - 1, due: 0 },
    { name: 'from ten minutes before its start', atMs: START_MS - AHEAD_MS, due: 1 },
    { name: 'until its last millisecond', atMs: END_MS - 1, due: 1 },
    { name: 'not at its end', atMs: END_MS, due: 0 },
    { name: 'a booking of zero slots', atMs: START_MS, o: { recordSlots: 0 }, due: 0 },
    { name: 'a booking without slots', atMs: START_MS, o: { recordSlots: undefined }, due: 0 },
    { name: 'a booking without a room', atMs: START_MS, o: { roomKey: undefined }, due: 0 },
  ])('$name: $due', ({ atMs, o, due }) => {
    expect(bookedRecordingsOf([booking('a', o)], atMs, AHEAD_MS)).toHaveLength(due);
  });

  test('are the largest booking of each room, the earliest rooms first, up to a bound', () => {
    const same = { roomKey: 't/same' };
    const several = [
      booking('a', { ...same, recordSlots: 2 }),
      booking('b', { ...same, recordSlots: 5, region: 'ap', fence: 'ap' }),
      booking('c', { ...same, recordSlots: 5 }),
    ];
    expect(bookedRecordingsOf(several, START_MS, AHEAD_MS)).toEqual([
      { roomKey: 't/same', region: 'ap', fence: 'ap', slots: 5 },
    ]);
    const many = Array.from({ length: BOOKED_ROOMS_MAX + 1 }, (_, count) =>
      booking(`${count}`, { startsAtMs: START_MS - count }),
    );
    const due = bookedRecordingsOf(many, START_MS, AHEAD_MS);
    expect([due.length, due[0]?.roomKey]).toEqual([BOOKED_ROOMS_MAX, `t/${BOOKED_ROOMS_MAX}`]);
    expect(due.some(({ roomKey }) => roomKey === 't/0')).toBe(false);
  });
});

describe('slots kept for a booked room are', () => {
  test.each([
    { name: 'in its region', recorders: [far, recorder('near')], want: ['t/a near 4'] },
    { name: 'far away when there is none nearer', recorders: [far], want: ['t/a far 4'] },
    { name: 'never outside its fence', recorders: [far], o: { fence: 'eu,us' }, want: [], short: 4 },
    {
      name: 'on a recorder that has all of them free, even if it is farther',
      recorders: [recorder('near', { freeSlots: 3 }), far],
      want: ['t/a far 4'],
    },
    {
      name: 'otherwise on the recorders with most free slots',
      recorders: [recorder('a', { freeSlots: 1 }), recorder('b', { freeSlots: 2 }), recorder('c', { freeSlots: 3 })],
      want: ['t/a c 3', 't/a b 1'],
    },
    {
      name: 'fewer when not all of them fit, and the rest is short',
      recorders: [recorder('a', { freeSlots: 1 }), recorder('b', { freeSlots: 0 })],
      want: ['t/a a 1'],
      short: 3,
    },
    {
      name: 'no more than the largest recorder has in all',
      recorders: [recorder('a', { slots: 3, freeSlots: 3 }), recorder('b', { slots: 2, freeSlots: 2 })],
      want: ['t/a a 3'],
      short: 0,
      kept: 3,
    },
    { name: 'nowhere without recorders', recorders: [], want: [], short: 4 },
    {
      name: 'on a recorder of the region when the place of the region is unknown',
      recorders: [far, recorder('in', { region: 'mars' })],
      o: { region: 'mars' },
      want: ['t/a in 4'],
    },
  ])('$name', ({ recorders, o, want, short = 0, kept: count = 4 - short }) => {
    const kept = keep([booking('a', o)], recorders);
    expect(rows(kept)).toEqual(want);
    expect([kept.short, kept.slots]).toEqual([short, count]);
  });

  test('fewer when the room’s recordings have taken some or all of them', () => {
    const taken = (slots: number) => keep([booking('a')], [recorder('r')], new Map([['t/a', slots]]));
    expect([1, 4, 9].map((slots) => rows(taken(slots)))).toEqual([['t/a r 3'], [], []]);
  });

  test('never those of another room: two rooms share recorders, and the room that begins first is served first', () => {
    const bookings = [booking('b', { recordSlots: 6 }), booking('a', { recordSlots: 6, startsAtMs: START_MS - 1 })];
    const kept = keep(bookings, [recorder('r')]);
    expect(rows(kept)).toEqual(['t/a r 6', 't/b r 4']);
    expect([...kept.shortByRoom]).toEqual([['t/b', 2]]);
  });
});

describe('the plan of waiting recordings, with kept slots,', () => {
  const ask = (room: string, o: Partial<RecordingAsk> = {}): RecordingAsk => ({
    key: recordingKeyOf(room, 'rec'),
    tenant: room,
    fence: '',
    priority: 0,
    slots: 1,
    avoidIds: [],
    place: { hostId: 'h', region: 'eu', ...frankfurt },
    ...o,
  });
  const kept = (slots: number) => keep([booking('a', { recordSlots: slots })], [recorder('r')]);
  const begun = (entries: readonly RecordingAsk[], slots: number, recorders = [recorder('r')]) =>
    planQueue(
      entries.map((one, sinceMs) => ({ ask: one, sinceMs })),
      recorders,
      none,
      kept(slots),
    ).order.map(({ entry, recorderId, reason }) => `${entry.ask.tenant} ${recorderId ?? reason}`);

  test('lets another room wait though slots are free, and says why; the booked room begins', () => {
    expect(begun([ask('t/other'), ask('t/a')], 10)).toEqual([`t/other ${KEPT}`, 't/a r']);
    expect(begun([ask('t/other')], 9)).toEqual(['t/other r']);
    expect(begun([ask('t/other')], 10, [recorder('r', { freeSlots: 0 })])).toEqual([`t/other ${NO_SLOTS}`]);
  });

  test('lets the booked room have more than its kept slots, but not those of another', () => {
    expect(begun([ask('t/a', { slots: 10 })], 4)).toEqual(['t/a r']);
    const two = keep([booking('a'), booking('b')], [recorder('r')]);
    const plan = planQueue([{ ask: ask('t/a', { slots: 7 }), sinceMs: 0 }], [recorder('r')], none, two);
    expect(plan.order[0]).toMatchObject({ recorderId: undefined, reason: KEPT });
  });

  test('lets its own recordings together take the kept slots once', () => {
    const own = (id: string, slots: number) => ask('t/a', { key: recordingKeyOf('t/a', id), slots });
    const order = begun([own('one', 8), own('two', 2), ask('t/other')], 8);
    expect(order).toEqual(['t/a r', 't/other r', `t/a ${NO_SLOTS}`]);
  });

  test('counts those that wait for kept slots as ahead; a plan changes nothing of the kept slots', () => {
    const before = kept(10);
    const entries = [ask('t/x', { slots: 3 }), ask('t/y'), ask('t/a')].map((one, sinceMs) => ({ ask: one, sinceMs }));
    const plan = planQueue(entries, [recorder('r')], none, before);
    expect(plan.order.map(({ slotsAhead }) => slotsAhead)).toEqual([3, 4, 4]);
    expect(rows(before)).toEqual(['t/a r 10']);
  });

  test('never gives out kept slots that were used since', () => {
    const seen = kept(8).seenBy('t/other', [recorder('r', { freeSlots: 5 })]);
    expect([seen[0]?.freeSlots, kept(8).seenBy('t/a', [recorder('r', { freeSlots: 5 })])[0]?.freeSlots]).toEqual([
      0, 5,
    ]);
    expect(nothingKept().seenBy('t/a', [far])).toEqual([far]);
  });

  test('lets a room take no more slots than are kept for it, even by two calls', () => {
    const two = new KeptSlots(
      [
        { roomKey: 't/a', recorderId: 'r', slots: 3 },
        { roomKey: 't/b', recorderId: 'r', slots: 2 },
      ],
      none,
    );
    two.take('t/a', 'r', 9);
    two.take('t/a', 'r', 9);
    two.take('t/none', 'nowhere', 1);
    expect([rows(two), two.slots]).toEqual([['t/b r 2'], 2]);
  });
});
