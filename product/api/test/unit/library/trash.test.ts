// The trash of the library.
import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { makeItem } from '../../support/items.ts';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const DAY_MS = 86_400_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const userOf = (id: string, role: 'host' | 'member' | 'admin' = 'host') =>
  api.user({ id, email: `${id}@example.org`, role });
const statusOf = async (id: string, o: Ask = {}) => (await api.ask('GET', `/library/items/${id}`, o)).statusCode;
const listed = async (query = '', o: Ask = {}): Promise<string[]> =>
  (await api.ask('GET', `/library/items?${query}`, o)).json().data.map((one: { readonly id: string }) => one.id);
const trash = async (id: string, o: Ask = {}) => (await api.ask('POST', `/library/items/${id}/trash`, o)).statusCode;
const restore = async (id: string, o: Ask = {}) =>
  (await api.ask('POST', `/library/items/${id}/restore`, o)).statusCode;
const eventsOf = async (id: string): Promise<string[]> =>
  (await api.ask('GET', `/events?sid=${id}`))
    .json()
    .data.map((one: { event: string; sequence: number }) => `${one.sequence} ${one.event}`)
    .toSorted();
const later = (ms: number) => {
  if (!(api.clock instanceof ManualClock)) throw new Error('the clock of this test is manual');
  api.clock.advance(ms);
};
const usage = async () => (await api.ask('GET', '/library/usage')).json();

describe('an item in the trash', () => {
  it('is in no list, search or answer but the trash of those who may change it, and opens by no link', async () => {
    const [ann, bob, boss] = [await userOf('ann'), await userOf('bob'), await userOf('boss', 'admin')];
    const { id } = await makeItem(api, { visibility: 'tenant', title: 'Turbine' });
    const kept = await makeItem(api, { visibility: 'tenant' });
    const made = (await api.ask('POST', `/library/items/${id}/links`, { body: {} })).json();
    expect(await trash(id, { as: ann })).toBe(204);
    for (const as of [ann, bob, boss])
      expect([await statusOf(id, { as }), await listed('', { as }), await listed('text=turb', { as })]).toEqual([
        404,
        [kept.id],
        [],
      ]);
    const inTrash = async (as: typeof ann) => (await api.ask('GET', '/library/items?trashed=true', { as })).json().data;
    expect([await inTrash(ann), await inTrash(bob)]).toMatchObject([[{ id, may: 'change' }], []]);
    expect((await inTrash(boss))[0].trashedAt).toBe(new Date(api.clock.wallMs()).toISOString());
    const payload = { token: made.pageUrl.split('#')[1] };
    const opened = await api.app.inject({ method: 'POST', url: '/api/v1/file-links/open', payload });
    expect(opened.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    for (const [method, path, body] of [
      ['PATCH', '', { title: 'Mine' }],
      ['POST', '/links', {}],
      ['GET', '/links'],
      ['GET', '/readers'],
      ['PUT', '/readers/user/bob', { may: 'play' }],
      ['PUT', '/cover', { atMs: 1 }],
      ['GET', '/watches'],
    ] as const) {
      const { statusCode } = await api.ask(method, `/library/items/${id}${path}`, { as: ann, ...(body && { body }) });
      expect([method, path, statusCode]).toEqual([method, path, 404]);
    }
    expect(await usage()).toMatchObject({ items: 2, bytes: 2000 });
  });

  it('is put there, and back, by those alone who may change it, of its tenant', async () => {
    const bob = await userOf('bob');
    const { id } = await makeItem(api, { visibility: 'tenant' });
    const hidden = await makeItem(api);
    expect([await trash(id, { as: bob }), await trash(hidden.id, { as: bob })]).toEqual([403, 404]);
    expect([await trash(id, { signer: tenants[1] }), await trash('unknown')]).toEqual([404, 404]);
    expect(await statusOf(id)).toBe(200);
    await trash(id);
    expect([await restore(id, { as: bob }), await restore(id, { signer: tenants[1] })]).toEqual([404, 404]);
    expect(await listed('trashed=true', { signer: tenants[1] })).toEqual([]);
    expect(await statusOf(id)).toBe(404);
  });

  it('comes back as it was, except for its links; both twice change nothing', async () => {
    const { id } = await makeItem(api, { visibility: 'tenant', tags: ['safety'] });
    const bob = await userOf('bob');
    await api.ask('PUT', `/library/items/${id}/readers/user/bob`, { body: { may: 'change' } });
    const before = (await api.ask('GET', `/library/items/${id}`)).json();
    await api.ask('POST', `/library/items/${id}/links`, { body: {} });
    expect(await restore(id)).toBe(204);
    expect([await trash(id, { as: bob }), await trash(id)]).toEqual([204, 204]);
    const { trashed_by } = await api.store.db
      .selectFrom('library_items')
      .select('trashed_by')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(trashed_by).toBe('bob');
    expect([await restore(id), await restore(id)]).toEqual([204, 204]);
    expect((await api.ask('GET', `/library/items/${id}`)).json()).toEqual(before);
    expect((await api.ask('GET', `/library/items/${id}/readers`)).json().data).toHaveLength(1);
    expect((await api.ask('GET', '/library/links')).json().data).toEqual([]);
    expect(await eventsOf(id)).toEqual(['1 item.ready', '2 item.trashed', '3 item.restored']);
  });

  it('is deleted for good by DELETE, and after thirty days', async () => {
    const [now, old, young] = [await makeItem(api), await makeItem(api), await makeItem(api)];
    const rows = await api.store.db.selectFrom('library_items').select(['id', 'content']).execute();
    const contents = rows.filter(({ id }) => id !== young.id).map(({ content }) => content);
    for (const { id } of [now, old]) await trash(id);
    expect((await api.ask('DELETE', `/library/items/${now.id}`)).statusCode).toBe(204);
    later(TRASH_KEPT_DAYS * DAY_MS);
    await trash(young.id);
    await api.telling.library.upkeep.run();
    expect(new Set(await listed('trashed=true'))).toEqual(new Set([young.id, old.id]));
    later(1);
    await api.telling.library.upkeep.run();
    expect(await listed('trashed=true')).toEqual([young.id]);
    expect([await restore(old.id), await restore(now.id), await restore(young.id)]).toEqual([404, 404, 204]);
    await api.telling.jobs.settled();
    const erased = api.libraries.fra.requestLog.filter((one) => one.startsWith('erase '));
    expect(new Set(erased)).toEqual(new Set(contents.map((content) => `erase acme/${content}`)));
  });

  it('is not deleted if it was restored since it was found', async () => {
    const { items, upkeep } = api.telling.library;
    const [first, second] = [await makeItem(api), await makeItem(api)];
    await api.store.db.updateTable('library_items').set({ recording: 're_9' }).execute();
    for (const { id } of [first, second]) await trash(id);
    later(TRASH_KEPT_DAYS * DAY_MS + 1);
    // The first deletion restores the other item, which the same run has found.
    items.onDeleted(async (trx, { tenant, id }) => {
      await items.restore(trx, { tenant, id: id === first.id ? second.id : first.id });
    });
    await upkeep.run();
    expect([await listed(), await listed('trashed=true')]).toMatchObject([[expect.any(String)], []]);
  });

  it('expires with the days of the library, counted from its last change', async () => {
    await api.ask('PATCH', '/tenant/retention', { body: { libraryDays: 3 }, headers: { 'if-match': '*' } });
    const { id } = await makeItem(api);
    later(2 * DAY_MS);
    await trash(id);
    later(DAY_MS + 1);
    await transact(api.store.db, (trx) =>
      api.telling.library.keeping.expire(trx, { tenant: 'acme', beforeMs: api.clock.wallMs() - 3 * DAY_MS }),
    );
    expect(await listed('trashed=true')).toEqual([]);
  });

  it('waits for no file, unless it is restored at once; that of a recording goes on', async () => {
    const begin = async (bytes: number) =>
      (await api.ask('POST', '/library/uploads', { body: { name: 'a.mp4', bytes } })).json();
    const [ends, stays, recorded] = [await begin(10), await begin(20), await begin(30)];
    const ofRecording = api.store.db.updateTable('library_uploads').set({ recording: 're_9' });
    await ofRecording.where('id', '=', recorded.id).execute();
    for (const { item } of [ends, stays, recorded]) await trash(item);
    await restore(stays.item);
    await api.telling.library.upkeep.run();
    await restore(ends.item);
    const states = await api.store.db.selectFrom('library_uploads').select(['id', 'state']).execute();
    expect(Object.fromEntries(states.map(({ id, state }) => [id, state]))).toEqual({
      [ends.id]: 'expired',
      [stays.id]: 'open',
      [recorded.id]: 'open',
    });
    expect((await api.ask('GET', `/library/items/${ends.item}`)).json()).toMatchObject({
      state: 'refused',
      failure: { code: 'UPLOAD_EXPIRED' },
    });
  });

  it('of a recording calls the listeners once for each change', async () => {
    const { id } = await makeItem(api);
    await api.store.db.updateTable('library_items').set({ recording: 're_9' }).where('id', '=', id).execute();
    const calls: (readonly [string, boolean])[] = [];
    api.telling.library.items.onTrashed(async (_, row, isTrashed) => {
      calls.push([row.id, isTrashed]);
    });
    for (let turn = 0; turn < 2; turn += 1) await trash(id);
    for (let turn = 0; turn < 2; turn += 1) await restore(id);
    expect(calls).toEqual([
      [id, true],
      [id, false],
    ]);
  });
});
