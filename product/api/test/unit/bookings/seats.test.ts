import { describe, expect, it } from 'vitest';
import {
  type BookableOccurrence,
  type BookedMeeting,
  bookingsOf,
  expectedSeats,
  withinQuota,
} from '../../../src/bookings/core/seats.ts';
import { type Invitee, usualSettings } from '../../../src/meetings/core/meeting.ts';

const invitee = (userId: string, status: Invitee['status'] = 'needsAction'): Invitee => ({
  id: `in_${userId}`,
  email: '',
  name: userId,
  userId,
  role: '',
  language: 'en',
  status,
  bookedBy: '',
});
const meeting = (id: string, invited: number, settings: Partial<BookedMeeting['settings']> = {}): BookedMeeting => ({
  id,
  tenant: 'acme',
  room: id,
  leadersBookedBy: '',
  hosts: [],
  cohosts: [],
  settings: { ...usualSettings, ...settings },
  invitees: Array.from({ length: invited }, (_, at) => invitee(`u${at}`)),
});
const occurrence = (id: string, startsMs: number, endsMs: number, invited: number): BookableOccurrence => ({
  meeting: meeting(id, invited),
  originalStart: '2026-03-02T09:00:00',
  startsMs,
  endsMs,
});

describe('expected seats', () => {
  it.each([
    ['0 for a meeting without hosts and invitees', meeting('m', 0), 0],
    ['hosts and invitees', { ...meeting('m', 3), hosts: ['ann'], cohosts: ['bob'] }, 5],
    ['a host who is also an invitee once', { ...meeting('m', 3), hosts: ['u1'] }, 3],
    ['no invitee that has declined', { ...meeting('m', 0), invitees: [invitee('a'), invitee('b', 'declined')] }, 1],
    ['no more than the meeting’s capacity', meeting('m', 9, { capacity: 4 }), 4],
  ])('count %s', (_, one, expected) => expect(expectedSeats(one)).toBe(expected));
});

describe('a tenant’s limit', () => {
  const seatsUnderLimit = (limit: number, ...ones: BookableOccurrence[]) =>
    Object.fromEntries(
      [...withinQuota(ones, limit)].map(
        ([
          {
            meeting: { id },
          },
          seats,
        ]) => [id, seats],
      ),
    );
  const [a, b, c] = [occurrence('a', 0, 10, 6), occurrence('b', 5, 15, 6), occurrence('c', 10, 20, 6)];
  it('of 0 stands for no limit', () => expect(seatsUnderLimit(0, a, b, c)).toEqual({ a: 6, b: 6, c: 6 }));
  it('is shared by occurrences at the same time, in the order of their beginnings', () =>
    expect(seatsUnderLimit(8, c, b, a)).toEqual({ a: 6, b: 2, c: 6 }));
  const by = (bookedBy: string, one: BookableOccurrence): BookableOccurrence => {
    const invitees = one.meeting.invitees.map((each) => ({ ...each, bookedBy }));
    return { ...one, meeting: { ...one.meeting, invitees, leadersBookedBy: bookedBy } };
  };
  /** An occurrence of one booker, to which another one has added people. */
  const withMore = (one: BookableOccurrence, bookedBy: string, people: number): BookableOccurrence => {
    const added = Array.from({ length: people }, (_, at) => ({ ...invitee(`more${at}`), bookedBy }));
    return { ...one, meeting: { ...one.meeting, invitees: [...one.meeting.invitees, ...added] } };
  };
  it.each([
    ['half of the seats', 8, [by('ann', a)], { a: 4 }],
    ['half of the seats for all meetings at the same time', 8, [by('ann', a), by('ann', b)], { a: 4, b: 0 }],
    ['half again after the first meeting', 8, [by('ann', a), by('ann', c)], { a: 4, c: 4 }],
    ['half of what others leave', 8, [a, by('ann', b)], { a: 6, b: 1 }],
    ['no seat of others', 8, [by('ann', a), by('bob', b)], { a: 4, b: 2 }],
    [
      'no seats by people added to the meeting of another',
      20,
      [withMore(by('ann', a), 'bob', 99), by('ann', b)],
      { a: 13, b: 1 },
    ],
    [
      'no seats by people added to meetings of API keys',
      20,
      [withMore(a, 'bob', 99), withMore(b, 'bob', 99)],
      { a: 13, b: 6 },
    ],
    ['all that it needs, if that is less', 20, [by('ann', a), b], { a: 6, b: 6 }],
  ])('gives one booker %s', (_what, limit, ones, seats) => expect(seatsUnderLimit(limit, ...ones)).toEqual(seats));
  it('of 0 keeps a thousand seats at the same time for one booker', () => {
    const [large, next] = [by('ann', occurrence('a', 0, 10, 900)), by('ann', occurrence('b', 5, 15, 900))];
    expect(seatsUnderLimit(0, large, next)).toEqual({ a: 900, b: 100 });
    expect(seatsUnderLimit(0, occurrence('a', 0, 10, 900), occurrence('b', 5, 15, 900))).toEqual({ a: 900, b: 900 });
  });
  it('can leave an occurrence without seats', () => expect(seatsUnderLimit(6, a, b)).toEqual({ a: 6, b: 0 }));
  it('counts hosts for who made them more', () => {
    const hosts = Array.from({ length: 9 }, (_, at) => `host${at}`);
    const led = { ...a, meeting: { ...a.meeting, hosts, leadersBookedBy: 'ann', invitees: [] } };
    expect(seatsUnderLimit(8, led, by('ann', b))).toEqual({ a: 4, b: 0 });
  });
});

describe('regions', () => {
  const regionsOf = (seats: number, regions: string[]) => {
    const one = { ...occurrence('m', 0, 10, 0), meeting: meeting('m', 0, { regions }) };
    return bookingsOf(one, seats, 'frankfurt').map(({ region, sessions }) => [region, sessions]);
  };
  it.each([
    ['all in the default region', 5, [], [['frankfurt', 5]]],
    [
      'in equal parts among the regions of the meeting',
      5,
      ['tokyo', 'paris'],
      [
        ['tokyo', 3],
        ['paris', 2],
      ],
    ],
    ['none in a region when there are too few', 1, ['tokyo', 'paris'], [['tokyo', 1]]],
    ['none of 0 seats', 0, [], []],
  ] as const)('get seats: %s', (_, seats, regions, expected) =>
    expect(regionsOf(seats, [...regions])).toEqual(expected),
  );
});

describe('a meeting that records itself', () => {
  const booked = (seats: number, settings: Partial<BookedMeeting['settings']>) =>
    bookingsOf(
      { meeting: meeting('m', 9, settings), originalStart: '2026-03-02T09:00:00', startsMs: 0, endsMs: 10 },
      seats,
      'eu',
    ).map(({ region, recordSlots, fence }) => [region, recordSlots, fence]);
  it('books recorder slots in one piece, inside its regions; other meetings book none', () => {
    expect(booked(5, { record: 'auto' })).toEqual([['eu', 5, '']]);
    expect(booked(5, { record: 'auto', regions: ['us', 'eu'] })).toEqual([
      ['us', 5, 'eu,us'],
      ['eu', 0, 'eu,us'],
    ]);
    expect(booked(5, {})).toEqual([['eu', 0, '']]);
  });
});
