import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { readFinishedRecording } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { join } from '../support/call.ts';
import { requestApi } from '../support/company.ts';
import { until } from '../support/poll.ts';
import { recordingsOf } from '../support/recorded.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const { running, busy, pieces, hasFiles, stored, play, place, chromium } = recordingsOf(cloud);

it('a recorder of its region records a call from the host’s start to the stop, and the recording plays', async () => {
  const ann = await join(chromium(), cloud, { room: 'recorder-call', name: 'Ann', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  await running(ann, recordingId);
  expect(await busy()).toEqual(['rec-fra']);
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 5);
  await ann.room('await room.acts.stopRecording();');
  const found = await stored(['rec-fra'], recordingId, 'ended');
  expect(found.manifest).toMatchObject({ isOver: true, roomKey: 'dev/recorder-call', identity: '' });
  const seconds = await play(found, recordingId);
  expect(seconds.audio).toBeGreaterThan(1);
  expect(seconds.video).toBeGreaterThan(1);
  await until('its slots are free', async () => /_slots_used 0$/m.test(await cloud.metrics('rec-fra')));
  await playedByLink(recordingId);
});

/** Checks that the api has the finished recording, and that the recorder serves it by the api's link. */
async function playedByLink(recordingId: string): Promise<void> {
  await until('the api has it finished', async () => {
    const { state } = await requestApi(cloud, 'GET', `/recordings/${recordingId}`);
    expect(state).not.toBe('failed');
    return state === 'finished';
  });
  const { url } = await requestApi(cloud, 'POST', `/recordings/${recordingId}/links`, { expiresInS: 60 });
  const base = new URLSearchParams(new URL(String(url)).hash.slice(1)).get('base') ?? '';
  const finished = readFinishedRecording(await (await fetch(`${base}finished.json`)).json());
  expect(finished).toMatchObject({ recordingId, outputs: [{ group: 'camera', hasPicture: true, hasSound: true }] });
  const movie = pathOf(place, 'finished.mp4');
  const answer = await fetch(`${base}${finished.outputs[0]?.mp4.name}`);
  writeFileSync(movie, Buffer.from(await answer.arrayBuffer()));
  execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', movie, '-f', 'null', '-']);
  expect(hasFiles('rec-fra', recordingId)).toBe(true);
  await requestApi(cloud, 'DELETE', `/recordings/${recordingId}`);
  await until('its link has ended', async () => (await fetch(`${base}finished.json`)).status === 401);
  await until('its files are gone', () => !hasFiles('rec-fra', recordingId));
}
