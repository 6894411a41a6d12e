// Encoders without frequent IDR pictures, by RTMP from a real ffmpeg: those that come late see them too.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flvHeader, flvTag, flvTagType } from '@meridian/room-media/core';
import { expect, it, type TestContext, vi } from 'vitest';
import { runFfmpeg } from '../support/ffmpeg.ts';
import { Loop } from '../support/loop.ts';
import { type LoopViewer, type ReceivedUnit, watchByFlv } from '../support/loop-viewers.ts';

const LIMIT = { timeout: 60_000, interval: 50 };
const FPS = 30;
/** Later than any kept group: viewers of a programme's kept items would otherwise see a history. */
const LATE_MS = 18_000;
type Ends = Pick<TestContext, 'onTestFinished'>;

/** Publishes a file, made before, as its pictures come due. */
async function publish(loop: Loop, x264: string, { onTestFinished }: Ends): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-no-idr-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'encoder.flv');
  const inputs = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=160x90:rate=${FPS}`,
    '-f',
    'lavfi',
    '-i',
    'sine=sample_rate=48000',
  ];
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-x264-params', x264, '-pix_fmt', 'yuv420p'];
  await runFfmpeg([...inputs, ...video, '-c:a', 'aac', '-t', '90', file]).done;
  const url = `rtmp://127.0.0.1:${loop.rtmp.port}/live/${loop.key({})}`;
  const { child, done } = runFfmpeg(['-re', '-i', file, '-c', 'copy', '-f', 'flv', url]);
  done.catch(() => undefined); // The test kills it.
  onTestFinished(() => void child.kill('SIGKILL'));
}

const soundMs = ({ got }: LoopViewer): number => got.findLast(({ kind }) => kind === 'audio')?.ptsMs ?? 0;
const pictures = ({ got }: LoopViewer): ReceivedUnit[] => got.filter((one) => one.kind === 'video' && !one.isFormat);

/** Decodes what a viewer got; returns the number of pictures. Rejects at an error of the decoder, as browsers do. */
async function decodedPictures(units: readonly ReceivedUnit[], { onTestFinished }: Ends): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-no-idr-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'late.flv');
  const tags = units.map(({ ptsMs, bytes }) => flvTag(flvTagType.video, ptsMs, bytes));
  writeFileSync(file, Buffer.concat([flvHeader({ hasAudio: false, hasVideo: true }), ...tags]));
  const { done } = runFfmpeg([
    '-xerror',
    '-err_detect',
    'explode',
    '-i',
    file,
    '-fps_mode',
    'passthrough',
    '-f',
    'framemd5',
    '-',
  ]);
  return (await done).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

it.concurrent.for<[string, string]>([
  ['an open GOP', 'open-gop=1:bframes=2:keyint=30:min-keyint=30:scenecut=0'],
  ['an open GOP of 10 s', 'open-gop=1:bframes=2:keyint=300:scenecut=0'],
  ['intra-refresh', 'intra-refresh=1:bframes=0:keyint=30'],
  ['one group with B-frames and without an end', 'keyint=infinite:scenecut=0:bframes=3'],
])('a viewer that comes late to %s sees it from an IDR picture on', async ([, x264], context) => {
  const { onTestFinished } = context;
  const loop = await Loop.open({});
  onTestFinished(() => loop.close());
  await publish(loop, x264, context);
  const first = watchByFlv(loop);
  onTestFinished(() => first.close());
  await vi.waitFor(() => expect(soundMs(first)).toBeGreaterThan(LATE_MS), LIMIT);
  const late = watchByFlv(loop);
  onTestFinished(() => late.close());
  await vi.waitFor(() => expect(pictures(late).length).toBeGreaterThan(2 * FPS), LIMIT);
  const units = late.got.filter(({ kind }) => kind === 'video');
  const shown = units.filter(({ isFormat }) => !isFormat);
  expect(shown[0]?.isKey).toBe(true);
  expect(await decodedPictures(units, context)).toBe(shown.length);
});
