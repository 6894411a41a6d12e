// What is no media, or not there.
import { readFile, truncate } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import type { Workshop } from '../../src/renditions/workshop.ts';
import { done, ffmpeg, Rig } from '../support/renditions.ts';

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

const plan: RenditionPlan = {
  ladder: [{ name: '96p', width: 160, height: 96, codec: 'h264', crf: 25, maxKbps: 300 }],
  chunks: [{ fromMs: 0, toMs: 4000 }],
  durationMs: 4000,
  hasSound: true,
  rate: { num: 25, den: 1 },
  av1: { pays: false, saving: 0 },
};

let contents = 0;
async function put(bytes: Uint8Array): Promise<string> {
  contents += 1;
  const contentId = `up_broken${contents}`;
  await rig.put(bytes, contentId);
  return contentId;
}

it.each([
  ['nothing', () => Buffer.alloc(0)],
  ['no media', () => Buffer.alloc(100_000, 'no media at all ')],
  ['a film without its end', () => clip.subarray(0, 500)],
  ['a list of other files', () => Buffer.from(`ffconcat version 1.0\nfile '${rig.path('clip.mp4')}'\n`)],
  ['a playlist of other files', () => playlist(rig.path('clip.mp4'))],
  ['a playlist of other hosts', () => playlist('http://127.0.0.1:1/clip.ts')],
])('%s is broken, for good', async (_, bytesOf) => {
  const contentId = await put(bytesOf());
  const broken = { code: 'MEDIA_BROKEN', retryable: false };
  await expect(done(shop, 'analyse', { contentId })).rejects.toMatchObject(broken);
});

it('what is broken is so for every task', async () => {
  const contentId = await put(Buffer.from('no media'));
  const broken = { code: 'MEDIA_BROKEN', retryable: false };
  await expect(done(shop, 'encode', { contentId, plan, chunk: 0 })).rejects.toMatchObject(broken);
  await expect(done(shop, 'sound', { contentId, plan })).rejects.toMatchObject(broken);
});

const playlist = (uri: string): Buffer =>
  Buffer.from(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${uri}\n#EXT-X-ENDLIST\n`);

it('a picture that ends before the file says is broken in the chunk that has none of it', async () => {
  const path = rig.path('cut.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=12', ...FAST, '-movflags', '+faststart', path);
  await truncate(path, Math.floor((await readFile(path)).length * 0.4));
  const contentId = await put(await readFile(path));
  const chunks = [
    { fromMs: 0, toMs: 4000 },
    { fromMs: 4000, toMs: 8000 },
    { fromMs: 8000, toMs: 12_000 },
  ];
  const cut = Object.assign({}, plan, { chunks, durationMs: 12_000 });
  expect((await done(shop, 'encode', { contentId, plan: cut, chunk: 0 })).rungs).toHaveLength(1);
  const broken = { code: 'MEDIA_BROKEN', retryable: false };
  await expect(done(shop, 'encode', { contentId, plan: cut, chunk: 2 })).rejects.toMatchObject(broken);
});

it.each([
  ['a content that is not there', { contentId: 'up_missing1' }, 'SOURCE_MISSING', false],
  ['no content', { contentId: 'x' }, 'TASK_INVALID', false],
])('%s is refused', async (_, payload, code, retryable) => {
  await expect(done(shop, 'analyse', payload)).rejects.toMatchObject({ code, retryable });
});

it('a chunk that the plan does not have is refused', async () => {
  await expect(done(shop, 'encode', { plan, chunk: 1 })).rejects.toMatchObject({ code: 'TASK_INVALID' });
});

it('an ffmpeg that cannot be started, or is killed, may do it later', async () => {
  const failed = { code: 'FFMPEG_FAILED', retryable: true };
  const none = Object.assign({}, shop, { sandbox: ['/nowhere'] });
  await expect(done(none, 'analyse', {})).rejects.toMatchObject(failed);
  const killed = Object.assign({}, shop, { sandbox: ['timeout', '--signal=KILL', '0.001'] });
  await expect(done(killed, 'analyse', {})).rejects.toMatchObject(failed);
});
