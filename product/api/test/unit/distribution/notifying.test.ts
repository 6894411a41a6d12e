import { noticeSchema } from '@meridian/distribution';
import { createLogger, seededRng } from '@meridian/runtime';
import { decodeJwt } from 'jose';
import { Check } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Orders } from '../../../src/distribution/orders.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore, withoutEffects } from '../../support/database.ts';
import {
  addContent,
  addOrder,
  addReceivers,
  blocksSha256,
  DAY_MS,
  delivery,
  makeDistribution,
  notify,
  order,
  type TestDistribution,
} from './test-distribution.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
let parts: TestDistribution;
beforeEach(async () => {
  parts = await makeDistribution(await testStore());
  await addContent(parts);
  await addReceivers(parts, 3);
});
afterEach(() => parts.close());
const states = async (...ids: string[]) =>
  Promise.all(ids.map(async (id) => delivery(parts, id).then(({ state, code }) => `${state}${code}`)));

describe('a delivery that cannot be sent', () => {
  it('fails if its content is gone or its blocks are unknown', async () => {
    await addContent(parts, 'content-2');
    await parts.store.db.deleteFrom('library_blocks').where('content', '=', 'content-2').execute();
    await addContent(parts, 'content-4', 'globex');
    for (const number of [2, 3, 4]) await addOrder(parts, `DO0${number}`, 1, { content: `content-${number}` });
    await notify(parts);
    expect(parts.port.sent).toEqual([]);
    expect(await states('DL_DO02_1', 'DL_DO03_1', 'DL_DO04_1')).toEqual(Array(3).fill('failedCONTENT_GONE'));
    expect(await order(parts, 'DO03')).toMatchObject({ state: 'completed', failed: 1 });
  });

  it('fails if its receiver is outside of the fence, and waits if the receiver is disabled or no origin is known', async () => {
    const { db } = parts.store;
    await addOrder(parts, 'DO01', 2);
    await db.updateTable('distribution_receivers').set({ state: 'disabled' }).where('id', '=', 'RC_1').execute();
    parts.origins.length = 0;
    await notify(parts);
    expect(await states('DL_DO01_1', 'DL_DO01_2')).toEqual(['waiting', 'waiting']);
    expect((await delivery(parts, 'DL_DO01_1')).lease_ms).toBe(0);
    parts.fence = 'ap';
    parts.clock.advance(1000);
    await notify(parts);
    expect(await states('DL_DO01_1', 'DL_DO01_2')).toEqual(['waiting', 'failedREFUSED']);
  });
});

describe('a delivery that cannot be noticed yet', () => {
  it('delays no other notice, however many such deliveries wait and however slow their check is', async () => {
    await addContent(parts, 'content-2', 'acme', 'away');
    await addContent(parts, 'content-3', 'globex');
    await addReceivers(parts, 997, { name: 'more' }, 4);
    await addReceivers(parts, 1, { tenant: 'globex' });
    await addOrder(parts, 'DO01', 1000, { content: 'content-2', rank: 1 });
    await addOrder(parts, 'DO02', 1, { content: 'content-3', tenant: 'globex', rank: 2 });
    parts.away.add('away');
    parts.awayMs = 2000;
    await notify(parts);
    expect([parts.port.sent, await states('DL_DO01_1')]).toEqual([['DL_DO02_1'], ['waiting']]);
  });

  it('is retried after 1 s, 2 s, up to a minute, and its notice is sent when the content is back', async () => {
    await addOrder(parts, 'DO01', 1);
    parts.away.add('n');
    const { notifying, clock } = parts;
    notifying.start();
    const found: number[] = [];
    for (let runs = 0; runs < 8; runs++) {
      await notifying.settled();
      const { lease_ms } = await delivery(parts, 'DL_DO01_1');
      found.push((lease_ms - clock.wallMs()) / 1000);
      clock.advance(lease_ms - clock.wallMs());
      notifying.wake();
    }
    expect(found).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    await notifying.settled();
    parts.away.clear();
    for (let passedMs = 0; passedMs <= 65_000; passedMs += 1000) {
      clock.advance(1000);
      await notifying.settled();
    }
    expect(await states('DL_DO01_1')).toEqual(['noticed']);
    await notifying.close();
  });
});

describe('a cancelled delivery', () => {
  it('is sent no notice, even if the api ended in the middle of the cancel of its order', async () => {
    await addReceivers(parts, 998, { name: 'more' }, 4);
    await addOrder(parts, 'DO01', 1001);
    const { store, clock, ending } = parts;
    const revocations = { add: async () => undefined };
    const orders = new Orders({ clock, rng: seededRng('orders'), log, revocations, ending, wake: () => undefined });
    expect(await withoutEffects(store.db, (trx) => orders.cancel(trx, { tenant: 'acme', id: 'DO01' }))).toBe(true);
    await notify(parts);
    expect(parts.port.sent).toEqual([]);
    expect(await order(parts, 'DO01')).toMatchObject({ state: 'cancelled', cancelled: 1001 });
    expect(parts.releasedContents).toEqual(['content-1']);
  });

  it('is one whose receiver was removed while the order was made', async () => {
    await addOrder(parts, 'DO01', 4);
    await addOrder(parts, 'DO02', 1);
    await parts.store.db.deleteFrom('distribution_receivers').where('id', '=', 'RC_1').execute();
    await notify(parts);
    expect(await states('DL_DO01_1', 'DL_DO01_3', 'DL_DO01_4')).toEqual(['cancelled', 'noticed', 'cancelled']);
    expect(await order(parts, 'DO02')).toMatchObject({ state: 'completed', cancelled: 1 });
  });
});

describe('a notice', () => {
  it('has every field that a receiver needs, and its content is described once', async () => {
    const deadline_ms = parts.clock.wallMs() + DAY_MS;
    await addOrder(parts, 'DO01', 3, { deadline_ms, priority: 'urgent' });
    await notify(parts);
    await addOrder(parts, 'DO02', 1);
    parts.notifying.start();
    await parts.notifying.settled();
    await addOrder(parts, 'DO03', 1);
    parts.notifying.wake();
    await parts.notifying.settled();
    await parts.notifying.close();
    const notice = [...parts.port.notices.values()][0];
    if (notice === undefined) throw new Error('nothing was sent');
    expect(Check(noticeSchema, notice)).toBe(true);
    const of = { priority: 'urgent', deadlineMs: deadline_ms, blocksSha256, origins: ['https://lib-1.example'] };
    expect(notice).toMatchObject(of);
    const exp = Math.floor(parts.clock.wallMs() / 1000) + 7 * 86_400;
    expect(decodeJwt(notice.token)).toMatchObject({
      iss: 'key-acme',
      content: 'content-1',
      item: 'LI_1',
      may: 'download',
      name: 'a.mp4',
      via: 'DO01',
      exp,
    });
    const row = await delivery(parts, 'DL_DO01_1');
    const place = [...parts.port.notices.keys()][0];
    expect(row).toMatchObject({ state: 'noticed', place, token_ends_ms: exp * 1000, lease_ms: 0 });
    // Each of the two instances describes the content once.
    expect(parts.port.describedContents).toHaveLength(2);
    expect(parts.port.describedContents[0]?.pass).toBe(notice.pass);
  });

  it('is sent by priority, then by rank', async () => {
    await addContent(parts, 'content-2');
    await addOrder(parts, 'DO01', 1, { priority: 'bulk', rank: 1 });
    await addOrder(parts, 'DO02', 1, { rank: 3 });
    await addOrder(parts, 'DO03', 1, { rank: 2 });
    await addOrder(parts, 'DO04', 1, { rank: 4, content: 'content-2' });
    await addOrder(parts, 'DO05', 1, { rank: 9, priority: 'urgent' });
    await notify(parts);
    expect(parts.port.sent).toEqual(['DL_DO05_1', 'DL_DO03_1', 'DL_DO02_1', 'DL_DO04_1', 'DL_DO01_1']);
    expect([...parts.port.notices.values()].map(({ priority }) => priority)[1]).toBe('normal');
  });

  it('without an open channel waits a second, then longer, until a channel accepts it', async () => {
    await addOrder(parts, 'DO01', 2);
    parts.port.isUp = false;
    const { notifying, clock } = parts;
    notifying.start();
    await notifying.settled();
    const againMs = async () => (await delivery(parts, 'DL_DO01_1')).lease_ms - clock.wallMs();
    expect(await againMs()).toBe(1000);
    clock.advance(1000);
    await notifying.settled();
    expect([await againMs(), parts.port.sent]).toEqual([2000, []]);
    parts.port.isUp = true;
    clock.advance(2000);
    await notifying.settled();
    // Otherwise library nodes would not know a content that is noticed.
    expect(parts.port.describedContents).toHaveLength(1);
    expect(await states('DL_DO01_1', 'DL_DO01_2')).toEqual(['noticed', 'noticed']);
    await notifying.close();
    await notifying.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('that a channel accepted but the api did not mark is sent again', async () => {
    await addOrder(parts, 'DO01', 1);
    parts.port.dropsAnswer = true;
    await notify(parts);
    expect(await states('DL_DO01_1')).toEqual(['waiting']);
    parts.clock.advance(1000);
    await notify(parts);
    expect([parts.port.sent, await states('DL_DO01_1')]).toEqual([['DL_DO01_1', 'DL_DO01_1'], ['noticed']]);
  });

  it('is sent by one of two instances, or by the other when the lease of an ended instance is over', async () => {
    await addOrder(parts, 'DO01', 3);
    const { db } = parts.store;
    const lease_ms = parts.clock.wallMs() + 30_000;
    await db.updateTable('distribution_deliveries').set({ lease_ms }).where('id', '=', 'DL_DO01_1').execute();
    await Promise.all([notify(parts), notify(parts)]);
    expect(parts.port.sent.toSorted()).toEqual(['DL_DO01_2', 'DL_DO01_3']);
    parts.clock.advance(30_000);
    await notify(parts);
    expect(parts.port.sent).toHaveLength(3);
  });

  it('of a delivery cancelled during the send is withdrawn', async () => {
    await addOrder(parts, 'DO01', 1);
    const { port, ending, store } = parts;
    const send = port.send.bind(port);
    port.send = async (notices) => {
      const row = { tenant: 'acme', id: 'DL_DO01_1', order_id: 'DO01' };
      await transact(store.db, (trx) => ending.endDeliveries(trx, [row], { state: 'cancelled' }));
      return send(notices);
    };
    await notify(parts);
    expect([port.notices.size, port.withdrawnPlaces.length, await states('DL_DO01_1')]).toEqual([0, 1, ['cancelled']]);
  });
});
