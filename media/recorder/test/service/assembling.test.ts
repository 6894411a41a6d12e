import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type AssembledRecording, type AssembleTask, MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import type { Assembling } from '../../src/assembling/assembling.ts';
import { prepareMp4 } from '../../src/assembling/prepare-mp4.ts';
import { finishPlanOf } from '../../src/core/assembling/plan.ts';
import { Erasing } from '../../src/recordings/erasing.ts';
import { assemblingOf, outcomeOf, peersOf, TestLibrary, TestQueue, taskOf } from '../support/assembling.ts';
import { h264, large, opus, small } from '../support/coded-frames.ts';
import { log } from '../support/made-recordings.ts';
import { readRecording } from '../support/read-recording.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

const prefix = 't-.acme/rec_1/';
let one: TestRecorder;
let other: TestRecorder;
let library: TestLibrary;
let queue: TestQueue;
let stores: Record<string, TestRecorder['store']>;
let task: AssembleTask;

/** Makes a stint of ten seconds: sound, and pictures that become larger after five. */
async function stintOf(rig: TestRecorder, recorderId: string, recordingId = 'rec_1'): Promise<void> {
  const room = new TestRoom();
  const { stint } = await rig.open(room, { recorderId, recordingId });
  const [sound, picture] = [room.publish('ann', 'audio'), room.publish('ann', 'video')];
  for (let ms = 0; ms < 10_000; ms += 20) {
    rig.clock.advance(20);
    const nowMs = rig.clock.nowMs();
    sound.frame(opus(nowMs));
    const sets = ms < 5000 ? small : large;
    if (ms % 40 === 0) picture.frame(h264(nowMs, ms % 1000 === 0, { sets, bytes: 2000 + (ms % 97) }));
  }
  await stint.close(recorderId === 'rec-1' ? 'lost' : 'ended');
  expect(await stint.outcome).toBe('stored');
}

beforeAll(async () => {
  const clock = new ManualClock();
  [one, other] = [await TestRecorder.start({ clock }), await TestRecorder.start({ clock })];
  await stintOf(one, 'rec-1');
  clock.advance(3000);
  await stintOf(other, 'rec-2');
  stores = { 'rec-1': one.store, 'rec-2': other.store };
  task = await taskOf(stores);
});
afterAll(async () => {
  for (const rig of [one, other]) await rig.dispose();
});
beforeEach(async () => {
  library = await TestLibrary.open();
  queue = new TestQueue();
  return () => library.node.close();
});

function run(rig: TestRecorder, peers = peersOf(stores)): Assembling {
  const assembling = assemblingOf(rig.store, { library, queue, peers });
  onTestFinished(() => assembling.close());
  return assembling;
}

it('a recording whose stints are in two stores becomes files of the library, wherever it is assembled', async () => {
  const assembling = run(one);
  queue.add('t1', task);
  const outcome = await outcomeOf(queue, 't1');
  expect(outcome).not.toHaveProperty('code');
  const result = JSON.parse((outcome as { result: string }).result) as AssembledRecording;
  // The size of H.264 changes within each stint, and back between them.
  expect(
    result.outputs.map(({ name, width, height, source, identity }) => [name, width, height, source, identity]),
  ).toEqual(
    [1, 2, 3, 4].map((part) => [
      `p001-camera-${part}`,
      ...(part % 2 === 1 ? [640, 360] : [1920, 1080]),
      'camera',
      'ann',
    ]),
  );
  expect(result.holes.map(({ durationMs }) => Math.round(durationMs / 100))).toEqual([30]);
  expect(result.participants).toEqual([{ identity: 'ann', name: 'Name of ann' }]);
  expect(result.outputs.map(({ upload }) => upload)).toEqual([...library.uploads.keys()]);
  const files = result.outputs.map(({ name }) => library.file(name));
  expect(files.every((file) => file.subarray(4, 8).toString() === 'ftyp')).toBe(true);
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  await until('the end is counted', () => assembling.figures.done === 1);
  expect(assembling.figures).toMatchObject({ running: 0, failed: 0, sentBytes: bytes });
  // The recorder with the other stint makes the same files, of the earlier run's uploads.
  run(other);
  queue.add('t2', task);
  expect(await outcomeOf(queue, 't2')).toEqual(outcome);
  expect([library.uploads.size, library.node.writtenBytes]).toEqual([4, bytes]);
});

it('any range of an MP4 equals that of the whole file', async () => {
  const [output] = finishPlanOf(await readRecording(one.store, 'Acme', 'rec_1')).outputs;
  if (output === undefined) throw new Error('no output');
  const mp4 = await prepareMp4(output, (path, from, bytes) =>
    one.store.get(`${prefix}${path}`, { range: { from, bytes } }),
  );
  const parts: Uint8Array[] = [];
  for await (const part of mp4.slice(0, mp4.bytes)) parts.push(part);
  const whole = Buffer.concat(parts);
  expect([whole.length, parts.length > 5]).toEqual([mp4.bytes, true]);
  const ends = [1, 2, 3].map((count) => parts.slice(0, count).reduce((sum, { length }) => sum + length, 0));
  const borders = [0, 1, ...ends.flatMap((end) => [end - 1, end]), mp4.bytes - 1, mp4.bytes, mp4.bytes + 5];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const points = [...borders, ...Array.from({ length: 4 }, (_, at) => (seed * (at + 7) * 7919) % mp4.bytes)];
  for (const from of points)
    for (const length of [1, 1000, points[(from + 3) % points.length] ?? 1])
      expect(
        Buffer.from(await mp4.read(from, length)).equals(whole.subarray(from, from + length)),
        `seed ${seed}`,
      ).toBe(true);
});

it('a run that lost its lease is continued by the next one, which sends only what the node lacks', async () => {
  run(one);
  const reached = Promise.withResolvers<void>();
  let isCut = false;
  library.node.before = async (id) => {
    if (isCut || id !== 'up_2b') return;
    isCut = true;
    queue.isHeld = false;
    const renewals = queue.done.length;
    await until('the lease is lost', () => queue.done.length > renewals);
    reached.resolve();
  };
  queue.leaseMs = 1500;
  queue.add('t1', task);
  await reached.promise;
  await until('the first run has ended', async () => (await library.node.openConnections()) === 0);
  expect(queue.outcomes.size).toBe(0);
  Object.assign(queue, { isHeld: true, leaseMs: 60_000 });
  run(other);
  queue.add('t2', task);
  expect(await outcomeOf(queue, 't2')).toHaveProperty('result');
  const bytes = [...library.uploads.values()].reduce((sum, upload) => sum + upload.bytes, 0);
  expect([library.uploads.size, library.steps.filter((step) => step === 'create').length]).toEqual([4, 4]);
  expect(library.node.writtenBytes).toBe(bytes);
});

const failure = async (payload: object | string, of: () => Assembling, tenant = 'Acme') => {
  of();
  const id = `t${queue.outcomes.size + 1}`;
  queue.add(id, payload, { tenant });
  return await outcomeOf(queue, id);
};

it.each<[string, (valid: AssembleTask) => object | string, string?]>([
  ['no JSON', () => '{'],
  ['no object', () => '7'],
  ['no stints', ({ stints: _, ...rest }) => rest],
  ['a recording that leaves its folder', (valid) => ({ ...valid, recordingId: '../rec_1' })],
  ['another tenant’s folder', (valid) => valid, 'a/b'],
  ['a stint that leaves its folder', (valid) => ({ ...valid, stints: [{ ...valid.stints[0], stintId: '../x' }] })],
  [
    'a journal that is none',
    (valid) => ({ ...valid, stints: [{ ...valid.stints[0], journals: ['../../journal.jsonl'] }] }),
  ],
  ['a stint without a journal', (valid) => ({ ...valid, stints: [{ ...valid.stints[0], journals: [] }] })],
])('a task with %s is invalid, and nothing is read', async (_name, change, tenant) => {
  one.store.calls.length = 0;
  expect(await failure(change(task), () => run(one), tenant)).toMatchObject({ code: 'TASK_INVALID', retryable: false });
  expect([one.store.calls, library.steps]).toEqual([[], []]);
});

it('a stint whose recorder is away, or has no such stint, is unreadable', async () => {
  const away = { code: 'STINT_UNREADABLE', retryable: false };
  expect(await failure(task, () => run(one, peersOf({})))).toMatchObject(away);
  const lacking = peersOf({ 'rec-2': one.store });
  queue.outcomes.clear();
  expect(await failure(task, () => run(one, lacking))).toMatchObject(away);
});

it('a recorder that goes away in the middle makes the task unreadable', async () => {
  let reads = 0;
  const whole = peersOf(stores);
  const leaving: typeof whole = {
    read: (id, message) => {
      reads += 1;
      return (reads > 12 ? peersOf({}) : whole).read(id, message);
    },
  };
  expect(await failure(task, () => run(one, leaving))).toMatchObject({ code: 'STINT_UNREADABLE' });
  expect(reads).toBeGreaterThan(12);
});

it('a store that is away is tried again, and a refused file is final', async () => {
  one.store.fails = (call) => (call === 'get' ? new StoreError('STORE_UNREACHABLE') : undefined);
  expect(await failure(task, () => run(one))).toMatchObject({ code: 'STORE_UNREACHABLE', retryable: true });
  one.store.fails = () => undefined;
  library.refuses = { code: 'FILE_UNREADABLE', detail: 'no media' };
  queue.outcomes.clear();
  expect(await failure(task, () => run(one))).toEqual({
    code: 'FILE_UNREADABLE',
    detail: 'no media',
    retryable: false,
  });
});

it.each([
  [new MeridianError('QUOTA_EXCEEDED'), { code: 'QUOTA_EXCEEDED', retryable: true }],
  [new MeridianError('NOT_PERMITTED'), { code: 'NOT_PERMITTED', retryable: false }],
  [new MeridianError('NODE_UNREACHABLE'), { code: 'NODE_UNREACHABLE', retryable: true }],
  [
    new MeridianError('API_UNREACHABLE', undefined, { cause: Object.assign(new Error('gone'), { code: 'NOT_FOUND' }) }),
    { code: 'NOT_FOUND', detail: 'gone', retryable: true },
  ],
])('a refusal of the api ends the task: %s', async (error, expected) => {
  library.fails = (operation) => (operation === 'create' ? error : undefined);
  expect(await failure(task, () => run(one))).toMatchObject(expected);
});

it('a piece that is not that of the journal is malformed', async () => {
  await stintOf(one, 'rec-1', 'rec_2');
  const broken = await taskOf({ 'rec-1': one.store }, 'rec_2');
  const path = join(one.place, 'store/objects/t-.acme/rec_2', broken.stints[0]?.stintId ?? '', 'track-0001-000001.mp4');
  const file = openSync(path, 'r+');
  writeSync(file, 'xx', fstatSync(file).size - 100);
  closeSync(file);
  expect(await failure(broken, () => run(one))).toMatchObject({ code: 'MEDIA_MALFORMED', retryable: false });
});

it('an erasure ends the assembling of the recording before it removes anything', async () => {
  await stintOf(one, 'rec-1', 'rec_3');
  const assembling = run(one);
  const erasing = new Erasing({
    store: one.store,
    isStoreShared: false,
    log,
    isRunning: () => false,
    spool: { eraseSpooled: () => Promise.resolve() },
    tasks: [assembling],
  });
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  library.node.before = async () => {
    reached.resolve();
    await goOn.promise;
  };
  queue.add('erased', await taskOf({ 'rec-1': one.store }, 'rec_3'));
  await reached.promise;
  const erased = erasing.erase({ tenant: 'Acme', recordingId: 'rec_3' });
  expect(await outcomeOf(queue, 'erased')).toMatchObject({ code: 'RECORDING_ERASED', retryable: false });
  goOn.resolve();
  expect(await erased).toBeGreaterThan(2);
  expect((await one.keys()).filter((key) => key.includes('rec_3'))).toEqual([]);
});
