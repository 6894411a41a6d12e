import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteKind } from '../../../src/jobs/jobs.ts';
import { transact } from '../../../src/store/transaction.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
const kind: RemoteKind<string> = {
  name: 'rendition',
  remote: { leaseMs: 30_000, affinityMs: 5000 },
  perLane: 1,
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
const ask = async (method: 'GET' | 'POST', path: string, body?: object) =>
  await api.ask(method, path, { signer: operatorKey, scope: 'operator', ...(body !== undefined && { body }) });
const list = async (query = '') => (await ask('GET', `/tasks${query}`)).json().data.map(({ id }: { id: string }) => id);
const take = (node: string, free = 1) => api.telling.jobs.take({ node, kinds: ['rendition'], free });
const codes = async (id: string) => {
  const { waitingReasons, state } = (await ask('GET', `/tasks/${id}`)).json();
  return [state, ...waitingReasons.map(({ code }: { code: string }) => code)];
};

describe('tasks', () => {
  it('are listed by kind, state and tenant, a page at a time, without payloads', async () => {
    const [old, later, other] = [
      await add('a'),
      await add('b', { inMs: 60_000 }),
      await add('c', { tenant: 'globex' }),
    ];
    await transact(api.store.db, (trx) => api.telling.jobs.add(trx, { name: 'own' }, { payload: '', inMs: 60_000 }));
    expect(await list('?kind=rendition')).toEqual([other, later, old]);
    expect(await list('?kind=rendition&state=delayed')).toEqual([later]);
    expect(await list('?state=waiting')).toEqual([other, old]);
    expect(await list('?tenant=globex')).toEqual([other]);
    expect(await list('?state=running')).toEqual([]);
    const first = await ask('GET', '/tasks?kind=rendition&limit=2');
    expect(await list(`?kind=rendition&limit=2&cursor=${first.json().nextCursor}`)).toEqual([old]);
    expect(first.body).not.toContain('secret');
    for (const query of ['state=lost', 'kind=%00', 'tenant=%00', 'cursor=x', 'limit=0'])
      expect((await ask('GET', `/tasks?${query}`)).statusCode).toBe(400);
    await take('library-1');
    expect(await list('?state=running')).toEqual([old]);
  });

  it('show why they wait: for nodes, bounds, lanes, turns or earlier tasks', async () => {
    const [first, second] = [await add('a', { lane: 'x' }), await add('b', { lane: 'x' })];
    expect(await codes(second)).toEqual(['waiting', 'noNodes', 'behind']);
    await take('library-1');
    expect(await codes(first)).toEqual(['running']);
    expect(await codes(second)).toEqual(['waiting', 'nodesBusy', 'laneFull', 'affinity', 'turn']);
    api.clock.advance(30_000);
    expect(await codes(first)).toEqual(['waiting', 'lost', 'noNodes', 'turn']);
  });

  it('show when they are retried, and why', async () => {
    const id = await add('a');
    const [task] = await take('library-1');
    const end = { code: 'FFMPEG_FAILED', detail: 'no frames', retryable: true, result: '' };
    await api.telling.jobs.end({ id, lease: task?.lease ?? '', node: 'library-1' }, end);
    const story = (await ask('GET', `/tasks/${id}`)).json();
    expect(story).toMatchObject({
      state: 'delayed',
      attempts: 1,
      node: 'library-1',
      failure: { code: 'FFMPEG_FAILED', detail: 'no frames' },
      waitingReasons: [{ code: 'backoff', count: 1 }],
      rankReasons: [{ code: 'age' }],
    });
  });

  it('can be made urgent and normal again by an operator, with entries in the audit log', async () => {
    const [first, last] = [await add('a'), await add('b')];
    const urgent = await ask('POST', `/tasks/${last}/order`, { urgent: true });
    expect(urgent.json()).toMatchObject({ id: last, urgent: true, reasons: [{ code: 'urgent', ms: 86_400_000 }] });
    expect(await codes(first)).toEqual(['waiting', 'noNodes', 'behind']);
    const again = await ask('POST', `/tasks/${last}/order`, { urgent: false });
    expect(again.json()).toMatchObject({ urgent: false, reasons: [] });
    expect(await codes(first)).toEqual(['waiting', 'noNodes']);
    const entries = await api.store.db.selectFrom('audit_entries').select(['operation', 'targets']).execute();
    expect(entries.filter(({ operation }) => operation === 'orderTask')).toEqual(
      [last, last].map((task) => ({ operation: 'orderTask', targets: JSON.stringify({ task }) })),
    );
  });

  it('that the api runs itself are explained too', async () => {
    const { jobs } = api.telling;
    await transact(api.store.db, (trx) => jobs.add(trx, { name: 'own' }, { payload: '', key: 'own' }));
    const [row] = await api.store.db.selectFrom('jobs').select('id').where('kind', '=', 'own').execute();
    const id = row?.id ?? '';
    expect(await codes(id)).toEqual(['waiting', 'next']);
    expect((await ask('GET', `/tasks/${id}`)).json()).toMatchObject({ worker: 'api', reasons: [] });
    for (const urgent of [true, false])
      expect((await ask('POST', `/tasks/${id}/order`, { urgent })).json()).toMatchObject({ urgent });
    const [after] = await api.store.db.selectFrom('jobs').select(['rank_ms', 'cause']).where('id', '=', id).execute();
    expect(after).toEqual({ rank_ms: 0, cause: '{}' });
  });

  it.each(['nothing', 'JB_', '%00', 'a'.repeat(64)])('with an unknown id are 404: %s', async (id) => {
    await add('a');
    for (const answer of [await ask('GET', `/tasks/${id}`), await ask('POST', `/tasks/${id}/order`, { urgent: true })])
      expect([400, 404]).toContain(answer.statusCode);
  });
});
