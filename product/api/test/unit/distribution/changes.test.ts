import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  BOOST_MS_MAX,
  deliveryRank,
  HOT_STEP_MS,
  type RankedDelivery,
} from '../../../src/distribution/core/delivery-rank.ts';
import { LEVEL_MAX } from '../../../src/library/core/heat.ts';
import { testStore } from '../../support/database.ts';
import { makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  makeDistribution,
  notify,
  type TestDistribution,
} from './test-distribution.ts';

const HOUR_MS = 3_600_000;

describe('the rank of a delivery', () => {
  const createdMs = 1_800_000_000_000;
  const one = { createdMs, deadlineMs: null, bytes: 0, heat: 0 };
  it.each<[string, Partial<RankedDelivery>, number]>([
    ['without reasons is the time of its order', {}, 0],
    ['rises by two hours for each level of heat', { heat: 3 }, 3 * HOT_STEP_MS],
    ['takes no more than the last level of heat', { heat: 1e9 }, LEVEL_MAX * HOT_STEP_MS],
    ['takes no heat below none', { heat: -1 }, 0],
    ['ignores a deadline after its patience', { deadlineMs: createdMs + 25 * HOUR_MS }, 0],
    ['rises by what the deadline is earlier than its patience', { deadlineMs: createdMs + 23 * HOUR_MS }, HOUR_MS],
    ['leaves twice its transfer', { deadlineMs: createdMs + 24 * HOUR_MS, bytes: 1_800_000_000 }, HOUR_MS],
    ['takes seven days at most', { deadlineMs: 0 }, 7 * 24 * HOUR_MS],
    ['is bounded with all reasons', { deadlineMs: 0, heat: 99 }, BOOST_MS_MAX],
  ])('%s', (_what, change, boostMs) => {
    const { rankMs, reasons } = deliveryRank({ ...one, ...change });
    expect(createdMs - rankMs).toBe(boostMs);
    expect(reasons.reduce((sum, { ms }) => sum + ms, 0)).toBe(boostMs);
  });
});

describe('an order that is changed over REST', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
  });
  afterAll(() => api.close());
  const at = '/distribution';
  const bodyOf = async (...args: Parameters<TestApi['ask']>) => (await api.ask(...args)).json();
  const made = async (receivers: number, change: object = {}) => {
    const { id: content } = await makeContent(api);
    const item = await makeItem(api, {});
    await api.store.db.updateTable('library_items').set({ content }).where('id', '=', item.id).execute();
    const ids: string[] = [];
    for (let n = 0; n < receivers; n += 1) {
      const body = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
      ids.push((await bodyOf('POST', `${at}/receivers`, { body })).receiver.id);
    }
    const body = Object.assign({ item: item.id, to: { receivers: ids }, priority: 'bulk' }, change);
    const order = await bodyOf('POST', `${at}/orders`, { body });
    return { id: order.id as string, path: `${at}/orders/${order.id}`, receivers: ids, content };
  };
  const patch = async (path: string, body: object): Promise<[number, unknown]> => {
    const answer = await api.ask('PATCH', path, { body });
    return [answer.statusCode, answer.statusCode < 400 ? '' : answer.json().code];
  };
  const rowsOf = (order: string) =>
    api.store.db
      .selectFrom('distribution_deliveries')
      .selectAll()
      .where('order_id', '=', order)
      .orderBy('id')
      .execute();

  it.each<[string, object, [number, string]]>([
    ['an unknown priority', { priority: 'soon' }, [400, 'REQUEST_INVALID']],
    ['a deadline before 1970', { deadlineAt: '1969-01-01T00:00:00Z' }, [400, 'REQUEST_INVALID']],
    ['a receiver that it does not have', { removeFrom: ['RC_none'] }, [400, 'REQUEST_INVALID']],
    ['a receiver that is unknown', { addTo: { receivers: ['RC_none'] } }, [400, 'REQUEST_INVALID']],
  ])('refuses %s, and changes nothing', async (_what, body, refusal) => {
    const { id, path } = await made(1);
    const before = await rowsOf(id);
    expect(await patch(path, { paused: true, ...body })).toEqual(refusal);
    expect(await rowsOf(id)).toEqual(before);
  });

  it('is another tenant’s only by its own id', async () => {
    const { path } = await made(1);
    const answer = await api.ask('PATCH', path, { body: { paused: true }, signer: tenants[1] });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'NOT_FOUND']);
  });

  it('gives its open deliveries the new standing and a higher revision', async () => {
    const { id, path } = await made(2);
    const deadlineAt = new Date(api.clock.wallMs() + HOUR_MS).toISOString();
    expect(await patch(path, { priority: 'urgent', deadlineAt, paused: true })).toEqual([200, '']);
    const rows = await rowsOf(id);
    expect(rows.map(({ priority, paused, revision }) => [priority, paused, revision])).toEqual([
      [0, 1, 1],
      [0, 1, 1],
    ]);
    expect(rows[0]?.rank_ms).toBeLessThan(rows[0]?.created_ms ?? 0);
    expect(await bodyOf('GET', path)).toMatchObject({ priority: 'urgent', paused: true, deadlineAt });
    expect(await patch(path, { deadlineAt: null, paused: false })).toEqual([200, '']);
    const [row] = await rowsOf(id);
    expect(row).toMatchObject({ paused: 0, deadline_ms: null, rank_ms: row?.created_ms, revision: 2 });
  });

  it('changes no revision when nothing changes', async () => {
    const { id, path } = await made(1);
    expect(await patch(path, { priority: 'bulk', paused: false })).toEqual([200, '']);
    expect(await patch(path, {})).toEqual([200, '']);
    expect((await rowsOf(id)).map(({ revision }) => revision)).toEqual([0]);
  });

  it('is late no more when its deadline moves into the future', async () => {
    const { id, path } = await made(1, { deadlineAt: '2020-01-01T00:00:00Z' });
    await api.store.db.updateTable('distribution_deliveries').set({ late: 1 }).where('order_id', '=', id).execute();
    await api.store.db.updateTable('distribution_orders').set({ late: 1 }).where('id', '=', id).execute();
    expect(await patch(path, { deadlineAt: '2020-01-02T00:00:00Z' })).toEqual([200, '']);
    expect((await bodyOf('GET', path)).late).toBe(1);
    expect(await patch(path, { deadlineAt: null })).toEqual([200, '']);
    expect((await bodyOf('GET', path)).late).toBe(0);
    expect((await rowsOf(id)).map(({ late }) => late)).toEqual([0]);
  });

  it('takes receivers away and adds others, each once', async () => {
    const { id, path, receivers } = await made(2);
    const another = await made(1);
    const [first = ''] = receivers;
    const [added = ''] = another.receivers;
    expect(await patch(path, { removeFrom: [first], addTo: { receivers: [added, ...receivers.slice(1)] } })).toEqual([
      200,
      '',
    ]);
    expect(await bodyOf('GET', path)).toMatchObject({ state: 'running', total: 3, cancelled: 1 });
    const stateOf = async (receiver: string) =>
      (await rowsOf(id)).filter((row) => row.receiver === receiver).map(({ state }) => state);
    expect([await stateOf(first), await stateOf(added)]).toEqual([['cancelled'], ['waiting']]);
    expect(await patch(path, { removeFrom: [first], addTo: { receivers: [first] } })).toEqual([200, '']);
    expect((await stateOf(first)).toSorted()).toEqual(['cancelled', 'waiting']);
    expect((await bodyOf('GET', path)).to.receivers).toEqual([...receivers, added]);
  });

  it('runs again with more receivers after it was completed, but not after it was cancelled', async () => {
    const { id, path, receivers } = await made(1);
    const [added = ''] = (await made(1)).receivers;
    expect(await patch(path, { removeFrom: receivers })).toEqual([200, '']);
    expect(await bodyOf('GET', path)).toMatchObject({ state: 'completed', cancelled: 1 });
    expect(await patch(path, { priority: 'urgent' })).toEqual([409, 'CONFLICT']);
    expect(await patch(path, { addTo: { receivers: [added] } })).toEqual([200, '']);
    const running = await bodyOf('GET', path);
    expect(running).toMatchObject({ state: 'running', total: 2 });
    expect(running).not.toHaveProperty('endedAt');
    await api.ask('DELETE', path);
    expect(await patch(path, { addTo: { receivers: [added] } })).toEqual([409, 'CONFLICT']);
    expect((await rowsOf(id)).every(({ state }) => state === 'cancelled')).toBe(true);
  });

  it('takes no receivers when its file is gone', async () => {
    const { path, content } = await made(1);
    const [added = ''] = (await made(1)).receivers;
    await api.store.db
      .updateTable('library_contents')
      .set({ state: 'gone' as never })
      .where('id', '=', content)
      .execute();
    expect(await patch(path, { addTo: { receivers: [added] } })).toEqual([409, 'CONFLICT']);
  });

  it('begins with the heat of its content', async () => {
    const { content, receivers } = await made(1);
    const { db } = api.store;
    const heat = { tenant: 'acme', content, views: 7, at_ms: api.clock.wallMs() };
    await db.insertInto('library_heats').values(heat).execute();
    const item = await makeItem(api, {});
    await db.updateTable('library_items').set({ content }).where('id', '=', item.id).execute();
    const order = await bodyOf('POST', `${at}/orders`, { body: { item: item.id, to: { receivers } } });
    expect(order.heat).toBe(3);
    const [row] = await rowsOf(order.id);
    expect((row?.created_ms ?? 0) - (row?.rank_ms ?? 0)).toBe(3 * HOT_STEP_MS);
  });
});

describe('changed standings', () => {
  let world: TestDistribution;
  beforeEach(async () => {
    world = await makeDistribution(await testStore());
    await addContent(world);
    await addReceivers(world, 3);
    await addOrder(world, 'A', 3);
  });
  afterEach(() => world.close());
  const change = (set: { priority?: number; paused?: number; revision?: number }) =>
    world.store.db.updateTable('distribution_deliveries').set(set).execute();
  const restate = async () => {
    const { restating } = world.another();
    restating.start();
    await restating.settled();
    await restating.close();
  };
  const sent = async () =>
    (await world.store.db.selectFrom('distribution_deliveries').select('sent_revision').execute()).map(
      ({ sent_revision }) => sent_revision,
    );

  it('reach the notices', async () => {
    await notify(world);
    await change({ priority: 0, paused: 1, revision: 4 });
    await restate();
    expect(await sent()).toEqual([4, 4, 4]);
    for (const notice of world.port.notices.values())
      expect(notice).toMatchObject({ priority: 'urgent', paused: true, revision: 4 });
  });

  it('wait for a channel that does not answer', async () => {
    await notify(world);
    await change({ revision: 1 });
    world.port.isUp = false;
    await restate();
    expect(await sent()).toEqual([0, 0, 0]);
    world.port.isUp = true;
    await restate();
    expect(await sent()).toEqual([1, 1, 1]);
  });

  it('leave a lost notice to the sweep, which sends the new standing', async () => {
    await notify(world);
    await change({ priority: 0, revision: 1 });
    world.port.notices.clear();
    await restate();
    expect(await sent()).toEqual([1, 1, 1]);
    world.clock.advance(120_000);
    await world.another().sweep.run();
    await notify(world);
    expect([...world.port.notices.values()].map(({ priority, revision }) => [priority, revision])).toEqual(
      Array.from({ length: 3 }, () => ['urgent', 1]),
    );
  });

  it('of a delivery without a notice go with its notice', async () => {
    await change({ paused: 1, revision: 2 });
    await notify(world);
    expect(world.port.sent).toEqual([]);
    await change({ paused: 0, revision: 3 });
    await notify(world);
    expect([...world.port.notices.values()].map(({ revision }) => revision)).toEqual([3, 3, 3]);
    expect(await sent()).toEqual([3, 3, 3]);
  });
});
