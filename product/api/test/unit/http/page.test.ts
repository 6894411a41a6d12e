import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tenantScopes } from '../../../src/access/core/scopes.ts';
import { checkIfMatch, etagOf } from '../../../src/http/etag.ts';
import { operation } from '../../../src/http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../../../src/http/page.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const Thing = Type.Object({ id: Type.String() });
const listThings = operation({
  id: 'listThings',
  method: 'GET',
  path: '/things',
  tag: 'Test',
  summary: 'Keys of every tenant, by time.',
  scope: 'rooms:list',
  query: pageQuery,
  answers: { 200: pageOf(Thing, 'ThingPage') },
});
const getThing = operation({
  id: 'getThing',
  method: 'GET',
  path: '/things/{version}',
  tag: 'Test',
  summary: 'A thing of this version.',
  scope: 'any',
  versioned: true,
  params: Type.Object({ version: Type.Integer() }),
  answers: { 200: Type.Object({ version: Type.Integer() }) },
});
const putThing = operation({
  ...getThing,
  id: 'putThing',
  method: 'PUT',
  query: Type.Object({ strict: Type.Optional(Type.Boolean()) }),
});

let api: TestApi;
let headers: Record<string, string>;
beforeAll(async () => {
  api = await testApi({
    add: (routes, { store }) => {
      routes.add(listThings, async ({ query }) => {
        const rows = await store.db
          .selectFrom('api_keys')
          .select(['id', 'created_ms'])
          .where(newestFirst.after(query))
          .orderBy('created_ms', 'desc')
          .orderBy('id', 'desc')
          .limit(newestFirst.rowLimit(query))
          .execute();
        return { body: newestFirst.page(query, rows, ({ id }) => ({ id })) };
      });
      routes.add(getThing, async ({ params: { version } }) => ({
        body: { version },
        headers: { etag: etagOf(version) },
      }));
      routes.add(putThing, async ({ params: { version }, request }) => {
        checkIfMatch(request.headers, version);
        return { body: { version } };
      });
    },
  });
  const keys = Array.from({ length: 7 }, (_, at) => ({ ...tenants[0], key: `key${at}` }));
  await api.keys.seed(keys, tenantScopes);
  headers = { authorization: `Bearer ${await api.token({ video: { roomList: true } })}` };
});
afterAll(() => api.close());

const list = (query: string) => api.app.inject({ url: `/api/v1/things?${query}`, headers });

describe('pages', () => {
  it('give every row once, even rows of the same millisecond', async () => {
    const listedIds: string[] = [];
    let cursor = '';
    let pages = 0;
    for (let isMore = true; isMore; pages += 1) {
      const { data, nextCursor } = (await list(`limit=2${cursor}`)).json();
      listedIds.push(...data.map(({ id }: { id: string }) => id));
      cursor = `&cursor=${nextCursor}`;
      isMore = nextCursor !== undefined;
    }
    const expectedNames = [...Array.from({ length: 7 }, (_, at) => `key${at}`), 'acmekey', 'globexkey'];
    expect(listedIds.toSorted()).toEqual(expectedNames.toSorted());
    expect(pages).toBe(5);
  });

  it('have no cursor at the end, even if the last page is full', async () => {
    expect((await list('limit=9')).json()).not.toHaveProperty('nextCursor');
    expect((await list('limit=8')).json()).toHaveProperty('nextCursor');
  });

  const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    ['limit=0', '?limit'],
    ['limit=201', '?limit'],
    ['limit=two', '?limit'],
    ['limit=1.5', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['nonsense=1', '?nonsense'],
    ['cursor=', '?cursor'],
    ['cursor=%00', '?cursor'],
    [`cursor=${'a'.repeat(1025)}`, '?cursor'],
    [`cursor=${cursorOf(null)}`, '?cursor'],
    [`cursor=${cursorOf([1])}`, '?cursor'],
    [`cursor=${cursorOf(['1', 'a'])}`, '?cursor'],
    [`cursor=${cursorOf([1, 'a\0'])}`, '?cursor'],
    [`cursor=${cursorOf([1, 'a', 'b'])}`, '?cursor'],
  ])('refuse %s', async (query, pointer) => {
    const answer = await list(query);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'REQUEST_INVALID']);
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });
});

describe('versions', () => {
  const get = (known: string) =>
    api.app.inject({ url: '/api/v1/things/3', headers: { ...headers, 'if-none-match': known } });
  const put = (more: Record<string, string>, query = '') =>
    api.app.inject({ method: 'PUT', url: `/api/v1/things/3${query}`, headers: { ...headers, ...more } });

  it('answer 304 to a client that has the current one', async () => {
    expect((await get('"2"')).headers).toMatchObject({ etag: '"3"', 'cache-control': 'private, no-cache' });
    for (const known of ['"3"', 'W/"3"', '"1", "3"', '*']) {
      const answer = await get(known);
      expect([known, answer.statusCode, answer.body, answer.headers['etag']]).toEqual([known, 304, '', '"3"']);
    }
  });

  it('guard changes: only a request that names the current one succeeds', async () => {
    expect((await put({})).json().code).toBe('PRECONDITION_REQUIRED');
    for (const known of ['"2"', 'W/"3"', '3', ''])
      expect((await put({ 'if-match': known })).json()).toMatchObject({ status: 412, code: 'VERSION_CONFLICT' });
    expect((await put({ 'if-match': '"3"' }, '?strict=true')).statusCode).toBe(200);
    expect((await put({ 'if-match': '"3"' }, '?strict=yes')).json().errors[0].pointer).toBe('?strict');
  });
});
