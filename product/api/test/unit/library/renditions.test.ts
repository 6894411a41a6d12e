// Renditions from the upload to the playlist, with a scripted node that takes and ends tasks.
import { createSecretKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PAYLOAD_CHARACTERS_MAX, type TakenTask } from '../../../src/jobs/tasks.ts';
import { shareDone } from '../../../src/library/core/renditions.ts';
import {
  CHUNKS_MAX,
  type ChunkMade,
  type RenditionPlan,
  RUNGS_MAX,
  readPlan,
} from '../../../src/library/rendition-results.ts';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary } from '../../support/items.ts';
import { ScriptedLibrary } from '../../support/scripted-libraries.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { report, watchId, watchOf } from '../../support/watches.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await api.telling.library.nodes.refresh();
});
afterAll(() => api.close());
afterEach(async () => {
  await emptyLibrary(api);
  await api.store.db.deleteFrom('jobs').where('worker', '!=', '').execute();
});

const LEASE_MS = 30_000;
const MINUTES_20 = 20 * 60_000;
const bytes = Buffer.from('a film');
const sha256 = 'a'.repeat(64);
const kinds = ['analyse', 'encode', 'sound', 'join'];
const made = { bytes: 1000, sha256, init: sha256, codecs: 'avc1.640028' };
const rung = (name: string) => ({ name, width: 640, height: 360, codec: 'h264' as const, crf: 23, maxKbps: 1000 });
const planOf = (chunks: number, o: Partial<RenditionPlan> = {}): RenditionPlan => ({
  ladder: [rung('360p'), rung('720p')],
  chunks: Array.from({ length: chunks }, (_, at) => ({ fromMs: at * 60_000, toMs: (at + 1) * 60_000 })),
  durationMs: chunks * 60_000,
  hasSound: true,
  rate: { num: 30, den: 1 },
  av1: { pays: false, saving: 0 },
  ...o,
});
const audioPlan = planOf(0, { ladder: [], durationMs: 60_000 });
const chunkOf = (chunk: number, lease = `l${chunk}`): ChunkMade => ({
  chunk,
  lease,
  rungs: [
    { name: '360p', ...made },
    { name: '720p', ...made },
  ],
  tiles: 3,
});
const joined = {
  durationMs: 120_000,
  renditions: [{ name: '360p', width: 640, height: 360, codec: 'h264' }],
  files: [{ name: 'renditions/master.m3u8', bytes: 10, sha256, type: 'application/vnd.apple.mpegurl' }],
};

interface Kept {
  readonly id: string;
  readonly item: string;
}
async function keep(o: object = {}, file: Buffer = bytes, of: 'fra' | 'sgp' = 'fra'): Promise<Kept> {
  const region = of === 'fra' ? 'frankfurt' : 'singapore';
  const answer = await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: file.length, region } });
  const upload = answer.json() as Kept;
  await api.libraries[of].ended('acme', upload.id, file, o);
  return upload;
}
type Held = TakenTask & { readonly node: string; readonly said: Said };
interface Said {
  readonly contentId: string;
  readonly chunk?: number;
  readonly chunks?: readonly ChunkMade[];
}
/** Takes tasks as `serveTasks` does for a node. */
async function take(node = 'lib-fra', free = 32): Promise<Held[]> {
  const pools = api.telling.library.nodes.storesOf(node);
  const tasks = await api.telling.jobs.take({ node, kinds, free, affinity: false, pools });
  return tasks.map((task) => Object.assign({}, task, { node, said: JSON.parse(task.payload) as Said }));
}
async function one(kind: string, node = 'lib-fra'): Promise<Held> {
  const [task, ...more] = await take(node);
  expect([task?.kind, more]).toEqual([kind, []]);
  return task as Held;
}
const endTask = (task: Held, result: unknown) =>
  api.telling.jobs.end(task, { code: '', detail: '', retryable: false, result: JSON.stringify(result) });
const failed = (task: Held, code: string, retryable = false) =>
  api.telling.jobs.end(task, { code, detail: 'why', retryable, result: '' });
const shownRenditions = async ({ item }: Kept) => (await api.ask('GET', `/library/items/${item}`)).json();
const linkTo = async ({ item }: Kept) => (await api.ask('POST', `/library/items/${item}/links`, { body: {} })).json();
const tasks = async () =>
  (await api.store.db.selectFrom('jobs').select('key').where('worker', '=', 'library').orderBy('key').execute()).map(
    ({ key }) => key,
  );
const rows = async () =>
  Promise.all(
    (['library_renditions', 'library_rendition_chunks'] as const).map(
      async (table) => (await api.store.db.selectFrom(table).selectAll().execute()).length,
    ),
  );
const remove = ({ item }: Kept) =>
  transact(api.store.db, (trx) => api.telling.library.items.delete(trx, { tenant: 'acme', id: item }));
const byChunk = (found: readonly Held[]) =>
  found.toSorted((a, b) => (a.said.chunk ?? 99) - (b.said.chunk ?? 99)) as [Held, Held, Held];

async function makeAll(): Promise<void> {
  const parts = await take();
  for (const task of parts)
    await endTask(task, task.kind === 'encode' ? chunkOf(task.said.chunk ?? 0) : { lease: 's', ...made });
}

describe('an upload of a video', () => {
  it('is analysed, encoded in chunks and joined, and its item shows the renditions', async () => {
    const kept = await keep();
    expect(await tasks()).toEqual([`acme/${kept.id}/analyse/`]);
    expect((await shownRenditions(kept)).renditions).toEqual({ state: 'waiting', done: 0, names: [] });
    expect(await linkTo(kept)).not.toHaveProperty('playlistUrl');
    const analyse = await one('analyse');
    expect(analyse.said).toEqual({ contentId: kept.id });
    await endTask(analyse, planOf(2));
    expect((await shownRenditions(kept)).renditions).toEqual({ state: 'working', done: 0.2, names: ['360p', '720p'] });
    const [first, second, sound] = byChunk(await take());
    expect([first.kind, second.kind, sound.kind]).toEqual(['encode', 'encode', 'sound']);
    expect(first.said).toEqual({ contentId: kept.id, chunk: 0, plan: planOf(2) });
    expect(sound.said).toEqual({ contentId: kept.id, plan: planOf(2) });
    await endTask(second, chunkOf(1));
    await endTask(sound, { lease: 's', ...made });
    expect((await shownRenditions(kept)).renditions).toMatchObject({ state: 'working', done: 0.6 });
    expect(await take()).toEqual([]);
    await endTask(first, chunkOf(0));
    const join = await one('join');
    expect(join.said).toEqual({
      contentId: kept.id,
      plan: planOf(2),
      chunks: [chunkOf(0), chunkOf(1)],
      sound: { lease: 's', ...made },
    });
    await endTask(join, joined);
    expect((await shownRenditions(kept)).renditions).toEqual({ state: 'ready', done: 1, names: ['360p', '720p'] });
    expect([await tasks(), await rows()]).toEqual([[], [1, 0]]);
  });

  it('gets links to the playlist and to thumbnails, with the token of the file', async () => {
    const kept = await keep();
    await endTask(await one('analyse'), planOf(1));
    await makeAll();
    await endTask(await one('join'), joined);
    const { url, playlistUrl, thumbnailsUrl } = await linkTo(kept);
    const base = (url as string).replace(/\/original$/, '');
    expect([playlistUrl, thumbnailsUrl]).toEqual([
      `${base}/renditions/master.m3u8`,
      `${base}/renditions/thumbnails.vtt`,
    ]);
    const secret = createSecretKey(Buffer.from((await api.keys.signing('acme'))?.secret ?? ''));
    const token = base.split('/').at(-1) ?? '';
    const { payload } = await jwtVerify(token, secret, { currentDate: new Date(api.clock.wallMs()) });
    expect(payload['content']).toBe(kept.id);
  });

  it('of audio alone gets no sizes, chunks or thumbnails', async () => {
    const kept = await keep({ kind: 'audio', type: 'audio/mpeg' });
    await endTask(await one('analyse'), audioPlan);
    await endTask(await one('sound'), { lease: 's', ...made });
    expect((await shownRenditions(kept)).renditions).toMatchObject({ state: 'working', done: 0.667 });
    const join = await one('join');
    expect(join.said.chunks).toEqual([]);
    await endTask(join, joined);
    expect((await shownRenditions(kept)).renditions).toEqual({ state: 'ready', done: 1, names: [] });
    const link = await linkTo(kept);
    expect([typeof link.playlistUrl, link.thumbnailsUrl]).toEqual(['string', undefined]);
  });

  it('without sound is joined without a sound file', async () => {
    await keep();
    await endTask(await one('analyse'), planOf(1, { hasSound: false }));
    await endTask(await one('encode'), chunkOf(0));
    expect((await one('join')).said).not.toHaveProperty('sound');
  });

  it.each(['image', 'document'])('of kind %s has none', async (kind) => {
    const kept = await keep({ kind, type: 'application/pdf' });
    expect([await tasks(), await rows()]).toEqual([[], [0, 0]]);
    expect(await shownRenditions(kept)).not.toHaveProperty('renditions');
  });

  it('shared by two items gets one set of renditions', async () => {
    const [kept, again] = [await keep(), await keep()];
    expect(await tasks()).toEqual([`acme/${kept.id}/analyse/`]);
    await endTask(await one('analyse'), planOf(1));
    expect((await shownRenditions(again)).renditions).toEqual((await shownRenditions(kept)).renditions);
    await remove(kept);
    expect([(await tasks()).length, await rows()]).toEqual([2, [1, 0]]);
  });
});

describe('the result', () => {
  it('of a chunk that ends twice counts once', async () => {
    const kept = await keep();
    await endTask(await one('analyse'), planOf(2));
    const [first, second] = byChunk(await take());
    expect([await endTask(first, chunkOf(0)), await endTask(first, chunkOf(0, 'other'))]).toEqual([true, false]);
    // A restored database may have another row for the same chunk.
    await transact(api.store.db, (trx) =>
      api.telling.jobs.add(
        trx,
        { name: 'encode' },
        { payload: first.said, key: 'twice', tenant: 'acme', lane: kept.id },
      ),
    );
    await endTask(await one('encode'), chunkOf(0, 'third'));
    expect((await shownRenditions(kept)).renditions).toMatchObject({ done: 0.4 });
    await endTask(second, chunkOf(1));
    expect(await tasks()).toEqual([`acme/${kept.id}/sound/`]);
    const stored = await api.store.db.selectFrom('library_rendition_chunks').select('made').orderBy('chunk').execute();
    expect(stored.map((row) => (JSON.parse(row.made) as ChunkMade).lease)).toEqual(['l0', 'l1']);
  });

  it.each([
    ['nothing', null],
    ['no plan', { ladder: [] }],
    ['a plan of nothing', { ...audioPlan, hasSound: false }],
    ['chunks without sizes', { ...planOf(1), ladder: [] }],
    ['sizes without chunks', { ...planOf(1), chunks: [] }],
    ['too many chunks', planOf(CHUNKS_MAX + 1, { durationMs: 60_000 })],
    ['a name that leaves its folder', planOf(1, { ladder: [rung('../x')] })],
    ['a duration below 0', planOf(1, { durationMs: -1 })],
  ])('of an analysis fails for good if it is %s', async (_, result) => {
    const kept = await keep();
    await endTask(await one('analyse'), result);
    expect(await shownRenditions(kept)).toMatchObject({
      state: 'ready',
      renditions: { state: 'failed', failure: 'RESULT_INVALID' },
    });
    expect(await tasks()).toEqual([]);
  });

  it.each([
    ['of another chunk', chunkOf(1)],
    ['without sizes', { ...chunkOf(0), rungs: [] }],
    ['with a lease that leaves its folder', chunkOf(0, '../x')],
    ['of no hash', { ...chunkOf(0), rungs: [{ name: '360p', ...made, sha256: 'x' }] }],
  ])('of a chunk fails for good: %s', async (_, result) => {
    const kept = await keep();
    await endTask(await one('analyse'), planOf(1, { hasSound: false }));
    await endTask(await one('encode'), result);
    expect((await shownRenditions(kept)).renditions).toMatchObject({ state: 'failed', failure: 'RESULT_INVALID' });
    expect([await tasks(), await rows()]).toEqual([[], [1, 0]]);
  });

  it('is stored without unknown fields', async () => {
    await keep();
    await endTask(await one('analyse'), { ...planOf(1, { hasSound: false }), note: 'x'.repeat(30_000) });
    await endTask(await one('encode'), { ...chunkOf(0), note: 'x'.repeat(30_000) });
    expect((await one('join')).payload).not.toContain('xxx');
  });

  it('of all chunks of the largest plan fits into one join payload', async () => {
    const long = (name: string) => Object.assign(rung(name.padEnd(32, 'x')), { crf: 23 + 1 / 3 });
    const names = Array.from({ length: RUNGS_MAX }, (_, at) => `r${at}`);
    const plan = planOf(CHUNKS_MAX, { ladder: names.map(long) });
    const chunks = plan.chunks.map(({ fromMs, toMs }) => ({ fromMs: fromMs + 1 / 3, toMs: toMs + 2 / 3 }));
    await keep();
    await endTask(await one('analyse'), Object.assign(plan, { chunks }));
    const most = { ...made, bytes: Number.MAX_SAFE_INTEGER, codecs: 'c'.repeat(32) };
    const rungs = names.map((name) => Object.assign({ name: name.padEnd(32, 'x') }, most));
    let waitingTasks: Held[] = await take();
    while (waitingTasks.length > 0 && waitingTasks[0]?.kind !== 'join') {
      for (const task of waitingTasks)
        await endTask(
          task,
          task.kind === 'encode'
            ? { chunk: task.said.chunk, lease: 'l'.repeat(130), rungs, tiles: 200 }
            : { lease: 'l'.repeat(130), ...most },
        );
      waitingTasks = await take();
    }
    const [join] = waitingTasks;
    expect(join?.said.chunks).toHaveLength(CHUNKS_MAX);
    expect(join?.payload.length).toBeLessThanOrEqual(PAYLOAD_CHARACTERS_MAX);
    expect(join?.payload.length).toBeGreaterThan(PAYLOAD_CHARACTERS_MAX / 3);
  });
});

describe('a node', () => {
  it('that is lost loses its chunk to another node, and its late result does not count', async () => {
    const kept = await keep();
    const twin = 'lib-twin';
    await endTask(await one('analyse'), planOf(1, { hasSound: false }));
    const lost = await one('encode');
    await api.clock.advance(LEASE_MS);
    api.libraries.planned.push(new ScriptedLibrary(twin, 'frankfurt', 'store-1'));
    api.libraries.plan();
    await api.telling.library.nodes.refresh();
    const again = await one('encode', twin);
    expect([again.id, again.attempt]).toEqual([lost.id, 2]);
    expect(await endTask(lost, chunkOf(0, 'late'))).toBe(false);
    expect(await endTask(again, chunkOf(0, 'new'))).toBe(true);
    expect((await one('join')).said.chunks).toEqual([chunkOf(0, 'new')]);
    expect((await shownRenditions(kept)).renditions.state).toBe('working');
  });

  it('of another or an unknown store gets no tasks', async () => {
    await keep();
    expect([await take('lib-sgp'), await take('lib-new')]).toEqual([[], []]);
    await endTask(await one('analyse'), planOf(2));
    expect([await take('lib-sgp'), await take('lib-new')]).toEqual([[], []]);
    expect(await take()).toHaveLength(3);
    const other = await keep({}, Buffer.from('another film'), 'sgp');
    expect((await one('analyse', 'lib-sgp')).said.contentId).toBe(other.id);
  });
});

describe('a failure', () => {
  it('for good ends all tasks, and the item stays', async () => {
    const kept = await keep();
    await endTask(await one('analyse'), planOf(2));
    const [first, second] = byChunk(await take());
    await endTask(second, chunkOf(1));
    expect(await failed(first, 'MEDIA_BROKEN')).toBe(true);
    expect(await shownRenditions(kept)).toMatchObject({
      state: 'ready',
      renditions: { state: 'failed', done: 0.4, failure: 'MEDIA_BROKEN' },
    });
    expect([await tasks(), await rows()]).toEqual([[], [1, 0]]);
    expect(await linkTo(kept)).not.toHaveProperty('playlistUrl');
  });

  it('that may pass is retried, and the other tasks continue', async () => {
    const kept = await keep();
    expect(await failed(await one('analyse'), 'NO_ROOM', true)).toBe(true);
    expect([await take(), (await shownRenditions(kept)).renditions.state]).toEqual([[], 'waiting']);
    await api.clock.advance(10_000);
    expect((await one('analyse')).attempt).toBe(2);
  });

  it('of every attempt is final', async () => {
    const kept = await keep();
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect((await one('analyse')).attempt).toBe(attempt);
      await api.clock.advance(LEASE_MS);
    }
    expect(await take()).toEqual([]);
    expect((await shownRenditions(kept)).renditions).toMatchObject({ state: 'failed', failure: 'TASK_ABANDONED' });
  });
});

describe('removing a content', () => {
  it('deletes its tasks and rows, and running tasks end without effect', async () => {
    const kept = await keep();
    await endTask(await one('analyse'), planOf(3));
    const [first, second] = byChunk(await take('lib-fra', 2));
    await endTask(first, chunkOf(0));
    expect(await remove(kept)).toBe(true);
    expect([await tasks(), await rows()]).toEqual([[], [0, 0]]);
    expect([await api.telling.jobs.renew(second, 0.5), await endTask(second, chunkOf(1))]).toEqual([0, false]);
    expect([await tasks(), await rows()]).toEqual([[], [0, 0]]);
  });

  it('ignores the end of a task that was just taken', async () => {
    const kept = await keep();
    const analyse = await one('analyse');
    const job = await api.store.db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', analyse.id)
      .executeTakeFirstOrThrow();
    await remove(kept);
    await api.store.db.insertInto('jobs').values(job).execute();
    expect(await endTask(analyse, planOf(2))).toBe(true);
    expect([await tasks(), await rows()]).toEqual([[], [0, 0]]);
  });

  it('under the id of another tenant changes nothing', async () => {
    const kept = await keep();
    await transact(api.store.db, (trx) => api.telling.library.contents.releaseUnused(trx, 'globex', kept.id));
    expect([await tasks(), await rows()]).toEqual([[`acme/${kept.id}/analyse/`], [1, 0]]);
  });
});

it('progress is the share of finished tasks, and below 1 until the end', () => {
  const of = (chunks: number, chunksMade: number, hasSound = false, isSoundMade = false) =>
    shareDone({ chunks, chunksMade, hasSound, isSoundMade });
  expect([of(2, 0), of(2, 1), of(2, 2), of(2, 9), of(0, 0, true, true)]).toEqual([0.25, 0.5, 0.75, 0.75, 0.667]);
  expect(readPlan(undefined)).toBeUndefined();
});

describe('a watched content', () => {
  const reportWatches = ({ id: content, item: id }: Kept, ...names: string[]) => {
    const of = { tenant: 'acme', id, content };
    return report(
      api,
      names.map((name) => watchOf(api, of, { id: watchId(name) })),
    );
  };
  const rerank = async () => {
    await transact(api.store.db, (trx) => api.telling.jobs.add(trx, { name: 'job ranks' }, { payload: {} }));
    await api.telling.jobs.settled();
  };
  const shownTasks = async () => {
    const operator = { signer: operatorKey, scope: 'operator' };
    const { data } = (await api.ask('GET', '/tasks?kind=analyse', operator)).json();
    const found = data as { lane: string; reasons: { code: string; ms: number }[] }[];
    return new Map(found.map(({ lane, reasons }) => [lane, reasons.map(({ code }) => code)]));
  };

  it('overtakes earlier uploads, shows why, and loses its rank without viewers', async () => {
    const first = await keep();
    api.clock.advance(MINUTES_20);
    const hot = await keep({}, Buffer.from('another film'));
    await rerank();
    expect((await shownTasks()).get(hot.id)).toEqual(['order']);
    await reportWatches(hot, ...Array.from({ length: 20 }, (_, at) => `hot${at}`));
    await reportWatches(first, 'once');
    await rerank();
    expect((await shownTasks()).get(hot.id)).toEqual(['hot', 'order']);
    const operator = { signer: operatorKey, scope: 'operator' };
    const { data } = (await api.ask('GET', '/tasks?kind=analyse', operator)).json();
    const task = (data as { id: string; lane: string }[]).find(({ lane }) => lane === hot.id);
    const story = (await api.ask('GET', `/tasks/${task?.id}`, operator)).json();
    expect(story.rankReasons[0]).toMatchObject({ code: 'hot', text: expect.stringContaining('viewed often') });
    api.clock.advance(6 * 3_600_000);
    await rerank();
    expect((await shownTasks()).get(hot.id)).toEqual(['order']);
    await reportWatches(hot, ...Array.from({ length: 20 }, (_, at) => `again${at}`));
    await rerank();
    const [next] = await take('lib-fra', 1);
    expect(next?.said.contentId).toBe(hot.id);
  });

  it('is not moved by playbacks that another tenant reports under its id', async () => {
    const kept = await keep();
    const signer = tenants[1];
    const body = { name: 'b', bytes: bytes.length, region: 'frankfurt' };
    const otherTenantUpload = (await api.ask('POST', '/library/uploads', { body, signer })).json() as Kept;
    await api.libraries.fra.ended('globex', otherTenantUpload.id, bytes);
    const heat = { tenant: 'globex', content: kept.id, views: 1000, at_ms: Math.floor(api.clock.wallMs()) };
    await api.store.db.insertInto('library_heats').values(heat).execute();
    await rerank();
    expect((await shownTasks()).get(kept.id)).toEqual(['order']);
  });
});
