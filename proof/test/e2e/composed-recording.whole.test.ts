import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Participant } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { streamsOf } from '../support/media-streams.ts';
import { until } from '../support/poll.ts';
import { recordingsOf } from '../support/recorded.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const { pieces, finished, chromium } = recordingsOf(cloud);

const recordings = (p: Participant): Promise<string[]> =>
  p.room('return room.recordings.map(({ state, mode, layout }) => [state, mode, layout].join(" "));');

/** Tells which parts of the picture (left, right, whole) have many colours at this time, as a camera's have. */
function busyParts(file: string, atS: number): boolean[] {
  const args = ['-v', 'error', '-ss', `${atS}`, '-i', file, '-frames:v', '1', '-vf', 'scale=64:36', '-pix_fmt', 'gray'];
  const grey = execFileSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1']);
  const values = (x: number): Set<number> =>
    new Set(Array.from({ length: 20 * 12 }, (_, at) => grey[(12 + Math.floor(at / 20)) * 64 + x + (at % 20)] ?? 0));
  return [6, 38].map((x) => values(x).size > 8);
}

it('a composed recording has one picture and one sound of two people, in one file', async () => {
  const ann = await join(chromium(), cloud, { room: 'composed-call', name: 'Ann', from: 'frankfurt' });
  await join(chromium(), cloud, { room: 'composed-call', name: 'Bob', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  await until('it runs', async () => (await recordings(ann)).includes('running composed grid'));
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 8);
  await ann.room('await room.acts.setRecordingLayout("speaker");');
  await until('all see the layout', async () => (await recordings(ann)).includes('running composed speaker'));
  await until('more is on its disk', async () => (await pieces('rec-fra')) >= before + 12);
  await ann.room('await room.acts.stopRecording();');
  const { files } = await finished(recordingId);
  expect(files.map(({ source }) => source)).toEqual(['composed']);
  const [{ path } = expect.unreachable()] = files;
  expect(streamsOf(path).map(({ kind, codec }) => `${kind} ${codec}`)).toEqual(['video h264', 'audio aac']);
  const middle = (files[0]?.durationMs ?? 0) / 2000;
  expect(busyParts(path, middle)).toEqual([true, true]);
}, 240_000);
