// Rows of recordings follow the reports of owners, once and in any order, and the results of recorders.
import { recordingFromWire } from '@meridian/protocol';
import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withEntry } from '../../../src/events/core/recording-story.ts';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { makeRecordings } from '../../../src/recordings/recordings.ts';
import { transact } from '../../../src/store/transaction.ts';
import { assemble, endTask, outputOf, resultOf, stepOf, takeTask, uploadFile } from '../../support/assembling.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  // The journals below are of this time.
  await api.clock.advance(START_MS + 200_000 - api.clock.wallMs());
});
afterEach(() => api.close());

const opened = entry.opened('ann');
const runs = (recorderId = 'rec-fra', o: object = {}) => entry.recording('re_1', recorderId, o);
const endEntry = (recorderId = 'rec-fra', o: object = {}) =>
  entry.recording('re_1', recorderId, { isOver: true, ...o });
const take = (...args: Parameters<typeof journal>) => api.telling.intake.take(journal(...args));
const rows = () => api.store.db.selectFrom('recordings').selectAll().orderBy('tenant').orderBy('id').execute();
const row = async () => (await rows())[0];
const seconds = (ms: number | null | undefined) => (ms == null ? ms : (ms - START_MS) / 1000);
const settled = () => api.telling.jobs.settled();
const eventsOf = async (id = 're_1') => {
  const found = api.store.db.selectFrom('events').selectAll().where('sid', '=', `acme/${id}`).orderBy('sequence');
  return (await found.execute()).map(({ sequence, type, body }) => {
    const { state, recorders } = JSON.parse(body).recording;
    expect(recorders).toBeUndefined();
    return `${sequence} ${type} ${state}`;
  });
};
const fra = () => api.recorders.fra;

describe('the report of an owner', () => {
  it('makes a row for a running recording, and ends it', async () => {
    await take(1, 1, [opened, runs('rec-fra', { mode: 'composed', layout: 'speaker', identity: 'bob' })]);
    const recordingFields = {
      tenant: 'acme',
      id: 're_1',
      room: 'lobby',
      sid: 'RM_1',
      identity: 'bob',
      made_by: 'ann',
      meeting: '',
    };
    expect(await row()).toMatchObject(recordingFields);
    const stateFields = {
      mode: 'composed',
      layout: 'speaker',
      state: 'running',
      ended_ms: null,
      recorders: '["rec-fra"]',
    };
    expect(await row()).toMatchObject(stateFields);
    expect(seconds((await row())?.started_ms)).toBe(5);
    await take(1, 3, [runs('rec-sgp'), endEntry('rec-sgp')]);
    expect(await row()).toMatchObject({ state: 'ended', estimated: 0, recorders: '["rec-fra","rec-sgp"]' });
    expect(seconds((await row())?.ended_ms)).toBe(104);
    expect(await eventsOf()).toEqual(['1 recording.started running', '2 recording.ended ended']);
  });

  it('may come twice, and in other portions', async () => {
    const wholeJournal = [opened, runs(), endEntry(), entry.over()];
    await Promise.all([
      take(1, 1, wholeJournal),
      take(1, 1, wholeJournal.slice(0, 2)),
      take(1, 2, wholeJournal.slice(1)),
    ]);
    await take(1, 1, wholeJournal);
    expect([(await rows()).length, await eventsOf()]).toEqual([
      1,
      ['1 recording.started running', '2 recording.ended ended'],
    ]);
  });

  it('may come in any order, and the later state counts', async () => {
    const entries = [
      [1, 1, [opened, runs('rec-a')]],
      [2, 1, [entry.takenOver('ann'), runs('rec-b', { layout: 'screen' })]],
      [2, 3, [endEntry('rec-b', { layout: 'screen' })]],
    ] as const;
    const orders = [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
      [2, 1, 0],
      [2, 0, 1],
      [0, 2, 1],
    ];
    for (const order of orders) {
      for (const at of order) {
        const [epoch, from, bodies] = entries[at] ?? entries[0];
        const sid = `RM_${order.join('')}`;
        const recordingId = `re_${order.join('')}`;
        const named = bodies.map((body) =>
          'recording' in body
            ? { recording: { ...body.recording, recording: { ...body.recording.recording, recordingId } } }
            : body,
        );
        await take(epoch, from, named, { sid, roomKey: `acme/${order.join('')}` });
      }
    }
    for (const one of await rows())
      expect([one.id, one.state, JSON.parse(one.recorders).at(-1), seconds(one.ended_ms), one.layout]).toEqual([
        ...[one.id, 'ended', 'rec-b', 203, 'screen'],
      ]);
    expect((await rows()).map(({ recorders }) => JSON.parse(recorders).toSorted())).toEqual(
      orders.map(() => ['rec-a', 'rec-b']),
    );
    for (const order of orders)
      expect((await eventsOf(`re_${order.join('')}`)).map((one) => one.split(' ')[1])).toEqual([
        'recording.started',
        'recording.ended',
      ]);
  });

  it('is estimated when the life of the room ends, and corrected when the life continues', async () => {
    await take(1, 1, [opened, runs()]);
    await api.telling.intake.abandon('RM_1', api.clock.wallMs());
    expect(await row()).toMatchObject({ state: 'ended', estimated: 1 });
    await take(2, 1, [entry.takenOver('ann'), runs('rec-sgp')]);
    expect(await row()).toMatchObject({ state: 'running', estimated: 0, ended_ms: null });
    await take(2, 3, [endEntry('rec-sgp'), entry.over()]);
    expect(await row()).toMatchObject({ state: 'ended', estimated: 0 });
    expect(await eventsOf()).toEqual(['1 recording.started running', '2 recording.ended ended']);
    const { n } = await api.store.db
      .selectFrom('jobs')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('key', '=', 'acme/re_1')
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(1);
  });

  it('replaces that of an earlier owner', async () => {
    await take(2, 1, [entry.takenOver('ann'), runs('rec-b')]);
    await take(1, 2, [endEntry('rec-a')]);
    expect([(await row())?.state, await eventsOf()]).toEqual(['running', ['1 recording.started running']]);
  });

  it('can end a recording of which it has only the id', async () => {
    await take(2, 1, [entry.takenOver('ann'), entry.recording('re_1', 'rec-b', { isOver: true, state: '' })]);
    await take(1, 1, [opened, runs('rec-a', { mode: 'composed', layout: 'speaker' })]);
    expect(await row()).toMatchObject({ state: 'ended', mode: 'composed', layout: 'speaker', made_by: 'ann' });
    expect(seconds((await row())?.started_ms)).toBe(5);
  });

  it('has no effect on another room or tenant with the same id', async () => {
    await take(1, 1, [opened, runs()]);
    await take(5, 1, [opened, endEntry()], { sid: 'RM_2', roomKey: 'acme/board' });
    await take(1, 1, [opened, endEntry()], { sid: 'RM_3', roomKey: 'globex/lobby' });
    expect((await rows()).map((one) => [one.tenant, one.sid, one.state])).toEqual([
      ['acme', 'RM_1', 'running'],
      ['globex', 'RM_3', 'ended'],
    ]);
  });

  it('is ignored if its id is invalid', async () => {
    for (const id of ['', '../up', 'RE_1', 'a'.repeat(65)])
      await take(1, 1, [opened, entry.recording(id, 'rec-fra')], { sid: `RM_x${id.length}` });
    expect(await rows()).toEqual([]);
  });

  it('changes nothing if it has nothing new', () => {
    const recording = recordingFromWire({ recordingId: 're_1', state: 'running', sinceWallMs: START_MS });
    const one = { epoch: 1, seq: 2, wallMs: START_MS + 6000, recording, recorderId: 'rec-fra', isOver: false };
    const { story } = withEntry(undefined, one);
    expect(withEntry(story, one)).toEqual({ story, events: [] });
  });
});

describe('the result of a task', () => {
  const ended = () => take(1, 1, [opened, runs('rec-sgp'), runs('rec-fra'), endEntry('rec-fra')]);
  const addStint = () =>
    fra().addStint('acme/re_1', { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });

  it('is compared with the order; parts that are missing become holes that name their recorder', async () => {
    addStint();
    // Ordered from second 5 to 104; the other recorder's order came in second 103.
    await ended();
    await settled();
    const holes = [{ ms: 100, durationMs: 300, identity: '', source: '' }];
    const made = { startedWallMs: START_MS + 103_000, durationMs: 500, holeMs: 300, holes };
    const chapters = [{ ms: 0, durationMs: 500, kind: 'speaker' as const, identity: 'ann', title: 'Ann' }];
    await assemble(api, fra(), [outputOf('p001-camera', { durationMs: 500 })], { ...made, chapters });
    const shown = (await api.ask('GET', '/recordings/re_1')).json();
    const at = (text: string): number => seconds(Date.parse(text)) ?? 0;
    expect([at(shown.startedAt), shown.durationMs, shown.holeMs]).toEqual([5, 98_500, 98_300]);
    expect(
      shown.holes.map((hole: Record<string, string>) => [
        at(hole['startedAt'] ?? ''),
        at(hole['endedAt'] ?? ''),
        hole['recorder'],
      ]),
    ).toEqual([
      [5, 103, 'rec-sgp'],
      [103.1, 103.4, 'rec-fra'],
    ]);
    expect(shown.outputs).toMatchObject([{ offsetMs: 98_000 }]);
    const { chapters: ofItem } = (await api.ask('GET', `/library/items/${shown.outputs[0].item}`)).json();
    expect(ofItem).toEqual([{ startMs: 0, title: 'Ann', kind: 'speaker' }]);
    const { body } = await api.store.db
      .selectFrom('events')
      .select('body')
      .where('type', '=', 'recording.finished')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(body).recording).toMatchObject({ holes: shown.holes, outputs: shown.outputs });
    expect(await eventsOf()).toEqual([
      '1 recording.started running',
      '2 recording.ended ended',
      '3 recording.finished finished',
    ]);
  });

  it('gets holes also from an order that an owner reports later, and what it has moves', async () => {
    addStint();
    await take(2, 2, [runs('rec-fra', { sinceWallMs: START_MS + 202_000 }), endEntry('rec-fra')]);
    await settled();
    const made = { startedWallMs: START_MS + 202_000, durationMs: 2000 };
    const task = (await takeTask(fra())) ?? expect.fail('no task waits');
    const post = { ms: 7, kind: 'message', name: 'Ann', text: 'Hello', style: '' };
    await stepOf(fra(), task)('posts', { page: 0, posts: [post] });
    const upload = await uploadFile(api, fra(), task, outputOf('p001-camera'));
    const outputs = [{ ...outputOf('p001-camera'), upload }];
    await endTask(fra(), task, { result: JSON.stringify(resultOf(outputs, { ...made, postPages: 1 })) });
    expect(await row()).toMatchObject({ state: 'finished', hole_ms: 0, holes: '[]' });
    api.recorders.sgp.link = 'cut';
    await take(1, 1, [opened, runs('rec-sgp')]);
    expect(await row()).toMatchObject({ state: 'finished', duration_ms: 199_000, hole_ms: 197_000 });
    expect([seconds((await row())?.started_ms), JSON.parse((await row())?.holes ?? '')]).toEqual([
      5,
      [{ fromMs: START_MS + 5000, toMs: START_MS + 202_000, recorderId: 'rec-sgp' }],
    ]);
    const shown = (await api.ask('GET', '/recordings/re_1')).json();
    expect([shown.outputs[0].offsetMs, JSON.parse((await row())?.awaited ?? '')]).toEqual([197_000, ['rec-sgp']]);
    const { posts } = (await api.ask('GET', '/recordings/re_1/posts')).json();
    expect(posts).toEqual([{ ...post, ms: 197_007 }]);
  });

  it('has no effect after the deletion', async () => {
    await ended();
    await settled();
    const { erasing, records } = api.telling.recordings;
    const before = (await row()) ?? expect.fail();
    await transact(api.store.db, (trx) => erasing.delete(trx, before));
    expect(await transact(api.store.db, (trx) => records.settle(trx, before, { state: 'finished' }))).toBe(false);
    expect(await eventsOf()).not.toContain('3 recording.finished finished');
  });

  it('is ordered by another instance when this one has ended', async () => {
    await ended();
    await settled();
    await api.telling.jobs.close();
    addStint();
    const parts = { clock: api.clock, rng: seededRng('next'), log: createLogger({ name: 'api', level: 'fatal' }) };
    const jobs = new Jobs({ ...parts, store: api.store });
    const { deliveries, library } = api.telling;
    const otherParts = { keys: api.keys, nodes: api.recorders, jobs, deliveries, library, tellLimits: () => undefined };
    const next = makeRecordings({ ...parts, ...otherParts, db: api.store.db });
    api.recorders.onPlan = (plan) => next.recorders.follow(plan);
    await api.clock.advance(60_000);
    await jobs.settled();
    expect((await row())?.state).toBe('finishing');
    await jobs.close();
  });
});
