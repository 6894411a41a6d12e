import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { ann, bob, factsOf, recordOf, send } from './batches.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
let api: TestApi;
/** Start of an hour. */
let beginMs: number;
beforeEach(async () => {
  api = await testApi();
  beginMs = Math.ceil(api.clock.wallMs() / HOUR_MS) * HOUR_MS;
  goTo(beginMs);
});
afterEach(() => api.close());

const goTo = (wallMs: number) => api.clock.advance(wallMs - api.clock.wallMs());
const roll = async () => expect(await api.quality.rollingUp.run()).toBe(true);
const rows = (table: 'quality_10s' | 'quality_1m' | 'quality_1h') =>
  api.store.db.selectFrom(table).selectAll().orderBy('session').orderBy('at_ms').execute();
const measure = (id: string, o: Parameters<typeof recordOf>[2] = {}) =>
  send(api, { facts: [factsOf(id)], records: [recordOf(id, api.clock.wallMs(), o)] });
/** Sends a record every 10 s for so long, then waits until the last can be rolled up. */
const during = async (ms: number, o: (at: number) => Parameters<typeof recordOf>[2] = () => ({})) => {
  for (let at = 0; at < ms / 10_000; at += 1) {
    api.clock.advance(10_000);
    await measure(ann, o(at));
  }
  api.clock.advance(15_000);
};

describe('a minute', () => {
  it('has means weighted by time, sums of freezes, and the numbers of its records by strength', async () => {
    await during(MINUTE_MS, (at) => ({
      rttMs: at === 0 ? 0 : 10 * at,
      periodMs: at === 1 ? 20_000 : 10_000,
      inboundLoss: at === 5 ? 0.2 : 0,
      freezeMs: at === 4 ? 1000 : 0,
      freezeCount: at === 4 ? 2 : 0,
      receivedHeight: at === 3 ? 1080 : 720,
      nodeId: at === 5 ? 'sfu-ams-1' : 'sfu-fra-1',
      source: at === 2 ? '' : 'client',
      layer: at === 3 ? 2 : 1,
    }));
    await roll();
    const [minute, ...others] = await rows('quality_1m');
    expect(others).toEqual([]);
    expect(minute).toMatchObject({
      at_ms: beginMs + MINUTE_MS,
      period_ms: 70_000,
      measured_ms: 60_000,
      strong: 3,
      medium: 0,
      weak: 2,
      unknown: 1,
      node_id: 'sfu-ams-1',
      source: 2,
      // (10 · 20 + 30 · 10 + 40 · 10 + 50 · 10) / 50: the first record and the third have no figure.
      rtt_us: 28_000,
      // A sixth of the measured time.
      inbound_loss_ppm: 33_333,
      freeze_ms: 1000,
      freeze_count: 2,
      received_height: 1080,
      layer: 2,
      layer_switches: 5,
    });
  });

  it('is computed again for a record that comes ten minutes late', async () => {
    await during(MINUTE_MS);
    await roll();
    goTo(beginMs + 11 * MINUTE_MS);
    await measure(ann);
    await send(api, { records: [recordOf(ann, beginMs + 25_500, { inboundLoss: 0.2 })] });
    await roll();
    expect(await rows('quality_1m')).toMatchObject([{ at_ms: beginMs + MINUTE_MS, strong: 6, weak: 1 }]);
  });

  it('is not computed before its records can have arrived, and a second run changes nothing', async () => {
    goTo(beginMs + 60_000);
    await measure(ann);
    await roll();
    expect(await rows('quality_1m')).toEqual([]);
    goTo(beginMs + 75_000);
    await Promise.all([roll(), roll()]);
    await roll();
    expect(await rows('quality_1m')).toHaveLength(1);
  });

  it('with very many sessions is computed in steps', async () => {
    const ids = Array.from({ length: 450 }, (_, at) => `PA_${String(at).padStart(20, '0')}`);
    goTo(beginMs + 30_000);
    await send(api, { facts: ids.map((id) => factsOf(id)), records: ids.map((id) => recordOf(id, beginMs + 20_000)) });
    goTo(beginMs + 75_000);
    await roll();
    expect(await rows('quality_1m')).toHaveLength(450);
  });
});

describe('an hour', () => {
  it('is computed from its minutes when it is over, and again for late records', async () => {
    await during(2 * MINUTE_MS, (at) => ({ rttMs: at < 6 ? 10 : 30 }));
    await roll();
    expect(await rows('quality_1h')).toEqual([]);
    goTo(beginMs + HOUR_MS + 15_000);
    await roll();
    expect(await rows('quality_1h')).toMatchObject([
      { at_ms: beginMs + HOUR_MS, period_ms: 120_000, strong: 12, rtt_us: 20_000 },
    ]);
    await send(api, { records: [recordOf(ann, beginMs + HOUR_MS - 5000, { source: '' })] });
    goTo(beginMs + HOUR_MS + 80_000);
    await roll();
    expect(await rows('quality_1h')).toMatchObject([{ period_ms: 130_000, unknown: 1 }]);
    expect(await api.store.db.selectFrom('quality_sessions').select('to_roll').execute()).toEqual([{ to_roll: 0 }]);
  });
});

it('the job continues at the same place when another instance takes it', async () => {
  await during(MINUTE_MS);
  goTo(beginMs + HOUR_MS + 15_000);
  let looks = 0;
  const signal = {
    /** Aborts after the minutes. */
    get aborted() {
      looks += 1;
      return looks > 3;
    },
  } as AbortSignal;
  expect(await api.quality.rollingUp.run(signal)).toBe(false);
  expect([(await rows('quality_1m')).length, (await rows('quality_1h')).length]).toEqual([1, 0]);
  await measure(ann);
  goTo(beginMs + HOUR_MS + 90_000);
  await roll();
  expect(await rows('quality_1h')).toMatchObject([{ at_ms: beginMs + HOUR_MS, strong: 6 }]);
});

describe('old data', () => {
  it('is deleted: records after a day, minutes after 31 days, the rest after 366', async () => {
    await during(MINUTE_MS);
    const event = { sessionId: ann, wallMs: api.clock.wallMs(), kind: 'muted' };
    await send(api, { events: [event] });
    goTo(beginMs + HOUR_MS + 15_000);
    await roll();
    const counts = async () => {
      const all = ['quality_10s', 'quality_1m', 'quality_1h', 'session_events', 'quality_sessions'] as const;
      return Promise.all(all.map(async (name) => (await api.store.db.selectFrom(name).selectAll().execute()).length));
    };
    expect(await counts()).toEqual([6, 1, 1, 1, 1]);
    const after = async (ms: number) => {
      goTo(beginMs + ms);
      await roll();
      return counts();
    };
    expect(await after(DAY_MS)).toEqual([6, 1, 1, 1, 1]);
    expect(await after(DAY_MS + 2 * MINUTE_MS)).toEqual([0, 1, 1, 1, 1]);
    expect(await after(31 * DAY_MS)).toEqual([0, 1, 1, 1, 1]);
    expect(await after(31 * DAY_MS + 2 * MINUTE_MS)).toEqual([0, 0, 1, 1, 1]);
    expect(await after(366 * DAY_MS)).toEqual([0, 0, 1, 1, 1]);
    expect(await after(366 * DAY_MS + 2 * HOUR_MS)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is deleted after an hour for sessions whose facts never came', async () => {
    await send(api, {
      records: [recordOf(bob, beginMs)],
      events: [{ sessionId: bob, wallMs: beginMs, kind: 'muted' }],
    });
    await measure(ann);
    goTo(beginMs + HOUR_MS + 1000);
    await roll();
    const left = await api.store.db.selectFrom('quality_sessions').select('session_id').execute();
    expect(left).toEqual([{ session_id: ann }]);
    expect(await api.store.db.selectFrom('session_events').selectAll().execute()).toEqual([]);
  });

  it('is deleted after the days of its tenant, with the session', async () => {
    await during(MINUTE_MS);
    await api.ask('PATCH', '/tenant/retention', { body: { attendanceDays: 2 } });
    goTo(beginMs + 3 * DAY_MS);
    await roll();
    expect(await rows('quality_1m')).toHaveLength(1);
    await api.keeping.retentions.purge(new AbortController().signal);
    expect(await rows('quality_1m')).toEqual([]);
    expect(await api.store.db.selectFrom('quality_sessions').selectAll().execute()).toEqual([]);
  });
});

it('the job runs each minute by itself', async () => {
  await during(MINUTE_MS);
  api.telling.jobs.start();
  await api.telling.jobs.settled();
  api.clock.advance(MINUTE_MS);
  await api.telling.jobs.settled();
  expect(await rows('quality_1m')).toHaveLength(1);
});
