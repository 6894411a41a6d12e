// A recording that recorders keep as tracks, until one of them composes it after the end.
import { type AssembleTask, COMPOSE, type ComposeTask, call, rpc } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, endTask, outputOf, takeTask } from '../../support/assembling.ts';
import type { ScriptedRecorder } from '../../support/scripted-recorders.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3600_000;
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
/** Ends a recording of which these recorders have tracks that are to be composed. */
async function record(listed: readonly ScriptedRecorder[] = [fra]): Promise<void> {
  const facts = { mode: 'composed', layout: 'grid', later: true };
  const runs = listed.map(({ nodeId }, at) => ({
    ...entry.recording('re_1', nodeId, facts),
    wallMs: START_MS + (5 + at * 55) * 1000,
  }));
  const end = entry.recording('re_1', listed.at(-1)?.nodeId ?? '', { ...facts, isOver: true });
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann'), ...runs, end]));
  await settled();
}
const addStint = (recorder: ScriptedRecorder, o: { stintId: string; fromS?: number; toS?: number; of?: string }) => {
  const { stintId, fromS = 5, toS = 100, of = '' } = o;
  const times = { startedWallMs: START_MS + fromS * 1000, endedWallMs: START_MS + toS * 1000 };
  recorder.addStint('acme/re_1', { stintId, later: of === '', composedOf: of, ...times });
};
const shown = async () => (await api.ask('GET', '/recordings/re_1')).json();
const takeComposing = async (recorder: ScriptedRecorder) =>
  (await takeTask(recorder, [COMPOSE])) ?? expect.fail('no task waits');
const stintOf = ({ payload }: { payload: string }) => (JSON.parse(payload) as ComposeTask).stint;
/** Takes a task and ends it with a stint at the recorder. */
async function compose(recorder: ScriptedRecorder, stintId: string, times: { fromS?: number; toS?: number } = {}) {
  const task = await takeComposing(recorder);
  addStint(recorder, { stintId, of: stintOf(task).stintId, ...times });
  await endTask(recorder, task, { result: JSON.stringify({ stintId }) });
  await settled();
}
const picture = outputOf('composed', { source: 'composed', identity: '', participantName: '' });
const stintsOf = ({ payload }: { payload: string }) =>
  (JSON.parse(payload) as AssembleTask).stints.map(({ stintId }) => stintId);

describe('a recording that is composed later', () => {
  it('is composed stint by stint, with its progress shown, and assembled of what was composed', async () => {
    addStint(fra, { stintId: 'tracks-1', toS: 60 });
    addStint(sgp, { stintId: 'tracks-2', fromS: 60, toS: 104 });
    await record([fra, sgp]);
    expect(await shown()).toMatchObject({
      later: true,
      state: 'finishing',
      task: { kind: 'compose', state: 'waiting', done: 0 },
    });
    const task = await takeComposing(fra);
    expect(JSON.parse(task.payload)).toMatchObject({
      recordingId: 're_1',
      room: 'acme/lobby',
      stint: { stintId: 'tracks-1', recorderId: 'rec-fra', holder: 'rec-fra', journals: ['journal.jsonl'] },
    });
    await call(fra.toApi, rpc.renewTask, { id: task.id, lease: task.lease, done: 0.5 });
    expect((await shown()).task).toEqual({ kind: 'compose', state: 'running', done: 0.25 });
    addStint(fra, { stintId: 'picture-1', of: 'tracks-1', toS: 60 });
    await endTask(fra, task, { result: JSON.stringify({ stintId: 'picture-1' }) });
    await settled();
    expect((await shown()).task).toEqual({ kind: 'compose', state: 'waiting', done: 0.5 });
    await compose(sgp, 'picture-2', { fromS: 60, toS: 104 });
    expect((await shown()).task).toEqual({ kind: 'assemble', state: 'waiting', done: 0 });
    expect(stintsOf(await assemble(api, fra, [picture]))).toEqual(['picture-1', 'picture-2']);
    expect(await shown()).toMatchObject({
      state: 'finished',
      failure: null,
      task: null,
      outputs: [{ title: 'lobby' }],
    });
  });

  it('counts one of two composed stints, and asks again while a recorder still stores it', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    addStint(sgp, { stintId: 'lost-run', of: 'tracks-1' });
    await record();
    const task = await takeComposing(fra);
    await endTask(fra, task, { result: JSON.stringify({ stintId: 'picture-1' }) });
    await settled();
    expect(await takeTask(fra)).toBeUndefined();
    addStint(fra, { stintId: 'picture-1', of: 'tracks-1' });
    await pass(MINUTE_MS);
    expect(stintsOf(await assemble(api, fra, [picture]))).toEqual(['picture-1']);
  });

  it('is assembled of its tracks with the code when it cannot be composed', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    await endTask(fra, await takeComposing(fra), { code: 'NO_SCENES', detail: '', retryable: false });
    await settled();
    expect(stintsOf(await assemble(api, fra))).toEqual(['tracks-1']);
    expect(await shown()).toMatchObject({
      state: 'finished',
      failure: 'NO_SCENES',
      outputs: [{ name: 'p001-camera' }],
    });
  });

  it.each([
    ['no object', '"picture-1"'],
    ['no stint', '{}'],
    ['a name that leaves the folder', '{"stintId":"../picture-1"}'],
  ])('is assembled of its tracks after a malformed result: %s', async (_name, result) => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    await endTask(fra, await takeComposing(fra), { result });
    await settled();
    expect(stintsOf(await assemble(api, fra))).toEqual(['tracks-1']);
    expect(await shown()).toMatchObject({ state: 'finished', failure: 'RESULT_INVALID' });
  });

  it('is for the recorder that has the tracks, first', async () => {
    addStint(sgp, { stintId: 'tracks-1' });
    await takeTask(sgp, ['none']);
    await record([sgp]);
    expect(await takeTask(fra, [COMPOSE])).toBeUndefined();
    expect(stintOf(await takeComposing(sgp))).toMatchObject({ stintId: 'tracks-1', holder: 'rec-sgp' });
  });

  it('is not ordered again while a recorder composes it', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    const { id, lease } = await takeComposing(fra);
    const { length } = fra.requestLog;
    await pass(25_000);
    expect(fra.requestLog.length).toBeGreaterThan(length);
    expect((await call(fra.toApi, rpc.renewTask, { id, lease, done: 0.5 })).leaseMs).toBeGreaterThan(0);
  });

  it('has no failure any more, when its tracks come after a day', async () => {
    fra.link = 'cut';
    await record();
    await pass(25 * HOUR_MS);
    expect(await shown()).toMatchObject({ state: 'failed', failure: 'RECORDING_UNKNOWN' });
    addStint(fra, { stintId: 'tracks-1' });
    fra.link = 'up';
    await pass(HOUR_MS);
    expect(await shown()).toMatchObject({ state: 'finishing', failure: null, task: { kind: 'compose' } });
    await compose(fra, 'picture-1');
    expect(stintsOf(await assemble(api, fra, [picture]))).toEqual(['picture-1']);
  });

  it('is assembled of its tracks with the last code, when recorders have failed for a day', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    await endTask(fra, await takeComposing(fra), { code: 'OVERLOADED', detail: 'busy', retryable: true });
    await pass(23 * HOUR_MS);
    expect((await shown()).task).toMatchObject({ kind: 'compose', state: 'waiting' });
    await pass(HOUR_MS);
    await pass(HOUR_MS);
    expect(stintsOf(await assemble(api, fra))).toEqual(['tracks-1']);
    expect(await shown()).toMatchObject({ state: 'finished', failure: 'OVERLOADED' });
  });

  it('is assembled of its tracks after a day in which no recorder took the task', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    await pass(23 * HOUR_MS);
    expect((await shown()).task).toMatchObject({ kind: 'compose', state: 'waiting' });
    await pass(HOUR_MS);
    await pass(HOUR_MS);
    expect(stintsOf(await assemble(api, fra))).toEqual(['tracks-1']);
    expect(await shown()).toMatchObject({ state: 'finished', failure: 'NO_PICTURE_TRANSCODER' });
  });

  it('is composed again where its tracks could not be read', async () => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    await endTask(fra, await takeComposing(fra), { code: 'STINT_UNREADABLE', detail: '', retryable: false });
    await pass(MINUTE_MS);
    await compose(fra, 'picture-1');
    expect(stintsOf(await assemble(api, fra, [picture]))).toEqual(['picture-1']);
  });

  it('is composed again where tracks that came back a day after the end could not be read, for a day', async () => {
    addStint(fra, { stintId: 'tracks-1', toS: 60 });
    sgp.link = 'cut';
    await record([fra, sgp]);
    await pass(3 * MINUTE_MS);
    await compose(fra, 'picture-1', { toS: 60 });
    await assemble(api, fra, [picture]);
    await pass(25 * HOUR_MS);
    addStint(sgp, { stintId: 'tracks-2', fromS: 60, toS: 104 });
    sgp.link = 'up';
    const fail = async () =>
      endTask(sgp, await takeComposing(sgp), { code: 'STINT_UNREADABLE', detail: '', retryable: false });
    await pass(HOUR_MS);
    await fail();
    await pass(HOUR_MS);
    await fail();
    await pass(24 * HOUR_MS);
    await fail();
    await settled();
    expect(stintsOf(await assemble(api, fra))).toEqual(['picture-1', 'tracks-2']);
    expect(await shown()).toMatchObject({ version: 2, failure: 'STINT_UNREADABLE' });
  });

  it('has the result of each stint, when tasks end at the same time', async () => {
    const stints = Array.from({ length: 8 }, (_, at) => `${at}`);
    for (const at of stints) addStint(fra, { stintId: `tracks-${at}`, fromS: 5 + Number(at), toS: 6 + Number(at) });
    await record();
    const tasks = [];
    for (const _ of stints) tasks.push(await takeComposing(fra));
    const made = tasks.map((task) => ({ task, stintId: stintOf(task).stintId.replace('tracks', 'picture') }));
    for (const { task, stintId } of made) addStint(fra, { stintId, of: stintOf(task).stintId });
    await Promise.all(made.map(({ task, stintId }) => endTask(fra, task, { result: JSON.stringify({ stintId }) })));
    await settled();
    expect(stintsOf(await assemble(api, fra, [picture])).toSorted()).toEqual(stints.map((at) => `picture-${at}`));
  });

  it('gets a new version of tracks that come back, without composing the others again', async () => {
    addStint(fra, { stintId: 'tracks-1', toS: 60 });
    sgp.link = 'cut';
    await record([fra, sgp]);
    await pass(3 * MINUTE_MS);
    await compose(fra, 'picture-1', { toS: 60 });
    await assemble(api, fra, [picture]);
    addStint(sgp, { stintId: 'tracks-2', fromS: 60, toS: 104 });
    sgp.link = 'up';
    await pass(MINUTE_MS);
    expect((await shown()).state).toBe('finished');
    const task = await takeComposing(sgp);
    expect([stintOf(task).stintId, await takeTask(fra, [COMPOSE])]).toEqual(['tracks-2', undefined]);
    addStint(sgp, { stintId: 'picture-2', of: 'tracks-2', fromS: 60, toS: 104 });
    await endTask(sgp, task, { result: JSON.stringify({ stintId: 'picture-2' }) });
    await settled();
    expect(stintsOf(await assemble(api, fra, [picture]))).toEqual(['picture-1', 'picture-2']);
    expect(await shown()).toMatchObject({ version: 2, outputs: [{ name: 'composed' }] });
  });

  it.each([
    ['the recording', () => api.ask('DELETE', '/recordings/re_1')],
    ['its tenant', () => api.ask('DELETE', '/tenants/acme', { signer: operatorKey, headers: { 'if-match': '"1"' } })],
  ])('loses its task with %s, and the stint of the run that goes on changes nothing', async (_name, remove) => {
    addStint(fra, { stintId: 'tracks-1' });
    await record();
    const { id, lease } = await takeComposing(fra);
    expect((await remove()).statusCode).toBeLessThan(300);
    await settled();
    expect((await call(fra.toApi, rpc.renewTask, { id, lease, done: 0.5 })).leaseMs).toBe(0);
    await endTask(fra, { id, lease } as Parameters<typeof endTask>[1], { result: '{"stintId":"picture-1"}' });
    await settled();
    expect(await api.store.db.selectFrom('jobs').select('kind').where('kind', '=', COMPOSE).execute()).toEqual([]);
    expect(fra.stints.size).toBe(0);
  });
});
