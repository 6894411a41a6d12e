// Recordings as users find them: lists, trash and transcripts.
import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../../base/runtime/test/support/until.ts';
import { TRANSCRIPTS_BYTES_MAX } from '../../../src/library/item-operations.ts';
import { shiftedVtt } from '../../../src/recordings/core/shifted-vtt.ts';
import { transcriptsOf } from '../../../src/recordings/transcripts.ts';
import { isPostgres } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { assemble, outputOf } from '../../support/assembling.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const DAY_MS = 86_400_000;
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

/** Waits until a transaction waits for another one's lock, or is over. */
async function untilBlocked(isOver: () => boolean): Promise<void> {
  const { db } = api.store;
  // SQLite has one connection: the second transaction begins after the first one.
  if (!isPostgres(db)) return;
  await until('it waits for the lock', async () => {
    const { rows } = await sql`select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    return isOver() || rows.length > 0;
  });
}

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

describe('posts of a recording', () => {
  const post = { kind: 'chat', name: 'Eve', style: '' };
  const postAt = (ms: number, text: string) => ({ ...post, ms, text });
  const store = (posts: object[]) =>
    api.store.db
      .insertInto('recording_posts')
      .values({ tenant: 'acme', recording: 're_1', page: 0, posts: JSON.stringify(posts) })
      .execute();
  const textsFor = async (as: As) =>
    (await api.ask('GET', '/me/recordings/re_1/posts', { as })).json().posts.map((one: { text: string }) => one.text);
  const trim = (item: string, fromMs: number, toMs: number) =>
    api.store.db
      .updateTable('library_items')
      .set({ trim: JSON.stringify({ fromMs, toMs }) })
      .where('id', '=', item)
      .execute();

  it('are those of the time that a file shows, for readers who may not change it', async () => {
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' });
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    await record('re_1');
    const item = await itemOf('re_1');
    await api.ask('PUT', `/library/items/${item}/readers/user/bob`, { body: { may: 'download' } });
    await store([
      postAt(9999, 'before'),
      postAt(15_000, 'cut away'),
      postAt(35_000, 'kept'),
      postAt(99_999, 'last'),
      postAt(100_000, 'after'),
    ]);
    expect(await textsFor(ann)).toEqual(['before', 'cut away', 'kept', 'last', 'after']);
    expect(await textsFor(bob)).toEqual(['cut away', 'kept', 'last']);
    await trim(item, 20_000, 60_000);
    expect([(await textsFor(ann)).length, await textsFor(bob)]).toEqual([5, ['kept']]);
  });

  it('are those of all files that a reader sees, and of no other', async () => {
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    await record('re_1', { isAssembled: false });
    const names = { 'p001-camera': 0, 'p002-camera': 10_000, 'p003-camera': 50_000 };
    const made = Object.entries(names).map(([name, offsetMs]) => outputOf(name, { offsetMs, durationMs: 20_000 }));
    await assemble(api, api.recorders.fra, made);
    const { outputs } = (await api.ask('GET', '/recordings/re_1')).json();
    for (const { item, name } of outputs)
      if (name !== 'p003-camera')
        await api.ask('PUT', `/library/items/${item}/readers/user/bob`, { body: { may: 'play' } });
    await trim(outputs[0].item, 0, 5000);
    await store([postAt(4000, 'first'), postAt(9000, 'cut away'), postAt(29_000, 'second'), postAt(55_000, 'third')]);
    expect(await textsFor(bob)).toEqual(['first', 'second']);
  });
});

describe('a reader of one file', () => {
  it('gets no title of another, and not whose tracks are missing', async () => {
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    await record('re_1', { isAssembled: false });
    const holes = ['ann', 'eve', ''].map((identity) => ({ ms: 1, durationMs: 2000, identity, source: 'camera' }));
    const made = [outputOf('p001-camera'), outputOf('p002-camera', { identity: 'eve', participantName: 'Eve' })];
    await assemble(api, api.recorders.fra, made, { holes });
    const { outputs } = (await api.ask('GET', '/recordings/re_1')).json();
    const [item] = outputs.filter(({ identity }: { identity: string }) => identity === 'ann');
    await api.ask('PUT', `/library/items/${item.item}/readers/user/bob`, { body: { may: 'play' } });
    const [shown] = (await api.ask('GET', '/me/recordings', { as: bob })).json().data;
    expect(shown.outputs.map(({ name }: { name: string }) => name)).toEqual(['p001-camera']);
    expect(shown.holes.map(({ identity }: { identity: string | null }) => identity)).toEqual(['ann', null]);
  });
});

describe('a user of the role `member`', () => {
  it('renames, shares, trims, trashes and restores the recordings that it started, and no others', async () => {
    const [mei, bob] = [
      await api.user({ id: 'mei', email: 'mei@example.org', role: 'member' }),
      await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' }),
    ];
    await record('re_1', { by: 'mei' });
    await record('re_2', { by: 'bob' });
    const [own, other] = [await itemOf('re_1'), await itemOf('re_2')];
    await api.ask('PUT', `/library/items/${other}/readers/user/mei`, { body: { may: 'change' } });
    expect(await listed(mei)).toEqual([
      ['re_2', 'download'],
      ['re_1', 'change'],
    ]);
    const acts = [
      ['PATCH', '', { title: 'Mine' }, 200],
      ['PUT', '/readers/user/bob', { may: 'play' }, 204],
      ['DELETE', '/readers/user/bob', undefined, 204],
      ['PUT', '/transcripts/en', { vtt: vtt('Own') }, 204],
      ['DELETE', '/transcripts/en', undefined, 204],
      ['DELETE', '/trim', undefined, 200],
      ['POST', '/trash', undefined, 204],
      ['POST', '/restore', undefined, 204],
    ] as const;
    for (const [method, below, body, status] of acts) {
      const o = { as: mei, ...(body && { body }) };
      expect([below, await statusOf(method, `/library/items/${own}${below}`, o)]).toEqual([below, status]);
      if (below !== '/restore')
        expect([below, await statusOf(method, `/library/items/${other}${below}`, o)]).toEqual([below, 403]);
    }
    const both = async (act: string) => [
      await statusOf('POST', `/me/recordings/re_1/${act}`, { as: mei }),
      await statusOf('POST', `/me/recordings/re_2/${act}`, { as: mei }),
    ];
    expect([await both('trash'), await both('restore')]).toEqual([
      [204, 403],
      [204, 403],
    ]);
    expect(await listed(bob)).toEqual([['re_2', 'change']]);
    expect(await statusOf('POST', '/library/uploads', { as: mei, body: { name: 'a.mp4', bytes: 1 } })).toBe(403);
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

  it('is restored by an editor of all its files, who may put it there', async () => {
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'host' });
    const eve = await api.user({ id: 'eve', email: 'eve@example.org', role: 'host' });
    await record('re_1', { isAssembled: false });
    await assemble(api, api.recorders.fra, [outputOf('a'), outputOf('b')]);
    const { outputs } = (await api.ask('GET', '/recordings/re_1')).json();
    const share = (item: string, reader: string) =>
      api.ask('PUT', `/library/items/${item}/readers/user/${reader}`, { body: { may: 'change' } });
    for (const { item } of outputs) await share(item, 'bob');
    await share(outputs[0].item, 'eve');
    const act = (name: string, as: As) => statusOf('POST', `/me/recordings/re_1/${name}`, { as });
    expect([await act('trash', eve), await act('trash', bob)]).toEqual([403, 204]);
    expect([await listed(bob, 'trashed=true'), await listed(eve, 'trashed=true')]).toEqual([[['re_1', 'change']], []]);
    expect([await act('restore', eve), await act('restore', bob)]).toEqual([403, 204]);
    expect(await listed(bob)).toEqual([['re_1', 'change']]);
  });

  it('is deleted after thirty days, also without any item', async () => {
    await record('re_1');
    await record('re_3');
    await record('re_2', { isAssembled: false });
    for (const id of ['re_1', 're_2']) await api.ask('POST', `/recordings/${id}/trash`);
    const left = async (query = '') =>
      (await api.ask('GET', `/recordings?${query}`)).json().data.map(({ id }: { id: string }) => id);
    await api.clock.advance(TRASH_KEPT_DAYS * DAY_MS);
    await api.telling.recordings.trash.empty();
    expect(new Set(await left('trashed=true'))).toEqual(new Set(['re_1', 're_2']));
    await api.clock.advance(1);
    await api.telling.recordings.trash.empty();
    expect([await left('trashed=true'), await left()]).toEqual([[], ['re_3']]);
    expect(await api.store.db.selectFrom('library_items').select('recording').execute()).toEqual([
      { recording: 're_3' },
    ]);
  });

  it('is not deleted if it was restored since it was found', async () => {
    const { items } = api.telling.library;
    const { trash } = api.telling.recordings;
    for (const id of ['re_1', 're_2']) {
      await record(id);
      await api.ask('POST', `/recordings/${id}/trash`);
    }
    await api.clock.advance(TRASH_KEPT_DAYS * DAY_MS + 1);
    // The first deletion restores the other recording, which the same run has found.
    items.onDeleted(async (trx, { tenant, recording }) =>
      trash.restore(trx, { tenant, id: recording === 're_1' ? 're_2' : 're_1' }),
    );
    await trash.empty();
    expect((await api.ask('GET', '/recordings')).json().data).toHaveLength(1);
    expect(await api.store.db.selectFrom('library_items').select('trashed_ms').execute()).toEqual([
      { trashed_ms: null },
    ]);
  });

  it('shows its files; of a recording that is not there, those in the trash are not shown', async () => {
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' });
    await record('re_1', { isAssembled: false });
    await assemble(api, api.recorders.fra, [outputOf('a'), outputOf('b')]);
    const [first, second] = (await api.ask('GET', '/recordings/re_1')).json().outputs;
    const names = async () => {
      const shown = [(await api.ask('GET', '/recordings/re_1')).json()];
      for (const query of ['', 'trashed=true'])
        shown.push(...(await api.ask('GET', `/me/recordings?${query}`, { as: ann })).json().data);
      return shown.map(({ outputs }) => outputs.map(({ name }: { name: string }) => name));
    };
    await api.ask('POST', `/library/items/${first.item}/trash`);
    expect(await names()).toEqual([[second.name], [second.name]]);
    await api.ask('POST', `/library/items/${second.item}/trash`);
    expect(await names()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
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

  it('takes along an item that a recorder brings at the same time', async () => {
    await record('re_1');
    const key = { tenant: 'acme', id: 're_1' };
    const { db } = api.store;
    const { trash } = api.telling.recordings;
    const [added, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const adding = transact(db, async (trx) => {
      await trash.add(trx, key, '');
      added.resolve();
      await mayCommit.promise;
    });
    await added.promise;
    let isOver = false;
    const bringing = transact(db, async (trx) => {
      const texts = { title: 'Late', description: '', tags: [], name: 'b.mp4', owner: '' };
      const row = await api.items.create(trx, { tenant: 'acme', ...texts, visibility: 'private', recording: 're_1' });
      await trash.follow(trx, key, row.id);
    }).finally(() => {
      isOver = true;
    });
    await untilBlocked(() => isOver);
    mayCommit.resolve();
    await Promise.all([adding, bringing]);
    const rows = await db.selectFrom('library_items').select('trashed_ms').execute();
    expect(rows.map(({ trashed_ms: ms }) => ms !== null)).toEqual([true, true]);
  });

  it('moves there while somebody moves one of its items; neither fails', async () => {
    await record('re_1');
    const key = { tenant: 'acme', id: await itemOf('re_1') };
    const { db } = api.store;
    const { trash } = api.telling.recordings;
    const [locked, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const moving = transact(db, async (trx) => {
      await trx.updateTable('recordings').set({ room: 'lobby' }).execute();
      locked.resolve();
      await mayGoOn.promise;
      await trash.add(trx, { tenant: 'acme', id: 're_1' }, '');
    });
    await locked.promise;
    let isOver = false;
    const one = transact(db, (trx) => api.items.trash(trx, Object.assign({ by: '' }, key))).finally(() => {
      isOver = true;
    });
    await untilBlocked(() => isOver);
    mayGoOn.resolve();
    await Promise.all([moving, one]);
    expect((await api.ask('GET', '/recordings/re_1')).json().trashedAt).not.toBeNull();
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

  it('moves with the begin of the recording, when an earlier one is found, before and after it is finished', async () => {
    await record('re_1', { isAssembled: false });
    const put = (text: string) => api.ask('PUT', '/recordings/re_1/transcripts/en', { body: { vtt: vtt(text) } });
    await put('First');
    const kept = async () => (await transcriptsOf(api.store.db, { tenant: 'acme', id: 're_1' }))[0]?.vtt ?? '';
    const begin = async (sinceWallMs: number) => {
      const late = [entry.recording('re_1', 'rec-fra', { sinceWallMs })];
      await api.telling.intake.take(journal(1, seq++, late, { sid: `RM_f${made}` }));
      await api.telling.jobs.settled();
    };
    let seq = 4;
    await begin(START_MS + 4000);
    expect(await kept()).toContain('00:00:06.000 --> 00:00:13.000');
    // The media begins another second earlier than the order.
    await assemble(api, api.recorders.fra, files, { startedWallMs: START_MS + 3000 });
    expect(await kept()).toContain('00:00:07.000 --> 00:00:14.000');
    const shown = async () =>
      (await api.ask('GET', `/library/items/${await itemOf('re_1')}/transcripts/en`)).json().vtt;
    expect(await shown()).toContain('00:00:00.000 --> 00:00:04.000\nFirst one');
    await begin(START_MS + 1000);
    expect(await kept()).toContain('00:00:09.000 --> 00:00:16.000');
    expect(await shown()).toContain('00:00:00.000 --> 00:00:04.000\nFirst one');
  });

  it('is refused beyond the bytes of a recording, and of the tenant', async () => {
    await record('re_1');
    const put = async (language: string) =>
      (await api.ask('PUT', `/recordings/re_1/transcripts/${language}`, { body: { vtt: vtt('Text') } })).json();
    const { db } = api.store;
    const limit = (libraryBytes: number) =>
      db
        .updateTable('tenants')
        .set({ limits: JSON.stringify({ libraryBytes }) })
        .where('id', '=', 'acme')
        .execute();
    await limit(10);
    expect((await put('en')).code).toBe('QUOTA_EXCEEDED');
    await limit(0);
    const row = { tenant: 'acme', recording: 're_1', language: 'de', changed_ms: 1 };
    await db
      .insertInto('recording_transcripts')
      .values({ ...row, vtt: 'x'.repeat(TRANSCRIPTS_BYTES_MAX) })
      .execute();
    expect((await put('en')).code).toBe('CONFLICT');
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
