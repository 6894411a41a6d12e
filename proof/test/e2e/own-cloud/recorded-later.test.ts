// A recording that no recorder has room to compose while it runs: it begins at once, and its tracks become one video.
import { execFileSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { join } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { streamsOf } from '../../support/media-streams.ts';
import { until } from '../../support/poll.ts';
import { recordingsOf } from '../../support/recorded.ts';

/** Fewer than a composer needs, and enough for the tracks of two people. */
const SLOTS = 10;
const config = { slots: SLOTS };
const cloud = await TestCloud.start({
  extraArgs: ['--metrics', '--process-configs', JSON.stringify({ 'rec-fra': config, 'rec-sgp': config })],
});
const { pieces, finished, chromium } = recordingsOf(cloud);
afterAll(() => cloud.stop());

/** Tells whether the left and the right half of the picture have the many greys of a camera's picture. */
function busyHalves(file: string, atS: number): boolean[] {
  const args = ['-v', 'error', '-ss', `${atS}`, '-i', file, '-frames:v', '1', '-vf', 'scale=64:36', '-pix_fmt', 'gray'];
  const grey = execFileSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1']);
  const greys = (x: number): Set<number> =>
    new Set(Array.from({ length: 20 * 12 }, (_, at) => grey[(12 + Math.floor(at / 20)) * 64 + x + (at % 20)] ?? 0));
  return [6, 38].map((x) => greys(x).size > 8);
}

it('is one video of both people after the end, and its host reads that it is made later', async () => {
  const ann = await join(chromium(), cloud, { room: 'later-call', name: 'Ann', from: 'frankfurt' });
  await join(chromium(), cloud, { room: 'later-call', name: 'Bob', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  const shown = (): Promise<string> =>
    ann.room('return room.recordings.map(({ state, mode, composed }) => [state, mode, composed].join(" ")).join();');
  await until('it runs, and is composed later', async () => (await shown()) === 'running composed later');
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 16);
  await ann.room('await room.acts.stopRecording();');
  const { durationMs, holeMs, files } = await finished(recordingId, 240_000);
  expect(files.map(({ source }) => source)).toEqual(['composed']);
  const [{ path } = expect.unreachable()] = files;
  const streams = streamsOf(path);
  expect(streams.map(({ kind, codec }) => `${kind} ${codec}`)).toEqual(['video h264', 'audio aac']);
  for (const { seconds } of streams) expect(seconds * 1000).toBeGreaterThan(durationMs - holeMs - 1000);
  expect(busyHalves(path, durationMs / 2000)).toEqual([true, true]);
}, 400_000);
