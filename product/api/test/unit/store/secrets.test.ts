// Secrets (session keys, set-up codes, API keys, link codes) are answered once and stored as hashes or sealed: no row
// of any table has one in plain text.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await api.ask('POST', '/rooms', { body: { name: 'lobby' } });
});
afterAll(() => api.close());

/** The Idempotency-Key stores the answer too. */
async function make(path: string, body: object = {}, method: 'POST' | 'GET' = 'POST') {
  const answer = await api.ask(
    method,
    path,
    method === 'GET' ? {} : { body, headers: { 'idempotency-key': randomUUID() } },
  );
  if (answer.statusCode >= 300) throw new Error(`${path} is answered ${answer.statusCode} ${answer.body}`);
  return answer.json();
}

const codeOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1).replace(/\.ics$/, '');

async function inviteesLink(): Promise<string> {
  const localStart = new Date(api.clock.wallMs() + DAY_MS).toISOString().slice(0, 19);
  const times = { localStart, timeZone: 'UTC', durationMinutes: 30 };
  const { id, invitees } = await make('/meetings', {
    title: 'Talks',
    ...times,
    invitees: [{ email: 'a@example.org' }],
  });
  return (await make(`/meetings/${id}/invitees/${invitees[0].id}/link`, {}, 'GET')).url;
}

async function firstAdministratorsLink(): Promise<string> {
  const as = { signer: operatorKey, scope: 'operator' };
  return (await api.ask('POST', '/tenants/globex/admin-link', as)).json().url;
}

const secrets: readonly (readonly [string, () => Promise<string>])[] = [
  ['a session’s secret', async () => (await api.user()).secret],
  [
    'the code of a link to set a password',
    async () => codeOf((await make(`/users/${(await api.user()).user.id}/password-link`)).url),
  ],
  ['the code of the first administrator’s link', async () => codeOf(await firstAdministratorsLink())],
  ['a user’s password', () => api.user({ password: PASSWORD }).then(() => PASSWORD)],
  ['a join link’s code', async () => codeOf((await make('/join-links', { room: 'lobby' })).url)],
  ['a join link’s password', () => make('/join-links', { room: 'gate', password: PASSWORD }).then(() => PASSWORD)],
  ['the code of an invitee’s link', async () => codeOf(await inviteesLink())],
  ['an API key’s secret', async () => (await make('/keys', { name: 'oa', scopes: [] })).secret],
  ['a webhook’s secret', async () => (await make('/webhooks', { url: 'https://example.org/hook' })).secret],
  ['a calendar feed’s code', async () => codeOf((await make('/calendar-feeds', { room: 'lobby' })).url)],
  [
    'the key of a push’s target',
    () => make('/rooms/lobby/pushes', { url: 'rtmp://example.org/app/key-of-target' }).then(() => 'key-of-target'),
  ],
];

it.each(secrets)('no row has %s', async (_, secretOf) => {
  const secret = await secretOf();
  expect(secret.length).toBeGreaterThan(12);
  let kept = 0;
  for (const table of Object.keys(tableFacts)) {
    const rows = await api.store.db
      .selectFrom(table as 'tenants')
      .selectAll()
      .execute();
    kept += rows.length;
    expect([table, rows.filter((row) => JSON.stringify(row).includes(secret))]).toEqual([table, []]);
  }
  expect(kept).toBeGreaterThan(0);
});
