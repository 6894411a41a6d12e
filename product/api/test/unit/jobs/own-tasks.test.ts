import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteKind } from '../../../src/jobs/jobs.ts';
import { transact } from '../../../src/store/transaction.ts';
import { makeContent, makeItem } from '../../support/items.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
const kind: RemoteKind<string> = {
  name: 'rendition',
  remote: { leaseMs: 30_000, affinityMs: 5000 },
  onEnded: async () => undefined,
};
beforeEach(async () => {
  api = await testApi();
  api.telling.jobs.register(kind);
});
afterEach(() => api.close());

const add = async (key: string, o: object = {}) => {
  const { jobs } = api.telling;
  await transact(api.store.db, (trx) => jobs.add(trx, kind, { payload: 'secret', key, tenant: 'acme', ...o }));
  const [row] = await api.store.db.selectFrom('jobs').select('id').where('key', '=', key).execute();
  api.clock.advance(1000);
  return row?.id ?? expect.fail('it was added');
};
type Shown = { readonly id: string; readonly position?: number; readonly urgent: boolean };
const list = async (query = ''): Promise<Shown[]> => (await api.ask('GET', `/library/tasks${query}`)).json().data;
const order = (id: string, urgent: boolean, o: object = {}) =>
  api.ask('POST', `/library/tasks/${id}/order`, { body: { urgent }, ...o });
const take = async () => (await api.telling.jobs.take({ node: 'library-1', kinds: ['rendition'], free: 1 }))[0]?.id;

describe('tasks of a tenant', () => {
  it('are listed with their places and items, without nodes, payloads, and what the api runs itself', async () => {
    const content = await makeContent(api);
    const item = await makeItem(api, {});
    await api.store.db.updateTable('library_items').set({ content: content.id }).where('id', '=', item.id).execute();
    const [first, second] = [await add('a'), await add('b', { lane: content.id })];
    const later = await add('c', { inMs: 60_000 });
    await add('theirs', { tenant: 'globex' });
    await transact(api.store.db, (trx) =>
      api.telling.jobs.add(trx, { name: 'own' }, { payload: '', tenant: 'acme', inMs: 60_000 }),
    );
    const answer = await api.ask('GET', '/library/tasks');
    expect(answer.json().data).toMatchObject([
      { id: later, state: 'delayed', done: 0, reasons: [] },
      { id: second, state: 'waiting', position: 2, item: item.id },
      { id: first, state: 'waiting', position: 1 },
    ]);
    expect(answer.json().data[0]).not.toHaveProperty('position');
    expect(answer.body).not.toMatch(/secret|lane|worker|tenant/);
    expect((await list('?state=delayed')).map(({ id }) => id)).toEqual([later]);
    expect((await list('?limit=1')).map(({ id }) => id)).toEqual([later]);
    expect((await api.ask('GET', '/library/tasks?state=lost')).statusCode).toBe(400);
  });

  it('of another tenant, of the api and of no one cannot be ordered', async () => {
    const theirs = await add('theirs', { tenant: 'globex' });
    await transact(api.store.db, (trx) =>
      api.telling.jobs.add(trx, { name: 'own' }, { payload: '', key: 'own', tenant: 'acme', inMs: 60_000 }),
    );
    const own = await api.store.db.selectFrom('jobs').select('id').where('key', '=', 'own').executeTakeFirstOrThrow();
    for (const id of [theirs, own.id, 'JB_none', '%00'])
      expect((await order(id, true)).json(), id).toMatchObject({ code: 'NOT_FOUND' });
    const rows = await api.store.db.selectFrom('jobs').select('cause').where('id', '=', theirs).execute();
    expect(rows).toEqual([{ cause: '{}' }]);
  });

  it('that are urgent precede the tenant’s others, but wait for its turn', async () => {
    const [first, last] = [await add('a'), await add('b')];
    const theirs = await add('theirs', { tenant: 'globex' });
    expect((await order(last, true)).json()).toMatchObject({ id: last, urgent: true, position: 1 });
    expect((await list()).map(({ id, position, urgent }) => [id, position, urgent])).toEqual([
      [last, 1, true],
      [first, 2, false],
    ]);
    const another = await add('c');
    await order(another, true);
    expect([await take(), await take(), await take()]).toEqual([last, theirs, another]);
    expect((await order(first, false)).json()).toMatchObject({ urgent: false, position: 1 });
  });

  it('stay urgent if an operator said so', async () => {
    const id = await add('a');
    const o = { signer: operatorKey, scope: 'operator' as const, body: { urgent: true } };
    await api.ask('POST', `/tasks/${id}/order`, o);
    const day = [{ code: 'urgent', ms: 86_400_000 }];
    for (const urgent of [true, false]) expect((await order(id, urgent)).json().reasons).toEqual(day);
  });

  it('are for administrators alone', async () => {
    const [host, admin] = [await api.user({ role: 'host' }), await api.user({ role: 'admin' })];
    const id = await add('a');
    const statuses = async (as: typeof host) => [
      (await api.ask('GET', '/library/tasks', { as })).statusCode,
      (await order(id, true, { as })).statusCode,
    ];
    expect([await statuses(host), await statuses(admin)]).toEqual([
      [403, 403],
      [200, 200],
    ]);
  });
});
