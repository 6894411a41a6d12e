import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherFacts } from '../../../src/alarms/facts.ts';
import { makeHistory } from '../../../src/history/history.ts';
import { HISTORY_KEPT_MS } from '../../../src/history/sampling.ts';
import { fleetNode, type ScriptedNode, seenLink } from '../../support/scripted-fleet.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const STEP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const MB = 1e6;
const silentLog = createLogger({ name: 'api', level: 'fatal' });
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  api.clock.advance(HOUR_MS - (api.clock.wallMs() % HOUR_MS));
});
afterEach(() => api.close());

interface Load {
  readonly txBps?: number;
  readonly rssBytes?: number;
  readonly diskBytes?: number;
  readonly diskFreeBytes?: number;
  readonly sent?: { readonly rows: { readonly nodeId: string; readonly bps: number }[] };
}
const sfu = (o: ScriptedNode, load: Load = {}, incarnation = 'i1') => {
  const node = fleetNode(o);
  return { ...node, node: { ...node.node, incarnation }, load: { ...node.load, ...load } };
};
const sample = async () => {
  api.clock.advance(STEP_MS);
  return api.history.sampling.sample();
};
const samples = () => api.store.db.selectFrom('node_samples').selectAll().orderBy('at_ms').orderBy('node').execute();
const hours = () => api.store.db.selectFrom('node_hours').selectAll().orderBy('at_ms').orderBy('node').execute();
const regions = () => api.store.db.selectFrom('region_samples').selectAll().orderBy('region').execute();
const observe = async () => {
  const { nodes, links } = await view();
  api.history.observe({ nodes, links });
};
const view = () => api.views.latest();

describe('a sample', () => {
  it('has each live node, with means of all looks at the cloud, and its region', async () => {
    const disk = { diskBytes: 1000, diskFreeBytes: 400 };
    for (const txBps of [100, 200, 600]) {
      api.fleet.nodes = [
        sfu({ id: 'sfu-1', city: 'Frankfurt', sessions: 7 }, { txBps, ...disk }),
        { ...sfu({ id: 'sfu-2', city: 'London', sessions: 5 }, { txBps: 50 }), cordoned: true },
        sfu({ id: 'sfu-3', city: 'Paris', state: 'dead' }),
        sfu({ id: 'sig-1', city: 'Tokyo', region: 'ap', kind: 'signaling' }),
      ];
      api.clock.advance(60_000);
      await observe();
    }
    api.clock.advance(2 * 60_000);
    expect(await api.history.sampling.sample()).toBe(true);
    const wholeSample = { at_ms: api.clock.wallMs(), incarnation: 'i1', rx_bps: 20, rss_bytes: 5, cpu_ppm: 200_000 };
    expect(await samples()).toEqual([
      {
        ...wholeSample,
        node: 'sfu-1',
        host: 'host-sfu-1',
        kind: 'sfu',
        region: 'eu',
        tx_bps: 300,
        sessions: 7,
        sessions_max: 100,
        disk_used_bytes: 600,
        disk_bytes: 1000,
      },
      expect.objectContaining({ ...wholeSample, node: 'sfu-2', tx_bps: 50, sessions: 5, disk_bytes: null }),
      expect.objectContaining({ ...wholeSample, node: 'sig-1', region: 'ap' }),
    ]);
    expect(await regions()).toMatchObject([
      { region: 'ap', nodes: 1, sessions: 0, open_max: 0 },
      { region: 'eu', nodes: 2, tx_bps: 350, rx_bps: 40, sessions: 12, open_sessions: 7, open_max: 100 },
    ]);
  });

  it('is stored by one of two instances, and once in five minutes', async () => {
    const { store, clock, telling, views } = api;
    const otherHistory = makeHistory({ store, clock, jobs: telling.jobs, views });
    clock.advance(STEP_MS);
    const stored = await Promise.all([api.history.sampling.sample(), otherHistory.sampling.sample()]);
    expect(stored.toSorted()).toEqual([false, true]);
    clock.advance(STEP_MS - 1000);
    expect(await otherHistory.sampling.sample()).toBe(false);
    expect(await samples()).toHaveLength(1);
    expect(await hours()).toMatchObject([{ minutes: 5 }]);
  });

  it('is stored when a node reports impossible figures', async () => {
    for (const figure of [1e18, 1e19, Number.MAX_VALUE]) {
      const hugeFigures = { txBps: figure, rxBps: figure, rssBytes: figure, diskBytes: figure, cpu: figure };
      const sent = { rows: [{ nodeId: 'sfu-1', bps: figure }] };
      api.fleet.nodes = [
        sfu({ id: 'sfu-1', city: 'Rome' }),
        sfu({ id: 'sfu-2', city: 'Oslo', region: 'no' }, { ...hugeFigures, sent }),
      ];
      for (let at = 0; at < 12; at += 1) expect(await sample()).toBe(true);
    }
    const found = [
      await samples(),
      await hours(),
      await regions(),
      await api.store.db.selectFrom('link_hours').selectAll().execute(),
    ];
    for (const row of found.flat())
      for (const value of Object.values(row))
        expect(typeof value !== 'number' || value <= Number.MAX_SAFE_INTEGER).toBe(true);
  });

  it('is not made while the centre is away', async () => {
    expect(await sample()).toBe(true);
    api.centre.state = 'down';
    expect(await sample()).toBe(false);
    expect(await samples()).toHaveLength(1);
  });
});

describe('an hour', () => {
  it('has sums, means and peaks of its samples, and the figures of the last one', async () => {
    for (let at = 1; at <= 13; at += 1) {
      const load = { txBps: at * 800, rssBytes: at, diskBytes: 100, diskFreeBytes: 100 - at };
      api.fleet.nodes = [sfu({ id: 'sfu-1', city: 'Frankfurt', sessions: at, cpu: at / 100 }, load)];
      await sample();
    }
    const [first, second, ...more] = await hours();
    expect(more).toEqual([]);
    const endMs = api.clock.wallMs() - STEP_MS;
    const nodeFields = { node: 'sfu-1', host: 'host-sfu-1', kind: 'sfu', region: 'eu' };
    expect(first).toEqual({
      ...nodeFields,
      at_ms: endMs,
      minutes: 60,
      cpu_ppm: 65_000,
      cpu_peak_ppm: 120_000,
      tx_bytes: 78 * 800 * 37.5,
      rx_bytes: 12 * 20 * 37.5,
      tx_peak_bps: 9600,
      rx_peak_bps: 20,
      session_minutes: 78 * 5,
      sessions_peak: 12,
      sessions_max: 100,
      rss_peak_bytes: 12,
      disk_used_bytes: 12,
      disk_bytes: 100,
    });
    expect(second).toMatchObject({ at_ms: endMs + HOUR_MS, minutes: 5, sessions_peak: 13 });
  });

  it('is deleted when it is old, as samples are', async () => {
    await sample();
    const counts = async () => [await samples(), await hours(), await regions()].map(({ length }) => length);
    const { node_samples, node_hours, region_samples } = HISTORY_KEPT_MS;
    let passedMs = 0;
    for (const [untilMs, expected] of [
      [node_samples - HOUR_MS, [1, 1, 1]],
      [node_samples + HOUR_MS, [0, 1, 1]],
      [node_hours + 2 * HOUR_MS, [0, 0, 1]],
      [region_samples + HOUR_MS, [0, 0, 0]],
    ] as const) {
      api.clock.advance(untilMs - passedMs);
      passedMs = untilMs;
      await api.history.sampling.removeOld();
      expect(await counts()).toEqual(expected);
    }
  });

  it('is deleted with all other old ones, and the job ends', async () => {
    const row = { host: 'h', kind: 'sfu', region: 'eu', incarnation: '', cpu_ppm: 1, tx_bps: 1, rx_bps: 1 };
    const more = { sessions: 1, sessions_max: 1, rss_bytes: 1, disk_used_bytes: null, disk_bytes: null };
    for (let at = 0; at < 5; at += 1)
      await api.store.db
        .insertInto('node_samples')
        .values(Array.from({ length: 500 }, (_, number) => ({ ...row, ...more, at_ms: at, node: `n${number}` })))
        .execute();
    await api.history.sampling.removeOld();
    expect(await samples()).toEqual([]);
  });
});

describe('traffic between regions', () => {
  const links = () => api.store.db.selectFrom('link_hours').selectAll().orderBy('at_ms').orderBy('to_region').execute();
  const sends = (bps: number) => {
    const rows = [
      { nodeId: 'ap-1', bps },
      { nodeId: 'gone', bps: 1e6 },
    ];
    api.fleet.nodes = [
      sfu({ id: 'eu-1', city: 'Frankfurt' }, { sent: { rows } }),
      sfu({ id: 'ap-1', city: 'Tokyo', region: 'ap' }, { sent: { rows: [{ nodeId: 'eu-1', bps: 8 }] } }),
      sfu({ id: 'us-1', city: 'Boston', region: 'us' }),
    ];
  };

  it('is added up by hour, with the highest mean of five minutes; the next hour starts at 0', async () => {
    for (const bps of [800, 2400, 1600.4]) {
      sends(bps);
      await sample();
    }
    const at_ms = Math.ceil(api.clock.wallMs() / HOUR_MS) * HOUR_MS;
    const hourThere = { at_ms, from_region: 'eu', to_region: 'ap' };
    const hourBack = { at_ms, from_region: 'ap', to_region: 'eu', sent_bytes: 3 * 300, peak_bps: 8 };
    expect(await links()).toEqual([{ ...hourThere, sent_bytes: 4800.4 * 37.5, peak_bps: 2400 }, hourBack]);
    api.clock.advance(at_ms - STEP_MS - api.clock.wallMs());
    await sample();
    expect(await links()).toMatchObject([{ sent_bytes: 4800.4 * 37.5 + 1600.4 * 37.5, peak_bps: 2400 }, { at_ms }]);
    await sample();
    expect(await links()).toMatchObject([{ at_ms }, { at_ms }, { at_ms: at_ms + HOUR_MS, peak_bps: 1600 }, {}]);
  });

  it('is summed up once after the end of its day', async () => {
    const days = () => api.store.db.selectFrom('link_days').selectAll().where('from_region', '=', 'eu').execute();
    const day_ms = Math.ceil(api.clock.wallMs() / (24 * HOUR_MS)) * 24 * HOUR_MS;
    const until = (ms: number): void => api.clock.advance(ms - STEP_MS - api.clock.wallMs());
    sends(800);
    for (const ms of [day_ms - HOUR_MS, day_ms]) {
      until(ms);
      await sample();
    }
    expect(await days()).toEqual([]);
    const found = { at_ms: day_ms, from_region: 'eu', to_region: 'ap', sent_bytes: 60_000, peaks_bps: '800 800' };
    for (const _ of 'twice') {
      await sample();
      expect(await days()).toEqual([found]);
    }
  });

  it('counts the same five minutes once, whichever instance stores them', async () => {
    const { store, clock, telling, views } = api;
    const other = makeHistory({ store, clock, jobs: telling.jobs, views });
    sends(800);
    clock.advance(STEP_MS);
    await Promise.all([api.history.sampling.sample(), other.sampling.sample()]);
    clock.advance(STEP_MS - 1000);
    await other.sampling.sample();
    expect(await links()).toMatchObject([{ sent_bytes: 30_000 }, { sent_bytes: 300 }]);
  });

  it('counts both legs of a relay if the path in use has one', async () => {
    sends(800);
    api.fleet.links = [seenLink('host-eu-1', 'host-ap-1', { inUse: true, via: 'host-us-1' })];
    await sample();
    expect((await links()).map((row) => `${row.from_region} > ${row.to_region} ${row.sent_bytes}`).toSorted()).toEqual([
      'ap > eu 300',
      'eu > us 30000',
      'us > ap 30000',
    ]);
  });

  it('is kept only as long as the report of the last full month needs it', async () => {
    sends(800);
    await sample();
    api.clock.advance(HISTORY_KEPT_MS.link_hours);
    await api.history.sampling.removeOld();
    expect(await links()).toHaveLength(2);
    api.clock.advance(HOUR_MS);
    await api.history.sampling.removeOld();
    expect(await links()).toEqual([]);
  });

  it('is absent for nodes that do not report it', async () => {
    expect(await sample()).toBe(true);
    expect(await links()).toEqual([]);
  });
});

describe('trends', () => {
  const filling = async (count: number, incarnation = 'i1') => {
    for (let at = 0; at < count; at += 1) {
      const load = { rssBytes: 300 * MB + (at * 30 * MB) / 12 };
      api.fleet.nodes = [sfu({ id: 'sfu-1', city: 'Frankfurt', sessions: 40 + at }, load, incarnation)];
      await sample();
    }
  };
  it('cover present nodes and regions, and detect restarts by the incarnation', async () => {
    await filling(60);
    const found = await api.history.trends();
    expect(found?.memory.get('sfu-1')).toMatchObject({ bytesPerHour: expect.closeTo(30 * MB, -4), risingShare: 1 });
    expect(found?.capacity.get('eu')).toEqual({ share: 0.99, fullInMs: STEP_MS });
    api.fleet.nodes = [sfu({ id: 'sfu-9', city: 'Tokyo', region: 'ap' })];
    await sample();
    expect(await api.history.trends()).toMatchObject({ memory: new Map(), capacity: new Map() });
    await filling(1);
    expect((await api.history.trends())?.memory.size).toBe(1);
    await filling(1, 'i2');
    expect((await api.history.trends())?.memory.size).toBe(0);
  });

  it('are queried once a minute, however many callers there are', async () => {
    await sample();
    await Promise.all([api.history.trends(), api.history.trends()]);
    await api.store.db.deleteFrom('region_samples').execute();
    api.clock.advance(59_000);
    expect(await api.history.trends()).toBeDefined();
    api.clock.advance(1_000);
    expect(await api.history.trends()).toBeUndefined();
  });

  it('are unknown without recent samples', async () => {
    expect(await api.history.trends()).toBeUndefined();
    await sample();
    api.clock.advance(STEP_MS);
    expect(await api.history.trends()).toBeDefined();
    api.clock.advance(3 * STEP_MS);
    expect(await api.history.trends()).toBeUndefined();
  });

  it('are the only facts of alarms that are missing while the database is away', async () => {
    await sample();
    const { store, clock, views, history, quality } = api;
    const sources = { views, live: quality.live, watched: async () => undefined };
    const of = { db: store.db, clock, log: silentLog, ...sources };
    expect(Object.keys(await gatherFacts({ ...of, history }))).toContain('trends');
    const down = { ...history, trends: () => Promise.reject(new Error('the database is away')) };
    const { trends, ...others } = await gatherFacts({ ...of, history: down });
    expect(trends).toBeUndefined();
    expect(Object.keys(others).toSorted()).toEqual([
      ...['awayReceivers', 'channels', 'cloud', 'deliveries', 'dialled', 'failures', 'isCentreReachable', 'joins'],
      ...['queues', 'strengths', 'wallMs', 'webhooks'],
    ]);
  });

  it('have the usual delays of links from looks at the cloud', async () => {
    api.fleet.nodes = [sfu({ id: 'a', city: 'Frankfurt' }), sfu({ id: 'b', city: 'London' })];
    api.fleet.links = [seenLink('host-a', 'host-b', { inUse: true, rttMs: 14 })];
    for (let at = 0; at < 17; at += 1) {
      api.clock.advance(60_000);
      await observe();
    }
    await sample();
    expect((await api.history.trends())?.usualRttMs).toEqual(new Map([['eu/Frankfurt eu/London', 14]]));
  });
});
