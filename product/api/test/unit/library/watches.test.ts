import { rpc, type wire } from '@meridian/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ItemRow } from '../../../src/library/rows.ts';
import { forgetDemand } from '../../../src/library/watch-rows.ts';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary, type MadeItem, makeContent, makeItem } from '../../support/items.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { report, watchId, watchOf } from '../../support/watches.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-02T00:00:00Z');
const [, globex] = tenants;

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  api.clock.advance(START_MS - api.clock.wallMs());
});
afterAll(() => api.close());
afterEach(async () => {
  await emptyLibrary(api);
  await api.store.db.deleteFrom('jobs').execute();
});

type Said = wire.LibraryWatch.$Properties;
const reportWatches = (item: ItemRow, ...all: Said[]) =>
  report(
    api,
    all.map((o) => watchOf(api, item, o)),
  );
const made = async (o: MadeItem = {}): Promise<ItemRow> => {
  const { id } = await makeItem(api, o);
  return api.store.db.selectFrom('library_items').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
};
const rows = () => api.store.db.selectFrom('library_watches').selectAll().orderBy('tenant').orderBy('id').execute();
const demand = async () => {
  const found = await api.store.db.selectFrom('library_demand').selectAll().orderBy('hour_ms').execute();
  return found.map(({ content, item, hour_ms, starts }) => [content, item, hour_ms, starts]);
};
const starts = async () => (await demand()).reduce((sum, row) => sum + Number(row[3]), 0);
const positions = async () => {
  const found = await api.store.db.selectFrom('library_positions').selectAll().orderBy('viewer').execute();
  return found.map(({ viewer, position_ms }) => [viewer, position_ms]);
};
const counts = async () => [(await rows()).length, (await positions()).length, (await demand()).length];
const ask = async (path: string, o: Parameters<TestApi['ask']>[2] = {}) => (await api.ask('GET', path, o)).json();
const setWatching = async (watching: string, signer: (typeof tenants)[number] = tenants[0]) => {
  const answer = await api.ask('PATCH', '/tenant/library', { body: { watching }, signer });
  await api.telling.jobs.settled();
  return answer;
};

describe('a report', () => {
  it('of an impossible playback, or of a foreign item, is dropped, and the rest of its batch is kept', async () => {
    const [item, other] = [await made(), await made({ tenant: 'globex' })];
    const waiting = await made({ state: 'waiting' });
    const contentWithoutItem = await makeContent(api);
    const invalidReports: Said[] = [
      { id: 'short' },
      { stalls: 1e9 },
      { tenant: 'globex' },
      { tenant: 'nowhere' },
      { contentId: 'up_unknown' },
      { contentId: contentWithoutItem.id },
      { itemId: 'LI_unknown' },
      { itemId: waiting.id },
      { itemId: other.id, contentId: other.content },
      { contentId: other.content, itemId: '' },
    ];
    await reportWatches(item, ...invalidReports.map((o, at) => Object.assign({ id: watchId(`x${at}`) }, o)), {});
    expect((await rows()).map(({ id }) => id)).toEqual([watchId('w1')]);
    expect(await starts()).toBe(1);
  });

  it('with too many playbacks, or from no library node, is refused as a whole', async () => {
    const item = await made();
    const manyReports = Array.from({ length: 501 }, (_, at) => watchOf(api, item, { id: watchId(`m${at}`) }));
    await expect(report(api, manyReports)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await api.libraries.fra.sendToApi(rpc.libraryWatched, { watches: [watchOf(api, item)] }, 'gateway');
    expect(await counts()).toEqual([0, 0, 0]);
    await report(api, manyReports.slice(1));
    expect([await counts(), await starts()]).toEqual([[500, 0, 1], 500]);
  });

  it('is stored with all its fields, and the region of its node', async () => {
    const item = await made();
    await reportWatches(item, { viewer: 'ann' });
    const nowMs = api.clock.wallMs();
    expect(await rows()).toEqual([
      {
        tenant: 'acme',
        id: watchId('w1'),
        item: item.id,
        content: item.content,
        viewer: 'ann',
        region: 'frankfurt',
        seq: 1,
        started_ms: nowMs - MINUTE_MS,
        last_ms: nowMs,
        startup_ms: 400,
        watched_ms: 55_000,
        position_ms: 55_000,
        stalls: 2,
        stalled_ms: 3000,
        seeks: 1,
        switches: 1,
        qualities: JSON.stringify([{ name: '720p', watchedMs: 55_000 }]),
        has_ended: 0,
        cache: 'edge-1.example.org',
      },
    ]);
  });

  it('heats its content once by a view as old as the playback, and a report of the previous day hardly does', async () => {
    const item = await made();
    const nowMs = api.clock.wallMs();
    const heats = () => api.store.db.selectFrom('library_heats').select(['tenant', 'content', 'views']).execute();
    await reportWatches(item, { startedWallMs: nowMs - HOUR_MS, seq: 1 });
    await reportWatches(item, { startedWallMs: nowMs - HOUR_MS, seq: 2 });
    expect(await heats()).toEqual([{ tenant: 'acme', content: item.content, views: 0.5 }]);
    await reportWatches(item, { id: watchId('w2'), startedWallMs: nowMs - 20 * HOUR_MS });
    await reportWatches(item, { id: watchId('w3'), itemId: '', startedWallMs: nowMs - HOUR_MS });
    const [row] = await heats();
    expect(row?.views).toBeCloseTo(1, 5);
    await transact(api.store.db, (trx) => forgetDemand(trx, 'globex', item.content));
    expect(await heats()).toHaveLength(1);
    await transact(api.store.db, (trx) => forgetDemand(trx, 'acme', item.content));
    expect(await heats()).toEqual([]);
  });

  it('counts by its highest number, in any order, and a repetition changes nothing', async () => {
    const item = await made();
    const newest = { seq: 3, watchedMs: 30_000, viewer: 'ann', positionMs: 30_000 };
    await reportWatches(item, { seq: 2, watchedMs: 20_000, viewer: 'ann', positionMs: 20_000 });
    await reportWatches(item, newest);
    const before = [await rows(), await positions(), await demand()];
    const older = { seq: 1, watchedMs: 10_000, viewer: 'ann', positionMs: 10_000 };
    for (const again of [older, { seq: 3, watchedMs: 1, viewer: 'ann', positionMs: 1 }, newest]) {
      await reportWatches(item, again);
      expect([await rows(), await positions(), await demand()]).toEqual(before);
    }
    expect((await rows()).map(({ seq, watched_ms }) => [seq, watched_ms])).toEqual([[3, 30_000]]);
    expect([await positions(), await starts()]).toEqual([[['ann', 30_000]], 1]);
  });

  it('under the id of another playback changes neither that playback nor rows of another tenant', async () => {
    const [item, second, other] = [await made(), await made(), await made({ tenant: 'globex' })];
    await reportWatches(item, { viewer: 'ann' });
    const before = await rows();
    await reportWatches(item, { seq: 9, viewer: 'eve', watchedMs: 1 });
    await reportWatches(second, { seq: 9, viewer: 'ann', watchedMs: 1 });
    await api.store.db
      .updateTable('library_items')
      .set({ content: item.content })
      .where('id', '=', second.id)
      .execute();
    await reportWatches(Object.assign({}, second, { content: item.content }), { seq: 10, viewer: 'ann', watchedMs: 1 });
    expect([await rows(), await positions()]).toEqual([before, [['ann', 55_000]]]);
    await reportWatches(other, { viewer: 'ann' });
    expect((await rows()).map(({ tenant }) => tenant)).toEqual(['acme', 'globex']);
  });

  it('of one playback by several nodes at once makes one row and one start', async () => {
    const item = await made();
    await Promise.all([1, 2, 3, 4, 5].map((seq) => reportWatches(item, { seq, viewer: 'ann' })));
    expect([(await rows()).map(({ seq }) => seq), await starts()]).toEqual([[5], 1]);
  });

  it('without an item, from an older link, is counted and not stored', async () => {
    const item = await made();
    await reportWatches(item, { itemId: '', viewer: 'ann' });
    expect(await counts()).toEqual([0, 0, 1]);
  });
});

describe('a start', () => {
  it('counts once, in the hour of the start, even if it is reported hours later', async () => {
    const item = await made();
    const hourMs = START_MS + 10 * HOUR_MS;
    api.clock.advance(hourMs + 5 * HOUR_MS - api.clock.wallMs());
    const late = { startedWallMs: hourMs + 1, lastWallMs: hourMs + MINUTE_MS };
    await reportWatches(item, late, { id: watchId('w2') });
    api.clock.advance(10 * HOUR_MS);
    await reportWatches(item, Object.assign({ seq: 2 }, late));
    expect(await demand()).toEqual([
      [item.content, item.id, hourMs, 1],
      [item.content, item.id, hourMs + 4 * HOUR_MS, 1],
    ]);
  });

  it('is counted once while its id is kept, and the id is kept for at most a day', async () => {
    const item = await made();
    const startedWallMs = api.clock.wallMs();
    const ids = () => api.store.db.selectFrom('library_starts').select('id').execute();
    await reportWatches(item, { startedWallMs, lastWallMs: startedWallMs });
    api.clock.advance(22 * HOUR_MS);
    await api.telling.library.upkeep.run();
    expect(await ids()).toHaveLength(1);
    await reportWatches(item, { seq: 2, startedWallMs });
    api.clock.advance(2 * HOUR_MS - 5 * MINUTE_MS);
    await api.telling.library.upkeep.run();
    expect(await ids()).toHaveLength(0);
    await reportWatches(item, { seq: 3, startedWallMs });
    expect([await starts(), (await rows()).map(({ seq }) => seq)]).toEqual([1, [3]]);
  });
});

describe('the position of a person', () => {
  it('is that of the last playback, and there is none after a playback to the end', async () => {
    const item = await made();
    const nowMs = api.clock.wallMs();
    await reportWatches(
      item,
      { id: watchId('old'), viewer: 'ann', positionMs: 1, lastWallMs: nowMs - 1000 },
      { viewer: 'ann' },
    );
    await reportWatches(
      item,
      { id: watchId('older'), viewer: 'ann', positionMs: 2, lastWallMs: nowMs - 2000 },
      { viewer: '' },
    );
    expect(await positions()).toEqual([['ann', 55_000]]);
    await reportWatches(item, { id: watchId('bob'), viewer: 'bob', positionMs: 7 });
    api.clock.advance(1000);
    await reportWatches(item, { seq: 2, viewer: 'ann', positionMs: 60_000, hasEnded: true });
    expect(await positions()).toEqual([['bob', 7]]);
    api.clock.advance(1000);
    await reportWatches(item, { seq: 3, viewer: 'ann', positionMs: 3 });
    expect(await positions()).toEqual([
      ['ann', 3],
      ['bob', 7],
    ]);
  });
});

describe('the setting of a tenant', () => {
  it('is "viewers" by default, and no unknown value is accepted', async () => {
    expect(await ask('/tenant/library')).toEqual({ watching: 'viewers' });
    for (const body of [{}, { watching: 'all' }, { watching: null }])
      expect((await api.ask('PATCH', '/tenant/library', { body })).statusCode).toBe(400);
    expect((await setWatching('counts')).json()).toEqual({ watching: 'counts' });
    expect(await ask('/tenant/library')).toEqual({ watching: 'counts' });
    expect(await ask('/tenant/library', { signer: globex })).toEqual({ watching: 'viewers' });
  });

  it('"counts" stores only starts, each once', async () => {
    const item = await made();
    await setWatching('counts');
    for (const seq of [1, 2]) await reportWatches(item, { seq, viewer: 'ann' });
    expect([await counts(), await starts()]).toEqual([[0, 0, 1], 1]);
    const kept = await api.store.db.selectFrom('library_starts').selectAll().execute();
    expect(kept).toEqual([{ tenant: 'acme', id: watchId('w1'), started_ms: api.clock.wallMs() - MINUTE_MS }]);
  });

  it('"watches" stores playbacks without their viewers', async () => {
    const item = await made();
    await setWatching('watches');
    await reportWatches(item, { viewer: 'ann' });
    expect([(await rows()).map(({ viewer }) => viewer), await counts()]).toEqual([[''], [1, 0, 1]]);
  });

  it('deletes viewers, then playbacks, of this tenant when it is lowered; starts stay counted once', async () => {
    const [item, other] = [await made(), await made({ tenant: 'globex' })];
    const many = Array.from({ length: 500 }, (_, at) => ({ id: watchId(`a${at}`), viewer: `ann ${at}` }));
    const more = many.map(({ id, viewer }) => ({ id: id.replace('a', 'b'), viewer }));
    for (const some of [many, more, [{ viewer: 'ann' }]]) await reportWatches(item, ...some);
    await reportWatches(other, { viewer: 'ann' });
    await setWatching('watches');
    const rowsByViewer = async () => Map.groupBy(await rows(), ({ tenant, viewer }) => `${tenant} ${viewer}`);
    expect([...(await rowsByViewer())].map(([who, some]) => [who, some.length])).toEqual([
      ['acme ', 1001],
      ['globex ann', 1],
    ]);
    expect(await positions()).toEqual([['ann', 55_000]]);
    await setWatching('counts');
    expect((await rows()).map(({ tenant }) => tenant)).toEqual(['globex']);
    await setWatching('viewers');
    await reportWatches(item, { seq: 2, viewer: 'ann' });
    expect([(await rows()).length, await starts()]).toEqual([2, 1002]);
  });
});

describe('the REST API', () => {
  it('lists playbacks, the newest first, in pages', async () => {
    const item = await made();
    const nowMs = api.clock.wallMs();
    const at = (minutes: number) => ({ startedWallMs: nowMs - minutes * MINUTE_MS });
    await reportWatches(
      item,
      { id: watchId('a'), ...at(3) },
      { id: watchId('b'), viewer: 'ann', hasEnded: true, ...at(2) },
    );
    await reportWatches(item, { id: watchId('c'), cache: '', ...at(1) });
    const first = await ask(`/library/items/${item.id}/watches?limit=2`);
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual([watchId('c'), watchId('b')]);
    const rest = await ask(`/library/items/${item.id}/watches?limit=2&cursor=${first.nextCursor}`);
    expect(rest.data.map(({ id }: { id: string }) => id)).toEqual([watchId('a')]);
    expect(rest.nextCursor).toBeUndefined();
    expect(first.data[1]).toEqual({
      id: watchId('b'),
      viewer: 'ann',
      region: 'frankfurt',
      cache: 'edge-1.example.org',
      startedAt: new Date(nowMs - 2 * MINUTE_MS).toISOString(),
      lastAt: new Date(nowMs).toISOString(),
      startupMs: 400,
      watchedMs: 55_000,
      positionMs: 55_000,
      stalls: 2,
      stalledMs: 3000,
      seeks: 1,
      switches: 1,
      qualities: [{ name: '720p', watchedMs: 55_000 }],
      ended: true,
    });
    expect(first.data[0]).not.toHaveProperty('cache');
    for (const path of ['watches', 'watching'])
      expect((await api.ask('GET', `/library/items/${item.id}/${path}`, { signer: globex })).statusCode).toBe(404);
    for (const query of ['watches?cursor=x', 'watching?days=0', 'watching?days=93'])
      expect((await api.ask('GET', `/library/items/${item.id}/${query}`)).statusCode).toBe(400);
  });

  it('shows users their own playbacks and those of their items, and all to administrators', async () => {
    const of = async (id: string, role: 'admin' | 'host' | 'member') =>
      api.user({ id, email: `${id}@example.org`, role });
    const [ann, bob, boss] = [await of('ann', 'host'), await of('bob', 'member'), await of('boss', 'admin')];
    const open = await made({ owner: 'ann', visibility: 'tenant' });
    const closed = await made({ owner: 'ann' });
    await reportWatches(open, { viewer: 'bob' }, { id: watchId('w2'), viewer: 'cid' }, { id: watchId('w3') });
    const listedBy = async (as: typeof ann, item = open) => {
      const { data } = await ask(`/library/items/${item.id}/watches`, { as });
      return data?.map(({ viewer }: { viewer?: string }) => viewer ?? '').sort();
    };
    expect([await listedBy(bob), await listedBy(ann), await listedBy(boss)]).toEqual([
      ['bob'],
      ['', 'bob', 'cid'],
      ['', 'bob', 'cid'],
    ]);
    expect([await listedBy(bob, closed), await listedBy(ann, closed)]).toEqual([undefined, []]);
    expect((await ask(`/library/items/${open.id}/watching`, { as: bob })).startsToday).toBe(3);
  });

  it('counts starts before midnight in the last hour, but not in today', async () => {
    const item = await made();
    const midnightMs = Math.ceil(api.clock.wallMs() / DAY_MS) * DAY_MS + DAY_MS;
    api.clock.advance(midnightMs - 2 * MINUTE_MS - api.clock.wallMs());
    await reportWatches(item, {});
    api.clock.advance(3 * MINUTE_MS);
    const shown = await ask(`/library/items/${item.id}/watching?days=1`);
    expect(shown).toEqual({ startsToday: 0, startsLastHour: 1, days: [] });
  });

  it('sums an item’s playbacks by day, and has its present demand', async () => {
    const item = await made();
    const twin = await made();
    await api.store.db.updateTable('library_items').set({ content: item.content }).where('id', '=', twin.id).execute();
    const noonMs = Math.ceil(api.clock.wallMs() / DAY_MS) * DAY_MS + DAY_MS / 2;
    api.clock.advance(noonMs - api.clock.wallMs());
    await reportWatches(item, { id: watchId('1'), viewer: 'ann' }, { id: watchId('2'), viewer: 'ann', hasEnded: true });
    api.clock.advance(DAY_MS);
    const day = { viewers: 1, watchedMs: 110_000, stalls: 4, stalledMs: 6000, ended: 1 };
    await reportWatches(item, { id: watchId('3'), viewer: 'bob' }, { id: watchId('4') });
    await reportWatches(Object.assign({}, twin, { content: item.content }), { id: watchId('5') });
    const text = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const days = [
      { day: text(noonMs + DAY_MS), starts: 2, viewers: 1, watchedMs: 110_000, stalls: 4, stalledMs: 6000, ended: 0 },
      { day: text(noonMs), starts: 2, ...day },
    ];
    const shown = (query = '') => ask(`/library/items/${item.id}/watching${query}`);
    expect(await shown()).toEqual({ startsToday: 2, startsLastHour: 2, days });
    expect((await shown('?days=1')).days).toEqual(days.slice(0, 1));
    api.clock.advance(HOUR_MS * 1.5);
    expect(await shown()).toEqual({ startsToday: 2, startsLastHour: 0, days });
    await setWatching('counts');
    const none = { viewers: 0, watchedMs: 0, stalls: 0, stalledMs: 0, ended: 0 };
    expect((await shown()).days[1]).toEqual({ day: text(noonMs), starts: 2, ...none });
  });
});

describe('a playback is deleted', () => {
  const settle = () => api.telling.jobs.settled();

  it('with its item, while playbacks of another item of the content stay', async () => {
    const item = await made();
    const twin = await made();
    await api.store.db.updateTable('library_items').set({ content: item.content }).where('id', '=', twin.id).execute();
    await reportWatches(item, { viewer: 'ann' });
    await reportWatches(Object.assign({}, twin, { content: item.content }), { id: watchId('w2'), viewer: 'ann' });
    await reportWatches(item, { id: watchId('w3'), itemId: '' });
    const { items } = api.telling.library;
    await transact(api.store.db, (trx) => items.delete(trx, item));
    await settle();
    expect((await rows()).map((row) => row.item)).toEqual([twin.id]);
    expect([await counts(), await starts()]).toEqual([[1, 1, 2], 2]);
    await transact(api.store.db, (trx) => items.delete(trx, twin));
    await settle();
    expect(await counts()).toEqual([0, 0, 0]);
    await reportWatches(item, { seq: 2, viewer: 'ann' });
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('after the days set by the tenant', async () => {
    const [item, other] = [await made(), await made({ tenant: 'globex' })];
    for (const one of [item, other]) await reportWatches(one, { viewer: 'ann' });
    expect((await ask('/tenant/retention')).watchesDays).toBe(366);
    await api.ask('PATCH', '/tenant/retention', { body: { watchesDays: 2 } });
    const purge = async (days: number) => {
      api.clock.advance(days * DAY_MS);
      await api.keeping.retentions.purge(new AbortController().signal);
    };
    await purge(1.9);
    expect(await counts()).toEqual([2, 2, 2]);
    await purge(0.2);
    expect([await counts(), (await rows()).map(({ tenant }) => tenant)]).toEqual([[1, 1, 1], ['globex']]);
    await purge(365);
    expect(await counts()).toEqual([0, 0, 0]);
    await api.ask('PATCH', '/tenant/retention', { body: { watchesDays: null } });
  });

  it('with its viewer, and links of the viewer that are still valid name no one', async () => {
    const item = await made();
    await reportWatches(item, { viewer: 'zoe' }, { id: watchId('w2'), viewer: 'cid' });
    const { id } = (await api.ask('POST', '/tenant/erasures', { body: { identity: 'zoe' } })).json();
    await reportWatches(item, { id: watchId('w3'), viewer: 'zoe' });
    api.clock.advance(10_000);
    await settle();
    expect(await ask(`/tenant/erasures/${id}`)).toMatchObject({ state: 'done', changed: { watches: 1 } });
    api.clock.advance(6 * DAY_MS);
    await reportWatches(item, { id: watchId('w4'), viewer: 'zoe' });
    const viewers = (await rows()).map((row) => [row.id.slice(0, 2), row.viewer]);
    expect(viewers).toEqual([
      ['w2', 'cid'],
      ['w3', ''],
      ['w4', ''],
    ]);
    expect(await positions()).toEqual([['cid', 55_000]]);
    // A user that still exists is named, even after its sessions have ended.
    await api.user({ id: 'zoe', email: 'zoe@example.org', role: 'host' });
    await reportWatches(item, { id: watchId('w5'), viewer: 'zoe' });
    expect((await rows()).at(-1)?.viewer).toBe('zoe');
  });

  it('with its tenant', async () => {
    const item = await made({ tenant: 'globex' });
    await setWatching('viewers', globex);
    await reportWatches(item, { viewer: 'ann' });
    await api.ask('DELETE', '/tenants/globex', { signer: operatorKey, headers: { 'if-match': '*' } });
    await settle();
    await reportWatches(item, { seq: 2, viewer: 'ann' }, { id: watchId('w2') });
    const left = await api.store.db.selectFrom('library_starts').selectAll().execute();
    expect([await counts(), left]).toEqual([[0, 0, 0], []]);
  });
});
