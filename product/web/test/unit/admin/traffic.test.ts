import { describe, expect, it } from 'vitest';
import { trafficTexts } from '../../../src/admin/traffic/text.ts';
import { dayBegin, dayEnd, exactTimeText, spanText, timeText } from '../../../src/admin/traffic/when.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';

describe('times', () => {
  const reader = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
  const say = sayOf(trafficTexts, 'en');

  it('are in the user’s zone; an invalid time gives an empty text', () => {
    for (const text of [undefined, '', 'soon']) expect(timeText(text, reader)).toBe('');
    expect(timeText('2026-11-23T08:48:59Z', reader)).toBe('23 Nov 2026, 09:48');
    expect(exactTimeText('2026-11-23T08:48:59Z', reader)).toBe('23 Nov 2026, 09:48:59');
  });

  it('give spans in at most two units, the second not 0; an invalid span counts as zero', () => {
    const rows = [
      [Number.NaN, '0 s'],
      [-5000, '0 s'],
      [400, '0 s'],
      [59_499, '59 s'],
      [59_500, '1 min'],
      [3_599_000, '59 min 59 s'],
      [3_600_000, '1 h'],
      [97 * 3_600_000 + 60_000, '97 h 1 min'],
    ] as const;
    for (const [ms, text] of rows) expect(spanText(0, ms, say)).toBe(text);
  });

  it('of a day’s start and end follow the zone, also where clocks change', () => {
    for (const day of ['', 'today', '2026-13-01', '2026-1-1']) {
      expect(dayBegin(day, 'UTC')).toBeUndefined();
      expect(dayEnd(day, 'UTC')).toBeUndefined();
    }
    const rows = [
      ['2026-11-23', 'Asia/Shanghai', '2026-11-22T16:00:00.000Z', '2026-11-23T16:00:00.000Z'],
      ['2026-11-23', 'America/New_York', '2026-11-23T05:00:00.000Z', '2026-11-24T05:00:00.000Z'],
      ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z', '2026-11-23T18:15:00.000Z'],
    ] as const;
    for (const [day, zone, begin, end] of rows)
      expect([dayBegin(day, zone), dayEnd(day, zone)], `${day} ${zone}`).toEqual([begin, end]);
  });
});
