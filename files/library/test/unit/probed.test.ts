import { expect, it } from 'vitest';
import { mediaOf } from '../../src/core/probed.ts';

const of = (read: unknown) => mediaOf(JSON.stringify(read));
const video = { codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, avg_frame_rate: '30000/1001' };
const audio = { codec_type: 'audio', codec_name: 'aac', channels: 2 };

it.each<[string, string]>([
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['no streams', '{}'],
  ['streams of another form', '{"streams":[null,1,"video"]}'],
  ['a picture without a size', JSON.stringify({ streams: [Object.assign({}, video, { width: 0 })] })],
  [
    'a picture of a song alone',
    JSON.stringify({ streams: [Object.assign({}, video, { disposition: { attached_pic: 1 } })] }),
  ],
])('finds no stream in %s', (_what, text) => {
  expect(mediaOf(text)).toBeUndefined();
});

it.each<[number, object, object]>([
  [0, {}, { width: 1920, height: 1080 }],
  [90, { side_data_list: [{}, { rotation: -90 }] }, { width: 1080, height: 1920 }],
  [270, { side_data_list: [{ rotation: 90 }] }, { width: 1080, height: 1920 }],
  [180, { side_data_list: [{ rotation: 180 }] }, { width: 1920, height: 1080 }],
  [90, { tags: { rotate: '90' } }, { width: 1080, height: 1920 }],
])('a picture is turned by %i degrees', (rotation, o, size) => {
  const streams = [Object.assign({}, video, o)];
  expect(of({ streams })).toMatchObject(Object.assign({ rotation }, size));
});

it('reads times, rates and channels, also when they are missing or not numbers', () => {
  expect(of({ streams: [video, audio], format: { duration: '12.3456' } })).toEqual({
    durationMs: 12_346,
    width: 1920,
    height: 1080,
    rotation: 0,
    videoCodec: 'h264',
    audioCodec: 'aac',
    fps: 29.97,
    audioChannels: 2,
  });
  const odd = [Object.assign({}, video, { avg_frame_rate: '0/0' }), Object.assign({}, audio, { channels: 'x' })];
  expect(of({ streams: odd, format: { duration: 'N/A' } })).toMatchObject({ durationMs: 0, fps: 0, audioChannels: 0 });
  expect(of({ streams: [audio], format: { duration: '1e300' } })).toMatchObject({
    durationMs: 2_592_000_000,
    width: 0,
  });
});
