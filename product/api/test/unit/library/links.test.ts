import { createSecretKey } from 'node:crypto';
import { ManualClock } from '@meridian/runtime';
import { jwtVerify } from 'jose';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkPaces, OPEN_LINKS_MAX } from '../../../src/access/file-links.ts';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary, makeItem } from '../../support/items.ts';
import { type Ask, type TestApi, testApi } from '../../support/test-api.ts';
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
    sources: [expect.stringMatching(/^LG_/), 'acmekey'],
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

/** Returns whether nodes refuse the link of an answer: its token, or a source of it, is in the api's revocations. */
const isEnded = async (answer: { json(): { readonly url: string } }): Promise<boolean> => {
  const { via, sources = [], iat = 0 } = (await claimsOf(answer.json())) as unknown as LinkClaims;
  const entries = api.revoked.flatMap((list) => list.entries);
  const ends = entries.filter(({ tenant, id }) => tenant === 'acme' && [via, ...sources].includes(id));
  return ends.some(({ beforeMs }) => beforeMs === 0 || iat * 1000 < beforeMs);
};
interface LinkClaims {
  readonly via: string;
  readonly sources?: readonly string[];
  readonly iat?: number;
}
const userOf = (id: string, role: 'admin' | 'host' | 'member') => api.user({ id, email: `${id}@example.org`, role });
const idsOf = async (path: string, o: object = {}): Promise<string[]> =>
  (await api.ask('GET', path, o)).json().data.map((one: { readonly id: string }) => one.id);

describe('all links to an item end', () => {
  it.each([
    [
      'it is made private',
      (id: string) => api.ask('PATCH', `/library/items/${id}`, { body: { visibility: 'private' } }),
    ],
    ['it is deleted', (id: string) => api.ask('DELETE', `/library/items/${id}`)],
    ['it is put into the trash', (id: string) => api.ask('POST', `/library/items/${id}/trash`)],
    ['a reader is removed', (id: string) => narrowReader(id, 'DELETE')],
    ['a reader gets a lower right', (id: string) => narrowReader(id, 'PUT')],
    ['its private right passes to another owner', passToEve],
  ])('when %s, at once and with one revocation', async (_what, end) => {
    const { id } = await makeItem(api, { visibility: end === passToEve ? 'private' : 'tenant' });
    const twin = await makeItem(api, { visibility: 'tenant' });
    const links = [
      await link(id),
      await link(id, { may: 'download', expiresInS: 604_800 }),
      await link(id, { use: 'own' }),
    ];
    const ofTwin = await link(twin.id);
    const before = api.revoked.flatMap(({ entries }) => entries).length;
    await end(id);
    expect(await Promise.all([...links, ofTwin].map(isEnded))).toEqual([true, true, true, false]);
    expect(api.revoked.flatMap(({ entries }) => entries).length - before).toBe(1);
    expect(await idsOf('/library/links')).toEqual([ofTwin.json().id]);
  });

  async function narrowReader(item: string, method: 'PUT' | 'DELETE'): Promise<void> {
    const reader = await userOf(`reader-${method}`, 'member');
    const path = `/library/items/${item}/readers/user/${reader.user.id}`;
    const body = { may: 'play' };
    await api.ask('PUT', path, { body: { may: 'download' } });
    await api.ask(method, path, method === 'PUT' ? { body } : {});
  }

  async function passToEve(id: string): Promise<void> {
    await transact(api.store.db, (trx) => api.items.change(trx, { tenant: 'acme', id }, { owner: 'eve' }));
  }

  it('but not when nobody loses a right, and the owner’s next link works at once', async () => {
    const { id } = await makeItem(api, {});
    const first = await link(id);
    const patch = (body: object) => api.ask('PATCH', `/library/items/${id}`, { body });
    for (const body of [{ title: 'New', visibility: 'private' }, { visibility: 'tenant' }, { tags: ['a'] }])
      await patch(body);
    expect(await isEnded(first)).toBe(false);
    await patch({ visibility: 'private' });
    const next = await link(id);
    expect([await isEnded(first), await isEnded(next)]).toEqual([true, false]);
    expect(await idsOf(`/library/items/${id}/links`)).toEqual([next.json().id]);
    await patch({ visibility: 'tenant' });
    await patch({ visibility: 'private' });
    expect(await isEnded(next)).toBe(true);
  });
});

describe('a change of rights', () => {
  const revokedCount = () => api.revoked.flatMap(({ entries }) => entries).length;
  const narrow = async (id: string) => {
    for (const visibility of ['tenant', 'private'])
      await api.ask('PATCH', `/library/items/${id}`, { body: { visibility } });
  };

  it('that ends no living link adds nothing to the revocations, which all nodes hold', async () => {
    const { id } = await makeItem(api, { visibility: 'tenant' });
    const before = revokedCount();
    for (let turn = 0; turn < 5; turn += 1) await narrow(id);
    expect(revokedCount()).toBe(before);
    const made = await link(id, { expiresInS: 60 });
    for (let turn = 0; turn < 5; turn += 1) await narrow(id);
    expect([await isEnded(made), revokedCount() - before]).toEqual([true, 1]);
    await link(id, { expiresInS: 60 });
    if (!(api.clock instanceof ManualClock)) throw new Error('the clock of this test is manual');
    api.clock.advance(3 * 3_600_000);
    await narrow(id);
    expect(revokedCount() - before).toBe(1);
  });

  it('ends links of the former release, which noted none, as long as they can live', async () => {
    const { id } = await makeItem(api, { visibility: 'tenant' });
    const { db } = api.store;
    const made = await link(id);
    await db.deleteFrom('token_uses').execute();
    const former = { tenant: '', id: '', until_ms: api.clock.wallMs() + 1 };
    await db.insertInto('token_uses').values(former).execute();
    await narrow(id);
    await db.deleteFrom('token_uses').execute();
    expect(await isEnded(made)).toBe(true);
  });
});

describe('all links of a maker end', () => {
  it.each([
    ['is disabled', (id: string) => changeUser(id, { active: false })],
    ['is deleted', (id: string) => api.ask('DELETE', `/users/${id}`)],
    ['is no administrator any more', (id: string) => changeUser(id, { role: 'member' })],
  ])('who %s', async (what, end) => {
    const id = `maker-${what.replaceAll(' ', '-')}`;
    const [maker, other] = [await userOf(id, 'admin'), await userOf(`other-${id}`, 'admin')];
    const item = (await makeItem(api, {})).id;
    const [made, kept] = [await link(item, { use: 'own' }, { as: maker }), await link(item, {}, { as: other })];
    const shared = await link(item, {}, { as: maker });
    const begun = await api.ask('POST', '/library/uploads', { body: { name: 'a.pdf', bytes: 1 }, as: maker });
    const again = await api.ask('GET', `/library/uploads/${begun.json().id}`, { as: maker });
    const listed = await api.ask('GET', '/library/uploads?state=open', { as: maker });
    const parts = [begun.json(), again.json(), listed.json().data[0]].map((one) => ({ json: () => one.parts[0] }));
    expect(await Promise.all(parts.map(isEnded))).toEqual([false, false, false]);
    expect((await end(id)).statusCode).toBeLessThan(300);
    expect(await Promise.all([made, shared, kept].map(isEnded))).toEqual([true, true, false]);
    expect(await Promise.all(parts.map(isEnded))).toEqual([true, true, true]);
    expect(await idsOf('/library/links')).toEqual([kept.json().id]);
  });

  it('who may upload no more: the URLs of its uploads, but not its links to what it still sees', async () => {
    const host = await userOf('maker-host', 'host');
    const made = await link((await makeItem(api, { visibility: 'tenant' })).id, {}, { as: host });
    const begun = await api.ask('POST', '/library/uploads', { body: { name: 'a.pdf', bytes: 1 }, as: host });
    const part = { json: () => begun.json().parts[0] };
    await changeUser('maker-host', { name: 'Host' });
    expect([await isEnded(part), await isEnded(made)]).toEqual([false, false]);
    await changeUser('maker-host', { role: 'member' });
    expect([await isEnded(part), await isEnded(made)]).toEqual([true, false]);
    await changeUser('maker-host', { role: 'host' });
    const again = await api.ask('GET', `/library/uploads/${begun.json().id}`, { as: host });
    expect(await isEnded({ json: () => again.json().parts[0] })).toBe(false);
  });

  async function changeUser(id: string, body: object) {
    const { etag = '' } = (await api.ask('GET', `/users/${id}`)).headers;
    return api.ask('PATCH', `/users/${id}`, { body, headers: { 'if-match': etag } });
  }

  it('that is an API key which is revoked', async () => {
    const body = { name: 'k', scopes: ['library:read'], regions: ['frankfurt'] };
    const { id: key, secret } = (await api.ask('POST', '/keys', { body })).json();
    const item = (await makeItem(api, {})).id;
    const made = await link(item, {}, { signer: { key, secret }, scope: 'library:read' });
    expect(await isEnded(made)).toBe(false);
    await api.ask('DELETE', `/keys/${key}`);
    expect(await isEnded(made)).toBe(true);
  });
});

it('a user makes links at a pace that leaves others theirs; administrators and API keys have none', async () => {
  const [ann, bob] = [await userOf('ann-links', 'host'), await userOf('bob-links', 'host')];
  const boss = await userOf('boss-links', 'admin');
  const { id } = await makeItem(api, { visibility: 'tenant' });
  const { burst } = linkPaces.share;
  for (let at = 0; at < burst; at += 1) {
    if (at % 50 === 0) api.clock.advance(1000);
    expect((await link(id, {}, { as: ann })).statusCode).toBe(201);
  }
  const refused = await link(id, {}, { as: ann });
  const detail = 'You may make 200 links at once, then one in 60 s. Share a link that you have made.';
  expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', detail });
  for (const one of [{ as: bob }, { as: boss }, {}]) expect((await link(id, {}, one)).statusCode).toBe(201);
  expect((await link(id, { use: 'own' }, { as: ann })).statusCode).toBe(201);
});

describe('a list of links', () => {
  it('has what its reader may end: own links, those to own items, or for administrators all', async () => {
    const [ann, bob, boss] = [
      await userOf('ann', 'host'),
      await userOf('bea', 'member'),
      await userOf('boss2', 'admin'),
    ];
    const { id } = await makeItem(api, { visibility: 'tenant', owner: 'ann' });
    const [ofAnn, ofBob] = [await link(id, {}, { as: ann }), await link(id, { may: 'download' }, { as: bob })];
    await link(id, { use: 'own' }, { as: bob });
    const [annId, bobId] = [ofAnn.json().id, ofBob.json().id];
    expect(new Set(await idsOf(`/library/items/${id}/links`, { as: ann }))).toEqual(new Set([annId, bobId]));
    expect(new Set(await idsOf('/library/links', { as: boss }))).toEqual(new Set([annId, bobId]));
    expect([await idsOf('/library/links', { as: ann }), await idsOf('/library/links', { as: bob })]).toEqual([
      [annId],
      [bobId],
    ]);
    expect(await idsOf(`/library/items/${id}/links`, { as: bob })).toEqual([bobId]);
    const hidden = await makeItem(api, { owner: 'ann' });
    const ofHidden = await api.ask('GET', `/library/items/${hidden.id}/links`, { as: bob });
    expect(ofHidden.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const end = (one: string, as?: Ask['as']) =>
      api.ask('DELETE', `/library/links/${one}`, as === undefined ? {} : { as });
    expect((await end(annId, bob)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const [shown] = (await api.ask('GET', '/library/links', { as: bob })).json().data;
    expect(shown).toMatchObject({
      item: id,
      may: 'download',
      createdBy: 'user:bea',
      expiresAt: ofBob.json().expiresAt,
    });
    for (const [one, as] of [
      [bobId, ann],
      [annId, boss],
    ] as const)
      expect((await end(one, as)).statusCode).toBe(204);
    expect(await Promise.all([ofAnn, ofBob].map(isEnded))).toEqual([true, true]);
    expect((await end(annId)).statusCode).toBe(404);
  });

  it('leaves out links that have ended, and those that a page makes for its own use, for a day at most', async () => {
    const { id } = await makeItem(api, {});
    await link(id, { expiresInS: 60 });
    const own = await link(id, { use: 'own', expiresInS: 86_401 });
    expect(own.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    if (!(api.clock instanceof ManualClock)) throw new Error('the clock of this test is manual');
    api.clock.advance(60_001);
    expect(await idsOf('/library/links')).toEqual([]);
    await api.telling.library.upkeep.run();
    expect(await api.store.db.selectFrom('library_links').selectAll().execute()).toEqual([]);
  });

  it('has every open link, in pages, up to the most of a maker, beyond which a link is refused', async () => {
    const { id } = await makeItem(api, {});
    await addRows(id, 250);
    const made = (await link(id)).json().id;
    const pages: string[][] = [];
    for (let cursor = ''; pages.length === 0 || cursor !== ''; ) {
      const { data, nextCursor = '' } = (
        await api.ask('GET', `/library/items/${id}/links?limit=200${cursor && `&cursor=${cursor}`}`)
      ).json();
      pages.push(data.map((one: { readonly id: string }) => one.id));
      cursor = nextCursor;
    }
    expect([pages.map(({ length }) => length), pages.flat().includes(made)]).toEqual([[200, 51], true]);
    await addRows(id, OPEN_LINKS_MAX - 251, 250);
    const refused = (await link(id)).json();
    expect(refused).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED' });
    expect(refused.detail).toContain('DELETE /file-links/{fileLink}');
    await api.ask('DELETE', `/library/links/${made}`);
    expect((await link(id)).statusCode).toBe(201);
  });

  async function addRows(item: string, count: number, from = 0): Promise<void> {
    const [createdMs, expiresMs] = [api.clock.wallMs(), api.clock.wallMs() + 60_000];
    await sql`
      with recursive n (at) as (select ${sql.lit(from)} union all select at + 1 from n where at < ${sql.lit(from + count - 1)})
      insert into library_links (tenant, id, item, made_by, may, created_ms, expires_ms)
      select 'acme', 'LL_' || at, ${item}, 'key:acmekey', 'play', ${sql.lit(createdMs)}, ${sql.lit(expiresMs)} from n
    `.execute(api.store.db);
  }
});

describe('the viewer of a link', () => {
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
