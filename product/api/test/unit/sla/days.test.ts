import { seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, partsOf } from '../../../src/sla/core/days.ts';
import { HOUR_MS, type Hour, judgeHours, sum } from '../../../src/sla/core/judge.ts';
import { dayTables, sumDays } from '../../../src/sla/days.ts';
import { sumHours } from '../../../src/sla/media-hours.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

const monthMs = Date.UTC(2027, 0);
const at = (hour: number) => monthMs + hour * HOUR_MS;
const span = (from: number, to: number) => ({ fromMs: at(from), toMs: at(to) });

describe('a month', () => {
  it.each([
    ['of days that are summed, and hours of the rest', 48, [], [[0, 48]], [[48, 60]]],
    ['of hours, if no day is summed', 0, [], [], [[0, 60]]],
    ['of no day that has not ended', 240, [], [[0, 48]], [[48, 60]]],
    [
      'of no day that an exclusion touches',
      48,
      [[23, 24]],
      [[24, 48]],
      [
        [0, 24],
        [48, 60],
      ],
    ],
    ['of days next to an excluded one', 48, [[24, 25]], [[0, 24]], [[24, 60]]],
    [
      'of days that no exclusion touches',
      48,
      [
        [-5, 0],
        [60, 70],
      ],
      [[0, 48]],
      [[48, 60]],
    ],
  ] as const)('is split into daily and hourly sums: %s', (_, made, apart, days, hours) => {
    const spans = (all: readonly (readonly [number, number])[]) => all.map(([from, to]) => span(from, to));
    expect(partsOf(span(0, 60), at(made), spans(apart))).toEqual({ days: spans(days), hours: spans(hours) });
  });
});

describe('sums of days', () => {
  const seed = 'days of tenants';
  const tenants = ['', 'acme', 'globex'];
  const regions = ['eu', 'ap'];
  const codes = ['', 'NO_NODE', 'OVERLOADED', 'ROOM_FULL'];
  const until = 76;
  const joined: { hour: number; region: string; tenant: string; code: string; joins: number }[] = [];
  const figures: { hour: number; region: string; tenant: string; eventCount: number }[] = [];
  let api: TestApi;
  beforeEach(async () => {
    api = await testApi();
    api.clock.advance(at(until) + HOUR_MS / 4 - api.clock.wallMs());
    const rng = seededRng(seed);
    joined.length = 0;
    figures.length = 0;
    for (let hour = 0; hour <= until; hour += 1)
      for (const region of regions)
        for (const tenant of tenants) {
          const own = codes.filter(() => rng.next() < 0.5);
          for (const code of own) joined.push({ hour, region, tenant, code, joins: 1 + rng.int(hour % 2 ? 6 : 40) });
          if (own.length > 0) figures.push({ hour, region, tenant, eventCount: rng.int(1000) });
        }
    // Windows of the other region leave nothing out of this one.
    for (let hour = 0; hour <= until; hour += 1)
      joined.push({ hour, region: 'ap', tenant: 'lone', code: hour % 5 === 0 ? 'NO_NODE' : '', joins: 30 });
    await addFigures();
    const rows = joined.map(({ hour, ...row }) => ({ ...row, from_ms: at(hour) }));
    await api.store.db.insertInto('join_hours').values(rows).execute();
  });
  afterEach(() => api.close());

  const addFigures = async (): Promise<void> => {
    const of = ({ hour, region, tenant }: (typeof figures)[number]) => ({ from_ms: at(hour), region, tenant });
    await api.store.db
      .insertInto('sla_api_hours')
      .values(
        figures.map((one) =>
          Object.assign(of(one), { succeeded: one.eventCount, refused: 2, failed: one.eventCount % 7 }),
        ),
      )
      .execute();
    const mediaOf = (some: number) => ({
      session_ms: 1000 * some,
      freeze_ms: some,
      sent_bytes: some,
      received_bytes: 2 * some,
    });
    await api.store.db
      .insertInto('sla_media_hours')
      .values(figures.filter(({ hour }) => hour < until).map((one) => Object.assign(of(one), mediaOf(one.eventCount))))
      .execute();
  };
  const get = async (path: string) => (await api.ask('GET', path, { signer: operatorKey })).json();
  const reports = async () => [await get('/sla?by=tenant'), await get('/sla?by=region'), await get('/cost?by=tenant')];
  const make = () => sumDays(api.store, api.clock.wallMs(), () => false);
  const madeOf = async (table: (typeof dayTables)[number]) => {
    const rows = await api.store.db.selectFrom(table).select('from_ms').distinct().orderBy('from_ms').execute();
    return [...new Set(rows.map(({ from_ms }) => Math.floor((from_ms - monthMs) / DAY_MS)))];
  };

  it('change no figure of a report, with and without windows', async () => {
    for (const window of [undefined, [30, 33, 'eu'], [47, 49, '']] as const) {
      if (window !== undefined) {
        const [from, to, region] = window;
        const body = { from: text(from), to: text(to), reason: 'disks', region };
        expect((await api.ask('POST', '/sla/exclusions', { signer: operatorKey, body })).statusCode).toBe(201);
      }
      for (const table of dayTables) await api.store.db.deleteFrom(table).execute();
      const before = await reports();
      for (const _ of 'twice') expect(await make()).toBe(true);
      for (const table of dayTables) expect(await madeOf(table)).toEqual([0, 1, 2]);
      expect(await reports()).toEqual(before);
    }
  });
  const text = (hour: number) => new Date(at(hour)).toISOString();

  it('judge hours of tenants like hours of regions', async () => {
    await make();
    const { rows } = await get('/sla?by=tenant');
    for (const tenant of tenants) {
      const [availability, joins] = rows.find(({ key }: { key: string }) => key === tenant).figures;
      const hours = [
        ...Map.groupBy(
          joined.filter((one) => one.tenant === tenant),
          ({ hour }) => hour,
        ),
      ].map(([hour, own]): Hour => {
        const of = (code: string) => sum(own.filter((one) => one.code === code).map((one) => one.joins));
        const failedJoins = of('NO_NODE') + (of('') === 0 ? of('OVERLOADED') : 0);
        const none = { window: -1, calls: 0, failedCalls: 0 };
        return { ...none, fromMs: at(hour), joins: of('') + failedJoins, failedJoins };
      });
      const counted = hours.filter((one) => one.joins > 0);
      const judged = judgeHours({ hours: counted, toMs: api.clock.wallMs(), lost: [], windowAt: () => -1 });
      const [minutes, badMinutes] = [sum(judged.map((one) => one.minutes)), sum(judged.map((one) => one.badMinutes))];
      expect(badMinutes).toBeGreaterThan(0);
      expect([availability.total, availability.bad]).toEqual([minutes, expect.closeTo(badMinutes, 2)]);
      expect(joins.total).toBe(sum(counted.map((one) => one.joins)));
      expect(joins.bad).toBe(sum(counted.map((one) => one.failedJoins)));
    }
  });

  it('are made three hours after their day, and again until those of the next day exist', async () => {
    const { db } = api.store;
    api.clock.advance(at(96 + 2) - api.clock.wallMs());
    await make();
    expect(await madeOf('sla_join_days')).toEqual([0, 1, 2]);
    await db.updateTable('join_hours').set({ joins: 500 }).where('from_ms', '=', at(71)).execute();
    await db.updateTable('join_hours').set({ joins: 700 }).where('from_ms', '=', at(26)).execute();
    const joinsOf = async () => {
      const rows = await db.selectFrom('sla_join_days').select(['from_ms', 'joins']).orderBy('joins', 'desc').execute();
      return rows.filter(({ joins }) => joins > 700).map(({ from_ms }) => (from_ms - monthMs) / DAY_MS);
    };
    await make();
    const late = await joinsOf();
    expect(new Set(late)).toContain(2);
    api.clock.advance(HOUR_MS);
    await make();
    expect(await madeOf('sla_join_days')).toEqual([0, 1, 2, 3]);
  });

  it('are deleted after 400 days', async () => {
    await make();
    api.clock.advance(398 * DAY_MS);
    expect(await sumHours({ store: api.store, clock: api.clock })).toBe(true);
    for (const table of dayTables) expect((await madeOf(table))[0]).toBe(table === 'sla_region_hours' ? 1 : 2);
  });
});

describe('hours of sessions', () => {
  it('have the bytes of the hour in which these were measured', async () => {
    const api = await testApi();
    try {
      api.clock.advance(at(1) + HOUR_MS / 4 - api.clock.wallMs());
      const { db } = api.store;
      for (const [key, bps] of [
        [1, 2e9],
        [2, 8000],
      ] as const) {
        await db
          .insertInto('quality_sessions')
          .values({ key, session_id: `PA_${key}`, tenant: 'acme' })
          .execute();
        const rates = { sent_bps: bps / 2, received_bps: bps, available_bps: 0 };
        const counts = { strong: 0, medium: 0, weak: 0, unknown: 0, source: 0, freeze_count: 0, freeze_ms: 0 };
        const shares = { outbound_loss_ppm: 0, inbound_loss_ppm: 0, concealed_ppm: 0, rtt_us: 0, jitter_us: 0 };
        const pictures = { sent_height: 0, received_height: 0, received_fps_tenths: 0, layer: 0, layer_switches: 0 };
        const period = { session: key, at_ms: at(1), period_ms: HOUR_MS, measured_ms: HOUR_MS / 2, node_id: 'n' };
        const row = Object.assign(period, rates, counts, shares, pictures);
        await db.insertInto('quality_1h').values(row).execute();
      }
      for (const _ of 'twice') expect(await sumHours({ store: api.store, clock: api.clock })).toBe(true);
      const rows = await db.selectFrom('sla_media_hours').selectAll().execute();
      const seconds = 1800;
      const sums = { sent_bytes: (seconds * (1e9 + 4000)) / 8, received_bytes: (seconds * (2e9 + 8000)) / 8 };
      expect(rows).toEqual([expect.objectContaining({ tenant: 'acme', session_ms: 2 * HOUR_MS, ...sums })]);
    } finally {
      await api.close();
    }
  });
});
