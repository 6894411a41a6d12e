// A recorder is killed while it records: another one goes on, what was written is not lost, and what the finished
// recording has not is named.
import { MISSING_EDGE_MS_MIN } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { join } from '../support/call.ts';
import { askApi } from '../support/company.ts';
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
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 12);
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
  await namesWhatItLacks(recordingId, first.manifest.startedWallMs);
});

/** Its files are of one store: what another recorder had in its own, and what no one recorded, are holes. */
async function namesWhatItLacks(recordingId: string, firstWallMs: number): Promise<void> {
  const finished = await until('the api has it finished', async () => {
    const recording = await askApi(cloud, 'GET', `/recordings/${recordingId}`);
    expect(recording['state']).not.toBe('failed');
    return recording['state'] === 'finished' ? recording : undefined;
  });
  const { startedAt, endedAt, durationMs, holeMs } = finished;
  const holes = finished['holes'] as { startedAt: string; endedAt: string; recorder: string }[];
  const startedMs = Date.parse(String(startedAt));
  // The owner sees a recorder in its room a little after the recorder has begun.
  expect(Math.abs(startedMs - firstWallMs)).toBeLessThan(MISSING_EDGE_MS_MIN);
  expect(startedMs + Number(durationMs)).toBeGreaterThan(Date.parse(String(endedAt)) - MISSING_EDGE_MS_MIN);
  expect(holes[0]).toMatchObject({ recorder: 'rec-fra' });
  const named = holes.reduce((sum, hole) => sum + Date.parse(hole.endedAt) - Date.parse(hole.startedAt), 0);
  expect(Math.abs(named - Number(holeMs))).toBeLessThan(10);
  expect(named).toBeGreaterThan(0);
}
