import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { noQuality } from '../../support/filled-tenant.ts';
import { makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const DAY_MS = 86_400_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi({ post: async () => ({ status: 200, error: '', tookMs: 1, retryAfterMs: 0 }) });
  api.clock.advance(START_MS - api.clock.wallMs());
});
afterEach(() => api.close());

const purge = async () => {
  const { jobs } = api.telling;
  await transact(api.store.db, (trx) => jobs.add(trx, { name: 'retention' }, { payload: {} }));
  await jobs.settled();
};
const days = (count: number) => api.clock.advance(count * DAY_MS);
const count = async (table: Parameters<typeof api.store.db.selectFrom>[0] & string) => {
  const { n } = await api.store.db
    .selectFrom(table as 'events')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
};
const set = async (body: object, signer: { key: string; secret: string } = tenants[0]) =>
  expect((await api.ask('PATCH', '/tenant/retention', { body, signer })).statusCode).toBe(200);
const life = (o: object) =>
  api.telling.intake.take(journal(1, 1, [entry.opened('ann', 'bob'), entry.left('ann'), entry.over()], o));

describe('retention', () => {
  const defaultDays = {
    eventsDays: 90,
    attendanceDays: 400,
    webhookDeliveriesDays: 30,
    meetingsDays: 400,
    auditDays: 730,
    recordingsDays: 400,
    libraryDays: 3650,
    watchesDays: 366,
    deliveriesDays: 90,
  };

  it('uses the default days if a tenant sets none', async () => {
    const get = async (signer?: { key: string; secret: string }) =>
      (await api.ask('GET', '/tenant/retention', signer && { signer })).json();
    expect(await get()).toEqual(defaultDays);
    await set({ eventsDays: 7, auditDays: 30 });
    await set({ meetingsDays: 10 });
    expect(await get()).toEqual({ ...defaultDays, eventsDays: 7, auditDays: 30, meetingsDays: 10 });
    expect(await get(tenants[1])).toEqual(defaultDays);
    await set({ eventsDays: null });
    expect(await get()).toEqual({ ...defaultDays, auditDays: 30, meetingsDays: 10 });
  });

  it('deletes old events, deliveries and lives with their rows, by the days of each tenant', async () => {
    await api.ask('POST', '/webhooks', { body: { url: 'https://oa.example/hook' } });
    await set({ eventsDays: 10, webhookDeliveriesDays: 5, attendanceDays: 20 });
    await life({ lost: 3 });
    await life({ roomKey: 'globex/lobby', sid: 'RM_2' });
    for (const tenant of ['acme', 'globex'])
      await api.store.db
        .insertInto('stay_quality')
        .values({ ...noQuality, tenant, heard_ms: api.clock.wallMs() })
        .execute();
    await api.telling.jobs.settled();
    expect([await count('events'), await count('webhook_deliveries'), await count('room_stays')]).toEqual([12, 6, 4]);
    days(4);
    await purge();
    expect([await count('events'), await count('webhook_deliveries'), await count('room_stays')]).toEqual([12, 6, 4]);
    days(2);
    await purge();
    expect([await count('events'), await count('webhook_deliveries')]).toEqual([12, 0]);
    days(5);
    await purge();
    expect([await count('events'), await count('room_lives')]).toEqual([6, 2]);
    days(10);
    await purge();
    const tablesOfLives = [
      'room_lives',
      'room_stays',
      'journal_entries',
      'journal_losses',
      'events',
      'stay_quality',
    ] as const;
    expect(await Promise.all(tablesOfLives.map(count))).toEqual([1, 2, 3, 0, 6, 1]);
    const lives = await api.store.db.selectFrom('room_lives').select('tenant').execute();
    expect(lives).toEqual([{ tenant: 'globex' }]);
  });

  it('deletes a life of many thousand entries in portions, but never a running one', async () => {
    await set({ attendanceDays: 2 });
    await api.telling.intake.take(journal(1, 1, [entry.opened('ann')], { sid: 'RM_3', roomKey: 'acme/open' }));
    await life({});
    const seqs = Array.from({ length: 2500 }, (_, at) => ({ sid: 'RM_1', epoch: 2, seq: at + 1 }));
    await api.store.db.insertInto('journal_entries').values(seqs).execute();
    days(3);
    await purge();
    expect(await api.store.db.selectFrom('room_lives').select('sid').execute()).toEqual([{ sid: 'RM_3' }]);
    expect([await count('journal_entries'), await count('room_stays')]).toEqual([1, 1]);
  });

  it('deletes old recordings, at their recorders too, but never a running one', async () => {
    await set({ recordingsDays: 3 });
    const { fra } = api.recorders;
    for (const [at, tenant] of ['acme', 'globex'].entries()) {
      const endEntry = entry.recording('re_1', 'rec-fra', { isOver: true });
      const bodies = [
        entry.opened('ann'),
        entry.recording('re_1', 'rec-fra'),
        endEntry,
        entry.recording('re_2', 'rec-fra'),
      ];
      await api.telling.intake.take(journal(1, 1, bodies, { roomKey: `${tenant}/lobby`, sid: `RM_${at + 5}` }));
      fra.stints.set(`${tenant}/re_1`, {});
    }
    await api.telling.jobs.settled();
    const listed = async () =>
      (await api.store.db.selectFrom('recordings').selectAll().orderBy('tenant').orderBy('id').execute()).map(
        ({ tenant, id, erased_ms }) => `${tenant} ${id} ${erased_ms === null}`,
      );
    days(2);
    await purge();
    expect([await count('recordings'), fra.stints.size]).toEqual([4, 2]);
    days(2);
    await purge();
    expect(await listed()).toEqual(['acme re_1 false', 'acme re_2 true', 'globex re_1 true', 'globex re_2 true']);
    expect([...fra.stints.keys()]).toEqual(['globex/re_1']);
    days(40);
    await purge();
    // No recorder brought a part of it, so its stints went, too.
    expect(await listed()).toEqual(['acme re_2 true', 'globex re_1 false', 'globex re_2 true']);
  });

  it('deletes files of recordings by the days of recordings alone', async () => {
    await set({ libraryDays: 3, recordingsDays: 100 });
    const [plain, recorded] = [await makeItem(api), await makeItem(api)];
    await api.store.db.updateTable('library_items').set({ recording: 're_9' }).where('id', '=', recorded.id).execute();
    days(4);
    await purge();
    const statusOf = async (id: string) => (await api.ask('GET', `/library/items/${id}`)).statusCode;
    expect([await statusOf(plain.id), await statusOf(recorded.id)]).toEqual([404, 200]);
  });

  it('deletes orders of distribution with their deliveries', async () => {
    const { id: item } = await makeItem(api);
    const receiver = { name: 'Hall', kind: 'region', region: 'frankfurt' };
    const made = (await api.ask('POST', '/distribution/receivers', { body: receiver })).json().receiver;
    const order = async () =>
      (await api.ask('POST', '/distribution/orders', { body: { item, to: { all: true } } })).json().id as string;
    const over = await order();
    const runs = await order();
    expect((await api.ask('DELETE', `/distribution/orders/${over}`)).statusCode).toBe(204);
    days(89);
    await purge();
    expect([await count('distribution_orders'), await count('distribution_deliveries')]).toEqual([2, 2]);
    days(2);
    await purge();
    const { data } = (await api.ask('GET', '/distribution/deliveries')).json();
    expect(data).toMatchObject([{ order: runs, receiver: made.id }]);
    expect((await api.ask('GET', `/distribution/orders/${over}`)).statusCode).toBe(404);
    expect(await count('distribution_orders')).toBe(1);
  });

  it('deletes old meetings with their rows, and old occurrences of other meetings', async () => {
    await set({ meetingsDays: 30 });
    const at = { timeZone: 'UTC', durationMinutes: 30, hosts: ['ann'] };
    const book = async (title: string, localStart: string, recurrence = '') =>
      (await api.ask('POST', '/meetings', { body: { ...at, title, localStart, recurrence } })).json().id as string;
    await book('once', '2027-01-20T09:00');
    await book('a month', '2027-01-20T09:00', 'FREQ=WEEKLY;COUNT=4');
    const endless = await book('endless', '2027-01-20T09:00', 'FREQ=WEEKLY');
    const cancelled = await book('cancelled', '2027-06-01T09:00');
    const later = await book('later', '2027-06-01T09:00');
    await api.ask('DELETE', `/meetings/${cancelled}`, { headers: { 'if-match': '"1"' } });
    const keptMeetings = async () => {
      const rows = await api.store.db.selectFrom('meetings').select('title').orderBy('title').execute();
      return rows.map(({ title }) => title);
    };
    days(29);
    await purge();
    expect(await keptMeetings()).toHaveLength(5);
    days(8); // 21 February
    await purge();
    expect(await keptMeetings()).toEqual(['a month', 'endless', 'later']);
    days(30);
    await purge();
    expect(await keptMeetings()).toEqual(['endless', 'later']);
    const of = async (table: 'meeting_occurrences' | 'meeting_persons') =>
      new Set((await api.store.db.selectFrom(table).select('meeting').execute()).map(({ meeting }) => meeting));
    expect(await of('meeting_occurrences')).toEqual(new Set([endless, later]));
    expect(await of('meeting_persons')).toEqual(new Set([endless, later]));
    const first = await api.store.db
      .selectFrom('meeting_occurrences')
      .select(({ fn }) => fn.min('ends_ms').as('ms'))
      .execute();
    expect(Number(first[0]?.ms)).toBeGreaterThan(api.clock.wallMs() - 30 * DAY_MS);
  });

  it('cuts off old entries of the audit log, which still verifies', async () => {
    await set({ auditDays: 30 });
    for (let at = 0; at < 5; at += 1) await api.ask('POST', '/rooms', { body: { name: `r${at}` } });
    days(31);
    await api.ask('POST', '/rooms', { body: { name: 'new' } });
    await purge();
    expect((await api.ask('GET', '/audit')).json().data.map(({ seq }: { seq: number }) => seq)).toEqual([7]);
    expect((await api.ask('GET', '/audit/verification')).json()).toMatchObject({
      whole: true,
      firstSeq: 7,
      lastSeq: 7,
    });
  });

  it('deletes sums of deliveries after 400 days, whatever the tenant sets', async () => {
    await set({ deliveriesDays: 3650 });
    const place = { tenant: 'acme', region: 'eu', receiver: 'RC_1', priority: 1 };
    const sums = { done: 1, failed: 0, cancelled: 0, late: 0, bytes: 1, neighbour_bytes: 0, took_ms: 1 };
    const day = new Date(api.clock.wallMs()).toISOString().slice(0, 10);
    await api.store.db
      .insertInto('distribution_days')
      .values({ ...place, ...sums, day })
      .execute();
    days(400);
    await purge();
    expect(await count('distribution_days')).toBe(1);
    days(1);
    await purge();
    expect(await count('distribution_days')).toBe(0);
  });
});
