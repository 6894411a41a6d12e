// A recording from its end to the items of the library, with recorders and library nodes that a script answers for.
import { ASSEMBLE, type AssembleTask, call, rpc } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, endTask, outputOf, resultOf, stepOf, takeTask, uploadFile } from '../../support/assembling.ts';
import type { ScriptedRecorder } from '../../support/scripted-recorders.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3600_000;
const DAY_MS = 86_400_000;
let api: TestApi;
let fra: ScriptedRecorder;
let sgp: ScriptedRecorder;
beforeEach(async () => {
  api = await testApi();
  ({ fra, sgp } = api.recorders);
  await api.clock.advance(START_MS + 200_000 - api.clock.wallMs());
});
afterEach(() => api.close());

const settled = () => api.telling.jobs.settled();
async function pass(ms: number): Promise<void> {
  await api.clock.advance(ms);
  await settled();
}
let lives = 0;
/** Ends a recording that these recorders had. */
async function record(listed: readonly string[] = ['rec-fra'], id = 're_1', tenant = 'acme'): Promise<void> {
  lives += 1;
  // The second recorder takes over in second 60.
  const runs = listed.map((recorder, at) => ({
    ...entry.recording(id, recorder),
    wallMs: START_MS + (5 + at * 55) * 1000,
  }));
  const end = {
    ...entry.recording(id, listed.at(-1) ?? '', { isOver: true }),
    wallMs: START_MS + (102 + listed.length) * 1000,
  };
  const message = journal(2, 1, [entry.opened('ann'), ...runs, end], {
    roomKey: `${tenant}/lobby`,
    sid: `RM_r${lives}`,
  });
  await api.telling.intake.take(message);
  await settled();
}
/** Reports of an earlier owner, which had given the last recording to this recorder and was cut off, come late. */
async function hearOfEarlier(recorder: string): Promise<void> {
  const run = { ...entry.recording('re_1', recorder), wallMs: START_MS + 5000 };
  await api.telling.intake.take(journal(1, 1, [run], { sid: `RM_r${lives}` }));
  await settled();
}
const holdersOf = ({ payload }: { payload: string }) =>
  (JSON.parse(payload) as AssembleTask).stints.map(({ holder }) => holder);
const addStint = (recorder: ScriptedRecorder, fromS = 5, toS = 100, name = 'acme/re_1') =>
  recorder.addStint(name, { startedWallMs: START_MS + fromS * 1000, endedWallMs: START_MS + toS * 1000 });
const shown = async (id = 're_1') => (await api.ask('GET', `/recordings/${id}`)).json();
const rowOf = (id = 're_1') =>
  api.store.db.selectFrom('recordings').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const eventsOf = async (type: string) =>
  (await api.ask('GET', `/events?event=${type}`))
    .json()
    .data.map((one: { recording: { version: number } }) => one.recording.version);
const itemsOf = async () => (await api.ask('GET', '/library/items')).json().data;
const taskOf = async (recorder = fra) => (await takeTask(recorder)) ?? expect.fail('no task waits');

describe('an ended recording', () => {
  it('is assembled of the stints of all its recorders, and finished when the library has its files', async () => {
    addStint(fra, 5, 60);
    addStint(sgp, 60, 104);
    await record(['rec-fra', 'rec-sgp']);
    expect((await shown()).state).toBe('finishing');
    const task = await taskOf();
    const payload: AssembleTask = JSON.parse(task.payload);
    expect(payload).toMatchObject({
      recordingId: 're_1',
      room: 'acme/lobby',
      version: 1,
      startedWallMs: START_MS + 5000,
    });
    expect(payload.stints.map(({ holder, recorderId }) => [holder, recorderId])).toEqual([
      ['rec-fra', 'rec-fra'],
      ['rec-sgp', 'rec-sgp'],
    ]);
    const [camera, screen] = [
      outputOf('p001-camera'),
      outputOf('p001-screen', { source: 'screen', offsetMs: 20_000, durationMs: 30_000 }),
    ];
    const uploads = [await uploadFile(api, fra, task, camera), await uploadFile(api, fra, task, screen)];
    const chapters = [
      { ms: 0, durationMs: 10_000, kind: 'speaker' as const, identity: 'ann', title: 'Ann' },
      { ms: 10_000, durationMs: 30_000, kind: 'speaker' as const, identity: 'bob', title: 'Bob' },
    ];
    const holes = [
      { ms: 20_000, durationMs: 2000, identity: '', source: '' },
      { ms: 30_000, durationMs: 1000, identity: 'ann', source: 'camera' },
    ];
    const made = [camera, screen].map((output, at) => ({ ...output, upload: uploads[at] ?? '' }));
    await endTask(fra, task, { result: JSON.stringify(resultOf(made, { chapters, holes, holeMs: 2000 })) });
    expect(await shown()).toMatchObject({
      state: 'finished',
      version: 1,
      durationMs: 99_000,
      holeMs: 2000,
      holes: [
        { recorder: 'rec-fra', identity: null, source: null },
        { recorder: 'rec-fra', identity: 'ann', source: 'camera' },
      ],
      outputs: [
        {
          name: 'p001-camera',
          source: 'camera',
          identity: 'ann',
          participant: 'Ann',
          offsetMs: 0,
          durationMs: 90_000,
          width: 1280,
          height: 720,
        },
        { name: 'p001-screen', source: 'screen', offsetMs: 20_000, durationMs: 30_000 },
      ],
      failure: null,
    });
    const items = await itemsOf();
    expect(items.map(({ title, state }: { title: string; state: string }) => [title, state])).toEqual([
      ['lobby — Ann', 'ready'],
      ['lobby — Ann', 'ready'],
    ]);
    const { outputs, bytes } = await shown();
    const chaptersOf = async (item: string) => (await api.ask('GET', `/library/items/${item}`)).json().chapters;
    expect(await chaptersOf(outputs[0].item)).toEqual([
      { startMs: 0, title: 'Ann', kind: 'speaker' },
      { startMs: 10_000, title: 'Bob', kind: 'speaker' },
    ]);
    expect(await chaptersOf(outputs[1].item)).toEqual([{ startMs: 0, title: 'Bob', kind: 'speaker' }]);
    expect(bytes).toBe(items.reduce((sum: number, item: { bytes: number }) => sum + item.bytes, 0));
    expect(await eventsOf('recording.finished')).toEqual([1]);
    await settled();
    expect([fra.stints.size, sgp.stints.size]).toEqual([0, 0]);
  });

  it('waits while a recorder is busy', async () => {
    addStint(fra);
    fra.stints.set('acme/re_1', { ...fra.stints.get('acme/re_1'), busy: true });
    await record();
    await pass(10 * MINUTE_MS);
    expect([(await shown()).state, await takeTask(fra)]).toEqual(['ended', undefined]);
    fra.stints.set('acme/re_1', { ...fra.stints.get('acme/re_1'), busy: false });
    await pass(MINUTE_MS);
    expect((await shown()).state).toBe('finishing');
  });

  it('waits two minutes for a recorder that is away, then awaits it, and gets a new version when it returns', async () => {
    addStint(fra, 5, 60);
    addStint(sgp, 60, 104);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(15_000);
    expect((await shown()).state).toBe('ended');
    await pass(MINUTE_MS);
    const ofBob = outputOf('p002-camera', { identity: 'bob' });
    await assemble(api, fra, [outputOf('p001-camera'), ofBob], { durationMs: 55_000 });
    const first = await shown();
    expect(first).toMatchObject({
      state: 'finished',
      version: 1,
      durationMs: 99_000,
      holes: [{ recorder: 'rec-sgp' }],
    });
    expect(JSON.parse((await rowOf()).awaited)).toEqual(['rec-sgp']);
    await pass(DAY_MS);
    expect([fra.stints.size, fra.requestLog.filter((one) => one.startsWith('erase'))]).toEqual([1, []]);
    sgp.link = 'up';
    await pass(10 * MINUTE_MS);
    expect((await shown()).state).toBe('finished');
    const { payload } = await assemble(api, fra, [outputOf('p001-camera')]);
    expect(JSON.parse(payload).numbers).toEqual([
      { identity: 'ann', number: 1 },
      { identity: 'bob', number: 2 },
    ]);
    const second = await shown();
    expect(second).toMatchObject({ version: 2, holes: [], outputs: [{ item: first.outputs[0].item }] });
    expect((await itemsOf()).map(({ id }: { id: string }) => id)).toEqual([first.outputs[0].item]);
    expect((await eventsOf('recording.finished')).toSorted()).toEqual([1, 2]);
    expect([fra.stints.size, sgp.stints.size]).toEqual([0, 0]);
  });

  it('shows times of media, which have fractions, in whole milliseconds', async () => {
    addStint(fra);
    await record();
    await pass(MINUTE_MS);
    const times = { startedWallMs: START_MS + 5000.25, durationMs: 98_999.6, holeMs: 1999.7 };
    await assemble(api, fra, [outputOf('p001-camera', { durationMs: 90_000.4 })], {
      ...times,
      holes: [{ ms: 20_000.3, durationMs: 1999.7, identity: '', source: '' }],
    });
    expect(await shown()).toMatchObject({ durationMs: 99_000, holeMs: 2000, outputs: [{ durationMs: 90_000 }] });
  });

  it('keeps its version, and its stints are erased, when the recorder is not back in thirty days', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    await assemble(api, fra);
    await pass(29 * DAY_MS);
    expect(fra.stints.size).toBe(1);
    await pass(DAY_MS);
    expect([fra.stints.size, (await shown()).state, await rowOf()]).toMatchObject([
      0,
      'finished',
      { awaited: '[]', version: 1 },
    ]);
  });

  it('keeps chapters that a person has changed', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    const chapter = (title: string) => ({ ms: 0, durationMs: 1000, kind: 'speaker' as const, identity: 'ann', title });
    const files = [outputOf('p001-camera'), outputOf('p002-camera')];
    await assemble(api, fra, files, { chapters: [chapter('One')] });
    const [changed, kept] = (await shown()).outputs.map(({ item }: { item: string }) => item);
    const { etag = '' } = (await api.ask('GET', `/library/items/${changed}`)).headers;
    const own = [{ startMs: 0, title: 'Mine' }];
    await api.ask('PATCH', `/library/items/${changed}`, { body: { chapters: own }, headers: { 'if-match': etag } });
    addStint(sgp);
    sgp.link = 'up';
    await pass(MINUTE_MS);
    await assemble(api, fra, files, { chapters: [chapter('Two')] });
    const chaptersOf = async (item: string) => (await api.ask('GET', `/library/items/${item}`)).json().chapters;
    expect([await chaptersOf(changed), await chaptersOf(kept)]).toEqual([
      own,
      [{ startMs: 0, title: 'Two', kind: 'speaker' }],
    ]);
  });

  it('is asked for again when a stint cannot be read, and fails with any other final code', async () => {
    addStint(fra);
    await record();
    await endTask(fra, await taskOf(), { code: 'STINT_UNREADABLE', detail: '' });
    await settled();
    expect([(await shown()).state, await takeTask(fra)]).toEqual(['finishing', undefined]);
    await pass(MINUTE_MS);
    await endTask(fra, await taskOf(), { code: 'JOURNAL_MALFORMED', detail: '' });
    expect(await shown()).toMatchObject({ state: 'failed', failure: 'JOURNAL_MALFORMED', outputs: [] });
    await pass(DAY_MS);
    expect([await takeTask(fra), fra.stints.size]).toEqual([undefined, 1]);
    await pass(29 * DAY_MS);
    expect(fra.stints.size).toBe(0);
  });

  it('of which no recorder has anything fails after a day, and is assembled if one returns later', async () => {
    fra.link = 'cut';
    await record();
    await pass(DAY_MS - HOUR_MS);
    expect((await shown()).state).toBe('ended');
    await pass(HOUR_MS);
    expect(await shown()).toMatchObject({ state: 'failed', failure: 'RECORDING_UNKNOWN' });
    addStint(fra);
    fra.link = 'up';
    await pass(HOUR_MS);
    await assemble(api, fra);
    expect(await shown()).toMatchObject({ state: 'finished', version: 1, failure: null });
  });

  it('stays finished when a later version is not in the library, or fails', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    await assemble(api, fra);
    addStint(sgp);
    sgp.link = 'up';
    await pass(MINUTE_MS);
    const task = await taskOf();
    // The item is ready, with the content of the first version.
    const output = outputOf('p001-camera');
    const { id: upload } = await stepOf(fra, task)('create', { name: 'a.mp4', bytes: 5, fingerprint: 'x', output });
    const result = JSON.stringify(resultOf([{ ...output, upload }]));
    await expect(endTask(fra, task, { result })).rejects.toMatchObject({ code: 'CONFLICT' });
    await endTask(fra, task, { code: 'MEDIA_MALFORMED', detail: '' });
    await pass(MINUTE_MS);
    expect([await shown(), await takeTask(fra)]).toMatchObject([
      { state: 'finished', version: 1, failure: null },
      undefined,
    ]);
  });

  it('is cut again at the same moments, when a later version of a trimmed file begins earlier', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    await assemble(api, fra, [outputOf('a', { offsetMs: 3000, durationMs: 60_000 })]);
    const { item } = (await shown()).outputs[0];
    const noMedia = { width: 0, height: 0, rotation: 0, videoCodec: '', audioCodec: '', fps: 0, audioChannels: 0 };
    const setDuration = async (durationMs: number): Promise<void> => {
      const media = JSON.stringify({ durationMs, ...noMedia });
      await api.store.db.updateTable('library_contents').set({ media }).execute();
    };
    await setDuration(60_000);
    expect(
      (await api.ask('PUT', `/library/items/${item}/trim`, { body: { fromMs: 10_000, toMs: 50_000 } })).statusCode,
    ).toBe(200);
    addStint(sgp);
    sgp.link = 'up';
    await pass(MINUTE_MS);
    const task = await taskOf();
    const output = outputOf('a', { offsetMs: 1000, durationMs: 62_000 });
    const upload = await uploadFile(api, fra, task, output);
    await setDuration(62_000);
    const node = { node: 'lib-fra', kinds: ['trim'], free: 8, affinity: false, pools: ['store-1', 'store of lib-fra'] };
    // No library node cuts the later version before it is known when it begins.
    const former = await api.telling.jobs.take(node);
    expect(former.map(({ payload }) => JSON.parse(payload))).toMatchObject([{ item, fromMs: 10_000, toMs: 50_000 }]);
    await endTask(fra, task, { result: JSON.stringify(resultOf([{ ...output, upload }])) });
    const [trim, ...more] = await api.telling.jobs.take(node);
    expect([JSON.parse(trim?.payload ?? '{}'), more]).toMatchObject([{ item, fromMs: 12_000, toMs: 52_000 }, []]);
  });

  it('has the files of one version, when a later version fails after some of its uploads', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    await assemble(api, fra, [outputOf('a'), outputOf('b')]);
    const [a, b] = (await shown()).outputs.map(({ item }: { item: string }) => item);
    const contentsOf = async () =>
      (await api.store.db.selectFrom('library_items').select(['id', 'content']).orderBy('id').execute()).map(
        ({ id, content }) => [id, content],
      );
    const before = await contentsOf();
    expect(before.map(([id]) => id)).toEqual([a, b].toSorted());
    const media = { width: 0, height: 0, rotation: 0, videoCodec: '', audioCodec: '', fps: 0, audioChannels: 0 };
    await api.store.db
      .updateTable('library_contents')
      .set({ media: JSON.stringify({ durationMs: 60_000, ...media }) })
      .execute();
    await api.ask('PUT', `/library/items/${a}/trim`, { body: { fromMs: 10_000, toMs: 50_000 } });
    addStint(sgp);
    sgp.link = 'up';
    await pass(MINUTE_MS);
    const task = await taskOf();
    await uploadFile(api, fra, task, outputOf('a'));
    await endTask(fra, task, { code: 'MEDIA_MALFORMED', detail: '' });
    await settled();
    expect([await contentsOf(), await shown()]).toMatchObject([before, { state: 'finished', version: 1 }]);
    const node = { node: 'lib-fra', kinds: ['trim'], free: 8, affinity: false, pools: ['store-1', 'store of lib-fra'] };
    const trims = await api.telling.jobs.take(node);
    const original = before.find(([id]) => id === a)?.[1];
    expect(trims.map(({ payload }) => JSON.parse(payload))).toMatchObject([{ item: a, contentId: original }]);
    const stored = api.store.db.selectFrom('library_contents').select('id').where('state', '=', 'stored');
    expect((await stored.execute()).length).toBe(2);
  });

  it('is asked for again when a stint cannot be read that came a day after the end', async () => {
    fra.link = 'cut';
    await record();
    await pass(DAY_MS + HOUR_MS);
    expect((await shown()).state).toBe('failed');
    addStint(fra);
    fra.link = 'up';
    await pass(HOUR_MS);
    await endTask(fra, await taskOf(), { code: 'STINT_UNREADABLE', detail: '' });
    await pass(HOUR_MS);
    expect((await shown()).state).toBe('finishing');
    await endTask(fra, await taskOf(), { code: 'STINT_UNREADABLE', detail: '' });
    // A day after the first order it is given up.
    await pass(DAY_MS);
    await endTask(fra, await taskOf(), { code: 'STINT_UNREADABLE', detail: '' });
    expect(await shown()).toMatchObject({ state: 'failed', failure: 'STINT_UNREADABLE' });
  });

  it('does not end with the task of an estimated end after which it went on', async () => {
    addStint(fra, 5, 60);
    const run = { ...entry.recording('re_1', 'rec-fra'), wallMs: START_MS + 5000 };
    await api.telling.intake.take(journal(1, 1, [entry.opened('ann'), run]));
    await api.telling.intake.abandon('RM_1', api.clock.wallMs());
    await settled();
    const task = await taskOf();
    const upload = await uploadFile(api, fra, task, outputOf('p001-camera'));
    sgp.stints.set('acme/re_1', { busy: true });
    await api.telling.intake.take(
      journal(2, 1, [
        entry.takenOver('ann'),
        entry.recording('re_1', 'rec-sgp'),
        entry.recording('re_1', 'rec-sgp', { isOver: true }),
      ]),
    );
    await settled();
    await endTask(fra, task, { result: JSON.stringify(resultOf([{ ...outputOf('p001-camera'), upload }])) });
    expect((await shown()).state).toBe('ended');
    sgp.stints.clear();
    addStint(sgp, 60, 204);
    await pass(MINUTE_MS);
    expect(holdersOf(await assemble(api, fra))).toEqual(['rec-fra', 'rec-sgp']);
  });

  it('keeps a file that somebody deletes while others are made; the trash takes it at once', async () => {
    addStint(fra);
    await record();
    const task = await taskOf();
    const outputs = ['p001-camera', 'p002-camera'].map((name) => outputOf(name));
    const uploads: string[] = [];
    for (const output of outputs) uploads.push(await uploadFile(api, fra, task, output));
    const { id } = (await itemsOf()).find(({ name }: { name: string }) => name === 'p001-camera.mp4');
    expect((await api.ask('DELETE', `/library/items/${id}`)).json().code).toBe('CONFLICT');
    expect((await api.ask('POST', `/library/items/${id}/trash`)).statusCode).toBe(204);
    const made = outputs.map((output, at) => ({ ...output, upload: uploads[at] ?? '' }));
    await endTask(fra, task, { result: JSON.stringify(resultOf(made)) });
    await settled();
    expect((await shown()).outputs).toMatchObject([{ name: 'p002-camera' }]);
    expect((await api.ask('DELETE', `/library/items/${id}`)).statusCode).toBe(204);
    expect((await shown()).outputs).toHaveLength(1);
  });

  it('is not assembled after it was deleted', async () => {
    addStint(fra);
    await record();
    const task = await taskOf();
    const id = await uploadFile(api, fra, task, outputOf('p001-camera'));
    expect((await api.ask('DELETE', '/recordings/re_1')).statusCode).toBe(204);
    await expect(stepOf(fra, task)('get', { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    const made = [{ ...outputOf('p001-camera'), upload: id }];
    expect((await endTask(fra, task, { result: JSON.stringify(resultOf(made)) })).isHeld).toBe(false);
    await settled();
    expect([await itemsOf(), fra.stints.size, await eventsOf('recording.finished')]).toEqual([[], 0, []]);
  });
});

describe('a recorder of which the api hears late', () => {
  it.each([
    ['while the files are made', hearOfEarlier],
    ['never, before the stints of the version are erased', () => Promise.resolve()],
  ])('%s: its stint comes into a version of all', async (name, hear) => {
    addStint(fra, 60, 104);
    sgp.link = 'cut';
    await record();
    const task = await taskOf();
    await hear('rec-sgp');
    addStint(sgp, 5, 60);
    const isHeardOf = name.startsWith('while');
    if (!isHeardOf) sgp.link = 'up';
    const upload = await uploadFile(api, fra, task, outputOf('p001-camera'));
    await endTask(fra, task, { result: JSON.stringify(resultOf([{ ...outputOf('p001-camera'), upload }])) });
    await settled();
    expect([(await shown()).version, fra.stints.size, sgp.stints.size]).toEqual([1, 1, 1]);
    const { item } = (await shown()).outputs[0];
    await pass(HOUR_MS);
    expect(JSON.parse((await rowOf()).awaited)).toEqual(isHeardOf ? ['rec-sgp'] : []);
    sgp.link = 'up';
    await pass(HOUR_MS);
    expect(holdersOf(await assemble(api, fra))).toEqual(['rec-sgp', 'rec-fra']);
    expect(await shown()).toMatchObject({ version: 2, holes: [], outputs: [{ item }] });
    await settled();
    expect([fra.stints.size, sgp.stints.size]).toEqual([0, 0]);
  });

  it('at the moment at which the task ends: it is awaited', async () => {
    addStint(fra, 60, 104);
    sgp.link = 'cut';
    await record();
    const task = await taskOf();
    const upload = await uploadFile(api, fra, task, outputOf('p001-camera'));
    const result = JSON.stringify(resultOf([{ ...outputOf('p001-camera'), upload }]));
    await Promise.all([endTask(fra, task, { result }), hearOfEarlier('rec-sgp')]);
    await settled();
    expect(await rowOf()).toMatchObject({ state: 'finished', version: 1, awaited: '["rec-sgp"]' });
  });

  it('after the other stints were erased: its stint becomes files beside those of the version', async () => {
    addStint(fra, 60, 104);
    sgp.link = 'cut';
    await record();
    const task = await taskOf();
    const post = { ms: 7, kind: 'message', name: 'Ann', text: 'Late', style: '' };
    await stepOf(fra, task)('posts', { page: 0, posts: [post] });
    const last = outputOf('p001-camera', { durationMs: 44_000 });
    const made = [{ ...last, upload: await uploadFile(api, fra, task, last, 'the last part') }];
    const times = { startedWallMs: START_MS + 60_000, durationMs: 43_000, postPages: 1 };
    await endTask(fra, task, { result: JSON.stringify(resultOf(made, times)) });
    await settled();
    expect(fra.stints.size).toBe(0);
    const first = await shown();
    expect(first).toMatchObject({ version: 1, durationMs: 98_000, holeMs: 55_000, holes: [{ recorder: 'rec-fra' }] });
    await pass(HOUR_MS);
    await hearOfEarlier('rec-sgp');
    addStint(sgp, 5, 58);
    sgp.link = 'up';
    await pass(HOUR_MS);
    const next = await taskOf();
    expect(holdersOf(next)).toEqual(['rec-sgp']);
    await stepOf(fra, next)('posts', { page: 0, posts: [{ ...post, text: 'Early' }] });
    const begin = outputOf('p001-camera', { durationMs: 53_000 });
    const upload = await uploadFile(api, fra, next, begin, 'the first part');
    expect(await stepOf(fra, next)('find', { output: 'p001-camera', fingerprint: 'the first part' })).toMatchObject({
      id: upload,
    });
    const result = resultOf([{ ...begin, upload }], {
      startedWallMs: START_MS + 5000,
      durationMs: 53_000,
      postPages: 1,
    });
    await endTask(fra, next, { result: JSON.stringify(result) });
    await settled();
    const second = await shown();
    expect(second).toMatchObject({
      version: 2,
      durationMs: 98_000,
      holeMs: 2000,
      holes: [{ startedAt: new Date(START_MS + 58_000).toISOString() }],
      outputs: [
        { name: 'v2-p001-camera', offsetMs: 0, durationMs: 53_000 },
        { name: 'p001-camera', item: first.outputs[0].item, offsetMs: 55_000, durationMs: 44_000 },
      ],
      bytes: 'the last part'.length + 'the first part'.length,
    });
    const itemBytes = async (item: string) => (await api.ask('GET', `/library/items/${item}`)).json().bytes;
    expect(await itemBytes(first.outputs[0].item)).toBe('the last part'.length);
    const pages = [0, 1].map(async (page) => (await api.ask('GET', `/recordings/re_1/posts?page=${page}`)).json());
    expect(await Promise.all(pages)).toMatchObject([
      { posts: [{ text: 'Late', ms: 55_007 }], pages: 2 },
      { posts: [{ text: 'Early', ms: 7 }] },
    ]);
    expect((await eventsOf('recording.finished')).toSorted()).toEqual([1, 2]);
    expect(sgp.stints.size).toBe(0);
  });
});

describe('the task', () => {
  it('is for recorders, first for the one that has the most of it', async () => {
    addStint(sgp);
    await record(['rec-fra', 'rec-sgp']);
    const node = { node: 'lib-fra', region: 'frankfurt', kinds: [ASSEMBLE], free: 1 };
    expect(await api.telling.jobs.take(node)).toEqual([]);
    // Without a request for tasks, a recorder counts as gone.
    expect(await takeTask(fra)).toBeDefined();
    addStint(sgp, 5, 100, 'acme/re_2');
    await record(['rec-fra', 'rec-sgp'], 're_2');
    await takeTask(sgp, ['none']);
    expect(await takeTask(fra)).toBeUndefined();
    expect(await takeTask(sgp)).toBeDefined();
  });

  const bad: readonly (readonly [string, (upload: string) => object])[] = [
    ['no outputs', () => ({ outputs: undefined })],
    ['a file twice', (upload) => ({ outputs: [outputOf('a'), outputOf('a')].map((one) => ({ ...one, upload })) })],
    ['a name that leaves the folder', (upload) => ({ outputs: [{ ...outputOf('../a'), upload }] })],
    ['a negative time', () => ({ durationMs: -1 })],
    ['a source that does not exist', (upload) => ({ outputs: [{ ...outputOf('a'), source: 'x', upload }] })],
  ];
  it('fails with a malformed result', async () => {
    for (const [at, [name, change]] of bad.entries()) {
      addStint(fra, 5, 100, `acme/re_${at}`);
      await record(['rec-fra'], `re_${at}`);
      const task = await taskOf();
      const upload = await uploadFile(api, fra, task, outputOf('a'));
      const result = { ...resultOf([{ ...outputOf('a'), upload }]), ...change(upload) };
      await endTask(fra, task, { result: JSON.stringify(result) });
      expect(await shown(`re_${at}`), name).toMatchObject({ state: 'failed', failure: 'RESULT_INVALID', outputs: [] });
    }
  });

  it('does not end with an upload that is not done, of another file, recording or tenant', async () => {
    for (const [id, tenant] of [
      ['re_1', 'acme'],
      ['re_2', 'acme'],
      ['re_1', 'globex'],
    ] as const) {
      addStint(fra, 5, 100, `${tenant}/${id}`);
      await record(['rec-fra'], id, tenant);
    }
    const tasks = new Map<string, Awaited<ReturnType<typeof taskOf>>>();
    for (let count = 0; count < 3; count += 1) {
      const task = await taskOf();
      tasks.set(`${task.tenant}/${JSON.parse(task.payload).recordingId}`, task);
    }
    const task = tasks.get('acme/re_1') ?? expect.fail();
    const open = await stepOf(fra, task)('create', {
      name: 'a.mp4',
      bytes: 5,
      fingerprint: 'x',
      output: outputOf('a'),
    });
    const ofOthers = [];
    for (const name of ['acme/re_2', 'globex/re_1'])
      ofOthers.push(await uploadFile(api, fra, tasks.get(name) ?? expect.fail(), outputOf('a')));
    const otherFile = await uploadFile(api, fra, task, outputOf('b'));
    for (const upload of [open.id, ...ofOthers, otherFile, 'UP_unknown']) {
      const result = JSON.stringify(resultOf([{ ...outputOf('a'), upload }]));
      await expect(endTask(fra, task, { result })).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    expect((await shown()).state).toBe('finishing');
    await api.libraries.fra.ended('acme', open.id, Buffer.from('bytes'));
    const result = JSON.stringify(resultOf([{ ...outputOf('a'), upload: open.id }]));
    expect(await endTask(fra, task, { result })).toMatchObject({ isHeld: true });
    expect(await endTask(fra, task, { result })).toMatchObject({ isHeld: false });
    expect((await shown()).outputs.map(({ name }: { name: string }) => name)).toEqual(['a']);
    expect((await itemsOf()).length).toBe(2);
  });
});

describe('a step of an upload', () => {
  it('finds, gets and repeats uploads of its own recording, and takes pages of posts', async () => {
    addStint(fra);
    await record();
    const step = stepOf(fra, await taskOf());
    expect(await step('find', { output: 'a', fingerprint: 'x' })).toBeNull();
    const made = await step('create', { name: 'a.mp4', bytes: 5, fingerprint: 'x', output: outputOf('a') });
    expect(made).toMatchObject({ state: 'open', bytes: 5, parts: [{ from: 0, bytes: 5 }] });
    expect(await step('find', { output: 'a', fingerprint: 'x' })).toMatchObject({ id: made.id });
    expect(await step('get', { id: made.id })).toMatchObject({ id: made.id });
    const post = { ms: 10, kind: 'message', name: 'Ann', text: 'Hello', style: '' };
    for (const [page, text] of [
      [0, 'Hello'],
      [1, 'two'],
      [0, 'again'],
    ] as const)
      expect(await step('posts', { page, posts: [{ ...post, text }] })).toBeNull();
    const postsOf = async (page: number) => (await api.ask('GET', `/recordings/re_1/posts?page=${page}`)).json();
    expect(await postsOf(0)).toMatchObject({ posts: [{ text: 'again', ms: 10 }], pages: 2 });
    expect(await postsOf(2)).toEqual({ posts: [], pages: 2 });
  });

  const malformed: readonly (readonly [string, unknown])[] = [
    ['erase', {}],
    ['find', '{'],
    ['find', { output: 'a' }],
    ['find', { output: '../a', fingerprint: 'x' }],
    ['create', { name: 'a.mp4', bytes: 0, output: outputOf('a') }],
    ['create', { name: 'a.mp4', bytes: 5, output: { ...outputOf('a'), width: -1 } }],
    ['create', { name: 'a/b.mp4', bytes: 5, output: outputOf('a') }],
    ['prove', { id: 'UP_1', sha256: 'x' }],
    ['get', {}],
    ['posts', { page: -1, posts: [] }],
    ['posts', { page: 0, posts: [{ ms: 0 }] }],
  ];
  it('is refused when it is malformed', async () => {
    addStint(fra);
    await record();
    const step = stepOf(fra, await taskOf());
    for (const [operation, body] of malformed)
      await expect(step(operation, body), `${operation} ${JSON.stringify(body)}`).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    await expect(step('get', { id: 'UP_unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('needs the lease of a task to assemble, held by the same recorder', async () => {
    addStint(fra);
    await record();
    const task = await taskOf();
    const body = { output: 'a', fingerprint: 'x' };
    await expect(stepOf(sgp, task)('find', body)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(stepOf(fra, { ...task, lease: 'JL_other' })('find', body)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(stepOf(fra, { ...task, lease: '' })('find', body)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const link = { ...fra.toApi, remote: { id: 'rec-fra', kind: 'library', region: 'frankfurt' } };
    api.telling.recordings.attach(Object.assign(link, { onRequest: fra.toApi.onRequest }));
    const message = { taskId: task.id, lease: task.lease, operation: 'find', body: JSON.stringify(body) };
    await expect(call(fra.toApi, rpc.taskUpload, message)).rejects.toMatchObject({ code: 'KIND_NOT_PERMITTED' });
  });

  it('is refused after another recorder has the task', async () => {
    addStint(fra);
    await record();
    const lost = await taskOf();
    const id = await uploadFile(api, fra, lost, outputOf('a'), 'one text');
    await pass(2 * MINUTE_MS);
    const task = await taskOf(sgp);
    await expect(stepOf(fra, lost)('get', { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await stepOf(sgp, task)('find', { output: 'a', fingerprint: 'one text' })).toMatchObject({
      id,
      state: 'done',
    });
  });
});

describe('an item that is deleted in the library', () => {
  it('is no longer a file of its recording, and without any file the recording is deleted', async () => {
    addStint(fra);
    sgp.link = 'cut';
    await record(['rec-fra', 'rec-sgp']);
    await pass(3 * MINUTE_MS);
    await assemble(api, fra, [outputOf('a'), outputOf('b')]);
    const [a, b] = (await shown()).outputs.map(({ item }: { item: string }) => item);
    await api.ask('DELETE', `/library/items/${a}`);
    expect((await shown()).outputs).toMatchObject([{ name: 'b', item: b }]);
    // A new version would bring the file back.
    addStint(sgp);
    sgp.link = 'up';
    await pass(HOUR_MS);
    expect(await takeTask(fra)).toBeUndefined();
    await api.ask('DELETE', `/library/items/${b}`);
    expect((await api.ask('GET', '/recordings/re_1')).statusCode).toBe(404);
    expect(await eventsOf('recording.deleted')).toEqual([1]);
    await settled();
    expect([fra.stints.size, sgp.stints.size]).toEqual([0, 0]);
  });
});
