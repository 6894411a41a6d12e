import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiAnswers } from '../../../src/sla/api-answers.ts';
import { sumHours } from '../../../src/sla/media-hours.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3_600_000;
const monthMs = Date.UTC(2027, 0);
const at = (hour: number) => monthMs + hour * HOUR_MS;
const textAt = (hour: number) => new Date(at(hour)).toISOString();
const silent = createLogger({ name: 'test', level: 'silent' });
const [acme, globex] = tenants;
const noTimes = { joins: 0, join_ms: 0, first_frames: 0, first_frame_ms: 0, gaps: 0, gap_ms: 0 };
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  api.clock.advance(at(10) - api.clock.wallMs());
});
afterEach(() => api.close());

const join = (hour: number, region: string, tenant: string, code: string, joins: number) =>
  api.store.db
    .insertInto('join_hours')
    .values({ from_ms: at(hour), region, tenant, code, joins })
    .execute();
const call = (hour: number, region: string, tried: number, failed: number) =>
  api.store.db
    .insertInto('dial_hours')
    .values({ region, kind: 'call', to_region: '', hour_ms: at(hour), tried, failed, ...noTimes })
    .execute();
const get = async (path: string, signer: { key: string; secret: string } = operatorKey) => {
  const answer = await api.ask('GET', path, { signer, ...(signer === operatorKey ? {} : { scope: 'reports:read' }) });
  return answer.statusCode === 200 ? answer.json() : [answer.statusCode, answer.json().code];
};
type Row = { key: string; figures: { objective: string; total: number; bad: number }[] };
const figure = ({ figures }: Pick<Row, 'figures'>, objective: string) => {
  const { total, bad } = figures.find((one) => one.objective === objective) ?? { total: 0, bad: 0 };
  return `${bad}/${total}`;
};
const figures = ({ rows }: { rows: Row[] }, objective: string) =>
  Object.fromEntries(rows.map((row) => [row.key, figure(row, objective)]));
const declare = (body: object) => api.ask('POST', '/sla/exclusions', { signer: operatorKey, body });
const window = (from: number, to: number, region?: string) =>
  declare({ from: textAt(from), to: textAt(to), reason: 'new disks', ...(region === undefined ? {} : { region }) });

describe('a month', () => {
  beforeEach(async () => {
    await join(8, 'eu', acme.id, '', 75);
    await join(8, 'eu', acme.id, 'NO_NODE', 25);
    await join(8, 'eu', globex.id, '', 100);
    await join(8, 'eu', globex.id, 'ROOM_FULL', 900);
    await join(9, 'ap', globex.id, '', 40);
  });

  it('has rows by region or tenant, and counts refusals by a rule as no failures', async () => {
    const byRegion = await get('/sla?month=2027-01');
    expect(figures(byRegion, 'joins')).toEqual({ ap: '0/40', eu: '25/200' });
    expect(figures(byRegion, 'availability')).toEqual({ ap: '0/60', eu: '7.5/60' });
    expect(figure(byRegion.total, 'availability')).toBe('7.5/120');
    const byTenant = await get('/sla?by=tenant');
    expect(figures(byTenant, 'joins')).toEqual({ acme: '25/100', globex: '0/140' });
    expect(figures(byTenant, 'availability')).toEqual({ acme: '15/60', globex: '0/120' });
    expect(byTenant.total).toEqual(byRegion.total);
    expect(byRegion.days).toEqual([{ day: '2027-01-01', minutes: 120, badMinutes: 7.5 }]);
  });

  it('counts codes of kind `later` as failures only if no client got in', async () => {
    await join(7, 'sa', acme.id, 'OVERLOADED', 30);
    await join(8, 'eu', acme.id, 'OVERLOADED', 30);
    expect(figures(await get('/sla'), 'joins')).toEqual({ ap: '0/40', eu: '25/200', sa: '30/30' });
  });

  it('uses calls of dial tests where there are few joins, but not in rows of tenants', async () => {
    for (const hour of [8, 9]) await call(hour, 'ap', 180, hour === 8 ? 90 : 180);
    expect(figures(await get('/sla'), 'availability')).toEqual({ ap: '30/120', eu: '7.5/60' });
    expect(figures(await get('/sla?by=tenant'), 'availability')).toEqual({ acme: '15/60', globex: '0/120' });
  });

  it('of a tenant has no figures of another', async () => {
    await call(8, 'ap', 180, 90);
    await window(8, 9, 'ap');
    const ownReport = await get('/reports/sla', globex);
    expect(figures(ownReport, 'joins')).toEqual({ ap: '0/40', eu: '0/100' });
    expect(figure(ownReport.total, 'availability')).toBe('0/120');
    expect(ownReport.exclusions).toEqual([
      expect.objectContaining({ region: 'ap', joins: 0, hours: 0, reason: 'new disks' }),
    ]);
    expect(JSON.stringify(ownReport)).not.toMatch(/acme|operator/);
    expect(await get('/sla', globex)).toEqual([403, 'NOT_PERMITTED']);
  });

  it('is CSV with the same figures', async () => {
    const { body, headers } = await api.ask('GET', '/sla.csv', { signer: operatorKey });
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(body.split('\r\n').filter((line: string) => line.startsWith('2027-01,region,eu,joins'))).toContain(
      '2027-01,region,eu,joins,0.999,joins,200,25,0.875,false,14.88,-10.12,,,,,',
    );
  });

  it('in the future, or too long ago, is refused', async () => {
    for (const month of ['2027-02', '2025-01', '2026-13', 'x'])
      expect(await get(`/sla?month=${month}`)).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('a window of maintenance', () => {
  beforeEach(async () => {
    for (const region of ['eu', 'ap']) {
      await join(7, region, acme.id, 'NO_NODE', 30);
      await join(8, region, acme.id, '', 30);
    }
  });

  it('takes out the hours of its region, and is listed with their figures', async () => {
    expect((await window(7, 8, 'eu')).statusCode).toBe(201);
    const report = await get('/sla');
    expect(figures(report, 'availability')).toEqual({ ap: '60/120', eu: '0/60' });
    expect(figures(report, 'joins')).toEqual({ ap: '30/60', eu: '0/30' });
    expect(report.exclusions).toEqual([
      expect.objectContaining({ region: 'eu', hours: 1, badMinutes: 60, failedJoins: 30, reason: 'new disks' }),
    ]);
    expect(figures(await get('/sla?by=tenant'), 'joins')).toEqual({ acme: '30/90' });
  });

  it('takes out exactly its hours of a lost region, even without events', async () => {
    const textFields = { labels: '{}', text: '', inhibited_by: '', ack_by: '', ack_note: '', ack_ms: null };
    const judged = { rule: 'region-lost', severity: 'critical', state: 'firing', value: '0', limit_value: '1' };
    await api.store.db
      .insertInto('alarms')
      .values({ id: 'al_1', subject: 'sa', ...judged, ...textFields, started_ms: at(7), ended_ms: null })
      .execute();
    await window(8, 9, 'sa');
    const report = await get('/sla');
    expect(figures(report, 'availability')).toMatchObject({ sa: '120/120' });
    expect(report.exclusions).toEqual([expect.objectContaining({ region: 'sa', hours: 1, badMinutes: 60 })]);
  });

  it('of all regions can be removed, and its hours count again', async () => {
    const { id } = (await window(7, 8)).json();
    expect(figure((await get('/sla')).total, 'availability')).toBe('0/120');
    expect((await get('/sla/exclusions')).exclusions).toHaveLength(1);
    const drop = () => api.ask('DELETE', `/sla/exclusions/${id}`, { signer: operatorKey });
    expect((await drop()).statusCode).toBe(204);
    expect((await drop()).statusCode).toBe(404);
    expect(figure((await get('/sla')).total, 'availability')).toBe('120/240');
  });

  it('needs whole hours and an end, and a month has at most fifty', async () => {
    for (const [from, to] of [
      [0.5, 1],
      [0, 0.5],
      [2, 2],
      [3, 2],
      [0, 745],
      [-11_000, -10_999],
    ] as const)
      expect((await window(from, to)).statusCode).toBe(400);
    for (let at = 0; at < 50; at++) expect((await window(at, at + 1)).statusCode).toBe(201);
    expect((await window(700, 701)).json().code).toBe('QUOTA_EXCEEDED');
    expect((await window(800, 801)).statusCode).toBe(201);
  });
});

describe('hours of media and of the api', () => {
  it('are summed up from the hours of sessions, by the region of the media node', async () => {
    const { db } = api.store;
    const ofNode = { host: 'h', kind: 'sfu', minutes: 60, cpu_ppm: 0, cpu_peak_ppm: 0, tx_bytes: 0, rx_bytes: 0 };
    const more = { tx_peak_bps: 0, rx_peak_bps: 0, session_minutes: 0, sessions_peak: 0, sessions_max: 0 };
    await db
      .insertInto('node_hours')
      .values({ at_ms: at(9), node: 'n1', region: 'eu', ...ofNode, ...more, rss_peak_bytes: 0 })
      .execute();
    for (const [key, node, freeze, measured] of [
      [1, 'n1', 600_000, 1],
      [2, 'n2', 0, 1],
      [3, 'n1', 0, 0],
    ] as const) {
      await db
        .insertInto('quality_sessions')
        .values({ key, session_id: `PA_${key}`, tenant: acme.id })
        .execute();
      const row = { ...emptyPeriod, session: key, at_ms: at(9), period_ms: HOUR_MS, node_id: node };
      await db
        .insertInto('quality_1h')
        .values({ ...row, freeze_ms: freeze, measured_ms: measured })
        .execute();
    }
    for (const _ of 'twice') expect(await sumHours({ store: api.store, clock: api.clock })).toBe(true);
    expect(figures(await get('/sla'), 'media')).toEqual({ '': '0/60', eu: '10/60' });
    expect(figures(await get('/reports/sla', acme), 'media')).toEqual({ '': '0/60', eu: '10/60' });
    expect(figures(await get('/reports/sla', globex), 'media')).toEqual({});
  });

  it('are counted by each instance, and each answer is written once', async () => {
    const { store, clock } = api;
    clock.advance(60_000);
    const answers = new ApiAnswers({ store, clock, log: silent, region: 'eu' });
    for (const status of [200, 304, 404, 500, 503]) answers.answered(acme.id, status);
    answers.answered('', 200);
    await Promise.all([answers.write(), answers.write()]);
    answers.answered(acme.id, 200);
    await answers.close();
    expect(figures(await get('/sla'), 'api')).toEqual({ eu: '2/7' });
    expect(figures(await get('/reports/sla', acme), 'api')).toEqual({ eu: '2/6' });
  });

  it('that could not be written are written with the next ones', async () => {
    const { store, clock } = api;
    clock.advance(60_000);
    const broken = {
      kind: store.kind,
      db: {
        transaction: () => {
          throw new Error('away');
        },
      },
    };
    const o = { store: broken as unknown as TestApi['store'], clock, log: silent, region: 'eu' };
    const answers = new ApiAnswers(o);
    answers.answered(acme.id, 200);
    await answers.write();
    Object.assign(o.store, store);
    await answers.close();
    expect(figures(await get('/sla'), 'api')).toEqual({ eu: '0/1' });
  });
});

const emptyPeriod = {
  measured_ms: 0,
  strong: 0,
  medium: 0,
  weak: 0,
  unknown: 0,
  source: 0,
  rtt_us: 0,
  jitter_us: 0,
  outbound_loss_ppm: 0,
  inbound_loss_ppm: 0,
  concealed_ppm: 0,
  freeze_count: 0,
  sent_bps: 0,
  received_bps: 0,
  available_bps: 0,
  sent_height: 0,
  received_height: 0,
  received_fps_tenths: 0,
  layer: 0,
  layer_switches: 0,
};
