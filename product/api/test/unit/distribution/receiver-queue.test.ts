import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedTimes } from '../../../src/distribution/core/expected-times.ts';
import { makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

describe('the expected times of a queue', () => {
  it.each<[string, number[], number | undefined, (number | undefined)[]]>([
    ['are unknown without a rate', [1, 2], undefined, [undefined, undefined]],
    ['add up', [1000, 0, 3000], 1000, [1000, 1000, 4000]],
    ['end with the year 9999', [1, 1e18], 1, [1000, undefined]],
  ])('%s', (_what, leftBytes, bytesPerS, expected) =>
    expect(expectedTimes(leftBytes, { bytesPerS, nowMs: 0 })).toEqual(expected),
  );
});

describe('the queue of a receiver', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
  });
  afterAll(() => api.close());
  const bodyOf = async (...args: Parameters<TestApi['ask']>) => (await api.ask(...args)).json();
  const receiver = async () => {
    const body = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
    return (await bodyOf('POST', '/distribution/receivers', { body })).receiver.id as string;
  };
  const order = async (to: string, change: object = {}) => {
    const { id: content } = await makeContent(api);
    const item = await makeItem(api, {});
    await api.store.db.updateTable('library_items').set({ content }).where('id', '=', item.id).execute();
    const body = Object.assign({ item: item.id, to: { receivers: [to] } }, change);
    return (await bodyOf('POST', '/distribution/orders', { body })).id as string;
  };
  const queueOf = (id: string) => bodyOf('GET', `/distribution/receivers/${id}/queue`);

  it('is empty, unknown to other tenants, and closed to keys without the scope', async () => {
    const id = await receiver();
    expect(await queueOf(id)).toEqual({ open: 0, openBytes: 0, deliveries: [] });
    const path = `/distribution/receivers/${id}/queue`;
    expect((await api.ask('GET', path, { signer: tenants[1] })).statusCode).toBe(404);
    expect((await api.ask('GET', path, { scope: 'library:read' })).statusCode).toBe(403);
  });

  it('is in the order of priorities and ranks, with reasons; paused deliveries follow without a position', async () => {
    const id = await receiver();
    const cold = await order(id);
    const paused = await order(id, { priority: 'urgent' });
    const soon = await order(id, { deadlineAt: new Date(api.clock.wallMs() + 3_600_000).toISOString() });
    const urgent = await order(id, { priority: 'urgent' });
    await api.ask('PATCH', `/distribution/orders/${paused}`, { body: { paused: true } });
    const { open, deliveries } = await queueOf(id);
    expect(open).toBe(4);
    const rows = deliveries.map((one: { order: string; position?: number; reasons: { code: string }[] }) => [
      one.order,
      one.position,
      one.reasons.map(({ code }) => code),
    ]);
    expect(rows).toEqual([
      [urgent, 1, []],
      [soon, 2, ['deadline']],
      [cold, 3, []],
      [paused, undefined, []],
    ]);
  });

  it('expects each file by the rate of what came before, less what the receiver has', async () => {
    const id = await receiver();
    const { db } = api.store;
    const done = await order(id);
    await db
      .updateTable('distribution_deliveries')
      .set({ state: 'done', bytes: 5000, took_ms: 5000 })
      .where('order_id', '=', done)
      .execute();
    for (const one of [await order(id), await order(id)])
      await db.updateTable('distribution_deliveries').set({ bytes: 3000 }).where('order_id', '=', one).execute();
    const { bytesPerS, emptyAt, deliveries } = await queueOf(id);
    const nowMs = api.clock.wallMs();
    expect(bytesPerS).toBe(1000);
    expect(deliveries.map((one: { expectedAt: string }) => Date.parse(one.expectedAt) - nowMs)).toEqual([3000, 6000]);
    expect(Date.parse(emptyAt) - nowMs).toBe(6000);
  });
});
