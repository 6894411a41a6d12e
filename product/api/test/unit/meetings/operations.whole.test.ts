import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let headers: Record<string, string>;
beforeEach(async () => {
  api = await testApi();
  const scope = 'meetings:read meetings:write';
  headers = { authorization: `Bearer ${await api.token({ scope, exp: Math.floor(api.clock.wallMs() / 1000) + 600 })}` };
});
afterEach(() => api.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
async function call(method: Method, path: string, body?: object, more: Record<string, string> = {}) {
  const answer = await api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...headers, ...more },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json(), headers: answer.headers };
}
const weekly = {
  title: 'Stand-up',
  localStart: '2026-03-02T09:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO,WE',
};
const book = async (more: object = {}) => {
  const { status, body } = await call('POST', '/meetings', { ...weekly, ...more });
  expect(status).toBe(201);
  return body;
};

describe('a meeting is not made', () => {
  const invitees = (count: number) => Array.from({ length: count }, (_, at) => ({ email: `a${at}@example.org` }));
  it.each([
    ['no title', { title: undefined }, '/title'],
    ['10 kB of title', { title: 'x'.repeat(10_240) }, '/title'],
    ['a title of blanks', { title: ' \u3000 ' }, '/title'],
    ['an unpaired surrogate in the title', { title: 'a\ud83d' }, '/title'],
    ['an unpaired surrogate in a name', { invitees: [{ name: '\ude00' }] }, '/invitees/0/name'],
    ['a title that changes the direction of text', { title: 'a\u202eb' }, '/title'],
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['a bad rule', { recurrence: 'FREQ=SOMETIMES' }, '/recurrence'],
    ['a rule that never comes true', { recurrence: 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=10' }, '/recurrence'],
    ['a huge count', { recurrence: 'FREQ=DAILY;COUNT=100000' }, '/recurrence'],
    ['a start that the rule does not have', { recurrence: 'FREQ=WEEKLY;BYDAY=TU' }, '/recurrence'],
    ['an end before the start', { recurrence: 'FREQ=WEEKLY;UNTIL=20260101' }, '/recurrence'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, '/timeZone'],
    ['an unknown zone, no start', { timeZone: 'Mars/Olympus', localStart: undefined, recurrence: '' }, '/timeZone'],
    ['an offset for a zone', { timeZone: '+01:00' }, '/timeZone'],
    ['the year 9999', { localStart: '9999-12-31T09:00', recurrence: '' }, '/localStart'],
    ['30 February', { localStart: '2026-02-30T09:00' }, '/localStart'],
    ['an instant as local start', { localStart: '2026-03-02T09:00:00Z' }, '/localStart'],
    ['no length', { durationMinutes: 0 }, '/durationMinutes'],
    ['two days', { durationMinutes: 2881 }, '/durationMinutes'],
    ['a number as text', { durationMinutes: '30' }, '/durationMinutes'],
    ['2000 invitees', { invitees: invitees(2000) }, '/invitees'],
    ['an invitee without any field', { invitees: [{ role: 'host' }] }, '/invitees/0'],
    ['an address with a line break', { invitees: [{ email: 'a@b.org\r\nBcc: c@d.org' }] }, '/invitees/0/email'],
    ['the same address twice', { invitees: [{ email: 'a@b.org' }, { email: 'A@B.org' }] }, '/invitees/1/email'],
    ['an invitee with an id', { invitees: [{ id: 'in_1', email: 'a@b.org' }] }, '/invitees/0/id'],
    ['a host that is a cohost', { hosts: ['ann'], cohosts: ['ann'] }, '/cohosts/0'],
    ['a host with a slash', { hosts: ['a\u200bb'] }, '/hosts/0'],
    ['a long password', { password: 'p'.repeat(65) }, '/password'],
    ['an unknown setting', { settings: { loud: true } }, '/settings/loud'],
    ['an invitee of an unknown role', { invitees: [{ email: 'a@b.org', role: 'king' }] }, '/invitees/0/role'],
  ])('with %s', async (_, more, pointer) => {
    const { status, body } = await call('POST', '/meetings', { ...weekly, ...more });
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });
});

describe('a meeting', () => {
  it('is returned with its fields and the assigned ones', async () => {
    const body = await book({ hosts: ['ann'], invitees: [{ email: 'bob@example.org' }], password: 'secret' });
    expect(body).toMatchObject({
      ...weekly,
      localStart: '2026-03-02T09:00:00',
      startsAt: '2026-03-02T08:00:00.000Z',
      status: 'scheduled',
      version: 1,
      sequence: 0,
      hasPassword: true,
      settings: { waitingRoom: false, joinBeforeHost: true, hardEnd: false, capacity: 0, regions: [] },
    });
    expect(body.id).toMatch(/^mt_[0-9a-f]{24}$/);
    expect(body.number).toMatch(/^[1-9]\d{8}$/);
    expect(body.room).toBe(body.id);
    expect(body.invitees[0]).toMatchObject({ email: 'bob@example.org', status: 'needsAction', language: 'en' });
    expect(JSON.stringify(body)).not.toMatch(/argon|secret/);
    const { body: again, headers } = await call('GET', `/meetings/${body.id}`);
    expect(again).toEqual(body);
    expect(headers.etag).toBe('"1"');
  });

  it('is changed only by a caller that knows its version', async () => {
    const { id } = await book();
    const one = `/meetings/${id}`;
    expect((await call('PATCH', one, { title: 'New' })).status).toBe(428);
    expect((await call('PATCH', one, { title: 'New' }, { 'if-match': '"2"' })).body.code).toBe('VERSION_CONFLICT');
    const first = await call('PATCH', one, { title: 'New' }, { 'if-match': '"1"' });
    expect(first.body).toMatchObject({ title: 'New', version: 2, sequence: 1 });
    const second = await call('PATCH', one, { settings: { waitingRoom: true } }, { 'if-match': '"2"' });
    expect(second.body).toMatchObject({
      version: 3,
      sequence: 1,
      settings: { waitingRoom: true, joinBeforeHost: true },
    });
    const bad = await call('PATCH', one, { timeZone: 'Nowhere/At_All' }, { 'if-match': '"3"' });
    expect(bad.body.errors).toEqual([{ pointer: '/timeZone', detail: expect.any(String) }]);
  });

  it('is changed by one of two simultaneous callers', async () => {
    const { id } = await book();
    const both = await Promise.all(
      ['a', 'b'].map((title) => call('PATCH', `/meetings/${id}`, { title }, { 'if-match': '"1"' })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('can be cancelled, and then cannot change', async () => {
    const { id } = await book({ localStart: '2027-06-07T09:00' });
    const { body } = await call('DELETE', `/meetings/${id}`);
    expect(body).toMatchObject({ status: 'cancelled', sequence: 1 });
    expect((await call('DELETE', `/meetings/${id}`)).body.version).toBe(body.version);
    expect((await call('PATCH', `/meetings/${id}`, { title: 'x' }, { 'if-match': '*' })).body.code).toBe('CONFLICT');
    expect((await call('GET', `/meetings/${id}/occurrences?from=2027-06-01T00:00:00Z`)).body.data).toEqual([]);
    expect((await call('GET', '/meetings?from=2027-06-01T00:00:00Z')).body.data).toEqual([]);
  });
});

describe('occurrences', () => {
  const window = '?from=2026-03-01T00:00:00Z&to=2026-04-02T00:00:00Z';

  it('are listed across a clock change', async () => {
    const { id } = await book();
    const { body } = await call('GET', `/meetings/${id}/occurrences${window}`);
    expect(body.data.map((one: { startsAt: string }) => one.startsAt.slice(5, 16))).toEqual([
      ...['03-02T08:00', '03-04T08:00', '03-09T08:00', '03-11T08:00', '03-16T08:00', '03-18T08:00'],
      ...['03-23T08:00', '03-25T08:00', '03-30T07:00', '04-01T07:00'],
    ]);
    expect(body.data[0]).toMatchObject({ originalStart: '2026-03-02T09:00:00', endsAt: '2026-03-02T08:30:00.000Z' });
  });

  it('can be moved, renamed and cancelled one by one', async () => {
    const { id } = await book({ timeZone: 'UTC' });
    const at = (start: string) => `/meetings/${id}/occurrences/${start}`;
    expect((await call('PATCH', at('2026-03-03T09:00:00'), {}, { 'if-match': '*' })).status).toBe(404);
    expect((await call('PATCH', at('nonsense'), {}, { 'if-match': '*' })).status).toBe(404);
    const far = await call('PATCH', at('2026-03-04T09:00:00'), { localStart: '2999-01-01T00:00' }, { 'if-match': '*' });
    expect(far.body.errors[0].pointer).toBe('/localStart');
    const change = { localStart: '2026-03-05T10:00', durationMinutes: 60, title: 'Long' };
    const moved = await call('PATCH', at('2026-03-04T09:00:00'), change, { 'if-match': '"1"' });
    expect(moved.body).toMatchObject({
      sequence: 1,
      overrides: [{ originalStart: '2026-03-04T09:00:00', ...change, localStart: '2026-03-05T10:00:00' }],
    });
    expect((await call('DELETE', at('2026-03-09T09:00:00'))).body.exceptions).toEqual(['2026-03-09T09:00:00']);
    expect((await call('DELETE', at('2026-03-09T09:00:00'))).status).toBe(404);
    const { body } = await call('GET', `/meetings/${id}/occurrences${window}`);
    expect(body.data[1]).toMatchObject({
      originalStart: '2026-03-04T09:00:00',
      startsAt: '2026-03-05T10:00:00.000Z',
      endsAt: '2026-03-05T11:00:00.000Z',
      title: 'Long',
    });
    expect(body.data[2].originalStart).toBe('2026-03-11T09:00:00');
    const later = await call('PATCH', `/meetings/${id}`, { localStart: '2026-03-02T11:00' }, { 'if-match': '"3"' });
    expect(later.body).toMatchObject({ exceptions: [], overrides: [] });
  });

  it('can be changed from one occurrence on', async () => {
    const { id, number } = await book({ recurrence: 'FREQ=DAILY;COUNT=5', hosts: ['ann'] });
    const at = (start: string) => `/meetings/${id}/occurrences/${start}`;
    await call('DELETE', at('2026-03-05T09:00:00'));
    expect((await call('POST', `${at('2026-03-02T09:00:00')}/split`, {})).body.code).toBe('CONFLICT');
    expect((await call('POST', `${at('2026-03-05T09:00:00')}/split`, {})).status).toBe(404);
    const { status, body } = await call('POST', `${at('2026-03-04T09:00:00')}/split`, { title: 'Later' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      title: 'Later',
      localStart: '2026-03-04T09:00:00',
      recurrence: 'FREQ=DAILY;COUNT=3',
      exceptions: ['2026-03-05T09:00:00'],
      hosts: ['ann'],
    });
    expect([body.id === id, body.number === number]).toEqual([false, false]);
    const before = (await call('GET', `/meetings/${id}`)).body;
    expect(before).toMatchObject({ recurrence: 'FREQ=DAILY;UNTIL=20260304T075959Z', exceptions: [] });
    const count = async (which: string) =>
      (await call('GET', `/meetings/${which}/occurrences${window}`)).body.data.length;
    expect([await count(id), await count(body.id)]).toEqual([2, 2]);
  });
});

describe('the list', () => {
  const from = '2026-06-01T00:00:00Z';
  const list = async (query: string) => (await call('GET', `/meetings?from=${from}&${query}`)).body;

  it('is ordered by time, and continues on the next page', async () => {
    await call('POST', '/meetings', { title: 'Once', localStart: '2026-06-02T10:00', hosts: ['zoe'] });
    const { id } = await book({ localStart: '2026-06-01T09:00', recurrence: 'FREQ=DAILY;COUNT=4', title: 'Daily' });
    const allIds: string[] = [];
    let cursor = '';
    do {
      const page = await list(`to=2026-06-05T00:00:00Z&limit=2${cursor}`);
      allIds.push(
        ...page.data.map((one: { title: string; startsAt: string }) => `${one.startsAt.slice(8, 10)} ${one.title}`),
      );
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(allIds).toEqual(['01 Daily', '02 Daily', '02 Once', '03 Daily', '04 Daily']);
    expect((await list(`to=2026-06-05T00:00:00Z&userId=zoe`)).data).toMatchObject([{ title: 'Once' }]);
    await call('DELETE', `/meetings/${id}/occurrences/2026-06-02T09:00:00`);
    expect((await list('to=2026-06-05T00:00:00Z')).data).toHaveLength(4);
  });
});

describe('conflicts', () => {
  it('are shown, and do not prevent a meeting', async () => {
    const at = (localStart: string, more: object) =>
      book({ localStart, recurrence: '', timeZone: 'UTC', durationMinutes: 60, ...more });
    const ownMeeting = await at('2026-09-01T09:00', { hosts: ['cat'], invitees: [{ email: 'Dan@example.org' }] });
    await at('2026-09-01T10:00', { hosts: ['cat'], title: 'behind' });
    await at('2026-09-01T09:30', { hosts: ['eve'], title: 'of others' });
    await at('2026-09-01T09:59', { cohosts: ['cat'], title: 'of a host' });
    await at('2026-09-01T08:30', { invitees: [{ email: 'dan@example.org', userId: 'dan' }], title: 'of an invitee' });
    const { body } = await call('GET', `/meetings/${ownMeeting.id}/conflicts?from=2026-09-01T00:00:00Z`);
    expect(body.data.map((one: { title: string }) => one.title)).toEqual(['of an invitee', 'of a host']);
  });
});
