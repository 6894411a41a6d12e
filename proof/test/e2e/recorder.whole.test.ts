import { expect, it } from 'vitest';
import { join } from '../support/call.ts';
import { requestApi } from '../support/company.ts';
import { streamsOf } from '../support/media-streams.ts';
import { until } from '../support/poll.ts';
import { recordingsOf } from '../support/recorded.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const { running, busy, pieces, hasStints, finished, chromium } = recordingsOf(cloud);

it('a recorder of its region records a call until the stop, and the library has the recording until it is deleted', async () => {
  const ann = await join(chromium(), cloud, { room: 'recorder-call', name: 'Ann', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording({ mode: "tracks" });');
  await running(ann, recordingId);
  expect(await busy()).toEqual(['rec-fra']);
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 5);
  await ann.room('await room.acts.stopRecording();');
  const { version, holes, files } = await finished(recordingId);
  expect({ version, holes }).toEqual({ version: 1, holes: [] });
  expect(files).toMatchObject([{ name: 'p001-camera', source: 'camera' }]);
  const [file = expect.unreachable()] = files;
  const streams = streamsOf(file.path);
  expect(streams.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
  for (const { seconds } of streams) expect(seconds).toBeGreaterThan(1);
  await until('its slots are free', async () => /_slots_used 0$/m.test(await cloud.metrics('rec-fra')));
  await until('the recorder has no stint of it', () => !hasStints('rec-fra', recordingId));
  await requestApi(cloud, 'DELETE', `/recordings/${recordingId}`);
  await until('its link has ended', async () => (await fetch(file.url)).status === 401);
  await expect(requestApi(cloud, 'GET', `/library/items/${file.item}`)).rejects.toThrow('404');
});

it('a recording whose recorder is killed has the media before and after, whichever recorder goes on', async () => {
  const ann = await join(chromium(), cloud, { room: 'recorder-killed', name: 'Ann', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording({ mode: "tracks" });');
  await running(ann, recordingId);
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 8);
  const [killed = expect.unreachable()] = await busy();
  cloud.kill(killed);
  // The killed recorder may be back before another one is asked; its metrics fail until then.
  const next = await until('a recorder goes on', async () => (await busy())[0]);
  const later = await pieces(next);
  await until('its media is on a disk', async () => (await pieces(next)) >= later + 5);
  await ann.room('await room.acts.stopRecording();');
  const { durationMs, holeMs, files } = await finished(recordingId);
  expect(holeMs).toBeLessThan(durationMs / 2);
  // Without the killed recorder's stint, the file would begin with the next stint.
  const [{ path } = expect.unreachable()] = files;
  const seconds = streamsOf(path).map((stream) => stream.seconds);
  expect(Math.max(...seconds)).toBeGreaterThan((durationMs - 3000) / 1000);
}, 240_000);
