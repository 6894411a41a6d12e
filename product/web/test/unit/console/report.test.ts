import { describe, expect, it } from 'vitest';
import {
  dayBars,
  hourOf,
  monthIn,
  monthsUntil,
  shareText,
  usedShare,
} from '../../../src/console/report/core/figures.ts';

const nowMs = Date.parse('2026-01-31T23:30:00Z');

describe('a report', () => {
  it('covers the current month or one of the twelve months before it', () => {
    expect(monthsUntil(nowMs).slice(0, 3)).toEqual(['2026-01', '2025-12', '2025-11']);
    expect(monthsUntil(nowMs)).toHaveLength(13);
    expect(monthIn('?month=2025-11', nowMs)).toBe('2025-11');
    for (const search of ['', '?month=2026-02', '?month=2024-01', '?month=x'])
      expect(monthIn(search, nowMs)).toBe('2026-01');
  });

  it.each([
    [0.9999999, '99.999%'],
    [0.9994, '99.94%'],
    [1, '100.00%'],
    [undefined, '–'],
  ])('truncates a share of %d', (ratio, text) => expect(shareText(ratio, 'en-GB')).toBe(text));

  it('shows the used share of a budget', () => {
    expect([
      usedShare({ bad: 3, allowed: 2 }),
      usedShare({ bad: 0, allowed: 0 }),
      usedShare({ bad: 1, allowed: 0 }),
    ]).toEqual([1.5, 0, 1]);
  });

  it('has a column for each day, and distinguishes a day without data from a good one', () => {
    const days = [
      { day: '2026-02-01', minutes: 1440, badMinutes: 0 },
      { day: '2026-02-02', minutes: 1440, badMinutes: 4 },
    ];
    const bars = dayBars('2026-02', days, 0.9994);
    expect(bars).toHaveLength(28);
    expect(bars.slice(0, 3).map(({ badMinutes, height, isOver }) => [badMinutes, height, isOver])).toEqual([
      [0, 0, false],
      [4, 1, true],
      [undefined, 0, false],
    ]);
  });

  it('accepts only whole hours for maintenance', () => {
    expect(hourOf('2026-11-08T01:00')).toBe('2026-11-08T01:00:00.000Z');
    for (const text of ['', '2026-11-08T01:30', '2026-13-08T01:00', '2026-11-08']) expect(hourOf(text)).toBeUndefined();
  });
});
