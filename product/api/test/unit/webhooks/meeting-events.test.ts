import { afterEach, beforeEach, expect, it } from 'vitest';
import { ERASED } from '../../../src/erasure/core/pseudonymise.ts';
import type { Outcome } from '../../../src/webhooks/core/schedule.ts';
import type { PostOptions } from '../../../src/webhooks/post.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
let sent: PostOptions[];
let answer: Partial<Outcome>;
beforeEach(async () => {
  sent = [];
  answer = { status: 200 };
  api = await testApi({
    post: async (o) => {
      sent.push(o);
      return { status: 0, error: '', tookMs: 3, retryAfterMs: 0, ...answer };
    },
  });
});
afterEach(() => api.close());

const addWebhook = async (body: object = {}) =>
  (await api.ask('POST', '/webhooks', { body: { url: 'https://oa.example/hook', ...body } })).json().id as string;
const settled = () => api.telling.jobs.settled();
const bodies = () => sent.map(({ body }) => JSON.parse(body));
const receivedEvents = () => bodies().map(({ event, sequence, changed }) => `${sequence} ${event} ${changed}`);
const times = { localStart: '2026-12-01T09:00', timeZone: 'Europe/Berlin', durationMinutes: 30 };
const put = (o: object) => ({ ...o, headers: { 'if-match': '*' } });
const events = async (query = '') => (await api.ask('GET', `/events?${query}`)).json().data;

it('every change of a meeting, by any caller, is sent once and in order, and is listed', async () => {
  await addWebhook();
  await addWebhook({ format: 'livekit', signer: tenants[0].key, url: 'https://old.example' });
  await addWebhook({ events: ['meeting.cancelled'], url: 'https://some.example' });
  const hana = { headers: (await api.user({ id: 'hana', role: 'host' })).headers };
  const ivo = { headers: (await api.user({ id: 'ivo', email: 'ivo@example.org' })).headers };
  const invitees = [{ email: 'ivo@example.org', name: 'Ivo' }];
  const made = (await api.ask('POST', '/meetings', { as: hana, body: { title: 'Plan', ...times, invitees } })).json();
  const path = `/meetings/${made.id}`;
  await api.ask('PUT', `/me${path}/answer`, { as: ivo, body: { answer: 'accepted' } });
  await api.ask('PATCH', path, put({ as: hana, body: { title: 'Review', password: 'geheim' } }));
  await api.ask('POST', `${path}/invitees`, { as: hana, body: { invitees: [{ email: 'bo@example.org' }] } });
  await api.ask('DELETE', path, { as: hana });
  await settled();
  const toFirst = sent.filter(({ url }) => url === 'https://oa.example/hook');
  expect(sent.filter(({ url }) => url !== 'https://oa.example/hook').map(({ url }) => url)).toEqual([
    'https://some.example',
  ]);
  sent = toFirst;
  expect(receivedEvents()).toEqual([
    '1 meeting.created ',
    '2 meeting.invitee_replied invitees',
    '3 meeting.changed title,password',
    '4 meeting.changed invitees',
    '5 meeting.cancelled status',
  ]);
  const [created, replied, , , cancelled] = bodies();
  const { description, exceptions, overrides, settings, invitees: _, joinUrl, hostUrl, ...short } = made;
  expect(created).toEqual({
    id: expect.stringMatching(/^EV_/),
    event: 'meeting.created',
    sequence: 1,
    createdAt: made.createdAt,
    meeting: { ...short, inviteeCount: 1 },
    changed: [],
  });
  expect(replied.invitee).toMatchObject({ userId: 'ivo', email: 'ivo@example.org', status: 'accepted' });
  expect(cancelled.meeting).toMatchObject({ id: made.id, status: 'cancelled', inviteeCount: 2, hasPassword: true });
  const listed = await events(`sid=${made.id}`);
  expect(listed.map(({ storedAt, ...one }: { storedAt: string }) => one)).toEqual(expect.arrayContaining(bodies()));
  expect([listed.length, await events('event=meeting.cancelled')]).toEqual([5, [expect.anything()]]);
});

it('a split series has events of two meetings, and a refused change has none', async () => {
  await addWebhook();
  const body = { title: 'Daily', ...times, recurrence: 'FREQ=DAILY' };
  const { id } = (await api.ask('POST', '/meetings', { body })).json();
  await api.ask('PATCH', `/meetings/${id}`, put({ body: { localStart: '2026-02-30T09:00' } }));
  await api.ask('POST', `/meetings/${id}/occurrences/2026-12-03T09:00:00/split`, { body: { title: 'Later' } });
  await settled();
  expect(receivedEvents().sort()).toEqual(['1 meeting.created ', '1 meeting.created ', '2 meeting.changed recurrence']);
});

it('while a receiver does not answer, its events wait in order, and can be sent again', async () => {
  const webhook = await addWebhook();
  answer = { status: 500 };
  const { id } = (await api.ask('POST', '/meetings', { body: { title: 'A', ...times } })).json();
  await api.ask('PATCH', `/meetings/${id}`, put({ body: { title: 'B' } }));
  await settled();
  expect(receivedEvents()).toEqual(['1 meeting.created ']);
  answer = { status: 200 };
  api.clock.advance(2000);
  await settled();
  expect(receivedEvents().slice(1)).toEqual(['1 meeting.created ', '2 meeting.changed title']);
  const [last] = (await api.ask('GET', `/webhooks/${webhook}/deliveries?limit=1`)).json().data;
  await api.ask('POST', `/webhooks/${webhook}/deliveries/${last.id}/replay`);
  await settled();
  expect(sent.at(-1)?.body).toBe(sent.find(({ headers }) => headers['webhook-id'] === last.eventId)?.body);
});

it('stored events lose the name of an erased person', async () => {
  const { headers } = await api.user({ id: 'ivo', email: 'ivo@example.org' });
  const body = { title: 'A', ...times, hosts: ['ivo'], invitees: [{ email: 'ivo@example.org', name: 'Ivo' }] };
  const { id } = (await api.ask('POST', '/meetings', { body })).json();
  await api.ask('PUT', `/me/meetings/${id}/answer`, { as: { headers }, body: { answer: 'declined' } });
  await api.ask('POST', '/tenant/erasures', { body: { identity: 'ivo', email: 'ivo@example.org' } });
  api.clock.advance(11_000);
  await settled();
  const listed = await events(`sid=${id}`);
  expect(JSON.stringify(listed)).not.toMatch(/ivo/i);
  expect(listed.map((one: { invitee?: object }) => one.invitee)).toContainEqual(
    expect.objectContaining({ name: ERASED, status: 'declined' }),
  );
});
