import { describe, expect, it } from 'vitest';
import { AccountApi, ApiProblem, type Ask, type Question } from '../../../src/account/api.ts';
import { cancelMeeting, saveMeeting } from '../../../src/account/changes.ts';
import { emptyForm, formOf } from '../../../src/account/core/form.ts';
import type { Meeting, MyOccurrence } from '../../../src/account/core/model.ts';
import { Session } from '../../../src/account/session.ts';

const question: Question = { method: 'GET', path: '/me' };

describe('a session that has ended', () => {
  it.each(['TOKEN_MISSING', 'SESSION_ENDED'])('(%s) holds all questions until somebody has signed in', async (code) => {
    let isIn = false;
    const asked: string[] = [];
    const ask: Ask = async ({ path }) => {
      asked.push(path);
      if (!isIn) throw new ApiProblem(code, { status: 401 });
      return path;
    };
    const session = new Session(ask);
    const answers = Promise.all([session.ask({ ...question, path: '/a' }), session.ask({ ...question, path: '/b' })]);
    await expect.poll(() => session.ended.get()).toBe(true);
    isIn = true;
    session.signedIn();
    expect(await answers).toEqual(['/a', '/b']);
    expect(asked).toEqual(['/a', '/b', '/a', '/b']);
    expect(session.ended.get()).toBe(false);
  });
  it('is nothing that other refusals mean', async () => {
    const session = new Session(() => Promise.reject(new ApiProblem('NOT_PERMITTED', { status: 403 })));
    await expect(session.ask(question)).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect(session.ended.get()).toBe(false);
  });
});

const meeting: Meeting = {
  id: 'mt_1',
  number: '100000000',
  status: 'scheduled',
  title: 'Weekly',
  description: '',
  version: 3,
  localStart: '2026-11-02T09:00:00',
  startsAt: '2026-11-02T08:00:00Z',
  timeZone: 'UTC',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO',
  overrides: [],
  hosts: [],
  hasPassword: false,
  invitees: [{ id: 'in_1', email: 'ivo@example.org', name: '', userId: '', role: '', status: 'needsAction' }],
  settings: { waitingRoom: false, joinBeforeHost: true, hardEnd: false },
};
const occurrence = (originalStart: string): MyOccurrence => ({
  meetingId: 'mt_1',
  number: '100000000',
  title: 'Weekly',
  originalStart,
  startsAt: `${originalStart}Z`,
  endsAt: `${originalStart}Z`,
  part: 'host',
  isRecurring: true,
  mayChange: true,
  hasConflict: false,
});
/** Answers every question with the meeting, and keeps what was asked. */
function scripted(now: Meeting = meeting) {
  const asked: string[] = [];
  const api = new AccountApi(async ({ method, path, version }) => {
    asked.push([method, path, ...(version === undefined ? [] : [version])].join(' '));
    return path.endsWith('/split') ? { ...now, id: 'mt_2' } : now;
  });
  return { api, asked };
}
const first = '2026-11-02T09:00:00';
const third = '2026-11-16T09:00:00';

describe('saving', () => {
  const rows = [
    ['one', third, ['GET /meetings/mt_1', `PATCH /meetings/mt_1/occurrences/${third} 4`]],
    ['all', third, ['GET /meetings/mt_1', 'PATCH /meetings/mt_1 4', 'POST /meetings/mt_1/invitees']],
    ['following', first, ['GET /meetings/mt_1', 'PATCH /meetings/mt_1 4', 'POST /meetings/mt_1/invitees']],
    [
      'following',
      third,
      ['GET /meetings/mt_1', `POST /meetings/mt_1/occurrences/${third}/split`, 'POST /meetings/mt_2/invitees'],
    ],
  ] as const;
  it.each(rows)('%s of a series, from %s', async (scope, start, expected) => {
    // Somebody has answered meanwhile: the version is another, the meeting the same.
    const { api, asked } = scripted({ ...meeting, version: 4 });
    const target = { kind: 'edit', scope, occurrence: occurrence(start) } as const;
    const form = formOf(meeting, target);
    const invitees = [...form.invitees, { email: 'new@example.org', name: '', userId: '', role: '' }];
    await saveMeeting(api, { target, form: { ...form, invitees }, before: meeting, language: 'en', once: 'k' });
    expect(asked).toEqual(expected);
  });
  it('overwrites nothing that somebody else has changed', async () => {
    const { api, asked } = scripted({ ...meeting, version: 4, title: 'Changed' });
    const target = { kind: 'edit', scope: 'all', occurrence: occurrence(third) } as const;
    const save = saveMeeting(api, {
      target,
      form: formOf(meeting, target),
      before: meeting,
      language: 'en',
      once: 'k',
    });
    await expect(save).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(asked).toEqual(['GET /meetings/mt_1']);
  });
  it('a new one books it', async () => {
    const { api, asked } = scripted();
    const form = emptyForm({ title: 'T', start: '2026-11-23T09:00', timeZone: 'UTC' });
    await saveMeeting(api, { target: { kind: 'new' }, form, before: undefined, language: 'en', once: 'k' });
    expect(asked).toEqual(['POST /meetings']);
  });
});

describe('cancelling', () => {
  it.each([
    ['one', third, true, [`DELETE /meetings/mt_1/occurrences/${third}`]],
    ['all', third, true, ['GET /meetings/mt_1', 'DELETE /meetings/mt_1']],
    ['following', third, true, ['GET /meetings/mt_1', 'PATCH /meetings/mt_1 3']],
    ['following', first, true, ['GET /meetings/mt_1', 'DELETE /meetings/mt_1']],
    ['one', first, false, ['GET /meetings/mt_1', 'DELETE /meetings/mt_1']],
  ] as const)('%s from %s (recurring: %s)', async (scope, start, isRecurring, expected) => {
    const { api, asked } = scripted();
    await cancelMeeting(api, { ...occurrence(start), isRecurring }, scope);
    expect(asked).toEqual(expected);
  });
});
