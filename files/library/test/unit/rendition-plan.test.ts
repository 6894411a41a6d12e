import { expect, it } from 'vitest';
import { RenditionError } from '../../src/core/renditions/errors.ts';
import {
  allPictures,
  CHUNKS_MAX,
  chunksOf,
  keyPictures,
  ladderOf,
  msOf,
  picturesOf,
  type RenditionPlan,
  segmentPictures,
  tilesIn,
  tilesOf,
} from '../../src/core/renditions/plan.ts';
import {
  type Rate,
  sourceOf as read,
  readReport,
  type Source,
  type SourcePicture,
} from '../../src/core/renditions/source.ts';

const video = { index: 0, codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, avg_frame_rate: '30/1' };
const sourceOf = (json: string): Source => read(readReport(json));
const mp4 = { format_name: 'mov,mp4', duration: '10.0', start_time: '0.0' };
const probeJson = (streams: readonly object[], format: object = mp4): string => JSON.stringify({ streams, format });
const pictureOf = (changed: object): SourcePicture | undefined =>
  sourceOf(probeJson([Object.assign({}, video, changed)])).picture;

it.each([
  ['no JSON', '{'],
  ['no object', 'null'],
  ['no streams', '{}'],
  ['malformed streams', probeJson([null as never, 3 as never, { codec_type: 'video' }])],
  ['a stream without a codec', probeJson([{ index: 0, codec_type: 'video', width: 4, height: 4 }])],
  ['a picture without sides', probeJson([Object.assign({}, video, { width: 0 })])],
  ['a picture that takes gigabytes', probeJson([Object.assign({}, video, { width: 65_535, height: 65_535 })])],
  ['a cover alone', probeJson([Object.assign({ disposition: { attached_pic: 1 } }, video)])],
  ['subtitles alone', probeJson([{ index: 0, codec_type: 'subtitle', codec_name: 'srt' }])],
])('a file with %s is broken', (_, json) => {
  expect(() => sourceOf(json)).toThrow(expect.objectContaining({ code: 'MEDIA_BROKEN', retryable: false }));
});

it('a cover beside sound is no picture', () => {
  const cover = Object.assign({ disposition: { attached_pic: 1 } }, video);
  const source = sourceOf(probeJson([cover, { index: 1, codec_type: 'audio', codec_name: 'mp3', duration: '3.5' }]));
  expect(source).toEqual({ picture: undefined, sound: { stream: 1, endMs: 3500, hasJumps: false } });
});

it('a picture in Dolby Vision without a base layer has unknown colours', () => {
  const side_data_list = [{ dv_profile: 5, dv_bl_signal_compatibility_id: 0 }];
  const code = { code: 'COLOUR_UNKNOWN', retryable: false };
  expect(() => pictureOf({ side_data_list })).toThrow(expect.objectContaining(code));
  expect(pictureOf({ side_data_list: [{ dv_profile: 8, dv_bl_signal_compatibility_id: 4 }] })).toBeDefined();
});

it.each([
  ['turned by its matrix', { side_data_list: [{ rotation: -90 }] }, [1080, 1920]],
  ['turned by an old tag', { tags: { rotate: '270' } }, [1080, 1920]],
  ['upside down', { side_data_list: [{ rotation: 180 }] }, [1920, 1080]],
  ['turned by nonsense', { side_data_list: [{ rotation: 'x' }], tags: { rotate: '{}' } }, [1920, 1080]],
  ['of wide pixels', { width: 720, height: 576, sample_aspect_ratio: '16:11' }, [1047, 576]],
  ['of pixels of no shape', { sample_aspect_ratio: '0:1' }, [1920, 1080]],
  ['of absurd pixels', { sample_aspect_ratio: '1:999999' }, [1920, 1080]],
])('a picture %s has the size in which it is shown', (_, changed, size) => {
  const picture = pictureOf(changed);
  expect([picture?.width, picture?.height]).toEqual(size);
});

it.each([
  ['0/0', '0/0', 30, 1],
  ['30000/1001', '', 30_000, 1001],
  ['24000/1001', '', 24_000, 1001],
  ['60/1', '', 60, 1],
  ['120/1', '', 60, 1],
  ['240000/1001', '', 60_000, 1001],
  ['90000/1', '', 44, 1],
  ['2997/100', '', 30_000, 1001],
  ['1487/100', '', 15, 1],
  ['1/100', '', 1, 1],
  ['0/0', '25/1', 25, 1],
])('pictures with the rates %s and %s are shown at %d/%d', (average, real, num, den) => {
  expect(pictureOf({ avg_frame_rate: average, r_frame_rate: real })?.rate).toEqual({ num, den });
});

it('a stream ends on the time line of its file; without a stated end, with the file', () => {
  const late = probeJson([Object.assign({ duration: '9.5', start_time: '1.5' }, video)], {
    format_name: 'mov,mp4',
    duration: '11',
    start_time: '1',
  });
  expect(sourceOf(late).picture?.endMs).toBe(10_000);
  expect(pictureOf({})?.endMs).toBe(10_000);
  expect(sourceOf(probeJson([video], {})).picture?.endMs).toBeUndefined();
});

const rungs = (width: number, height: number, rate: Rate = { num: 30, den: 1 }): string[] =>
  ladderOf({ width, height, rate }).map((one) => `${one.name} ${one.width}x${one.height}`);

it.each([
  [1920, 1080, ['360p 640x360', '720p 1280x720', '1080p 1920x1080']],
  [3840, 2160, ['360p 640x360', '720p 1280x720', '1080p 1920x1080']],
  [1080, 1920, ['360p 360x640', '720p 720x1280', '1080p 1080x1920']],
  [889, 500, ['360p 640x360', '500p 888x500']],
  [1298, 730, ['360p 640x360', '720p 1280x720']],
  [320, 240, ['240p 320x240']],
  [853, 481, ['360p 638x360', '481p 852x480']],
  [2, 2, ['2p 2x2']],
  [1, 1, ['1p 2x2']],
  [8192, 720, ['360p 4096x360']],
])('a source of %d by %d has rungs no larger than it', (width, height, expected) => {
  expect(rungs(width, height)).toEqual(expected);
});

it('every size has even sides, and never more than the source', () => {
  const seed = Math.floor(Math.random() * 1e6);
  let state = seed + 1;
  const random = (most: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return 2 + (state % (most - 1));
  };
  for (let round = 0; round < 500; round += 1) {
    const [width, height] = [random(8192), random(8192)];
    for (const one of ladderOf({ width, height, rate: { num: 25, den: 1 } })) {
      const isRight = one.width % 2 === 0 && one.height % 2 === 0 && one.width <= width && one.height <= height;
      expect(isRight || Math.min(one.width, one.height) === 2, `seed ${seed}: ${width}x${height}`).toBe(true);
    }
  }
});

const planOf = (durationMs: number, rate: Rate, chunkMsMin?: number): RenditionPlan => ({
  ladder: [{ name: '360p', width: 640, height: 360, codec: 'h264', crf: 23, maxKbps: 1000 }],
  chunks: chunksOf(durationMs, rate, chunkMsMin),
  durationMs,
  hasSound: false,
  rate,
  av1: { pays: false, saving: 0 },
});

it.each([
  [1, 1],
  [59_000, 1],
  [130_000, 2],
  [4 * 60_000, 4],
  [7 * 60_000, 4],
  [60 * 60_000, 60],
  [24 * 3_600_000, CHUNKS_MAX],
])('%d ms are cut for four workers into %d chunks', (durationMs, count) => {
  expect(chunksOf(durationMs, { num: 25, den: 1 })).toHaveLength(count);
});

it.each<Rate>([
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 60_000, den: 1001 },
  { num: 24_000, den: 1001 },
  { num: 15, den: 1 },
  { num: 1, den: 1 },
])('chunks at %o are whole segments of about 4 s that meet without a gap', (rate) => {
  for (const durationMs of [1, 5999, 61_234, 600_001, 7_200_123, 86_400_000]) {
    const plan = planOf(durationMs, rate, 2000);
    let from = 0;
    for (const [at, { fromMs, toMs }] of plan.chunks.entries()) {
      const own = picturesOf(plan, at);
      expect([own.from, own.from % segmentPictures(rate)]).toEqual([from, 0]);
      expect(fromMs).toBe(msOf(from, rate));
      from += own.count;
      expect(toMs).toBe(plan.chunks[at + 1]?.fromMs ?? durationMs);
    }
    expect(from).toBe(allPictures(plan));
  }
  expect(Math.abs(msOf(keyPictures(rate), rate) - 2000)).toBeLessThanOrEqual(2);
});

it.each([1, 6000, 400_000, 3_600_123, 86_400_000])('a sheet has the thumbnails of %d ms', (durationMs) => {
  for (const rate of [
    { num: 25, den: 1 },
    { num: 30_000, den: 1001 },
  ]) {
    const plan = planOf(durationMs, rate);
    const tiles = tilesOf(plan);
    expect(tiles.count).toBeLessThanOrEqual(200);
    expect(tiles.everyMs).toBeGreaterThanOrEqual(2000);
    const each = plan.chunks.map((_, at) => tilesIn(picturesOf(plan, at), tiles.everyPictures));
    expect(each.reduce((sum, one) => sum + one, 0)).toBe(tiles.count);
  }
});

it("an error's code says whether a task may succeed later", () => {
  expect([new RenditionError('MEDIA_BROKEN').retryable, new RenditionError('NO_ROOM').retryable]).toEqual([
    false,
    true,
  ]);
});
