// A recorder whose disk hangs: it has no slots before a frame is lost, so that the centre hands its recordings over.
import { createLogger } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Pacing } from '../../src/recordings/pacing.ts';
import { Recordings } from '../../src/recordings/recordings.ts';
import { WAITING_BYTES_MAX } from '../../src/stints/spool.ts';
import { readRecording } from '../support/read-recording.ts';
import { speak, TestRecorder, TestRoom } from '../support/stinting.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
/** The spool drops media of this time at 8 Mbit/s, and the centre needs some seconds to hand a recording over. */
const BEHIND_SECONDS_MAX = 20;

it('behind a disk that hangs a recorder has no slots before a frame is lost, and gets them back', async () => {
  const rig = await TestRecorder.start();
  onTestFinished(() => rig.dispose());
  const room = new TestRoom();
  const flushesMs: number[] = [];
  const { stint } = await rig.open(room, { onFlushed: (waitedMs) => void flushesMs.push(waitedMs) });
  const { clock } = rig;
  const pacing = new Pacing({ waitingMs: () => stint.waitingMs, threadMs: () => 0, clock, log });
  onTestFinished(() => pacing.close());
  const recordings = new Recordings({
    openStint: () => expect.unreachable(),
    tokens: { mint: () => expect.unreachable() },
    keys: { forRooms: () => expect.unreachable() },
    nodeId: 'rec-1',
    slots: 10,
    canBegin: () => true,
    pace: () => pacing.pace,
    check: () => undefined,
    clock,
    log,
  });
  const sound = room.publish('ann', 'audio');
  const written = () => until('all is written', () => stint.waitingMs === 0);
  for (let seconds = 0; seconds < 10; seconds += 1) {
    speak(rig, sound, 1000);
    await written();
  }
  expect(recordings.slots).toBe(10);
  expect(flushesMs.length).toBeGreaterThan(2);
  expect(Math.max(...flushesMs)).toBeLessThan(1000);

  const hanging = Promise.withResolvers<undefined>();
  rig.disk.fails = () => hanging.promise;
  let behindSeconds = 0;
  for (; recordings.slots > 0 && behindSeconds <= BEHIND_SECONDS_MAX; behindSeconds += 1) speak(rig, sound, 1000);
  expect(behindSeconds).toBeLessThanOrEqual(BEHIND_SECONDS_MAX);
  expect(stint.waitingMs).toBeGreaterThanOrEqual(2000);

  rig.disk.fails = () => undefined;
  hanging.resolve(undefined);
  await written();
  expect(Math.max(...flushesMs)).toBeGreaterThanOrEqual(2000);
  speak(rig, sound, 1000);
  await written();
  expect(recordings.slots).toBe(0);
  for (let seconds = 0; seconds < 40; seconds += 1) {
    speak(rig, sound, 1000);
    await written();
  }
  expect(recordings.slots).toBe(10);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  const { holes, tracks } = await readRecording(rig.store, 'Acme', 'rec_1');
  expect([holes, tracks.map((track) => track.holes)]).toEqual([[], [[]]]);
});

it('pieces are dropped while the stints of a recorder have too many bytes in memory, and kept again afterwards', async () => {
  const rig = await TestRecorder.start();
  onTestFinished(() => rig.dispose());
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  const sound = room.publish('ann', 'audio');
  const speakSeconds = async (seconds: number): Promise<void> => {
    speak(rig, sound, seconds * 1000);
    await until('all is written', () => stint.waitingMs === 0);
  };
  await speakSeconds(5);
  // The bytes are of other stints.
  rig.space.noteWaiting(WAITING_BYTES_MAX - 1);
  expect(rig.space.isFull).toBe(false);
  rig.space.noteWaiting(1);
  await speakSeconds(5);
  rig.space.noteWaiting(-WAITING_BYTES_MAX);
  expect(rig.space.isFull).toBe(false);
  await speakSeconds(5);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  const [{ holes } = expect.unreachable()] = (await readRecording(rig.store, 'Acme', 'rec_1')).tracks;
  expect(holes).toHaveLength(1);
  // Nothing waits any more, so the whole bound is free.
  rig.space.noteWaiting(WAITING_BYTES_MAX - 1);
  expect(rig.space.isFull).toBe(false);
});
