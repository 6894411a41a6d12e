import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sumLinks } from '../../../src/history/sampling.ts';
import { transactUnforced } from '../../../src/store/transaction.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3_600_000;
const monthMs = Date.UTC(2027, 0);
const at = (hour: number) => monthMs + hour * HOUR_MS;
const [acme, globex] = tenants;
const days = 31;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  api.clock.advance(at(10) - api.clock.wallMs());
});
afterEach(() => api.close());

const zeroHour = { cpu_ppm: 0, cpu_peak_ppm: 0, rx_bytes: 0, tx_peak_bps: 0, rx_peak_bps: 0, session_minutes: 0 };
const nodeHour = (hour: number, o: { node: string; kind?: string; region: string; minutes: number; gb?: number }) =>
  api.store.db
    .insertInto('node_hours')
    .values({
      ...zeroHour,
      at_ms: at(hour),
      node: o.node,
      host: 'h',
      kind: o.kind ?? 'sfu',
      region: o.region,
      minutes: o.minutes,
      tx_bytes: (o.gb ?? 0) * 1e9,
      sessions_peak: 0,
      sessions_max: 0,
      rss_peak_bytes: 0,
    })
    .execute();
const samples = (region: string, sent: readonly number[]) =>
  api.store.db
    .insertInto('region_samples')
    .values(
      sent.map((tx_bps, index) => {
        const rest = { nodes: 1, rx_bps: 0, sessions: 0, open_sessions: 0, open_max: 0 };
        return { at_ms: at(0) + (index + 1) * 300_000, region, tx_bps, ...rest };
      }),
    )
    .execute();
const sessions = (hour: number, region: string, tenant: string, hours: number, received_bytes: number) =>
  api.store.db
    .insertInto('sla_media_hours')
    .values({ from_ms: at(hour), region, tenant, session_ms: hours * HOUR_MS, freeze_ms: 0, received_bytes })
    .execute();
const link = (hour: number, from_region: string, to_region: string, gb: number, peak_bps: number) =>
  api.store.db
    .insertInto('link_hours')
    .values({ at_ms: at(hour), from_region, to_region, sent_bytes: gb * 1e9, peak_bps })
    .execute();

const ask = async (method: 'GET' | 'PUT', path: string, body?: object, signer: typeof operatorKey = operatorKey) => {
  const got = await api.ask(method, path, { signer, ...(body && { body }) });
  return [got.statusCode, got.json()];
};
const get = async (path: string) => (await ask('GET', path))[1];
const prices = {
  currency: 'EUR',
  nodeHours: [{ price: 2 }, { kind: 'gateway', region: 'eu', price: 5 }],
  traffic: [
    { unit: 'GB', price: 1 },
    { region: 'ap', unit: 'Mbps95', price: days * 24 },
  ],
};

describe('a month', () => {
  beforeEach(async () => {
    await nodeHour(8, { node: 'sfu-1', region: 'eu', minutes: 60, gb: 4 });
    await nodeHour(9, { node: 'sfu-1', region: 'eu', minutes: 30, gb: 2 });
    await nodeHour(9, { node: 'gw-1', kind: 'gateway', region: 'eu', minutes: 60 });
    await nodeHour(9, { node: 'sfu-2', region: 'ap', minutes: 60, gb: 8 });
    await samples('eu', [1e6]);
    await samples('ap', [1e6, 2e6, 4e6]);
    await sessions(7, 'eu', acme.id, 3, 100);
    await sessions(8, 'eu', globex.id, 1, 300);
    await sessions(8, 'ap', globex.id, 2, 0);
    await link(8, 'ap', 'eu', 2, 7);
    await link(9, 'ap', 'eu', 2, 9);
    // Some rows are outside of the month, or of an hour that is not over yet.
    await nodeHour(0, { node: 'sfu-1', region: 'eu', minutes: 60, gb: 99 });
    await sessions(-1, 'eu', acme.id, 99, 99);
    await nodeHour(10, { node: 'sfu-1', region: 'eu', minutes: 10, gb: 99 });
    await link(0, 'ap', 'eu', 99, 99);
    await sessions(9, 'eu', acme.id, 99, 99);
  });
  const rows = async (by: string) => {
    const report = await get(`/cost?month=2027-01&by=${by}`);
    return Object.fromEntries(
      report.rows.map((row: Record<string, unknown>) => [row['key'], [row['nodeCost'], row['trafficCost']]]),
    );
  };

  it('has assumed prices until prices are set', async () => {
    const report = await get('/cost');
    expect(report).toMatchObject({
      month: '2027-01',
      by: 'region',
      currency: 'USD',
      isAssumed: true,
      isRunning: true,
      complete: true,
      from: '2027-01-01T00:00:00.000Z',
      to: '2027-01-01T09:00:00.000Z',
    });
    expect(report.total).toMatchObject({ nodeHours: 3.5, nodeCost: 0.7, sentBytes: 14e9, trafficCost: 0.7, cost: 1.4 });
    expect(report.total.costPerUserHour).toBeCloseTo(1.4 / 6, 6);
    expect(await get('/cost/settings')).toMatchObject({ isAssumed: true, prices: { currency: 'USD' } });
  });

  it('has rows by region, tenant or link, at the prices that are set', async () => {
    await ask('PUT', '/cost/settings', prices);
    // Nine hours of the month have passed, at 4 Mbit/s, and each hour costs one.
    expect(await rows('region')).toEqual({ eu: [8, 6], ap: [2, 36] });
    expect(await rows('tenant')).toEqual({ acme: [6, 1.5], globex: [4, 4.5], '': [0, 36] });
    expect(await rows('link')).toEqual({ 'ap > eu': [0, 18] });
    const byLink = await get('/cost?by=link');
    expect(byLink.rows[0]).toMatchObject({ sentBytes: 4e9, peakBps: 9, userHours: 4, costPerUserHour: 4.5 });
    expect(byLink.total).toMatchObject({ cost: 52, userHours: 6 });
    expect(byLink.kinds).toEqual([
      { kind: 'gateway', nodeHours: 1, nodeCost: 5 },
      { kind: 'sfu', nodeHours: 2.5, nodeCost: 5 },
    ]);
  });

  it('gives tenants their part of the traffic by delivered files too, but not by those that neighbours gave', async () => {
    await ask('PUT', '/cost/settings', prices);
    const row = { region: 'ap', receiver: 'RC_1', done: 1, failed: 0, cancelled: 0, late: 0, took_ms: 0 };
    const add = (tenant: string, day: string, priority: number, bytes: number, neighbour_bytes: number) =>
      api.store.db
        .insertInto('distribution_days')
        .values({ ...row, tenant, day, priority, bytes, neighbour_bytes })
        .execute();
    await add('acme', '2027-01-01', 0, 5e9, 2e9);
    await add('globex', '2027-01-01', 1, 1e9, 0);
    await add('acme', '2026-12-31', 0, 99e9, 0);
    await add('acme', '2027-01-02', 0, 99e9, 0);
    expect(await rows('tenant')).toEqual({ acme: [6, 1.5 + 27], globex: [4, 4.5 + 9] });
    expect((await get('/cost?by=region')).rows).toMatchObject([
      { key: 'ap', deliveredBytes: 4e9 },
      { key: 'eu', deliveredBytes: 0 },
    ]);
    const byTenant = (await get('/cost?by=tenant')).rows;
    expect(byTenant.map((one: { deliveredBytes: number }) => one.deliveredBytes)).toEqual([3e9, 1e9]);
  });

  it('has the same sums of links from daily as from hourly rows', async () => {
    await link(23, 'ap', 'eu', 3, 4e6);
    await link(24, 'ap', 'eu', 2, 11e6);
    await link(25, 'eu', 'ap', 1, 7);
    api.clock.advance(2 * 24 * HOUR_MS);
    const before = await get('/cost?by=link');
    await transactUnforced(api.store, (db) => sumLinks(db, at(24)));
    expect(await get('/cost?by=link')).toEqual(before);
    await api.store.db.deleteFrom('link_hours').where('at_ms', '<=', at(24)).execute();
    expect(await get('/cost?by=link')).toEqual(before);
    expect(before.rows).toHaveLength(2);
  });

  it('is CSV with the same figures', async () => {
    await ask('PUT', '/cost/settings', prices);
    const { body, headers } = await api.ask('GET', '/cost.csv?by=tenant', { signer: operatorKey });
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(body.trimEnd().split('\r\n')).toEqual([
      'month,what,key,nodeHours,nodeCost,sentBytes,deliveredBytes,peakBps,trafficCost,cost,userHours,costPerUserHour,currency,isAssumed',
      '2027-01,total,,3.5,10,14000000000,0,,42,52,6,8.666667,EUR,false',
      '2027-01,kind,gateway,1,5,,,,,,,,EUR,false',
      '2027-01,kind,sfu,2.5,5,,,,,,,,EUR,false',
      '2027-01,tenant,,0,0,8000000000,0,,36,36,0,,EUR,false',
      '2027-01,tenant,globex,1.625,4,4500000000,0,,4.5,8.5,3,2.833333,EUR,false',
      '2027-01,tenant,acme,1.875,6,1500000000,0,,1.5,7.5,3,2.5,EUR,false',
    ]);
  });

  it("counts more bytes than SQLite's integers can return as a number", async () => {
    for (const node of ['sfu-7', 'sfu-8', 'sfu-9']) await nodeHour(8, { node, region: 'us', minutes: 60, gb: 4e6 });
    for (const tenant of [acme.id, globex.id]) await sessions(8, 'us', tenant, 1, 8e15);
    for (const hour of [8, 9]) await link(hour, 'us', 'eu', 8e6, 1);
    const { rows: regions } = await get('/cost');
    expect(regions[0]).toMatchObject({ key: 'us', sentBytes: 12e15 });
    const { rows: found } = await get('/cost?by=tenant');
    expect(
      found.filter(({ key }: { key: string }) => key !== '').map((row: { sentBytes: number }) => row.sentBytes > 6e15),
    ).toEqual([true, true]);
    expect((await get('/cost?by=link')).rows[0]).toMatchObject({ key: 'us > eu', sentBytes: 16e15 });
  });

  it('lists the hundred most expensive rows, and reports that there are more', async () => {
    for (let index = 0; index < 98; index += 1) await sessions(8, 'eu', `t${index}`, 1, 1);
    expect(await get('/cost?by=tenant')).toMatchObject({ complete: false, rows: { length: 100 } });
    expect((await get('/cost?by=tenant')).total).toMatchObject({ cost: 1.4, userHours: 104 });
  });

  it('in the past counts as a whole month', async () => {
    api.clock.advance(40 * 24 * HOUR_MS);
    expect(await get('/cost?month=2027-01')).toMatchObject({
      isRunning: false,
      to: '2027-02-01T00:00:00.000Z',
      total: { userHours: 105, sentBytes: 113e9 },
    });
  });

  it('that has just begun costs nothing', async () => {
    api.clock.advance(monthMs + days * 24 * HOUR_MS + 60_000 - api.clock.wallMs());
    const report = await get('/cost?by=tenant');
    expect(report).toMatchObject({ month: '2027-02', total: { cost: 0, userHours: 0 }, rows: [] });
    expect(report.to).toBe(report.from);
  });

  it('in the future, or whose node data is deleted, is refused', async () => {
    api.clock.advance(58 * 24 * HOUR_MS);
    expect((await ask('GET', '/cost?month=2027-01'))[0]).toBe(200);
    api.clock.advance(4 * 24 * HOUR_MS);
    for (const month of ['2027-01', '2027-04', '2027-13', 'x']) {
      const [status, { code, errors }] = await ask('GET', `/cost?month=${month}`);
      expect([status, code, errors[0].pointer]).toEqual([400, 'REQUEST_INVALID', '?month']);
    }
    expect((await ask('GET', '/cost?by=city'))[0]).toBe(400);
  });
});

describe('prices', () => {
  it('are set and changed, each time with an entry in the audit log', async () => {
    const lower = { currency: 'CNY', nodeHours: [], traffic: [] };
    for (const one of [prices, lower, lower]) {
      const [status, settings] = await ask('PUT', '/cost/settings', one);
      expect([status, settings.isAssumed, settings.prices]).toEqual([200, false, one]);
      expect(await get('/cost/settings')).toEqual(settings);
    }
    expect(await get('/cost')).toMatchObject({ currency: 'CNY', isAssumed: false });
    const entries = await api.store.db.selectFrom('audit_entries').select(['operation', 'status', 'by_id']).execute();
    const entry = { operation: 'setCostSettings', status: 200, by_id: operatorKey.key };
    expect(entries).toEqual([entry, entry, entry]);
  });

  it.each([
    ['two of one kind and region', { nodeHours: [{ price: 1 }, { price: 2 }] }, '/nodeHours/1'],
    ['two of one unit and region', { traffic: [prices.traffic[0], prices.traffic[0]] }, '/traffic/1'],
  ])('%s are refused, and change nothing', async (_, wrong, pointer) => {
    await ask('PUT', '/cost/settings', prices);
    const before = await get('/cost/settings');
    const [status, { code, errors }] = await ask('PUT', '/cost/settings', { ...prices, ...wrong });
    expect([status, code, errors[0].pointer]).toEqual([400, 'REQUEST_INVALID', pointer]);
    expect(await get('/cost/settings')).toEqual(before);
  });
});
