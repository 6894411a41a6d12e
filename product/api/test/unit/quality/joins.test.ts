import { errorCodes, type wire } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherFacts } from '../../../src/alarms/facts.ts';
import { codesOf, failuresOf, isOfClient, refusalOf } from '../../../src/quality/core/joins.ts';
import { JOIN_HOURS_KEPT_MS, JOIN_MINUTES_KEPT_MS, recentJoins } from '../../../src/quality/joins.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';
import { ann, factsOf, send } from './batches.ts';

const silent = createLogger({ name: 'test', level: 'silent' });
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
let api: TestApi;
let hourMs: number;
beforeEach(async () => {
  api = await testApi();
  hourMs = Math.ceil(api.clock.wallMs() / HOUR_MS) * HOUR_MS;
  goTo(hourMs);
});
afterEach(() => api.close());

const goTo = (wallMs: number) => api.clock.advance(wallMs - api.clock.wallMs());
const eu = { id: 'sig-fra', region: 'eu' };
const ap = { id: 'sig-sgp', region: 'ap' };
const portion = (joinsNumber: number, o: wire.QualityBatch.$Properties = {}): wire.QualityBatch.$Properties => ({
  joins: [{ tenant: 'acme', code: '', count: 3 }],
  joinsOf: 'p1',
  joinsNumber,
  joinsAgeMs: 2000,
  ...o,
});
const portionOf = (...counts: (readonly [tenant: string, code: string, count: number])[]) => ({
  joins: counts.map(([tenant, code, count]) => ({ tenant, code, count })),
});
const sumsOf = async (table: 'join_minutes' | 'join_hours') => {
  const rows = await api.store.db.selectFrom(table).selectAll().execute();
  return rows.map((row) => [row.from_ms - hourMs, row.region, row.tenant, row.code, row.joins].join(' ')).sort();
};
const ask = async (query: string) => {
  const answer = await api.ask('GET', `/console/joins?${query}`, { signer: operatorKey });
  return answer.statusCode === 200 ? answer.json() : [answer.statusCode, answer.json().code];
};

describe('a portion of counted joins', () => {
  it('is counted once, in however many batches it comes', async () => {
    goTo(hourMs + 5000);
    for (const _ of 'again') await send(api, portion(1), eu);
    await send(api, portion(2, { facts: [factsOf(ann)] }), eu);
    await Promise.all([send(api, portion(3), eu), send(api, portion(3), eu)]);
    await send(api, portion(2), eu);
    expect(await sumsOf('join_minutes')).toEqual(['0 eu acme  9']);
    expect(await sumsOf('join_hours')).toEqual(['0 eu acme  9']);
  });

  it('of another process or node is another portion', async () => {
    goTo(hourMs + 5000);
    await send(api, portion(7), eu);
    await send(api, portion(1, { joinsOf: 'p2' }), eu);
    await send(api, portion(7), ap);
    await send(api, portion(7), eu);
    expect(await sumsOf('join_hours')).toEqual(['0 ap acme  3', '0 eu acme  6']);
  });

  it('that is invalid rejects the whole batch', async () => {
    const tooMany = Array.from({ length: 5001 }, () => ({ tenant: 'acme', code: '', count: 1 }));
    for (const wrong of [{ joinsOf: '' }, { joinsNumber: 0 }, { joins: tooMany }])
      await expect(send(api, portion(1, { facts: [factsOf(ann)], ...wrong }), eu)).rejects.toThrow(
        expect.objectContaining({ code: 'REQUEST_INVALID' }),
      );
    expect(await sumsOf('join_hours')).toEqual([]);
    expect(await api.store.db.selectFrom('quality_sessions').selectAll().execute()).toEqual([]);
  });

  it('has the region of the certificate, the minute of its first join, and only valid tenants and codes', async () => {
    goTo(hourMs + 90_000);
    const odd = portionOf(['a/b', 'NO_NODE', 1], ['', 'NO_NODE', 2], ['acme', 'no code', 4], ['acme', 'INTERNAL', 8]);
    await send(api, portion(1, { ...odd, joinsAgeMs: 31_000 }), eu);
    await send(api, portion(2, { joinsAgeMs: Number.NaN }), eu);
    await send(api, portion(3, { joinsAgeMs: -1e9, ...portionOf(['acme', '', 0]) }), eu);
    expect(await sumsOf('join_minutes')).toEqual(['0 eu  NO_NODE 3', '0 eu acme INTERNAL 12', '60000 eu acme  3']);
  });
});

describe('sums of joins', () => {
  it('of the last two minutes feed the alarms', async () => {
    await send(api, portion(1, { joinsAgeMs: 0, ...portionOf(['acme', 'NO_NODE', 100]) }), eu);
    goTo(hourMs + 3 * MINUTE_MS - 1);
    await send(api, portion(2, { joinsAgeMs: MINUTE_MS, ...portionOf(['acme', '', 5], ['b', '', 1]) }), eu);
    await send(api, portion(3, portionOf(['b', 'NO_NODE', 2], ['acme', 'NO_NODE', 1], ['', 'TOKEN_INVALID', 4])), eu);
    await send(api, portion(1), ap);
    const joins = [
      { region: 'ap', succeeded: 3, failed: {} },
      { region: 'eu', succeeded: 6, failed: { NO_NODE: 3, TOKEN_INVALID: 4 } },
    ];
    expect(await recentJoins(api.store.db, api.clock.wallMs())).toEqual(joins);
    const views = {
      latest: async () => ({ nodes: [], links: [] }),
      centreState: { isReachable: false },
      isKnown: false,
    };
    const { clock, store, quality, history } = api;
    const sources = { views: views as never, live: quality.live, history, watched: async () => undefined };
    const facts = await gatherFacts({ db: store.db, clock, log: silent, ...sources });
    expect(facts.joins).toEqual(joins);
    const recent = async () => (await recentJoins(store.db, clock.wallMs())).map(({ succeeded }) => succeeded);
    goTo(hourMs + 4 * MINUTE_MS - 1);
    expect(await recent()).toEqual([3, 0]);
    goTo(hourMs + 4 * MINUTE_MS);
    expect(await recent()).toEqual([]);
  });

  it('are kept for a day by minute and 400 days by hour, longer than nodes repeat portions', async () => {
    await send(api, portion(1), eu);
    const remainingRows = async () => [
      (await sumsOf('join_minutes')).length,
      (await sumsOf('join_hours')).length,
      (await api.store.db.selectFrom('join_portions').selectAll().execute()).length,
    ];
    const after = async (ms: number) => {
      goTo(hourMs + ms);
      expect(await api.quality.rollingUp.run()).toBe(true);
      return remainingRows();
    };
    expect(await after(JOIN_MINUTES_KEPT_MS - MINUTE_MS)).toEqual([1, 1, 1]);
    expect(await after(JOIN_MINUTES_KEPT_MS + MINUTE_MS)).toEqual([0, 1, 1]);
    expect(await after(JOIN_HOURS_KEPT_MS - HOUR_MS)).toEqual([0, 1, 0]);
    expect(await after(JOIN_HOURS_KEPT_MS + HOUR_MS)).toEqual([0, 0, 0]);
  });

  it('are shown to operators by hour and region, tenant or code, in pages', async () => {
    const counts = portionOf(['acme', '', 90], ['acme', 'NODE_LOST', 2], ['b', 'OVERLOADED', 5], ['b', 'ROOM_FULL', 7]);
    await send(api, portion(1, { ...counts, joinsAgeMs: 0 }), eu);
    await send(api, portion(1, { joinsAgeMs: 0 }), ap);
    goTo(hourMs + HOUR_MS + 1);
    await send(api, portion(2, { joinsAgeMs: 0 }), eu);
    const [first, second] = [new Date(hourMs), new Date(hourMs + HOUR_MS)].map((at) => at.toISOString());
    const none = { succeeded: 0, failed: 0, later: 0, ofClient: 0 };
    const three = { ...none, succeeded: 3 };
    expect((await ask('limit=200')).data).toEqual([
      { hour: first, key: 'ap', ...three },
      { hour: first, key: 'eu', succeeded: 90, failed: 2, later: 5, ofClient: 7 },
      { hour: second, key: 'eu', ...three },
    ]);
    expect((await ask(`by=tenant&region=eu&to=${second}`)).data).toEqual([
      { hour: first, key: 'acme', ...none, succeeded: 90, failed: 2 },
      { hour: first, key: 'b', ...none, later: 5, ofClient: 7 },
    ]);
    expect((await ask(`by=code&tenant=acme&from=${first}&to=${second}`)).data).toEqual([
      { hour: first, key: '', ...none, succeeded: 93 },
      { hour: first, key: 'NODE_LOST', ...none, failed: 2 },
    ]);
    const page = await ask('limit=2');
    expect(page.data).toHaveLength(2);
    expect((await ask(`limit=2&cursor=${page.nextCursor}`)).data).toEqual([{ hour: second, key: 'eu', ...three }]);
    expect(await ask('by=room')).toEqual([400, 'REQUEST_INVALID']);
    expect((await api.ask('GET', '/console/joins')).statusCode).toBe(403);
  });
});

describe('codes of failed joins', () => {
  it('each belong to one kind: `client`, `later` or `cloud`', () => {
    const all = [...codesOf('client'), ...codesOf('later'), ...codesOf('cloud')];
    expect(all.sort()).toEqual(Object.keys(errorCodes).sort());
    expect(codesOf('later')).toEqual(['RATE_LIMITED', 'OVERLOADED', 'SHUTTING_DOWN']);
  });

  it.each([
    ['client', ['TOKEN_EXPIRED', 'ROOM_FULL', 'ROOM_LOCKED', 'NOT_ADMITTED', 'DUPLICATE_IDENTITY', 'QUOTA_EXCEEDED']],
    ['cloud', ['INTERNAL', 'NO_NODE', 'NO_CAPACITY', 'CENTRE_UNREACHABLE', 'NODE_UNREACHABLE', 'API_UNREACHABLE']],
    ['cloud', ['ROOM_OWNER_LOST', 'of tomorrow', 'toString']],
  ] as const)('include as %s: %j', (refusal, codes) => {
    for (const code of codes) expect([code, refusalOf(code)]).toEqual([code, refusal]);
    for (const code of codes) expect(isOfClient(code)).toBe(refusal === 'client');
  });

  it('of kind `client` are no failures, and those of kind `later` only when no join succeeds', () => {
    const failed = { ROOM_FULL: 9, OVERLOADED: 7, NO_NODE: 2 };
    expect(failuresOf({ region: '', succeeded: 1, failed })).toEqual({ count: 2, code: 'NO_NODE' });
    expect(failuresOf({ region: '', succeeded: 0, failed })).toEqual({ count: 9, code: 'OVERLOADED' });
    expect(failuresOf({ region: '', succeeded: 0, failed: {} })).toEqual({ count: 0, code: '' });
  });
});
