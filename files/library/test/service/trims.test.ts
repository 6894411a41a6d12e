// Cuts a film with ffmpeg: what is left begins with the picture and the sound of its first moment.
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cutIdOf } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Checker } from '../../src/checking/checker.ts';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { renditionWorker } from '../../src/renditions/worker.ts';
import { Trims } from '../../src/trimming/trims.ts';
import { Contents } from '../../src/uploads/contents.ts';
import { CONTENT, ffmpeg, ffprobe, HandQueue, log, Rig } from '../support/renditions.ts';

const RATE = 25;
const SOUND_RATE = 48_000;
const run = promisify(execFile);

let rig: Rig;
let context: RenditionContext;
let trims: Trims;
beforeAll(async () => {
  rig = await new Rig().start();
  context = await rig.shop();
  trims = await Trims.open({
    folder: rig.path('trims'),
    storeId: 'store-1',
    uploads: { contents: new Contents(rig.store), spool: { roomBytes: async () => 1e9 } },
    check: new Checker({ kinds: ['video', 'audio'], sandbox: [], clock: rig.clock, log }).check,
    rng: seededRng('trims'),
    log,
  });
  // A picture is white, and a tone is heard, from 2 s for one picture.
  const picture = `color=black:s=160x96:r=${RATE}:d=4,drawbox=c=white:t=fill:enable='eq(n,50)'`;
  const tone = "aevalsrc='if(between(t,2,2.04),0.9*sin(2*PI*1000*t),0)':s=48000:d=4";
  await ffmpeg(
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '250'],
    ...['-c:a', 'aac', rig.path('flash.mp4')],
  );
  await rig.putFile(rig.path('flash.mp4'));
});
afterAll(() => rig.close());

const trimmed = async (fromMs: number, toMs: number) => {
  const lease = `Trim-${fromMs}-${toMs}`;
  const payload = JSON.stringify({ contentId: CONTENT, name: 'film.mp4', fromMs, toMs });
  const done: number[] = [];
  const o = { signal: new AbortController().signal, onDone: (share: number) => void done.push(share) };
  const made = await trims.run(context, { tenant: 'acme', lease, attempt: 1, payload }, o);
  await trims.ended({ lease }, { isKept: true });
  return { made, path: rig.path(`store/objects/t-acme/${made.contentId}/original`), done };
};

const decoded = async (path: string, ...args: string[]): Promise<Buffer> =>
  (await run('ffmpeg', ['-v', 'error', '-i', path, ...args, '-'], { encoding: 'buffer', maxBuffer: 64e6 })).stdout;
/** Returns the mean brightness of each picture. */
const brightness = async (path: string): Promise<number[]> => [
  ...(await decoded(path, '-vf', 'scale=1:1:flags=area', '-f', 'rawvideo', '-pix_fmt', 'gray')),
];
/** Returns the times, in ms, at which a tone is heard first and last. */
const toneOf = async (path: string): Promise<[number, number]> => {
  const bytes = await decoded(path, '-vn', '-ac', '1', '-ar', `${SOUND_RATE}`, '-f', 's16le');
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const isLoud = (sample: number): boolean => Math.abs(sample) > 8000;
  const msOf = (at: number): number => (at * 1000) / SOUND_RATE;
  return [msOf(samples.findIndex(isLoud)), msOf(samples.findLastIndex(isLoud))];
};

it('a cut begins with the picture and the sound of its first moment, and ends with those of its last', async () => {
  const { made, path, done } = await trimmed(2000, 3200);
  const pictures = await brightness(path);
  expect(pictures).toHaveLength(30);
  expect([pictures[0], Math.max(...pictures.slice(1))]).toEqual([
    expect.toSatisfy((one) => one > 200),
    expect.toSatisfy((one) => one < 40),
  ]);
  const [from, to] = await toneOf(path);
  expect([from < 20, to > 20 && to < 60]).toEqual([true, true]);
  expect(made).toMatchObject({ type: 'video/mp4', kind: 'video', storeId: 'store-1', hasCover: true });
  expect(made.media).toMatchObject({ width: 160, height: 96, videoCodec: 'h264', audioCodec: 'aac', fps: 25 });
  expect(Math.abs(made.media.durationMs - 1200)).toBeLessThan(30);
  expect(done).toContain(0.9);
  const bytes = await readFile(path);
  expect([bytes.length, bytes.indexOf('moov') < bytes.indexOf('mdat')]).toEqual([made.bytes, true]);
});

it('each run makes a content of the id that the api knows', async () => {
  const payload = JSON.stringify({ contentId: CONTENT, cut: 'up_cut', name: 'film.mp4', fromMs: 0, toMs: 1000 });
  const o = { signal: new AbortController().signal, onDone: () => undefined };
  const made = await trims.run(context, { tenant: 'acme', lease: 'named', attempt: 3, payload }, o);
  await trims.ended({ lease: 'named' }, { isKept: false });
  expect(made.contentId).toBe(cutIdOf('up_cut', 3));
  expect(await rig.store.list(`t-acme/${made.contentId}/`, { limit: 1 })).toEqual([]);
});

it('nothing is left of what is before or behind', async () => {
  for (const [fromMs, toMs] of [
    [2040, 3500],
    [500, 2000],
  ] as const) {
    const { path } = await trimmed(fromMs, toMs);
    expect(Math.max(...(await brightness(path)))).toBeLessThan(40);
  }
});

it('a sound alone is cut', async () => {
  await ffmpeg('-i', rig.path('flash.mp4'), '-vn', '-c:a', 'flac', rig.path('tone.flac'));
  await rig.putFile(rig.path('tone.flac'), 'up_bbbbbbbbbb');
  const payload = JSON.stringify({ contentId: 'up_bbbbbbbbbb', name: 'tone.flac', fromMs: 1500, toMs: 3000 });
  const o = { signal: new AbortController().signal, onDone: () => undefined };
  const made = await trims.run(context, { tenant: 'acme', lease: 'tone', attempt: 1, payload }, o);
  const path = rig.path(`store/objects/t-acme/${made.contentId}/original`);
  const [from] = await toneOf(path);
  expect([made.kind, Math.abs(from - 500) < 20]).toEqual(['audio', true]);
  expect(await ffprobe('-show_entries', 'stream=codec_name', path)).toEqual(['aac']);
});

it('a run that is not wanted leaves nothing in the store, nor on the disk', async () => {
  const queue = new HandQueue();
  queue.add('one', 'trim', { name: 'film.mp4', fromMs: 0, toMs: 1000 });
  queue.add('broken', 'trim', { contentId: 'up_cccccccccc', name: 'a.mp4', fromMs: 0, toMs: 1000 });
  queue.lease = (id) => ({ isHeld: id !== 'one', leaseMs: 60_000 });
  const before = await rig.store.list('t-acme/', { limit: 1000 });
  await writeFile(rig.path('broken'), Buffer.alloc(5000));
  await rig.putFile(rig.path('broken'), 'up_cccccccccc');
  const ended: string[] = [];
  const onEnded = (kind: string, code: string): void => void ended.push(`${kind} ${code}`);
  const worker = renditionWorker({ context, trims, port: queue, slots: 1, clock: rig.clock, log, onEnded });
  await until('both have ended', () => ended.length === 2 && worker.running === 0);
  await worker.close();
  expect(ended.toSorted()).toEqual(['trim LEASE_LOST', 'trim MEDIA_BROKEN']);
  const keys = (await rig.store.list('t-acme/', { limit: 1000 })).map(({ key }) => key);
  expect(keys.filter((key) => !key.includes('up_cccccccccc'))).toEqual(before.map(({ key }) => key));
  expect(await readdir(rig.path('trims'))).toEqual([]);
});
