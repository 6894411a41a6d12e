// Files as phones, browsers and recorders of sound write them.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Workshop } from '../../src/renditions/workshop.ts';
import { CONTENT, done, ffmpeg, ffprobe, Rig } from '../support/renditions.ts';

const SMALL = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=4'];
const TONE = ['-f', 'lavfi', '-i', 'sine=d=4'];
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];

let rig: Rig;
let shop: Workshop;
let clip: Buffer;
beforeAll(async () => {
  rig = await new Rig().start();
  shop = await rig.shop();
  await ffmpeg(...SMALL, ...TONE, ...FAST, '-movflags', '+faststart', rig.path('clip.mp4'));
  clip = await readFile(rig.path('clip.mp4'));
  await rig.put(clip);
});
beforeEach(() => {
  rig.store.fails = () => undefined;
});
afterAll(() => rig.close());

let contents = 0;
async function put(bytes: Uint8Array): Promise<string> {
  contents += 1;
  const contentId = `up_broken${contents}`;
  await rig.put(bytes, contentId);
  return contentId;
}

it('a picture that is held upright, and begins late, is turned and in time', async () => {
  const path = rig.path('phone.mp4');
  const turned = ['-metadata:s:v', 'rotate=90', '-c', 'copy'];
  await ffmpeg(
    '-i',
    rig.path('clip.mp4'),
    '-itsoffset',
    '1',
    '-i',
    rig.path('clip.mp4'),
    '-map',
    '1:v',
    '-map',
    '0:a',
    ...turned,
    path,
  );
  const contentId = await put(await readFile(path));
  const found = await done(Object.assign({}, shop, { chunkMsMin: 60_000 }), 'analyse', { contentId });
  expect(found.ladder.map(({ name, width, height }) => [name, width, height])).toEqual([['96p', 96, 160]]);
  expect(found.durationMs).toBe(5000);
  const made = await done(shop, 'encode', { contentId, plan: found, chunk: 0 }, { lease: 'phone' });
  expect(made.rungs[0]?.codecs).toMatch(/^avc1\./);
  const folder = rig.made.replace(CONTENT, contentId);
  const file = `concat:${folder}96p-init-phone.mp4|${folder}96p-0-phone.mp4`;
  const shown = ['-select_streams', 'v', '-count_frames', '-show_entries', 'stream=width,height,nb_read_frames'];
  expect(await ffprobe(...shown, file)).toEqual(['96,160,125']);
  const counted = 'settb=1/25,setpts=N';
  // The first picture stays until the second second.
  const source = `[1:v]${counted},tpad=start=25:start_mode=clone[b]`;
  const graph = `[0:v]${counted}[a];${source};[a][b]ssim=shortest=1,metadata=print:file=-`;
  const inputs = ['-i', file, '-i', path, '-filter_complex', graph, '-f', 'null', '/dev/null'];
  const each = [...(await ffmpeg(...inputs)).matchAll(/lavfi\.ssim\.Y=([\d.]+)/g)].map(([, text]) => Number(text));
  expect(each).toHaveLength(125);
  expect(Math.min(...each)).toBeGreaterThan(0.85);
});

it('a stream that begins at any time of its own is shown from its beginning', async () => {
  const path = rig.path('stream.ts');
  const long = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=12', ...FAST, '-g', '125', '-sc_threshold', '0'];
  await ffmpeg(...long, '-output_ts_offset', '100', path);
  const contentId = await put(await readFile(path));
  const found = await done(shop, 'analyse', { contentId });
  expect(found.chunks).toHaveLength(3);
  const folder = rig.made.replace(CONTENT, contentId);
  const parts = [`${folder}96p-init-ts0.mp4`];
  for (const chunk of found.chunks.keys()) {
    await done(shop, 'encode', { contentId, plan: found, chunk }, { lease: `ts${chunk}` });
    parts.push(`${folder}96p-${chunk}-ts${chunk}.mp4`);
  }
  const counted = 'settb=1/25,setpts=N';
  const graph = `[0:v]${counted}[a];[1:v]${counted}[b];[a][b]ssim=shortest=1,metadata=print:file=-`;
  const inputs = ['-i', `concat:${parts.join('|')}`, '-i', path, '-filter_complex', graph, '-f', 'null', '/dev/null'];
  const each = [...(await ffmpeg(...inputs)).matchAll(/lavfi\.ssim\.Y=([\d.]+)/g)].map(([, text]) => Number(text));
  expect(each).toHaveLength(300);
  expect(Math.min(...each)).toBeGreaterThan(0.85);
});

it('a file that does not say how long it is is read to its end', async () => {
  const path = rig.path('browser.webm');
  await ffmpeg(...SMALL, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-live', '1', path);
  const contentId = await put(await readFile(path));
  const found = await done(shop, 'analyse', { contentId });
  expect(Math.abs(found.durationMs - 4000)).toBeLessThanOrEqual(40);
  expect([found.hasSound, found.ladder.length]).toEqual([false, 1]);
});

it('sound alone has one rung and no chunks', async () => {
  const path = rig.path('sound.mp3');
  await ffmpeg(...TONE, path);
  const contentId = await put(await readFile(path));
  const found = await done(shop, 'analyse', { contentId });
  expect([found.hasSound, found.ladder, found.chunks]).toEqual([true, [], []]);
  const sound = await done(shop, 'sound', { contentId, plan: found });
  const joined = await done(shop, 'join', { contentId, plan: found, chunks: [], sound });
  expect(joined.files.map(({ name }) => name.replace(/-lease.*/i, '')).sort()).toHaveLength(4);
});
