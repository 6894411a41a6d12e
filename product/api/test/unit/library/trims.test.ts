// Trims from the order to the cut, with a scripted node that takes and ends the tasks.
import { cutIdOf, newUploadId } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TakenTask } from '../../../src/jobs/tasks.ts';
import {
  chaptersIn,
  chaptersWith,
  partOf,
  postsIn,
  transcriptIn,
  transcriptOfOriginal,
  trimOfLater,
} from '../../../src/library/core/trim.ts';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary, type MadeItem, makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await api.telling.library.nodes.refresh();
});
afterAll(() => api.close());
afterEach(async () => {
  await emptyLibrary(api);
  for (const table of ['recordings', 'recording_outputs', 'recording_posts'] as const)
    await api.store.db.deleteFrom(table).execute();
  await api.store.db.deleteFrom('jobs').where('worker', '!=', '').execute();
});

type Asked = NonNullable<Parameters<TestApi['ask']>[2]>;
const rng = seededRng('cuts');
const trim = (id: string, fromMs: number, toMs: number, o: Asked = {}) =>
  api.ask('PUT', `/library/items/${id}/trim`, { ...o, body: { fromMs, toMs } });
const undo = (id: string, o: Asked = {}) => api.ask('DELETE', `/library/items/${id}/trim`, o);
const get = async (id: string) => (await api.ask('GET', `/library/items/${id}`)).json();
const rowOf = (id: string) =>
  api.store.db.selectFrom('library_items').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const itemOf = async (o: MadeItem = {}) => rowOf((await makeItem(api, o)).id);
const kept = async () =>
  (await api.store.db.selectFrom('library_contents').select('id').where('state', '=', 'stored').execute())
    .map(({ id }) => id)
    .toSorted();
type Held = TakenTask & {
  readonly said: { contentId: string; cut: string; fromMs: number; toMs: number; name: string };
};
async function take(): Promise<Held[]> {
  const found = await api.telling.jobs.take({
    node: 'lib-fra',
    kinds: ['trim'],
    free: 8,
    affinity: false,
    pools: ['store-1'],
  });
  return found.map((task) => Object.assign({}, task, { said: JSON.parse(task.payload) }));
}
const one = async (): Promise<Held> => (await take())[0] ?? expect.fail('no task waits');
const held = ({ id, lease }: Held) => ({ id, lease, node: 'lib-fra' });
const media = {
  durationMs: 30_000,
  width: 1280,
  height: 720,
  rotation: 0,
  videoCodec: 'h264',
  audioCodec: 'aac',
  fps: 30,
  audioChannels: 2,
};
const madeOf = (contentId: string, o: object = {}) => ({
  contentId,
  storeId: 'store-1',
  bytes: 500,
  sha256: 'c'.repeat(64),
  blocks: 'b'.repeat(64),
  type: 'video/mp4',
  kind: 'video',
  media,
  hasCover: true,
  ...o,
});
/** Ends a task with a cut. Returns the id of the cut. */
async function cut(task: Held, o: object = {}): Promise<string> {
  const contentId = newUploadId((count) => rng.bytes(count));
  const result = JSON.stringify(madeOf(contentId, o));
  expect(await api.telling.jobs.end(held(task), { code: '', detail: '', retryable: false, result })).toBe(true);
  return contentId;
}
const fail = (task: Held, code: string) =>
  api.telling.jobs.end(held(task), { code, detail: 'why', retryable: false, result: '' });
async function trimmed(id: string, fromMs = 10_000, toMs = 40_000): Promise<string> {
  expect((await trim(id, fromMs, toMs)).statusCode).toBe(200);
  return cut(await one());
}
const link = async (id: string) => (await api.ask('POST', `/library/items/${id}/links`, { body: {} })).json();
const tokenOf = ({ pageUrl }: { readonly pageUrl: string }): string => pageUrl.split('#')[1] ?? '';
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const post = (path: string, payload: object) =>
  api.app.inject({ method: 'POST', url: `/api/v1/file-links/open${path}`, payload });

const VTT = [
  'WEBVTT',
  'NOTE a secret note',
  '00:01.000 --> 00:02.000\nbefore',
  '00:09.500 --> 00:10.500\nacross',
  'id\n00:12.000 --> 00:14.000 align:start\ninside <00:13.000>it',
  '00:41.000 --> 00:42.000\nbehind',
].join('\n\n');

describe('an ordered trim', () => {
  it('is a task for the node with the file, and its end gives people the cut in place of the original', async () => {
    const { id, content: original } = await itemOf({ name: 'film.webm' });
    const answer = await trim(id, 10_000, 40_000);
    expect(answer.json()).toMatchObject({ trimming: { state: 'waiting', done: 0 } });
    expect(answer.json()).not.toHaveProperty('trim');
    const task = await one();
    expect(task.said).toMatchObject({ contentId: original, fromMs: 10_000, toMs: 40_000 });
    await api.telling.jobs.renew(held(task), 0.4, 'frankfurt');
    expect((await get(id)).trimming).toEqual({ state: 'running', done: 0.4 });
    expect((await get(id)).media.durationMs).toBe(60_000);
    const made = await cut(task);
    const shown = await get(id);
    expect(shown).toMatchObject({ trim: { fromMs: 10_000, toMs: 40_000 }, bytes: 500, media: { durationMs: 30_000 } });
    expect([shown.trimming, shown.trimFailure, shown.renditions.state]).toEqual([undefined, undefined, 'waiting']);
    expect(await rowOf(id)).toMatchObject({ content: made, original });
    expect(await kept()).toEqual([made, original].toSorted());
    const usage = (await api.ask('GET', '/library/usage')).json();
    expect(usage.bytes).toBe(1500);
  });

  it('is undone at once: the original is back, and the cut is erased', async () => {
    const { id, content: original } = await itemOf();
    const made = await trimmed(id);
    const answer = await undo(id);
    expect([answer.statusCode, answer.json().trim, answer.json().media.durationMs]).toEqual([200, undefined, 60_000]);
    expect([await rowOf(id), await kept()]).toMatchObject([{ content: original, original: '', trim: '' }, [original]]);
    await api.telling.jobs.settled();
    expect(api.libraries.fra.requestLog).toContain(`erase acme/${made}`);
    expect((await undo(id)).statusCode).toBe(200);
  });

  it('is undone by the whole length', async () => {
    const { id, content: original } = await itemOf();
    await trimmed(id);
    expect((await trim(id, 0, 60_000)).statusCode).toBe(200);
    expect([await rowOf(id), await kept()]).toMatchObject([{ content: original, trim: '' }, [original]]);
  });

  it('cuts the original, also when there is a cut, which is erased then', async () => {
    const { id, content: original } = await itemOf();
    await trimmed(id);
    await trim(id, 5000, 50_000);
    expect(await get(id)).toMatchObject({ trim: { fromMs: 10_000 }, trimming: { state: 'waiting' } });
    const task = await one();
    expect(task.said).toMatchObject({ contentId: original, fromMs: 5000, toMs: 50_000 });
    const second = await cut(task);
    expect(await kept()).toEqual([original, second].toSorted());
    expect((await get(id)).trim).toEqual({ fromMs: 5000, toMs: 50_000 });
  });

  it('replaces one that waits or runs, whose end does not count', async () => {
    const { id, content: original } = await itemOf();
    await trim(id, 1000, 20_000);
    const first = await one();
    await trim(id, 2000, 20_000);
    const result = JSON.stringify(madeOf('up_aaaaaaaaaa'));
    expect(await api.telling.jobs.end(held(first), { code: '', detail: '', retryable: false, result })).toBe(false);
    const second = await one();
    expect(second.said.fromMs).toBe(2000);
    await trim(id, 0, 60_000);
    expect(await api.telling.jobs.end(held(second), { code: '', detail: '', retryable: false, result })).toBe(false);
    expect([await take(), await kept(), await get(id)]).toMatchObject([[], [original], { id }]);
    expect(await get(id)).not.toHaveProperty('trimming');
  });

  it('goes on when it is ordered again', async () => {
    const { id } = await itemOf();
    await trim(id, 1000, 20_000);
    const task = await one();
    await trim(id, 1000, 20_000);
    const made = await cut(task);
    expect((await rowOf(id)).content).toBe(made);
  });

  it('leaves nothing of a run whose node died, after another run, nor when it is wanted no more', async () => {
    const [first, second] = [await itemOf(), await itemOf()];
    await trim(first.id, 1000, 20_000);
    const died = await one();
    await api.clock.advance(died.leaseMs + 1);
    const task = await one();
    expect([died.attempt, task.attempt, task.said.cut]).toEqual([1, 2, died.said.cut]);
    await cut(task);
    await trim(second.id, 1000, 20_000);
    const unwanted = await one();
    await undo(second.id);
    await api.telling.jobs.settled();
    const erased = [cutIdOf(died.said.cut, 1), cutIdOf(unwanted.said.cut, 1)].map((id) => `erase acme/${id}`);
    const requests = api.libraries.fra.requestLog.filter((request) => request.startsWith('erase '));
    expect(requests.toSorted()).toEqual(erased.toSorted());
  });

  it('that fails for good leaves the item as it was, and says why', async () => {
    const { id, content: original } = await itemOf();
    await trim(id, 1000, 20_000);
    await fail(await one(), 'MEDIA_BROKEN');
    const shown = await get(id);
    expect([shown.trimFailure, shown.trimming, shown.trim]).toEqual(['MEDIA_BROKEN', undefined, undefined]);
    await trim(id, 1000, 20_000);
    expect(await get(id)).not.toHaveProperty('trimFailure');
    await cut(await one(), { blocks: 'b'.repeat(128) });
    expect([(await get(id)).trimFailure, await kept()]).toEqual(['RESULT_INVALID', [original]]);
  });

  it('is not stored beyond the tenant’s limit', async () => {
    const { id, content: original } = await itemOf();
    await trim(id, 1000, 20_000);
    const task = await one();
    await api.store.db
      .updateTable('tenants')
      .set({ limits: JSON.stringify({ libraryBytes: 1200 }) })
      .where('id', '=', 'acme')
      .execute();
    const made = await cut(task);
    await api.store.db.updateTable('tenants').set({ limits: '{}' }).where('id', '=', 'acme').execute();
    expect([(await get(id)).trimFailure, await kept()]).toEqual(['QUOTA_EXCEEDED', [original]]);
    await api.telling.jobs.settled();
    expect(api.libraries.fra.requestLog).toContain(`erase acme/${made}`);
  });

  it('of a recording is stored whatever the library’s limit is, and counts as the recording does', async () => {
    const { id } = await itemOf();
    const { db } = api.store;
    await db.updateTable('library_items').set({ recording: 're_1' }).where('id', '=', id).execute();
    await trim(id, 1000, 20_000);
    const task = await one();
    await db
      .updateTable('tenants')
      .set({ limits: JSON.stringify({ libraryBytes: 1 }) })
      .where('id', '=', 'acme')
      .execute();
    await cut(task);
    await db.updateTable('tenants').set({ limits: '{}' }).where('id', '=', 'acme').execute();
    expect(await get(id)).toMatchObject({ trim: { fromMs: 1000, toMs: 20_000 } });
    const bytesOf = async (path: string): Promise<number> => (await api.ask('GET', path)).json().bytes;
    expect([await bytesOf('/library/usage'), await bytesOf('/tenant/recording/usage')]).toEqual([0, 500]);
    await undo(id);
    expect(await bytesOf('/tenant/recording/usage')).toBe(0);
  });

  it('goes with its item: the task, the cut and the original', async () => {
    const [gone, waiting] = [await itemOf(), await itemOf()];
    await trimmed(gone.id);
    await trim(waiting.id, 1000, 20_000);
    for (const { id } of [gone, waiting])
      expect((await api.ask('DELETE', `/library/items/${id}`)).statusCode).toBe(204);
    expect([await take(), await kept()]).toEqual([[], []]);
  });

  it('keeps the original when another item that has it is deleted', async () => {
    const [first, second] = [await itemOf(), await itemOf()];
    const { db } = api.store;
    await db.updateTable('library_items').set({ content: first.content }).where('id', '=', second.id).execute();
    await trimmed(first.id);
    await api.ask('DELETE', `/library/items/${second.id}`);
    expect(await kept()).toContain(first.content);
    await undo(first.id);
    expect((await get(first.id)).media.durationMs).toBe(60_000);
  });

  it('leaves the original to another item that has it', async () => {
    const [first, second] = [await itemOf(), await itemOf()];
    const { db } = api.store;
    await db.updateTable('library_items').set({ content: first.content }).where('id', '=', second.id).execute();
    await trimmed(first.id);
    await api.ask('DELETE', `/library/items/${first.id}`);
    expect(await kept()).toContain(first.content);
    expect((await get(second.id)).media.durationMs).toBe(60_000);
  });
});

describe('a refused order', () => {
  it.each([
    ['an end behind the file', 0, 60_001, '/toMs'],
    ['less than a second', 5000, 5999, '/toMs'],
    ['an end before the begin', 9000, 5000, '/toMs'],
    ['a negative begin', -1, 5000, '/fromMs'],
    ['half a millisecond', 0.5, 5000, '/fromMs'],
  ])('has %s, and its field is named', async (_, fromMs, toMs, pointer) => {
    const { id } = await itemOf();
    const answer = await trim(id, fromMs, toMs);
    expect([answer.statusCode, answer.json().code, answer.json().errors[0].pointer]).toEqual([
      400,
      'REQUEST_INVALID',
      pointer,
    ]);
    expect(await take()).toEqual([]);
  });

  it('is for a document, or for an item without a file', async () => {
    for (const o of [{ kind: 'document' }, { state: 'waiting' }] as const) {
      const { id } = await itemOf(o);
      expect((await trim(id, 0, 5000)).json().code).toBe('CONFLICT');
    }
  });

  it('comes from another tenant, or from a user who may not change the item', async () => {
    const { id } = await itemOf({ owner: 'ann', visibility: 'tenant' });
    const ann = await api.user({ id: 'ann', role: 'host' });
    const bob = await api.user({ id: 'bob', role: 'host' });
    for (const ask of [(o: Asked) => trim(id, 1000, 5000, o), (o: Asked) => undo(id, o)])
      expect([
        (await ask({ signer: tenants[1] })).statusCode,
        (await ask({ as: bob })).statusCode,
        (await ask({ as: ann })).statusCode,
      ]).toEqual([404, 403, 200]);
  });
});

describe('after the end of a trim', () => {
  it('no link opens what was cut away: former links end, new ones name the cut alone', async () => {
    const { id, content: original } = await itemOf();
    const before = tokenOf(await link(id));
    expect(claimsOf(before).content).toBe(original);
    const made = await trimmed(id);
    expect((await post('', { token: before })).json().code).toBe('TOKEN_REVOKED');
    // Library nodes refuse a token whose sources are revoked.
    const revoked = await api.store.db.selectFrom('revocations').select('id').execute();
    expect(revoked.map((row) => row.id)).toContain(claimsOf(before).sources[0]);
    const after = tokenOf(await link(id));
    expect(claimsOf(after).content).toBe(made);
    const opened = (await post('', { token: after })).json();
    expect([opened.item.media.durationMs, JSON.stringify(opened).includes(original)]).toEqual([30_000, false]);
    await undo(id);
    expect((await post('', { token: after })).json().code).toBe('TOKEN_REVOKED');
  });

  it('people get the chapters of the part, and may change them; those outside come back with the original', async () => {
    const { id } = await itemOf();
    const chapters = [0, 5000, 20_000, 50_000].map((startMs, at) => ({ startMs, title: `c${at}` }));
    await api.ask('PATCH', `/library/items/${id}`, { body: { chapters } });
    await trimmed(id);
    expect((await get(id)).chapters).toEqual([
      { startMs: 0, title: 'c1' },
      { startMs: 10_000, title: 'c2' },
    ]);
    const changed = [
      { startMs: 0, title: 'c1' },
      { startMs: 12_000, title: 'new' },
    ];
    const answer = await api.ask('PATCH', `/library/items/${id}`, { body: { chapters: changed } });
    expect(answer.json().chapters).toEqual(changed);
    await undo(id);
    expect((await get(id)).chapters).toEqual([
      { startMs: 0, title: 'c0' },
      { startMs: 5000, title: 'c1' },
      { startMs: 22_000, title: 'new' },
      { startMs: 50_000, title: 'c3' },
    ]);
  });

  it('transcripts and searches have the words of the part alone, until it is undone', async () => {
    const { id } = await itemOf();
    const path = `/library/items/${id}/transcripts/en`;
    await api.ask('PUT', path, { body: { vtt: VTT } });
    const found = async (text: string): Promise<number> =>
      (await api.ask('GET', `/library/items?text=${text}`)).json().data.length;
    expect([await found('before'), await found('inside')]).toEqual([1, 1]);
    await trimmed(id);
    const part = 'WEBVTT\n\nid\n00:00:02.000 --> 00:00:04.000 align:start\ninside <00:00:03.000>it';
    expect((await api.ask('GET', path)).json().vtt).toBe(part);
    expect([await found('before'), await found('behind'), await found('inside')]).toEqual([0, 0, 1]);
    const token = tokenOf(await link(id));
    expect((await post('/transcripts', { token, language: 'en' })).json().vtt).toBe(part);
    await undo(id);
    expect([(await api.ask('GET', path)).json().vtt, await found('before')]).toEqual([VTT, 1]);
    await trimmed(id);
    await api.ask('PUT', path, { body: { vtt: 'WEBVTT\n\n00:01.000 --> 00:02.000\nlate' } });
    await undo(id);
    expect((await api.ask('GET', path)).json().vtt).toContain('00:00:11.000 --> 00:00:12.000');
  });

  it('a link gives posts of the part alone', async () => {
    const { id } = await itemOf();
    const { db } = api.store;
    await db.updateTable('library_items').set({ recording: 'RE_1' }).where('id', '=', id).execute();
    const key = { tenant: 'acme', recording: 'RE_1' };
    const posts = [500, 11_500, 45_000].map((ms) => ({ ms, kind: 'chat', name: 'Ann', text: `${ms}`, style: '' }));
    await db
      .insertInto('recording_posts')
      .values({ ...key, page: 0, posts: JSON.stringify(posts) })
      .execute();
    const facts = { source: 'camera', duration_ms: 60_000, width: 1, height: 1, bytes: 1, chapters: '[]' } as const;
    await db
      .insertInto('recording_outputs')
      .values({ ...key, ...facts, name: 'a', item: id, identity: 'ann', participant: 'Ann', offset_ms: 1000 })
      .execute();
    await trimmed(id);
    const token = tokenOf(await link(id));
    expect((await post('/posts', { token, page: 0 })).json().posts.map(({ ms }: { ms: number }) => ms)).toEqual([
      11_500,
    ]);
  });
});

describe('a later version of a recording’s file', () => {
  it('becomes the original, and people keep the former cut until it is cut, at the same moments', async () => {
    const { id, content: original } = await itemOf();
    await api.store.db.updateTable('library_items').set({ recording: 'RE_1' }).where('id', '=', id).execute();
    const first = await trimmed(id, 10_000, 60_000);
    const later = await makeContent(api);
    await transact(api.store.db, (trx) => api.items.ready(trx, 'acme', id, later));
    expect([await rowOf(id), await kept()]).toMatchObject([
      { content: first, original: later.id },
      [first, later.id].toSorted(),
    ]);
    await api.telling.jobs.settled();
    expect(api.libraries.fra.requestLog).toContain(`erase acme/${original}`);
    const { trimming } = api.telling.library;
    await transact(api.store.db, (trx) =>
      trimming.later(trx, { tenant: 'acme', id }, { earlierMs: 4000, formerMs: 60_000 }),
    );
    expect(await get(id)).toMatchObject({ trimming: { state: 'waiting' }, media: { durationMs: 30_000 } });
    const task = await one();
    expect(task.said).toMatchObject({ contentId: later.id, fromMs: 14_000, toMs: 60_000 });
    const second = await cut(task);
    expect([await rowOf(id), await kept()]).toMatchObject([
      { content: second, original: later.id },
      [second, later.id].toSorted(),
    ]);
  });

  it('is cut when the former one was to be cut; the end of the former task does not count', async () => {
    const { id } = await itemOf();
    await api.store.db.updateTable('library_items').set({ recording: 'RE_1' }).where('id', '=', id).execute();
    await trim(id, 10_000, 50_000);
    const former = await one();
    const later = await makeContent(api);
    await transact(api.store.db, (trx) => api.items.ready(trx, 'acme', id, later));
    const result = JSON.stringify(madeOf('up_aaaaaaaaaa'));
    expect(await api.telling.jobs.end(held(former), { code: '', detail: '', retryable: false, result })).toBe(false);
    const { trimming } = api.telling.library;
    await transact(api.store.db, (trx) =>
      trimming.later(trx, { tenant: 'acme', id }, { earlierMs: 0, formerMs: 60_000 }),
    );
    expect((await one()).said).toMatchObject({ contentId: later.id, fromMs: 10_000, toMs: 50_000 });
  });
});

describe('times of a part', () => {
  const part = { fromMs: 10_000, toMs: 20_000 };
  it('a chapter that begins with the part hides the one before', () => {
    const chapters = [0, 10_000, 20_000].map((startMs) => ({ startMs, title: `${startMs}` }));
    expect(chaptersIn(chapters, part)).toEqual([{ startMs: 0, title: '10000' }]);
    expect(chaptersWith(chapters, [], part)).toEqual([{ startMs: 20_000, title: '20000' }]);
    expect(chaptersIn(chapters, undefined)).toEqual(chapters);
  });
  it('hours, and texts with Windows’ line ends, are moved', () => {
    const vtt = 'WEBVTT - a\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n01:00:12.500 --> 01:00:13.000 line:10.125%\r\nhi\r\n';
    const late = { fromMs: 3_610_000, toMs: 3_620_000 };
    const moved = 'WEBVTT - a\n\nSTYLE\n::cue {}\n\n00:00:02.500 --> 00:00:03.000 line:10.125%\nhi';
    expect(transcriptIn(vtt, late).trimEnd()).toBe(moved);
    expect(transcriptOfOriginal(moved, late)).toContain('01:00:12.500 --> 01:00:13.000');
  });
  it('posts are those between its begin and its end', () => {
    const posts = [10_999, 11_000, 20_999, 21_000].map((ms) => ({ ms }));
    const file = { offset_ms: 1000, duration_ms: 60_000 };
    expect(postsIn(posts, [partOf(file, part)])).toEqual([{ ms: 11_000 }, { ms: 20_999 }]);
    expect(partOf(file, undefined)).toEqual({ fromMs: 1000, toMs: 61_000 });
    expect(postsIn(posts, [])).toEqual([]);
  });
  it.each([
    [
      { fromMs: 10, toMs: 50 },
      { earlierMs: 5, formerMs: 60, durationMs: 70 },
      { fromMs: 15, toMs: 55 },
    ],
    [
      { fromMs: 0, toMs: 50 },
      { earlierMs: 5, formerMs: 60, durationMs: 70 },
      { fromMs: 0, toMs: 55 },
    ],
    [
      { fromMs: 10, toMs: 60 },
      { earlierMs: -5, formerMs: 60, durationMs: 70 },
      { fromMs: 5, toMs: 70 },
    ],
    [
      { fromMs: 10, toMs: 50 },
      { earlierMs: 0, formerMs: 60, durationMs: 20 },
      { fromMs: 10, toMs: 20 },
    ],
  ])('%j of a later version %j is %j', (trim, version, moved) => {
    expect(trimOfLater(trim, version)).toEqual(moved);
  });
});
