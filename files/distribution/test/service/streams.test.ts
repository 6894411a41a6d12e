// Notices and receipts through a Redis that runs, dies and loses its data.
import { createLogger, systemClock } from '@meridian/runtime';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../../base/runtime/test/support/redis-server.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { Change, OwnedReceipt } from '../../src/contract.ts';
import { type InboxPort, type NoticePort, openInboxPort, openNoticePort } from '../../src/streams/index.ts';
import { noticeOf, presenceOf, receiptOf } from '../support/streamed.ts';

const log = createLogger({ name: 'streams', level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });
const needs = { clock: systemClock(), log };
let servers: RedisServer[];
let raw: Redis;
let api: NoticePort;
let hub: InboxPort;
let receivers = 0;
/** Id of the test's own receiver. */
let receiver = '';
const ownInbox = () => ({ tenant: 'acme', receiver });
/** Inbox of another tenant, whose key signed a token that names this receiver. */
const foreignInbox = () => ({ tenant: 'evil', receiver });

const channels = () => servers.map(({ url }, at) => ({ name: `c${at}`, url }));
const send = (...notices: ReturnType<typeof noticeOf>[]) =>
  api.send(notices.map((notice) => ({ notice, region: 'fra' })));
const ownNotice = (change: Parameters<typeof noticeOf>[0] = {}) => noticeOf(Object.assign({ receiver }, change));
const polled = async (holding: readonly string[] = []) => {
  const { notices, gone } = await hub.poll(ownInbox(), { holding, revisions: undefined });
  return { given: notices.map(({ delivery }) => delivery), gone };
};

beforeAll(async () => {
  servers = await Promise.all([startRedis({ keeps: true }), startRedis({ keeps: true })]);
  raw = new Redis(servers[0]?.url ?? '');
  api = openNoticePort({ ...needs, channels: channels(), keyPrefix: '{t}:', region: '' });
  hub = openInboxPort({ ...needs, channels: channels(), keyPrefix: '{t}:', region: 'fra', hubId: 'lib-1' });
  await areUp(2);
});
afterAll(async () => {
  await Promise.all([api.close(), hub.close()]);
  raw.disconnect();
  await Promise.all(servers.map((server) => server.stop()));
});
beforeEach(() => {
  receivers += 1;
  receiver = `RC_${String(receivers).padStart(4, '0')}`;
});

const areUp = (count: number): Promise<unknown> =>
  until(`${count} channels are up`, async () => {
    const states = await api.states();
    await hub.announce({ id: 'lib-1', region: 'fra', publicUrl: 'http://127.0.0.1:9' });
    return states.filter(({ isUp }) => isUp).length === count && (await hub.hubs()).length === 1;
  });

describe('a notice', () => {
  it('is given to its receiver until the receiver holds it, urgent notices first, and is removed by its receipt', async () => {
    const [place = ''] = await send(
      ownNotice({ delivery: 'DL_bulk', priority: 'bulk' }),
      ownNotice({ delivery: 'DL_norm' }),
      ownNotice({ delivery: 'DL_soon', priority: 'urgent' }),
    );
    const all = ['DL_soon', 'DL_norm', 'DL_bulk'];
    expect(await polled()).toEqual({ given: all, gone: [] });
    expect(await polled()).toEqual({ given: all, gone: [] }); // the answer was lost
    expect(await polled(all)).toEqual({ given: [], gone: [] });
    expect(await hub.record([receiptOf({ receiver, delivery: 'DL_norm' })])).toMatchObject([{ delivery: 'DL_norm' }]);
    expect(await polled(all)).toEqual({ given: [], gone: ['DL_norm'] });
    await api.withdraw([{ ...ownInbox(), place }]);
    expect(await polled(all)).toEqual({ given: [], gone: ['DL_norm', 'DL_bulk'] });
  });

  it('a repeated notice replaces the earlier one', async () => {
    const [place = ''] = await send(ownNotice());
    expect((await polled()).given).toEqual(['DL_0001']);
    await send(ownNotice({ tokenEndsMs: 2_000_000 }));
    await api.withdraw([{ ...ownInbox(), place }]); // the earlier place
    const { notices } = await hub.poll(ownInbox(), { holding: [], revisions: undefined });
    expect(notices.map(({ tokenEndsMs }) => tokenEndsMs)).toEqual([2_000_000]);
    expect(await polled(['DL_0001'])).toEqual({ given: [], gone: [] });
    await hub.record([receiptOf({ receiver })]);
    expect(await polled()).toEqual({ given: [], gone: [] });
  });

  it('a priority has at most 256 notices', async () => {
    const many = Array.from({ length: 300 }, (_, at) => ownNotice({ delivery: `DL_${1000 + at}`, priority: 'bulk' }));
    await send(...many, ownNotice({ delivery: 'DL_soon', priority: 'urgent' }));
    const { given } = await polled();
    expect([given.length, given[0], given[1]]).toEqual([257, 'DL_soon', 'DL_1000']);
    await hub.record([receiptOf({ receiver, delivery: 'DL_1000' })]);
    expect((await polled(given.filter((one) => one !== 'DL_1000'))).given).toEqual(['DL_1256']);
  });

  it('a notice whose delivery a target has accepted frees its place, and is removed like any other', async () => {
    const many = Array.from({ length: 600 }, (_, at) => ownNotice({ delivery: `DL_${1000 + at}` }));
    await send(...many, ownNotice({ delivery: 'DL_bulk', priority: 'bulk' }));
    const names = many.map(({ delivery }) => delivery);
    const [first, second, rest] = [names.slice(0, 256), names.slice(256, 512), names.slice(512)];
    expect((await polled()).given).toEqual([...first, 'DL_bulk']);
    const handed = async (...of: [readonly string[], readonly string[]]) => {
      const { notices, gone } = await hub.poll(ownInbox(), {
        holding: of.flat(),
        revisions: undefined,
        handed: of[0].length,
      });
      return { given: notices.map(({ delivery }) => delivery), gone };
    };
    expect((await handed(first, [])).given).toEqual([...second, 'DL_bulk']);
    expect((await handed(first, [])).given).toEqual([...second, 'DL_bulk']); // the answer was lost
    expect((await handed(first, [...second, 'DL_bulk'])).given).toEqual([]);
    await hub.record([receiptOf({ receiver, delivery: 'DL_1000' })]);
    const held = [...second.slice(1), 'DL_bulk'];
    const one = second.slice(0, 1);
    expect(await handed([...first, ...one], held)).toEqual({ given: rest.slice(0, 1), gone: ['DL_1000'] });
    // After a restart the receiver holds nothing: 256 waiting notices are given, though more were given before.
    expect((await polled()).given).toEqual([...first.slice(1), ...one, 'DL_bulk']);
    // Better notices come even to a receiver that holds as many as it may: it gives back the worst.
    expect((await polled(held)).given).toEqual([...first.slice(1), ...one]);
  });

  it('an invalid notice is dropped, and does not block others', async () => {
    await send(ownNotice());
    for (const server of servers) {
      const redis = new Redis(server.url);
      await redis.zadd(`{t}:q:acme:${receiver}`, 2e14, 'DL_broken');
      await redis.hset(`{t}:m:acme:${receiver}`, 'DL_broken', 'id {"delivery":');
      await redis.xadd(`{t}:n:acme:${receiver}:1`, '*', 'n', 'a notice of an older version');
      redis.disconnect();
    }
    expect((await polled()).given).toEqual(['DL_0001']);
    expect(await polled(['DL_0001'])).toEqual({ given: [], gone: [] });
    expect(await raw.zscore(`{t}:q:acme:${receiver}`, 'DL_broken')).toBe(null);
    expect(await raw.keys(`{t}:n:acme:${receiver}:*`)).toEqual([]);
  });

  it('wakes only the receivers that wait in its region', async () => {
    const rung: (string | undefined)[] = [];
    const stop = hub.onNotice((one) => void rung.push(one?.receiver));
    await until('it listens', async () => {
      await send(ownNotice());
      return rung.includes(receiver);
    });
    const count = (): number => rung.filter((one) => one === receiver).length;
    const before = count();
    await api.send([{ notice: ownNotice({ delivery: 'DL_far' }), region: 'sgp' }]);
    await send(ownNotice({ delivery: 'DL_near' }));
    await until('it rings again', () => count() > before);
    expect(count()).toBe(before + 1);
    stop();
  });
});

describe('a changed standing', () => {
  const restated = (place: string, change: Partial<Change> & { revision: number }, inbox = ownInbox()) =>
    api.restate([
      {
        ...inbox,
        place,
        region: 'fra',
        change: Object.assign({ delivery: 'DL_0001', priority: 'normal' as const, rankMs: 1 }, change),
      },
    ]);
  const pollOf = (holding: string[], revisions: number[]) => hub.poll(ownInbox(), { holding, revisions });

  it('reaches a receiver that holds the delivery, once, and goes with the notice to another', async () => {
    const [place = ''] = await send(ownNotice());
    expect(await restated(place, { revision: 2, priority: 'urgent', deadlineMs: 7, rankMs: 5 })).toEqual([true]);
    const standing = { delivery: 'DL_0001', revision: 2, priority: 'urgent', deadlineMs: 7, rankMs: 5 };
    expect((await pollOf(['DL_0001'], [0])).changes).toEqual([standing]);
    expect(await pollOf(['DL_0001'], [2])).toEqual({ notices: [], gone: [] });
    expect((await pollOf([], [])).notices).toMatchObject([standing]);
    expect(await hub.poll(ownInbox(), { holding: ['DL_0001'], revisions: undefined })).toEqual({
      notices: [],
      gone: [],
    });
  });

  it('that is older than the present one changes nothing, nor does a repeated notice with an older one', async () => {
    const [place = ''] = await send(ownNotice());
    await restated(place, { revision: 3, rankMs: 30 });
    expect(await restated(place, { revision: 2, rankMs: 20 })).toEqual([true]);
    await send(ownNotice({ tokenEndsMs: 3_000_000 }));
    expect((await pollOf([], [])).notices).toMatchObject([{ revision: 3, rankMs: 30, tokenEndsMs: 3_000_000 }]);
  });

  it('orders the notices of a priority', async () => {
    const many = Array.from({ length: 300 }, (_, at) => ownNotice({ delivery: `DL_${1000 + at}`, rankMs: at }));
    const places = await send(...many);
    const cold = (await pollOf([], [])).notices.map(({ delivery }) => delivery);
    expect(cold).toEqual(many.slice(0, 256).map(({ delivery }) => delivery));
    expect(await restated(places[299] ?? '', { delivery: 'DL_1299', revision: 1, rankMs: -1 })).toEqual([true]);
    const hot = await pollOf(
      cold,
      cold.map(() => 0),
    );
    expect(hot.notices.map(({ delivery }) => delivery)).toEqual(['DL_1299']);
  });

  it('keeps a paused delivery from its receiver until it goes on, and holds no other up', async () => {
    const [place = ''] = await send(ownNotice(), ownNotice({ delivery: 'DL_next' }));
    await restated(place, { revision: 1, paused: true });
    expect((await polled()).given).toEqual(['DL_next']);
    expect((await pollOf(['DL_0001'], [0])).changes).toMatchObject([{ paused: true }]);
    expect((await polled(['DL_0001'])).gone).toEqual([]);
    await restated(place, { revision: 2, rankMs: -1 });
    expect((await polled()).given).toEqual(['DL_0001', 'DL_next']);
  });

  it('of a notice that is not stored, or of another tenant, is refused', async () => {
    const [place = ''] = await send(ownNotice());
    expect(await restated(place, { revision: 1 }, foreignInbox())).toEqual([false]);
    expect(await restated('nowhere', { revision: 1 })).toEqual([false]);
    await hub.record([receiptOf({ receiver })]);
    expect(await restated(place, { revision: 1 })).toEqual([false]);
    expect(await polled()).toEqual({ given: [], gone: [] });
  });

  it('holds against an older copy of the notice in a channel that was away', async () => {
    const [place = ''] = await send(ownNotice());
    const at = place.startsWith('c0/') ? 0 : 1;
    const [from, to] = [new Redis(servers[at]?.url ?? ''), new Redis(servers[1 - at]?.url ?? '')];
    for (const name of ['q', 'm', 's']) {
      const key = `{t}:${name}:acme:${receiver}`;
      await to.restore(key, 0, (await from.dumpBuffer(key)) as Buffer);
    }
    from.disconnect();
    to.disconnect();
    await restated(place, { revision: 5, paused: true });
    expect(await pollOf([], [])).toEqual({ notices: [], gone: [] });
    await restated(place, { revision: 6, rankMs: 60 });
    expect((await pollOf([], [])).notices).toMatchObject([{ revision: 6, rankMs: 60 }]);
  });

  it('wakes its receiver', async () => {
    const [place = ''] = await send(ownNotice());
    const rung: (string | undefined)[] = [];
    const stop = hub.onNotice((one) => void rung.push(one?.receiver));
    let revision = 0;
    await until('it listens', async () => {
      revision += 1;
      await restated(place, { revision });
      return rung.includes(receiver);
    });
    stop();
  });
});

describe('rates of a receiver', () => {
  it('reach it when their version is another one, and older versions change nothing', async () => {
    const poll = (ratesVersion: number) => hub.poll(ownInbox(), { holding: [], revisions: [], ratesVersion });
    expect(await poll(0)).toEqual({ notices: [], gone: [] });
    const set = (version: number, bytesPerS: number) =>
      api.setRates({ ...ownInbox(), region: 'fra', version, rates: { bytesPerS } });
    expect([await set(2, 20), await set(1, 10)]).toEqual([true, true]);
    expect((await poll(0)).rates).toEqual({ version: 2, rates: { bytesPerS: 20 } });
    expect(await poll(2)).toEqual({ notices: [], gone: [] });
    const foreign = await hub.poll(foreignInbox(), { holding: [], revisions: [], ratesVersion: 0 });
    expect(foreign).toEqual({ notices: [], gone: [] });
    // A receiver that says no version takes no rates.
    expect(await hub.poll(ownInbox(), { holding: [], revisions: undefined })).toEqual({ notices: [], gone: [] });
  });
});

describe('another tenant that names a receiver', () => {
  it('can neither see nor remove notices of the receiver, nor make the receiver appear present or leased', async () => {
    const [place = ''] = await send(ownNotice());
    expect(await hub.poll(foreignInbox(), { holding: ['DL_0001'], revisions: undefined })).toEqual({
      notices: [],
      gone: ['DL_0001'],
    });
    await hub.record([receiptOf(Object.assign({ delivery: 'DL_0001' }, foreignInbox()))]);
    await api.withdraw([{ ...foreignInbox(), place }]);
    expect(
      await api.arePresent([
        { ...ownInbox(), place },
        { ...foreignInbox(), place },
      ]),
    ).toEqual([true, false]);
    expect((await polled()).given).toEqual(['DL_0001']);
    await hub.seen(foreignInbox(), presenceOf());
    expect(await api.presences([ownInbox()])).toEqual([undefined]);
    expect([await hub.lease(foreignInbox(), 'lib-1'), await hub.lease(ownInbox(), 'lib-2')]).toEqual([true, true]);
  });

  it('does not fill the list of holders of a content of the first tenant', async () => {
    const holder = { kind: 'library', base: 'http://127.0.0.1:9', region: 'fra', site: '' } as const;
    const content = `up_${receiver}`;
    await hub.addHolder(content, Object.assign({ id: 'lib-1', tenant: 'acme' }, holder));
    await hub.addHolder(content, Object.assign({ id: 'lib-1', tenant: 'evil' }, holder));
    expect(await hub.holders({ tenant: 'acme', content })).toMatchObject([{ tenant: 'acme' }]);
  });
});

describe('receipts', () => {
  it('are stored once with the notice that they end, or alone if the receiver had no notice', async () => {
    const given = ownNotice();
    await send(given, ownNotice({ delivery: 'DL_unread' }));
    await polled();
    const receipt = receiptOf({ receiver, content: 'up_other' });
    expect(await hub.record([receipt, receiptOf({ receiver, delivery: 'DL_none' })])).toEqual([
      { delivery: 'DL_0001', notice: given },
      { delivery: 'DL_none', notice: undefined },
    ]);
    expect(await hub.record([receipt])).toEqual([{ delivery: 'DL_0001', notice: undefined }]);
    const their = receiptOf(Object.assign({ delivery: 'DL_unread' }, foreignInbox()));
    expect(await hub.record([their])).toEqual([{ delivery: 'DL_unread', notice: undefined }]);
  });

  it('are given to the consumer again until it succeeds', async () => {
    const taken: string[] = [];
    let failures = 2;
    const left = api.takeReceipts('before', async () => undefined);
    await until('none is left of other tests', async () => (await api.states()).every(({ waiting }) => waiting === 0));
    await left.close();
    const taker = api.takeReceipts('one', async (receipts) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
      taken.push(...receipts.map(({ delivery }) => delivery));
    });
    await hub.record([receiptOf({ receiver })]);
    await until('it is taken', () => taken.includes('DL_0001'));
    await until('none waits', async () => (await api.states()).every(({ waiting }) => waiting === 0));
    await taker.close();
    await taker.close();
    expect(failures).toBe(-1);
  });

  it('that are invalid are dropped', async () => {
    const taken: OwnedReceipt[] = [];
    await raw.xadd('{t}:receipts', '*', 'r', 'nothing');
    const taker = api.takeReceipts('two', async (receipts) => void taken.push(...receipts));
    await hub.record([receiptOf({ receiver, delivery: 'DL_next' })]);
    await until('the next is taken', () => taken.some(({ delivery }) => delivery === 'DL_next'));
    await until('none waits', async () => (await api.states()).every(({ waiting }) => waiting === 0));
    await taker.close();
    expect(taken).toHaveLength(1);
  });
});

describe('library nodes share', () => {
  it('present receivers, present holders, and the list of library nodes', async () => {
    await areUp(2);
    expect(await api.presences([ownInbox()])).toEqual([undefined]);
    await hub.seen(ownInbox(), presenceOf());
    expect(await api.presences([ownInbox(), foreignInbox()])).toEqual([
      expect.objectContaining({ hub: 'lib-1', site: 'hall' }),
      undefined,
    ]);
    const holder = {
      kind: 'neighbour',
      base: 'http://127.0.0.1:5',
      region: 'fra',
      site: 'hall',
      tenant: 'acme',
    } as const;
    const content = `up_${receiver}`;
    await hub.addHolder(content, { id: receiver, ...holder });
    await hub.addHolder(content, { id: 'RC_away', ...holder });
    expect((await hub.holders({ tenant: 'acme', content })).map(({ id }) => id)).toEqual([receiver]);
    expect(await hub.hubs()).toEqual([{ id: 'lib-1', region: 'fra', publicUrl: 'http://127.0.0.1:9' }]);
  });

  it('the description of a content', async () => {
    const content = `up_${receiver}`;
    const described = { tenant: 'acme', content, name: 'a', type: 'b', bytes: 1, blocks: '', pass: 'p', origins: [] };
    expect(await hub.described(content)).toBeUndefined();
    expect(await api.describe({ ...described, sha256: 'ab'.repeat(32) })).toBe(true);
    expect(await hub.described(content)).toMatchObject(described);
  });

  it('the lease of a receiver', async () => {
    expect([await hub.lease(ownInbox(), 'lib-1'), await hub.lease(ownInbox(), 'lib-2')]).toEqual([true, false]);
    await hub.release(ownInbox(), 'lib-2');
    expect(await hub.lease(ownInbox(), 'lib-2')).toBe(false);
    await hub.release(ownInbox(), 'lib-1');
    expect(await hub.lease(ownInbox(), 'lib-2')).toBe(true);
  });

  it('the lease of a receiver, even when a channel has lost it', async () => {
    for (const server of servers) {
      expect(await hub.lease(ownInbox(), 'lib-1')).toBe(true);
      const redis = new Redis(server.url);
      await redis.flushall();
      redis.disconnect();
      expect(await hub.lease(ownInbox(), 'lib-2')).toBe(false);
    }
    expect(await hub.lease(ownInbox(), 'lib-1')).toBe(true);
  });
});

describe('when Redis', () => {
  it('loses its data, the api notices', async () => {
    const [place = ''] = await send(ownNotice());
    const placed = { ...ownInbox(), place };
    expect(await api.arePresent([placed, { ...ownInbox(), place: 'nothing' }])).toEqual([true, false]);
    for (const server of servers) {
      const redis = new Redis(server.url);
      await redis.flushall();
      redis.disconnect();
    }
    expect(await api.arePresent([placed])).toEqual([false]);
    await send(ownNotice());
    expect((await polled()).given).toEqual(['DL_0001']);
  });

  it('dies, another channel takes over, and the old data is there again when Redis is back', async () => {
    const places = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const one = `RC_die${receiver}${at}`;
        return { one, place: (await send(noticeOf({ receiver: one })))[0] ?? '' };
      }),
    );
    const atFirst = places.find(({ place }) => place.startsWith('c0/'))?.one ?? expect.unreachable('one is at c0');
    receiver = atFirst;
    await servers[0]?.kill();
    await until('it is seen', async () => (await api.states()).some(({ isUp }) => !isUp));
    await expect(hub.described('up_nothing')).rejects.toMatchObject({ code: 'OVERLOADED' }); // c0 may know it
    const [place] = await send(ownNotice({ delivery: 'DL_0002' }));
    expect(place).toMatch(/^c1\//);
    expect(await polled(['DL_none'])).toEqual({ given: ['DL_0002'], gone: [] }); // the notices in c0 are unknown
    expect(await hub.record([receiptOf({ receiver, delivery: 'DL_0002' })])).toMatchObject([{ delivery: 'DL_0002' }]);
    await servers[1]?.kill();
    await until('both are dead', async () => (await api.states()).every(({ isUp }) => !isUp));
    const described = { tenant: 'acme', content: 'up_nothing', name: 'a', type: 'b', bytes: 1, blocks: '', pass: 'p' };
    expect(await api.describe(Object.assign(described, { origins: [], sha256: 'ab'.repeat(32) }))).toBe(false);
    await Promise.all(servers.map((server) => server.start()));
    await areUp(2);
    await until('the other is there', async () => (await polled()).given.includes('DL_0001'));
  });
});
