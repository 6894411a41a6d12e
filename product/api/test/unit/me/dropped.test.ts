import { afterAll, beforeAll, expect, it } from 'vitest';
import { tokenIdOf } from '../../../src/meetings/token-id.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

it('whoever is taken off a meeting adds to the revocations only with a token that lives', async () => {
  const user = (id: string) => api.user({ id, email: `${id}@example.org`, role: 'host' });
  const [ann, bob] = [await user('ann'), await user('bob')];
  const localStart = new Date(api.clock.wallMs() + 3_600_000).toISOString().slice(0, 19);
  const body = { title: 'Review', localStart, timeZone: 'UTC', durationMinutes: 60, hosts: ['ann'] };
  const { id } = (await api.ask('POST', '/meetings', { as: ann, body })).json();
  const setCohosts = async (cohosts: readonly string[]) => {
    const { etag = '' } = (await api.ask('GET', `/meetings/${id}`)).headers;
    const headers = { 'if-match': etag };
    const changed = await api.ask('PATCH', `/meetings/${id}`, { as: ann, body: { cohosts }, headers });
    expect(changed.json()).toMatchObject({ cohosts });
  };
  const revokedIds = () => api.revoked.flatMap(({ entries }) => entries.map((one) => one.id));
  const colleagues = Array.from({ length: 40 }, (_, at) => `colleague-${at}`);
  for (const cohosts of [[...colleagues, 'bob'], [], ['bob']]) await setCohosts(cohosts);
  expect(revokedIds()).toEqual([]);
  expect((await api.ask('POST', `/me/meetings/${id}/join`, { as: bob })).statusCode).toBe(200);
  await setCohosts(colleagues);
  expect(revokedIds()).toEqual([tokenIdOf(id, 'bob')]);
  expect((await api.ask('POST', `/me/meetings/${id}/join`, { as: bob })).statusCode).toBe(404);
  const uses = await api.store.db.selectFrom('token_uses').select('id').execute();
  expect(uses).toEqual([{ id: tokenIdOf(id, 'bob') }]);
});

it('whoever is taken off a meeting leaves it, even days after the last token', async () => {
  const user = (id: string) => api.user({ id, email: `${id}@example.org`, role: 'host' });
  const [eva, fay] = [await user('eva'), await user('fay')];
  const localStart = new Date(api.clock.wallMs() + 3_600_000).toISOString().slice(0, 19);
  const times = { localStart, timeZone: 'UTC', durationMinutes: 60, recurrence: 'FREQ=DAILY;COUNT=20' };
  const body = { title: 'Review', ...times, hosts: ['eva'], cohosts: ['fay'] };
  const { id } = (await api.ask('POST', '/meetings', { as: eva, body })).json();
  expect((await api.ask('POST', `/me/meetings/${id}/join`, { as: fay })).statusCode).toBe(200);
  api.clock.advance(3 * 86_400_000);
  const admin = await api.user({ id: 'gus', email: 'gus@example.org', role: 'admin' });
  const { etag = '' } = (await api.ask('GET', `/meetings/${id}`, { as: admin })).headers;
  const headers = { 'if-match': etag };
  await api.ask('PATCH', `/meetings/${id}`, { as: admin, body: { cohosts: [] }, headers });
  const ended = api.revoked.flatMap(({ entries }) => entries).filter((one) => one.id === tokenIdOf(id, 'fay'));
  // An entry lives as long as a token, not as long as the note.
  expect(ended.map(({ untilMs }) => untilMs - api.clock.wallMs() <= 2 * 86_400_000)).toEqual([true]);
});
