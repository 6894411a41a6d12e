// Links to files of items: what a node reads of them.
import { createSecretKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { emptyLibrary, makeItem } from '../../support/items.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(() => emptyLibrary(api));

const link = (id: string, body: object = {}) => api.ask('POST', `/library/items/${id}/links`, { body });
const contentOf = async (id: string) =>
  (await api.store.db.selectFrom('library_items').select('content').where('id', '=', id).executeTakeFirstOrThrow())
    .content;

it.each([
  { expiresInS: 0 },
  { expiresInS: 604_801 },
  { expiresInS: 1.5 },
  { may: 'write' },
  { name: 'x' },
  { content: 'x' },
])('is not made of %j', async (body) => {
  expect((await link((await makeItem(api, {})).id, body)).statusCode).toBe(400);
});

it('waits for the file, and for a node that has it', async () => {
  const waiting = await makeItem(api, { state: 'waiting' });
  expect((await link(waiting.id)).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
  const { id } = await makeItem(api, {});
  api.contents.base = undefined;
  expect((await link(id)).json()).toMatchObject({ status: 503, code: 'NODE_UNREACHABLE' });
  await api.store.db.updateTable('library_contents').set({ state: 'removing' }).execute();
  expect((await link(id)).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
});

it('is a token of the tenant’s own key, for this content alone, until its time', async () => {
  const { id } = await makeItem(api, { name: '安全 培训.mp4' });
  const made = (await link(id, { expiresInS: 60, may: 'download' })).json();
  const [, token = ''] = /^https:\/\/lib-fra\.example\.org\/library\/contents\/([^/]+)\/original$/.exec(made.url) ?? [];
  expect(made.coverUrl).toBe(`https://lib-fra.example.org/library/contents/${token}/cover.jpg`);
  const key = await api.keys.signing('acme');
  const secret = createSecretKey(Buffer.from(key?.secret ?? ''));
  const currentDate = new Date(api.clock.wallMs());
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], currentDate });
  const nowS = Math.floor(api.clock.wallMs() / 1000);
  expect(payload).toEqual({
    iss: key?.id,
    content: await contentOf(id),
    may: 'download',
    name: '安全 培训.mp4',
    via: made.id,
    iat: nowS,
    exp: nowS + 60,
  });
  expect([made.expiresAt, key?.scopes.includes('library:write')]).toEqual([
    new Date((nowS + 60) * 1000).toISOString(),
    true,
  ]);
  const usual = (await link(id)).json();
  expect([usual.id === made.id, Date.parse(usual.expiresAt)]).toEqual([false, (nowS + 3600) * 1000]);
  expect((await api.ask('POST', '/revocations', { body: { via: made.id } })).statusCode).toBeLessThan(300);
});

it('stays in the regions of the tenant’s keys', async () => {
  const { id } = await makeItem(api, {});
  await api.store.db.updateTable('api_keys').set({ regions: 'frankfurt' }).where('tenant', '=', 'acme').execute();
  await link(id);
  expect(api.contents.fences).toEqual(['frankfurt']);
});

it('has no cover of a file without one, or where another picture was chosen', async () => {
  const document = await makeItem(api, { kind: 'document' });
  expect((await link(document.id)).json()).not.toHaveProperty('coverUrl');
  const { id } = await makeItem(api, {});
  const image = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=';
  await api.ask('PUT', `/library/items/${id}/cover`, { body: { image } });
  expect((await link(id)).json()).not.toHaveProperty('coverUrl');
});

it('is made once under an idempotency key', async () => {
  const { id } = await makeItem(api, {});
  const once = () => api.ask('POST', `/library/items/${id}/links`, { body: {}, headers: { 'idempotency-key': 'k' } });
  const first = (await once()).json();
  expect((await once()).json()).toEqual(first);
});
