import { ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { pictures, sound } from '../../../room-media/test/support/composing.ts';
import { outcomeOf, TestQueue } from '../support/assembling.ts';
import { addComposeTask, composingOf, openStudio, recordLater, shown } from '../support/later-stint.ts';
import { TestRecorder } from '../support/stinting.ts';

it('four tiles of 720p are composed as a whole', async () => {
  const rig = await TestRecorder.start({ clock: new ManualClock() });
  const studio = await openStudio();
  onTestFinished(async () => {
    await studio.close();
    await rig.dispose();
  });
  const people = ['ann', 'bob', 'cy', 'dee'];
  const seconds = 10;
  const [camera, voice] = await Promise.all([
    pictures('h264', `testsrc=s=1280x720:r=30:d=${seconds}`),
    sound('0.3*sin(2*PI*440*t)', seconds),
  ]);
  const laterId = await recordLater(rig, {
    tracks: people.flatMap((identity) => [
      { identity, kind: 'video' as const, fromMs: 0, frames: camera },
      { identity, kind: 'audio' as const, fromMs: 0, frames: voice },
    ]),
    scenes: [{ ms: 0, participants: people.map((identity) => shown(identity)), layout: 'grid' }],
    durationMs: seconds * 1000,
  });
  const queue = new TestQueue();
  const composing = composingOf(rig, studio, queue);
  onTestFinished(() => composing.close());
  await addComposeTask(queue, rig, laterId);
  expect(await outcomeOf(queue, 't1')).toHaveProperty('result');
}, 300_000);
