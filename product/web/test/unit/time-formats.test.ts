import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datedRange, type TimeForm, timeFormat, timeRange } from '../../src/core/time-formats.ts';

const sourceDir = join(import.meta.dirname, '../../src');
const en = { locale: 'en-GB', timeZone: 'Asia/Shanghai' };
const zh = { locale: 'zh-CN', timeZone: 'Asia/Shanghai' };
const morningMs = Date.parse('2026-11-22T19:09:05Z'); // 03:09:05 on Monday in Shanghai
const midnightMs = Date.parse('2026-11-22T16:00:00Z');

describe('times on pages', () => {
  it.each<[TimeForm, string, string]>([
    ['time', '03:09', '03:09'],
    ['exactTime', '03:09:05', '03:09:05'],
    ['dayTime', '23 Nov, 03:09', '11月23日 03:09'],
    ['dateTime', '23 Nov 2026, 03:09', '2026年11月23日 03:09'],
    ['exactDateTime', '23 Nov 2026, 03:09:05', '2026年11月23日 03:09:05'],
    ['longDateTime', 'Monday 23 November 2026 at 03:09', '2026年11月23日星期一 03:09'],
    ['date', '23 Nov 2026', '2026年11月23日'],
    ['month', 'November 2026', '2026年11月'],
  ])('read alike everywhere: %s', (form, english, chinese) => {
    expect(timeFormat(form, en)(morningMs).replace(/^(\w+),/, '$1')).toBe(english);
    expect(timeFormat(form, zh)(morningMs)).toBe(chinese);
  });

  it('count midnight as hour 00, and afternoons past 12', () => {
    for (const reader of [en, zh]) {
      expect(timeFormat('time', reader)(midnightMs)).toBe('00:00');
      expect(timeFormat('time', reader)(midnightMs + 15 * 3_600_000)).toBe('15:00');
    }
  });

  it('form ranges', () => {
    const times = { startsMs: morningMs, endsMs: morningMs + 1_800_000 };
    expect(timeRange(times, en)).toBe('03:09 – 03:39');
    expect(timeRange(times, zh)).toBe('03:09 – 03:39');
    expect(timeRange(times, en, 'weekdayTime')).toMatch(/^Mon,? 23 Nov,? 03:09 – 03:39$/);
    expect(timeRange(times, zh, 'weekdayTime')).toBe('11月23日周一 03:09 – 03:39');
    expect(datedRange(times, en)).toBe('23 Nov 2026, 03:09 – 03:39');
    expect(datedRange({ ...times, startsMs: midnightMs - 60_000 }, zh)).toBe(
      '2026年11月22日 23:59 – 2026年11月23日 03:39',
    );
  });

  it('are formatted in one module', () => {
    const owners = ['core/time-formats.ts', 'core/local-time.ts'];
    const formats =
      /Intl\.DateTimeFormat|toLocale(Time|Date)String|hour: '(2-digit|numeric)|hour(Cycle|12)\b|\b(date|time)Style\b|'AM'|'PM'/;
    const others = globSync('**/*.{ts,tsx}', { cwd: sourceDir }).filter(
      (file) => !owners.includes(file) && formats.test(readFileSync(join(sourceDir, file), 'utf8')),
    );
    expect(others).toEqual([]);
  });
});
