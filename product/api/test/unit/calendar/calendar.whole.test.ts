import { seededRng } from '@meridian/runtime';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/calendar/calendar.ts';
import { localOf } from '../../../src/meetings/core/local-time.ts';
import type { Invitee } from '../../../src/meetings/core/meeting.ts';
import type { Series } from '../../../src/meetings/core/occurrences.ts';
import { comparedTimes, meetingOf, randomSeries } from '../../support/random-series.ts';

const joinUrl = () => 'https://meet.example/m/100000000';
const daily: Series = {
  localStart: '2026-03-27T02:30:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
  recurrence: 'FREQ=DAILY;COUNT=5',
  exceptions: ['2026-03-28T02:30:00'],
  overrides: [{ originalStart: '2026-03-30T02:30:00', localStart: '2026-03-30T09:00:00', title: 'Late' }],
};
const bob: Invitee = {
  id: 'in_1',
  email: 'bob@example.org',
  name: 'Bob, "B"; x:y',
  userId: '',
  role: '',
  language: 'en',
  status: 'accepted',
  bookedBy: '',
};

/** Returns the occurrences as a calendar program reads them, in its own zones. */
function readBack(text: string, most: number): [startsMs: number, endsMs: number][] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const [first, ...exceptionEvents] = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each));
  if (first === undefined) throw new Error('no event');
  for (const one of exceptionEvents) first.relateException(one);
  const ms = (time: ICAL.Time): number => time.toUnixTime() * 1000;
  if (!first.isRecurring()) return [[ms(first.startDate), ms(first.endDate)]];
  const found: [number, number][] = [];
  const iterator = first.iterator();
  for (let next = iterator.next(); next && found.length < most; next = iterator.next()) {
    const { startDate, endDate } = first.getOccurrenceDetails(next);
    found.push([ms(startDate), ms(endDate)]);
  }
  return found.sort(([a], [b]) => a - b);
}

/** In the hours of a clock change, ical.js takes the other one of two possible times. */
const isAtChange = (wallMs: number, timeZone: string): boolean => {
  const offsetMs = (at: number): number => Date.parse(`${localOf(at, timeZone)}Z`) - at;
  return offsetMs(wallMs - 7_200_000) !== offsetMs(wallMs + 7_200_000);
};
/** ical.js and recurring-ical-events differ on these rules; `recurrence.jsonl` has the answers of the latter. */
const ELSEWHERE = /YEARLY;BYDAY|BYMONTHDAY=.*BYDAY|MONTHLY;.*BYMONTH=/;

describe('a calendar', () => {
  it('has every field of the meeting and of the invitee', () => {
    const meeting = { ...meetingOf(daily), title: 'A; b, c\\d', description: 'x\ny', sequence: 4 };
    const text = calendarOf([meeting], {
      method: 'request',
      joinUrl,
      attendee: bob,
      organizer: { name: 'Acme', email: 'meet@example.org' },
    });
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    const calendar = new ICAL.Component(ICAL.parse(text));
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    const [series, late] = calendar.getAllSubcomponents('vevent');
    const value = (component: ICAL.Component | undefined, name: string) =>
      String(component?.getFirstPropertyValue(name));
    expect(value(series, 'summary')).toBe('A; b, c\\d');
    expect(value(series, 'description')).toBe('x\ny\n\nhttps://meet.example/m/100000000');
    expect(value(series, 'url')).toBe('https://meet.example/m/100000000');
    expect(value(series, 'sequence')).toBe('4');
    expect(value(series, 'organizer')).toBe('mailto:meet@example.org');
    expect(series?.getFirstProperty('attendee')?.getFirstParameter('partstat')).toBe('ACCEPTED');
    expect(value(late, 'summary')).toBe('Late');
    expect(value(late, 'uid')).toBe(value(series, 'uid'));
    expect(text).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260330T023000');
    expect(text).toContain('DTEND;TZID=Europe/Berlin:20260330T093000');
    expect(text.match(/^(RRULE|DURATION):.*$/gm)).toEqual(['RRULE:FREQ=DAILY;COUNT=5', 'DURATION:PT30M']);
    expect(text).toContain('DTSTART;TZID=Europe/Berlin:20260327T023000');
  });

  it('keeps a start that a clock change skips', () => {
    const text = calendarOf([meetingOf({ ...daily, localStart: '2026-03-29T02:30:00' })], {
      method: 'publish',
      joinUrl,
    });
    expect(text).toContain('DTSTART;TZID=Europe/Berlin:20260329T023000');
  });

  it('with method cancel cancels every event of the meeting', () => {
    const text = calendarOf([meetingOf(daily)], { method: 'cancel', joinUrl, attendee: bob });
    expect(text).toContain('METHOD:CANCEL');
    expect(text.match(/STATUS:CANCELLED/g)).toHaveLength(2);
  });

  it('gives another program the same occurrences as the api', () => {
    const rng = seededRng('calendar 19');
    for (let at = 0; at < 200; at++) {
      const series = randomSeries(rng);
      if (ELSEWHERE.test(series.recurrence)) continue;
      const text = calendarOf([meetingOf(series)], { method: 'publish', joinUrl });
      const ownTimes = comparedTimes(series).slice(0, 100);
      const readTimes = new Set(readBack(text, 150 + series.exceptions.length).map(([startsMs]) => startsMs));
      const missing = ownTimes.filter(
        ([startsMs]) => !readTimes.has(startsMs) && !isAtChange(startsMs, series.timeZone),
      );
      expect([series, missing.map(([ms]) => new Date(ms).toISOString())]).toEqual([series, []]);
    }
  });
});
