import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roleScopes } from '../../../src/access/core/scopes.ts';
import { exampleOf } from '../../support/example.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

type User = Awaited<ReturnType<TestApi['user']>>;
let api: TestApi;
/** Books the meetings. */
let hana: User;
/** Is invited by address. */
let ivo: User;
/** Has no part in the meetings. */
let otto: User;
let admin: User;
beforeEach(async () => {
  api = await testApi();
  hana = await api.user({ role: 'host', email: 'hana@example.org', name: 'Hana' });
  ivo = await api.user({ role: 'member', email: 'Ivo@Example.org', name: 'Ivo' });
  otto = await api.user({ role: 'host', email: 'otto@example.org' });
  admin = await api.user({ role: 'admin', email: 'admin@example.org' });
});
afterEach(() => api.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
async function call(as: User, method: Method, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await api.ask(method, path, { as, headers, ...(body && { body }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const weekly = {
  title: 'Stand-up',
  localStart: '2026-01-05T09:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;COUNT=3',
};
async function book(as: User, more: object = {}) {
  const { status, body } = await call(as, 'POST', '/meetings', { ...weekly, ...more });
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
}
const invited = { invitees: [{ email: 'ivo@example.org', role: 'cohost' }, { email: 'guest@example.com' }] };
const titles = async (as: User, query = ''): Promise<string[]> =>
  (await call(as, 'GET', `/me/meetings${query}`)).body.data.map(({ title }: { title: string }) => title);

describe('a meeting that a user books', () => {
  it('has the user as host', async () => {
    expect(await book(hana)).toMatchObject({ hosts: [hana.user.id], cohosts: [] });
    const named = await book(hana, { hosts: ['bob', hana.user.id], cohosts: ['cem'] });
    expect(named).toMatchObject({ hosts: [hana.user.id, 'bob'], cohosts: ['cem'] });
    expect(await book(hana, { cohosts: [hana.user.id] })).toMatchObject({ hosts: [hana.user.id], cohosts: [] });
  });

  const rows: [string, Method, string, object?][] = [
    ['see', 'GET', ''],
    ['see', 'GET', '/occurrences'],
    ['see', 'GET', '/conflicts'],
    ['see', 'GET', '/calendar.ics'],
    ['change', 'GET', '/report'],
    ['change', 'GET', '/report.csv'],
    ['change', 'PATCH', '', { title: 'New' }],
    ['change', 'DELETE', ''],
    ['change', 'PATCH', '/occurrences/2026-01-12T09:00:00', { title: 'New' }],
    ['change', 'DELETE', '/occurrences/2026-01-12T09:00:00'],
    ['change', 'POST', '/occurrences/2026-01-12T09:00:00/split', { title: 'New' }],
    ['change', 'POST', '/invitees', { invitees: [{ name: 'Nia' }] }],
    ['change', 'PATCH', '/invitees/INVITEE', { name: 'Nia' }],
    ['change', 'DELETE', '/invitees/INVITEE'],
  ];
  it.each(rows)('lets only users with the right to %s call %s %s', async (right, method, path, body) => {
    const statusOf = async (as: User, more: object) => {
      const { id, invitees } = await book(hana, more);
      const url = `/meetings/${id}${path.replace('INVITEE', invitees[0].id)}`;
      return (await api.ask(method, url, { as, headers: { 'if-match': '"1"' }, ...(body && { body }) })).statusCode;
    };
    const plain = { invitees: [{ email: 'ivo@example.org' }] };
    const ok = [await statusOf(hana, plain), await statusOf(admin, plain)];
    expect(ok.every((status) => status < 300)).toBe(true);
    expect(await statusOf(otto, plain)).toBe(404);
    expect(await statusOf(ivo, plain)).toBe(right === 'see' ? 200 : 403);
    const withOtto = { invitees: [{ email: otto.user.email }] };
    expect(await statusOf(otto, withOtto)).toBe(right === 'see' ? 200 : 403);
    const byOtto = { cohosts: [otto.user.id], invitees: [{ name: 'X' }] };
    expect(await statusOf(otto, byOtto)).toBeLessThan(300);
  });

  it('has links for its invitees, of which others see only their own; each look is in the audit log', async () => {
    const { id, invitees } = await book(hana, { invitees: [{ email: otto.user.email }, { email: 'x@example.org' }] });
    const [linkOfOtto, others] = invitees.map((one: { id: string }) => `/meetings/${id}/invitees/${one.id}/link`);
    const statuses = [
      [hana, linkOfOtto],
      [hana, others],
      [otto, linkOfOtto],
      [otto, others],
      [ivo, others],
    ] as const;
    const found = [];
    for (const [as, path] of statuses) found.push((await call(as, 'GET', path)).status);
    expect(found).toEqual([200, 200, 200, 403, 403]);
    const log = (await call(admin, 'GET', '/audit?operation=getInviteeLink')).body.data;
    const loggedLinks = log.map(({ by, targets, status }: Record<string, { id: string; invitee: string }>) => [
      ...[by?.id, targets?.invitee, status],
    ]);
    expect(loggedLinks).toContainEqual([otto.user.id, invitees[0].id, 200]);
    expect(loggedLinks).toContainEqual([otto.user.id, invitees[1].id, 403]);
  });
});

describe('lists', () => {
  it('have the meetings of the user, with the user’s part in them, by time and in pages', async () => {
    const { id } = await book(hana, invited);
    await book(hana, { title: 'Alone', localStart: '2026-01-06T09:00', recurrence: '' });
    await book(otto, { title: 'Of others' });
    expect(await titles(hana)).toEqual(['Stand-up', 'Alone', 'Stand-up', 'Stand-up']);
    expect(await titles(otto)).toEqual(['Of others', 'Of others', 'Of others']);
    expect(await titles(admin)).toEqual([]);
    const { body } = await call(ivo, 'GET', '/me/meetings?limit=2');
    expect(body.data).toEqual([
      expect.objectContaining({
        meetingId: id,
        title: 'Stand-up',
        originalStart: '2026-01-05T09:00:00',
        part: 'cohost',
        startsAt: '2026-01-05T08:00:00.000Z',
        endsAt: '2026-01-05T08:30:00.000Z',
        answer: 'needsAction',
        isRecurring: true,
        mayChange: false,
        hasConflict: false,
      }),
      expect.objectContaining({ originalStart: '2026-01-12T09:00:00' }),
    ]);
    const more = await call(ivo, 'GET', `/me/meetings?limit=2&cursor=${body.nextCursor}`);
    expect(more.body.data).toHaveLength(1);
    expect(more.body.nextCursor).toBeUndefined();
    const ownMeeting = (await call(hana, 'GET', '/me/meetings?limit=1')).body.data[0];
    expect(ownMeeting).toMatchObject({ part: 'host', mayChange: true });
    expect(ownMeeting).not.toHaveProperty('answer');
  });
});

describe('an answer', () => {
  it('is given by the invitee, who is recognised by id or address', async () => {
    const { id } = await book(hana, invited);
    const answer = (as: User, answer: string) => call(as, 'PUT', `/me/meetings/${id}/answer`, { answer });
    const { body } = await answer(ivo, 'accepted');
    expect(body.invitees[0]).toMatchObject({ userId: ivo.user.id, status: 'accepted' });
    expect(body).toMatchObject({ version: 2, sequence: 0 });
    expect((await answer(ivo, 'accepted')).body.version).toBe(2);
    expect((await answer(hana, 'accepted')).body.code).toBe('CONFLICT');
    expect((await answer(otto, 'accepted')).status).toBe(404);
    for (const wrong of ['needsAction', 'maybe', '']) expect((await answer(ivo, wrong)).status).toBe(400);
    await call(hana, 'DELETE', `/meetings/${id}`);
    expect((await answer(ivo, 'declined')).body.code).toBe('CONFLICT');
  });
});

describe('joining a meeting', () => {
  it('gives a token of the user for the room, until an hour after the end', async () => {
    const { id } = await book(hana, invited);
    const { status, body } = await call(ivo, 'POST', `/me/meetings/${id}/join`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ room: id, title: 'Stand-up', identity: ivo.user.id, name: 'Ivo' });
    const claims = decodeJwt(body.token);
    expect(claims).toMatchObject({
      iss: (await api.keys.signing('acme'))?.id,
      sub: ivo.user.id,
      name: 'Ivo',
      via: `user:${ivo.user.id}`,
      video: { room: id, roomJoin: true },
    });
    // The token of a meeting in four days is valid for 25 hours.
    expect((claims.exp ?? 0) * 1000 - api.clock.wallMs()).toBe(25 * 3_600_000);
    const { id: today } = await book(hana, { ...invited, localStart: '2026-01-01T09:00' });
    const soon = await call(ivo, 'POST', `/me/meetings/${today}/join`);
    expect(soon.body.expiresAt).toBe('2026-01-01T09:30:00.000Z');
    const { body: meeting } = await call(hana, 'GET', `/meetings/${id}`);
    expect(meeting.invitees[0]).toMatchObject({ userId: ivo.user.id, status: 'needsAction', role: 'cohost' });
  });
});

describe('a user’s calendar', () => {
  it('has meetings to which the address is invited, until the feed is revoked', async () => {
    await book(hana, invited);
    const made = await call(ivo, 'POST', '/me/calendar-feeds');
    expect(made.body).toMatchObject({ userId: ivo.user.id });
    const fetchIt = () => api.app.inject({ url: new URL(made.body.url).pathname });
    expect((await fetchIt()).body).toContain('SUMMARY:Stand-up');
    const listed = await call(ivo, 'GET', '/calendar-feeds');
    expect(listed.body.data).toEqual([expect.objectContaining({ id: made.body.id })]);
    expect((await call(hana, 'GET', '/calendar-feeds')).body.data).toEqual([]);
    expect((await call(hana, 'DELETE', `/calendar-feeds/${made.body.id}`)).status).toBe(404);
    expect((await call(hana, 'DELETE', `/me/calendar-feeds/${made.body.id}`)).status).toBe(404);
    expect((await call(ivo, 'DELETE', `/me/calendar-feeds/${made.body.id}`)).status).toBe(204);
    expect((await fetchIt()).statusCode).toBe(404);
  });
  it('is refused for other users, and for meetings that the user cannot see', async () => {
    const { id } = await book(hana);
    expect((await call(otto, 'POST', '/calendar-feeds', { userId: hana.user.id })).body.code).toBe('NOT_PERMITTED');
    expect((await call(otto, 'POST', '/calendar-feeds', { room: id })).status).toBe(404);
    expect((await call(otto, 'POST', '/calendar-feeds', { room: 'none' })).status).toBe(404);
    expect((await call(hana, 'POST', '/calendar-feeds', { room: id })).status).toBe(201);
    expect((await call(admin, 'POST', '/calendar-feeds', { userId: hana.user.id })).status).toBe(201);
  });
});

describe('every operation on a meeting', () => {
  it('answers 404 to a user without a part in it', async () => {
    const { id } = await book(hana, { invitees: [{ name: 'Nia' }] });
    const all = api.routes.operations.filter(({ path, scope }) => path.includes('{meeting}') && scope !== 'public');
    expect(all.length).toBeGreaterThan(12);
    for (const { id: name, method, path, body, scope } of all) {
      const url = path.replace('{meeting}', id).replaceAll(/\{\w+\}/g, '2026-01-12T09:00:00');
      const payload = body && (exampleOf(body) as object);
      const answer = await call(otto, method, url, payload, { 'if-match': '"1"' });
      const isOpen = scope === 'any' || roleScopes.host.some((one) => one === scope);
      expect([name, answer.status]).toEqual([name, isOpen ? 404 : 403]);
    }
  });
});
