import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, MeridianError, recordingSlots } from '@meridian/protocol';
import { COMPOSE_DELAY_MS } from '@meridian/room-media';
import type { CodedFrame } from '@meridian/room-media/core';
import { ManualClock } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { pictures, sound } from '../../../room-media/test/support/composing.ts';
import type { OpenLaterComposer } from '../../src/composing/compose-stint.ts';
import type { ComposingOptions } from '../../src/composing/composing.ts';
import type { Studio } from '../../src/composing/studio.ts';
import { manifestOf } from '../../src/core/journal/manifest-of.ts';
import { recordingPrefix } from '../../src/core/names.ts';
import { listStints, readJournals } from '../../src/stints/read-journals.ts';
import { outcomeOf, TestQueue } from '../support/assembling.ts';
import { drawnComposer } from '../support/drawn-composer.ts';
import { beepsOf, filesOf } from '../support/flash-and-beep.ts';
import {
  addComposeTask,
  composingOf,
  freeSlots,
  openStudio,
  picturesOf,
  recordLater,
  shown,
} from '../support/later-stint.ts';
import { temporaryFolder } from '../support/spooling.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

const DURATION_MS = 2500;
const FLASH_MS = 800;
const BOB_MS = 1200;
const RENAME_MS = 1800;
const PICTURE_MS = 1000 / 30;
const prefix = recordingPrefix('Acme', 'rec_1');

let first: TestRecorder;
let rig: TestRecorder;
let studio: Studio;
let laterId: string;

/** Room media has the size of VP8 with key frames. */
const sized = (frames: readonly CodedFrame[]): CodedFrame[] =>
  frames.map((frame) =>
    frame.codec === 'vp8' && frame.isKey ? { ...frame, size: { width: 320, height: 180 } } : frame,
  );

beforeAll(async () => {
  [first, studio] = [await TestRecorder.start({ clock: new ManualClock() }), await openStudio()];
  const flash = `drawbox=color=white:t=fill:enable='between(t,${FLASH_MS / 1000},${FLASH_MS / 1000 + 0.3})'`;
  const [camera, red, beep] = await Promise.all([
    pictures('h264', `color=black:s=320x180:r=30:d=3,${flash}`),
    pictures('vp8', 'color=red:s=320x180:r=30:d=3').then(sized),
    sound(`0.5*sin(2*PI*440*t)*between(t,${FLASH_MS / 1000},${FLASH_MS / 1000 + 0.3})`, 3),
  ]);
  const ann = shown('ann');
  laterId = await recordLater(first, {
    tracks: [
      { identity: 'ann', kind: 'video', fromMs: 0, frames: camera },
      { identity: 'ann', kind: 'audio', fromMs: 0, frames: beep },
      // The key frame comes before the scene, as when the roster is late.
      { identity: 'bob', kind: 'video', fromMs: BOB_MS - 100, frames: red },
    ],
    scenes: [
      { ms: 0, participants: [ann], layout: 'grid' },
      { ms: BOB_MS, participants: [ann, shown('bob', { sounds: [] })], layout: 'grid' },
      { ms: RENAME_MS, participants: [{ ...ann, name: 'Ann of a long name' }, shown('bob')], layout: 'grid' },
    ],
    durationMs: DURATION_MS,
  });
}, 60_000);
afterAll(async () => {
  await studio.close();
  await first.dispose();
});
const placeOfCopy = (): string => {
  const place = temporaryFolder('recorder');
  cpSync(join(first.place, 'store'), join(place, 'store'), { recursive: true });
  return place;
};
beforeEach(async () => {
  rig = await TestRecorder.start({ place: placeOfCopy(), clock: first.clock });
  return () => rig.dispose();
});

it('a stint of tracks and scenes becomes one stint with every picture at its time', async () => {
  const queue = new TestQueue();
  const composing = composingOf(rig, studio, queue);
  await addComposeTask(queue, rig, laterId);
  const outcome = await outcomeOf(queue, 't1');
  await composing.close();
  expect(outcome).not.toHaveProperty('code');
  const { stintId } = JSON.parse((outcome as { result: string }).result) as { stintId: string };
  const stints = (await listStints(rig.store, prefix)).filter((one) => one.stintId === stintId);
  const [reading, ...others] = await readJournals(stints, (path, from, bytes) =>
    rig.store.get(`${prefix}${path}`, { range: { from, bytes } }),
  );
  expect(others).toEqual([]);
  if (reading === undefined) throw new Error('no composed stint');
  expect(reading.begun).toMatchObject({ composedOf: laterId });
  expect(reading.end).toMatchObject({ why: 'ended', ms: DURATION_MS });
  const { tracks } = manifestOf([reading]);
  expect(tracks.map(({ trackId, holes }) => [trackId, holes])).toEqual([
    ['composed-picture', []],
    ['composed-sound', []],
  ]);
  const [picture, heard] = await filesOf(rig, tracks);
  const seen = picturesOf(picture);
  expect(seen.count).toBe(DURATION_MS / PICTURE_MS);
  const isWhite = (number: number): boolean => seen.at(number, 0.5, 0.5)[0] > 128;
  const flash = Array.from({ length: seen.count }, (_, number) => number).find(isWhite) ?? -1;
  expect(Math.abs(flash * PICTURE_MS - FLASH_MS)).toBeLessThan(40);
  expect(Math.abs((beepsOf(heard)[0] ?? 0) * 1000 - FLASH_MS)).toBeLessThan(40);
  const isRed = (number: number): boolean => seen.at(number, 0.75, 0.5)[0] > 128 && seen.at(number, 0.75, 0.5)[2] < 64;
  const numbers = Array.from({ length: seen.count }, (_, number) => number);
  expect(Math.abs((numbers.findLast((number) => !isRed(number)) ?? 0) + 1 - BOB_MS / PICTURE_MS)).toBeLessThanOrEqual(
    1,
  );
  const label = { x: 0.02, y: 0.66, toX: 0.45, toY: 0.75 };
  const changed = numbers.slice(40).filter((number) => seen.differ(number - 1, number, label) > 2);
  expect(changed.length).toBeGreaterThan(0);
  for (const number of changed) expect(Math.abs(number * PICTURE_MS - RENAME_MS)).toBeLessThan(70);
}, 60_000);

const composedOf = async (recorder: TestRecorder): Promise<readonly string[]> => {
  const stints = await listStints(recorder.store, prefix);
  const readings = await readJournals(stints, (path, from, bytes) =>
    recorder.store.get(`${prefix}${path}`, { range: { from, bytes } }),
  );
  return readings.flatMap(({ begun }) => (begun?.composedOf === undefined ? [] : [begun.stintId]));
};

/** Opens composers that stop at the 20th picture, until they are let go. */
function halting(): { readonly openComposer: OpenLaterComposer; readonly halted: Promise<void>; go(): void } {
  const [halted, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const drawn = drawnComposer();
  drawn.onStep = async (number) => {
    if (number !== 20) return;
    halted.resolve();
    await gone.promise;
  };
  return { openComposer: drawn.openComposer, halted: halted.promise, go: () => gone.resolve() };
}

it('a run that loses its lease in the middle leaves nothing, here and in the store', async () => {
  const queue = new TestQueue();
  queue.leaseMs = 300;
  const { openComposer, halted, go } = halting();
  const composing = composingOf(rig, studio, queue, { openComposer });
  await addComposeTask(queue, rig, laterId);
  await halted;
  expect(rig.spooled().length).toBeGreaterThan(0);
  queue.isHeld = false;
  const { length } = queue.done;
  await until('the lease is lost', () => queue.done.length > length);
  go();
  await until('the run has ended', () => composing.running === 0);
  await composing.close();
  expect(rig.spooled()).toEqual([]);
  expect(await composedOf(rig)).toEqual([]);
}, 60_000);

it('a recorder that is killed in the middle counts for nothing, and the next run makes one whole stint', async () => {
  const queue = new TestQueue();
  const { openComposer, halted, go } = halting();
  const killed = composingOf(rig, studio, queue, { openComposer });
  await addComposeTask(queue, rig, laterId);
  await halted;
  const next = await TestRecorder.start({ place: rig.place, clock: rig.clock });
  onTestFinished(() => next.stop());
  expect(next.spooled().length).toBeGreaterThan(0);
  await (await next.recover()).outcomes;
  expect(next.spooled()).toEqual([]);
  expect(await composedOf(next)).toEqual([]);
  const { openComposer: open } = drawnComposer();
  const composing = composingOf(next, studio, queue, { openComposer: open });
  for (const id of ['t2', 't3']) {
    await addComposeTask(queue, next, laterId, id);
    expect(await outcomeOf(queue, id)).toHaveProperty('result');
  }
  await composing.close();
  // The run whose end was not reported is found again.
  expect(await composedOf(next)).toHaveLength(1);
  const ended = killed.close();
  go();
  await ended;
}, 60_000);

it('what another recorder may do is tried again, and what never succeeds is not', async () => {
  const outcome = async (id: string, more: Partial<ComposingOptions>, stintId = laterId) => {
    const queue = new TestQueue();
    const composing = composingOf(rig, studio, queue, more);
    await addComposeTask(queue, rig, stintId, id);
    const ended = await outcomeOf(queue, id);
    await composing.close();
    return ended;
  };
  const refused = (code: ErrorCode) => () => Promise.reject(new MeridianError(code));
  for (const code of ['NO_PICTURE_TRANSCODER', 'NO_SANDBOX', 'OVERLOADED'] as const)
    expect(await outcome(code, { openComposer: refused(code) })).toMatchObject({ code, retryable: true });
  expect(rig.spooled()).toEqual([]);
  const { stint } = await rig.open(new TestRoom());
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  expect(await outcome('tracks', {}, stint.stintId)).toMatchObject({ code: 'NO_SCENES', retryable: false });
  const busy = new TestQueue();
  await addComposeTask(busy, rig, laterId);
  const asked = Promise.withResolvers<number>();
  const canHold = (slots: number): boolean => {
    asked.resolve(slots);
    return false;
  };
  const composing = composingOf(rig, studio, busy, { slots: { canHold, hold: freeSlots.hold } });
  expect(await asked.promise).toBe(recordingSlots('composed', 9));
  await composing.close();
  expect(busy.waiting).toHaveLength(1);
});

it('frames come before the picture of their time, scenes at it, and a gap of the encoder is a failure', async () => {
  const drawn = drawnComposer();
  const queue = new TestQueue();
  const composing = composingOf(rig, studio, queue, drawn);
  await addComposeTask(queue, rig, laterId);
  expect(await outcomeOf(queue, 't1')).toHaveProperty('result');
  await composing.close();
  const whens = drawn.given.filter(({ what }) => what.startsWith('ann') || what.startsWith('Ann'));
  expect(whens.map(({ ms, what }) => [what, ms])).toEqual([
    ['ann', 0],
    ['ann,bob', BOB_MS],
    ['Ann of a long name,bob', RENAME_MS],
  ]);
  const pushed = drawn.given.flatMap(({ ms, what }) => {
    const [trackId, ptsMs] = what.split(' ');
    return trackId === 'TR_annvideo' ? [{ ms, ptsMs: Number(ptsMs) }] : [];
  });
  expect(pushed).toHaveLength(75);
  for (const { ms, ptsMs } of pushed) expect(ptsMs - ms).toBeLessThanOrEqual(COMPOSE_DELAY_MS + 2);
  for (const { ms, ptsMs } of pushed) if (ptsMs > COMPOSE_DELAY_MS) expect(ptsMs - ms).toBeGreaterThan(300);
  const failing = new TestQueue();
  const gapped: OpenLaterComposer = (ports) => {
    ports.onGap({ fromMs: 0, toMs: 100 });
    return drawnComposer().openComposer(ports);
  };
  const other = await TestRecorder.start({ place: placeOfCopy(), clock: first.clock });
  onTestFinished(() => other.dispose());
  const broken = composingOf(other, studio, failing, { openComposer: gapped });
  await addComposeTask(failing, other, laterId);
  expect(await outcomeOf(failing, 't1')).toMatchObject({ code: 'COMPOSING_FAILED', retryable: true });
  await broken.close();
  expect(await composedOf(other)).toEqual([]);
});
