import { describe, expect, it } from 'vitest';
import {
  breakOut,
  day,
  durationMinutes,
  durationS,
  grant,
  instant,
  localTime,
  matcher,
  person,
  WordError,
} from '../../src/core/words.ts';

describe('a duration', () => {
  it.each(['', '5', 'm', '1x', '1h 30m', '-1h', '1.5h', 'h1', '0s', '1h!', '99999999s'])(
    '%j is not a duration',
    (text) => {
      expect(() => durationS(text)).toThrow(WordError);
    },
  );
  it.each([
    ['90s', 90],
    ['45m', 2700],
    ['1h30m', 5400],
    ['2d', 172_800],
  ])('%s', (text, seconds) => expect(durationS(text)).toBe(seconds));
  it('of a meeting is a whole number of minutes', () => {
    expect(durationMinutes('1h30m')).toBe(90);
    expect(() => durationMinutes('90s')).toThrow(WordError);
  });
});

describe('a day', () => {
  it.each(['', 'today', '2026-11-6', '2026-11-31', '2026-13-01', '2026-11-26T07:00', ' 2026-11-26'])(
    '%j is not a day',
    (text) => expect(() => day(text)).toThrow(WordError),
  );
  it('must exist in the calendar', () => expect(day('2028-02-29')).toBe('2028-02-29'));
});

describe('a time', () => {
  it.each(['', 'tomorrow', '2027-01-04', '09:00', '2027-1-4T09:00', '2027-01-04T09:00Z'])(
    '%j is not a local time',
    (text) => expect(() => localTime(text)).toThrow(WordError),
  );
  it('may have a blank between day and time', () => {
    expect(localTime('2027-01-04 09:00')).toBe('2027-01-04T09:00');
  });
  it('of a range carries its zone', () => {
    expect(instant('2027-01-04T09:00+08:00')).toBe('2027-01-04T01:00:00.000Z');
    expect(instant('2027-01-04')).toBe(new Date('2027-01-04T00:00').toISOString());
    expect(() => instant('soon')).toThrow(WordError);
  });
});

describe('a person', () => {
  it.each(['', 'Ann', '@', 'Ann <>', 'Ann Lee ann@example.org', '<a@b', 'a@b>'])('%j is not a person', (text) => {
    expect(() => person(text)).toThrow(WordError);
  });
  it.each([
    ['ann@example.org', { email: 'ann@example.org' }],
    ['<ann@example.org>', { email: 'ann@example.org' }],
    ['Ann Lee <ann@example.org>', { email: 'ann@example.org', name: 'Ann Lee' }],
    ['李安 <an@example.org>', { email: 'an@example.org', name: '李安' }],
  ])('%s', (text, found) => expect(person(text)).toEqual(found));
});

describe('a break-out room', () => {
  it.each(['', '=ann', ' =ann', 'Red=,', 'Red=ann,,bob', 'Red=ann,'])('%j is not a break-out room', (text) => {
    expect(() => breakOut(text)).toThrow(WordError);
  });
  it.each([
    ['Red', 'Red', []],
    ['Red=', 'Red', []],
    ['Group one = ann, 李明', 'Group one', ['ann', '李明']],
    ['Red=a=b', 'Red', ['a=b']],
  ])('%s', (text, name, identities) => expect(breakOut(text)).toEqual({ name, identities }));
});

describe('a label of alarms', () => {
  it.each(['', 'rule', 'rule=', '=leak', ' = '])('%j is not a label', (text) => {
    expect(() => matcher(text)).toThrow(WordError);
  });
  it.each([
    ['rule=leak', 'rule', 'leak'],
    ['subject = eu/Frankfurt - eu/London', 'subject', 'eu/Frankfurt - eu/London'],
    ['subject=a=b', 'subject', 'a=b'],
  ])('%s', (text, name, value) => expect(matcher(text)).toEqual({ name, value }));
});

describe('a grant', () => {
  const names = ['canPublish', 'roomAdmin'] as const;
  it.each(['', 'admin', 'canPublish=no', 'canPublish=', '=true'])('%j is not a grant', (text) => {
    expect(() => grant(text, names)).toThrow(WordError);
  });
  it('is given or removed', () => {
    expect(grant('roomadmin', names)).toEqual({ name: 'roomAdmin', value: true });
    expect(grant('canPublish=false', names)).toEqual({ name: 'canPublish', value: false });
  });
});
