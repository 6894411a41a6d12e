import { MeridianApiError } from '@meridian/api-client';
import { describe, expect, it } from 'vitest';
import { AccountApi, codeOf, SignInApi } from '../../../src/account/api.ts';
import { cancelMeeting, saveMeeting } from '../../../src/account/changes.ts';
import { emptyForm, formOf } from '../../../src/account/core/form.ts';
import type { Meeting } from '../../../src/account/core/model.ts';
import { Session } from '../../../src/account/session.ts';
import { clientOf } from '../../../src/room/api.ts';
import { meetingWith, occurrenceAt } from './meetings.ts';

const refused = (code: string, status: number): Response => Response.json({ code }, { status });

const ada = { id: 'ada', tenant: 'acme' };

describe('a session that has ended', () => {
  it.each(['TOKEN_MISSING', 'SESSION_ENDED'])('(%s) holds all calls until the user has signed in', async (code) => {
    let isIn = false;
    const requestedPaths: string[] = [];
    const client = clientOf('https://meet.test', async ({ url }) => {
      requestedPaths.push(new URL(url).pathname);
      return isIn ? Response.json({ title: url }) : refused(code, 401);
    });
    const session = new Session();
    const api = new AccountApi(client, session.run);
    const answers = Promise.all([api.meeting('a'), api.meeting('b')]);
    await expect.poll(() => session.ended.get()).toBe(true);
    isIn = true;
    expect(session.signedInAgain(ada, { ...ada })).toBe(true);
    const [a, b] = ['/api/v1/meetings/a', '/api/v1/meetings/b'];
    expect((await answers).map(({ title }) => title)).toEqual([`https://meet.test${a}`, `https://meet.test${b}`]);
    expect(requestedPaths).toEqual([a, b, a, b]);
    expect(session.ended.get()).toBe(false);
  });
  it.each([
    ['another user', { id: 'bob', tenant: 'acme' }],
    ['the same id in another tenant', { id: 'ada', tenant: 'other' }],
    ['another user of another tenant', { id: 'bob', tenant: 'other' }],
  ])('never sends waiting calls as %s', async (_, again) => {
    let isIn = false;
    const requestLog: string[] = [];
    const client = clientOf('https://meet.test', async ({ url }) => {
      requestLog.push(`${isIn} ${new URL(url).pathname}`);
      return isIn ? Response.json({}) : refused('SESSION_ENDED', 401);
    });
    const session = new Session();
    const answer = new AccountApi(client, session.run).meeting('a');
    await expect.poll(() => session.ended.get()).toBe(true);
    isIn = true;
    expect(session.signedInAgain(ada, again)).toBe(false);
    expect(session.ended.get()).toBe(true);
    // The call still waits until its own user signs in.
    expect(session.signedInAgain(ada, ada)).toBe(true);
    await answer;
    expect(requestLog).toEqual(['false /api/v1/meetings/a', 'true /api/v1/meetings/a']);
  });
  it('is not assumed after a refusal for another reason', async () => {
    const session = new Session();
    const client = clientOf('https://meet.test', async () => refused('NOT_PERMITTED', 403));
    await expect(new AccountApi(client, session.run).me()).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect(session.ended.get()).toBe(false);
  });
});

describe('a call that fails', () => {
  const failing = (answer: () => Promise<Response>) =>
    new AccountApi(clientOf('https://meet.test', answer)).me().then(
      () => 'an answer',
      (error: unknown) => codeOf(error),
    );
  const html = { headers: { 'content-type': 'text/html' } };
  it.each([
    ['the server did not answer', 'API_UNREACHABLE', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['the API failed', 'API_UNREACHABLE', async () => refused('INTERNAL', 503)],
    ['a proxy answered with a page', 'API_UNREACHABLE', async () => new Response('<p>Sorry</p>', html)],
    ['the API refused it', 'RATE_LIMITED', async () => refused('RATE_LIMITED', 429)],
  ] as const)('because %s has the code %s, after a single try', async (_, code, answer) => {
    let tries = 0;
    const counted = (): Promise<Response> => {
      tries++;
      return answer();
    };
    expect([await failing(counted), tries]).toEqual([code, 1]);
  });
  it('has the code INTERNAL after a bug of the page, else the API’s code', () => {
    expect(codeOf(new TypeError('x is undefined'))).toBe('INTERNAL');
    expect(codeOf(new MeridianApiError('NOT_FOUND', 'gone', { status: 404 }))).toBe('NOT_FOUND');
  });
});

const meeting = meetingWith({
  timeZone: 'UTC',
  invitees: [
    { id: 'in_1', email: 'ivo@example.org', name: '', userId: '', role: null, language: 'en', status: 'needsAction' },
  ],
});
const occurrence = (originalStart: string) => occurrenceAt(`${originalStart}Z`, { isRecurring: true });
/** Answers every call with the meeting, and records the calls. */
function scripted(currentMeeting: Meeting = meeting) {
  const asked: string[] = [];
  const client = clientOf('https://meet.test', async ({ method, url, headers }) => {
    const path = decodeURIComponent(new URL(url).pathname.slice('/api/v1'.length));
    const version = headers.get('if-match')?.replaceAll('"', '');
    asked.push([method, path, ...(version === undefined ? [] : [version])].join(' '));
    return Response.json(path.endsWith('/split') ? { ...currentMeeting, id: 'mt_2' } : currentMeeting);
  });
  return { api: new AccountApi(client), asked };
}
const first = '2026-11-02T09:00:00';
const third = '2026-11-16T09:00:00';

describe('a request about the account', () => {
  /** Answers as the API does, and records the calls. */
  function asking(mail = true) {
    const asked: unknown[] = [];
    const client = clientOf('https://meet.test', async (request) => {
      const { pathname, search } = new URL(request.url);
      const path = pathname.slice('/api/v1'.length);
      const text = await request.text();
      asked.push([request.method, path + search, ...(text === '' ? [] : [JSON.parse(text)])]);
      if (path.endsWith('/link')) return Response.json({ url: 'https://meet.test/j/code' });
      if (path === '/me/sessions') return Response.json({ data: [{ id: 'US_1' }] });
      if (path !== '/password-resets') return new Response(null, { status: 204 });
      return mail ? Response.json({}, { status: 202 }) : refused('MAIL_NOT_CONFIGURED', 409);
    });
    return { api: new AccountApi(client), signIn: new SignInApi(client), asked };
  }

  it('fetches the link of an invitee', async () => {
    const { api, asked } = asking();
    expect(await api.linkOf('mt_1', 'in_1')).toBe('https://meet.test/j/code');
    expect(asked).toEqual([['GET', '/meetings/mt_1/invitees/in_1/link']]);
  });
  it('lists sessions, ends them, and changes the password', async () => {
    const { api, asked } = asking();
    expect(await api.sessions()).toEqual([{ id: 'US_1' }]);
    await api.endSession('US_1');
    await api.changePassword('old', 'new password');
    expect(asked).toEqual([
      ['GET', '/me/sessions'],
      ['DELETE', '/me/sessions/US_1'],
      ['PUT', '/me/password', { current: 'old', password: 'new password' }],
    ]);
  });
  it('requests a password link in the language of the page', async () => {
    const { signIn, asked } = asking();
    await signIn.askForPassword('ann@example.org', 'zh');
    expect(asked).toEqual([['POST', '/password-resets', { email: 'ann@example.org', language: 'zh' }]]);
    await expect(asking(false).signIn.askForPassword('ann@example.org', 'en')).rejects.toMatchObject({
      code: 'MAIL_NOT_CONFIGURED',
    });
  });
  it('fetches the ways to sign in, with or without a company', async () => {
    const { signIn, asked } = asking();
    await signIn.ways();
    await signIn.ways('acme & co');
    expect(asked).toEqual([
      ['GET', '/sign-in'],
      ['GET', '/sign-in?tenant=acme%20%26%20co'],
    ]);
  });
});

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
  it.each(rows)('an edit of scope %s makes its calls, from occurrence %s', async (scope, start, expected) => {
    // An invitee has answered meanwhile: the version differs, the meeting is the same.
    const { api, asked } = scripted({ ...meeting, version: 4 });
    const target = { kind: 'edit', scope, occurrence: occurrence(start) } as const;
    const form = formOf(meeting, target);
    const invitees = [...form.invitees, { email: 'new@example.org', name: '', userId: '', role: '' as const }];
    await saveMeeting(api, { target, form: { ...form, invitees }, before: meeting, language: 'en', once: 'k' });
    expect(asked).toEqual(expected);
  });
  it('rejects when another user has changed the meeting meanwhile', async () => {
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
  it('a new meeting books it', async () => {
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
  ] as const)('scope %s from occurrence %s (recurring: %s)', async (scope, start, isRecurring, expected) => {
    const { api, asked } = scripted();
    await cancelMeeting(api, { ...occurrence(start), isRecurring }, scope);
    expect(asked).toEqual(expected);
  });
});
