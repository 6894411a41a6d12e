import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tenantScopes } from '../../../src/access/core/scopes.ts';
import { gatherFacts } from '../../../src/alarms/facts.ts';
import { dialledRegions, HOURS_KEPT_MS, RESULTS_KEPT_MS, removeOld, TESTERS_MAX } from '../../../src/dial/results.ts';
import { fleetNode } from '../../support/scripted-fleet.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  api.fleet.nodes = ['eu', 'ap', 'us'].map((region) => fleetNode({ id: `edge-${region}`, city: region, region }));
});
afterEach(() => api.close());

const failure = { isOk: false, stage: 'media', code: 'TIMED_OUT', text: 'no frame came' } as const;
const call = { kind: 'call', isOk: true, joinMs: 310.4, firstFrameMs: 520, servedBy: 'sfu-1', servedRegion: 'eu' };
const report = (o: object = {}) => ({ probe: 'edge-1', hostId: 'h1', region: 'eu', everyS: 20, results: [call], ...o });
const scope = 'dial:report';
const send = async (body: object, o: Parameters<TestApi['ask']>[2] = {}) => {
  const { statusCode, body: text } = await api.ask('POST', '/dial-reports', { scope, body, ...o });
  return [statusCode, text === '' ? '' : JSON.parse(text).code];
};
const sent = async (o: object = {}): Promise<void> => expect(await send(report(o))).toEqual([204, '']);
const rows = () => api.store.db.selectFrom('dial_results').selectAll().execute();
const getAsOperator = async (path: string) => {
  const got = await api.ask('GET', path, { signer: operatorKey, scope: 'operator' });
  return [got.statusCode, got.json()];
};

describe('a report', () => {
  const result = (o: object) => report({ results: [{ ...call, ...o }] });
  it.each<[string, object]>([
    ['nothing', {}],
    ['a failure without a stage', result({ isOk: false, code: 'TIMED_OUT' })],
    ['a failure without a code', result({ isOk: false, stage: 'media' })],
    ['a pair without another region', result({ kind: 'pair' })],
    ['a pair with itself', result({ kind: 'pair', toRegion: 'eu' })],
    ['two results of a kind', report({ results: [call, { ...call, toRegion: 'ap' }] })],
  ])('with %s is refused as a whole', async (_, body) => {
    expect(await send(body)).toEqual([400, 'REQUEST_INVALID']);
    expect(await rows()).toEqual([]);
  });

  it('is stored with times in whole milliseconds', async () => {
    await sent({ results: [call, { kind: 'pair', toRegion: 'ap', ...failure, servedBy: 'sfu-2' }] });
    expect(await rows()).toEqual([
      expect.objectContaining({ kind: 'call', to_region: '', is_ok: 1, join_ms: 310, gap_ms: null, code: '' }),
      expect.objectContaining({ kind: 'pair', to_region: 'ap', is_ok: 0, stage: 'media', code: 'TIMED_OUT' }),
    ]);
  });

  it('that comes twice counts once; the report of the next round counts, even with the same content', async () => {
    const results = [{ kind: 'call', ...failure }];
    await sent({ results });
    api.clock.advance(9000);
    await sent({ results });
    expect(await rows()).toHaveLength(1);
    expect((await dialledRegions(api.store.db, api.clock.wallMs()))[0]?.call).toMatchObject({ failedInRow: 1 });
    api.clock.advance(11_000);
    await sent({ results });
    expect((await dialledRegions(api.store.db, api.clock.wallMs()))[0]?.call).toMatchObject({ failedInRow: 2 });
    expect(await api.store.db.selectFrom('dial_hours').select(['tried', 'failed']).execute()).toEqual([
      { tried: 2, failed: 2 },
    ]);
  });

  it('whose results have times counts once, even if the next report repeats them', async () => {
    await sent();
    api.clock.advance(20_000);
    await sent();
    await sent({ results: [{ ...call, joinMs: 290 }] });
    expect((await rows()).map(({ join_ms }) => join_ms)).toEqual([310, 290]);
  });

  it('in a batch counts in the order of the batch', async () => {
    await sent({ results: [{ kind: 'call', ...failure }] });
    await sent({ results: [{ kind: 'call', ...failure, text: 'another' }] });
    await sent();
    expect((await dialledRegions(api.store.db, api.clock.wallMs()))[0]?.call).toMatchObject({
      tried: 3,
      failedInRow: 0,
    });
  });

  it('without results shows only that its tester runs', async () => {
    await sent({ results: [] });
    api.clock.advance(7000);
    expect(await dialledRegions(api.store.db, api.clock.wallMs())).toMatchObject([{ region: 'eu', silentMs: 7000 }]);
  });

  it('from or about a region without nodes is refused as a whole', async () => {
    const refusalOf = async (o: object) => {
      const { statusCode, body } = await api.ask('POST', '/dial-reports', { scope, body: report(o) });
      const { code, errors } = JSON.parse(body);
      return [statusCode, code, errors[0].pointer];
    };
    expect(await refusalOf({ region: 'r1' })).toEqual([400, 'REQUEST_INVALID', '/region']);
    for (const kind of ['pair', 'stream']) {
      const results = [call, { kind, toRegion: 'r1', isOk: true }];
      expect(await refusalOf({ results })).toEqual([400, 'REQUEST_INVALID', '/results/1/toRegion']);
    }
    expect([await rows(), await api.store.db.selectFrom('dial_testers').selectAll().execute()]).toEqual([[], []]);
  });

  it('from a region whose nodes the centre has lost is accepted for a day', async () => {
    const results = [call, { kind: 'pair', toRegion: 'ap', isOk: true }];
    await sent({ results });
    await sent({ region: 'ap', probe: 'edge-2' });
    api.fleet.nodes = [];
    api.clock.advance(20_000);
    await sent({ results: [{ ...call, joinMs: 290 }, results[1]] });
    expect(await rows()).toHaveLength(5);
  });

  it('from any region is accepted before a centre has answered', async () => {
    await api.close();
    api = await testApi();
    api.centre.state = 'down';
    await sent({ region: 'r1' });
  });

  it('from a tester beyond the limit is refused', async () => {
    const testers = Array.from({ length: TESTERS_MAX }, (_, at) => ({
      region: 'eu',
      probe: `p${at}`,
      host: 'h',
      every_s: 20,
      last_ms: api.clock.wallMs(),
      digest: '',
    }));
    await api.store.db.insertInto('dial_testers').values(testers).execute();
    expect(await send(report())).toEqual([429, 'QUOTA_EXCEEDED']);
    await sent({ probe: 'p7' });
  });
});

describe('the right to report', () => {
  it('can be given only by operators: a tenant gives it neither to keys nor to users', async () => {
    expect(await send(report(), { scope: tenantScopes.join(' ') })).toEqual([403, 'NOT_PERMITTED']);
    const admin = await api.user({ tenant: 'acme', email: 'root@example.org', role: 'admin' });
    expect(await send(report(), { as: admin })).toEqual([403, 'NOT_PERMITTED']);
    const body = { name: 'mine', scopes: [scope] };
    const ownKeyAnswer = await api.ask('POST', '/keys', { scope: `keys:admin ${scope}`, body });
    expect([ownKeyAnswer.statusCode, ownKeyAnswer.json().code]).toEqual([400, 'REQUEST_INVALID']);
    expect((await api.ask('POST', '/keys', { body, as: admin })).statusCode).toBe(400);
    expect(await rows()).toEqual([]);
  });

  it('can be given with an operator’s key', async () => {
    await api.ask('POST', '/tenants', { signer: operatorKey, scope: 'operator', body: { id: 'dial', name: 'Dial' } });
    const body = { name: 'testers', scopes: [scope] };
    const made = await api.ask('POST', '/tenants/dial/keys', { signer: operatorKey, scope: 'operator', body });
    expect(made.statusCode).toBe(201);
    const { id: key, secret } = made.json();
    expect(await send(report(), { signer: { key, secret } })).toEqual([204, '']);
  });

  it('in the configuration is for tenants that it names for dial tests', async () => {
    const other = { id: 'initech', name: 'Initech', key: 'initechkey', secret: 'i'.repeat(32) };
    await api.keys.seed([other], tenantScopes);
    expect(await send(report(), { signer: other })).toEqual([403, 'NOT_PERMITTED']);
  });
});

describe('the known state of a region', () => {
  const knownStates = async () =>
    (await dialledRegions(api.store.db, api.clock.wallMs())).map(({ region, silentMs, call, pairs }) => ({
      region,
      silentMs,
      tried: call.tried,
      failedInRow: call.failedInRow,
      pairs: Object.fromEntries([...pairs].map(([other, { failedInRow }]) => [other, failedInRow])),
    }));

  it('keeps the region’s last rounds for an hour of silence', async () => {
    for (let round = 0; round < 10; round += 1) {
      await sent({ results: [{ kind: 'call', ...failure }] });
      api.clock.advance(20_000);
    }
    expect(await knownStates()).toEqual([{ region: 'eu', silentMs: 20_000, tried: 5, failedInRow: 5, pairs: {} }]);
    api.clock.advance(3_570_000);
    expect(await knownStates()).toMatchObject([{ silentMs: 3_590_000, tried: 5, failedInRow: 5 }]);
    api.clock.advance(11_000);
    expect(await knownStates()).toEqual([]);
  });

  it('feeds the alarms, and is absent if the database does not answer', async () => {
    await sent();
    const views = { latest: async () => ({}), centreState: { isReachable: false }, isKnown: false } as never;
    const live = { view: async () => ({ nodes: new Map() }) } as never;
    const { clock, store } = api;
    const { history } = api;
    const o = { clock, views, live, history, watched: async () => undefined, log: { warn: () => undefined } as never };
    expect((await gatherFacts({ ...o, db: store.db })).dialled).toMatchObject([{ region: 'eu' }]);
    const databaseAway = {
      selectFrom: () => {
        throw new Error('the database is away');
      },
    };
    expect(await gatherFacts({ ...o, db: databaseAway as never })).not.toHaveProperty('dialled');
  });

  it('becomes an alarm', async () => {
    for (let round = 0; round < 2; round += 1) {
      api.clock.advance(20_000);
      await sent({ results: [{ kind: 'call', ...failure }] });
    }
    await api.alarms.judging.look();
    const [, { alarms }] = await getAsOperator('/alarms');
    expect(alarms).toMatchObject([
      {
        rule: 'dial-region',
        subject: 'eu',
        text: 'Calls in eu fail at media: TIMED_OUT no frame came; 2 of 2 rounds.',
        labels: { region: 'eu', stage: 'media' },
      },
    ]);
  });
});

describe('the view of operators', () => {
  /** Makes `count` rounds of eu and ap: media from ap fails in eu in the last `failed` rounds. */
  const rounds = async (count: number, failed: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      api.clock.advance(19_000);
      const own = { ...call, firstFrameMs: 500 + round };
      const pair = { kind: 'pair', toRegion: 'ap', gapMs: 40, joinMs: 300 };
      const isBad = round >= count - failed;
      await sent({ results: [own, isBad ? { ...pair, ...failure, stage: 'relay' } : { ...pair, isOk: true }] });
      api.clock.advance(1000);
      const results = [own, { kind: 'pair', toRegion: 'eu', isOk: true, gapMs: 20 }];
      await sent({ region: 'ap', probe: 'edge-2', results });
    }
  };

  it('has the matrix with the last failure, and faults in words', async () => {
    await rounds(6, 2);
    const [status, state] = await getAsOperator('/console/dial');
    expect(status).toBe(200);
    expect(state.regions.map(({ region }: { region: string }) => region)).toEqual(['ap', 'eu']);
    const cell = state.cells.find((one: { toRegion: string }) => one.toRegion === 'ap');
    const sinceMs = api.clock.wallMs() - 21_000;
    expect(cell).toMatchObject({ region: 'eu', kind: 'pair', tried: 6, failed: 2, isFailing: true, isOk: false });
    expect(cell).toMatchObject({
      gapMs: 40,
      lastFailure: { stage: 'relay', code: 'TIMED_OUT', text: 'no frame came' },
    });
    expect(state.cells.filter(({ isFailing }: { isFailing: boolean }) => isFailing)).toEqual([cell]);
    expect(state.faults).toEqual([
      {
        what: 'pair',
        region: 'eu',
        others: ['ap'],
        stage: 'relay',
        code: 'TIMED_OUT',
        text: 'no frame came',
        since: new Date(sinceMs).toISOString(),
      },
    ]);
  });

  it('names a region whose streams fail, since the first failure', async () => {
    const stream = (toRegion: string) => ({ results: [{ kind: 'stream', toRegion, ...failure, stage: 'ingest' }] });
    await sent({ results: [{ kind: 'stream', toRegion: 'ap', isOk: true }] });
    api.clock.advance(60_000);
    await sent(stream('ap'));
    const since = new Date(api.clock.wallMs()).toISOString();
    api.clock.advance(60_000);
    await sent(stream('us'));
    const [, { faults, cells }] = await getAsOperator('/console/dial');
    expect(faults).toMatchObject([{ what: 'stream', region: 'eu', stage: 'ingest', since }]);
    expect(cells.map((one: { isFailing: boolean }) => one.isFailing)).toEqual([true, true]);
  });

  it('names a region whose streams cannot be watched, since the first failed playback', async () => {
    const stream = (stage: string, text: string) => ({
      results: [{ kind: 'stream', toRegion: 'ap', ...failure, stage, text }],
    });
    await sent({ region: 'ap', probe: 'edge-2' });
    await sent({ results: [{ kind: 'stream', toRegion: 'ap', isOk: true }] });
    api.clock.advance(20_000);
    await sent(stream('ingest', '1'));
    api.clock.advance(20_000);
    await sent(stream('playback', '2'));
    const since = new Date(api.clock.wallMs()).toISOString();
    api.clock.advance(19_000);
    await sent(stream('playback', '3'));
    const [, { faults }] = await getAsOperator('/console/dial');
    expect(faults).toMatchObject([{ what: 'watched', region: 'ap', stage: 'playback', since }]);
  });

  it('names a region where one tester always fails, since its first failure', async () => {
    await sent({ probe: 'edge-2' });
    api.clock.advance(1000);
    const since = new Date(api.clock.wallMs()).toISOString();
    for (let round = 0; round < 3; round += 1) {
      await sent({ results: [{ kind: 'call', ...failure }] });
      api.clock.advance(19_000);
      await sent({ probe: 'edge-2', results: [{ ...call, joinMs: 300 + round }] });
      api.clock.advance(1000);
    }
    const [, { faults, cells }] = await getAsOperator('/console/dial');
    expect(faults).toMatchObject([{ what: 'call', region: 'eu', stage: 'media', since }]);
    expect(cells).toMatchObject([{ kind: 'call', isFailing: true, isOk: true }]);
  });

  it('names a silent tester, and nothing in a region without a tester', async () => {
    expect((await getAsOperator('/console/dial'))[1]).toMatchObject({ regions: [], cells: [], faults: [] });
    await sent();
    api.clock.advance(60_000);
    expect((await getAsOperator('/console/dial'))[1].faults).toMatchObject([{ what: 'silent', region: 'eu' }]);
  });

  it('charts a pair in points of five minutes for a day, and of hours for more', async () => {
    await rounds(30, 3);
    const path = '/console/dial/history?kind=pair&region=eu&toRegion=ap';
    const [, day] = await getAsOperator(path);
    const sum = (name: 'tried' | 'failed', { points }: { points: Record<string, number>[] }) =>
      points.reduce((all, point) => all + (point[name] ?? 0), 0);
    expect([day.stepS, sum('tried', day), sum('failed', day)]).toEqual([300, 30, 3]);
    expect(day.points[0]).toMatchObject({ joinMs: 300, gapMs: 40 });
    expect(day.failures).toHaveLength(3);
    const [from, to] = [-30, 1].map((hours) => new Date(api.clock.wallMs() + hours * 3_600_000).toISOString());
    const [, longChart] = await getAsOperator(`${path}&from=${from}&to=${to}`);
    expect([longChart.stepS, sum('tried', longChart), sum('failed', longChart)]).toEqual([3600, 30, 3]);
    expect((await getAsOperator('/console/dial/history?kind=call&region=eu'))[1].points[0]).toMatchObject({
      joinMs: 310,
    });
  });

  it.each([
    ['an unknown kind', '?kind=chat&region=eu'],
    ['no region', '?kind=call'],
    ['an invalid time', '?kind=call&region=eu&from=yesterday'],
    ['an end before the start', '?kind=call&region=eu&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['94 days', '?kind=call&region=eu&from=2026-01-01T00:00:00Z&to=2026-04-05T00:00:00Z'],
  ])('is refused with %s', async (_, query) => {
    const [status, { code }] = await getAsOperator(`/console/dial/history${query}`);
    expect([status, code]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('old data', () => {
  it('is deleted: results after 32 days, hourly sums after 400, testers after a day', async () => {
    const { clock, store } = api;
    const counts = async () =>
      Promise.all(
        (['dial_results', 'dial_hours', 'dial_testers'] as const).map(
          async (table) => (await store.db.selectFrom(table).selectAll().execute()).length,
        ),
      );
    await sent();
    for (const [passedMs, left] of [
      [0, [1, 1, 1]],
      [RESULTS_KEPT_MS, [1, 1, 0]],
      [1, [0, 1, 0]],
      [HOURS_KEPT_MS - RESULTS_KEPT_MS + 3_600_000, [0, 0, 0]],
    ] as const) {
      clock.advance(passedMs);
      expect(await removeOld({ db: store.db, clock })).toBe(true);
      expect([passedMs, await counts()]).toEqual([passedMs, left]);
    }
  });
});
