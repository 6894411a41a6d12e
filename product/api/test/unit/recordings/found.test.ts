// Recordings as users find them: lists, trash and transcripts.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shiftedVtt } from '../../../src/recordings/core/shifted-vtt.ts';
import { assemble, outputOf } from '../../support/assembling.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.clock.advance(START_MS + 3600_000 - api.clock.wallMs());
});
afterEach(() => api.close());

let made = 0;
/** Makes a finished recording that `by` started, or one that waits to be assembled. */
async function record(id: string, { by = 'ann', isAssembled = true, tenant = 'acme' } = {}): Promise<void> {
  made += 1;
  const o = { byIdentity: by };
  const bodies = [
    entry.opened(by),
    entry.recording(id, 'rec-fra', o),
    entry.recording(id, 'rec-fra', { ...o, isOver: true }),
  ];
  const { fra } = api.recorders;
  fra.addStint(`${tenant}/${id}`, { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
  await api.telling.intake.take(journal(1, 1, bodies, { roomKey: `${tenant}/lobby`, sid: `RM_f${made}` }));
  await api.telling.jobs.settled();
  if (isAssembled) await finish();
}
const files = [outputOf('p001-camera', { offsetMs: 10_000 })];
const finish = () => assemble(api, api.recorders.fra, files);
type As = Awaited<ReturnType<TestApi['user']>>;
const listed = async (as: As, query = '') =>
  (await api.ask('GET', `/me/recordings?${query}`, { as }))
    .json()
    .data.map((one: { id: string; may: string }) => [one.id, one.may]);
const statusOf = async (...args: Parameters<TestApi['ask']>) => (await api.ask(...args)).statusCode;
const itemOf = async (id: string): Promise<string> =>
  (await api.ask('GET', `/recordings/${id}`)).json().outputs[0].item;

describe('recordings of a user', () => {
  it('are those that it started, and those of which an item is shared with it, with what it may do', async () => {
    const [ann, bob, eve] = [
      await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' }),
      await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' }),
      await api.user({ id: 'eve', email: 'eve@example.org', role: 'host', tenant: 'globex' }),
    ];
    await record('re_1');
    expect([await listed(ann), await listed(bob), await listed(eve)]).toEqual([[['re_1', 'change']], [], []]);
    const item = await itemOf('re_1');
    await api.ask('PUT', `/library/items/${item}/readers/user/bob`, { body: { may: 'play' } });
    expect(await listed(bob)).toEqual([['re_1', 'play']]);
    expect(await statusOf('POST', '/me/recordings/re_1/trash', { as: bob })).toBe(403);
    expect(await statusOf('POST', '/me/recordings/re_1/trash', { as: eve })).toBe(404);
    await api.ask('PATCH', `/library/items/${item}`, { body: { visibility: 'tenant' } });
    expect([await listed(bob), await listed(eve)]).toEqual([[['re_1', 'download']], []]);
  });
});

describe('posts of a trimmed recording', () => {
  it('are those of the part that was kept, for readers who may not change it', async () => {
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' });
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    await record('re_1');
    const item = await itemOf('re_1');
    await api.ask('PUT', `/library/items/${item}/readers/user/bob`, { body: { may: 'download' } });
    const post = { kind: 'chat', name: 'Eve', style: '' };
    const posts = [
      { ...post, ms: 15_000, text: 'cut away' },
      { ...post, ms: 35_000, text: 'kept' },
    ];
    const { db } = api.store;
    await db
      .insertInto('recording_posts')
      .values({ tenant: 'acme', recording: 're_1', page: 0, posts: JSON.stringify(posts) })
      .execute();
    const trim = JSON.stringify({ fromMs: 20_000, toMs: 60_000 });
    await db.updateTable('library_items').set({ trim }).where('id', '=', item).execute();
    const textsFor = async (as: As) =>
      (await api.ask('GET', '/me/recordings/re_1/posts', { as })).json().posts.map((one: { text: string }) => one.text);
    expect([await textsFor(ann), await textsFor(bob)]).toEqual([['cut away', 'kept'], ['kept']]);
  });
});

describe('a recording in the trash', () => {
  it('is there with its items, for those who may change it, until it is restored', async () => {
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' });
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    await record('re_1');
    const item = await itemOf('re_1');
    await api.ask('PATCH', `/library/items/${item}`, { body: { visibility: 'tenant' } });
    expect(await statusOf('POST', '/me/recordings/re_1/trash', { as: ann })).toBe(204);
    expect([await listed(ann), await listed(ann, 'trashed=true')]).toEqual([[], [['re_1', 'change']]]);
    expect([await listed(bob), await listed(bob, 'trashed=true')]).toEqual([[], []]);
    expect((await api.ask('GET', '/recordings')).json().data).toEqual([]);
    expect((await api.ask('GET', '/recordings?trashed=true')).json().data).toMatchObject([
      { id: 're_1', trashedAt: expect.any(String) },
    ]);
    expect(await statusOf('GET', '/recordings/re_1/posts')).toBe(404);
    const row = await api.store.db
      .selectFrom('library_items')
      .select('trashed_ms')
      .where('id', '=', item)
      .executeTakeFirst();
    expect(row?.trashed_ms).not.toBeNull();
    expect(await statusOf('POST', '/me/recordings/re_1/restore', { as: ann })).toBe(204);
    expect([await listed(ann), await listed(bob)]).toEqual([[['re_1', 'change']], [['re_1', 'download']]]);
  });

  it('is there once all its items are, and not once one is restored', async () => {
    await record('re_1');
    const item = await itemOf('re_1');
    const trashedAt = async () => (await api.ask('GET', '/recordings/re_1')).json().trashedAt;
    await api.ask('POST', `/library/items/${item}/trash`);
    expect(await trashedAt()).not.toBeNull();
    await api.ask('POST', `/library/items/${item}/restore`);
    expect(await trashedAt()).toBeNull();
  });

  it('goes on being assembled, and its items follow it there', async () => {
    await record('re_1', { isAssembled: false });
    expect(await statusOf('POST', '/recordings/re_1/trash')).toBe(204);
    await finish();
    expect((await api.ask('GET', '/recordings/re_1')).json()).toMatchObject({
      state: 'finished',
      trashedAt: expect.any(String),
    });
    const rows = await api.store.db.selectFrom('library_items').select('trashed_ms').execute();
    expect(rows.map(({ trashed_ms: ms }) => ms !== null)).toEqual([true]);
  });
});

const vtt = (text: string) =>
  `WEBVTT\n\n00:05.000 --> 00:12.000\n${text} one\n\n00:30.000 --> 00:31.000 line:0\n${text} two\n`;
describe('a transcript of a recording', () => {
  it('reaches its items in their own time, before and after they are there, and leaves that of a person', async () => {
    await record('re_1', { isAssembled: false });
    const put = (body: object, language = 'en') => api.ask('PUT', `/recordings/re_1/transcripts/${language}`, { body });
    expect((await put({ vtt: vtt('First') })).statusCode).toBe(204);
    expect((await put({ vtt: 'no' })).json().code).toBe('REQUEST_INVALID');
    await finish();
    const path = `/library/items/${await itemOf('re_1')}/transcripts/en`;
    const shown = async () => (await api.ask('GET', path)).json().vtt;
    expect(await shown()).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nFirst one\n\n00:00:20.000 --> 00:00:21.000 line:0\nFirst two\n',
    );
    await put({ vtt: vtt('Second') });
    expect(await shown()).toContain('Second one');
    await api.ask('PUT', path, { body: { vtt: vtt('Own') } });
    await put({ vtt: vtt('Third') });
    expect(await shown()).toBe(vtt('Own'));
  });

  it.each([
    [
      'keeps styles and notes',
      'WEBVTT\n\nSTYLE\n::cue{}\n\n00:01.000 --> 00:02.000\na',
      0,
      'WEBVTT\n\nSTYLE\n::cue{}\n\n00:00:01.000 --> 00:00:02.000\na\n',
    ],
    [
      'is cut at the end',
      'WEBVTT\n\nid\n00:09.000 --> 00:20.000\na',
      0,
      'WEBVTT\n\nid\n00:00:09.000 --> 00:00:10.000\na\n',
    ],
    ['has no cue left', 'WEBVTT\n\n00:01.000 --> 00:02.000\na', 2000, undefined],
  ])('%s', (_name, text, fromMs, expected) => {
    expect(shiftedVtt(text, { fromMs, durationMs: 10_000 })).toBe(expected);
  });
});
