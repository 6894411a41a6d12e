import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { HeldStints } from '../../src/stints/held-stints.ts';
import { speak, TestRecorder, TestRoom } from '../support/stinting.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
const recording = { tenant: 'Acme', recordingId: 'rec_1' };

async function recorder() {
  const rig = await TestRecorder.start({ clock: new ManualClock() });
  const state = { isBusy: false };
  const isBusy = (): Promise<boolean> => Promise.resolve(state.isBusy);
  const held = new HeldStints({ store: rig.store, storeId: 'node:rec-1', clock: rig.clock, log, isBusy });
  onTestFinished(async () => {
    await held.close();
    await rig.dispose();
  });
  return { rig, held, state };
}

async function stintOf(rig: TestRecorder, recorderId: string): Promise<void> {
  const room = new TestRoom();
  const { stint } = await rig.open(room, { recorderId });
  speak(rig, room.publish('ann', 'audio'), 5000);
  await stint.close('ended');
  await stint.outcome;
}

it('stints of all recorders in the store are listed, with their times and journals', async () => {
  const { rig, held, state } = await recorder();
  expect(await held.find(recording)).toEqual({ stints: [], storeId: 'node:rec-1', busy: false });
  const startedWallMs = rig.clock.wallMs();
  for (const recorderId of ['rec-1', 'Rec-2']) await stintOf(rig, recorderId);
  const { stints, ...rest } = await held.find(recording);
  expect(rest).toEqual({ storeId: 'node:rec-1', busy: false });
  expect(stints).toMatchObject([
    { recorderId: 'rec-1', complete: true, journals: ['journal.jsonl'], startedWallMs },
    { recorderId: 'Rec-2', complete: true, journals: ['journal.jsonl'] },
  ]);
  for (const one of stints ?? []) expect((one.endedWallMs ?? 0) - (one.startedWallMs ?? 0)).toBe(5000);
  state.isBusy = true;
  expect((await held.find(recording)).busy).toBe(true);
  // Complete journals are not read again.
  expect(rig.store.countOf('get')).toBe(2);
  for (const wrong of [{ tenant: 'acme' }, { recordingId: 'rec_2' }])
    expect((await held.find({ ...recording, ...wrong })).stints).toEqual([]);
});

it('a stint says whether it is to be composed, and of which one it was composed', async () => {
  const { rig, held } = await recorder();
  const { stint: later } = await rig.open(new TestRoom(), { isLater: true });
  await later.close('ended');
  await later.outcome;
  const composed = { of: later.stintId, startedWallMs: 5, nowMs: () => 70 };
  const { stint: made } = await rig.open(new TestRoom(), { composed });
  await made.close('ended');
  await made.outcome;
  expect((await held.find(recording)).stints).toMatchObject([
    { stintId: later.stintId, later: true, composedOf: '' },
    { stintId: made.stintId, later: false, composedOf: later.stintId, startedWallMs: 5, endedWallMs: 75 },
  ]);
});

it('a stint that was cut off is incomplete, and an unreadable one keeps its place', async () => {
  const { rig, held } = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  await until('a slice is stored', async () => (await held.find(recording)).stints?.length === 1);
  expect((await held.find(recording)).stints).toMatchObject([
    { stintId: stint.stintId, complete: false, journals: ['journal-000001.jsonl'] },
  ]);
  const garbled = Buffer.from('garbled\ngarbled\n');
  await rig.store.put('t-.acme/rec_1/0000000zz-.rec-3/journal.jsonl', garbled, { sha256: hashOf(garbled) });
  // Files of a build that finished recordings in the store are no stints.
  await rig.store.put('t-.acme/rec_1/finished/finished.json', garbled, { sha256: hashOf(garbled) });
  expect((await held.find(recording)).stints).toMatchObject([
    { stintId: '0000000zz-.rec-3', recorderId: 'Rec-3', startedWallMs: 1295, complete: true },
    { stintId: stint.stintId },
  ]);
});

it.each([{ tenant: '' }, { tenant: 'a/b' }, { recordingId: '' }, { recordingId: '../rec_1' }])(
  'invalid names are refused: %o',
  async (wrong) => {
    const { held } = await recorder();
    await expect(held.find({ ...recording, ...wrong })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  },
);

it('while the store is slow the recorder is busy, and its answer waits for the next request', async () => {
  const { rig, held } = await recorder();
  await stintOf(rig, 'rec-1');
  const [goOn, listed] = [Promise.withResolvers<undefined>(), rig.store.countOf('list')];
  rig.store.fails = (call) => (call === 'list' ? goOn.promise : undefined);
  const first = held.find(recording);
  await until('the store is asked', () => rig.store.countOf('list') > listed);
  rig.clock.advance(2000);
  expect(await first).toEqual({ stints: [], storeId: 'node:rec-1', busy: true });
  const second = held.find(recording);
  goOn.resolve(undefined);
  expect(await second).toMatchObject({ stints: [{ complete: true }], busy: false });
  expect(rig.store.countOf('list')).toBe(listed + 1);
  rig.store.fails = () => new StoreError('STORE_UNREACHABLE');
  await expect(held.find(recording)).rejects.toMatchObject({ code: 'INTERNAL' });
  rig.store.fails = () => undefined;
  expect((await held.find(recording)).stints).toHaveLength(1);
});
