import { describe, expect, it } from 'vitest';
import { meetingMailText } from '../../../src/mail/core/meeting-mail-text.ts';
import { isOutdated, planMails } from '../../../src/mail/core/plan.ts';
import type { Invitee, Meeting } from '../../../src/meetings/core/meeting.ts';
import { meetingOf } from '../../support/random-series.ts';

const invitee = (id: string, more: Partial<Invitee> = {}): Invitee => ({
  id,
  email: `${id}@example.org`,
  name: '',
  userId: '',
  role: '',
  language: 'en',
  status: 'needsAction',
  bookedBy: '',
  ...more,
});
const [a, b, c] = [invitee('a'), invitee('b'), invitee('c')];
const meeting = (more: Partial<Meeting>): Meeting => ({
  ...meetingOf({
    localStart: '2026-03-02T23:30:00',
    timeZone: 'Asia/Shanghai',
    durationMinutes: 60,
    recurrence: 'FREQ=DAILY',
    exceptions: [],
    overrides: [],
  }),
  invitees: [a, b],
  ...more,
});

describe('planned mail', () => {
  it.each([
    [
      'of a new meeting: all with an address',
      undefined,
      { invitees: [a, invitee('x', { email: '' })] },
      ['invitation a'],
    ],
    ['for a change that no invitee sees goes to no one', {}, { version: 2 }, []],
    ['for a change goes to all', {}, { sequence: 1 }, ['change a', 'change b']],
    ['for a new invitee goes only there', {}, { invitees: [a, b, c] }, ['invitation c']],
    ['for a removed invitee goes only there', {}, { invitees: [a] }, ['cancellation b']],
    [
      'for a changed address goes to the old and the new one',
      {},
      { invitees: [a, { ...b, email: 'n@example.org' }] },
      ['cancellation b', 'invitation b'],
    ],
    [
      'for several changes goes to each invitee once',
      {},
      { sequence: 1, invitees: [b, c] },
      ['cancellation a', 'invitation c', 'change b'],
    ],
    ['for a cancellation goes to all', {}, { sequence: 1, status: 'cancelled' }, ['cancellation a', 'cancellation b']],
    [
      'for an invitee of a cancelled meeting goes to no one',
      { status: 'cancelled' },
      { status: 'cancelled', invitees: [a] },
      [],
    ],
  ] as [string, Partial<Meeting> | undefined, Partial<Meeting>, string[]][])('%s', (_, before, after, mails) => {
    const planned = planMails(before && meeting(before), meeting(after));
    expect(planned.map(({ kind, invitee: { id } }) => `${kind} ${id}`)).toEqual(mails);
  });

  it('is outdated if a later mail replaces it', () => {
    const planned = { kind: 'change', invitee: a, sequence: 1 } as const;
    expect(isOutdated(planned, meeting({ sequence: 1 }))).toBe(false);
    expect(isOutdated(planned, meeting({ sequence: 2 }))).toBe(true);
    expect(isOutdated(planned, meeting({ sequence: 1, invitees: [b] }))).toBe(true);
    expect(isOutdated(planned, meeting({ sequence: 1, status: 'cancelled' }))).toBe(true);
    expect(isOutdated({ ...planned, kind: 'cancellation' }, meeting({ sequence: 2 }))).toBe(false);
  });
});

describe('the words of a mail', () => {
  const url = 'https://meet.example/m/100000000';

  it('are in the reader’s language, with the time of the meeting', () => {
    const english = meetingMailText('invitation', meeting({ title: 'Plan' }), a, url);
    expect(english.subject).toBe('Invitation: Plan');
    expect(english.text).toContain('2026-03-02 23:30 – 2026-03-03 00:30 (Asia/Shanghai)');
    expect(english.text).toContain(url);
    const chinese = meetingMailText(
      'cancellation',
      meeting({ title: '计划' }),
      { ...a, language: 'zh', name: '王' },
      url,
    );
    expect(chinese.subject).toBe('会议取消：计划');
    expect(chinese.text).toContain('王，您好：');
    expect(chinese.text + chinese.html).not.toContain(url);
  });

  it('have people’s texts escaped in HTML', () => {
    const title = `<img src=x onerror="alert('1')">&`;
    const { html, subject } = meetingMailText(
      'change',
      meeting({ title: `${title}\r\nBcc: x@y.org`, description: '<b>\n' }),
      a,
      url,
    );
    expect(html).not.toMatch(/<img|<b>/);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
    expect(subject).not.toMatch(/[\r\n]/);
  });
});
