import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { emptyLibrary, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(() => emptyLibrary(api));

const post = (views: unknown, o: Parameters<TestApi['ask']>[2] = {}) =>
  api.ask('POST', '/library/views', { body: { views }, ...o });
const heatOf = async (id: string) => (await api.ask('GET', `/library/items/${id}`)).json().heat;

describe('views of other platforms', () => {
  it.each([
    ['none', []],
    ['more than 500', Array.from({ length: 501 }, () => ({ item: 'LI_1', count: 1 }))],
    ['no count', [{ item: 'LI_1', count: 0 }]],
    ['too high a count', [{ item: 'LI_1', count: 1_000_001 }]],
    ['half a view', [{ item: 'LI_1', count: 0.5 }]],
    ['an item with NUL', [{ item: 'LI_\0', count: 1 }]],
    ['a long name of the platform', [{ item: 'LI_1', count: 1, source: 'x'.repeat(65) }]],
  ])('are refused: %s', async (_, views) => {
    const answer = await post(views);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('need the scope library:write', async () => {
    expect((await post([{ item: 'LI_1', count: 1 }], { scope: 'library:read' })).statusCode).toBe(403);
  });

  it('heat the item, and name unknown items and those of other tenants', async () => {
    const [{ id }, other] = [await makeItem(api), await makeItem(api, { tenant: 'globex' })];
    const views = [
      { item: id, count: 5, source: 'tv' },
      { item: other.id, count: 9 },
      { item: id, count: 2 },
      { item: 'LI_unknown', count: 1 },
    ];
    expect((await post(views)).json()).toEqual({ counted: 2, unknown: [other.id, 'LI_unknown'] });
    expect(await heatOf(id)).toEqual({ level: 3, views: 7 });
    const shownToOther = await api.ask('GET', `/library/items/${other.id}`, { signer: tenants[1] });
    expect(shownToOther.json().heat).toEqual({ level: 0, views: 0 });
  });

  it('count once for one Idempotency-Key', async () => {
    const { id } = await makeItem(api);
    const headers = { 'idempotency-key': 'report-1' };
    for (const _ of [1, 2]) expect((await post([{ item: id, count: 3 }], { headers })).statusCode).toBe(200);
    expect(await heatOf(id)).toEqual({ level: 2, views: 3 });
  });

  it('are not shown to those who may only read', async () => {
    const { id } = await makeItem(api);
    const answer = await api.ask('GET', `/library/items/${id}`, { scope: 'library:read' });
    expect([answer.statusCode, answer.json().heat]).toEqual([200, undefined]);
  });
});
