// A recorder is killed while it records: another one goes on, and what was written is not lost.
import { expect, it } from 'vitest';
import { join } from '../support/call.ts';
import { restarted } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
import { recordedIn } from '../support/recorded.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const { running, busy, pieces, stored, play, chromium } = recordedIn(cloud);

it('a recorder goes on when one is killed; the first brings what it had written into its store', async () => {
  const ann = await join(chromium(), cloud, { room: 'recorder-killed', name: 'Ann', from: 'frankfurt' });
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  await running(ann, recordingId);
  const before = await pieces('rec-fra');
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 5);
  const others = await pieces('rec-sgp'); // and none by the first, when it has begun anew
  const firstPid = cloud.pid('rec-fra');
  cloud.kill('rec-fra');
  await restarted(cloud, 'rec-fra', firstPid);
  await running(ann, recordingId);
  await until(
    'media is on a disk again',
    async () => (await pieces('rec-sgp')) + (await pieces('rec-fra')) >= others + 5,
  );
  await ann.room('await room.acts.stopRecording();');
  await until('both are free', async () => (await busy()).length === 0);
  const first = await stored(['rec-fra'], recordingId, 'lost');
  expect(first.manifest.stints[0]).toMatchObject({ recorderId: 'rec-fra', why: 'lost' });
  expect((await play(first, recordingId)).video).toBeGreaterThan(1);
  const last = await stored(['rec-fra', 'rec-sgp'], recordingId, 'ended');
  expect((await play(last, recordingId)).video).toBeGreaterThan(1);
});
