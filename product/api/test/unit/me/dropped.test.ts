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
