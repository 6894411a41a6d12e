// The effects of an operation happen without a poll: the jobs of these tests never poll the database, and the clock
// stands still. The poll only makes up for a process that ended.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, testApi } from '../support/test-api.ts';

const pollOptions = { timeout: 60_000, interval: 5 };
let api: TestApi;
let sent: string[];
let mailed: string[];
beforeEach(async () => {
  [sent, mailed] = [[], []];
  api = await testApi({
    post: async ({ body }) => {
      const { event, meeting } = JSON.parse(body);
      sent.push(`${event} ${meeting.title}`);
      return { status: 200, error: '', tookMs: 1, retryAfterMs: 0 };
    },
    mail: ({ jobs }) => {
      const kind = {
        name: 'test mail',
        concurrency: 1,
        leaseMs: 60_000,
        run: async (title: string) => void mailed.push(title) as undefined,
      };
      jobs.register(kind);
      return { changed: (trx, { after }) => jobs.add(trx, kind, { payload: after.title }) };
    },
  });
  await api.ask('POST', '/webhooks', { body: { url: 'https://oa.example/hook' } });
});
afterEach(() => api.close());

const series = { title: 'A', localStart: '2026-12-01T09:00', timeZone: 'Europe/Berlin', recurrence: 'FREQ=DAILY' };
const anyVersion = { 'if-match': '*' };
const made = async (headers = {}) =>
  (await api.ask('POST', '/meetings', { body: series, headers })).json().id as string;
const sentAll = (...names: string[]) => expect.poll(() => sent.toSorted(), pollOptions).toEqual(names.toSorted());
const expectEffects = async (...events: string[]) => {
  await sentAll(...events);
  await expect.poll(() => mailed.toSorted(), pollOptions).toEqual(events.map((text) => text.split(' ')[1]).toSorted());
};

describe('companies and invitees are notified at once of', () => {
  it('a new meeting, even under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    expect(await made(headers)).toBe(await made(headers));
    await expectEffects('meeting.created A');
  });

  it('a meeting that a user begins', async () => {
    const { headers } = await api.user({ id: 'hana', role: 'host' });
    const { statusCode } = await api.ask('POST', '/me/meetings/instant', { as: { headers }, body: { title: 'Now' } });
    expect(statusCode).toBe(201);
    await expectEffects('meeting.created Now');
  });

  it('a meeting that is changed or cancelled', async () => {
    const id = await made();
    await expectEffects('meeting.created A');
    await api.ask('PATCH', `/meetings/${id}`, { body: { title: 'B' }, headers: anyVersion });
    await expectEffects('meeting.created A', 'meeting.changed B');
    await api.ask('DELETE', `/meetings/${id}`, { headers: anyVersion });
    await expectEffects('meeting.created A', 'meeting.changed B', 'meeting.cancelled B');
  });

  it('an occurrence that is changed or cancelled', async () => {
    const id = await made();
    const occurrence = (day: number) => `/meetings/${id}/occurrences/2026-12-0${day}T09:00:00`;
    await expectEffects('meeting.created A');
    await api.ask('PATCH', occurrence(2), { body: { title: 'Other' }, headers: anyVersion });
    await expectEffects('meeting.created A', 'meeting.changed A');
    await api.ask('DELETE', occurrence(3), { headers: anyVersion });
    await expectEffects('meeting.created A', 'meeting.changed A', 'meeting.changed A');
  });

  it('a series that is split in two', async () => {
    const id = await made();
    await expectEffects('meeting.created A');
    await api.ask('POST', `/meetings/${id}/occurrences/2026-12-03T09:00:00/split`, { body: { title: 'Later' } });
    await expectEffects('meeting.created A', 'meeting.changed A', 'meeting.created Later');
  });
});

describe('nodes are notified at once of', () => {
  const revoked = () => api.revoked.flatMap(({ entries }) => entries.map(({ id }) => id));

  it('the erasure of a person', async () => {
    const { statusCode } = await api.ask('POST', '/tenant/erasures', { body: { identity: 'bob' } });
    expect([statusCode, revoked()]).toEqual([202, ['user:bob']]);
  });

  it('the erasure of a tenant, whose job then deletes everything', async () => {
    await made();
    const headers = { 'if-match': '"1"' };
    const { statusCode } = await api.ask('DELETE', '/tenants/acme', { signer: operatorKey, headers });
    expect([statusCode, revoked()]).toEqual([204, ['acmekey', expect.stringMatching(/^API/)]]);
    const left = () => api.store.db.selectFrom('tenants').select('id').where('id', '=', 'acme').execute();
    await expect.poll(left, pollOptions).toEqual([]);
  });
});

describe('an operation that is refused', () => {
  it('has no effects', async () => {
    const id = await made();
    await expectEffects('meeting.created A');
    const { statusCode } = await api.ask('PATCH', `/meetings/${id}`, {
      body: { title: 'B' },
      headers: { 'if-match': '"9"' },
    });
    expect(statusCode).toBe(412);
    await api.telling.jobs.settled();
    await expectEffects('meeting.created A');
  });
});
