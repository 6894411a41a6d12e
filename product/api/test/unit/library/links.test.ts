import { createSecretKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { emptyLibrary, makeItem } from '../../support/items.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { report, watchOf } from '../../support/watches.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(() => emptyLibrary(api));

const link = (id: string, body: object = {}, o: object = {}) =>
  api.ask('POST', `/library/items/${id}/links`, Object.assign({ body }, o));
const claimsOf = async ({ url }: { readonly url: string }) => {
  const secret = createSecretKey(Buffer.from((await api.keys.signing('acme'))?.secret ?? ''));
  const currentDate = new Date(api.clock.wallMs());
  return (await jwtVerify(url.split('/').at(-2) ?? '', secret, { algorithms: ['HS256'], currentDate })).payload;
};
const contentOf = async (id: string) =>
  (await api.store.db.selectFrom('library_items').select('content').where('id', '=', id).executeTakeFirstOrThrow())
    .content;

it('a link is refused until its file has arrived, and a node that has it is known', async () => {
  const waiting = await makeItem(api, { state: 'waiting' });
  expect((await link(waiting.id)).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
  const { id } = await makeItem(api, {});
  api.libraries.planned = [];
  api.libraries.plan();
  expect((await link(id)).json()).toMatchObject({ status: 503, code: 'NODE_UNREACHABLE' });
  await api.store.db.updateTable('library_contents').set({ state: 'removing' }).execute();
  expect((await link(id)).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
});

it('a link is a token of the tenant’s signing key, for this content only, until it expires', async () => {
  const { id } = await makeItem(api, { name: '安全 培训.mp4' });
  const made = (await link(id, { expiresInS: 60, may: 'download' })).json();
  const [, token = ''] = /^https:\/\/lib-fra\.example\.org\/library\/contents\/([^/]+)\/original$/.exec(made.url) ?? [];
  expect(made.coverUrl).toBe(`https://lib-fra.example.org/library/contents/${token}/cover.jpg`);
  expect(made.playUrl).toBe(`https://lib-fra.example.org/library/plays/${token}`);
  const key = await api.keys.signing('acme');
  const secret = createSecretKey(Buffer.from(key?.secret ?? ''));
  const currentDate = new Date(api.clock.wallMs());
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], currentDate });
  const nowS = Math.floor(api.clock.wallMs() / 1000);
  expect(payload).toEqual({
    iss: key?.id,
    content: await contentOf(id),
    item: id,
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
  const defaultLink = (await link(id)).json();
  expect([defaultLink.id === made.id, Date.parse(defaultLink.expiresAt)]).toEqual([false, (nowS + 3600) * 1000]);
  expect((await api.ask('POST', '/revocations', { body: { via: made.id } })).statusCode).toBeLessThan(300);
});

it('a link stays in the regions of the tenant’s keys', async () => {
  const { id } = await makeItem(api, {});
  await api.store.db.updateTable('api_keys').set({ regions: 'singapore' }).where('tenant', '=', 'acme').execute();
  expect((await link(id)).json()).toMatchObject({ status: 503, code: 'NODE_UNREACHABLE' });
  await api.store.db.updateTable('api_keys').set({ regions: 'frankfurt' }).where('tenant', '=', 'acme').execute();
  expect((await link(id)).json().url).toMatch(/^https:\/\/lib-fra\./);
});

it('a link has no cover URL without a made cover, or with a chosen one', async () => {
  const document = await makeItem(api, { kind: 'document' });
  expect((await link(document.id)).json()).not.toHaveProperty('coverUrl');
  const { id } = await makeItem(api, {});
  const image = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=';
  await api.ask('PUT', `/library/items/${id}/cover`, { body: { image } });
  expect((await link(id)).json()).not.toHaveProperty('coverUrl');
});

it('a link is made once under an idempotency key', async () => {
  const { id } = await makeItem(api, {});
  const once = () => api.ask('POST', `/library/items/${id}/links`, { body: {}, headers: { 'idempotency-key': 'k' } });
  const first = (await once()).json();
  expect((await once()).json()).toEqual(first);
});

describe('the viewer of a link', () => {
  const userOf = (id: string, role: 'admin' | 'host' | 'member') => api.user({ id, email: `${id}@example.org`, role });
  const viewerOf = async (id: string, body: object, o?: object) =>
    (await claimsOf((await link(id, body, o)).json()))['viewer'];

  it('is the signed-in user, or the user that a key or an administrator names, or none', async () => {
    const [bob, boss] = [await userOf('bob', 'member'), await userOf('boss', 'admin')];
    const { id } = await makeItem(api, { visibility: 'tenant' });
    expect(await viewerOf(id, {}, { as: bob })).toBe('bob');
    expect(await viewerOf(id, { viewer: 'bob' }, { as: bob })).toBe('bob');
    expect(await viewerOf(id, { viewer: '陈 cid@example.org' }, { as: boss })).toBe('陈 cid@example.org');
    expect(await viewerOf(id, { viewer: 'cid' })).toBe('cid');
    expect(await claimsOf((await link(id)).json())).not.toHaveProperty('viewer');
    const other = await link(id, { viewer: 'boss' }, { as: bob });
    expect(other.json()).toMatchObject({ status: 403, code: 'NOT_PERMITTED' });
  });

  it('comes with the position where the viewer left off, if any', async () => {
    const { id } = await makeItem(api, {});
    const item = { tenant: 'acme', id, content: await contentOf(id) };
    await report(api, [watchOf(api, item, { viewer: 'ann' })]);
    const positionOf = async (body: object) => (await link(id, body)).json().positionMs;
    expect(await positionOf({ viewer: 'ann' })).toBe(55_000);
    for (const body of [{ viewer: 'eve' }, {}]) expect(await positionOf(body)).toBeUndefined();
    const another = await makeItem(api, {});
    expect((await link(another.id, { viewer: 'ann' })).json()).not.toHaveProperty('positionMs');
  });

  it.each(['watches', 'counts'])('is left out if the tenant wants %s alone', async (watching) => {
    const { id } = await makeItem(api, {});
    await api.ask('PATCH', '/tenant/library', { body: { watching } });
    expect(await claimsOf((await link(id, { viewer: 'ann' })).json())).not.toHaveProperty('viewer');
  });
});
