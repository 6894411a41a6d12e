import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { RETRY_FINAL_MS } from '../../src/finishing/finishing.ts';
import { readRecording } from '../../src/stints/read-recording.ts';
import { bareFfmpeg, finishingOf, makeRecordings, startRecorder, whenFinished } from '../support/finishing.ts';
import type { TestRecorder } from '../support/stinting.ts';

const tenant = 'Acme';
const renditions: string[] = [];
const prefixOf = (recordingId: string): string => `t-.acme/${recordingId}/`;
let rig: TestRecorder;

beforeAll(async () => {
  rig = await startRecorder();
  await makeRecordings(rig, { recordingIds: ['broken', 'full', 'later', 'lacking', 'resumed'] });
  // Without pictures nothing is encoded.
  await makeRecordings(rig, {
    recordingIds: ['other', 'erased', 'erased-elsewhere', 'older', 'twice', 'turn-1', 'turn-2'],
    isSoundAlone: true,
  });
  await makeRecordings(rig, { recordingIds: ['turn-3'], isSoundAlone: true, roomKey: 'globex/daily' });
});
afterAll(() => rig.dispose());

const requestOf = (recordingId: string) => ({ tenant, recordingId, renditions });
const keysOf = async (prefix: string): Promise<string[]> =>
  (await rig.store.list(prefix, { limit: 1000 })).map(({ key }) => key);
function shiftableClock() {
  const clock = { ...systemClock(), byMs: 0 };
  const { nowMs } = clock;
  clock.nowMs = () => nowMs() + clock.byMs;
  return clock;
}
async function whenFailed(finishing: ReturnType<typeof finishingOf>, recordingId: string) {
  await until('it has failed', async () => (await finishing.request(requestOf(recordingId))).state === 'failed');
  return await finishing.request(requestOf(recordingId));
}

it('an unknown recording or one of another tenant is unknown, and invalid names are refused', async () => {
  const finishing = finishingOf(rig.store);
  for (const wrong of [{ recordingId: 'rec_2' }, { tenant: 'acme' }, { tenant: 'Other' }])
    expect(await finishing.request({ ...requestOf('other'), ...wrong })).toEqual({ state: 'unknown' });
  for (const wrong of [{ recordingId: '../other' }, { recordingId: '' }, { tenant: '' }, { tenant: 'a/b' }])
    for (const act of [
      finishing.request({ ...requestOf('other'), ...wrong }),
      finishing.erase({ ...requestOf('other'), ...wrong }),
    ])
      await expect(act).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  const wrong = finishing.request({ ...requestOf('other'), renditions: ['1080p'] });
  await expect(wrong).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await finishing.close();
  await expect(finishing.request(requestOf('other'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

it('a finish job waits for a recording that runs here or is being uploaded, and a running one is not erased', async () => {
  let [isRunning, isSpooled] = [true, false];
  const spool = { hasSpooled: () => Promise.resolve(isSpooled), eraseSpooled: () => Promise.resolve() };
  const finishing = finishingOf(rig.store, { isRunning: () => isRunning, spool });
  expect(await finishing.request(requestOf('other'))).toEqual({ state: 'uploading' });
  await expect(finishing.erase(requestOf('other'))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  [isRunning, isSpooled] = [false, true];
  expect(await finishing.request(requestOf('other'))).toEqual({ state: 'uploading' });
  isSpooled = false;
  // The young recording was at another recorder, whose stint is not in the shared store.
  const { startedWallMs } = await readRecording(rig.store, tenant, 'other');
  const [asked, clock] = [
    { ...requestOf('other'), recorders: ['rec-2'] },
    { ...systemClock(), wallMs: () => startedWallMs },
  ];
  const young = finishingOf(rig.store, { clock });
  expect(await young.request({ ...asked, recorders: ['rec-1', 'rec-2'] })).toEqual({ state: 'uploading' });
  await young.close();
  const alone = finishingOf(rig.store, { clock, isStoreShared: false });
  expect((await alone.request(asked)).state).toBe('working');
  await alone.close();
  expect((await whenFinished(finishing, asked)).files.length).toBe(5);
  await finishing.close();
});

it('an error names the broken piece, and the job is not retried at once', async () => {
  const key = (await keysOf(prefixOf('broken'))).find((one) => /track-0001-\d+.mp4$/.test(one)) ?? '';
  const file = openSync(join(rig.place, 'store/objects', key), 'r+');
  writeSync(file, 'xx', fstatSync(file).size - 100);
  closeSync(file);
  const clock = shiftableClock();
  const finishing = finishingOf(rig.store, { clock });
  const answer = await whenFailed(finishing, 'broken');
  expect(answer).toMatchObject({ state: 'failed', code: 'MEDIA_MALFORMED', retryable: false });
  expect(answer.reason).toMatch(/track-0001-\d+.mp4: the piece at byte \d+ is not that of the journal/);
  clock.byMs = RETRY_FINAL_MS - 5000;
  expect((await finishing.request(requestOf('broken'))).state).toBe('failed');
  clock.byMs = RETRY_FINAL_MS;
  expect((await finishing.request(requestOf('broken'))).state).toBe('working');
  await whenFailed(finishing, 'broken');
  expect(finishing.figures).toMatchObject({ failed: 2, finished: 0, waiting: 0 });
  await finishing.close();
});

it('an erasure during finishing leaves nothing of the recording, and keeps others', async () => {
  const finishing = finishingOf(rig.store);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<undefined>();
  rig.store.fails = (call, key) => {
    if (call !== 'put' || !key.endsWith('/erased/finished/p001-camera.mp4')) return undefined;
    reached.resolve();
    return goOn.promise;
  };
  expect((await finishing.request(requestOf('erased'))).state).toBe('working');
  await reached.promise;
  const others = (await keysOf('')).filter((key) => !key.startsWith(prefixOf('erased')));
  const both = [finishing.erase(requestOf('erased')), finishing.erase(requestOf('erased'))];
  expect(await finishing.request(requestOf('erased'))).toEqual({ state: 'unknown' });
  // The job may still store an object, so the erasure waits for the job, however long the others take.
  let isErased = false;
  const noted = both[0]?.then(() => {
    isErased = true;
  });
  for (let round = 0; round < 20; round += 1) expect(await finishing.erase(requestOf('nothing'))).toBe(0);
  expect(isErased).toBe(false);
  goOn.resolve(undefined);
  await noted;
  const [first = 0] = await Promise.all(both);
  // Four files of two stints, their journals, the plan's hash, and the job's last object.
  expect(first).toBe(8);
  rig.store.fails = () => undefined;
  expect(await keysOf(prefixOf('erased'))).toEqual([]);
  expect(await keysOf('')).toEqual(others);
  expect(await finishing.erase(requestOf('erased'))).toBe(0);
  expect(await finishing.request(requestOf('erased'))).toEqual({ state: 'unknown' });
  await finishing.close();
});

it('tenants take turns, so that many recordings of one do not hold up those of another', async () => {
  const finishing = finishingOf(rig.store);
  const begun: string[] = [];
  const goOn = Promise.withResolvers<undefined>();
  rig.store.fails = (call, key) => {
    if (call !== 'head' || !key.endsWith('/finished/finished.json')) return undefined;
    begun.push(key.split('/')[1] ?? '');
    return begun.length === 1 ? goOn.promise : undefined;
  };
  const requests = [requestOf('turn-1'), requestOf('turn-2'), { ...requestOf('turn-3'), tenant: 'globex' }];
  for (const request of requests) expect((await finishing.request(request)).state).toBe('working');
  goOn.resolve(undefined);
  for (const request of requests) await whenFinished(finishing, request);
  expect(begun).toEqual(['turn-1', 'turn-3', 'turn-2']);
  rig.store.fails = () => undefined;
  await finishing.close();
});

it('a job continues where an earlier attempt ended, without encoding again', async () => {
  const first = finishingOf(rig.store);
  rig.store.fails = (call, key) =>
    call === 'put' && key.endsWith('/resumed/finished/chapters.vtt')
      ? new StoreError('STORE_FULL', 'no room at http://10.0.0.9:9000/films')
      : undefined;
  expect(await whenFailed(first, 'resumed')).toMatchObject({
    code: 'STORE_FULL',
    reason: 'no room at (address)',
    retryable: true,
  });
  rig.store.fails = () => undefined;
  const ffmpeg = { sandbox: ['false'], version: bareFfmpeg.version };
  const second = finishingOf(rig.store, { ffmpeg: () => Promise.resolve(ffmpeg) });
  expect((await whenFinished(second, requestOf('resumed'))).files.length).toBe(10);
  for (const one of [first, second]) await one.close();
});
