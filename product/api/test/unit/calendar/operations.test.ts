import ICAL from 'ical.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FEEDS_OF_USER_MAX } from '../../../src/calendar/feeds.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const book = async (meetingFields: object = {}) => {
  const body = {
    title: 'Stand-up',
    localStart: '2026-02-02T09:00',
    timeZone: 'Europe/Berlin',
    hosts: ['ann'],
    ...meetingFields,
  };
  const answer = await api.ask('POST', '/meetings', { body });
  expect(answer.statusCode).toBe(201);
  return answer.json();
};
const makeFeed = async (body: object) => (await api.ask('POST', '/calendar-feeds', { body })).json();
const fetch = (url: string, headers: Record<string, string> = {}) =>
  api.app.inject({ url: url.replace('https://meet.example', ''), headers });
const titles = (text: string): string[] =>
  new ICAL.Component(ICAL.parse(text))
    .getAllSubcomponents('vevent')
    .map((one) => String(one.getFirstPropertyValue('summary')));

describe('the calendar of a meeting', () => {
  it('is an iCalendar file for callers that may see the meeting', async () => {
    const { id, number } = await book();
    const path = `/meetings/${id}/calendar.ics`;
    const answer = await api.ask('GET', path);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(answer.body).toContain(`URL;VALUE=URI:https://meet.example/m/${number}`);
    expect(titles(answer.body)).toEqual(['Stand-up']);
    const again = await api.ask('GET', path, { headers: { 'if-none-match': String(answer.headers['etag']) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await api.ask('GET', path, { signer: tenants[1] })).statusCode).toBe(404);
    expect((await api.ask('GET', path, { scope: 'rooms:list' })).statusCode).toBe(403);
  });
});

describe('a feed', () => {
  it.each([
    ['of no user', {}],
    ['of a user and a room', { userId: 'ann', room: 'x' }],
    ['of an empty name', { userId: '' }],
  ])('%s is refused', async (_, body) => {
    expect((await api.ask('POST', '/calendar-feeds', { body })).statusCode).toBe(400);
  });

  it('of a user has the meetings that the user hosts or is invited to', async () => {
    await book();
    await book({ title: 'Invited', hosts: [], invitees: [{ userId: 'ann' }] });
    await book({ title: 'Of others', hosts: ['bob'] });
    await book({ title: 'Long ago', localStart: '2025-06-01T09:00' });
    await api.ask('POST', '/meetings', { signer: tenants[1], body: { title: 'Of another tenant', hosts: ['ann'] } });
    const cancelled = await book({ title: 'Cancelled' });
    await api.ask('DELETE', `/meetings/${cancelled.id}`);
    const { url } = await makeFeed({ userId: 'ann' });
    const answer = await fetch(url);
    expect(titles(answer.body).sort()).toEqual(['Invited', 'Stand-up']);
    const etag = String(answer.headers['etag']);
    expect((await fetch(url, { 'if-none-match': etag })).statusCode).toBe(304);
    await book({ title: 'New' });
    expect((await fetch(url, { 'if-none-match': etag })).statusCode).toBe(200);
  });

  it('is one of a hundred that a user may have, while others and API keys go on', async () => {
    const [ann, bob] = [await api.user(), await api.user()];
    const make = (as: typeof ann) => api.ask('POST', '/me/calendar-feeds', { as });
    const { id } = (await make(ann)).json();
    const { db } = api.store;
    const row = await db.selectFrom('calendar_feeds').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const copies = Array.from({ length: FEEDS_OF_USER_MAX - 1 }, (_, at) =>
      Object.assign({}, row, { id: `${id}${at}`, token_hash: `${at}` }),
    );
    await db.insertInto('calendar_feeds').values(copies).execute();
    const refused = await make(ann);
    expect([refused.statusCode, refused.json().code, refused.json().detail]).toEqual([
      429,
      'QUOTA_EXCEEDED',
      'You already have 100 calendar addresses. Revoke some.',
    ]);
    expect((await make(bob)).statusCode).toBe(201);
    expect(await makeFeed({ userId: ann.user.id })).toHaveProperty('url');
    expect((await api.ask('DELETE', `/me/calendar-feeds/${id}`, { as: ann })).statusCode).toBe(204);
    expect((await make(ann)).statusCode).toBe(201);
  });

  it('of a room has its meeting', async () => {
    const { room } = await book();
    const { url } = await makeFeed({ room });
    expect(titles((await fetch(url)).body)).toEqual(['Stand-up']);
    const { url: foreign } = (await api.ask('POST', '/calendar-feeds', { signer: tenants[1], body: { room } })).json();
    expect(titles((await fetch(foreign)).body)).toEqual([]);
  });

  it('is found only by its address, which is shown once and not stored', async () => {
    const { id, url } = await makeFeed({ userId: 'ann' });
    const token = /calendars\/([A-Za-z0-9_-]{22})\.ics$/.exec(url)?.[1] ?? '';
    const rows = JSON.stringify(await api.store.db.selectFrom('calendar_feeds').selectAll().execute());
    expect([token.length, rows.includes(token)]).toEqual([22, false]);
    const listed = (await api.ask('GET', '/calendar-feeds')).json();
    expect(listed.data).toEqual([{ id, userId: 'ann', createdAt: '2026-01-01T00:00:00.000Z' }]);
    for (const wrong of [`${token}x`, token, token.slice(1), 'x'.repeat(22), `${id}.ics`, '.ics'])
      expect([wrong, (await fetch(`/api/v1/calendars/${wrong}`)).statusCode]).toEqual([wrong, 404]);
    expect((await api.ask('DELETE', `/calendar-feeds/${id}`, { signer: tenants[1] })).statusCode).toBe(404);
    expect((await fetch(url)).statusCode).toBe(200);
    expect((await api.ask('DELETE', `/calendar-feeds/${id}`)).statusCode).toBe(204);
    expect((await fetch(url)).statusCode).toBe(404);
    expect((await api.ask('DELETE', `/calendar-feeds/${id}`)).statusCode).toBe(404);
  });
});
