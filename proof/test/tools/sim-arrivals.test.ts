import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  ARRIVAL_DEFAULTS,
  type ArrivalOptions,
  BEGIN_WITHIN_MS,
  type Meeting,
  meetingsOf,
  type Stay,
  WARM_UP_MS,
} from '../../sim/arrivals.ts';

const ROOMS = 2000;
const SIZE = 5;
const MINUTE_MS = 60_000;
const seededMeetings = (o: Partial<ArrivalOptions> = {}, seed = 'a'): Meeting[] =>
  meetingsOf(ROOMS, SIZE, { ...ARRIVAL_DEFAULTS, ...o }, seededRng(seed));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const lengthsOf = (meetings: readonly Meeting[]): number[] => meetings.map(({ startMs, endMs }) => endMs - startMs);
/** Returns the ordered stays of each person who came, by meeting. */
const byPerson = (meetings: readonly Meeting[]): { meeting: Meeting; stays: Stay[] }[] =>
  meetings.flatMap((meeting) =>
    [...new Set(meeting.stays.map(({ person }) => person))].map((person) => {
      return { meeting, stays: meeting.stays.filter((stay) => stay.person === person) };
    }),
  );

test.each([
  { name: 'as assumed', o: {} },
  { name: 'with people who come and go all the time', o: { absencesPerHour: 60, leaveEarly: 1 } },
  { name: 'in very short meetings of late people', o: { meetingMedianMin: 3, arrivalMeanS: 3600 } },
])('$name: no person is there twice or outside the meeting, and stays are in order', ({ o }) => {
  const meetings = seededMeetings(o);
  expect(meetings).toHaveLength(ROOMS);
  for (const { startMs, endMs, stays } of meetings) {
    expect(startMs).toBeGreaterThanOrEqual(WARM_UP_MS);
    expect(startMs).toBeLessThan(WARM_UP_MS + BEGIN_WITHIN_MS);
    for (const { person, fromMs, toMs } of stays) {
      expect(person >= 0 && person < SIZE && fromMs >= startMs && fromMs < toMs && toMs <= endMs).toBe(true);
    }
    expect(stays.map(({ fromMs }) => fromMs)).toEqual(stays.map(({ fromMs }) => fromMs).sort((a, b) => a - b));
  }
  for (const { stays } of byPerson(meetings))
    for (const [at, { fromMs }] of stays.entries()) expect(fromMs).toBeGreaterThan(stays[at - 1]?.toMs ?? 0);
});

test('the same seed gives the same meetings, and another seed others', () => {
  expect(seededMeetings()).toEqual(seededMeetings());
  expect(seededMeetings()).not.toEqual(seededMeetings({}, 'b'));
});

test('more rooms do not change the earlier ones', () => {
  expect(meetingsOf(10, SIZE, ARRIVAL_DEFAULTS, seededRng('a'))).toEqual(seededMeetings().slice(0, 10));
});

describe('trickle', () => {
  test('lengths have their median, none is below 3 minutes or above 4 hours', () => {
    const lengths = lengthsOf(seededMeetings());
    expect(median(lengths) / (30 * MINUTE_MS)).toBeCloseTo(1, 1);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(3 * MINUTE_MS);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(240 * MINUTE_MS);
    // With sigma 0.8 a sixth is longer than e^0.8 times the median.
    const long = lengths.filter((ms) => ms > 30 * MINUTE_MS * Math.exp(0.8)).length / ROOMS;
    expect(Math.abs(long - 0.159)).toBeLessThan(0.03);
    expect(median(lengthsOf(seededMeetings({ meetingMedianMin: 8 }))) / (8 * MINUTE_MS)).toBeCloseTo(1, 1);
  });

  test('the first comes at the beginning, the second within 30 s, most others within minutes, some at any time', () => {
    const meetings = seededMeetings({ absencesPerHour: 0 });
    const lateMs = (person: number): number[] =>
      meetings.flatMap(({ startMs, stays }) =>
        stays.filter((stay) => stay.person === person).map(({ fromMs }) => fromMs - startMs),
      );
    expect(Math.max(...lateMs(0))).toBe(0);
    expect(Math.max(...lateMs(1))).toBeLessThan(30_000);
    const lateMeetings = lateMs(3);
    // The median person waits 15 s plus the exponential's 0.69 × 180 s among the 80 %; the others come later.
    expect(median(lateMeetings)).toBeGreaterThan(130_000);
    expect(median(lateMeetings)).toBeLessThan(260_000);
    expect(lateMeetings.filter((ms) => ms > 10 * MINUTE_MS).length / lateMeetings.length).toBeGreaterThan(0.1);
    const sooner = seededMeetings({ arrivalMeanS: 60 }).flatMap(({ startMs, stays }) =>
      stays.map((stay) => stay.fromMs - startMs),
    );
    const later = seededMeetings({ arrivalMeanS: 600 }).flatMap(({ startMs, stays }) =>
      stays.map((stay) => stay.fromMs - startMs),
    );
    expect(median(sooner)).toBeLessThan(median(later));
  });

  test('a fifth of the people leaves early', () => {
    const people = byPerson(seededMeetings({ absencesPerHour: 0 }));
    const earlyLeavers = people.filter(({ meeting, stays }) => (stays[0]?.toMs ?? 0) < meeting.endMs);
    expect(Math.abs(earlyLeavers.length / people.length - 0.2)).toBeLessThan(0.02);
    expect(
      byPerson(seededMeetings({ absencesPerHour: 0, leaveEarly: 0 })).every(({ stays }) => stays.length === 1),
    ).toBe(true);
  });

  test('a person is absent once in two hours on average, for a minute at the median', () => {
    const people = byPerson(seededMeetings({ leaveEarly: 0 }));
    const gaps = people.flatMap(({ stays }) =>
      stays.slice(1).map(({ fromMs }, at) => fromMs - (stays[at]?.toMs ?? NaN)),
    );
    const hours = people.flatMap(({ stays }) => stays).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 36e5;
    expect(Math.abs(gaps.length / hours - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(median(gaps) / 60_000 - 1)).toBeLessThan(0.15);
  });
});

test('together: everybody stays for the whole meeting, and all meetings are equally long', () => {
  const meetings = seededMeetings({ arrivals: 'together' });
  expect(new Set(lengthsOf(meetings).map(Math.round))).toEqual(new Set([30 * MINUTE_MS]));
  for (const { startMs, endMs, stays } of meetings)
    expect(stays).toEqual(Array.from({ length: SIZE }, (_, person) => ({ person, fromMs: startMs, toMs: endMs })));
});
