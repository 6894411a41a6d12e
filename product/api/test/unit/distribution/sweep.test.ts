import { afterEach, beforeEach, expect, it } from 'vitest';
import { testStore } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  DAY_MS,
  delivery,
  makeDistribution,
  notify,
  order,
  receipt,
  type TestDistribution,
} from './test-distribution.ts';

let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
});
afterEach(() => parts.close());
const stateOf = async (id: string) => (await delivery(parts, id)).state;

it('a lost notice is sent again with its content’s description; a new, present or unverifiable one stays', async () => {
  await addReceivers(parts, 2);
  await addOrder(parts, 'DO01', 2);
  const { port, sweep, clock, notifying } = parts;
  notifying.start();
  await notifying.settled();
  const [first = ''] = port.notices.keys();
  port.notices.delete(first);
  clock.advance(59_999);
  await sweep.run();
  expect(await stateOf('DL_DO01_1')).toBe('noticed');
  clock.advance(1);
  port.isUp = false;
  await sweep.run();
  expect(await stateOf('DL_DO01_1')).toBe('noticed');
  port.isUp = true;
  await sweep.run();
  expect([await stateOf('DL_DO01_1'), await stateOf('DL_DO01_2'), parts.woken]).toEqual(['waiting', 'noticed', 1]);
  notifying.wake();
  await notifying.settled();
  await notifying.close();
  expect([port.sent.at(-1), port.describedContents.length]).toEqual(['DL_DO01_1', 2]);
});

it('all notices are checked, however many are lost; a delivery that ends meanwhile stays done', async () => {
  await addOrder(parts, 'DO01', 600);
  const { db } = parts.store;
  const noticed_ms = parts.clock.wallMs() - 60_000;
  const columns = { state: 'noticed', place: 'channel-1/x 1-0', noticed_ms, token_ends_ms: 1e15 } as const;
  await db.updateTable('distribution_deliveries').set(columns).execute();
  const { port, sweep } = parts;
  const arePresent = port.arePresent.bind(port);
  port.arePresent = async (notices) => {
    port.arePresent = arePresent;
    await parts.receipts.take([receipt('DL_DO01_1')]);
    return arePresent(notices);
  };
  await sweep.run();
  const rows = await db.selectFrom('distribution_deliveries').select('state').where('state', '=', 'waiting').execute();
  expect([rows.length, await stateOf('DL_DO01_1')]).toEqual([599, 'done']);
});

it('a notice of an order whose api ended during its cancel is withdrawn', async () => {
  await addReceivers(parts, 2);
  await addOrder(parts, 'DO01', 2);
  await addOrder(parts, 'DO02', 1);
  await notify(parts);
  const { port, sweep, clock, store } = parts;
  await store.db.updateTable('distribution_orders').set({ state: 'cancelled' }).where('id', '=', 'DO01').execute();
  clock.advance(60_000);
  await sweep.run();
  expect(await order(parts, 'DO01')).toMatchObject({ state: 'cancelled', cancelled: 2 });
  expect([...port.notices.values()].map(({ delivery: id }) => id)).toEqual(['DL_DO02_1']);
  expect([await stateOf('DL_DO01_1'), await stateOf('DL_DO02_1'), parts.releasedContents]).toEqual([
    'cancelled',
    'noticed',
    ['content-1'],
  ]);
});

it('a notice whose token ends within a day is replaced, and the old notice is removed last', async () => {
  await addReceivers(parts, 1);
  await addOrder(parts, 'DO01', 1);
  await notify(parts);
  const { port, sweep, clock } = parts;
  const old = await delivery(parts, 'DL_DO01_1');
  clock.advance(6 * DAY_MS);
  await sweep.run();
  expect(await stateOf('DL_DO01_1')).toBe('noticed');
  clock.advance(1001);
  await sweep.run();
  expect([await stateOf('DL_DO01_1'), port.withdrawnPlaces]).toEqual(['waiting', []]);
  await notify(parts);
  const row = await delivery(parts, 'DL_DO01_1');
  expect(row).toMatchObject({ state: 'noticed', noticed_ms: old.noticed_ms });
  expect(row.token_ends_ms).toBeGreaterThan(old.token_ends_ms + 5 * DAY_MS);
  expect([port.withdrawnPlaces, [...port.notices.keys()]]).toEqual([[old.place], [row.place]]);
});

it('a third party that is silent for 7 days, or a day after the deadline, fails; an agent never does', async () => {
  await addReceivers(parts, 1, { kind: 'pull' });
  await addReceivers(parts, 1, { id: 'RC_2' });
  const deadline_ms = parts.clock.wallMs() + 8 * DAY_MS;
  await addOrder(parts, 'DO01', 2);
  await addOrder(parts, 'DO02', 1, { deadline_ms });
  await notify(parts);
  const { sweep, clock } = parts;
  const pass = async (ms: number) => {
    clock.advance(ms);
    await sweep.run();
    await notify(parts);
    return Promise.all(['DL_DO01_1', 'DL_DO02_1', 'DL_DO01_2'].map(stateOf));
  };
  expect(await pass(6.5 * DAY_MS)).toEqual(['noticed', 'noticed', 'noticed']);
  expect(await pass(0.5 * DAY_MS + 1)).toEqual(['failed', 'noticed', 'noticed']);
  expect(await pass(2 * DAY_MS - 1)).toEqual(['failed', 'noticed', 'noticed']);
  expect(await pass(1)).toEqual(['failed', 'failed', 'noticed']);
  expect(await delivery(parts, 'DL_DO01_1')).toMatchObject({ code: 'NO_RECEIPT' });
  expect(await order(parts, 'DO01')).toMatchObject({ state: 'running', failed: 1 });
});
