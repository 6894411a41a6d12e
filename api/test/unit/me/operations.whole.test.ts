// What users see and do with meetings: their own, those they are invited to, and others'.
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roleScopes } from '../../../src/access/core/scopes.ts';
import { exampleOf } from '../../support/example.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

type User = Awaited<ReturnType<TestApi['user']>>;
let api: TestApi;
/** Books. */
let hana: User;
/** Is invited by its address. */
let ivo: User;
/** Has nothing to do with it. */
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
  it('has the user for a host', async () => {
    expect(await book(hana)).toMatchObject({ hosts: [hana.user.id], cohosts: [] });
    const named = await book(hana, { hosts: ['bob', hana.user.id], cohosts: ['cem'] });
    expect(named).toMatchObject({ hosts: [hana.user.id, 'bob'], cohosts: ['cem'] });
    expect(await book(hana, { cohosts: [hana.user.id] })).toMatchObject({ hosts: [hana.user.id], cohosts: [] });
  });
  it('is not booked by a member', async () => {
    expect((await call(ivo, 'POST', '/meetings', weekly)).body.code).toBe('NOT_PERMITTED');
    expect((await call(ivo, 'POST', '/me/meetings/instant', { title: 'Now' })).body.code).toBe('NOT_PERMITTED');
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
  it.each(rows)('by right to %s: %s %s', async (right, method, path, body) => {
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

  it('has a link for each invitee: others get their own alone, and each is in the audit log', async () => {
    const { id, invitees } = await book(hana, { invitees: [{ email: otto.user.email }, { email: 'x@example.org' }] });
    const [ottos, others] = invitees.map((one: { id: string }) => `/meetings/${id}/invitees/${one.id}/link`);
    const statuses = [
      [hana, ottos],
      [hana, others],
      [otto, ottos],
      [otto, others],
      [ivo, others],
    ] as const;
    const found = [];
    for (const [as, path] of statuses) found.push((await call(as, 'GET', path)).status);
    expect(found).toEqual([200, 200, 200, 403, 403]);
    const log = (await call(admin, 'GET', '/audit?operation=getInviteeLink')).body.data;
    const kept = log.map(({ by, targets, status }: Record<string, { id: string; invitee: string }>) => [
      ...[by?.id, targets?.invitee, status],
    ]);
    expect(kept).toContainEqual([otto.user.id, invitees[0].id, 200]);
    expect(kept).toContainEqual([otto.user.id, invitees[1].id, 403]);
  });

  it('is another tenant’s user’s as little', async () => {
    const foreign = await api.user({ tenant: tenants[1].id, role: 'admin', email: 'ivo@example.org' });
    const { id } = await book(hana, invited);
    for (const [method, path] of [
      ['GET', `/meetings/${id}`],
      ['POST', `/me/meetings/${id}/join`],
    ] as const)
      expect((await call(foreign, method, path)).status).toBe(404);
    expect((await call(foreign, 'PUT', `/me/meetings/${id}/answer`, { answer: 'accepted' })).status).toBe(404);
    expect(await titles(foreign)).toEqual([]);
  });
});

describe('lists that fold series', () => {
  const start = '?from=2026-01-05T08:15:00Z';
  const folded = async (query: string) => (await call(hana, 'GET', `/me/meetings${query}`)).body;
  const brief = (data: { title: string; startsAt: string; later?: number }[]) =>
    data.map(({ title, startsAt, later }) => [title, startsAt.slice(5, 16), later]);

  it('have the next occurrence of each, with the one that runs, the rule, and how many come later', async () => {
    const { id } = await book(hana, { recurrence: 'FREQ=WEEKLY;COUNT=5' });
    await book(hana, { title: 'Alone', localStart: '2026-01-13T09:00', recurrence: '' });
    await book(hana, { title: 'Last', localStart: '2026-01-20T09:00', recurrence: 'FREQ=WEEKLY;COUNT=1' });
    const { data } = await folded(`${start}&series=next`);
    expect(brief(data)).toEqual([
      ['Stand-up', '01-05T08:00', undefined], // runs
      ['Stand-up', '01-12T08:00', 3],
      ['Alone', '01-13T08:00', undefined],
      ['Last', '01-20T08:00', 0],
    ]);
    expect(data[1]).toMatchObject({ recurrence: 'FREQ=WEEKLY;COUNT=5', timeZone: 'Europe/Berlin', isRecurring: true });
    expect(data[2]).toMatchObject({ recurrence: '', isRecurring: false });
    // Unfolded, they are all there.
    const of = (await folded(`?from=2026-01-12T08:30:00Z&meeting=${id}`)).data;
    expect(brief(of).map(([, at]) => at)).toEqual(['01-19T08:00', '01-26T08:00', '02-02T08:00']);
    const window = await folded(`${start}&to=2026-01-20T00:00:00Z&series=next`);
    expect(brief(window.data)[1]).toEqual(['Stand-up', '01-12T08:00', 1]);
  });

  it('pass over occurrences that are cancelled, and have moved ones where they are', async () => {
    const { id } = await book(hana, { recurrence: 'FREQ=WEEKLY;COUNT=5' });
    await call(hana, 'DELETE', `/meetings/${id}/occurrences/2026-01-12T09:00:00`);
    const query = '?from=2026-01-06T00:00:00Z&series=next';
    expect(brief((await folded(query)).data)).toEqual([['Stand-up', '01-19T08:00', 2]]);
    const moved = { title: 'Special', localStart: '2026-01-18T12:00' };
    await call(hana, 'PATCH', `/meetings/${id}/occurrences/2026-01-26T09:00:00`, moved, { 'if-match': '*' });
    expect(brief((await folded(query)).data)).toEqual([['Special', '01-18T11:00', 2]]);
  });

  it('come page by page, each series once, and not another user’s', async () => {
    for (const day of ['05', '06', '07', '08', '09'])
      await book(hana, { title: day, localStart: `2026-01-${day}T09:00` });
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await folded(`?series=next&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...brief(page.data).map(([title]) => String(title)));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['05', '06', '07', '08', '09']);
    const { id } = await book(otto);
    expect((await folded(`?meeting=${id}`)).data).toEqual([]);
  });

  it('are asked for by a word that there is', async () => {
    expect((await folded('?series=some')).errors).toEqual([expect.objectContaining({ pointer: '?series' })]);
  });
});

describe('lists', () => {
  it('have what the user takes part in, with its part, by time and page by page', async () => {
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
    const mine = (await call(hana, 'GET', '/me/meetings?limit=1')).body.data[0];
    expect(mine).toMatchObject({ part: 'host', mayChange: true });
    expect(mine).not.toHaveProperty('answer');
  });

  it('have a meeting that is running', async () => {
    await call(hana, 'POST', '/me/meetings/instant', { title: 'Now' });
    api.clock.advance(10 * 60_000);
    expect(await titles(hana)).toEqual(['Now']);
    api.clock.advance(3_600_000);
    expect(await titles(hana)).toEqual([]);
  });

  it('are searched by words of titles, and numbers', async () => {
    const { number } = await book(hana, { recurrence: '' });
    await book(hana, { recurrence: '', title: '100 % of it_all' });
    expect(await titles(hana, '?query=STAND')).toEqual(['Stand-up']);
    expect(await titles(hana, `?query=${number.slice(0, 3)}%20${number.slice(3, 6)}`)).toEqual(['Stand-up']);
    expect(await titles(hana, '?query=%25')).toEqual(['100 % of it_all']);
    expect(await titles(hana, '?query=t_a')).toEqual(['100 % of it_all']);
    expect(await titles(hana, '?query=%5C')).toEqual([]);
  });

  it('show conflicts, but with what was declined', async () => {
    const { id } = await book(hana, { ...invited, recurrence: '' });
    await book(otto, { ...invited, title: 'Other', localStart: '2026-01-05T09:15', recurrence: '' });
    const flags = async (as: User) =>
      (await call(as, 'GET', '/me/meetings')).body.data.map((one: { hasConflict: boolean }) => one.hasConflict);
    expect(await flags(ivo)).toEqual([true, true]);
    expect(await flags(hana)).toEqual([false]);
    await call(ivo, 'PUT', `/me/meetings/${id}/answer`, { answer: 'declined' });
    expect(await flags(ivo)).toEqual([false, false]);
  });

  it('of all meetings are bound to the user’s own, but for administrators', async () => {
    await book(hana, { recurrence: '' });
    await book(otto, { recurrence: '', title: 'Of others' });
    const all = async (as: User, query = '') =>
      (await call(as, 'GET', `/meetings${query}`)).body.data?.map(({ title }: { title: string }) => title);
    expect(await all(hana)).toEqual(['Stand-up']);
    expect(await all(ivo)).toEqual([]);
    expect((await all(admin)).sort()).toEqual(['Of others', 'Stand-up']);
    expect(await all(admin, `?userId=${otto.user.id}`)).toEqual(['Of others']);
    expect((await call(hana, 'GET', `/meetings?userId=${otto.user.id}`)).body.code).toBe('NOT_PERMITTED');
  });

  it('of conflicts tell of others’ meetings the time alone', async () => {
    const { id } = await book(hana, { ...invited, recurrence: '' });
    await book(otto, { ...invited, title: 'Secret', recurrence: '' });
    const { body } = await call(hana, 'GET', `/meetings/${id}/conflicts`);
    expect(body.data).toEqual([{ startsAt: '2026-01-05T08:00:00.000Z', endsAt: '2026-01-05T08:30:00.000Z' }]);
    const all = await call(admin, 'GET', `/meetings/${id}/conflicts`);
    expect(all.body.data).toEqual([expect.objectContaining({ title: 'Secret' })]);
  });
});

describe('an answer', () => {
  it('is the invitee’s own, by address too', async () => {
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

  it('of many at once loses none', async () => {
    const guests = await Promise.all(Array.from({ length: 8 }, () => api.user()));
    const invitees = guests.map(({ user }) => ({ email: user.email }));
    const { id } = await book(hana, { invitees });
    await Promise.all(guests.map((one) => call(one, 'PUT', `/me/meetings/${id}/answer`, { answer: 'tentative' })));
    const { body } = await call(hana, 'GET', `/meetings/${id}`);
    expect(body.invitees.map(({ status }: { status: string }) => status)).toEqual(guests.map(() => 'tentative'));
  });
});

describe('joining', () => {
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
    // Four days ahead: within 25 hours.
    expect((claims.exp ?? 0) * 1000 - api.clock.wallMs()).toBe(25 * 3_600_000);
    const { id: today } = await book(hana, { ...invited, localStart: '2026-01-01T09:00' });
    const soon = await call(ivo, 'POST', `/me/meetings/${today}/join`);
    expect(soon.body.expiresAt).toBe('2026-01-01T09:30:00.000Z');
    const { body: meeting } = await call(hana, 'GET', `/meetings/${id}`);
    expect(meeting.invitees[0]).toMatchObject({ userId: ivo.user.id, status: 'needsAction', role: 'cohost' });
  });
  it('ends with the part that the user has, for tokens until then', async () => {
    const { id } = await book(hana, { ...invited, cohosts: [otto.user.id] });
    const tokens = await Promise.all([ivo, otto].map((as) => call(as, 'POST', `/me/meetings/${id}/join`)));
    const [ofIvo, ofOtto] = tokens.map(({ body }) => decodeJwt(body.token).jti);
    const { body } = await call(hana, 'GET', `/meetings/${id}`);
    const etag = { 'if-match': '*' };
    await call(hana, 'DELETE', `/meetings/${id}/invitees/${body.invitees[0].id}`);
    await call(hana, 'PATCH', `/meetings/${id}`, { cohosts: [], title: 'New' }, etag);
    await api.revocations.poll();
    const beforeMs = api.clock.wallMs() + 1;
    expect(api.revoked.flatMap(({ entries }) => entries)).toMatchObject([
      { id: ofIvo, beforeMs },
      { id: ofOtto, beforeMs },
    ]);
  });
  it('is for users that see the meeting', async () => {
    const { id } = await book(hana);
    expect((await call(otto, 'POST', `/me/meetings/${id}/join`)).status).toBe(404);
    expect((await call(hana, 'POST', '/me/meetings/mt_none/join')).status).toBe(404);
    expect((await call(admin, 'POST', `/me/meetings/${id}/join`)).status).toBe(200);
  });
  it('needs no API key', async () => {
    const { id } = await book(hana);
    await api.ask('DELETE', `/keys/${tenants[0].key}`);
    expect((await call(hana, 'POST', `/me/meetings/${id}/join`)).status).toBe(200);
  });
  it('begins a meeting at once', async () => {
    const { status, body } = await call(hana, 'POST', '/me/meetings/instant', { title: 'Now', timeZone: 'Asia/Tokyo' });
    expect(status).toBe(201);
    expect(body.meeting).toMatchObject({
      startsAt: '2026-01-01T00:00:00.000Z',
      hosts: [hana.user.id],
      durationMinutes: 60,
    });
    expect(decodeJwt(body.join.token)).toMatchObject({ sub: hana.user.id, video: { room: body.meeting.id } });
    expect(body.join.expiresAt).toBe('2026-01-01T02:00:00.000Z');
    const zone = await call(hana, 'POST', '/me/meetings/instant', { title: 'Now', timeZone: 'No/Where' });
    expect(zone.body.errors[0].pointer).toBe('/timeZone');
  });
});

describe('a calendar of one’s own', () => {
  it('has meetings to which the address is invited, until it is revoked', async () => {
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
  it('ends with its user, and with its maker', async () => {
    const { id } = await book(hana, { cohosts: [otto.user.id] });
    const feeds = [
      await call(otto, 'POST', '/me/calendar-feeds'),
      await call(otto, 'POST', '/calendar-feeds', { room: id }),
      await call(admin, 'POST', '/calendar-feeds', { userId: otto.user.id }),
    ].map(({ body }) => new URL(body.url).pathname);
    const statuses = () => Promise.all(feeds.map(async (url) => (await api.app.inject({ url })).statusCode));
    const change = (path: string, body: object) => call(admin, 'PATCH', path, body, { 'if-match': '*' });
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await call(otto, 'GET', '/calendar-feeds')).body.data).toHaveLength(3);
    await change(`/meetings/${id}`, { cohosts: [] });
    expect(await statuses()).toEqual([200, 404, 200]);
    await change(`/meetings/${id}`, { cohosts: [otto.user.id] });
    await change(`/users/${otto.user.id}`, { active: false });
    expect(await statuses()).toEqual([404, 404, 404]);
    await change(`/users/${otto.user.id}`, { active: true });
    expect(await statuses()).toEqual([200, 200, 200]);
    await call(admin, 'DELETE', `/users/${otto.user.id}`);
    expect(await statuses()).toEqual([404, 404, 404]);
    await api.user({ id: otto.user.id, role: 'host' });
    expect(await statuses()).toEqual([404, 404, 404]);
  });
  it('is of no other user, and of no meeting that the user does not see', async () => {
    const { id } = await book(hana);
    expect((await call(otto, 'POST', '/calendar-feeds', { userId: hana.user.id })).body.code).toBe('NOT_PERMITTED');
    expect((await call(otto, 'POST', '/calendar-feeds', { room: id })).status).toBe(404);
    expect((await call(otto, 'POST', '/calendar-feeds', { room: 'none' })).status).toBe(404);
    expect((await call(hana, 'POST', '/calendar-feeds', { room: id })).status).toBe(201);
    expect((await call(admin, 'POST', '/calendar-feeds', { userId: hana.user.id })).status).toBe(201);
  });
});

describe('a key of the api', () => {
  it.each([
    ['GET', '/me/meetings'],
    ['POST', '/me/meetings/mt_1/join'],
    ['PUT', '/me/meetings/mt_1/answer', { answer: 'accepted' }],
    ['POST', '/me/meetings/instant', { title: 'Now' }],
    ['POST', '/me/calendar-feeds'],
    ['DELETE', '/me/calendar-feeds/cf_1'],
  ] as [Method, string, object?][])('has no %s %s', async (method, path, body) => {
    expect((await api.ask(method, path, body && { body })).json().code).toBe('NOT_PERMITTED');
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

describe('a host', () => {
  it('reaches no room of the tenant but by its own meetings', async () => {
    const { room } = await book(otto);
    for (const [method, path, body] of [
      ['POST', '/join-links', { room, grants: { roomAdmin: true } }],
      ['GET', '/join-links'],
      ['POST', '/rooms', { name: room }],
      ['GET', '/rooms'],
      ['DELETE', `/rooms/${room}`],
      ['GET', '/room-lives'],
      ['GET', '/events'],
    ] as [Method, string, object?][])
      expect([path, (await call(hana, method, path, body)).body.code]).toEqual([path, 'NOT_PERMITTED']);
  });
});
