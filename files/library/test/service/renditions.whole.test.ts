// A content through all tasks, with its chunks made by two workers at once, and decoded like a player does.

import { readFile } from 'node:fs/promises';
import { boxesOf } from '@meridian/room-media/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256Of } from '../../../object-store/src/hash.ts';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import type { ChunkMade, Joined, SoundMade } from '../../src/renditions/tasks.ts';
import { renditionWorker } from '../../src/renditions/worker.ts';
import { done, FOLDER, ffmpeg, ffprobe, HandQueue, log, Rig } from '../support/renditions.ts';

/** An NTSC rate, at which no segment has a whole number of milliseconds. */
const RATE = 30_000 / 1001;
const PICTURES = 180;

let rig: Rig;
const shops: RenditionContext[] = [];
let plan: RenditionPlan;
let chunks: ChunkMade[];
let sound: SoundMade;
let joined: Joined;

beforeAll(async () => {
  rig = await new Rig().start();
  const clip = rig.path('clip.mp4');
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=30000/1001`];
  // A rising tone resembles itself only without a shift in time.
  const tone = ['-f', 'lavfi', '-i', 'aevalsrc=sin(2000*t+1000*t*t)*0.5:s=44100:d=6.006'];
  const coding = ['-frames:v', `${PICTURES}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '50'];
  await ffmpeg(...picture, ...tone, ...coding, '-pix_fmt', 'yuv420p', '-c:a', 'aac', clip);
  await rig.putFile(clip);
  for (let at = 0; at < 2; at += 1) shops.push(await rig.shop());
  const queue = new HandQueue();
  const workers = shops.map((context) => renditionWorker({ context, port: queue, slots: 1, clock: rig.clock, log }));
  queue.add('plan', 'analyse', { views: 1000 });
  const found = await queue.result('analyse', 'plan');
  // Two more rungs for comparison.
  const [own] = found.ladder;
  const small = { name: '180p', width: 320, height: 180, codec: 'h264' as const, crf: 30, maxKbps: 300 };
  const av1 = { name: '180p-av1', width: 320, height: 180, codec: 'av1' as const, crf: 50, maxKbps: 300 };
  plan = Object.assign({}, found, { ladder: own === undefined ? [] : [small, own, av1] });
  for (const chunk of plan.chunks.keys()) queue.add(`chunk ${chunk}`, 'encode', { chunk, plan });
  queue.add('sound', 'sound', { plan });
  chunks = await Promise.all([...plan.chunks.keys()].map((chunk) => queue.result('encode', `chunk ${chunk}`)));
  sound = await queue.result('sound', 'sound');
  queue.add('join', 'join', { plan, chunks, sound });
  joined = await queue.result('join', 'join');
  for (const worker of workers) await worker.close();
});
afterAll(() => rig.close());

it('the plan has rungs no larger than the source, of a measured quality, and whole segments', () => {
  const { ladder, chunks: planned, durationMs, hasSound, rate } = plan;
  expect(ladder.find(({ name }) => name === '360p')).toMatchObject({ width: 640, height: 360, codec: 'h264' });
  expect(planned).toEqual([
    { fromMs: 0, toMs: 4004 },
    { fromMs: 4004, toMs: durationMs },
  ]);
  expect([hasSound, rate, Math.round((durationMs * RATE) / 1000)]).toEqual([
    true,
    { num: 30_000, den: 1001 },
    PICTURES,
  ]);
  expect(ladder.find(({ name }) => name === '360p')?.crf).toBeGreaterThanOrEqual(19);
});

it('two workers make a chunk each, and each reads the source once', () => {
  expect(new Set(chunks.map(({ lease }) => lease)).size).toBe(2);
  expect(shops.map(({ sources }) => sources.fetched)).toEqual([1, 1]);
});

/** Packets of a rung as [time in pictures, whether it is a key frame]. */
async function packetsOf(name: string): Promise<{ at: number; isKey: boolean }[]> {
  const shown = ['-select_streams', 'v', '-show_entries', 'packet=pts_time,flags'];
  const lines = await ffprobe('-allowed_extensions', 'ALL', ...shown, `${rig.made}${name}.m3u8`);
  const all = lines.map((line) => ({ at: Number(line.split(',')[0]) * RATE, isKey: line.includes('K') }));
  const first = Math.min(...all.map(({ at }) => at));
  return all.map(({ at, isKey }) => ({ at: Math.round((at - first) * 100) / 100, isKey })).sort((a, b) => a.at - b.at);
}

it('all rungs have every picture of the source once, without a gap, with key frames at the same times', async () => {
  for (const { name } of plan.ladder) {
    const packets = await packetsOf(name);
    expect(packets).toHaveLength(PICTURES);
    for (const [at, packet] of packets.entries()) expect(packet.at, name).toBeCloseTo(at, 0);
    expect(packets.flatMap(({ isKey }, at) => (isKey ? [at] : []))).toEqual([0, 60, 120]);
  }
});

it('each picture is that of the source at its time, across the border of chunks too', async () => {
  const counted = 'settb=1001/30000,setpts=N';
  const graph = `[0:v:0]${counted}[a];[1:v:0]scale=320:180,${counted}[b];[a][b]ssim,metadata=print:file=-`;
  const inputs = ['-allowed_extensions', 'ALL', '-i', `${rig.made}180p.m3u8`, '-i', rig.path('clip.mp4')];
  const printed = await ffmpeg(...inputs, '-filter_complex', graph, '-f', 'null', '/dev/null');
  const each = [...printed.matchAll(/lavfi\.ssim\.Y=([\d.]+)/g)].map(([, text]) => Number(text));
  expect(each).toHaveLength(PICTURES);
  // A picture beside the right one is below 0.8 here.
  expect(Math.min(...each)).toBeGreaterThan(0.85);
});

it('a chunk begins on the time line of the whole where it is shown', async () => {
  const file = await readFile(`${rig.made}360p-1-${chunks[1]?.lease}.mp4`);
  const moof = boxesOf(file)[0];
  const traf = boxesOf(moof?.content ?? file).find(({ type }) => type === 'traf');
  const tfdt = boxesOf(traf?.content ?? file).find(({ type }) => type === 'tfdt')?.content ?? file;
  expect(Buffer.from(tfdt).readBigUInt64BE(4)).toBe(120n * 1001n);
});

const HEARD_RATE = 8000;
async function heard(input: string): Promise<Float32Array> {
  const path = rig.path('heard.raw');
  await ffmpeg('-i', input, '-vn', '-ac', '1', '-ar', `${HEARD_RATE}`, '-f', 'f32le', path);
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** By how much `a` is later than `b`, of at most 50 ms. */
function lagMs(a: Float32Array, b: Float32Array): number {
  const most = (HEARD_RATE * 50) / 1000;
  let best = { lag: 0, alike: Number.NEGATIVE_INFINITY };
  for (let lag = -most; lag <= most; lag += 1) {
    let alike = 0;
    for (let at = most; at < b.length - most; at += 1) alike += (a[at + lag] ?? 0) * (b[at] ?? 0);
    if (alike > best.alike) best = { lag, alike };
  }
  return (best.lag * 1000) / HEARD_RATE;
}

it('sound is as long as the picture, and in time', async () => {
  const lines = await ffprobe('-show_entries', 'packet=pts_time,duration_time', `${rig.made}sound.m3u8`);
  const last = lines.at(-1)?.split(',').map(Number) ?? [];
  expect(Math.abs((last[0] ?? 0) + (last[1] ?? 0) - 6.006)).toBeLessThan(0.05);
  const [made, source] = [await heard(`${rig.made}sound.m3u8`), await heard(rig.path('clip.mp4'))];
  expect(Math.abs(lagMs(made, source))).toBeLessThanOrEqual(1);
});

it('the result lists every file except segment lists, with its length and hash', async () => {
  const names = joined.files.map(({ name }) => name.replace('renditions/', ''));
  expect(names).toContain('master.m3u8');
  for (const { name, bytes, sha256 } of joined.files)
    expect(await rig.store.head(`t-acme/up_aaaaaaaaaa/${name}`)).toEqual({ bytes, sha256 });
  const others = (await rig.names()).filter((name) => !names.includes(name));
  expect(others.every((name) => /^(segments|tiles)-/.test(name))).toBe(true);
});

it('the sheet has a thumbnail for every two seconds', async () => {
  const vtt = await readFile(`${rig.made}thumbnails.vtt`, 'utf8');
  expect(vtt.match(/sprite\.jpg#xywh=\d+,0,160,90/g)).toHaveLength(3);
  const size = await ffprobe('-show_entries', 'stream=width,height', `${rig.made}sprite.jpg`);
  expect(size).toEqual(['480,90']);
});

it('a repeated join gives the same result and removes the objects of a killed run', async () => {
  const [shop] = shops;
  if (shop === undefined) throw new Error('no shop');
  const half = Buffer.from('half');
  await rig.store.put(`${FOLDER}360p-0-killed.mp4`, half, { sha256: sha256Of(half) });
  expect(await done(shop, 'join', { plan, chunks: [...chunks].reverse(), sound })).toEqual(joined);
  expect(await rig.names()).not.toContain('360p-0-killed.mp4');
});

it.each([
  ['a chunk that is missing', () => ({ plan, sound, chunks: chunks.slice(1) }), 'CHUNKS_MISSING'],
  ['a chunk twice', () => ({ plan, sound, chunks: [chunks[0], chunks[0]] }), 'CHUNKS_MISSING'],
  ['no sound', () => ({ plan, chunks }), 'CHUNKS_MISSING'],
  ['chunks of other encoders', () => ({ plan, sound, chunks: [chunks[0], otherInit(chunks[1])] }), 'CHUNKS_DIFFER'],
  [
    'objects that are gone',
    () => ({ plan, sound, chunks: [chunks[0], Object.assign({}, chunks[1], { lease: 'gone' })] }),
    'CHUNKS_MISSING',
  ],
])('a join fails with %s', async (_, payload, code) => {
  const [shop] = shops;
  if (shop === undefined) throw new Error('no shop');
  await expect(done(shop, 'join', payload())).rejects.toMatchObject({ code, retryable: false });
});

const otherInit = (chunk: ChunkMade | undefined): object =>
  Object.assign({}, chunk, {
    rungs: chunk?.rungs.map((one) => Object.assign({}, one, { init: 'a'.repeat(64) })),
  });
