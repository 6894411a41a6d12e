// Tests a finished recording of two participants with a hole; ffmpeg checks every file.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type FinishedOutput,
  type FinishedRecording,
  readFinishedRecording,
  readRecordedPosts,
} from '@meridian/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { finishingOf, makeRecordings, startRecorder, whenFinished } from '../support/finishing.ts';
import type { TestRecorder } from '../support/stinting.ts';

const prefix = 't-.acme/rec_1/';
const request = { tenant: 'Acme', recordingId: 'rec_1', renditions: ['720p', '360p'] };
let rig: TestRecorder;
let folder: string;
let answer: Awaited<ReturnType<typeof whenFinished>>;
/** Includes the fields that only the recorder writes. */
let json: FinishedRecording & {
  readonly holeMs: number;
  readonly missing: readonly string[];
  readonly outputs: readonly (FinishedOutput & { readonly renditions: readonly object[] })[];
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'finish-'));
  rig = await startRecorder();
  await makeRecordings(rig);
  const captions = Buffer.from('WEBVTT\n');
  await rig.store.put(`${prefix}finished/captions/en.vtt`, captions, { sha256: hashOf(captions) });
  const finishing = finishingOf(rig.store);
  answer = await whenFinished(finishing, request);
  await finishing.close();
  for (const { name } of answer.files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await rig.store.get(`${prefix}${name}`, {}));
  }
  const written = JSON.parse(readFileSync(join(folder, 'finished/finished.json'), 'utf8')) as typeof json;
  readFinishedRecording(written);
  json = written;
});
afterAll(async () => {
  await rig.dispose();
  rmSync(folder, { recursive: true });
});

interface Probed {
  readonly streams: readonly { readonly codec_name: string; readonly width?: number; readonly height?: number }[];
  readonly format: { readonly duration: string };
}
const probed = (name: string): Probed => {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', join(folder, name)];
  return JSON.parse(execFileSync('ffprobe', args).toString()) as Probed;
};
/** Decodes a file; throws on ffmpeg's complaints. Returns the duration of each stream, in seconds. */
function playedDurations(name: string): number[] {
  const path = join(folder, name);
  const decoded = ['-v', 'error', '-xerror', '-i', path, '-map', '0', '-f', 'framecrc', '-'];
  const lines = execFileSync('ffmpeg', decoded, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 }).toString();
  const bases = [...lines.matchAll(/^#tb (\d+): (\d+)\/(\d+)/gm)].map(([, , num, den]) => Number(num) / Number(den));
  const ends: number[] = bases.map(() => 0);
  for (const [, stream, pts, duration] of lines.matchAll(/^(\d+), +-?\d+, +(-?\d+), +(\d+),/gm))
    ends[Number(stream)] = (Number(pts) + Number(duration)) * (bases[Number(stream)] ?? 0);
  return ends;
}
const at = (name: string): string => `finished/${name}`;
const outputs = (): Record<string, FinishedOutput> => Object.fromEntries(json.outputs.map((one) => [one.name, one]));

it('a finished recording lists all its files with sizes and hashes, and leaves nothing else', async () => {
  const found = await rig.store.list(`${prefix}finished/`, { limit: 1000 });
  expect(found.map(({ key }) => key.slice(prefix.length))).toEqual(answer.files.map(({ name }) => name).sort());
  for (const { name, bytes, sha256 } of answer.files) {
    const stored = readFileSync(join(folder, name));
    expect([stored.length, hashOf(stored)], name).toEqual([bytes, sha256]);
  }
  expect(answer).toMatchObject({ state: 'finished', done: 1, startedWallMs: json.startedWallMs, holeMs: json.holeMs });
  expect(answer.bytes).toBe(answer.files.reduce((sum, { bytes }) => sum + bytes, 0));
  const named = json.files.map((file) => Object.assign({}, file, { name: `finished/${file.name}` }));
  expect(named).toEqual(answer.files.filter(({ name }) => name !== 'finished/finished.json'));
  expect(json.captions).toEqual([{ lang: 'en', name: 'captions/en.vtt' }]);
});

it('a finished recording lists participants, times and holes', () => {
  expect(json.participants).toEqual([
    { identity: 'ann', name: 'Ann & Co' },
    { identity: 'bob', name: 'Bob <3' },
  ]);
  expect([json.recordingId, json.room, json.holes.length, json.missing]).toEqual(['rec_1', 'daily', 1, []]);
  expect(json.durationMs).toBeGreaterThan(11_900);
  expect(json.holeMs).toBeGreaterThan(1900);
  expect(json.holeMs).toBeLessThan(2200);
  expect(json.chapters[0]).toMatchObject({ ms: 0, durationMs: json.durationMs, kind: 'screen', identity: 'bob' });
  expect(readFileSync(join(folder, 'finished/chapters.vtt'), 'utf8')).toMatch(/^WEBVTT\n\n00:00:00.000 --> 00:00:12/);
});

it('a finished recording has the posts, each at the picture that its author saw', () => {
  expect(json.posts).toEqual({ name: 'posts.json' });
  const posts = readRecordedPosts(JSON.parse(readFileSync(join(folder, 'finished/posts.json'), 'utf8')));
  expect(posts.map(({ text, kind }) => [text, kind])).toEqual([
    ['lost', 'danmaku'],
    ['ended', 'danmaku'],
  ]);
  expect(posts.every(({ ms }) => ms > 3500 && ms < json.durationMs)).toBe(true);
});

it('each participant and source has an MP4 of the whole time that plays without a fault', () => {
  expect(Object.keys(outputs())).toEqual(['p001-camera', 'p002-camera', 'p002-screen']);
  const codecs = json.outputs.map(({ mp4 }) => probed(at(mp4.name)).streams.map(({ codec_name }) => codec_name));
  expect(codecs).toEqual([['h264', 'opus'], ['opus'], ['vp8']]);
  for (const { mp4, durationMs, name } of json.outputs) {
    const bytes = readFileSync(join(folder, at(mp4.name)));
    expect(bytes.indexOf('moov'), name).toBeLessThan(bytes.indexOf('mdat'));
    expect(Math.abs(Number(probed(at(mp4.name)).format.duration) * 1000 - durationMs), name).toBeLessThan(2);
    for (const seconds of playedDurations(at(mp4.name)))
      expect(Math.abs(seconds * 1000 - json.durationMs), name).toBeLessThan(100);
  }
});

it('the master playlist plays picture and sound of the whole time, in segments of four seconds', () => {
  for (const { hls, name, durationMs, renditions } of json.outputs) {
    if (name === 'p002-camera') expect([hls, renditions]).toEqual([null, []]);
    else {
      // The source is smaller than either rendition, so there is one with the source's size.
      expect(renditions).toEqual([{ name: '360p', width: 160, height: 90 }]);
      const ends = playedDurations(at(hls?.name ?? ''));
      expect(ends, name).toHaveLength(name === 'p001-camera' ? 2 : 1);
      for (const seconds of ends) expect(Math.abs(seconds * 1000 - durationMs), name).toBeLessThan(100);
      const text = readFileSync(join(folder, `finished/${name}/360p.m3u8`), 'utf8');
      const lengths = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));
      // The first segment begins with the silence that the sound encoder adds.
      expect(
        lengths.slice(0, -1).map((seconds) => Math.round(seconds * 20) / 20),
        name,
      ).toEqual([4, 4, 4]);
    }
  }
});

it('thumbnails exist for each ten seconds, and their list names them', () => {
  const { sprite } = outputs()['p001-camera'] ?? {};
  expect(sprite?.sheets).toEqual(['p001-camera/sprite-1.jpg']);
  expect(readFileSync(join(folder, at(sprite?.vtt ?? '')), 'utf8')).toBe(
    `WEBVTT

00:00:00.000 --> 00:00:10.000
sprite-1.jpg#xywh=0,0,160,90

00:00:10.000 --> 00:00:12.060
sprite-1.jpg#xywh=160,0,160,90
`,
  );
  const { streams } = probed('finished/p001-camera/sprite-1.jpg');
  expect(streams).toMatchObject([{ codec_name: 'mjpeg', width: 320, height: 90 }]);
});

it('samples are copied as they were recorded', () => {
  const hashes = (path: string): string[] => {
    const args = ['-v', 'error', '-select_streams', 'v', '-show_data_hash', 'sha256', '-show_entries'];
    const text = execFileSync('ffprobe', [...args, 'packet=data_hash', '-of', 'csv=p=0', path]).toString();
    return text.trim().split('\n');
  };
  const stored = readdirOfStints();
  expect(stored).toHaveLength(2);
  expect(hashes(join(folder, 'finished/p002-screen.mp4'))).toEqual(stored.flatMap(hashes));
});

function readdirOfStints(): string[] {
  const objects = join(rig.place, 'store/objects', prefix);
  const files = execFileSync('find', [objects, '-path', '*-rec-1/*.mp4']).toString().trim().split('\n').sort();
  return files.filter((file) => readFileSync(file).includes('vp08'));
}
