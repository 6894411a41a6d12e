import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const DAY_MS = 86_400_000;
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

type Asked = Parameters<TestApi['ask']>;
const ask = async (query: string, o: Asked[2] = {}) => {
  const answer = await api.ask('GET', `/distribution/history${query}`, o);
  return [answer.statusCode, answer.json()];
};
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const zero = { region: 'eu', priority: 1, done: 0, failed: 0, cancelled: 0, late: 0, bytes: 0, neighbour_bytes: 0 };
const addDay = (o: object) =>
  api.store.db
    .insertInto('distribution_days')
    .values({ ...zero, tenant: 'acme', day: dayOf(api.clock.wallMs()), receiver: 'RC_gone', took_ms: 0, ...o })
    .execute();
const receiver = async (o: Asked[2] = {}): Promise<string> => {
  const body = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
  return (await api.ask('POST', '/distribution/receivers', { ...o, body })).json().receiver.id;
};
const [, globex] = tenants;

describe('the history of deliveries', () => {
  it.each([
    '?from=2026-02-30',
    '?to=2026-13-01',
    '?from=yesterday',
    '?from=2026-11-02&to=2026-11-01',
    '?from=2025-01-01&to=2026-12-31',
    '?from=2025-10-28&to=2026-12-02',
    '?by=hour',
    '?from=2026-11-02%00',
    '?receiver=',
  ])('refuses %s', async (query) => {
    expect(await ask(query)).toMatchObject([400, { code: 'REQUEST_INVALID' }]);
  });

  it('takes 400 days at most, and has 30 by default', async () => {
    expect(await ask('?from=2025-10-29&to=2026-12-02')).toMatchObject([200, { rows: [], complete: true }]);
    const nowMs = api.clock.wallMs();
    expect((await ask(''))[1]).toMatchObject({ from: dayOf(nowMs - 29 * DAY_MS), to: dayOf(nowMs), by: 'day' });
  });

  it('knows removed receivers on their days, and no receiver of another tenant', async () => {
    await addDay({ done: 1, bytes: 5e15, took_ms: 7 });
    await addDay({ done: 2, bytes: 5e15, priority: 0, took_ms: 7 });
    await addDay({ tenant: 'globex', receiver: 'RC_globex', done: 9 });
    const theirs = await receiver({ signer: globex });
    for (const id of [theirs, 'RC_globex', 'RC_none', '%00'])
      expect(await ask(`?receiver=${id}`), id).toMatchObject([404, { code: 'NOT_FOUND' }]);
    expect(await ask(`?receiver=${await receiver()}`)).toMatchObject([200, { rows: [] }]);
    const [, found] = await ask('?receiver=RC_gone&by=priority');
    expect(found.rows).toMatchObject([
      { key: 'urgent', done: 2, meanMs: 4 },
      { key: 'normal', done: 1 },
    ]);
    expect(found.peakDay).toMatchObject({ done: 3, bytes: 1e16 });
  });

  it('is for administrators alone', async () => {
    const [host, admin] = [await api.user({ role: 'host' }), await api.user({ role: 'admin' })];
    expect((await ask('', { as: host }))[0]).toBe(403);
    expect((await ask('', { as: admin }))[0]).toBe(200);
  });
});

describe('the queues of all tenants', () => {
  const queues = async () =>
    (await api.ask('GET', '/distribution/tenants', { signer: operatorKey, scope: 'operator' })).json();

  it('are summed up by tenant and region, with receivers and channels, for operators alone', async () => {
    expect((await api.ask('GET', '/distribution/tenants')).statusCode).toBe(403);
    const [first, second] = [await receiver(), await receiver()];
    const theirs = await receiver({ signer: globex });
    api.noticePort.online.add(`acme/${first}`);
    const nowMs = api.clock.wallMs();
    const delivery = {
      tenant: 'acme',
      receiver: first,
      region: 'frankfurt',
      order_id: 'DO_1',
      item: 'LI_1',
      content: 'c',
      bytes: 10,
      priority: 1,
      rank_ms: 0,
      state: 'waiting' as const,
      place: '',
      token_ends_ms: 0,
      lease_ms: 0,
      attempts: 0,
      code: '' as const,
      detail: '',
      late: 0,
      took_ms: 0,
      neighbour_bytes: 0,
      created_ms: nowMs,
    };
    const add = (id: string, o: object) =>
      api.store.db
        .insertInto('distribution_deliveries')
        .values({ ...delivery, id, ...o })
        .execute();
    await add('DL_1', { created_ms: nowMs - 5000, late: 1 });
    await add('DL_2', { state: 'noticed', receiver: second });
    await add('DL_3', { state: 'failed', ended_ms: nowMs });
    await add('DL_4', { state: 'done', ended_ms: nowMs - 3_600_000 });
    await add('DL_5', { state: 'done', ended_ms: nowMs - 3_600_001 });
    await add('DL_6', { tenant: 'globex', receiver: theirs, bytes: 7 });
    const { tenants: found, regions, channels, complete } = await queues();
    const none = { failed: 0, late: 0, doneLastHour: 0, bytesLastHour: 0 };
    const [oldest, newest] = [nowMs - 5000, nowMs].map((ms) => ({ oldestWaitingAt: new Date(ms).toISOString() }));
    const queue = { tenant: 'acme', open: 2, openBytes: 20, waiting: 1, failed: 1, late: 1 };
    expect(found).toEqual([
      { ...queue, ...oldest, doneLastHour: 1, bytesLastHour: 10 },
      { ...none, ...newest, tenant: 'globex', open: 1, openBytes: 7, waiting: 1 },
    ]);
    expect(regions).toMatchObject([{ region: 'frankfurt', open: 3, openBytes: 27, online: 1 }]);
    expect(regions[0].away).toBeGreaterThanOrEqual(2);
    expect([channels, complete]).toEqual([[{ name: 'channel-1', up: true, waiting: 0 }], true]);
  });
});
