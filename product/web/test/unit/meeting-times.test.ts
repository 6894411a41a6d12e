import { describe, expect, it } from 'vitest';
import { elsewhereText, progressText, whenText } from '../../src/core/meeting-times.ts';
import { translatorOf } from '../../src/core/messages/translate.ts';

const en = { tag: 'en-GB', timeZone: 'Europe/Berlin', t: translatorOf('en') };
const zh = { tag: 'zh-CN', timeZone: 'Asia/Shanghai', t: translatorOf('zh') };
const times = (startsAt: string, endsAt: string) => ({ startsMs: Date.parse(startsAt), endsMs: Date.parse(endsAt) });
const hour = times('2026-11-23T13:00:00Z', '2026-11-23T14:00:00Z');

describe('the time of a meeting', () => {
  it.each([
    { now: '2026-11-23T12:35:00Z', en: 'Today, 14:00 – 15:00', zh: '今天 21:00 – 22:00' },
    // Berlin’s day has begun at 23:00 UTC, Shanghai’s at 16:00.
    { now: '2026-11-22T22:59:00Z', en: 'Tomorrow, 14:00 – 15:00', zh: '今天 21:00 – 22:00' },
    { now: '2026-11-22T23:00:00Z', en: 'Today, 14:00 – 15:00', zh: '今天 21:00 – 22:00' },
    { now: '2026-11-23T23:00:00Z', en: 'Yesterday, 14:00 – 15:00', zh: '昨天 21:00 – 22:00' },
    { now: '2026-11-20T12:00:00Z', en: 'Monday 23 November, 14:00 – 15:00', zh: '11月23日星期一 21:00 – 22:00' },
    {
      now: '2025-11-20T12:00:00Z',
      en: 'Monday, 23 November 2026, 14:00 – 15:00',
      zh: '2026年11月23日星期一 21:00 – 22:00',
    },
  ])('at $now', ({ now, ...expected }) => {
    const plain = (text: string): string => text.replace(/^(\w+), (\d)/, '$1 $2');
    expect(plain(whenText(hour, Date.parse(now), en))).toBe(plain(expected.en));
    expect(whenText(hour, Date.parse(now), zh)).toBe(expected.zh);
  });

  it('is today or tomorrow by the calendar, not by 24 hours, also at a clock change', () => {
    const sunday = times('2026-10-25T22:30:00Z', '2026-10-25T22:45:00Z');
    expect(whenText(sunday, Date.parse('2026-10-24T22:15:00Z'), en)).toMatch(/^Today, 23:30/);
    expect(whenText(sunday, Date.parse('2026-10-24T21:59:00Z'), en)).toMatch(/^Tomorrow, 23:30/);
  });

  it.each([
    { now: '2026-11-21T12:00:00Z', en: 'Begins in 2 days', zh: '2天后开始' },
    { now: '2026-11-23T09:40:00Z', en: 'Begins in 3 hours', zh: '3小时后开始' },
    { now: '2026-11-23T12:35:00Z', en: 'Begins in 25 minutes', zh: '25分钟后开始' },
    { now: '2026-11-23T12:59:59Z', en: 'Begins in 1 minute', zh: '1分钟后开始' },
    { now: '2026-11-23T13:00:59Z', en: 'Has just begun', zh: '刚刚开始' },
    { now: '2026-11-23T13:05:00Z', en: 'Running for 5 minutes', zh: '已进行 5分钟' },
    { now: '2026-11-23T14:10:00Z', en: 'Scheduled to end 10 minutes ago', zh: '原定于10分钟前结束' },
  ])('seen from $now', ({ now, ...expected }) => {
    expect(progressText(hour, Date.parse(now), en)).toBe(expected.en);
    expect(progressText(hour, Date.parse(now), zh)).toBe(expected.zh);
  });

  it('counts the time since a start in whole hours', () => {
    const day = times('2026-11-23T00:00:00Z', '2026-11-23T23:00:00Z');
    expect(progressText(day, Date.parse('2026-11-23T01:59:00Z'), en)).toBe('Running for 1 hour');
  });

  it('appears in the booking’s zone too, but only where its clocks differ', () => {
    expect(elsewhereText(hour, 'Asia/Shanghai', en)).toBe('21:00 – 22:00, China Standard Time');
    expect(elsewhereText(hour, 'Europe/Paris', en)).toBeUndefined();
    expect(elsewhereText(hour, undefined, en)).toBeUndefined();
    expect(elsewhereText(hour, 'Mars/Olympus', en)).toBeUndefined();
  });
});
