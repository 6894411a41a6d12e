import { describe, expect, it } from 'vitest';
import { addressesIn } from '../../../src/account/core/addresses.ts';
import { browserOf } from '../../../src/account/core/browser.ts';
import { byDay, isJoinable, nextOf, untilStart } from '../../../src/account/core/days.ts';
import {
  emptyForm,
  formOf,
  formProblems,
  inviteeChanges,
  isSameMeeting,
  meetingChangeOf,
  newMeetingOf,
  occurrenceChangeOf,
} from '../../../src/account/core/form.ts';
import { accountReason, accountTexts } from '../../../src/account/core/messages/texts.ts';
import { choicesFor, guestOf, rolesFor, withPeople } from '../../../src/account/core/people.ts';
import {
  endedBefore,
  isEndless,
  movedTo,
  noRepeat,
  type Repeat,
  repeatOf,
  repeatProblem,
  ruleOf,
  usualEnd,
  withKind,
} from '../../../src/account/core/repeat.ts';
import { accountRoute, returnPath } from '../../../src/account/core/route.ts';
import { ruleText } from '../../../src/account/core/words.ts';
import { instantOf, localOf, nextHalfHour, placeInMonth } from '../../../src/core/local-time.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';
import { occurrenceAt as at, meetingWith, settingsWith } from './meetings.ts';

describe('rules of repetition', () => {
  const rows: readonly (readonly [string, string, Partial<Repeat>])[] = [
    ['', '2026-11-23', {}],
    ['FREQ=DAILY', '2026-11-23', { kind: 'daily' }],
    ['FREQ=DAILY;INTERVAL=2;COUNT=5', '2026-11-23', { kind: 'daily', every: 2, end: { kind: 'count', count: 5 } }],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '2026-11-23', { kind: 'weekdays' }],
    ['FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2', '2026-11-23', { kind: 'weekly', days: ['MO', 'WE'], every: 2 }],
    ['FREQ=WEEKLY;BYDAY=MO', '2026-11-23', { kind: 'weekly', days: ['MO'] }],
    ['FREQ=MONTHLY;BYMONTHDAY=23', '2026-11-23', { kind: 'monthDay' }],
    ['FREQ=MONTHLY;BYDAY=4MO', '2026-11-23', { kind: 'monthWeekDay' }],
    ['FREQ=MONTHLY;BYDAY=-1MO', '2026-11-30', { kind: 'monthWeekDay' }],
    ['FREQ=DAILY;UNTIL=20261231', '2026-11-23', { kind: 'daily', end: { kind: 'until', day: '2026-12-31' } }],
  ];
  it.each(rows)('%s is parsed and written back', (rule, day, repeat) => {
    expect(repeatOf(rule, day, 'Europe/Berlin')).toEqual({ ...noRepeat, ...repeat });
    expect(ruleOf({ ...noRepeat, ...repeat }, day)).toBe(rule);
  });

  it.each([
    ['an end in UTC becomes a day of the zone', 'FREQ=DAILY;UNTIL=20261231T225959Z', 'FREQ=DAILY;UNTIL=20261231'],
    ['working days every other week stay unchanged', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;INTERVAL=2', undefined],
    ['a weekly rule without days gets the weekday of the start', 'FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=MO'],
    ['a monthly rule without days gets the date of the start', 'FREQ=MONTHLY', 'FREQ=MONTHLY;BYMONTHDAY=23'],
  ])('%s', (_, rule, written = rule) => {
    expect(ruleOf(repeatOf(rule, '2026-11-23', 'Europe/Berlin'), '2026-11-23')).toBe(written);
  });

  it.each([
    'FREQ=YEARLY',
    'FREQ=DAILY;BYDAY=MO',
    'FREQ=WEEKLY;BYDAY=MO;BYMONTH=1',
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1',
    'FREQ=MONTHLY;BYDAY=2MO',
    'FREQ=MONTHLY;BYMONTHDAY=1',
    'FREQ=WEEKLY;BYDAY=MO;INTERVAL=2;WKST=SU',
    'FREQ=DAILY;INTERVAL=100',
    'FREQ=DAILY;UNTIL=soon',
  ])('the rule %s, which the form cannot express, stays unchanged', (rule) => {
    const repeat = repeatOf(rule, '2026-11-23', 'Europe/Berlin');
    expect(repeat.kind).toBe('other');
    expect(ruleOf(repeat, '2026-12-01')).toBe(rule);
    expect(repeatProblem(repeat, '2026-11-22')).toBeUndefined();
  });

  it('that are weekly always contain the weekday of the start', () => {
    expect(ruleOf({ ...noRepeat, kind: 'weekly', days: ['FR'] }, '2026-11-25')).toBe('FREQ=WEEKLY;BYDAY=WE,FR');
  });

  it.each([
    [{ kind: 'weekdays' }, '2026-11-22', 'form.weekendStart'],
    [{ kind: 'daily', every: 0 }, '2026-11-23', 'form.everyWrong'],
    [{ kind: 'daily', every: Number.NaN }, '2026-11-23', 'form.everyWrong'],
    [{ kind: 'daily', end: { kind: 'until', day: '2026-11-22' } }, '2026-11-23', 'form.untilWrong'],
    [{ kind: 'daily', end: { kind: 'until', day: '2026-02-30' } }, '2026-01-01', 'form.untilWrong'],
    [{ kind: 'daily', end: { kind: 'count', count: 1001 } }, '2026-11-23', 'form.countWrong'],
    [{ kind: 'daily', end: { kind: 'until', day: '2026-11-23' } }, '2026-11-23', undefined],
    [{ kind: 'none', every: 0 }, '2026-11-23', undefined],
  ] as const)('%j from %s gives the problem %s', (repeat, day, expected) => {
    expect(repeatProblem({ ...noRepeat, ...repeat }, day)).toBe(expected);
  });

  it.each([
    ['FREQ=WEEKLY;BYDAY=MO', 'Every Monday', '每周一'],
    ['FREQ=WEEKLY;BYDAY=MO,WE', 'Every Monday and Wednesday', '每周一和周三'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,FR', 'Every 2 weeks on Mon, Tue and Fri', '每 2 周的周一、周二和周五'],
    ['FREQ=WEEKLY', 'Every Monday', '每周一'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=9', 'Monday to Friday', '周一至周五'],
    ['FREQ=DAILY', 'Every day', '每天'],
    ['FREQ=DAILY;INTERVAL=3', 'Every 3 days', '每 3 天'],
    ['FREQ=MONTHLY;BYMONTHDAY=23', 'Every month on day 23', '每月 23 日'],
    ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=23', 'Every 3 months on day 23', '每 3 个月的 23 日'],
    ['FREQ=MONTHLY;BYDAY=4MO', 'Every month on the fourth Monday', '每月第四个星期一'],
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=4MO', 'Every 2 months on the fourth Monday', '每 2 个月的第四个星期一'],
    ['FREQ=YEARLY', 'Recurring', '周期会议'],
  ])('are described beside an occurrence: %s', (rule, en, zh) => {
    const repeat = repeatOf(rule, '2026-11-23', 'Europe/Berlin');
    expect(ruleText(repeat, '2026-11-23', { say: sayOf(accountTexts, 'en'), locale: 'en-GB' })).toBe(en);
    expect(ruleText(repeat, '2026-11-23', { say: sayOf(accountTexts, 'zh'), locale: 'zh-CN' })).toBe(zh);
  });

  it.each([
    ['2026-11-23', '2027-02-23'],
    ['2026-11-30', '2027-02-28'],
    ['2027-11-30', '2028-02-29'],
    ['2026-10-31', '2027-01-31'],
  ])('end by default three months after their start: %s', (day, last) => {
    expect(usualEnd(day)).toEqual({ kind: 'until', day: last });
  });

  it('get the default end when a meeting begins to repeat, and keep a chosen end', () => {
    const weekly = withKind(noRepeat, 'weekly', '2026-11-23');
    expect(weekly).toMatchObject({ kind: 'weekly', end: { kind: 'until', day: '2027-02-23' } });
    expect(withKind(weekly, 'daily', '2026-11-23').end).toEqual(weekly.end);
    const endless: Repeat = { ...weekly, end: { kind: 'never' } };
    expect(withKind(endless, 'daily', '2026-11-23').end).toEqual({ kind: 'never' });
    expect(withKind(withKind(weekly, 'none', '2026-11-23'), 'weekly', '2026-12-01').end).toEqual(
      usualEnd('2026-12-01'),
    );
  });

  it('move a default end with their start, but no chosen end', () => {
    const weekly = withKind(noRepeat, 'weekly', '2026-11-23');
    expect(movedTo(weekly, '2026-11-23', '2026-12-01').end).toEqual({ kind: 'until', day: '2027-03-01' });
    const chosen: Repeat = { ...weekly, end: { kind: 'until', day: '2027-01-01' } };
    expect(movedTo(chosen, '2026-11-23', '2026-12-01').end).toEqual(chosen.end);
    expect(movedTo({ ...weekly, end: { kind: 'never' } }, '2026-11-23', '2026-12-01').end).toEqual({ kind: 'never' });
  });

  it('are endless without UNTIL and COUNT', () => {
    expect(['FREQ=DAILY', 'FREQ=DAILY;COUNT=2', 'FREQ=DAILY;UNTIL=20270101', ''].map(isEndless)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('can be ended before an occurrence, whatever end they had', () => {
    expect(endedBefore('FREQ=WEEKLY;BYDAY=MO;COUNT=10', '2026-12-07')).toBe('FREQ=WEEKLY;BYDAY=MO;UNTIL=20261206');
    expect(endedBefore('FREQ=DAILY;UNTIL=20270101T000000Z', '2026-12-01')).toBe('FREQ=DAILY;UNTIL=20261130');
  });
});

describe('local times', () => {
  it.each([
    ['2026-11-23T09:00', 'Europe/Berlin', '2026-11-23T08:00:00.000Z'],
    ['2026-07-01T09:00', 'Europe/Berlin', '2026-07-01T07:00:00.000Z'],
    // A skipped time moves forward by the gap; a repeated time means its first instant.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-11-23T09:00', 'Asia/Kolkata', '2026-11-23T03:30:00.000Z'],
    ['2026-11-23T09:00', 'Asia/Shanghai', '2026-11-23T01:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(new Date(instantOf(local, zone)).toISOString()).toBe(instant);
  });
  it('are those of the zone’s clocks', () => {
    expect(localOf(Date.parse('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25T02:30:00');
    expect(localOf(Date.parse('2026-01-01T00:00:00Z'), 'America/New_York')).toBe('2025-12-31T19:00:00');
    expect(() => localOf(0, 'Mars/Olympus')).toThrow(RangeError);
  });
  it('begin by default at the next half hour', () => {
    expect(nextHalfHour(Date.parse('2026-11-23T08:30:00Z'), 'UTC')).toBe('2026-11-23T09:00');
    expect(nextHalfHour(Date.parse('2026-11-23T23:59:00Z'), 'UTC')).toBe('2026-11-24T00:00');
  });
  it('have their weekday’s position in the month', () => {
    expect(placeInMonth('2026-11-01')).toEqual({ nth: 1, isLast: false });
    expect(placeInMonth('2026-11-23')).toEqual({ nth: 4, isLast: false });
    expect(placeInMonth('2026-11-24')).toEqual({ nth: 4, isLast: true });
    expect(placeInMonth('2026-11-30')).toEqual({ nth: 5, isLast: true });
  });
});

describe('days of meetings', () => {
  it('begin and end by the user’s time zone, also at a change of clocks', () => {
    // Clocks go back in Berlin in the night before 25 October: that day has 25 hours.
    const list = ['2026-10-24T21:59:00Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z'];
    const days = (zone: string) =>
      byDay(
        list.map((one) => at(one)),
        zone,
      ).map(({ day, occurrences }) => [day, occurrences.length]);
    expect(days('Europe/Berlin')).toEqual([
      ['2026-10-24', 1],
      ['2026-10-25', 2],
      ['2026-10-26', 1],
    ]);
    expect(days('Asia/Shanghai')).toEqual([
      ['2026-10-25', 2],
      ['2026-10-26', 2],
    ]);
  });
  it('contain the next meeting, running or to come, that the user did not decline', () => {
    const nowMs = Date.parse('2026-11-23T09:10:00Z');
    const [past, declined, running, later] = [
      at('2026-11-23T08:00:00Z'),
      at('2026-11-23T09:00:00Z', { answer: 'declined' }),
      at('2026-11-23T09:05:00Z'),
      at('2026-11-23T10:00:00Z'),
    ];
    expect(nextOf([past, declined, running, later], nowMs)).toBe(running);
    expect(nextOf([past, declined], nowMs)).toBeUndefined();
    expect([past, running, later].map((one) => isJoinable(one, nowMs))).toEqual([false, true, false]);
    expect(isJoinable(later, Date.parse('2026-11-23T09:45:00Z'))).toBe(true);
  });
  it.each([
    ['2026-11-23T08:59:00Z', { unit: 'minute', count: 1 }],
    ['2026-11-23T08:01:00Z', { unit: 'minute', count: 59 }],
    ['2026-11-23T05:00:00Z', { unit: 'hour', count: 4 }],
    ['2026-11-20T09:00:00Z', { unit: 'day', count: 3 }],
    ['2026-11-23T09:00:00Z', undefined],
  ])('show the time until the start, seen from %s', (now, expected) => {
    expect(untilStart(at('2026-11-23T09:00:00Z'), Date.parse(now))).toEqual(expected);
  });
});

const meeting = meetingWith({
  overrides: [{ originalStart: '2026-11-23T09:00:00', localStart: '2026-11-23T11:00:00', title: 'Special' }],
  hosts: ['hana'],
  invitees: [
    {
      id: 'in_1',
      email: 'ivo@example.org',
      name: 'Ivo',
      userId: '',
      role: 'cohost',
      language: 'en',
      status: 'accepted',
    },
    { id: 'in_2', email: '', name: 'Nia', userId: '', role: null, language: 'en', status: 'needsAction' },
  ],
  settings: settingsWith({ waitingRoom: true, joinBeforeHost: false, hardEnd: true, record: 'auto' }),
  hasPassword: true,
});
const third = at('2026-11-23T10:00:00Z', { originalStart: '2026-11-23T09:00:00', title: 'Special' });

describe('the form', () => {
  const form = emptyForm({ title: 'T', start: '2026-11-23T09:30', timeZone: 'UTC' });
  it('of a new meeting sends what was typed', () => {
    const invitees = [{ email: 'a@b.org', name: 'Ann', userId: 'ann', role: 'host' as const }];
    expect(newMeetingOf({ ...form, title: ' Plan ', invitees }, 'zh')).toEqual({
      title: 'Plan',
      description: '',
      localStart: '2026-11-23T09:30:00',
      timeZone: 'UTC',
      durationMinutes: 30,
      recurrence: '',
      invitees: [{ ...invitees[0], language: 'zh' }],
      settings: { waitingRoom: false, joinBeforeHost: true, hardEnd: false, record: 'off', kind: 'meeting' },
    });
    expect(newMeetingOf({ ...form, password: 'secret' }, 'en')).toMatchObject({ password: 'secret' });
    expect(newMeetingOf({ ...form, isShow: true }, 'en')).toMatchObject({ settings: { kind: 'show' } });
  });
  it.each([
    ['one', { title: 'Special', day: '2026-11-23', time: '11:00', repeat: noRepeat }],
    ['following', { title: 'Weekly', day: '2026-11-23', time: '09:00' }],
    ['all', { title: 'Weekly', day: '2026-11-02', time: '09:00' }],
  ] as const)('for a change of scope %s starts with the current values', (scope, expected) => {
    const filled = formOf(meeting, { scope, occurrence: third });
    expect(filled).toMatchObject(expected);
    expect(filled.invitees.map(({ email, name }) => email || name)).toEqual(['ivo@example.org', 'Nia']);
  });
  it('begins with the current name of the browser’s zone', () => {
    const zoneIn = (timeZone: string) => emptyForm({ title: '', start: '2026-11-23T09:30', timeZone }).timeZone;
    expect(['Asia/Calcutta', 'Asia/Kolkata', 'Europe/Berlin'].map(zoneIn)).toEqual([
      'Asia/Kolkata',
      'Asia/Kolkata',
      'Europe/Berlin',
    ]);
  });

  it('of a single occurrence sends title, time and length', () => {
    expect(occurrenceChangeOf(formOf(meeting, { scope: 'one', occurrence: third }))).toEqual({
      title: 'Special',
      localStart: '2026-11-23T11:00:00',
      durationMinutes: 30,
    });
  });
  it('keeps, sets or removes a password', () => {
    const filled = formOf(meeting, { scope: 'all', occurrence: third });
    expect(meetingChangeOf(filled)).not.toHaveProperty('password');
    expect(meetingChangeOf({ ...filled, password: 'new' })).toMatchObject({ password: 'new' });
    expect(meetingChangeOf({ ...filled, removePassword: true })).toMatchObject({ password: '' });
  });
  it.each([
    [{ title: ' ' }, { title: 'form.titleMissing' }],
    [{ title: 'x'.repeat(201) }, { title: 'form.titleLong' }],
    [{ day: '2026-02-30' }, { day: 'form.dayWrong' }],
    [{ day: '' }, { day: 'form.dayWrong' }],
    [{ time: '' }, { time: 'form.timeWrong' }],
    [{ time: '24:00' }, { time: 'form.timeWrong' }],
    [{ durationMinutes: 0 }, { durationMinutes: 'form.durationWrong' }],
    [{ durationMinutes: 1441 }, { durationMinutes: 'form.durationWrong' }],
    [{ repeat: { ...noRepeat, kind: 'weekdays' as const }, day: '2026-11-22' }, { repeat: 'form.weekendStart' }],
    [{}, {}],
  ])('with %j reports %j', (fields, expected) => {
    expect(formProblems({ ...form, ...fields })).toEqual(expected);
  });
});

describe('invitees', () => {
  it('are parsed from typed or pasted text', () => {
    expect(addressesIn('Ann <ann@example.org>; bob@example.org,\nnone, x@')).toEqual({
      addresses: ['ann@example.org', 'bob@example.org'],
      rest: 'none, x@',
    });
    expect(addressesIn(' ')).toEqual({ addresses: [], rest: '' });
    expect(addressesIn('a@b.org\r\nBcc: c@d.org').addresses).toEqual(['a@b.org']);
  });
  const ann = { id: 'ann', name: 'Ann Berg', email: 'ann@example.org' };
  const chosen = { userId: 'ann', name: 'Ann Berg', email: 'ann@example.org' };
  it('are listed once each, by user id or address', () => {
    const people = withPeople([], [guestOf('a@b.org'), chosen]);
    const added = [guestOf('A@B.org'), guestOf('c@d.org'), guestOf('ANN@example.org'), { ...chosen, email: 'x@y.z' }];
    expect(withPeople(people, added).map(({ email }) => email)).toEqual(['a@b.org', 'ann@example.org', 'c@d.org']);
  });
  it.each([
    ['a colleague whom the search found', 'ann', [ann], [], [chosen]],
    ['no colleague who is chosen already', 'ann', [ann], [chosen], []],
    ['a guest, for a complete address', 'Bo <bo@example.org>', [], [], [guestOf('bo@example.org')]],
    ['a found colleague, not a guest with the same address', 'Ann@example.org', [ann], [], [chosen]],
    ['no guest, for an incomplete address', 'bo@', [], [], []],
  ])('are offered: %s', (_, text, found, known, expected) => {
    expect(choicesFor(text, found, known)).toEqual(expected);
  });
  it('can be hosts if they are colleagues', () => {
    expect(rolesFor({ ...chosen, role: '' })).toContain('host');
    expect(rolesFor({ ...guestOf('a@b.org'), role: '' })).toEqual(['', 'cohost', 'speaker', 'attendee']);
    expect(rolesFor({ ...guestOf('a@b.org'), role: 'host' })).toContain('host');
  });
  it('are added, removed and given roles, and others stay unchanged', () => {
    const edited = [
      { ...guestOf('IVO@example.org'), role: 'speaker' },
      { ...chosen, role: '' },
    ] as const;
    expect(inviteeChanges(meeting.invitees, edited)).toEqual({
      remove: ['in_2'],
      roles: [{ id: 'in_1', role: 'speaker' }],
      add: [edited[1]],
    });
    const same = formOf(meeting, { scope: 'all', occurrence: third }).invitees;
    expect(inviteeChanges(meeting.invitees, same)).toEqual({ remove: [], roles: [], add: [] });
  });
  it('may answer while the meeting is edited, without a conflict', () => {
    const [first, ...others] = meeting.invitees;
    const declined = { ...(first ?? expect.fail('no invitee')), userId: 'ivo', status: 'declined' } as const;
    const answered = { ...meeting, version: 4, updatedAt: '2026-10-02T08:00:00Z', invitees: [declined, ...others] };
    expect(isSameMeeting(meeting, answered)).toBe(true);
    expect(isSameMeeting(meeting, { ...meeting, version: 4, title: 'Other' })).toBe(false);
    expect(isSameMeeting(meeting, { ...meeting, invitees: others })).toBe(false);
  });
});

describe('the name of a browser', () => {
  const [windows, linux] = ['Windows NT 10.0; Win64; x64', 'X11; Linux x86_64'];
  it.each([
    [
      `Mozilla/5.0 (${windows}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36`,
      'Chrome, Windows',
    ],
    [`Mozilla/5.0 (${windows}) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, 'Edge, Windows'],
    [`Mozilla/5.0 (${linux}; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox, Linux'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile Safari/604.1', 'Safari, iOS'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0.50', 'WeChat, Android'],
    ['curl/8.0', 'curl/8.0'],
    ['', ''],
    ['x'.repeat(256), 'x'.repeat(40)],
  ])('%s', (userAgent, expected) => {
    expect(browserOf(userAgent)).toBe(expected);
  });
});

describe('routes of the pages', () => {
  it.each([
    ['/meetings', '', { name: 'meetings' }],
    ['/meetings/', '?lang=zh', { name: 'meetings' }],
    ['/meetings/past', '', { name: 'past' }],
    ['/signin', '?to=%2Fmeetings%2Fpast', { name: 'signIn', to: '/meetings/past' }],
    [
      '/meetings/mt_0a/past/2026-11-23T09:00:00',
      '',
      { name: 'held', meeting: 'mt_0a', originalStart: '2026-11-23T09:00:00' },
    ],
    ['/setup/abc_-1', '', { name: 'setup', code: 'abc_-1' }],
    ['/signin', '', { name: 'signIn', to: '/meetings' }],
    ['/signin/forgot', '?lang=zh', { name: 'forgot' }],
    ['/signin', '?problem=PROVIDER_FAILED', { name: 'signIn', to: '/meetings', problem: 'PROVIDER_FAILED' }],
    ['/library', '?q=x', { name: 'library' }],
    ['/library/it_1', '', { name: 'meetings' }],
    ['/signin', '?to=%2Flibrary%23it_1', { name: 'signIn', to: '/library#it_1' }],
    ['/signin/', '?to=%2Fmeetings%2Fmt_0a1b%2Fjoin', { name: 'signIn', to: '/meetings/mt_0a1b/join' }],
  ])('%s%s', (path, search, expected) => {
    expect(accountRoute(path, search)).toEqual(expected);
  });
  it('/ is the home page, also after sign-in', () => {
    expect(accountRoute('/', '?lang=zh')).toEqual({ name: 'home' });
    expect(returnPath('/')).toBe('/');
  });
  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/meetings/mt_1/join?x=//evil',
    '/library/uploads/up_1',
    '/library#it_1/../x',
    'javascript:alert(1)',
    '/meetings\n',
    '',
    null,
  ])('do not leave the site: %j', (to) => {
    expect(returnPath(to)).toBe('/meetings');
  });
});

describe('texts', () => {
  it('exist for every code', () => {
    expect(accountReason('SIGN_IN_REFUSED')).toBe('reason.SIGN_IN_REFUSED');
    expect(accountReason('constructor')).toBe('reason.other');
  });
});
