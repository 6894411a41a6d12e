import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { instantOf, localOf, readLocal, readTimeZone } from '../../../src/meetings/core/local-time.ts';
import { lastStartMs, occurrencesOf, type Series, startsOf } from '../../../src/meetings/core/occurrences.ts';
import { isRefused, readRecurrence, recurrenceText } from '../../../src/meetings/core/recurrence.ts';

describe('a rule', () => {
  it.each([
    ['', 'NAME=VALUE'],
    ['DAILY', 'NAME=VALUE'],
    ['FREQ=DAILY;', 'NAME=VALUE'],
    ['FREQ=DAILY=1', 'NAME=VALUE'],
    ['RRULE:FREQ=DAILY', 'is not supported'],
    ['INTERVAL=2', 'FREQ must be one of'],
    ['FREQ=HOURLY', 'FREQ must be one of'],
    ['FREQ=SECONDLY;COUNT=1000', 'FREQ must be one of'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ appears twice'],
    ['FREQ=DAILY;BYHOUR=9', 'BYHOUR is not supported'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL must be'],
    ['FREQ=DAILY;INTERVAL=-1', 'INTERVAL must be'],
    ['FREQ=DAILY;INTERVAL=1e2', 'INTERVAL must be'],
    ['FREQ=DAILY;INTERVAL=401', 'INTERVAL must be'],
    ['FREQ=DAILY;COUNT=0', 'COUNT must be'],
    ['FREQ=DAILY;COUNT=1001', 'COUNT must be'],
    ['FREQ=DAILY;COUNT=999999999999', 'COUNT must be'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', 'exclude each other'],
    ['FREQ=DAILY;UNTIL=tomorrow', 'UNTIL must be a date'],
    ['FREQ=DAILY;UNTIL=20270101T090000', 'UNTIL must be a date'],
    ['FREQ=DAILY;UNTIL=20270231', 'UNTIL is not a valid time'],
    ['FREQ=DAILY;UNTIL=99991231', 'UNTIL must not be after'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY must consist of'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'in months and years only'],
    ['FREQ=MONTHLY;BYDAY=6MO', 'the number of a day'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'count from 1'],
    ['FREQ=YEARLY;BYDAY=54MO', 'the number of a day'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY cannot be used with WEEKLY'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY must be'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY counts'],
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH must be'],
    ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH must be 1 to 12'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367', 'BYSETPOS must be'],
    ['FREQ=WEEKLY;WKST=1', 'WKST must be'],
    [`FREQ=MONTHLY;BYMONTHDAY=${Array.from({ length: 63 }, () => 1).join(',')}`, 'more than 62 values'],
    ['X'.repeat(501), 'longer than 500'],
  ])('%s is refused', (text, why) => {
    const rule = readRecurrence(text, 'UTC');
    expect(isRefused(rule) ? rule.refused : rule).toContain(why);
  });

  it('is normalised to one form', () => {
    const formOf = (text: string) => {
      const rule = readRecurrence(text, 'Europe/Berlin');
      return isRefused(rule) ? rule : recurrenceText(rule);
    };
    expect(formOf('byday=mo,MO,-1fr;freq=monthly;interval=1;wkst=mo')).toBe('FREQ=MONTHLY;BYDAY=MO,-1FR');
    expect(formOf('COUNT=+3;FREQ=DAILY;INTERVAL=02')).toBe('FREQ=DAILY;INTERVAL=2;COUNT=3');
    expect(formOf('FREQ=DAILY;UNTIL=20260701')).toBe('FREQ=DAILY;UNTIL=20260701T215959Z');
    expect(formOf('FREQ=DAILY;UNTIL=20260701T120000Z')).toBe('FREQ=DAILY;UNTIL=20260701T120000Z');
  });
});

describe('a local time', () => {
  it.each([
    '2026-02-30T09:00',
    '2026-11-23',
    '2026-11-23T24:00:00',
    '2026-11-23T09:00:60',
    '2026-11-23T09:00:00Z',
    'x',
  ])('%s is invalid', (text) => expect(readLocal(text)).toBeUndefined());
  it.each(['', 'Nowhere/City', '+01:00', 'Europe/Berlin; DROP', `A${'b'.repeat(64)}`, '../etc/passwd'])(
    '%s is no time zone',
    (name) => expect(readTimeZone(name)).toBeUndefined(),
  );

  it('moves forward where the clock skips it, and is the first of two where the clock repeats it', () => {
    const utc = (local: string, zone: string) => new Date(instantOf(local, zone)).toISOString();
    expect(readLocal('2026-11-23T09:00')).toBe('2026-11-23T09:00:00');
    expect(readTimeZone('europe/berlin')).toBe('Europe/Berlin');
    expect(utc('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(localOf(instantOf('2026-03-29T02:30:00', 'Europe/Berlin'), 'Europe/Berlin')).toBe('2026-03-29T03:30:00');
    expect(utc('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(utc('2026-10-04T02:15:00', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45:00.000Z');
  });
});

describe('occurrences', () => {
  const series = (recurrence: string, more: Partial<Series> = {}): Series => ({
    localStart: '2026-03-23T02:30:00',
    timeZone: 'Europe/Berlin',
    durationMinutes: 60,
    recurrence,
    exceptions: [],
    overrides: [],
    ...more,
  });
  const allOccurrences = (one: Series, fromMs = Date.parse('2026-03-01'), toMs = Date.parse('2027-03-01')) =>
    occurrencesOf(one, fromMs, toMs, 1000).map(({ startsMs }) => new Date(startsMs).toISOString().slice(0, 16));

  it('keep their local time and length across a clock change', () => {
    const sundays = series('FREQ=WEEKLY;BYDAY=SU;COUNT=2', { localStart: '2026-03-22T01:30:00' });
    const found = occurrencesOf(sundays, 0, 2e12, 9);
    expect(found.map(({ startsMs, endsMs }) => (endsMs - startsMs) / 60_000)).toEqual([60, 60]);
    expect(allOccurrences(series('FREQ=DAILY;COUNT=8')).slice(5)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:30', // the clock skips 02:30, so 03:30
      '2026-03-30T00:30',
    ]);
  });

  it('count even when cancelled', () => {
    const one = series('FREQ=DAILY;COUNT=3', { exceptions: ['2026-03-24T02:30:00'] });
    expect(allOccurrences(one)).toEqual(['2026-03-23T01:30', '2026-03-25T01:30']);
  });

  it('are named by their original start, wherever they are moved', () => {
    const originalStart = '2026-03-24T02:30:00';
    const one = series('FREQ=DAILY;COUNT=2', {
      overrides: [{ originalStart, localStart: '2026-05-01T10:00:00', durationMinutes: 5, title: 'late' }],
    });
    const found = occurrencesOf(one, Date.parse('2026-03-24'), Date.parse('2026-03-25'), 9);
    const startsMs = Date.parse('2026-05-01T08:00:00Z');
    expect(found).toEqual([
      { originalStart, localStart: '2026-05-01T10:00:00', startsMs, endsMs: startsMs + 300_000, title: 'late' },
    ]);
  });

  it('end with the instant of UNTIL, even in an hour that the clock repeats', () => {
    const one = (until: string) =>
      allOccurrences(series(`FREQ=DAILY;UNTIL=${until}`, { localStart: '2026-10-24T02:30:00' }));
    expect(one('20261025T003000Z')).toEqual(['2026-10-24T00:30', '2026-10-25T00:30']);
    expect(one('20261025T002959Z')).toEqual(['2026-10-24T00:30']);
  });

  it('of a rule that never matches do not exist, which is found quickly', () => {
    const never = series('FREQ=MONTHLY;BYDAY=MO;BYSETPOS=10');
    const fromMs = Date.parse('2026-03-23');
    expect(startsOf(never, fromMs, fromMs + 1000 * 86_400_000)).toEqual([]);
    expect(allOccurrences(series('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'))).toEqual([]);
  });

  it('end when the rule does', () => {
    const last = (one: Series) => {
      const ms = lastStartMs(one);
      return ms === undefined ? undefined : new Date(ms).toISOString();
    };
    expect(last(series(''))).toBe('2026-03-23T01:30:00.000Z');
    expect(last(series('FREQ=DAILY'))).toBeUndefined();
    expect(last(series('FREQ=DAILY;UNTIL=20260401T000000Z'))).toBe('2026-04-01T00:00:00.000Z');
    expect(last(series('FREQ=MONTHLY;COUNT=3'))).toBe('2026-05-23T00:30:00.000Z');
    // COUNT is counted over thirty years at most.
    expect(last(series('FREQ=YEARLY;INTERVAL=4;COUNT=1000'))).toBe('2054-03-23T01:30:00.000Z');
    const fridays = series('FREQ=DAILY;BYDAY=FR;BYMONTHDAY=13;COUNT=100', { localStart: '2026-02-13T09:00:00' });
    expect(last(fridays)).toBe('2055-08-13T07:00:00.000Z');
  });

  it('of a rule with COUNT are the first ones of the rule without COUNT', () => {
    const rng = seededRng('odd rules');
    const oneOf = <T>(all: readonly T[]): T => all[rng.int(all.length)] as T;
    const someOf = (all: readonly (string | number)[]) =>
      Array.from({ length: 1 + rng.int(3) }, () => oneOf(all)).join();
    const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
    const oddRule = (): string => {
      const frequency = oneOf(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
      const numbered = frequency === 'MONTHLY' || frequency === 'YEARLY' ? ['5FR', '-5MO', '-1SA'] : [];
      const by = [
        ...(rng.int(2) === 0 ? [`BYDAY=${someOf([...days, ...numbered])}`] : []),
        ...(rng.int(2) === 0 && frequency !== 'WEEKLY' ? [`BYMONTHDAY=${someOf([1, 13, 29, 30, 31, -1, -31])}`] : []),
        ...(rng.int(3) === 0 ? [`BYMONTH=${someOf([1, 2, 4, 12])}`] : []),
      ];
      const place = by.length > 0 && rng.int(4) === 0 ? [`BYSETPOS=${someOf([1, 2, 5, -1, -366])}`] : [];
      return [`FREQ=${frequency}`, `INTERVAL=${oneOf([1, 2, 7, 100, 400])}`, ...by, ...place].join(';');
    };
    const [fromMs, toMs] = [Date.parse('2026-01-01'), Date.parse('2028-09-01')];
    for (let at = 0; at < 150; at++) {
      const endless = series(oddRule(), { localStart: oneOf(['2026-02-13T09:00:00', '2028-02-29T02:30:00']) });
      const counted = { ...endless, recurrence: `${endless.recurrence};COUNT=${oneOf([1, 3, 1000])}` };
      const rule = readRecurrence(counted.recurrence, 'UTC');
      if (isRefused(rule)) throw new Error(`${counted.recurrence} ${rule.refused}`);
      const found = startsOf(endless, fromMs, toMs).slice(0, rule.count);
      expect([counted.recurrence, startsOf(counted, fromMs, toMs)]).toEqual([counted.recurrence, found]);
      const lastMs = lastStartMs(counted) ?? 0;
      expect(startsOf(counted, lastMs + 1, Number.MAX_SAFE_INTEGER / 2)).toEqual([]);
      expect(startsOf(counted, Date.parse('9990-01-01'), Date.parse('9992-01-01'))).toEqual([]);
    }
  });
});
