// Pictures of several sizes in one track, and renditions of a large one, in the sandbox of this machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFfmpeg } from '@meridian/opener';
import { systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import { finishRecording } from '../../src/finishing/job.ts';
import { log } from '../support/finishing.ts';
import { type RecordedFile, recordedFile, recordedTrack, recordingOf } from '../support/recorded-media.ts';

const prefix = 't-acme/r1/';

it('a track of several sizes is one rendition of the whole time, and a large one has two', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'finish-sizes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const camera = [
    recordedFile('v1.mp4', { codec: 'vp8', seconds: 2, size: [320, 180], ms: 1000 }, 'a'),
    recordedFile('v2.mp4', { codec: 'vp8', seconds: 2, size: [640, 360], ms: 5000 }, 'b'),
    recordedFile('v3.mp4', { codec: 'vp8', seconds: 2, size: [180, 320], ms: 7000 }, 'c'),
  ];
  const sound = [recordedFile('a.mp4', { codec: 'opus', seconds: 11, ms: 0 }, 'd')];
  const screen = [recordedFile('s.mp4', { codec: 'av1', seconds: 2, size: [1280, 720], ms: 2000 }, 'e')];
  const store = await openFileStore({ folder: join(folder, 'store') });
  for (const { file, bytes } of [...camera, ...sound, ...screen])
    await store.put(`${prefix}${file.stintId}/${file.name}`, bytes, { sha256: hashOf(bytes) });
  const track = (source: string, files: readonly RecordedFile[]) => recordedTrack({ source, identity: 'ann', files });
  const manifest = recordingOf([track('camera', camera), track('microphone', sound), track('screen_share', screen)]);
  const dones: number[] = [];
  const { sandbox, version } = await findFfmpeg(log);
  const finished = await finishRecording({
    manifest,
    store,
    prefix,
    clock: systemClock(),
    signal: new AbortController().signal,
    sandbox,
    ffmpegVersion: version,
    renditions: ['360p', '720p'],
    onDone: (done) => void dones.push(done),
  });
  for (const { name } of finished.files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await store.get(`${prefix}${name}`));
  }
  await store.close('test');
  expect(finished.outputs.map((one) => one.renditions)).toEqual([
    [{ name: '360p', width: 640, height: 360 }],
    [
      { name: '360p', width: 640, height: 360 },
      { name: '720p', width: 1280, height: 720 },
    ],
  ]);
  expect(dones).toEqual([...dones].sort((a, b) => a - b));
  expect(dones.at(-1)).toBeGreaterThan(0.99);
  // Sound of 11 s and what its encoder adds, 30 pictures a second. None is black: the first one stands before its
  // time, the last one to the end.
  const args = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    `movie=${join(folder, 'finished/p001-camera/360p.mp4')},signalstats`,
  ];
  const shown = ['-show_entries', 'frame_tags=lavfi.signalstats.YAVG', '-of', 'csv=p=0'];
  const lights = execFileSync('ffprobe', [...args, ...shown])
    .toString()
    .trim()
    .split('\n')
    .map(Number);
  expect([330, 331]).toContain(lights.length);
  expect(Math.min(...lights)).toBeGreaterThan(30);
  // Of the upright picture most is the black at its sides.
  expect(Math.max(...lights.slice(225))).toBeLessThan(Math.min(...lights.slice(155, 205)) - 30);
});
