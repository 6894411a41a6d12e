// Tests the files of a recording of two participants with a hole; ffmpeg checks every file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssembledRecording } from '@meridian/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assemblingOf, outcomeOf, TestLibrary, TestQueue, taskOf } from '../support/assembling.ts';
import { makeRecordings, startRecorder } from '../support/made-recordings.ts';
import type { TestRecorder } from '../support/stinting.ts';

const prefix = 't-.acme/rec_1/';
let rig: TestRecorder;
let folder: string;
let library: TestLibrary;
let made: AssembledRecording;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assembled-'));
  rig = await startRecorder();
  await makeRecordings(rig);
  library = await TestLibrary.open();
  const queue = new TestQueue();
  const assembling = assemblingOf(rig.store, { library, queue });
  queue.add('t1', await taskOf({ 'rec-1': rig.store }));
  const outcome = await outcomeOf(queue, 't1');
  await assembling.close();
  expect(outcome).not.toHaveProperty('code');
  made = JSON.parse((outcome as { result: string }).result) as AssembledRecording;
  for (const { name } of made.outputs) writeFileSync(join(folder, `${name}.mp4`), library.file(name));
});
afterAll(async () => {
  await library.node.close();
  await rig.dispose();
  rmSync(folder, { recursive: true });
});

interface Probed {
  readonly streams: readonly { readonly codec_name: string; readonly width?: number; readonly height?: number }[];
  readonly format: { readonly duration: string };
}
const probed = (name: string): Probed => {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', join(folder, `${name}.mp4`)];
  return JSON.parse(execFileSync('ffprobe', args).toString()) as Probed;
};
/** Decodes a file; throws on ffmpeg's complaints. Returns the duration of each stream, in seconds. */
function playedDurations(name: string): number[] {
  const path = join(folder, `${name}.mp4`);
  const decoded = ['-v', 'error', '-xerror', '-i', path, '-map', '0', '-f', 'framecrc', '-'];
  const lines = execFileSync('ffmpeg', decoded, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 }).toString();
  const bases = [...lines.matchAll(/^#tb (\d+): (\d+)\/(\d+)/gm)].map(([, , num, den]) => Number(num) / Number(den));
  const ends: number[] = bases.map(() => 0);
  for (const [, stream, pts, duration] of lines.matchAll(/^(\d+), +-?\d+, +(-?\d+), +(\d+),/gm))
    ends[Number(stream)] = (Number(pts) + Number(duration)) * (bases[Number(stream)] ?? 0);
  return ends;
}
it('a recording lists participants, times, holes, chapters and posts', () => {
  expect(made.participants).toEqual([
    { identity: 'ann', name: 'Ann & Co' },
    { identity: 'bob', name: 'Bob <3' },
  ]);
  expect(made.holes).toHaveLength(1);
  expect(made.durationMs).toBeGreaterThan(11_900);
  expect(made.holeMs).toBeGreaterThan(1900);
  expect(made.holeMs).toBeLessThan(2200);
  expect(made.chapters[0]).toMatchObject({ ms: 0, durationMs: made.durationMs, kind: 'screen', identity: 'bob' });
  expect([made.postPages, library.posts.map(({ page }) => page)]).toEqual([1, [0]]);
  const posts = library.posts.flatMap((page) => page.posts);
  expect(posts.map(({ text, kind }) => [text, kind])).toEqual([
    ['lost', 'danmaku'],
    ['ended', 'danmaku'],
  ]);
  expect(posts.every(({ ms }) => ms > 3500 && ms < made.durationMs)).toBe(true);
});

it('each participant and source has an MP4 of the whole time that plays without a fault', () => {
  expect(made.outputs.map(({ name }) => name)).toEqual(['p001-camera', 'p002-camera', 'p002-screen']);
  const codecs = made.outputs.map(({ name }) => probed(name).streams.map(({ codec_name }) => codec_name));
  expect(codecs).toEqual([['h264', 'opus'], ['opus'], ['vp8']]);
  for (const { durationMs, name } of made.outputs) {
    const bytes = library.file(name);
    expect(bytes.indexOf('moov'), name).toBeLessThan(bytes.indexOf('mdat'));
    expect(Math.abs(Number(probed(name).format.duration) * 1000 - durationMs), name).toBeLessThan(2);
    for (const seconds of playedDurations(name))
      expect(Math.abs(seconds * 1000 - made.durationMs), name).toBeLessThan(100);
  }
});

it('samples are copied as they were recorded', () => {
  const hashes = (path: string): string[] => {
    const args = ['-v', 'error', '-select_streams', 'v', '-show_data_hash', 'sha256', '-show_entries'];
    const text = execFileSync('ffprobe', [...args, 'packet=data_hash', '-of', 'csv=p=0', path]).toString();
    return text.trim().split('\n');
  };
  const stored = readdirOfStints();
  expect(stored).toHaveLength(2);
  expect(hashes(join(folder, 'p002-screen.mp4'))).toEqual(stored.flatMap(hashes));
});

function readdirOfStints(): string[] {
  const objects = join(rig.place, 'store/objects', prefix);
  const files = execFileSync('find', [objects, '-path', '*-rec-1/*.mp4']).toString().trim().split('\n').sort();
  return files.filter((file) => readFileSync(file).includes('vp08'));
}
