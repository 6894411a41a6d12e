import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { finishPlanOf } from '../../src/core/finishing/plan.ts';
import { copyMp4, type ReadRange } from '../../src/finishing/copy-mp4.ts';
import { type RecordedFile, recordedFile, recordedTrack, recordingOf } from '../support/recorded-media.ts';

const folder = mkdtempSync(join(tmpdir(), 'finish-copy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const reading =
  (files: readonly RecordedFile[]): ReadRange =>
  async (path, from, bytes) =>
    files.find(({ file }) => `${file.stintId}/${file.name}` === path)?.bytes.slice(from, from + bytes) ??
    new Uint8Array();

async function copied(name: string, pictures: RecordedFile[], sounds: RecordedFile[]): Promise<string> {
  const tracks = [
    recordedTrack({ source: 'camera', identity: 'ann', files: pictures }),
    recordedTrack({ source: 'microphone', identity: 'ann', files: sounds }),
  ];
  const [output] = finishPlanOf(recordingOf(tracks)).outputs;
  if (output === undefined) throw new Error('no output');
  const parts: Uint8Array[] = [];
  const made = await copyMp4(output, reading([...pictures, ...sounds]), async (bytes) => {
    parts.push(bytes);
  });
  const bytes = Buffer.concat(parts);
  expect(bytes.length).toBe(made.bytes);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Packet {
  readonly pts_time: string;
  readonly data_hash: string;
  readonly size: string;
}

function packetsOf(path: string, stream: string): Packet[] {
  const text = execFileSync('ffprobe', [
    ...['-v', 'error', '-ignore_editlist', '0', '-select_streams', stream, '-show_data_hash', 'sha256'],
    ...['-show_entries', 'packet=pts_time,data_hash,size', '-of', 'json', path],
  ]);
  return (JSON.parse(text.toString()) as { packets: Packet[] }).packets;
}

const hashesOf = (path: string, stream: string): string[] => packetsOf(path, stream).map((one) => one.data_hash);

function written({ file, bytes }: RecordedFile): string {
  const path = join(folder, `in-${file.stintId}-${file.name}`);
  writeFileSync(path, bytes);
  return path;
}

it.each([
  ['h264', 'aac'],
  ['vp8', 'opus'],
  ['vp9', 'opus'],
  ['av1', 'opus'],
] as const)('%s and %s: every sample is copied as it was, at its time, over holes', async (picture, sound) => {
  const size = [320, 180] as const;
  const pictures = [
    recordedFile('v1.mp4', { codec: picture, seconds: 1, size, ms: 500 }, 'a'),
    recordedFile('v2.mp4', { codec: picture, seconds: 1, size, ms: 4000 }, 'b'),
  ];
  const sounds = [
    recordedFile('a1.mp4', { codec: sound, seconds: 1, channels: 2, ms: 0 }, 'c'),
    recordedFile('a2.mp4', { codec: sound, seconds: 2, channels: 2, ms: 3007 }, 'd'),
  ];
  const path = await copied(`${picture}.mp4`, pictures, sounds);
  expect(hashesOf(path, 'v')).toEqual(pictures.flatMap((file) => hashesOf(written(file), 'v')));
  const before = sounds.flatMap((file) => hashesOf(written(file), 'a'));
  const after = packetsOf(path, 'a');
  const recorded = new Set(before);
  expect(after.filter((one) => recorded.has(one.data_hash)).map((one) => one.data_hash)).toEqual(before);
  const seconds = packetsOf(path, 'v').map((one) => Number(one.pts_time));
  expect([seconds[0], seconds[25]]).toEqual([0.5, 4]);
  const late = after.findIndex((one) => Number(one.pts_time) > 1.1 && recorded.has(one.data_hash));
  expect(Math.abs(Number(after[late]?.pts_time) - 3.007)).toBeLessThan(0.022);
  expect(
    execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-'], { stdio: 'pipe' }).length,
  ).toBe(0);
  const loudness = execFileSync('sh', [
    '-c',
    `ffmpeg -v info -ss 1.3 -t 1.4 -i ${path} -vn -af volumedetect -f null - 2>&1 | grep max_volume`,
  ]).toString();
  expect(Number(/max_volume: (-?[\d.]+) dB/.exec(loudness)?.[1])).toBeLessThan(-80);
});

it('one track of VP8 has pictures of several sizes', async () => {
  const pictures = (
    [
      [320, 180],
      [640, 360],
    ] as const
  ).map((size, index) =>
    recordedFile(`v${index}.mp4`, { codec: 'vp8', seconds: 1, size, ms: index * 1000 }, `s${index}`),
  );
  const sounds = [recordedFile('a.mp4', { codec: 'opus', seconds: 2, ms: 0 }, 'x')];
  const path = await copied('sizes.mp4', pictures, sounds);
  const sizes = execFileSync('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'frame=width',
    '-of',
    'csv=p=0',
    path,
  ]);
  expect(sizes.toString().trim().split(/\s+/)).toEqual([...Array(25).fill('320'), ...Array(25).fill('640')]);
});

it('refuses pieces that are not those of the journal', async () => {
  const { file, bytes } = recordedFile('v.mp4', { codec: 'vp8', seconds: 1, ms: 0 });
  const [output] = finishPlanOf(
    recordingOf([recordedTrack({ source: 'camera', identity: 'ann', files: [{ file, bytes }] })]),
  ).outputs;
  if (output === undefined) throw new Error('no output');
  for (const at of [file.initBytes + 4, bytes.length - 1]) {
    const broken = bytes.slice();
    broken[at] = (broken[at] ?? 0) ^ 1;
    const copying = copyMp4(output, reading([{ file, bytes: broken }]), async () => undefined);
    await expect(copying).rejects.toMatchObject({ code: 'MEDIA_MALFORMED', retryable: false });
  }
});
